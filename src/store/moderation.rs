//! How far locality groups moved the levels of the support grid that schools proposed (LG-12). Nothing here names a child.

use super::read::Reader;
use super::scope::Scoped;
use super::{Fault, Store};
use chrono::NaiveDate;
use domain::calendar::TermName;
use domain::graduated::AreaOfDevelopment;
use domain::locality::ItemState;
use domain::locality::moderation::{Moderated, Shift, Within, shifts};
use entity::{grid_moderation, locality, locality_item, locality_session};
use sea_orm::sea_query::{Expr, ExprTrait, IntoTableRef, JoinType};
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What is added up: by school year, term and area of need.
pub type Shifts = BTreeMap<Within, Shift>;

/// The London dates from and to which moderations count, where they are bounded.
pub type Between = (Option<NaiveDate>, Option<NaiveDate>);

/// A row of the statement: locality, school year and term of the session, area of need, levels.
type Found = (Uuid, i32, TermName, AreaOfDevelopment, i32, i32);

/// The moderations for which a condition holds, added up by locality: one statement.
async fn by_locality(
    db: &DatabaseConnection,
    which: Condition,
    (from, to): Between,
) -> Result<HashMap<Uuid, Shifts>, Fault> {
    use grid_moderation::Column;
    let session = Expr::col(locality_session::Column::Id.as_column_ref());
    let of_session = Condition::all().add(session.equals(Column::SessionId.as_column_ref()));
    let dated = Condition::all()
        .add_option(from.map(|from| Column::ModeratedOn.gte(from)))
        .add_option(to.map(|to| Column::ModeratedOn.lte(to)));
    let mut rows = grid_moderation::Entity::find()
        .select_only()
        .column(Column::LocalityId)
        .column(locality_session::Column::SchoolYear)
        .column(locality_session::Column::Term)
        .column(Column::AreaOfNeed)
        .column(Column::Proposed)
        .column(Column::Agreed)
        .filter(which)
        .filter(dated);
    let table = locality_session::Entity.into_table_ref();
    QuerySelect::query(&mut rows).join(JoinType::InnerJoin, table, of_session);
    let found: Vec<Found> = rows.into_tuple().all(db).await?;
    let mut grouped: HashMap<Uuid, Vec<Moderated>> = HashMap::new();
    for (locality, year, term, area, proposed, agreed) in found {
        let within = (year, term, area);
        grouped.entry(locality).or_default().push(Moderated { within, proposed, agreed });
    }
    Ok(grouped.into_iter().map(|(locality, moderated)| (locality, shifts(moderated))).collect())
}

impl Reader<'_> {
    /// The moderations in these localities that the viewer sees, added up.
    pub async fn moderation_shifts(
        &self,
        localities: &[Uuid],
        between: Between,
    ) -> Result<HashMap<Uuid, Shifts>, Fault> {
        let which = Condition::all()
            .add(grid_moderation::Column::LocalityId.is_in(localities.iter().copied()))
            .add(grid_moderation::Entity::visible(self.sight()?));
        by_locality(self.database(), which, between).await
    }
}

/// The moderations of an authority added up for each of its localities, by name. What is sealed does not count.
pub async fn of_authority(
    store: &Store,
    authority: Uuid,
    between: Between,
) -> Result<Vec<(String, Shifts)>, Fault> {
    let open = locality_item::Entity::find()
        .select_only()
        .column(locality_item::Column::Id)
        .filter(locality_item::Column::AuthorityId.eq(authority))
        .filter(locality_item::Column::State.ne(ItemState::Withdrawn))
        .into_query();
    let which = Condition::all()
        .add(grid_moderation::Column::AuthorityId.eq(authority))
        .add(grid_moderation::Column::ItemId.in_subquery(open));
    let mut found = by_locality(store.reader(), which, between).await?;
    let localities = locality::Entity::find()
        .filter(locality::Column::AuthorityId.eq(authority))
        .order_by_asc(locality::Column::Name)
        .order_by_asc(locality::Column::Id)
        .all(store.reader())
        .await?;
    let named = localities.into_iter().filter_map(|row| Some((row.name, found.remove(&row.id)?)));
    Ok(named.collect())
}
