//! What Get Information About Schools (GIAS) says about a school, as far as the rules ask.

use serde::{Deserialize, Serialize};

/// Phase of education as GIAS records it: what OC-3 asks for, to tell who may book an online consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(
    feature = "store",
    derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum),
    sea_orm(
        rs_type = "String",
        db_type = "String(sea_orm::prelude::StringLen::N(32))",
        rename_all = "SCREAMING_SNAKE_CASE"
    )
)]
pub enum Phase {
    /// No phase: special schools, pupil referral units and independent schools carry it (code 0).
    NotApplicable,
    /// Nursery school (code 1).
    Nursery,
    /// Primary, infant or junior school (code 2).
    Primary,
    /// Middle school that counts as primary by the ages it takes (code 3).
    MiddleDeemedPrimary,
    /// Secondary school (code 4).
    Secondary,
    /// Middle school that counts as secondary by the ages it takes (code 5).
    MiddleDeemedSecondary,
    /// Sixth form or further education, from 16 (code 6).
    SixteenPlus,
    /// One school for primary and secondary ages (code 7).
    AllThrough,
}

impl Phase {
    /// By GIAS code, with or without leading zeros; `None` for a code that GIAS does not have.
    pub fn from_gias_code(code: &str) -> Option<Self> {
        Some(match gias_number(code)? {
            0 => Self::NotApplicable,
            1 => Self::Nursery,
            2 => Self::Primary,
            3 => Self::MiddleDeemedPrimary,
            4 => Self::Secondary,
            5 => Self::MiddleDeemedSecondary,
            6 => Self::SixteenPlus,
            7 => Self::AllThrough,
            _ => return None,
        })
    }

    /// By GIAS name in any case, for extracts without the code column.
    pub fn from_gias_name(name: &str) -> Option<Self> {
        Some(match gias_words(name).as_str() {
            "not applicable" => Self::NotApplicable,
            "nursery" => Self::Nursery,
            "primary" => Self::Primary,
            "middle deemed primary" => Self::MiddleDeemedPrimary,
            "secondary" => Self::Secondary,
            "middle deemed secondary" => Self::MiddleDeemedSecondary,
            "16 plus" => Self::SixteenPlus,
            "all through" => Self::AllThrough,
            _ => return None,
        })
    }
}

/// Whether a school is open, as GIAS records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(
    feature = "store",
    derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum),
    sea_orm(
        rs_type = "String",
        db_type = "String(sea_orm::prelude::StringLen::N(32))",
        rename_all = "SCREAMING_SNAKE_CASE"
    )
)]
pub enum SchoolStatus {
    /// Open (code 1).
    Open,
    /// Closed (code 2); the record stays, since children's histories point at it.
    Closed,
    /// Open, with a proposal to close (code 3).
    OpenProposedToClose,
    /// Not open yet (code 4).
    ProposedToOpen,
}

impl SchoolStatus {
    /// Those of a school that has pupils today.
    pub const OPEN: [Self; 2] = [Self::Open, Self::OpenProposedToClose];

    /// Whether the school has pupils today.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// By GIAS code, with or without leading zeros; `None` for a code that GIAS does not have.
    pub fn from_gias_code(code: &str) -> Option<Self> {
        Some(match gias_number(code)? {
            1 => Self::Open,
            2 => Self::Closed,
            3 => Self::OpenProposedToClose,
            4 => Self::ProposedToOpen,
            _ => return None,
        })
    }

    /// By GIAS name in any case, for extracts without the code column.
    pub fn from_gias_name(name: &str) -> Option<Self> {
        Some(match gias_words(name).as_str() {
            "open" => Self::Open,
            "closed" => Self::Closed,
            "open, but proposed to close" => Self::OpenProposedToClose,
            "proposed to open" => Self::ProposedToOpen,
            _ => return None,
        })
    }
}

fn gias_number(code: &str) -> Option<u8> {
    let code = code.trim();
    code.bytes().all(|byte| byte.is_ascii_digit()).then(|| code.parse().ok()).flatten()
}

/// GIAS has written "All-through" and "All through" over the years.
fn gias_words(name: &str) -> String {
    name.trim().to_lowercase().replace('-', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_is_known_by_its_code_and_its_name() {
        let phases = [
            ("0", "Not applicable", Phase::NotApplicable),
            ("1", "Nursery", Phase::Nursery),
            ("2", "Primary", Phase::Primary),
            ("3", "Middle deemed primary", Phase::MiddleDeemedPrimary),
            ("4", "Secondary", Phase::Secondary),
            ("5", "Middle deemed secondary", Phase::MiddleDeemedSecondary),
            ("6", "16 plus", Phase::SixteenPlus),
            ("7", "All-through", Phase::AllThrough),
        ];
        for (code, name, phase) in phases {
            assert_eq!(Phase::from_gias_code(code), Some(phase));
            assert_eq!(Phase::from_gias_code(&format!("0{code}")), Some(phase));
            assert_eq!(Phase::from_gias_name(name), Some(phase));
        }
        assert_eq!(Phase::from_gias_name("All through"), Some(Phase::AllThrough));
    }

    #[test]
    fn a_phase_that_gias_does_not_have_is_not_guessed() {
        for code in ["8", "", "+2", "-1", "2.0", "Primary", "999"] {
            assert_eq!(Phase::from_gias_code(code), None, "{code}");
        }
        assert_eq!(Phase::from_gias_name("Prim"), None);
    }

    #[test]
    fn every_status_is_known_by_its_code_and_its_name() {
        let statuses = [
            ("1", "Open", SchoolStatus::Open),
            ("2", "Closed", SchoolStatus::Closed),
            ("3", "Open, but proposed to close", SchoolStatus::OpenProposedToClose),
            ("4", "Proposed to open", SchoolStatus::ProposedToOpen),
        ];
        for (code, name, status) in statuses {
            assert_eq!(SchoolStatus::from_gias_code(code), Some(status));
            assert_eq!(SchoolStatus::from_gias_name(name), Some(status));
        }
        assert_eq!(SchoolStatus::from_gias_code("0"), None);
        assert_eq!(SchoolStatus::from_gias_code("5"), None);
        assert_eq!(SchoolStatus::from_gias_name("Opened"), None);
    }
}
