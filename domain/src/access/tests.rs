use super::*;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn grant(role: Role, school: Option<u128>) -> Grant {
    Grant { role, authority: id(1), school: school.map(id) }
}

#[test]
fn school_staff_act_for_their_own_school_only() {
    let standing = Standing { authority: id(1), school: Some(id(10)), ..Standing::default() };
    let book = |grants: &[Grant]| may(id(99), grants, Action::BookConsultation, &standing);
    assert!(book(&[grant(Role::Senco, Some(10))]));
    assert!(!book(&[grant(Role::Senco, Some(11))]));
    assert!(!book(&[grant(Role::Senco, None)]));
    assert!(!book(&[grant(Role::SendManager, None)]));
}

#[test]
fn teachers_act_for_children_they_are_named_for() {
    let mut standing = Standing { authority: id(1), school: Some(id(10)), ..Standing::default() };
    let grants = [grant(Role::Teacher, Some(10))];
    assert!(!may(id(99), &grants, Action::BookConsultation, &standing));
    standing.named_staff.push(id(99));
    assert!(may(id(99), &grants, Action::BookConsultation, &standing));
}

#[test]
fn an_integrator_may_do_nothing() {
    assert!(Action::ALL.iter().all(|action| !permitted(Role::Integrator, *action)));
    let handed = Standing { authority: id(1), assignee: Some(id(99)), ..Standing::default() };
    let grants = [grant(Role::Integrator, None)];
    assert!(Action::ALL.iter().all(|action| !may(id(99), &grants, *action, &handed)));
}

#[test]
fn whoever_an_escalation_was_handed_to_closes_it_and_hands_it_no_further() {
    let handed = Standing { authority: id(1), assignee: Some(id(99)), ..Standing::default() };
    let grants = [grant(Role::Senco, Some(10))];
    for (action, passes) in [
        (Action::AcknowledgeEscalation, true),
        (Action::ResolveEscalation, true),
        (Action::ReassignEscalation, false),
        (Action::CancelConsultation, false),
    ] {
        assert_eq!(may(id(99), &grants, action, &handed), passes, "{action:?}");
        assert!(!may(id(98), &grants, action, &handed), "{action:?}");
    }
    let elsewhere = [Grant { authority: id(2), ..grant(Role::Senco, Some(10)) }];
    assert!(!may(id(99), &elsewhere, Action::ResolveEscalation, &handed));
    assert!(!may(id(99), &[grant(Role::Parent, None)], Action::ResolveEscalation, &handed));
}

#[test]
fn roles_are_read_as_they_are_written() {
    for role in Role::ALL {
        assert_eq!(Role::parse(&role.as_str()), Some(role));
    }
}
