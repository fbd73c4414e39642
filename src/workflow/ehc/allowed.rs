//! What a viewer may do on assessments, advice, queries and checks that they see, by role, relation and state (XC-18).

use crate::op::{Op, Viewer};
use crate::store::Fault;
use crate::store::Store;
use crate::store::facts::standings;
use domain::access::{Action, Standing};
use domain::ehc::{CheckState, QueryDecision, QueryState, RequestState, Service, State};
use entity::{accuracy_check, advice_query, advice_request, ehc_assessment};
use std::collections::HashMap;
use uuid::Uuid;

fn of_assessment(state: State) -> &'static [Action] {
    match state {
        State::Requested => &[
            Action::DecideToAssess,
            Action::DecideNotToAssess,
            Action::RecordException,
            Action::CeaseAssessment,
            Action::IssueDelayNotice,
        ],
        State::Assessing => &[
            Action::SeekAdvice,
            Action::RecordException,
            Action::IssueDraftPlan,
            Action::DecideNotToIssue,
            Action::IssueDelayNotice,
            Action::CeaseAssessment,
            Action::ReverseAssessmentStep,
        ],
        State::DraftIssued => &[
            Action::RecordParentsResponse,
            Action::IssueFinalPlan,
            Action::RecordException,
            Action::IssueDelayNotice,
            Action::CeaseAssessment,
            Action::ReverseAssessmentStep,
        ],
        State::Declined | State::NotIssued | State::FinalIssued | State::Ceased => {
            &[Action::ReverseAssessmentStep]
        }
    }
}

fn of_request(state: RequestState) -> &'static [Action] {
    match state {
        RequestState::Sought => {
            &[Action::SubmitAdvice, Action::RecordGiverAbsence, Action::ChangeAdviceGiver]
        }
        RequestState::Received => &[
            Action::SubmitAdvice,
            Action::RaiseAdviceQuery,
            Action::RecordGiverAbsence,
            Action::ChangeAdviceGiver,
        ],
        RequestState::Ended => &[],
    }
}

fn of_query(state: QueryState, decision: Option<QueryDecision>) -> Vec<Action> {
    let mut steps = match state {
        QueryState::Raised => vec![Action::RecordManagerDiscussion],
        QueryState::Discussed => vec![Action::DecideAdviceQuery],
        QueryState::SmallPoint => vec![Action::LogSmallPoint, Action::DecideAdviceQuery],
        QueryState::FormalFollowUp => vec![Action::LogGiverDiscussion],
        QueryState::Updated => vec![Action::CloseFollowUp, Action::DecideAdviceQuery],
        QueryState::UsedAsSubmitted | QueryState::Closed | QueryState::Withdrawn => vec![],
    };
    let decided = decision == Some(QueryDecision::ExtendedInput);
    if decided && state.is_open() {
        steps.retain(|step| *step != Action::LogSmallPoint);
        steps.push(Action::OpenFormalFollowUp);
    }
    if state.is_open() {
        steps.push(Action::WithdrawAdviceQuery);
    }
    if !matches!(state, QueryState::Raised | QueryState::Updated) || state == QueryState::Updated && decided {
        steps.push(Action::ReverseAdviceQueryStep);
    }
    steps
}

fn permitted(viewer: &Viewer, steps: impl IntoIterator<Item = Action>, standing: &Standing) -> Vec<Action> {
    steps.into_iter().filter(|step| viewer.may(*step, standing)).collect()
}

/// The steps on these assessments.
pub async fn on_assessments(
    store: &Store,
    op: &Op,
    rows: &[ehc_assessment::Model],
) -> Result<HashMap<Uuid, Vec<Action>>, Fault> {
    let Some(viewer) = op.viewer.as_ref() else { return Ok(HashMap::new()) };
    let children: Vec<_> = rows.iter().map(|row| row.child_id).collect();
    let mut standings = standings(store, op.today(), &children).await?;
    let allowed = rows.iter().map(|row| {
        let mut standing = standings.remove(&row.child_id).unwrap_or_default();
        standing.authority = row.authority_id;
        (row.id, permitted(viewer, of_assessment(row.state).iter().copied(), &standing))
    });
    Ok(allowed.collect())
}

/// The steps on these requests.
pub async fn on_requests(
    store: &Store,
    op: &Op,
    rows: &[advice_request::Model],
) -> Result<HashMap<Uuid, Vec<Action>>, Fault> {
    let Some(viewer) = op.viewer.as_ref() else { return Ok(HashMap::new()) };
    let of_parents = rows.iter().filter(|row| row.service == Service::Parent);
    let children: Vec<_> = of_parents.map(|row| row.child_id).collect();
    let standings = standings(store, op.today(), &children).await?;
    let allowed = rows.iter().map(|row| {
        let family = standings.get(&row.child_id).filter(|_| row.service == Service::Parent);
        let standing =
            Standing { family: family.map(|known| known.family.clone()).unwrap_or_default(), ..asked(row) };
        (row.id, permitted(viewer, of_request(row.state).iter().copied(), &standing))
    });
    Ok(allowed.collect())
}

fn asked(row: &advice_request::Model) -> Standing {
    Standing {
        authority: row.authority_id,
        giver: row.giver_id,
        manager: row.manager_id,
        ..Standing::default()
    }
}

/// The steps on a query, on the advice that it is on.
pub fn on_query(op: &Op, row: &advice_query::Model, request: &advice_request::Model) -> Vec<Action> {
    let Some(viewer) = op.viewer.as_ref() else { return Vec::new() };
    permitted(viewer, of_query(row.state, row.decision), &asked(request))
}

/// The steps on a check, of whom it is asked.
pub fn on_check(op: &Op, row: &accuracy_check::Model, request: &advice_request::Model) -> Vec<Action> {
    let Some(viewer) = op.viewer.as_ref().filter(|_| row.state == CheckState::Open) else {
        return Vec::new();
    };
    permitted(viewer, [Action::AnswerAccuracyCheck], &asked(request))
}
