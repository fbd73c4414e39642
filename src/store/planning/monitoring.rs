//! How planning meetings go in a term, school by school (PC-6, PC-9). Nothing here names a child. The number of statements
//! does not follow the number of schools.

use super::TermOf;
use crate::store::term_due::withdrawn;
use crate::store::{Fault, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::london;
use domain::planning::MeetingState;
use domain::planning::monitoring::{Figures, Row};
use entity::{
    action_outcome, allocation, meeting_action, meeting_feedback, planning_meeting, planning_term, school,
    support_agreement,
};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

fn minutes(value: Option<i32>) -> u32 {
    value.and_then(|minutes| u32::try_from(minutes).ok()).unwrap_or_default()
}

fn days(from: NaiveDate, to: NaiveDate) -> u32 {
    u32::try_from((to - from).num_days()).unwrap_or_default()
}

/// The schools of an authority with what is told of them.
struct Rows {
    schools: Vec<school::Model>,
    figures: HashMap<Option<Uuid>, Figures>,
}

impl Rows {
    fn of(&mut self, school: Option<Uuid>) -> &mut Figures {
        self.figures.entry(school).or_default()
    }

    fn into_rows(mut self) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for school in &self.schools {
            if let Some(figures) = self.figures.remove(&Some(school.id)) {
                rows.push(Row { school: Some(school.id), name: school.name.clone(), figures });
            }
        }
        let of_none = self.figures.remove(&None);
        rows.extend(of_none.map(|figures| Row { school: None, name: String::new(), figures }));
        rows
    }
}

/// The meetings of a term in an authority, to find what hangs on them.
fn meetings(authority: Uuid, (year, term): TermOf) -> SelectStatement {
    planning_meeting::Entity::find()
        .select_only()
        .column(planning_meeting::Column::Id)
        .filter(planning_meeting::Column::AuthorityId.eq(authority))
        .filter(planning_meeting::Column::SchoolYear.eq(year))
        .filter(planning_meeting::Column::Term.eq(term))
        .into_query()
}

