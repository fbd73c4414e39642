//! What the record of a planning meeting is made of, read in the viewer's scope like everything else.

use super::agenda::actions_of;
use super::context::viewer;
use super::list::short;
use super::loader::{all_under, by_id};
use super::planning::place;
use crate::document::meeting::{
    ActionPart, AddendumPart, ItemPart, MeetingPart, ParticipantPart, SupportPart,
};
use async_graphql::{Context, Result};
use domain::access::Role;
use domain::london;
use domain::planning::agenda::in_order;
use entity::{action_outcome, agenda_item, child, meeting_action, planning_meeting, school};
use futures_util::future::try_join_all;
use uuid::Uuid;

/// The record of a meeting, as far as the viewer sees it.
pub async fn of(ctx: &Context<'_>, meeting: &planning_meeting::Model) -> Result<MeetingPart> {
    let school = by_id::<school::Entity>(ctx, meeting.school_id).await?;
    let participants = all_under(ctx, meeting.id, short::Participants).await?;
    let items = in_order(all_under(ctx, meeting.id, short::AgendaItems).await?, |item| item.origin);
    let agreed = all_under(ctx, meeting.id, short::ActionsOfMeeting).await?;
    let answers = all_under(ctx, meeting.id, short::OutcomesOfMeeting).await?;
    let brought = actions_of(ctx, meeting).await?;
    let addenda = all_under(ctx, meeting.id, short::AddendaOfMeeting).await?;
    let title =
        |id: Option<Uuid>| items.iter().find(|item| Some(item.id) == id).map(|item| item.title.clone());
    Ok(MeetingPart {
        reference: meeting.reference.clone(),
        school: school.map(|school| school.name),
        term: meeting.term.words().to_owned(),
        school_year: meeting.school_year,
        when: london::local(meeting.starts_at).format("%A %-d %B %Y at %H:%M").to_string(),
        place: place(&*viewer(ctx)?, meeting).map(str::to_owned),
        state: meeting.state.words().to_owned(),
        participants: participants
            .into_iter()
            .map(|row| ParticipantPart {
                name: row.name,
                role: row.role.map_or_else(|| row.kind.words().to_owned(), Role::words),
                present: row.present,
            })
            .collect(),
        brought_forward: try_join_all(brought.iter().map(|row| action(ctx, row, &answers))).await?,
        other_actions: try_join_all(
            agreed.iter().filter(|row| row.item_id.is_none()).map(|row| action(ctx, row, &[])),
        )
        .await?,
        addenda: addenda
            .into_iter()
            .map(|row| AddendumPart {
                on: london::date_of(row.written_at),
                item: title(row.item_id),
                text: row.text,
            })
            .collect(),
        summary: all_under(ctx, meeting.id, short::RecordOfMeeting).await?.pop().map(|row| row.summary),
        items: try_join_all(items.iter().map(|row| item(ctx, row))).await?,
    })
}

async fn called(ctx: &Context<'_>, child: Option<Uuid>) -> Result<Option<String>> {
    let Some(child) = child else { return Ok(None) };
    let found = by_id::<child::Entity>(ctx, child).await?;
    Ok(found.map(|row| {
        let called = row.known_as.as_deref().unwrap_or(&row.given_name);
        format!("{called} {}", row.family_name)
    }))
}

async fn action(
    ctx: &Context<'_>,
    row: &meeting_action::Model,
    answers: &[action_outcome::Model],
) -> Result<ActionPart> {
    let answer = answers.iter().find(|answer| answer.action_id == row.id);
    Ok(ActionPart {
        what: row.what.clone(),
        owner: row.owner.clone(),
        due_on: row.due_on,
        child: called(ctx, row.child_id).await?,
        outcome: answer.map(|answer| answer.outcome.words().to_owned()),
        note: answer.map(|answer| answer.note.clone()),
    })
}

async fn item(ctx: &Context<'_>, row: &agenda_item::Model) -> Result<ItemPart> {
    let said = all_under(ctx, row.id, short::DiscussionOfItem).await?.pop();
    let support = all_under(ctx, row.id, short::SupportOfItem).await?;
    let actions = all_under(ctx, row.id, short::ActionsOfItem).await?;
    let flags = match row.child_id {
        Some(child) => all_under(ctx, child, short::Vulnerabilities).await?,
        None => Vec::new(),
    };
    Ok(ItemPart {
        title: row.title.clone(),
        priority: row.priority.words().to_owned(),
        child: called(ctx, row.child_id).await?,
        vulnerabilities: flags
            .into_iter()
            .filter(|flag| flag.to_date.is_none())
            .map(|flag| flag.kind.words().to_owned())
            .collect(),
        parents: row.parents.clone(),
        pupil: row.pupil.clone(),
        agencies: row.agencies.clone(),
        put_off: said.as_ref().is_some_and(|said| said.put_off),
        discussion: said.map(|said| said.text),
        support: support
            .into_iter()
            .filter(|one| one.withdrawn_reason.is_none())
            .map(|one| SupportPart {
                form: one.form.words().to_owned(),
                rank: one.rank,
                service: one.service.map(|service| service.words().to_owned()),
                minutes: one.minutes,
                note: one.note,
            })
            .collect(),
        actions: try_join_all(actions.iter().map(|row| action(ctx, row, &[]))).await?,
    })
}
