//! Connections: pages by keyset, counted only when the count is asked for.

use super::context::{bad_input, reader};
use super::loader::under;
use crate::store::read::{Listing, Page, Place, Window, is_place};
use async_graphql::{Context, Result, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::EntityTrait;
use std::sync::Arc;
use uuid::Uuid;

/// The largest page.
pub const MOST: i32 = 100;
/// The page where none is asked for.
pub const DEFAULT: i32 = 25;

/// Where a page lies in its list.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether more rows follow.
    has_next_page: bool,
    /// Whether the page begins after some rows.
    has_previous_page: bool,
    /// The cursor of the first row of the page.
    start_cursor: Option<String>,
    /// The cursor of the last row of the page, for `after`.
    end_cursor: Option<String>,
}

/// A page, with what its count needs.
pub struct Listed<L: Listing> {
    list: L,
    parent: Option<Uuid>,
    resumed: bool,
    page: Arc<Page<<L::Entity as EntityTrait>::Model>>,
}

/// How much is asked for.
pub fn window(first: Option<i32>, after: Option<String>) -> Result<Window> {
    let first = first.unwrap_or(DEFAULT);
    if !(0..=MOST).contains(&first) {
        return Err(bad_input("first", format!("a page has 0 to {MOST} rows")));
    }
    let after = after
        .map(|cursor| decode(&cursor).ok_or_else(|| bad_input("after", "this is not a cursor of this list")))
        .transpose()?;
    Ok(Window { first: u64::try_from(first).unwrap_or_default(), after })
}

/// The cursor of a row.
pub fn encode(place: &Place) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}{}", place.id.simple(), place.value))
}

fn decode(cursor: &str) -> Option<Place> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (id, value) = text.split_at_checked(32)?;
    let id = Uuid::try_parse(id).ok()?;
    is_place(value).then(|| Place { value: value.to_owned(), id })
}

impl<L: Listing> Listed<L> {
    /// A page of a list under a parent; pages of the same list under other parents of this level come with it.
    pub async fn under(
        ctx: &Context<'_>,
        parent: Uuid,
        list: L,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Self> {
        let window = window(first, after)?;
        let resumed = window.after.is_some();
        let page = under(ctx, parent, list.clone(), window).await?;
        Ok(Self { list, parent: Some(parent), resumed, page })
    }

    /// A page of a list by itself.
    pub async fn alone(
        ctx: &Context<'_>,
        list: L,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Self> {
        let window = window(first, after)?;
        let resumed = window.after.is_some();
        let page = reader(ctx)?.page(&list, &window).await?;
        Ok(Self { list, parent: None, resumed, page: Arc::new(page) })
    }

    /// The rows with their cursors.
    pub fn rows(&self) -> impl Iterator<Item = (String, &<L::Entity as EntityTrait>::Model)> {
        self.page.rows.iter().map(|(place, row)| (encode(place), row))
    }

    /// Where the page lies.
    pub fn page_info(&self) -> PageInfo {
        let cursor = |row: Option<&(Place, _)>| row.map(|(place, _)| encode(place));
        PageInfo {
            has_next_page: self.page.more,
            has_previous_page: self.resumed,
            start_cursor: cursor(self.page.rows.first()),
            end_cursor: cursor(self.page.rows.last()),
        }
    }

    /// How many rows the whole list has.
    pub async fn total(&self, ctx: &Context<'_>) -> Result<u64> {
        Ok(reader(ctx)?.count(&self.list, self.parent).await?)
    }
}

/// Declares the connection and edge types of a list.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ident, $list:ty) => {
        /// A page of a list.
        pub struct $connection(pub $crate::graphql::connection::Listed<$list>);

        /// A row of the page, with its cursor.
        #[derive(async_graphql::SimpleObject)]
        pub struct $edge {
            /// Where the row stands, for `after`.
            cursor: String,
            /// The row.
            node: $node,
        }

        /// A page of a list.
        #[async_graphql::Object]
        impl $connection {
            /// The rows with their cursors.
            async fn edges(&self) -> Vec<$edge> {
                self.0.rows().map(|(cursor, row)| $edge { cursor, node: $node::from(row.clone()) }).collect()
            }

            /// The rows.
            async fn nodes(&self) -> Vec<$node> {
                self.0.rows().map(|(_, row)| $node::from(row.clone())).collect()
            }

            /// Where the page lies in the list.
            async fn page_info(&self) -> $crate::graphql::connection::PageInfo {
                self.0.page_info()
            }

            /// How many rows the whole list has. Counted only when asked for.
            #[graphql(complexity = 50)]
            async fn total_count(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<u64> {
                self.0.total(ctx).await
            }
        }
    };
}

pub(super) use connection;
