//! People and children's records, on a database of their own.

use super::erasure::EraseChild;
use super::links::{AssignLinkStaff, EndLinkAssignment, HandOver};
use super::moving::{AnswerTransferRequest, MoveChild};
use super::registration::{NameStaffForChild, RegisterChild};
use super::staff::{GrantRole, InvitePerson, RevokeRole};
use crate::op::new_id;
use crate::workflow::import::tests::{House, codes, day, now};
use domain::access::Role;
use domain::calendar::DayUnit;
use domain::child::{Gender, SenStatus};
use domain::duty::Owner;
use domain::erasure::Ground;
use domain::event::EventKind;
use domain::refusal::Code;
use domain::rule::RuleId;
use domain::upn::Upn;
use entity::{child, event, holding, link_assignment, transfer_request};
use uuid::Uuid;

#[tokio::test]
async fn people_are_invited_granted_and_revoked() {
    let house = House::full().await;
    let school = house.school(900_002).await;
    let authority = school.authority_id;
    let admin = house.somebody(Role::AuthorityAdmin, authority, None).await;
    let invite = InvitePerson {
        authority,
        subject: "new".into(),
        name: "New Colleague".into(),
        email: "new@colleague.example".into(),
    };
    let person = house.does(&admin, invite.clone()).await.entity.unwrap();
    assert_eq!(codes(&house.does(&admin, invite).await), [(RuleId::Xc23, Code::Conflict)]);
    let grant = GrantRole {
        authority,
        person,
        role: Role::Senco,
        school: Some(school.id),
        from: day("2026-11-23"),
        to: None,
    };
    let granted = house.does(&admin, grant.clone()).await.entity.unwrap();
    assert!(house.as_person(person).await.viewer.unwrap().holds(Role::Senco));
    assert_eq!(codes(&house.does(&admin, grant.clone()).await), [(RuleId::Xc23, Code::Conflict)]);
    house.does(&admin, RevokeRole { grant: granted }).await;
    assert!(house.as_person(person).await.viewer.unwrap().grants.is_empty());
    assert!(house.does(&admin, grant.clone()).await.refusals.is_empty());
    let stranger = GrantRole { person: new_id(), ..grant };
    assert_eq!(codes(&house.does(&admin, stranger).await), [(RuleId::Xc18, Code::NotFound)]);
}

#[tokio::test]
async fn a_leaver_hands_links_and_duties_over() {
    let house = House::full().await;
    let school = house.school(900_002).await;
    let authority = school.authority_id;
    let admin = house.somebody(Role::AuthorityAdmin, authority, None).await;
    let (from, to) = (house.person("w-0001").await, house.person("w-0002").await);
    let link = |person| AssignLinkStaff {
        person,
        school: school.id,
        discipline: Role::Ewo,
        from: day("2026-09-01"),
        to: None,
    };
    let assignment = house.does(&admin, link(from)).await.entity.unwrap();
    assert_eq!(codes(&house.does(&admin, link(from)).await), [(RuleId::Xc6, Code::Conflict)]);
    let duty = house.duty(DayUnit::WorkingDays, Owner { role: Role::Ewo, person: Some(from) }).await;
    assert_eq!(house.does(&admin, HandOver { authority, from, to }).await.entity, Some(to));
    assert_eq!(house.due(duty).await.owner_id, Some(to));
    let links = house.rows::<link_assignment::Entity>().await;
    let ended = links.iter().find(|link| link.id == assignment).unwrap();
    assert_eq!(ended.to_date, Some(day("2026-11-23")));
    let next = links.iter().find(|link| link.person_id == to && link.discipline == Role::Ewo).unwrap();
    assert_eq!((next.from_date, next.to_date), (day("2026-11-23"), None));
    let early = EndLinkAssignment { assignment: next.id, last_day: day("2026-11-22") };
    assert_eq!(codes(&house.does(&admin, early).await), [(RuleId::Xc6, Code::Invalid)]);
    assert_eq!(house.events(EventKind::DutyHandedOver).await, 1);
}

fn registration(school: Uuid, upn: &str) -> RegisterChild {
    RegisterChild {
        school,
        upn: Upn::parse(upn).unwrap(),
        given_name: "Ada".into(),
        family_name: "Thorn".into(),
        known_as: None,
        date_of_birth: day("2016-05-04"),
        gender: Gender::F,
        year_group_override: None,
        sen_status: SenStatus::None,
        primary_need: None,
        further_needs: vec![],
        parents: vec![],
    }
}

