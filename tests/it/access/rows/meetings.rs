//! What the sight table says of planning meetings, reckoned from the rows.

use super::{Account, Row, Rows};
use domain::access::sight::{Object, Seen, seen};
use domain::access::{Reach, Role};
use domain::event::EventKind;
use domain::planning::{FeedbackSource, MeetingState, ParticipantKind};
use entity::{duty, event, meeting_feedback, meeting_participant, planning_meeting};
use uuid::Uuid;

/// Where a part of an agenda or a record stands.
#[derive(Clone, Copy)]
pub struct Part {
    pub(super) meeting: Uuid,
    item: Option<Uuid>,
    child: Option<Uuid>,
}

impl Rows {
    pub(super) fn parts_of_agendas(&self) -> Vec<(Uuid, Part)> {
        let part = |row: &entity::agenda_item::Model| Part {
            meeting: row.meeting_id,
            item: Some(row.id),
            child: row.child_id,
        };
        self.items.iter().map(|row| (row.id, part(row))).collect()
    }

    pub(super) fn parts_of_support(&self) -> Vec<(Uuid, Part)> {
        let part = |row: &entity::support_agreement::Model| Part {
            meeting: row.meeting_id,
            item: Some(row.item_id),
            child: row.child_id,
        };
        self.support.iter().map(|row| (row.id, part(row))).collect()
    }

    pub(super) fn parts_of_actions(&self) -> Vec<(Uuid, Part)> {
        let part = |row: &entity::meeting_action::Model| Part {
            meeting: row.meeting_id,
            item: row.item_id,
            child: row.child_id,
        };
        self.meeting_actions.iter().map(|row| (row.id, part(row))).collect()
    }

    fn meeting_of(&self, row: Row<'_>) -> &planning_meeting::Model {
        let id = match row {
            Row::Meeting(row) => row.id,
            Row::Participant(row) => row.meeting_id,
            Row::Part(part) => part.meeting,
            _ => unreachable!(),
        };
        self.meetings.iter().find(|row| row.id == id).unwrap()
    }

    /// The invitations of the account to a meeting that count: while it is to come for who belongs to the school, once it was
    /// held for who was there, for its EP and for guests until the record is shared.
    fn invitations(
        &self,
        account: &Account,
        meeting: &planning_meeting::Model,
    ) -> Vec<&meeting_participant::Model> {
        let reach = account.role.reach();
        let at_school = matches!(reach, Reach::School | Reach::NamedChildren)
            && account.school == Some(meeting.school_id);
        let linked = reach == Reach::LinkedSchools && self.linked_to(account, meeting.school_id);
        let counts = |one: &&meeting_participant::Model| {
            let by_state = match meeting.state {
                MeetingState::Planned => at_school || linked,
                MeetingState::Held | MeetingState::Recorded => one.present == Some(true),
                MeetingState::Shared | MeetingState::Cancelled => return false,
            };
            one.meeting_id == meeting.id
                && one.person_id == Some(account.person)
                && one.authority_id == account.authority
                && (by_state || one.kind == ParticipantKind::Other || meeting.ep_id == account.person)
        };
        let family = reach == Reach::Family;
        self.participants.iter().filter(|_| !family).filter(counts).collect()
    }

    /// Whether the account is invited to what the row belongs to.
    fn joined(&self, account: &Account, row: Row<'_>) -> bool {
        let meeting = self.meeting_of(row);
        let invited = self.invitations(account, meeting);
        let fully = invited.iter().any(|one| one.kind != ParticipantKind::Other);
        match row {
            Row::Meeting(_) => !invited.is_empty(),
            Row::Participant(_) => fully,
            Row::Part(part) => {
                let guest = self.guest_items.iter().any(|named| {
                    Some(named.item_id) == part.item
                        && invited.iter().any(|one| one.id == named.participant_id)
                });
                self.still_there(part) && (fully || guest)
            }
            _ => unreachable!(),
        }
    }

    fn still_there(&self, part: Part) -> bool {
        let meeting = self.meetings.iter().find(|row| row.id == part.meeting).unwrap();
        part.child.is_none_or(|child| self.held(child).school_id == meeting.school_id)
    }

    /// Whether an action stands at a school whose next meeting is the account's to hold.
    fn is_brought_forward(&self, account: &Account, part: Part) -> bool {
        let school = self.meetings.iter().find(|row| row.id == part.meeting).unwrap().school_id;
        let own = |row: &planning_meeting::Model| {
            let unshared = !matches!(row.state, MeetingState::Shared | MeetingState::Cancelled);
            row.ep_id == account.person && row.school_id == school && unshared
        };
        account.role == Role::EducationalPsychologist
            && self.meetings.iter().any(own)
            && self.still_there(part)
    }

    /// Whether the record is shared, and what the row shows of it is about a child for whom this holds.
    fn shared_about(&self, row: Row<'_>, holds: impl Fn(Uuid) -> bool) -> bool {
        let meeting = self.meeting_of(row);
        meeting.state == MeetingState::Shared
            && match row {
                Row::Meeting(_) => self
                    .items
                    .iter()
                    .any(|item| item.meeting_id == meeting.id && item.child_id.is_some_and(&holds)),
                Row::Part(part) => part.child.is_some_and(holds),
                _ => false,
            }
    }

