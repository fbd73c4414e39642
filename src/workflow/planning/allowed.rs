//! What a viewer may do on the planning meetings that they see, by role, relation and state (XC-18).

use super::standing;
use crate::op::Op;
use domain::access::{Action, Role, Standing};
use domain::planning::MeetingState;
use entity::{meeting_participant, planning_meeting};

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

/// The steps on a meeting with these participants; a dry run says the rest.
pub fn on_meeting(
    op: &Op,
    meeting: &planning_meeting::Model,
    participants: &[meeting_participant::Model],
) -> Vec<Action> {
    let Some(viewer) = op.viewer.as_ref() else { return Vec::new() };
    let holds = |row: &&meeting_participant::Model| {
        row.role == Some(Role::EducationalPsychologist) && row.present == Some(true)
    };
    let here =
        participants.iter().filter(holds).filter_map(|row| row.person_id).find(|id| *id == viewer.person);
    let standing = Standing { covering: here.or(Some(meeting.ep_id)), ..standing(meeting) };
    steps(meeting.state).iter().copied().filter(|step| viewer.may(*step, &standing)).collect()
}
