//! Who sees what of graduated responses: what belongs to a child's casework is seen with it; a school's contacts with its
//! link staff are the professionals' own notes.

use super::{CASEWORK, Scoped, Sight, as_staff, ids_of, in_own_authority, reached_children};
use entity::{graduated_response, instrument, link_contact};
use sea_orm::Condition;
use sea_orm::sea_query::SelectStatement;
use uuid::Uuid;

/// The graduated responses that the viewer sees, to find their deadlines.
pub(super) fn responses(sight: Sight<'_>) -> SelectStatement {
    ids_of::<graduated_response::Entity>(sight, graduated_response::Column::Id)
}

impl Scoped for link_contact::Entity {
    const ID: Self::Column = link_contact::Column::Id;

    /// A professional's note is not the family's, and a teacher is no professional to their own child.
    fn visible(sight: Sight<'_>) -> Condition {
        let staff = as_staff(sight.viewer);
        reached_children(Sight { viewer: &staff, ..sight }, link_contact::Column::ChildId, CASEWORK)
    }

    fn child(row: &link_contact::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}

impl Scoped for instrument::Entity {
    const ID: Self::Column = instrument::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        in_own_authority(sight.viewer, instrument::Column::AuthorityId)
    }
}
