//! Everything held about one child, row by row, for a subject access request (XC-15): what is anonymised and what is sealed
//! included. Of files it says which there are, not what is in them.

use super::{Fault, Store};
use crate::op::Op;
use domain::access::Role;
use entity::{
    access_audit, accuracy_check, action_outcome, action_plan, action_plan_step, advice_query,
    advice_query_entry, advice_request, advice_version, agenda_item, agreed_action, area_ruled_out,
    attachment, attendee, child, child_word, consent, consultation, delay_notice, draft_plan, duty,
    ehc_assessment, ehc_forecast, ep_involvement, escalation, escalation_told, event, further_observation,
    graduated_response, grid_moderation, guest_item, holding, immediate_action, intervention,
    item_discussion, link_consultation, link_contact, locality_item, locality_item_child, locality_note,
    meeting_action, meeting_addendum, named_staff, one_plan, outbox_mail, parent_carer, person,
    plan_contribution, plan_cycle, plan_evidence, plan_outcome, plan_section, preparation_form,
    record_of_involvement, referral, school_assessment, school_concern, sen_register_decision,
    statutory_exception, strategy, support_agreement, transfer_request, vulnerability,
};
use sea_orm::sea_query::{SelectStatement, Value as Held, sea_value_to_json_value};
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, EntityTrait, IdenStatic, Iterable, ModelTrait,
    PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Rows as JSON objects, by the name of their table. Tables that hold nothing are left out.
struct Bundle<'a> {
    db: &'a DatabaseConnection,
    tables: Map<String, Value>,
}

impl Bundle<'_> {
    /// Adds the rows of a table for which a condition holds, in the order of their keys.
    async fn add<E: EntityTrait>(&mut self, which: Condition) -> Result<(), Fault> {
        let mut query = E::find().filter(which);
        for key in E::PrimaryKey::iter() {
            query = query.order_by_asc(key.into_column());
        }
        let rows = query.all(self.db).await?;
        let rows: Vec<Value> = rows.iter().map(object::<E>).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let table = self.tables.entry(E::default().table_name()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(known) = table {
            known.extend(rows);
        }
        Ok(())
    }
}

/// A row by the names of its columns.
fn object<E: EntityTrait>(row: &E::Model) -> Value {
    let cell = |column: E::Column| (column.as_str().to_owned(), json(&row.get(column)));
    Value::Object(E::Column::iter().map(cell).collect())
}

/// Dates and times as the graph writes them; all else as it is.
fn json(value: &Held) -> Value {
    match value {
        Held::ChronoDate(Some(on)) => on.to_string().into(),
        Held::ChronoDateTimeUtc(Some(at)) => at.to_rfc3339().into(),
        other => sea_value_to_json_value(other),
    }
}

/// Declares the tables whose rows name the child, and adds them.
macro_rules! tables_of_child {
    ($($module:ident),* $(,)?) => {
        /// The tables whose rows name a child.
        #[cfg(test)]
        const OF_CHILD: &[&str] = &[$(stringify!($module)),*];

        async fn add_of_child(bundle: &mut Bundle<'_>, child: Uuid) -> Result<(), Fault> {
            $(bundle.add::<$module::Entity>(Condition::all().add($module::Column::ChildId.eq(child))).await?;)*
            Ok(())
        }
    };
}
tables_of_child!(
    access_audit,
    accuracy_check,
    action_outcome,
    advice_query,
    advice_query_entry,
    advice_request,
    advice_version,
    agenda_item,
    agreed_action,
    area_ruled_out,
    attachment,
    child_word,
    consent,
    consultation,
    delay_notice,
    draft_plan,
    duty,
    ehc_assessment,
    ehc_forecast,
    escalation,
    event,
    further_observation,
    graduated_response,
    holding,
    intervention,
    item_discussion,
    link_consultation,
    link_contact,
    locality_item_child,
    meeting_action,
    meeting_addendum,
    named_staff,
    one_plan,
    parent_carer,
    plan_contribution,
    plan_cycle,
    plan_evidence,
    plan_outcome,
    plan_section,
    record_of_involvement,
    referral,
    school_assessment,
    school_concern,
    sen_register_decision,
    statutory_exception,
    support_agreement,
    transfer_request,
    vulnerability,
);

