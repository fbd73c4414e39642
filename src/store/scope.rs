//! Who sees which rows: one SQL condition per table and viewer. Every query on a table that holds child data carries
//! its condition; there is no way to load first and filter afterwards.

mod ehc;
mod graduated;
mod locality;
mod log;
mod people;
pub(super) mod planning;

use crate::op::Viewer;
use chrono::NaiveDate;
use domain::access::{Reach, Role};
use domain::consent::Purpose;
use domain::consultation::record::RecordState;
use domain::duty::Step;
use entity::{
    agreed_action, area_ruled_out, attachment, attendee, child, closure_day, consent, consultation,
    consultation_slot, duty, further_observation, graduated_response, holding, immediate_action,
    intervention, link_consultation, named_staff, one_plan, parent_carer, plan_contribution, plan_cycle,
    plan_evidence, plan_outcome, plan_section, record_of_involvement, referral, school_assessment,
    school_concern, sen_register_decision, vulnerability,
};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// Who looks, and on which London date.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The viewer.
    pub viewer: &'a Viewer,
    /// Today in London: links, holdings and roles are asked for a date.
    pub today: NaiveDate,
}

/// A table that only scoped finders read.
pub trait Scoped: EntityTrait<Model: Send + Sync> {
    /// The column of the row's id.
    const ID: Self::Column;

