//! Who comes, and what is on the agenda (PC-2 to PC-4).

use super::letters::{Notice, notices};
use super::{OnMeeting, record_part};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::{Action, Role};
use domain::london;
use domain::planning::agenda::{NewItem, decide_item};
use domain::planning::meeting::{Invitation, decide_invitation};
use domain::planning::{INVITED, ItemOrigin, ParticipantKind, PlanningEvent, Priority};
use domain::refusal::Findings;
use entity::{agenda_item, child, guest_item, meeting_participant, person};
use serde::Serialize;
use uuid::Uuid;

/// Invite somebody: staff of the school, or a guest for some items. Answers the id of the participant.
#[derive(Clone, Debug, Serialize)]
pub struct Invite {
    /// The meeting.
    pub meeting: Uuid,
    /// Somebody with an account; or name and address.
    pub person: Option<Uuid>,
    /// The name of somebody without an account.
    pub name: String,
    /// Where the invitation of somebody without an account goes.
    pub email: String,
    /// Why they are key staff of the school, where their role does not say it.
    pub key_staff_reason: Option<String>,
    /// The items for which a guest joins; none for staff of the school.
    pub items: Vec<Uuid>,
}

/// What inviting rests on.
pub struct InviteFacts {
    on: OnMeeting,
    person: Option<person::Model>,
    role: Option<Role>,
    known: Vec<meeting_participant::Model>,
}

impl InviteFacts {
    fn email<'a>(&'a self, invite: &'a Invite) -> &'a str {
        self.person.as_ref().map_or(invite.email.as_str(), |person| person.email.as_str())
    }
}

impl Command for Invite {
    const ACTION: Action = Action::InviteToMeeting;
    type Facts = InviteFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<InviteFacts>, Fault> {
        let Some(on) = OnMeeting::load(work, self.meeting).await? else {
            return Ok(Gathered::NotFound(vec!["meeting"]));
        };
        let system = System::within(work);
        let person = match self.person {
            Some(id) => work.find_shared::<person::Entity>(id).await?,
            None => None,
        };
        if self.person.is_some() && person.is_none() {
            return Ok(Gathered::NotFound(vec!["person"]));
        }
        for item in &self.items {
            let item = work.find_shared::<agenda_item::Entity>(*item).await?;
            if item.is_none_or(|item| item.meeting_id != on.meeting.id) {
                return Ok(Gathered::NotFound(vec!["items"]));
            }
        }
        let day = london::date_of(on.meeting.starts_at);
        let role = match &person {
            Some(person) => system.part_in_meeting(person.id, &on.meeting, day).await?,
            None => None,
        };
        let known = system.participants(on.meeting.id).await?;
        let standing = on.standing();
        Ok(Gathered::Found { facts: InviteFacts { on, person, role, known }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &InviteFacts) -> (Findings, ()) {
        let email = facts.email(self);
        let invitation = Invitation {
            name: facts.person.as_ref().map_or(self.name.as_str(), |person| person.name.as_str()),
            email,
            at_school: facts.role.is_some(),
            has_account: facts.person.is_some(),
            key_staff: self.key_staff_reason.as_deref(),
            items: self.items.len(),
            already: facts.known.iter().any(|known| known.email == email),
        };
        (decide_invitation(facts.on.meeting.state, &invitation), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: InviteFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let meeting = &facts.on.meeting;
        let id = work.op.id();
        let guest = !self.items.is_empty();
        let row = meeting_participant::Model {
            id,
            authority_id: meeting.authority_id,
            meeting_id: meeting.id,
            school_id: meeting.school_id,
            person_id: facts.person.as_ref().map(|person| person.id),
            name: facts.person.as_ref().map_or_else(|| self.name.clone(), |person| person.name.clone()),
            email: facts.email(self).to_owned(),
            kind: match facts.role {
                _ if guest => ParticipantKind::Other,
                Some(role) if INVITED.contains(&role) => ParticipantKind::LinkStaff,
                _ => ParticipantKind::School,
            },
            role: facts.role,
            key_staff_reason: self.key_staff_reason.clone(),
            by_itself: false,
            present: None,
        };
        work.owe_all(notices(service, work.op.now, meeting, Notice::Invited, std::slice::from_ref(&row)))
            .await?;
        work.insert::<meeting_participant::Entity>(row).await?;
        let items = self.items.iter().map(|item| guest_item::Model {
            id: work.op.id(),
            authority_id: meeting.authority_id,
            meeting_id: meeting.id,
            participant_id: id,
            item_id: *item,
        });
        work.insert_all::<guest_item::Entity>(items.collect()).await?;
        record_part(work, meeting, ("MeetingParticipant", id, None), PlanningEvent::ParticipantInvited);
        Ok(id)
    }
}

/// Put an item on the agenda. Answers the id of the item.
#[derive(Clone, Debug, Serialize)]
pub struct AddItem {
    /// The meeting.
    pub meeting: Uuid,
    /// What it is about.
    pub priority: Priority,
    /// What it is.
    pub title: String,
    /// The child, where it is about one.
    pub child: Option<Uuid>,
    /// How the parents took part.
    pub parents: String,
    /// How the child took part.
    pub pupil: String,
    /// Other agencies involved or wanted.
    pub agencies: String,
}

/// What putting an item on the agenda rests on.
pub struct ItemFacts {
    on: OnMeeting,
    of_school: Option<bool>,
}

impl Command for AddItem {
    const ACTION: Action = Action::AddAgendaItem;
    type Facts = ItemFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ItemFacts>, Fault> {
        let Some(on) = OnMeeting::load(work, self.meeting).await? else {
            return Ok(Gathered::NotFound(vec!["meeting"]));
        };
        let mut of_school = None;
        if let Some(child) = self.child {
            if work.find_shared::<child::Entity>(child).await?.is_none() {
                return Ok(Gathered::NotFound(vec!["child"]));
            }
            let held = System::within(work).holding(child).await?;
            of_school = Some(held.is_some_and(|held| held.school_id == on.meeting.school_id));
        }
        let standing = on.standing();
        Ok(Gathered::Found { facts: ItemFacts { on, of_school }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &ItemFacts) -> (Findings, ()) {
        let item = NewItem {
            priority: self.priority,
            title: &self.title,
            child: facts.of_school,
            parents: &self.parents,
            pupil: &self.pupil,
            agencies: &self.agencies,
        };
        (decide_item(facts.on.meeting.state, item), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, facts: ItemFacts, (): ()) -> Result<Uuid, Fault> {
        let meeting = &facts.on.meeting;
        let id = work.op.id();
        work.insert::<agenda_item::Entity>(agenda_item::Model {
            id,
            authority_id: meeting.authority_id,
            meeting_id: meeting.id,
            school_id: meeting.school_id,
            child_id: self.child,
            origin: ItemOrigin::New,
            priority: self.priority,
            title: self.title.clone(),
            parents: self.parents.clone(),
            pupil: self.pupil.clone(),
            agencies: self.agencies.clone(),
            link_consultation_id: None,
            version: 1,
        })
        .await?;
        record_part(work, meeting, ("AgendaItem", id, self.child), PlanningEvent::ItemAdded);
        Ok(id)
    }
}
