//! What the minutes of a session of a locality group and the sheets around it are made of, read in the viewer's scope like
//! everything else. Only the consent sheet names a child, to staff of its school (LG-10, LG-11).

use super::context::{op, viewer};
use super::list::short;
use super::loader::{Readers, all_under, by_id, reads};
use super::locality::place;
use crate::document::locality::{
    ItemPart, LevelPart, NotePart, OfferedPart, PresentPart, RequestPart, SaidPart, SessionPart, StepPart,
};
use crate::document::locality_sheets::{ConsentSheet, FormPart, PreparationSheet};
use async_graphql::{Context, Result};
use domain::access::{Reach, Role};
use domain::locality::{ItemState, STEPS};
use domain::london;
use entity::{
    child, ep_involvement, holding, locality, locality_item, locality_note, locality_session, person, school,
    session_attendance, strategy,
};
use futures_util::future::try_join_all;
use uuid::Uuid;

/// The minutes of a session, as far as the viewer sees them.
pub async fn of(ctx: &Context<'_>, session: &locality_session::Model) -> Result<SessionPart> {
    let there = all_under(ctx, session.id, short::AttendanceOfSession).await?;
    let there = try_join_all(there.iter().map(|row| present(ctx, row))).await?;
    let items = all_under(ctx, session.id, short::ItemsOfSession).await?;
    let requests = all_under(ctx, session.id, short::InvolvementsOfSession).await?;
    Ok(SessionPart {
        reference: session.reference.clone(),
        locality: locality_name(ctx, session.locality_id).await?,
        term: session.term.words().to_owned(),
        school_year: session.school_year,
        when: london::local(session.starts_at).format("%A %-d %B %Y at %H:%M").to_string(),
        place: place(&*viewer(ctx)?, session).map(str::to_owned),
        facilitator: name(ctx, session.facilitator_id).await?,
        state: session.state.words().to_owned(),
        items: try_join_all(items.iter().map(|row| item(ctx, row, &there))).await?,
        ep_requests: try_join_all(requests.into_iter().map(|row| request(ctx, row))).await?,
        present: there.into_iter().map(|(_, part)| part).collect(),
    })
}

async fn name(ctx: &Context<'_>, person: Uuid) -> Result<Option<String>> {
    Ok(by_id::<person::Entity>(ctx, person).await?.map(|person| person.name))
}

async fn locality_name(ctx: &Context<'_>, locality: Uuid) -> Result<Option<String>> {
    Ok(by_id::<locality::Entity>(ctx, locality).await?.map(|locality| locality.name))
}

async fn school_name(ctx: &Context<'_>, school: Uuid) -> Result<Option<String>> {
    Ok(by_id::<school::Entity>(ctx, school).await?.map(|school| school.name))
}

/// Somebody who is at the session: as SENCO of a school, or as EP.
async fn present(ctx: &Context<'_>, row: &session_attendance::Model) -> Result<(Uuid, PresentPart)> {
    let role = if row.school_id.is_some() { Role::Senco } else { Role::EducationalPsychologist };
    let school = match row.school_id {
        Some(id) => school_name(ctx, id).await?,
        None => None,
    };
    let name = name(ctx, row.person_id).await?.unwrap_or_else(|| "–".to_owned());
    Ok((row.person_id, PresentPart { name, role: role.words(), school }))
}

/// By what an item is called: the code of its child, or what else it is about.
fn called(item: &locality_item::Model) -> String {
    item.code.clone().unwrap_or_else(|| item.about.words().to_owned())
}

async fn item(
    ctx: &Context<'_>,
    row: &locality_item::Model,
    there: &[(Uuid, PresentPart)],
) -> Result<ItemPart> {
    let sealed = row.state == ItemState::Withdrawn;
    let said = if sealed { None } else { Some(said(ctx, row, there).await?) };
    Ok(ItemPart { reference: row.reference.clone(), state: row.state.words().to_owned(), said })
}

async fn said(
    ctx: &Context<'_>,
    row: &locality_item::Model,
    there: &[(Uuid, PresentPart)],
) -> Result<SaidPart> {
    let notes = all_under(ctx, row.id, short::NotesOfItem).await?;
    let offers = all_under(ctx, row.id, short::StrategiesOfItem).await?;
    let levels = all_under(ctx, row.id, short::ModerationsOfItem).await?;
    let offers = try_join_all(offers.into_iter().map(|one| offered(ctx, one, there))).await?;
    Ok(SaidPart {
        about: called(row),
        school: school_name(ctx, row.school_id).await?,
        subject: row.subject.clone(),
        support_so_far: row.support_so_far.clone(),
        put_off: if row.state == ItemState::Deferred { row.closing_reason.clone() } else { None },
        steps: steps(&notes, &offers),
        levels: levels
            .into_iter()
            .map(|one| LevelPart {
                area: one.area_of_need.words().to_owned(),
                proposed: one.proposed,
                agreed: one.agreed,
            })
            .collect(),
    })
}