/// Adds the rows of tables that hang on others.
macro_rules! hanging {
    ($bundle:ident, $on:expr => $($module:ident $column:ident),*) => {$(
        let on = Condition::all().add($module::Column::$column.in_subquery($on));
        $bundle.add::<$module::Entity>(on).await?;
    )*};
}

/// The column of a child's rows in a table, as a subquery.
macro_rules! of {
    ($child:ident, $module:ident $column:ident) => {
        $module::Entity::find()
            .select_only()
            .column($module::Column::$column)
            .filter($module::Column::ChildId.eq($child))
            .into_query()
    };
}

/// The items of locality groups about a child, sealed ones included.
fn items(child: Uuid) -> SelectStatement {
    of!(child, locality_item_child ItemId)
}

/// What hangs on the cases of a child, or on what was said of it in a meeting.
async fn add_of_cases(bundle: &mut Bundle<'_>, child: Uuid) -> Result<(), Fault> {
    hanging!(bundle, of!(child, consultation Id) =>
        attendee ConsultationId, immediate_action ConsultationId, outbox_mail CaseId);
    hanging!(bundle, of!(child, ehc_assessment Id) => outbox_mail CaseId);
    hanging!(bundle, of!(child, graduated_response Id) => outbox_mail CaseId);
    hanging!(bundle, of!(child, agenda_item Id) => guest_item ItemId);
    hanging!(bundle, of!(child, escalation Id) => escalation_told EscalationId);
    Ok(())
}

/// What locality groups wrote about a child. Neither it nor the deadlines and events of an item name the child: the link does.
async fn add_of_items(bundle: &mut Bundle<'_>, child: Uuid) -> Result<(), Fault> {
    hanging!(bundle, items(child) =>
        locality_item Id, preparation_form ItemId, locality_note ItemId, strategy ItemId, action_plan ItemId,
        action_plan_step ItemId, ep_involvement ItemId, grid_moderation ItemId,
        duty CaseId, escalation CaseId, event CaseId, outbox_mail CaseId);
    let escalations = escalation::Entity::find()
        .select_only()
        .column(escalation::Column::Id)
        .filter(escalation::Column::CaseId.in_subquery(items(child)))
        .into_query();
    hanging!(bundle, escalations => escalation_told EscalationId);
    Ok(())
}

/// Everything held about a child; nothing where the viewer is no administrator of the authority that holds it. Whoever may erase
/// a record answers for what is in it.
pub async fn of_child(store: &Store, op: &Op, child: Uuid) -> Result<Option<Value>, Fault> {
    let administrator = op.only(|role| role == Role::AuthorityAdmin);
    let Some(row) = store.read(&administrator).one::<child::Entity>(child).await? else {
        return Ok(None);
    };
    let mut bundle = Bundle { db: store.reader(), tables: Map::new() };
    bundle.add::<child::Entity>(Condition::all().add(child::Column::Id.eq(child))).await?;
    if let Some(own) = row.person_id {
        bundle.add::<person::Entity>(Condition::all().add(person::Column::Id.eq(own))).await?;
    }
    add_of_child(&mut bundle, child).await?;
    add_of_cases(&mut bundle, child).await?;
    add_of_items(&mut bundle, child).await?;
    Ok(Some(Value::Object(bundle.tables)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The tables of the migrations with a column that names a child.
    fn declared() -> BTreeSet<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migration/src");
        let mut tables = BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for table in text.split("create table ").skip(1) {
                let (name, columns) = table.split_once('(').unwrap();
                let columns = columns.split_once("\n);").map_or("", |(columns, _)| columns);
                if columns.lines().any(|line| line.trim_start().starts_with("child_id uuid")) {
                    tables.insert(name.trim().to_owned());
                }
            }
        }
        tables
    }

    #[test]
    fn every_table_that_names_a_child_is_asked() {
        let asked: BTreeSet<_> = OF_CHILD.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(asked, declared());
        assert!(asked.len() > 40);
    }

    #[test]
    fn cells_are_written_as_in_the_graph() {
        let at = chrono::DateTime::UNIX_EPOCH;
        assert_eq!(json(&Held::from(at.date_naive())), "1970-01-01");
        assert_eq!(json(&Held::from(at)), "1970-01-01T00:00:00+00:00");
        assert_eq!(json(&Held::from(None::<String>)), Value::Null);
        assert_eq!(json(&Held::from(serde_json::json!({"a": 1}))), serde_json::json!({"a": 1}));
    }
}
