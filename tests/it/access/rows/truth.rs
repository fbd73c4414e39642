//! What the sight table says of a row, reckoned from the rows themselves and not as the store does it.

use super::{Account, Row, Rows};
use domain::access::sight::{Object, Seen, seen};
use domain::access::{Reach, Role};
use domain::child::SenStatus;
use domain::consent::Purpose;
use domain::duty::Step;
use domain::ehc::{RequestState, Service};
use domain::event::EventKind;
use entity::*;
use uuid::Uuid;

const SLOTS: [EventKind; 2] = [EventKind::ConsultationSlotPublished, EventKind::ConsultationSlotWithdrawn];
const POLICY: [EventKind; 2] = [EventKind::PolicySet, EventKind::CalendarChanged];
const ESCALATIONS: [EventKind; 4] = [
    EventKind::EscalationRaised,
    EventKind::EscalationAcknowledged,
    EventKind::EscalationReassigned,
    EventKind::EscalationResolved,
];
const NOTES: [EventKind; 5] = [
    EventKind::LinkContactWithdrawn,
    EventKind::RecordOfInvolvementDrafted,
    EventKind::DeadlineMoved,
    EventKind::DutyHandedOver,
    EventKind::LinkContactLogged,
];
/// What those who were asked do not hear of the advice they were asked for.
const TEAM_NOTES: [EventKind; 3] =
    [EventKind::AdviceQueryDiscussed, EventKind::AdviceQueryDecided, EventKind::AdviceQueryStepReversed];
/// What of an assessment everybody hears who sees it; all else is the SEND team's.
const OF_ASSESSMENT: [EventKind; 10] = [
    EventKind::AssessmentRequested,
    EventKind::DecidedToAssess,
    EventKind::AssessmentDeclined,
    EventKind::DecidedNotToIssue,
    EventKind::AssessmentCeased,
    EventKind::DraftPlanIssued,
    EventKind::ParentsResponded,
    EventKind::FinalPlanIssued,
    EventKind::DelayNoticeIssued,
    EventKind::AssessmentStepReversed,
];

impl Rows {
    pub(super) fn held(&self, child: Uuid) -> &holding::Model {
        self.holdings.iter().find(|row| row.child_id == child && row.to_date.is_none()).unwrap()
    }

    pub(super) fn on_roll(&self, account: &Account, child: Uuid) -> bool {
        Some(self.held(child).school_id) == account.school
    }

    pub(super) fn is_family(&self, account: &Account, child: Uuid) -> bool {
        self.parents.iter().any(|row| row.child_id == child && row.person_id == Some(account.person))
            || self.children.iter().any(|row| row.id == child && row.person_id == Some(account.person))
    }

    pub(super) fn linked_to(&self, account: &Account, school: Uuid) -> bool {
        let today = |row: &link_assignment::Model| row.to_date.is_none_or(|to| to >= self.today);
        self.links.iter().any(|row| row.person_id == account.person && row.school_id == school && today(row))
    }

    fn in_own_slot(&self, account: &Account, case: Uuid) -> bool {
        let Some(case) = self.cases.iter().find(|row| row.id == case) else { return false };
        self.slots.iter().any(|slot| slot.id == case.slot_id && slot.specialist_id == account.person)
    }

    /// Whether the account was asked for an advice, or manages who was, as its role has it.
    fn was_asked(&self, account: &Account, advice: Uuid) -> bool {
        let asked = self.advice.iter().find(|row| row.id == advice).unwrap();
        let theirs = match account.role {
            Role::AdviceGiver => asked.giver_id,
            Role::AdviceManager if asked.state != RequestState::Ended => asked.manager_id,
            _ => None,
        };
        let here = asked.authority_id == account.authority;
        here && self.held(asked.child_id).authority_id == account.authority && theirs == Some(account.person)
    }

    fn sees_as_asked(&self, account: &Account, row: Row<'_>) -> bool {
        let asked = |advice| self.was_asked(account, advice);
        match row {
            Row::Child(_) | Row::Parent(_) => {
                self.advice.iter().any(|one| Some(one.child_id) == row.child() && asked(one.id))
            }
            Row::Draft(draft) => {
                self.checks.iter().any(|check| check.draft_plan_id == draft.id && asked(check.request_id))
            }
            _ => row.advice().is_some_and(asked),
        }
    }

