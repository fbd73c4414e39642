//! Every row of the database, and what the sight table says of it for an account.

mod groups;
mod markers;
mod meetings;
mod truth;

use crate::support::app::App;
use casegraph::graphql::id::{Kind, encode};
use chrono::NaiveDate;
use domain::access::Role;
use domain::access::sight::Object;
use domain::consultation::record::RecordState;
use domain::london;
use entity::*;
use sea_orm::{DbBackend, EntityTrait};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

pub struct Account {
    person: Uuid,
    role: Role,
    authority: Uuid,
    school: Option<Uuid>,
}

impl Account {
    pub fn of(app: &App, subject: &str, role: Role) -> Self {
        let world = &app.world;
        let elsewhere = subject.starts_with("elsewhere");
        let authority = if elsewhere { world.other_authority } else { world.authority };
        let place = match subject {
            "second_senco" => "second_primary",
            "secondary_senco" => "secondary",
            _ => "primary",
        };
        Self { person: world.people[subject], role, authority, school: Some(world.schools[place]) }
    }
}

macro_rules! tables {
    ($($name:ident: $module:ident),* $(,)?) => {
        pub struct Rows { today: NaiveDate, $($name: Vec<$module::Model>),* }

        impl Rows {
            /// Everything that is stored.
            pub async fn read(app: &App) -> Self {
                let db = app.service.store.reader();
                Self {
                    today: london::date_of(app.now()),
                    $($name: $module::Entity::find().all(db).await.unwrap()),*
                }
            }
        }
    };
}
tables!(
    authorities: authority, closure_days: closure_day, localities: locality, schools: school, links: link_assignment,
    persons: person, grants: role_grant, children: child, parents: parent_carer, consents: consent,
    slots: consultation_slot, cases: consultation, records: record_of_involvement, attachments: attachment,
    duties: duty, escalations: escalation, told: escalation_told, events: event, requests: transfer_request,
    holdings: holding, named: named_staff, assessments: ehc_assessment, exceptions: statutory_exception,
    advice: advice_request, versions: advice_version, queries: advice_query, drafts: draft_plan,
    checks: accuracy_check, notices: delay_notice, instruments: instrument, responses: graduated_response,
    concerns: school_concern, school_assessments: school_assessment, interventions: intervention, decisions: sen_register_decision, plans: one_plan, cycles: plan_cycle, sections: plan_section, contacts: link_contact, link_consultations: link_consultation, actions: agreed_action, referrals: referral, flags: vulnerability,
    meetings: planning_meeting, participants: meeting_participant, guest_items: guest_item, items: agenda_item,
    support: support_agreement, meeting_actions: meeting_action, planning_terms: planning_term, feedback: meeting_feedback,
    sessions: locality_session, group_items: locality_item, item_children: locality_item_child, group_notes: locality_note, strategies: strategy,
    action_plans: action_plan, action_steps: action_plan_step, involvements: ep_involvement, moderations: grid_moderation, locality_terms: locality_term, groups: locality_session_school,
);

fn opaque(kind: Kind, ids: impl Iterator<Item = Uuid>) -> BTreeSet<String> {
    ids.map(|id| encode(kind, id).0).collect()
}

/// An id as the database spells it.
pub fn literal(app: &App, id: Uuid) -> String {
    match app.service.store.backend() {
        DbBackend::Postgres => format!("'{id}'"),
        _ => format!("x'{}'", id.simple()),
    }
}

