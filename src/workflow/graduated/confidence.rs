//! A parent's request for statutory assessment is never refused; it opens a conversation about their confidence (GR-12).

use crate::store::Fault;
use crate::store::work::Work;
use domain::event::Event;
use domain::graduated::GraduatedEvent;
use entity::holding;

/// Puts the conversation into the history of the child, where the school sees it and hears of it.
pub async fn conversation(work: &mut Work<'_>, held: &holding::Model) -> Result<(), Fault> {
    let case = super::begun(work, held).await?;
    let subject = work.response_subject(case, held, "Child", held.child_id);
    work.record(subject, Event::Graduated(GraduatedEvent::ParentConfidenceConversationOpened));
    Ok(())
}