/// The steps of the consultation of which something was written, in order (LG-6).
fn steps(notes: &[locality_note::Model], offers: &[OfferedPart]) -> Vec<StepPart> {
    let of_step = |step: &ItemState| StepPart {
        step: step.words().to_owned(),
        notes: notes
            .iter()
            .filter(|note| note.kind.step() == *step)
            .map(|note| NotePart { kind: note.kind.words().to_owned(), text: note.text.clone() })
            .collect(),
        offered: if *step == ItemState::Strategies { offers.to_vec() } else { Vec::new() },
    };
    let written = |part: &StepPart| !part.notes.is_empty() || !part.offered.is_empty();
    STEPS.iter().map(of_step).filter(written).collect()
}

async fn offered(
    ctx: &Context<'_>,
    row: strategy::Model,
    there: &[(Uuid, PresentPart)],
) -> Result<OfferedPart> {
    let as_what = there.iter().find(|(person, _)| *person == row.offered_by).map(|(_, part)| part);
    let offered_by = match as_what {
        Some(part) => Some(match &part.school {
            Some(school) => format!("{}, {}, {school}", part.name, part.role),
            None => format!("{}, {}", part.name, part.role),
        }),
        None => name(ctx, row.offered_by).await?,
    };
    Ok(OfferedPart { kind: row.kind.words().to_owned(), text: row.text, offered_by, helpful: row.helpful })
}

async fn request(ctx: &Context<'_>, row: ep_involvement::Model) -> Result<RequestPart> {
    let item = by_id::<locality_item::Entity>(ctx, row.item_id).await?;
    Ok(RequestPart {
        rank: row.rank,
        about: item.as_ref().map(called),
        item: item.map(|item| item.reference),
        form: row.form.words().to_owned(),
        reason: row.reason,
    })
}

/// The preparation form of an item as a page to print, filled with what is known; nothing for those who do not read it as the
/// group or the presenting school (LG-4).
pub async fn preparation_sheet(ctx: &Context<'_>, item: &locality_item::Model) -> Result<Option<String>> {
    let sealed = item.state == ItemState::Withdrawn;
    if sealed || !reads::<locality_item::Entity>(ctx, item.id, Readers::LocalityGroup).await? {
        return Ok(None);
    }
    let form = all_under(ctx, item.id, short::PreparationOfItem).await?.pop();
    let session = by_id::<locality_session::Entity>(ctx, item.session_id).await?;
    let sheet = PreparationSheet {
        about: called(item),
        reference: item.reference.clone(),
        subject: item.subject.clone(),
        school: school_name(ctx, item.school_id).await?,
        locality: locality_name(ctx, item.locality_id).await?,
        session_on: session.map(|session| london::date_of(session.starts_at)),
        form: form.map(|form| FormPart {
            situation: form.situation,
            strategies_used: form.strategies_used,
            desired: form.desired,
            aim: form.aim,
        }),
    };
    Ok(Some(sheet.page()))
}

/// The sheet on which a child's parents consent to a discussion in the locality group, as a page to print; nothing for those
/// who are not of the school that holds the child, and where that school is in no locality (LG-3).
pub async fn consent_sheet(ctx: &Context<'_>, child: &child::Model) -> Result<Option<String>> {
    let held: Option<holding::Model> = all_under(ctx, child.id, short::CurrentHolding).await?.pop();
    let own = viewer(ctx)?.schools(|reach| matches!(reach, Reach::School | Reach::NamedChildren));
    let Some(held) = held.filter(|held| own.contains(&held.school_id)) else { return Ok(None) };
    let Some(school) = by_id::<school::Entity>(ctx, held.school_id).await? else { return Ok(None) };
    let locality = match school.locality_id {
        Some(id) => locality_name(ctx, id).await?,
        None => None,
    };
    let called = child.known_as.as_deref().unwrap_or(&child.given_name);
    let child = format!("{called} {}", child.family_name);
    let on = op(ctx)?.today();
    Ok(locality.map(|locality| ConsentSheet { child, school: school.name, locality, on }.page()))
}
