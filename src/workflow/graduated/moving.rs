//! What becomes of a graduated response when the child changes school, or its record is erased (XC-14, XC-15).

use super::{flags, link_end, term};
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use domain::graduated::CycleState;
use entity::holding;

/// The response goes along with the child. Within the authority its deadlines pass to the new school. In another
/// authority they are set anew, by that authority's calendar and policy, and a consultation that was not answered ends:
/// its link staff are no longer the child's.
pub async fn response_moved(
    work: &mut Work<'_>,
    from: &holding::Model,
    to: &holding::Model,
) -> Result<(), Fault> {
    if from.authority_id == to.authority_id {
        return Ok(());
    }
    link_end::withdraw_unanswered(work, to, "The child moved to another authority.").await?;
    if let Some(plan) = System::within(work).open_plan(to.child_id).await? {
        let cycle = System::within(work).newest_cycle(plan.id).await?;
        if cycle.state == CycleState::Open {
            term::redate(work, to, cycle).await?;
        }
    }
    flags::raise(work, &[to.child_id]).await
}

/// The record was erased: what somebody wrote goes, dates, areas and states stay, and nothing is due any longer.
pub async fn response_erased(work: &mut Work<'_>, held: &holding::Model) -> Result<(), Fault> {
    link_end::withdraw_unanswered(work, held, "").await?;
    if let Some(response) = System::within(work).graduated_response(held.child_id).await? {
        work.withdraw_duties(response.id).await?;
    }
    work.erase_response(held.child_id).await
}
