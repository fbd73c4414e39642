//! Every row of the database, and what the sight table says of it for an account.

use super::stage::{of_case, of_draft, of_issue};
use crate::support::app::App;
use casegraph::graphql::id::{Kind, encode};
use chrono::NaiveDate;
use domain::access::sight::{Object, Seen, seen};
use domain::access::{Reach, Role};
use domain::child::SenStatus;
use domain::consent::Purpose;
use domain::consultation::record::RecordState;
use domain::event::EventKind;
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
    holdings: holding, named: named_staff,
);

const SLOTS: [EventKind; 2] = [EventKind::ConsultationSlotPublished, EventKind::ConsultationSlotWithdrawn];
const POLICY: [EventKind; 2] = [EventKind::PolicySet, EventKind::CalendarChanged];
const ESCALATIONS: [EventKind; 4] = [
    EventKind::EscalationRaised,
    EventKind::EscalationAcknowledged,
    EventKind::EscalationReassigned,
    EventKind::EscalationResolved,
];
const NOTES: [EventKind; 3] =
    [EventKind::RecordOfInvolvementDrafted, EventKind::DeadlineMoved, EventKind::DutyHandedOver];

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
        let of_state = |state: RecordState| {
            let rows = self.records.iter().filter(|row| row.state == state && sees(Row::Record(row)));
            opaque(Kind::RecordOfInvolvement, rows.map(|row| row.id))
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
            _ => BTreeSet::new(),
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

    /// Texts that stand on a child's record, each with whether the account may come across it.
    pub fn markers(&self, app: &App, account: &Account) -> Vec<(String, bool)> {
        let mut markers = Vec::new();
        for (name, id) in &app.world.children {
            let child = self.children.iter().find(|row| row.id == *id).unwrap();
            let identity = self.sees(account, Object::Child, Row::Child(child));
            let parents = [format!("\"Parent of {name}\""), format!("\"{name}@home.example\"")];
            markers.extend(parents.into_iter().chain([app.upn(name)]).map(|text| (text, identity)));
            let case = self.cases.iter().find(|row| row.child_id == *id);
            if let Some(case) = case {
                markers.push((of_case(name), self.sees(account, Object::Consultation, Row::Case(case))));
                markers.push((
                    case.reference.clone(),
                    self.sees(account, Object::Consultation, Row::Case(case)),
                ));
            }
            for record in self.records.iter().filter(|row| row.child_id == *id) {
                let (text, object) = match record.state {
                    RecordState::Draft => (of_draft(name), Object::DraftRecord),
                    RecordState::Issued => (of_issue(name), Object::IssuedRecord),
                };
                markers.push((text, self.sees(account, object, Row::Record(record))));
            }
        }
        assert!(markers.len() > 50);
        markers
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
            Row::Record(_)
            | Row::Duty(_)
            | Row::Person(_)
            | Row::Child(_)
            | Row::Parent(_)
            | Row::Attachment(_)
            | Row::Request(_) => return None,
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

impl Rows {
    fn held(&self, child: Uuid) -> &holding::Model {
        self.holdings.iter().find(|row| row.child_id == child && row.to_date.is_none()).unwrap()
    }

    fn on_roll(&self, account: &Account, child: Uuid) -> bool {
        Some(self.held(child).school_id) == account.school
    }

    fn is_family(&self, account: &Account, child: Uuid) -> bool {
        self.parents.iter().any(|row| row.child_id == child && row.person_id == Some(account.person))
            || self.children.iter().any(|row| row.id == child && row.person_id == Some(account.person))
    }

    fn linked_to(&self, account: &Account, school: Uuid) -> bool {
        let today = |row: &link_assignment::Model| row.to_date.is_none_or(|to| to >= self.today);
        self.links.iter().any(|row| row.person_id == account.person && row.school_id == school && today(row))
    }

    fn in_own_slot(&self, account: &Account, case: Uuid) -> bool {
        let case = self.cases.iter().find(|row| row.id == case).unwrap();
        self.slots.iter().any(|slot| slot.id == case.slot_id && slot.specialist_id == account.person)
    }

    /// Whether the table shows a row to an account.
    fn sees(&self, account: &Account, object: Object, row: Row<'_>) -> bool {
        let of_family_school = |school: Uuid| {
            self.children
                .iter()
                .any(|child| self.is_family(account, child.id) && self.held(child.id).school_id == school)
        };
        let of_child = |sees: &dyn Fn(Uuid) -> bool| row.child().is_some_and(sees);
        let in_authority = row.authority() == Some(account.authority);
        let booked_here =
            |case: Uuid| self.cases.iter().any(|row| row.id == case && row.authority_id == account.authority);
        match seen(account.role, object) {
            Seen::Nothing => false,
            Seen::OfAuthority => match row {
                Row::Request(row) => {
                    [row.from_authority_id, row.to_authority_id].contains(&account.authority)
                }
                _ => in_authority,
            },
            Seen::HeldByAuthority => of_child(&|child| self.held(child).authority_id == account.authority),
            Seen::OwnSchool => of_child(&|child| self.on_roll(account, child)),
            Seen::NamedChildren => of_child(&|child| {
                let named =
                    |row: &named_staff::Model| row.child_id == child && row.person_id == account.person;
                self.on_roll(account, child) && self.named.iter().any(named)
            }),
            Seen::OwnChild => of_child(&|child| self.is_family(account, child)),
            Seen::LinkedSchools => of_child(&|child| self.linked_to(account, self.held(child).school_id)),
            Seen::OwnSlots => match row.case() {
                Some(case) => self.in_own_slot(account, case),
                None => of_child(&|child| {
                    let of_child = |case: &&consultation::Model| case.child_id == child;
                    self.cases.iter().filter(of_child).any(|case| self.in_own_slot(account, case.id))
                }),
            },
            Seen::BookedChildren => of_child(&|child| {
                let booked = |row: &consultation::Model| row.child_id == child && booked_here(row.id);
                self.held(child).authority_id == account.authority && self.cases.iter().any(booked)
            }),
            Seen::BookedInAuthority => row.case().is_some_and(booked_here),
            Seen::CRics => match row {
                Row::Consent(row) => in_authority && row.purpose == Purpose::OnlineConsultation,
                _ => unreachable!(),
            },
            Seen::EhcCases => of_child(&|child| {
                let status = self.children.iter().find(|row| row.id == child).unwrap().sen_status;
                let ehc = matches!(status, SenStatus::EhcAssessment | SenStatus::EhcPlan);
                ehc && self.held(child).authority_id == account.authority
            }),
            Seen::WithItsCase => self.sees_what_it_hangs_on(account, row),
            Seen::SchoolOfChild => row.school().is_some_and(of_family_school),
            Seen::Colleagues | Seen::LinkStaffOfChild => {
                let Row::Person(person) = row else { unreachable!() };
                let family = account.role.reach() == Reach::Family;
                let granted = |row: &role_grant::Model| {
                    row.person_id == person.id && row.authority_id == account.authority
                };
                let linked = |row: &link_assignment::Model| {
                    let reached = if family {
                        of_family_school(row.school_id)
                    } else {
                        row.authority_id == account.authority
                    };
                    row.person_id == person.id && reached
                };
                person.id == account.person
                    || self.links.iter().any(linked)
                    || !family && self.grants.iter().any(granted)
            }
            Seen::Handed | Seen::HandedOrRaised => {
                let Row::Escalation(row) = row else { unreachable!() };
                let told =
                    |told: &escalation_told::Model| told.escalation_id == row.id && told.role == account.role;
                let raised = in_authority && self.told.iter().any(told);
                row.assigned_to == Some(account.person)
                    || seen(account.role, object) == Seen::HandedOrRaised && raised
            }
            Seen::AskedOfPerson | Seen::AskedOfManaged | Seen::AskedOfSchool => false,
            Seen::SchoolsRequests => {
                let Row::Request(row) = row else { unreachable!() };
                [Some(row.from_school_id), Some(row.to_school_id)].contains(&account.school)
            }
            Seen::OfCases
            | Seen::OfCasesAndPolicy
            | Seen::OfCasesWithoutNotes
            | Seen::OfAdministration
            | Seen::OfSlots => self.sees_event(account, row),
        }
    }

    fn sees_what_it_hangs_on(&self, account: &Account, row: Row<'_>) -> bool {
        let Row::Attachment(row) = row else { unreachable!() };
        let case = self.cases.iter().find(|case| Some(case.id) == row.consultation_id);
        let consent = self.consents.iter().find(|consent| Some(consent.id) == row.consent_id);
        case.is_some_and(|case| self.sees(account, Object::Consultation, Row::Case(case)))
            || consent.is_some_and(|consent| self.sees(account, Object::Consent, Row::Consent(consent)))
    }

    fn sees_event(&self, account: &Account, row: Row<'_>) -> bool {
        let Row::Event(event) = row else { unreachable!() };
        let seen = seen(account.role, Object::Event);
        let here = event.stream_id == account.authority;
        if ESCALATIONS.contains(&event.kind) {
            let about = self.escalations.iter().find(|row| row.id == event.subject_id).unwrap();
            return self.sees(account, Object::Escalation, Row::Escalation(about));
        }
        if SLOTS.contains(&event.kind) {
            return here && seen != Seen::OfCasesWithoutNotes;
        }
        match seen {
            Seen::OfAdministration => here && event.child_id.is_none(),
            Seen::OfCasesAndPolicy if POLICY.contains(&event.kind) => here,
            Seen::OfCasesWithoutNotes if NOTES.contains(&event.kind) => false,
            Seen::OfSlots => false,
            _ if account.role.reach() == Reach::OwnSlots && event.case_id.is_none() => false,
            _ => self.sees(account, Object::Consultation, row),
        }
    }
}
