//! What the sight table says of locality groups, reckoned from the rows.

use super::{Account, Row, Rows};
use domain::access::sight::{Object, Seen, seen};
use domain::access::{Reach, Role};
use domain::event::EventKind;
use domain::locality::ItemState;
use entity::{duty, event, locality_item};
use uuid::Uuid;

/// What families hear of the items about their child.
const TO_FAMILIES: [EventKind; 6] = [
    EventKind::LocalityItemAdvanced,
    EventKind::LocalityStrategiesMarked,
    EventKind::LocalityItemDeferred,
    EventKind::LocalityItemWithdrawn,
    EventKind::LocalityActionPlanWritten,
    EventKind::LocalityImpactReviewed,
];

impl Rows {
    fn child_of(&self, item: &locality_item::Model) -> Option<Uuid> {
        self.item_children.iter().find(|row| row.item_id == item.id).map(|row| row.child_id)
    }

    /// Whether an item is one that the account sees through its child, or as the school where it is about none.
    fn brought(&self, account: &Account, item: &locality_item::Model) -> bool {
        let child = self.child_of(item);
        let own = Some(item.school_id) == account.school;
        let of_linked = |child| self.linked_to(account, self.held(child).school_id);
        match account.role.reach() {
            Reach::School => own && child.is_none_or(|child| self.on_roll(account, child)),
            Reach::NamedChildren => own && child.is_some_and(|child| self.of_own_school(account, child)),
            Reach::LinkedSchools => self.linked_to(account, item.school_id) && child.is_none_or(of_linked),
            Reach::Family => child.is_some_and(|child| self.is_family(account, child)),
            _ if matches!(account.role, Role::SendManager | Role::EhcpCoordinator) => {
                item.authority_id == account.authority
                    && child.is_some_and(|child| self.sees(account, Object::Concern, Row::Response(child)))
            }
            _ => false,
        }
    }

    /// Whether the account is the SENCO of one of these schools, or an EP linked to one.
    fn belongs(&self, account: &Account, mut schools: impl Iterator<Item = Uuid>) -> bool {
        match account.role {
            Role::Senco => schools.any(|school| Some(school) == account.school),
            Role::EducationalPsychologist => schools.any(|school| self.linked_to(account, school)),
            _ => false,
        }
    }

    /// Whether the account belongs to the group of a session.
    fn in_group(&self, account: &Account, session: Uuid) -> bool {
        let own = self.groups.iter().filter(|row| row.session_id == session && row.takes_part);
        self.belongs(account, own.map(|row| row.school_id))
    }

    fn facilitates(&self, account: &Account, session: Uuid) -> bool {
        let own = |row: &entity::locality_session::Model| {
            row.id == session && row.facilitator_id == account.person && row.authority_id == account.authority
        };
        account.role == Role::EducationalPsychologist && self.sessions.iter().any(own)
    }

    /// Whether the account reads the preparation form of an item: as the group, as its facilitator, or as the school that brought
    /// it and its link staff (LG-4).
    pub(super) fn reads_form(&self, account: &Account, item: &locality_item::Model) -> bool {
        let outside = matches!(account.role.reach(), Reach::Family | Reach::Authority);
        let reads = self.in_group(account, item.session_id)
            || self.facilitates(account, item.session_id)
            || self.brought(account, item);
        item.state != ItemState::Withdrawn && !outside && reads
    }

    /// Whether the table shows a row of a locality group to an account.
    pub(super) fn sees_group(&self, account: &Account, object: Object, row: Row<'_>) -> bool {
        let (session, items): (Uuid, Vec<_>) = match row {
            Row::Session(row) => {
                (row.id, self.group_items.iter().filter(|item| item.session_id == row.id).collect())
            }
            Row::Item(item) | Row::OfItem(item) => {
                let item = self.group_items.iter().find(|row| row.id == item).unwrap();
                (item.session_id, vec![item])
            }
            _ => unreachable!(),
        };
        if matches!(row, Row::OfItem(_)) && items.iter().all(|item| item.state == ItemState::Withdrawn) {
            return false;
        }
        let stands_in = self.sessions.iter().find(|row| row.id == session).unwrap();
        let brought = || items.iter().any(|item| self.brought(account, item));
        match seen(account.role, object) {
            Seen::Nothing => false,
            Seen::OfAuthority => stands_in.authority_id == account.authority,
            Seen::GroupsOfAuthority => stands_in.authority_id == account.authority || brought(),
            Seen::GroupsOfSchool => self.in_group(account, session) || brought(),
            Seen::GroupsOfLinked => {
                self.in_group(account, session) || self.facilitates(account, session) || brought()
            }
            Seen::BroughtBySchool | Seen::BroughtForNamed | Seen::BroughtByLinked | Seen::BroughtOwnChild => {
                brought()
            }
            other => unreachable!("{other:?}"),
        }
    }

    /// Whether a deadline is one of locality groups that the account sees as staff: a locality's of a term, or an item's.
    pub(super) fn sees_group_duty(&self, account: &Account, duty: &duty::Model) -> bool {
        let answers = matches!(account.role, Role::SendManager | Role::Integrator)
            && duty.authority_id == account.authority;
        if let Some(term) = self.locality_terms.iter().find(|row| Some(row.id) == duty.case_id) {
            let family = self.schools.iter().filter(|school| school.locality_id == Some(term.locality_id));
            return answers || self.belongs(account, family.map(|school| school.id));
        }
        let Some(item) = self.group_items.iter().find(|row| Some(row.id) == duty.case_id) else {
            return false;
        };
        let family = account.role.reach() == Reach::Family;
        answers || self.facilitates(account, item.session_id) || !family && self.brought(account, item)
    }

    /// Whether the account hears of something that happened in a locality group; nothing where the event is of another kind.
    pub(super) fn hears_of_group(&self, account: &Account, event: &event::Model) -> Option<bool> {
        let of_duty = event.subject_kind == "Duty";
        let family = account.role.reach() == Reach::Family;
        if let Some(session) = self.sessions.iter().find(|row| Some(row.id) == event.case_id) {
            let seen = self.sees_group(account, Object::LocalitySession, Row::Session(session));
            return Some(!of_duty && !family && seen);
        }
        if self.locality_terms.iter().any(|row| Some(row.id) == event.case_id) {
            return Some(false);
        }
        let item = self.group_items.iter().find(|row| Some(row.id) == event.case_id)?;
        let heard = !family || TO_FAMILIES.contains(&event.kind);
        Some(!of_duty && heard && self.sees_group(account, Object::LocalityItem, Row::Item(item.id)))
    }
}