    /// The rows that the viewer sees.
    fn visible(sight: Sight<'_>) -> Condition;

    /// The child whose record a row is part of: reading it is audited (XC-10).
    fn child(_row: &Self::Model) -> Option<Uuid> {
        None
    }
}

fn nothing() -> Condition {
    Condition::any().add(Expr::val(1).eq(0))
}

/// The subquery of ids that an entity's scope allows.
fn ids_of<E: Scoped>(sight: Sight<'_>, id: E::Column) -> sea_orm::sea_query::SelectStatement {
    E::find().select_only().column(id).filter(E::visible(sight)).into_query()
}

fn from_to<C: ColumnTrait>(from: C, to: C, today: NaiveDate) -> Condition {
    Condition::all().add(from.lte(today)).add(Condition::any().add(to.is_null()).add(to.gte(today)))
}

/// A holding ends on the day of the move: the old school sees nothing from that day on.
fn held_today(today: NaiveDate) -> Condition {
    Condition::all()
        .add(holding::Column::FromDate.lte(today))
        .add(Condition::any().add(holding::Column::ToDate.is_null()).add(holding::Column::ToDate.gt(today)))
}

fn held_children(condition: Condition, today: NaiveDate) -> sea_orm::sea_query::SelectStatement {
    holding::Entity::find()
        .select_only()
        .column(holding::Column::ChildId)
        .filter(held_today(today))
        .filter(condition)
        .into_query()
}

/// Children reached through a school, a link, their family or an authority: by the column that names the child.
fn reached_children<C: ColumnTrait>(sight: Sight<'_>, child_id: C, authority_roles: &[Role]) -> Condition {
    let Sight { viewer, today } = sight;
    let mut any = nothing();
    let schools = viewer.schools(|reach| matches!(reach, Reach::School | Reach::LinkedSchools));
    let authorities = viewer.authorities(|role| authority_roles.contains(&role));
    let mut held = Condition::any();
    if !schools.is_empty() {
        held = held.add(holding::Column::SchoolId.is_in(schools));
    }
    if !authorities.is_empty() {
        held = held.add(holding::Column::AuthorityId.is_in(authorities));
    }
    if !held.is_empty() {
        any = any.add(child_id.in_subquery(held_children(held, today)));
    }
    let named_at = viewer.schools(|reach| reach == Reach::NamedChildren);
    if !named_at.is_empty() {
        any = any.add(child_id.in_subquery(named_children(sight, named_at)));
    }
    if viewer.holds(Role::Parent) {
        any = any.add(child_id.in_subquery(own_children(sight)));
    }
    if viewer.holds(Role::YoungPerson) {
        let own = child::Entity::find().select_only().column(child::Column::Id);
        any =
            any.add(child_id.in_subquery(own.filter(child::Column::PersonId.eq(viewer.person)).into_query()));
    }
    for authority in viewer.authorities(|role| role == Role::EhcpCoordinator) {
        any = any.add(ehc::children(child_id, authority, today));
    }
    any
}

fn named_children(sight: Sight<'_>, schools: Vec<Uuid>) -> sea_orm::sea_query::SelectStatement {
    let still_there =
        held_children(Condition::all().add(holding::Column::SchoolId.is_in(schools.clone())), sight.today);
    named_staff::Entity::find()
        .select_only()
        .column(named_staff::Column::ChildId)
        .filter(named_staff::Column::PersonId.eq(sight.viewer.person))
        .filter(named_staff::Column::SchoolId.is_in(schools))
        .filter(from_to(named_staff::Column::FromDate, named_staff::Column::ToDate, sight.today))
        .filter(named_staff::Column::ChildId.in_subquery(still_there))
        .into_query()
}

fn own_children(sight: Sight<'_>) -> sea_orm::sea_query::SelectStatement {
    parent_carer::Entity::find()
        .select_only()
        .column(parent_carer::Column::ChildId)
        .filter(parent_carer::Column::PersonId.eq(sight.viewer.person))
        .filter(from_to(parent_carer::Column::FromDate, parent_carer::Column::ToDate, sight.today))
        .into_query()
}

/// Roles that reach casework through the authority.
const CASEWORK: &[Role] = &[Role::SendManager, Role::Integrator];
/// And those that reach a child's identity.
const IDENTITY: &[Role] = &[Role::SendManager, Role::Integrator, Role::AuthorityAdmin];

impl Scoped for child::Entity {
    const ID: Self::Column = child::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        let mut any = reached_children(sight, child::Column::Id, IDENTITY);
        let team = sight.viewer.authorities(|role| role == Role::ConsultationsTeam);
        if !team.is_empty() {
            let held = held_children(
                Condition::all().add(holding::Column::AuthorityId.is_in(team.clone())),
                sight.today,
            );
            let booked = consultation::Entity::find().select_only().column(consultation::Column::ChildId);
            any = any.add(
                Condition::all()
                    .add(child::Column::Id.in_subquery(
                        booked.filter(consultation::Column::AuthorityId.is_in(team)).into_query(),
                    ))
                    .add(child::Column::Id.in_subquery(held)),
            );
        }
        let special = sight.viewer.authorities(|role| role == Role::Specialist);
        if !special.is_empty() {
            let held =
                held_children(Condition::all().add(holding::Column::AuthorityId.is_in(special)), sight.today);
            let own = consultation::Entity::find()
                .select_only()
                .column(consultation::Column::ChildId)
                .filter(in_own_slots(sight))
                .into_query();
            any = any.add(
                Condition::all()
                    .add(child::Column::Id.in_subquery(own))
                    .add(child::Column::Id.in_subquery(held)),
            );
        }
        any = any.add(child::Column::Id.in_subquery(ehc::children_asked_about(sight)));
        Condition::all().add(child::Column::ErasedAt.is_null()).add(any)
    }

    fn child(row: &child::Model) -> Option<Uuid> {
        Some(row.id)
    }
}

/// Consultations in slots of one's own, where one is a specialist still.
fn in_own_slots(sight: Sight<'_>) -> Condition {
    let own = consultation_slot::Entity::find()
        .select_only()
        .column(consultation_slot::Column::Id)
        .filter(consultation_slot::Column::SpecialistId.eq(sight.viewer.person))
        .into_query();
    let special = sight.viewer.authorities(|role| role == Role::Specialist);
    Condition::all()
        .add(consultation::Column::AuthorityId.is_in(special))
        .add(consultation::Column::SlotId.in_subquery(own))
}

impl Scoped for consultation::Entity {
    const ID: Self::Column = consultation::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        let mut any = reached_children(sight, consultation::Column::ChildId, CASEWORK);
        let team = sight.viewer.authorities(|role| role == Role::ConsultationsTeam);
        if !team.is_empty() {
            any = any.add(consultation::Column::AuthorityId.is_in(team));
        }
        if sight.viewer.holds(Role::Specialist) {
            any = any.add(in_own_slots(sight));
        }
        any
    }

    fn child(row: &consultation::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}