    /// Whether the table shows a row of a planning meeting to an account.
    pub(super) fn sees_meeting(&self, account: &Account, object: Object, row: Row<'_>) -> bool {
        let meeting = self.meeting_of(row);
        let child = if let Row::Part(part) = row { part.child } else { None };
        let shared = meeting.state == MeetingState::Shared;
        let own = Some(meeting.school_id) == account.school;
        let here = meeting.authority_id == account.authority;
        let of_own_roll = |child| self.on_roll(account, child);
        let by_role = match seen(account.role, object) {
            Seen::OfAuthority => here,
            Seen::HeldAndOfAuthority => {
                here && child.is_none_or(|child| self.held(child).authority_id == account.authority)
            }
            Seen::MeetingsOfSchool => own || self.shared_about(row, of_own_roll),
            Seen::ParticipantsOfSchool => own,
            Seen::ItemsOfSchool => {
                own && child.is_none_or(of_own_roll) || self.shared_about(row, of_own_roll)
            }
            Seen::RecordsOfSchool => {
                shared && own && child.is_none_or(of_own_roll) || self.shared_about(row, of_own_roll)
            }
            Seen::MeetingsOfLinked => self.linked_to(account, meeting.school_id),
            Seen::ItemsOfLinked => {
                self.linked_to(account, meeting.school_id)
                    && child.is_none_or(|child| self.linked_to(account, self.held(child).school_id))
            }
            Seen::SharedNamed => self.shared_about(row, |child| self.of_own_school(account, child)),
            Seen::SharedOwnChild => self.shared_about(row, |child| self.is_family(account, child)),
            Seen::Joined | Seen::Nothing => false,
            other => unreachable!("{other:?}"),
        };
        let brought_forward = match row {
            Row::Part(part) if object == Object::MeetingAction => self.is_brought_forward(account, part),
            _ => false,
        };
        by_role || brought_forward || self.joined(account, row)
    }

    /// Whether a deadline is one of planning meetings that the account sees as staff: of a school's term, or of a meeting.
    pub(super) fn sees_planning_duty(&self, account: &Account, duty: &duty::Model) -> bool {
        if account.role.reach() == Reach::Family {
            return false;
        }
        if let Some(term) = self.planning_terms.iter().find(|row| Some(row.id) == duty.case_id) {
            return match account.role.reach() {
                Reach::School => Some(term.school_id) == account.school,
                Reach::LinkedSchools => self.linked_to(account, term.school_id),
                _ => {
                    seen(account.role, Object::PlanningMeeting) == Seen::OfAuthority
                        && term.authority_id == account.authority
                }
            };
        }
        let Some(meeting) = self.meetings.iter().find(|row| Some(row.id) == duty.case_id) else {
            return false;
        };
        self.takes_part(account, meeting)
    }

    /// Whether a meeting is one of the account's own school, link, authority, or one to which it is invited fully.
    pub(super) fn takes_part(&self, account: &Account, meeting: &planning_meeting::Model) -> bool {
        let whole = match account.role.reach() {
            Reach::School => Some(meeting.school_id) == account.school,
            Reach::LinkedSchools => self.linked_to(account, meeting.school_id),
            _ => {
                seen(account.role, Object::PlanningMeeting) == Seen::OfAuthority
                    && meeting.authority_id == account.authority
            }
        };
        let participants = self.participants.iter().filter(|row| row.meeting_id == meeting.id);
        whole || participants.into_iter().any(|row| self.joined(account, Row::Participant(row)))
    }

    /// Whether the account hears of something that happened to planning meetings; nothing where the event is of another kind.
    pub(super) fn hears_of_meeting(&self, account: &Account, event: &event::Model) -> Option<bool> {
        if event.kind == EventKind::MeetingFeedbackGiven {
            let given = self.feedback.iter().find(|row| row.id == event.subject_id).unwrap();
            return Some(sees_feedback(account, given));
        }
        if event.case_id.is_none()
            && [EventKind::TradedContractRecorded, EventKind::AllocationSet].contains(&event.kind)
        {
            return Some(account.role == Role::SendManager && event.stream_id == account.authority);
        }
        let meeting = self.meetings.iter().find(|row| Some(row.id) == event.case_id)?;
        if event.subject_kind == "Duty" {
            return Some(false);
        }
        let of_record = [
            EventKind::AgendaItemDiscussed,
            EventKind::SupportAgreed,
            EventKind::SupportWithdrawn,
            EventKind::MeetingActionAgreed,
            EventKind::MeetingActionAnswered,
        ];
        let joined = |row| self.joined(account, Row::Participant(row));
        let invited = self.participants.iter().filter(|row| row.meeting_id == meeting.id).any(joined);
        let too_early = of_record.contains(&event.kind)
            && account.role.reach() == Reach::School
            && meeting.state != MeetingState::Shared
            && !invited;
        let of_child = |child| self.sees(account, Object::Concern, Row::Response(child));
        let family = account.role.reach() == Reach::Family;
        Some(
            !family && !too_early && self.takes_part(account, meeting) && event.child_id.is_none_or(of_child),
        )
    }

    /// Whether the account sees the record of a meeting as a whole.
    pub(super) fn sees_summary(&self, account: &Account, meeting: &planning_meeting::Model) -> bool {
        let joined = |row| self.joined(account, Row::Participant(row));
        let invited = self.participants.iter().filter(|row| row.meeting_id == meeting.id).any(joined);
        let early =
            account.role.reach() == Reach::School && meeting.state != MeetingState::Shared && !invited;
        account.role.reach() != Reach::Family && !early && self.takes_part(account, meeting)
    }
}

/// Whether an account sees what was said of meetings.
fn sees_feedback(account: &Account, given: &meeting_feedback::Model) -> bool {
    let here = given.authority_id == account.authority;
    let team = seen(account.role, Object::PlanningMeeting) == Seen::OfAuthority;
    let of_school = account.role.reach() == Reach::School
        && given.school_id == account.school
        && given.source == FeedbackSource::School;
    here && account.role.reach() != Reach::Family && (team || given.given_by == account.person || of_school)
}