/// The figures of each school that was due a meeting in a term or had one, by name, and of what was said of no school;
/// `window` is the last London date of the term's meetings.
pub async fn rows(
    store: &Store,
    authority: Uuid,
    of: TermOf,
    window: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<Row>, Fault> {
    let db = store.reader();
    let schools = school::Entity::find()
        .filter(school::Column::AuthorityId.eq(authority))
        .order_by_asc(school::Column::Name)
        .order_by_asc(school::Column::Id)
        .all(db)
        .await?;
    let mut rows = Rows { schools, figures: HashMap::new() };
    coverage(store, authority, of, window, now, &mut rows).await?;
    actions(store, authority, of, now, &mut rows).await?;
    time(store, authority, of, &mut rows).await?;
    let said = meeting_feedback::Entity::find()
        .filter(meeting_feedback::Column::AuthorityId.eq(authority))
        .filter(meeting_feedback::Column::SchoolYear.eq(of.0))
        .filter(meeting_feedback::Column::Term.eq(of.1))
        .all(db)
        .await?;
    for row in said {
        let scores = rows.of(row.school_id).feedback.entry(row.source).or_default();
        scores.number += 1;
        scores.sum += minutes(Some(row.score));
    }
    Ok(rows.into_rows())
}

async fn coverage(
    store: &Store,
    authority: Uuid,
    (year, term): TermOf,
    window: NaiveDate,
    now: DateTime<Utc>,
    rows: &mut Rows,
) -> Result<(), Fault> {
    let db = store.reader();
    let held = planning_meeting::Entity::find()
        .filter(planning_meeting::Column::AuthorityId.eq(authority))
        .filter(planning_meeting::Column::SchoolYear.eq(year))
        .filter(planning_meeting::Column::Term.eq(term))
        .filter(planning_meeting::Column::State.ne(MeetingState::Cancelled))
        .all(db)
        .await?;
    // What a school was due before it closed is withdrawn.
    let due = planning_term::Entity::find()
        .filter(planning_term::Column::AuthorityId.eq(authority))
        .filter(planning_term::Column::SchoolYear.eq(year))
        .filter(planning_term::Column::Term.eq(term))
        .filter(withdrawn::<planning_term::Entity>().not())
        .all(db)
        .await?;
    let open = rows.schools.iter().filter(|school| school.status.is_open());
    let with_one = held.iter().map(|row| row.school_id);
    let mut of_term: HashSet<Uuid> = due.iter().map(|row| row.school_id).chain(with_one).collect();
    if due.is_empty() && !held.is_empty() {
        of_term.extend(open.map(|school| school.id));
    }
    let was_held: HashSet<_> =
        held.iter().filter(|row| row.state != MeetingState::Planned).map(|row| row.school_id).collect();
    let over = london::date_of(now) > window;
    for school in of_term {
        let figures = rows.of(Some(school));
        figures.due += 1;
        figures.missed += u32::from(over && !was_held.contains(&school));
    }
    for row in held {
        rows.of(Some(row.school_id)).add_meeting(row.state);
    }
    Ok(())
}

async fn actions(
    store: &Store,
    authority: Uuid,
    of: TermOf,
    now: DateTime<Utc>,
    rows: &mut Rows,
) -> Result<(), Fault> {
    let db = store.reader();
    let agreed = meeting_action::Entity::find()
        .filter(meeting_action::Column::MeetingId.in_subquery(meetings(authority, of)))
        .all(db)
        .await?;
    for row in agreed {
        let actions = &mut rows.of(Some(row.school_id)).actions;
        actions.agreed += 1;
        if row.closed_in.is_none() {
            actions.open += 1;
            actions.open_days += days(row.agreed_on, london::date_of(now));
        }
    }
    let answered = action_outcome::Entity::find()
        .filter(action_outcome::Column::MeetingId.in_subquery(meetings(authority, of)))
        .all(db)
        .await?;
    let ids = action_outcome::Entity::find()
        .select_only()
        .column(action_outcome::Column::ActionId)
        .filter(action_outcome::Column::MeetingId.in_subquery(meetings(authority, of)))
        .into_query();
    let asked = meeting_action::Entity::find().filter(meeting_action::Column::Id.in_subquery(ids));
    let asked = asked.all(db).await?;
    let agreed_on: BTreeMap<_, _> = asked.into_iter().map(|row| (row.id, row.agreed_on)).collect();
    for row in answered {
        let Some(from) = agreed_on.get(&row.action_id) else { continue };
        let age = days(*from, london::date_of(row.recorded_at));
        rows.of(Some(row.school_id)).add_outcome(row.outcome, age);
    }
    Ok(())
}

async fn time(store: &Store, authority: Uuid, (year, term): TermOf, rows: &mut Rows) -> Result<(), Fault> {
    let db = store.reader();
    let agreed = support_agreement::Entity::find()
        .filter(support_agreement::Column::AuthorityId.eq(authority))
        .filter(support_agreement::Column::SchoolYear.eq(year))
        .filter(support_agreement::Column::Term.eq(term))
        .filter(support_agreement::Column::WithdrawnReason.is_null())
        .all(db)
        .await?;
    for row in agreed {
        rows.of(Some(row.school_id)).add_support(row.form, row.service, minutes(row.minutes));
    }
    let allocated = allocation::Entity::find()
        .filter(allocation::Column::AuthorityId.eq(authority))
        .filter(allocation::Column::SchoolYear.eq(year))
        .filter(allocation::Column::Term.eq(term))
        .all(db)
        .await?;
    for row in allocated {
        let time = rows.of(Some(row.school_id)).time.entry(row.service).or_default();
        time.allocated += minutes(Some(row.minutes));
    }
    Ok(())
}