impl Scoped for consent::Entity {
    const ID: Self::Column = consent::Column::Id;

    /// A school sees those to discussion in a locality group that it recorded itself. Who may not follow the link from an item of a locality group to its child does not see who consented to being
    /// discussed there: a code and a short list of those who did would say who it is (LG-11).
    fn visible(sight: Sight<'_>) -> Condition {
        let at_school = |reach| matches!(reach, Reach::School | Reach::NamedChildren | Reach::LinkedSchools);
        let narrowed = |role: Role| role == Role::Integrator || at_school(role.reach());
        let others = sight.viewer.only(|role| !narrowed(role));
        let narrowed = sight.viewer.only(narrowed);
        let reached =
            |viewer| reached_children(Sight { viewer, ..sight }, consent::Column::ChildId, CASEWORK);
        let of_no_group = Condition::any()
            .add(consent::Column::Purpose.ne(Purpose::LocalityDiscussion))
            .add(consent::Column::SchoolId.is_in(narrowed.schools(|_| true)));
        let mut any = Condition::any()
            .add(reached(&others))
            .add(Condition::all().add(of_no_group).add(reached(&narrowed)));
        let team = sight.viewer.authorities(|role| role == Role::ConsultationsTeam);
        if !team.is_empty() {
            any = any.add(
                Condition::all()
                    .add(consent::Column::AuthorityId.is_in(team))
                    .add(consent::Column::Purpose.eq(Purpose::OnlineConsultation)),
            );
        }
        any
    }

    fn child(row: &consent::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}

/// What hangs on a consultation is seen with it.
macro_rules! seen_with_consultation {
    ($($module:ident),*) => {$(
        impl Scoped for $module::Entity {
            const ID: Self::Column = $module::Column::Id;

            fn visible(sight: Sight<'_>) -> Condition {
                let seen = ids_of::<consultation::Entity>(sight, consultation::Column::Id);
                Condition::all().add($module::Column::ConsultationId.in_subquery(seen))
            }
        }
    )*};
}
seen_with_consultation!(attendee, immediate_action);

impl Scoped for record_of_involvement::Entity {
    const ID: Self::Column = record_of_involvement::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        let issued = Condition::all().add(record_of_involvement::Column::State.eq(RecordState::Issued)).add(
            record_of_involvement::Column::ConsultationId
                .in_subquery(ids_of::<consultation::Entity>(sight, consultation::Column::Id)),
        );
        let mut any = Condition::any().add(issued);
        let team = sight.viewer.authorities(|role| role == Role::ConsultationsTeam);
        if !team.is_empty() {
            any = any.add(record_of_involvement::Column::AuthorityId.is_in(team));
        }
        if sight.viewer.holds(Role::Specialist) {
            let own = consultation::Entity::find()
                .select_only()
                .column(consultation::Column::Id)
                .filter(in_own_slots(sight))
                .into_query();
            any = any.add(record_of_involvement::Column::ConsultationId.in_subquery(own));
        }
        any
    }

