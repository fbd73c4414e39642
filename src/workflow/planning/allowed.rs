//! What a viewer may do on the planning meetings that they see, by role, relation and state (XC-18).

use super::standing;
use crate::op::Op;
use domain::access::Action;
use domain::planning::MeetingState;
use entity::planning_meeting;

fn steps(state: MeetingState) -> &'static [Action] {
    match state {
        MeetingState::Planned => &[
            Action::MovePlanningMeeting,
            Action::CancelPlanningMeeting,
            Action::InviteToMeeting,
            Action::AddAgendaItem,
            Action::MarkMeetingHeld,
        ],
        MeetingState::Held => &[
            Action::AddAgendaItem,
            Action::DiscussAgendaItem,
            Action::AgreeSupport,
            Action::AgreeMeetingAction,
            Action::AnswerMeetingAction,
            Action::CompleteMeetingRecord,
            Action::GiveMeetingFeedback,
            Action::ReversePlanningMeetingStep,
        ],
        MeetingState::Recorded => {
            &[Action::ShareMeetingRecord, Action::GiveMeetingFeedback, Action::ReversePlanningMeetingStep]
        }
        MeetingState::Shared => &[Action::AddMeetingAddendum, Action::GiveMeetingFeedback],
        MeetingState::Cancelled => &[],
    }
}

/// The steps on a meeting; a dry run says the rest.
pub fn on_meeting(op: &Op, meeting: &planning_meeting::Model) -> Vec<Action> {
    let Some(viewer) = op.viewer.as_ref() else { return Vec::new() };
    let standing = standing(meeting);
    steps(meeting.state).iter().copied().filter(|step| viewer.may(*step, &standing)).collect()
}
