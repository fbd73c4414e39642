//! Scoped reads: by id, in pages, and in pages under many parents at once. Each is one statement, whatever the number
//! of rows, and each carries the viewer's condition.

use super::scope::{Scoped, Sight};
use super::{Fault, Store};
use crate::op::Op;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{
    Asterisk, ColumnRef, Expr, ExprTrait, Func, IntoColumnRef, JoinType, Order, Query, SelectStatement,
    SimpleExpr, TableRef, Value, WindowStatement,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, Iterable, ModelTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use std::hash::Hash;
use uuid::Uuid;

/// Databases bound the parameters of a statement: longer lists of ids are split.
const IDS_A_STATEMENT: usize = 5_000;

/// How the parent of a row and its place under it are called where many parents are asked for at once.
const PARENT: &str = "_parent";
const PLACE: &str = "_place";

/// How the rows of a list are ordered: by a column that is never null, then by id.
#[derive(Clone, Copy, Debug)]
pub struct Ordering<C> {
    /// The column.
    pub by: C,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// What names the parent of a row.
#[derive(Clone, Debug)]
pub struct Parent {
    /// The column.
    pub column: ColumnRef,
    /// The table to join, and how, where it is not the listed one.
    pub join: Option<(TableRef, Condition)>,
}

impl Parent {
    /// A column of the listed table itself.
    pub fn own<C: ColumnTrait>(column: C) -> Option<Self> {
        Some(Self { column: column.as_column_ref().into_column_ref(), join: None })
    }
}

/// A list that the graph can page through: under a parent, or by itself.
pub trait Listing: Clone + Eq + Hash + Send + Sync + 'static {
    /// The rows it lists.
    type Entity: Scoped;

    /// The column that names the parent, of the listed table or of one joined to it.
    fn parent(&self) -> Option<Parent>;

    /// Which rows.
    fn condition(&self, op: &Op) -> Condition;

    /// In which order.
    fn order(&self) -> Ordering<<Self::Entity as EntityTrait>::Column>;
}

/// A place in an ordered list: the value of the order column and the id of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The value, with a letter for its type in front.
    pub value: String,
    /// The row.
    pub id: Uuid,
}

/// One page: its rows with their places, and whether more follow.
#[derive(Clone, Debug)]
pub struct Page<M> {
    /// Rows in order.
    pub rows: Vec<(Place, M)>,
    /// Whether more follow.
    pub more: bool,
}

/// How much of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// How many rows at most.
    pub first: u64,
    /// After which place.
    pub after: Option<Place>,
}

/// Reads on behalf of one viewer.
pub struct Reader<'a> {
    store: &'a Store,
    op: Op,
}

impl Store {
    /// Reads on behalf of the operation's viewer.
    pub fn read(&self, op: &Op) -> Reader<'_> {
        Reader { store: self, op: op.clone() }
    }
}