impl Rows {
    /// The ids of the rows of a kind for which a condition holds.
    fn of(&self, object: Object, sees: impl Fn(Row<'_>) -> bool) -> BTreeSet<String> {
        macro_rules! ids {
            ($kind:ident $rows:ident $variant:ident) => {
                opaque(
                    Kind::$kind,
                    self.$rows.iter().filter(|row| sees(Row::$variant(row))).map(|row| row.id),
                )
            };
        }
        macro_rules! of_response {
            ($kind:ident $rows:ident) => {{
                let rows = self.$rows.iter().filter(|row| sees(Row::Response(row.child_id)));
                opaque(Kind::$kind, rows.map(|row| row.id))
            }};
        }
        let of_state = |state: RecordState| {
            let rows = self.records.iter().filter(|row| row.state == state && sees(Row::Record(row)));
            opaque(Kind::RecordOfInvolvement, rows.map(|row| row.id))
        };
        macro_rules! of_item {
            ($kind:ident $rows:ident) => {{
                let rows = self.$rows.iter().filter(|row| sees(Row::OfItem(row.item_id)));
                opaque(Kind::$kind, rows.map(|row| row.id))
            }};
        }
        let of_meeting = |kind, parts: Vec<(Uuid, meetings::Part)>| {
            opaque(kind, parts.into_iter().filter(|(_, part)| sees(Row::Part(*part))).map(|(id, _)| id))
        };
        match object {
            Object::Authority => ids!(Authority authorities Authority),
            Object::ClosureDay => ids!(ClosureDay closure_days ClosureDay),
            Object::Locality => ids!(Locality localities Locality),
            Object::School => ids!(School schools School),
            Object::LinkAssignment => ids!(LinkAssignment links Link),
            Object::Person => ids!(Person persons Person),
            Object::RoleGrant => ids!(RoleGrant grants Grant),
            Object::Child => ids!(Child children Child),
            Object::ParentCarer => ids!(ParentCarer parents Parent),
            Object::Consent => ids!(Consent consents Consent),
            Object::ConsultationSlot => ids!(ConsultationSlot slots Slot),
            Object::Consultation => ids!(Consultation cases Case),
            Object::IssuedRecord => of_state(RecordState::Issued),
            Object::DraftRecord => of_state(RecordState::Draft),
            Object::Attachment => ids!(Attachment attachments Attachment),
            Object::Duty => ids!(Duty duties Duty),
            Object::Escalation => ids!(Escalation escalations Escalation),
            Object::Event => ids!(Event events Event),
            Object::TransferRequest => ids!(TransferRequest requests Request),
            Object::EhcAssessment => ids!(EhcAssessment assessments Assessment),
            Object::StatutoryException => ids!(StatutoryException exceptions Exception),
            Object::AdviceRequest => ids!(AdviceRequest advice Advice),
            Object::AdviceVersion => ids!(AdviceVersion versions Version),
            Object::AdviceQuery => ids!(AdviceQuery queries Query),
            Object::DraftPlan => ids!(DraftPlan drafts Draft),
            Object::AccuracyCheck => ids!(AccuracyCheck checks Check),
            Object::DelayNotice => ids!(DelayNotice notices Notice),
            Object::Instrument => ids!(Instrument instruments Instrument),
            Object::Concern => of_response!(Concern concerns),
            Object::SchoolAssessment => of_response!(SchoolAssessment school_assessments),
            Object::Intervention => of_response!(Intervention interventions),
            Object::SenRegisterDecision => of_response!(SenRegisterDecision decisions),
            Object::OnePlan => of_response!(OnePlan plans),
            Object::PlanCycle => of_response!(PlanCycle cycles),
            Object::PlanSection => of_response!(PlanSection sections),
            Object::LinkContact => of_response!(LinkContact contacts),
            Object::LinkConsultation => of_response!(LinkConsultation link_consultations),
            Object::AgreedAction => of_response!(AgreedAction actions),
            Object::Referral => of_response!(Referral referrals),
            Object::Vulnerability => of_response!(Vulnerability flags),
            Object::PlanningMeeting => ids!(PlanningMeeting meetings Meeting),
            Object::MeetingParticipant => ids!(MeetingParticipant participants Participant),
            Object::AgendaItem => of_meeting(Kind::AgendaItem, self.parts_of_agendas()),
            Object::SupportAgreement => of_meeting(Kind::SupportAgreement, self.parts_of_support()),
            Object::MeetingAction => of_meeting(Kind::MeetingAction, self.parts_of_actions()),
            Object::LocalitySession => ids!(LocalitySession sessions Session),
            Object::LocalityItem => {
                let rows = self.group_items.iter().filter(|row| sees(Row::Item(row.id)));
                opaque(Kind::LocalityItem, rows.map(|row| row.id))
            }
            Object::LocalityNote => of_item!(LocalityNote group_notes),
            Object::Strategy => of_item!(Strategy strategies),
            Object::ActionPlan => of_item!(ActionPlan action_plans),
            Object::ActionPlanStep => of_item!(ActionPlanStep action_steps),
            Object::EpInvolvementDecision => of_item!(EpInvolvementDecision involvements),
            Object::GridModeration => of_item!(GridModeration moderations),
        }
    }

    /// All there are of a kind.
    pub fn all(&self, object: Object) -> BTreeSet<String> {
        self.of(object, |_| true)
    }

    /// Those of a kind that the table shows to an account.
    pub fn expected(&self, account: &Account, object: Object) -> BTreeSet<String> {
        self.of(object, |row| self.sees(account, object, row))
    }

    /// Every id for which `nodes` answers with an object.
    pub async fn asked_by_id(&self, app: &App, subject: &str) -> BTreeSet<String> {
        let ids: BTreeSet<_> = Object::ALL.iter().flat_map(|object| self.all(*object)).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let mut seen = BTreeSet::new();
        for some in ids.chunks(100) {
            let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
            let data = app.ask(subject, query, json!({ "ids": some })).await;
            let found = data["nodes"].as_array().unwrap();
            assert_eq!(found.len(), some.len());
            seen.extend(found.iter().filter_map(|node| node["id"].as_str()).map(str::to_owned));
        }
        seen
    }

    /// By what a child is searched.
    pub fn searches(&self, app: &App, child: &str) -> [String; 4] {
        let row = self.children.iter().find(|row| row.id == app.world.children[child]).unwrap();
        [row.given_name.clone(), row.family_name.clone(), app.upn(child), row.date_of_birth.to_string()]
    }
}

/// A row of any table.
#[derive(Clone, Copy)]
enum Row<'a> {
    Authority(&'a authority::Model),
    ClosureDay(&'a closure_day::Model),
    Locality(&'a locality::Model),
    School(&'a school::Model),
    Link(&'a link_assignment::Model),
    Person(&'a person::Model),
    Grant(&'a role_grant::Model),
    Child(&'a child::Model),
    Parent(&'a parent_carer::Model),
    Consent(&'a consent::Model),
    Slot(&'a consultation_slot::Model),
    Case(&'a consultation::Model),
    Record(&'a record_of_involvement::Model),
    Attachment(&'a attachment::Model),
    Duty(&'a duty::Model),
    Escalation(&'a escalation::Model),
    Event(&'a event::Model),
    Request(&'a transfer_request::Model),
    Assessment(&'a ehc_assessment::Model),
    Exception(&'a statutory_exception::Model),
    Advice(&'a advice_request::Model),
    Version(&'a advice_version::Model),
    Query(&'a advice_query::Model),
    Draft(&'a draft_plan::Model),
    Check(&'a accuracy_check::Model),
    Notice(&'a delay_notice::Model),
    Instrument(&'a instrument::Model),
    /// Anything of the graduated response of a child.
    Response(Uuid),
    Meeting(&'a planning_meeting::Model),
    Participant(&'a meeting_participant::Model),
    /// Anything of the agenda or the record of a planning meeting.
    Part(meetings::Part),
    Session(&'a locality_session::Model),
    /// An item of a locality group.
    Item(Uuid),
    /// Anything that was written of an item.
    OfItem(Uuid),
}

impl Row<'_> {
    fn authority(self) -> Option<Uuid> {
        Some(match self {
            Row::Authority(row) => row.id,
            Row::ClosureDay(row) => row.authority_id,
            Row::Locality(row) => row.authority_id,
            Row::School(row) => row.authority_id,
            Row::Link(row) => row.authority_id,
            Row::Grant(row) => row.authority_id,
            Row::Consent(row) => row.authority_id,
            Row::Slot(row) => row.authority_id,
            Row::Case(row) => row.authority_id,
            Row::Escalation(row) => row.authority_id,
            Row::Event(row) => row.stream_id,
            Row::Instrument(row) => row.authority_id,
            _ => return None,
        })
    }

    fn child(self) -> Option<Uuid> {
        match self {
            Row::Child(row) => Some(row.id),
            Row::Parent(row) => Some(row.child_id),
            Row::Consent(row) => Some(row.child_id),
            Row::Case(row) => Some(row.child_id),
            Row::Record(row) => Some(row.child_id),
            Row::Duty(row) => row.child_id,
            Row::Event(row) => row.child_id,
            Row::Assessment(row) => Some(row.child_id),
            Row::Exception(row) => Some(row.child_id),
            Row::Advice(row) => Some(row.child_id),
            Row::Version(row) => Some(row.child_id),
            Row::Query(row) => Some(row.child_id),
            Row::Draft(row) => Some(row.child_id),
            Row::Check(row) => Some(row.child_id),
            Row::Notice(row) => Some(row.child_id),
            Row::Response(child) => Some(child),
            _ => None,
        }
    }

    /// The advice that a row is about.
    fn advice(self) -> Option<Uuid> {
        match self {
            Row::Advice(row) => Some(row.id),
            Row::Version(row) => Some(row.request_id),
            Row::Query(row) => Some(row.request_id),
            Row::Check(row) => Some(row.request_id),
            Row::Duty(row) => row.part_id,
            Row::Event(row) => row.part_id,
            _ => None,
        }
    }

    fn case(self) -> Option<Uuid> {
        match self {
            Row::Case(row) => Some(row.id),
            Row::Record(row) => Some(row.consultation_id),
            Row::Duty(row) => row.case_id,
            Row::Event(row) => row.case_id,
            _ => None,
        }
    }

    fn school(self) -> Option<Uuid> {
        match self {
            Row::School(row) => Some(row.id),
            Row::Link(row) => Some(row.school_id),
            _ => None,
        }
    }
}
