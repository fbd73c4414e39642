//! What happens to children's records and to the people around them (XC-11, XC-14, XC-15, XC-21, XC-23).

use crate::erasure::Ground;
use serde::{Deserialize, Serialize};

/// What happens to children's records and to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PeopleEvent {
    /// A child was put on the roll of a school.
    ChildRegistered,
    /// What is recorded about a child changed.
    ChildChanged,
    /// A child changed school or authority.
    ChildMoved,
    /// A school asked to take over a child whom another school holds.
    TransferRequested,
    /// The request was answered.
    TransferAnswered {
        /// Whether the child moves.
        accepted: bool,
    },
    /// A teacher or teaching assistant was named for a child.
    StaffNamed,
    /// A file was attached.
    FileAttached,
    /// A child's record was erased.
    ChildErased {
        /// The legal ground.
        ground: Ground,
        /// What the administrator noted; names nobody.
        note: String,
    },
    /// One file was erased.
    DocumentErased {
        /// The legal ground.
        ground: Ground,
        /// What the administrator noted; names nobody.
        note: String,
    },
    /// A person was invited.
    PersonInvited,
    /// A role was granted or revoked, or a link changed.
    RolesChanged,
}