impl Reader<'_> {
    pub(super) fn database(&self) -> &sea_orm::DatabaseConnection {
        &self.store.reader
    }

    pub(super) fn note_read(&self, child: Uuid) {
        self.op.note_read(child);
    }

    pub(super) fn sight(&self) -> Result<Sight<'_>, Fault> {
        let viewer = self.op.viewer.as_deref().ok_or(Fault::Unexpected("a scoped read without a viewer"))?;
        Ok(Sight { viewer, today: self.op.today() })
    }

    fn noted<E: Scoped>(&self, row: E::Model) -> E::Model {
        if let Some(child) = E::child(&row) {
            self.op.note_read(child);
        }
        row
    }

    /// The rows with these ids that the viewer sees.
    pub async fn by_ids<E: Scoped>(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, E::Model>, Fault> {
        let mut found = HashMap::with_capacity(ids.len());
        for some in ids.chunks(IDS_A_STATEMENT) {
            let rows = E::find()
                .filter(E::ID.is_in(some.iter().copied()))
                .filter(E::visible(self.sight()?))
                .all(&self.store.reader)
                .await?;
            found.extend(rows.into_iter().map(|row| (id_of::<E>(&row), self.noted::<E>(row))));
        }
        Ok(found)
    }

    /// One row, if the viewer sees it.
    pub async fn one<E: Scoped>(&self, id: Uuid) -> Result<Option<E::Model>, Fault> {
        Ok(self.by_ids::<E>(&[id]).await?.remove(&id))
    }

    /// The one row for which a condition on a unique column holds, if the viewer sees it.
    pub(super) async fn one_where<E: Scoped>(&self, unique: SimpleExpr) -> Result<Option<E::Model>, Fault> {
        let row = E::find().filter(unique).filter(E::visible(self.sight()?)).one(&self.store.reader).await?;
        Ok(row.map(|row| self.noted::<E>(row)))
    }

    /// A page of a list by itself.
    pub async fn page<L: Listing>(
        &self,
        list: &L,
        window: &Window,
    ) -> Result<Page<<L::Entity as EntityTrait>::Model>, Fault> {
        let order = list.order();
        let rows = <L::Entity as EntityTrait>::find()
            .filter(self.condition(list, window)?)
            .order_by(order.by, direction(order.descending))
            .order_by(<L::Entity as Scoped>::ID, direction(order.descending))
            .limit(window.first + 1)
            .all(&self.store.reader)
            .await?;
        Ok(self.cut::<L>(order, rows, window.first))
    }

    /// The same page of a list under each of many parents, in one statement.
    pub async fn pages<L: Listing>(
        &self,
        list: &L,
        parents: &[Uuid],
        window: &Window,
    ) -> Result<HashMap<Uuid, Page<<L::Entity as EntityTrait>::Model>>, Fault> {
        let mut grouped: HashMap<Uuid, Vec<_>> = HashMap::new();
        for some in parents.chunks(IDS_A_STATEMENT) {
            let statement = self.numbered(list, some, window)?;
            for row in self.store.reader.query_all(&statement).await? {
                let model = <L::Entity as EntityTrait>::Model::from_query_result(&row, "")?;
                grouped.entry(row.try_get("", PARENT)?).or_default().push(model);
            }
        }
        let order = list.order();
        Ok(grouped.into_iter().map(|(of, rows)| (of, self.cut::<L>(order, rows, window.first))).collect())
    }

    /// The rows under each of the parents, numbered in the list's order and cut at the end of the page.
    fn numbered<L: Listing>(
        &self,
        list: &L,
        parents: &[Uuid],
        window: &Window,
    ) -> Result<SelectStatement, Fault> {
        let order = list.order();
        let parent = list.parent().ok_or(Fault::Unexpected("a list without a parent"))?;
        let id = <L::Entity as Scoped>::ID;
        let mut select = <L::Entity as EntityTrait>::find()
            .select_only()
            .filter(Expr::col(parent.column.clone()).is_in(parents.iter().copied()))
            .filter(self.condition(list, window)?);
        let numbered = QuerySelect::query(&mut select);
        numbered.expr_as(Expr::col(parent.column.clone()), PARENT);
        for column in <L::Entity as EntityTrait>::Column::iter() {
            numbered.expr_as(Expr::col(column.as_column_ref()), column.as_str());
        }
        if let Some((table, on)) = parent.join {
            numbered.join(JoinType::InnerJoin, table, on);
        }
        numbered.expr_window_as(
            Func::cust("row_number"),
            WindowStatement::partition_by(parent.column)
                .order_by(order.by.as_column_ref(), direction(order.descending))
                .order_by(id.as_column_ref(), direction(order.descending))
                .take(),
            PLACE,
        );
        Ok(Query::select()
            .column(Asterisk)
            .from_subquery(numbered.take(), "numbered")
            .and_where(Expr::col(PLACE).lte(window.first + 1))
            .order_by(PARENT, Order::Asc)
            .order_by(PLACE, Order::Asc)
            .take())
    }

    /// How many rows a list has, under a parent or by itself.
    pub async fn count<L: Listing>(&self, list: &L, parent: Option<Uuid>) -> Result<u64, Fault> {
        let mut query = <L::Entity as EntityTrait>::find()
            .filter(list.condition(&self.op))
            .filter(<L::Entity as Scoped>::visible(self.sight()?));
        if let (Some(column), Some(parent)) = (list.parent(), parent) {
            if let Some((table, on)) = column.join {
                QuerySelect::query(&mut query).join(JoinType::InnerJoin, table, on);
            }
            query = query.filter(Expr::col(column.column).eq(parent));
        }
        Ok(query.count(&self.store.reader).await?)
    }

    fn condition<L: Listing>(&self, list: &L, window: &Window) -> Result<Condition, Fault> {
        let order = list.order();
        let scope = <L::Entity as Scoped>::visible(self.sight()?);
        let all = Condition::all().add(list.condition(&self.op)).add(scope);
        let Some(place) = &window.after else { return Ok(all) };
        let value = value_of(&place.value).ok_or(Fault::Unexpected("a place that was not given out"))?;
        let id = <L::Entity as Scoped>::ID;
        let past = |column: <L::Entity as EntityTrait>::Column, value: Value| {
            if order.descending { column.lt(value) } else { column.gt(value) }
        };
        let beyond = Condition::any()
            .add(past(order.by, value.clone()))
            .add(Condition::all().add(order.by.eq(value)).add(past(id, place.id.into())));
        Ok(all.add(beyond))
    }

    fn cut<L: Listing>(
        &self,
        order: Ordering<<L::Entity as EntityTrait>::Column>,
        mut rows: Vec<<L::Entity as EntityTrait>::Model>,
        first: u64,
    ) -> Page<<L::Entity as EntityTrait>::Model> {
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let more = rows.len() > first;
        rows.truncate(first);
        let placed = rows.into_iter().map(|row| {
            let place = Place { value: text_of(&row.get(order.by)), id: id_of::<L::Entity>(&row) };
            (place, self.noted::<L::Entity>(row))
        });
        Page { rows: placed.collect(), more }
    }
}