    fn child(row: &record_of_involvement::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}

/// What belongs to a child's casework and to nothing else.
macro_rules! seen_with_casework {
    ($($module:ident),*) => {$(
        impl Scoped for $module::Entity {
            const ID: Self::Column = $module::Column::Id;

            fn visible(sight: Sight<'_>) -> Condition {
                reached_children(sight, $module::Column::ChildId, CASEWORK)
            }

            fn child(row: &$module::Model) -> Option<Uuid> {
                Some(row.child_id)
            }
        }
    )*};
}
seen_with_casework!(
    vulnerability,
    named_staff,
    graduated_response,
    school_concern,
    school_assessment,
    area_ruled_out,
    intervention,
    sen_register_decision,
    one_plan,
    plan_cycle,
    plan_section,
    plan_outcome,
    plan_contribution,
    plan_evidence,
    further_observation,
    link_consultation,
    agreed_action,
    referral
);

/// Children whose casework, and not only whose identity, the viewer sees: by the column that names the child.
pub(super) fn casework<C: ColumnTrait>(sight: Sight<'_>, child_id: C) -> Condition {
    reached_children(sight, child_id, CASEWORK)
}

/// What belongs to a child's identity: seen with the child.
macro_rules! seen_with_child {
    ($($module:ident),*) => {$(
        impl Scoped for $module::Entity {
            const ID: Self::Column = $module::Column::Id;

            fn visible(sight: Sight<'_>) -> Condition {
                let seen = ids_of::<child::Entity>(sight, child::Column::Id);
                Condition::all().add($module::Column::ChildId.in_subquery(seen))
            }

            fn child(row: &$module::Model) -> Option<Uuid> {
                Some(row.child_id)
            }
        }
    )*};
}
seen_with_child!(parent_carer, holding);

impl Scoped for attachment::Entity {
    const ID: Self::Column = attachment::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        let consultations = ids_of::<consultation::Entity>(sight, consultation::Column::Id);
        let consents = ids_of::<consent::Entity>(sight, consent::Column::Id);
        let hangs_on = Condition::any()
            .add(attachment::Column::ConsultationId.in_subquery(consultations))
            .add(attachment::Column::ConsentId.in_subquery(consents));
        Condition::all().add(attachment::Column::ErasedAt.is_null()).add(hangs_on)
    }

    fn child(row: &attachment::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}

impl Scoped for duty::Entity {
    const ID: Self::Column = duty::Column::Id;

    /// Deadlines are the professionals'; parents see the dates on the case itself.
    fn visible(sight: Sight<'_>) -> Condition {
        let staff = as_staff(sight.viewer);
        let sight = Sight { viewer: &staff, ..sight };
        let seen = ids_of::<consultation::Entity>(sight, consultation::Column::Id);
        let readers = sight.viewer.authorities(|role| role == Role::SendManager);
        let of_authority = Condition::all()
            .add(duty::Column::CaseId.is_null())
            .add(duty::Column::AuthorityId.is_in(readers));
        // Nobody's: it only says until when a forecast holds.
        let shown = Condition::any()
            .add(duty::Column::Step.is_null())
            .add(duty::Column::Step.ne(Step::ReckonForecast));
        let any = Condition::any()
            .add(duty::Column::CaseId.in_subquery(seen))
            .add(duty::Column::CaseId.in_subquery(ehc::worked_on(sight)))
            .add(duty::Column::CaseId.in_subquery(graduated::responses(sight)))
            .add(ehc::duties_asked(sight))
            .add(of_authority);
        let any = planning::cases(sight)
            .into_iter()
            .chain(locality::cases(sight))
            .fold(any, |any, cases| any.add(duty::Column::CaseId.in_subquery(cases)));
        Condition::all().add(shown).add(any)
    }

    fn child(row: &duty::Model) -> Option<Uuid> {
        row.child_id
    }
}

/// The viewer without what they see as somebody's family: a teacher is no professional to their own child.
fn as_staff(viewer: &Viewer) -> Viewer {
    viewer.without(Role::Parent).without(Role::YoungPerson)
}

/// What everybody on the staff of an authority sees: its schools, slots, link staff.
fn in_own_authority<C: ColumnTrait>(viewer: &Viewer, authority_id: C) -> Condition {
    let staff = viewer.authorities(|role| role.reach() != Reach::Family);
    if staff.is_empty() { nothing() } else { Condition::any().add(authority_id.is_in(staff)) }
}

impl Scoped for consultation_slot::Entity {
    const ID: Self::Column = consultation_slot::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        in_own_authority(sight.viewer, consultation_slot::Column::AuthorityId)
    }
}

impl Scoped for closure_day::Entity {
    const ID: Self::Column = closure_day::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        in_own_authority(sight.viewer, closure_day::Column::AuthorityId)
    }
}

impl Scoped for entity::locality::Entity {
    const ID: Self::Column = entity::locality::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        in_own_authority(sight.viewer, entity::locality::Column::AuthorityId)
    }
}