    /// Whether the child is one of those whom a school's role sees.
    pub(super) fn of_own_school(&self, account: &Account, child: Uuid) -> bool {
        let named = |row: &named_staff::Model| row.child_id == child && row.person_id == account.person;
        self.on_roll(account, child)
            && (account.role.reach() == Reach::School || self.named.iter().any(named))
    }

    fn sees_duty(&self, account: &Account, duty: &duty::Model) -> bool {
        let row = Row::Duty(duty);
        let of_assessment = self.assessments.iter().any(|case| Some(case.id) == duty.case_id);
        match seen(account.role, Object::Duty) {
            _ if duty.step == Some(Step::ReckonForecast) => false,
            _ if self.sees_planning_duty(account, duty) || self.sees_group_duty(account, duty) => true,
            Seen::HeldAndOfAuthority if duty.case_id.is_none() => duty.authority_id == account.authority,
            Seen::OfAdviceAsked => {
                let theirs = matches!(duty.owner_role, Role::AdviceGiver | Role::AdviceManager);
                theirs && self.sees_as_asked(account, row)
            }
            Seen::OfConsultations => !of_assessment && self.sees(account, Object::Consultation, row),
            Seen::Nothing => false,
            _ if duty.child_id.is_none() => false,
            _ => self.sees(account, Object::Consultation, row),
        }
    }

    fn sees_escalation(&self, account: &Account, row: &escalation::Model) -> bool {
        let told = |told: &escalation_told::Model| {
            let person = match seen(account.role, Object::Escalation) {
                Seen::HandedOrOfSchool => row.child_id.is_some_and(|child| self.on_roll(account, child)),
                Seen::HandedOrRaised => told.person_id.is_none_or(|person| person == account.person),
                Seen::HandedOrOfManaged => row.part_id.is_some_and(|advice| self.was_asked(account, advice)),
                _ => false,
            };
            told.escalation_id == row.id && told.role == account.role && person
        };
        row.assigned_to == Some(account.person)
            || row.authority_id == account.authority && self.told.iter().any(told)
    }

    /// Whether the table shows a row to an account.
    pub(super) fn sees(&self, account: &Account, object: Object, row: Row<'_>) -> bool {
        if let Row::Consent(consent) = row
            && consent.purpose == Purpose::LocalityDiscussion
            && !self.recorded_around(account, consent)
        {
            return false;
        }
        let of_child = |sees: &dyn Fn(Uuid) -> bool| row.child().is_some_and(sees);
        let in_authority = row.authority() == Some(account.authority);
        let booked_here =
            |case: Uuid| self.cases.iter().any(|row| row.id == case && row.authority_id == account.authority);
        match seen(account.role, object) {
            _ if matches!(row, Row::Meeting(_) | Row::Participant(_) | Row::Part(_)) => {
                self.sees_meeting(account, object, row)
            }
            _ if matches!(row, Row::Session(_) | Row::Item(_) | Row::OfItem(_)) => {
                self.sees_group(account, object, row)
            }
            Seen::Nothing => false,
            _ if matches!(row, Row::Duty(duty) if duty.step == Some(Step::ReckonForecast)) => false,
            Seen::OfAuthority => match row {
                Row::Request(row) => {
                    [row.from_authority_id, row.to_authority_id].contains(&account.authority)
                }
                _ => in_authority,
            },
            Seen::HeldByAuthority => of_child(&|child| self.held(child).authority_id == account.authority),
            Seen::OwnSchool => of_child(&|child| self.on_roll(account, child)),
            Seen::NamedChildren => of_child(&|child| self.of_own_school(account, child)),
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
            Seen::HeldWithoutGroups => match row {
                Row::Consent(row) => {
                    self.held(row.child_id).authority_id == account.authority
                        && row.purpose != Purpose::LocalityDiscussion
                }
                _ => unreachable!(),
            },
            Seen::CRics => match row {
                Row::Consent(row) => in_authority && row.purpose == Purpose::OnlineConsultation,
                _ => unreachable!(),
            },
            Seen::EhcCases => of_child(&|child| {
                let status = self.children.iter().find(|row| row.id == child).unwrap().sen_status;
                let assessed = |row: &ehc_assessment::Model| {
                    row.child_id == child && row.authority_id == account.authority
                };
                let ehc = matches!(status, SenStatus::EhcAssessment | SenStatus::EhcPlan);
                (ehc || self.assessments.iter().any(assessed))
                    && self.held(child).authority_id == account.authority
            }),
            Seen::WithItsCase => self.sees_what_it_hangs_on(account, row),
            Seen::SchoolOfChild => {
                row.school().is_some_and(|school| self.is_school_of_family(account, school))
            }
            Seen::Colleagues | Seen::LinkStaffOfChild => self.sees_person(account, row),
            Seen::Handed | Seen::HandedOrOfSchool | Seen::HandedOrRaised | Seen::HandedOrOfManaged => {
                let Row::Escalation(raised) = row else { unreachable!() };
                self.sees_escalation(account, raised)
            }
            Seen::AskedOfPerson | Seen::AskedOfManaged => self.sees_as_asked(account, row),
            Seen::AskedOfSchool => {
                let asked = self.advice.iter().find(|one| Some(one.id) == row.advice()).unwrap();
                asked.service == Service::School && self.of_own_school(account, asked.child_id)
            }
            Seen::OfConsultations
            | Seen::OfAdviceAsked
            | Seen::HeldAndOfAuthority
            | Seen::HeldAndOfGatherings => {
                let Row::Duty(duty) = row else { unreachable!() };
                self.sees_duty(account, duty)
            }
            Seen::SchoolsRequests => {
                let Row::Request(row) = row else { unreachable!() };
                [Some(row.from_school_id), Some(row.to_school_id)].contains(&account.school)
            }
            Seen::OfCases
            | Seen::OfCasesWithoutAdvice
            | Seen::OfAdvice
            | Seen::OfCasesAndPolicy
            | Seen::OfCasesWithoutNotes
            | Seen::OfAdministration
            | Seen::OfSlots => self.sees_event(account, row),
            other => unreachable!("{other:?} of what is no gathering"),
        }
    }