fn direction(descending: bool) -> Order {
    if descending { Order::Desc } else { Order::Asc }
}

fn id_of<E: Scoped>(row: &E::Model) -> Uuid {
    uuid_of(&row.get(E::ID)).unwrap_or_default()
}

fn uuid_of(value: &Value) -> Option<Uuid> {
    match value {
        Value::Uuid(id) => *id,
        _ => None,
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::ChronoDateTimeUtc(Some(at)) => format!("t{}", at.timestamp_micros()),
        Value::ChronoDate(Some(on)) => format!("d{on}"),
        Value::String(Some(text)) => format!("s{text}"),
        Value::Int(Some(number)) => format!("i{number}"),
        Value::BigInt(Some(number)) => format!("b{number}"),
        Value::Uuid(Some(id)) => format!("u{id}"),
        _ => String::new(),
    }
}

fn value_of(text: &str) -> Option<Value> {
    let kind = text.chars().next()?;
    let rest = text.get(1..)?;
    match kind {
        't' => DateTime::<Utc>::from_timestamp_micros(rest.parse().ok()?).map(Value::from),
        'd' => rest.parse::<NaiveDate>().ok().map(Value::from),
        's' => Some(Value::from(rest.to_owned())),
        'i' => rest.parse::<i32>().ok().map(Value::from),
        'b' => rest.parse::<i64>().ok().map(Value::from),
        'u' => rest.parse::<Uuid>().ok().map(Value::from),
        _ => None,
    }
}

/// Whether a place can be read back.
pub fn is_place(value: &str) -> bool {
    value_of(value).is_some()
}