#[tokio::test]
async fn a_upn_held_elsewhere_becomes_a_request_that_the_holder_answers() {
    let house = House::full().await;
    let (old, new) = (house.school(900_002).await, house.school(900_003).await);
    let authority = old.authority_id;
    let holder = house.somebody(Role::Senco, authority, Some(old.id)).await;
    let asker = house.somebody(Role::Senco, authority, Some(new.id)).await;
    let child = house.child("W898260000001").await;

    assert_eq!(
        codes(&house.does(&holder, registration(old.id, "W898260000001")).await),
        [(RuleId::Xc11, Code::Conflict)]
    );
    let probe = house.does(&asker, registration(old.id, "W898260000001")).await;
    assert_eq!(codes(&probe), [(RuleId::Xc18, Code::NotPermitted)], "and nothing of the child");

    let request = house.does(&asker, registration(new.id, "W898260000001")).await.entity.unwrap();
    assert_eq!(
        codes(&house.does(&asker, registration(new.id, "W898260000001")).await),
        [(RuleId::Xc14, Code::Conflict)]
    );
    let events = house.rows::<event::Entity>().await;
    let told: Vec<_> = events.iter().filter(|event| event.kind == EventKind::TransferRequested).collect();
    assert_eq!(told.iter().map(|event| event.child_id).collect::<Vec<_>>(), [None, Some(child.id)]);
    assert_eq!(
        codes(&house.does(&asker, AnswerTransferRequest { request, accept: true }).await),
        [(RuleId::Xc18, Code::NotPermitted)]
    );
    house.does(&holder, AnswerTransferRequest { request, accept: true }).await;
    assert_eq!(house.held(child.id).await.school_id, new.id);
    assert_eq!(house.rows::<transfer_request::Entity>().await[0].accepted, Some(true));
    let gone = MoveChild { child: child.id, to_school: new.id };
    assert_eq!(
        codes(&house.does(&holder, gone).await),
        [(RuleId::Xc18, Code::NotFound)],
        "the old school's view ended"
    );
}

#[tokio::test]
async fn a_move_ends_naming_and_passes_duties_on() {
    let house = House::full().await;
    let (old, new) = (house.school(900_002).await, house.school(900_003).await);
    let senco = house.somebody(Role::Senco, old.authority_id, Some(old.id)).await;
    let teacher = house.somebody(Role::Teacher, old.authority_id, Some(old.id)).await.actor().unwrap();
    let child = house.child("W898260000001").await;
    let name = NameStaffForChild { child: child.id, person: teacher };
    assert!(house.does(&senco, name.clone()).await.refusals.is_empty());
    assert_eq!(codes(&house.does(&senco, name).await), [(RuleId::Xc23, Code::Conflict)]);
    let duty = house.duty(DayUnit::WorkingDays, Owner { role: Role::Ewo, person: Some(teacher) }).await;
    let reply = house.does(&senco, MoveChild { child: child.id, to_school: new.id }).await;
    assert_eq!(reply.entity, Some(child.id));
    let named = house.rows::<entity::named_staff::Entity>().await;
    assert!(named.iter().all(|row| row.to_date == Some(day("2026-11-23"))));
    let duty = house.due(duty).await;
    assert_eq!((duty.school_id, duty.owner_id == Some(teacher)), (Some(new.id), false));
    assert_eq!(house.rows::<holding::Entity>().await.len(), 9);
}

#[tokio::test]
async fn an_erased_child_leaves_a_tombstone() {
    let house = House::full().await;
    let authority = house.school(900_002).await.authority_id;
    let admin = house.somebody(Role::AuthorityAdmin, authority, None).await;
    let child = house.child("W898260000001").await;
    let erase = |note: &str| EraseChild { child: child.id, ground: Ground::Inaccurate, note: note.into() };
    let named = house.does(&admin, erase("Barnaby was entered twice")).await;
    assert_eq!(codes(&named), [(RuleId::Xc15, Code::Invalid)]);
    house.does(&admin, erase("entered twice")).await;
    let rows = house.rows::<child::Entity>().await;
    let left = rows.iter().find(|row| row.id == child.id).unwrap();
    assert_eq!((left.upn.as_deref(), left.given_name.as_str(), left.erased_at), (None, "", Some(now())));
    let words = house.rows::<entity::child_word::Entity>().await;
    assert!(words.iter().all(|word| word.child_id != child.id));
    let parents = house.rows::<entity::parent_carer::Entity>().await;
    assert!(parents.iter().filter(|row| row.child_id == child.id).all(|row| row.name.is_empty()));
    let events = house.rows::<event::Entity>().await;
    let tombstone = events.iter().find(|event| event.kind == EventKind::ChildErased).unwrap();
    assert_eq!((tombstone.subject_id, tombstone.actor_id), (child.id, admin.actor()));
    assert_eq!(codes(&house.does(&admin, erase("again")).await), [(RuleId::Xc18, Code::NotFound)]);
}