    /// Whether the account's school recorded a consent, or one to which the person is linked did; others need not.
    fn recorded_around(&self, account: &Account, consent: &consent::Model) -> bool {
        match account.role.reach() {
            Reach::School | Reach::NamedChildren => consent.school_id == account.school,
            Reach::LinkedSchools => consent.school_id.is_some_and(|school| self.linked_to(account, school)),
            _ => true,
        }
    }

    fn is_school_of_family(&self, account: &Account, school: Uuid) -> bool {
        self.children
            .iter()
            .any(|child| self.is_family(account, child.id) && self.held(child.id).school_id == school)
    }

    fn sees_person(&self, account: &Account, row: Row<'_>) -> bool {
        let Row::Person(person) = row else { unreachable!() };
        let family = account.role.reach() == Reach::Family;
        let granted =
            |row: &role_grant::Model| row.person_id == person.id && row.authority_id == account.authority;
        let linked = |row: &link_assignment::Model| {
            let reached = if family {
                self.is_school_of_family(account, row.school_id)
            } else {
                row.authority_id == account.authority
            };
            row.person_id == person.id && reached
        };
        person.id == account.person
            || self.links.iter().any(linked)
            || !family && self.grants.iter().any(granted)
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
        if let Some(hears) = self.hears_of_meeting(account, event) {
            return hears;
        }
        if let Some(hears) = self.hears_of_group(account, event) {
            return hears;
        }
        if let Some(consent) = self.consents.iter().find(|row| row.id == event.subject_id)
            && !self.sees(account, Object::Consent, Row::Consent(consent))
        {
            return false;
        }
        let of_assessment = self.assessments.iter().any(|case| Some(case.id) == event.case_id);
        match seen {
            Seen::OfAdministration => here && event.child_id.is_none() && event.case_id.is_none(),
            Seen::OfCasesAndPolicy if POLICY.contains(&event.kind) => here,
            Seen::OfCasesWithoutNotes if NOTES.contains(&event.kind) => false,
            Seen::OfSlots => false,
            Seen::OfAdvice if TEAM_NOTES.contains(&event.kind) => false,
            Seen::OfAdvice if event.subject_kind == "Duty" => {
                let about = self.duties.iter().find(|row| row.id == event.subject_id).unwrap();
                self.sees_duty(account, about)
            }
            Seen::OfAdvice => self.sees_as_asked(account, row),
            Seen::OfCasesWithoutAdvice | Seen::OfCasesWithoutNotes
                if of_assessment && !OF_ASSESSMENT.contains(&event.kind) =>
            {
                false
            }
            _ if account.role.reach() == Reach::OwnSlots && event.case_id.is_none() => false,
            _ => self.sees(account, Object::Consultation, row),
        }
    }
}
