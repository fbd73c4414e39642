//! How a child is recorded (XC-11): the words that rules, rows and the graph share.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A code that the vocabulary does not have. The value is left out: it may stem from a child's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("is none of {expected}")]
pub struct UnknownCode {
    /// The codes that there are, separated by commas.
    pub expected: &'static str,
}

/// One spelling for files, rows and the graph: the code is the variant in screaming snake case.
macro_rules! coded {
    ($name:ident: $first_code:literal => $first:ident $(, $code:literal => $variant:ident)* $(,)?) => {
        impl $name {
            /// Every value, in the order in which they are declared.
            pub const ALL: &'static [Self] = &[Self::$first $(, Self::$variant)*];

            /// The code that files, rows and the graph use.
            pub const fn code(self) -> &'static str {
                match self {
                    Self::$first => $first_code,
                    $(Self::$variant => $code,)*
                }
            }
        }

        impl FromStr for $name {
            type Err = UnknownCode;

            /// Reads a code, exactly as `code` writes it.
            fn from_str(code: &str) -> Result<Self, UnknownCode> {
                match code {
                    $first_code => Ok(Self::$first),
                    $($code => Ok(Self::$variant),)*
                    _ => Err(UnknownCode { expected: concat!($first_code $(, ", ", $code)*) }),
                }
            }
        }
    };
}

/// Where a child stands in the SEN system (XC-11).
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
pub enum SenStatus {
    /// Not on the SEN register.
    None,
    /// On the school's SEN register: gets provision that is additional to or different from other pupils'.
    SenSupport,
    /// An EHC needs assessment is under way.
    EhcAssessment,
    /// Has an education, health and care plan.
    EhcPlan,
}

coded!(SenStatus:
    "NONE" => None,
    "SEN_SUPPORT" => SenSupport,
    "EHC_ASSESSMENT" => EhcAssessment,
    "EHC_PLAN" => EhcPlan,
);

/// Type of need, by the code of the Department for Education (XC-11).
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
pub enum Need {
    /// Specific learning difficulty.
    Spld,
    /// Moderate learning difficulty.
    Mld,
    /// Severe learning difficulty.
    Sld,
    /// Profound and multiple learning difficulty.
    Pmld,
    /// Social, emotional and mental health.
    Semh,
    /// Speech, language and communication needs.
    Slcn,
    /// Hearing impairment.
    Hi,
    /// Vision impairment.
    Vi,
    /// Multi-sensory impairment.
    Msi,
    /// Physical disability.
    Pd,
    /// Autistic spectrum disorder.
    Asd,
    /// Down syndrome.
    Ds,
    /// Other difficulty or disability.
    Oth,
}

coded!(Need:
    "SPLD" => Spld,
    "MLD" => Mld,
    "SLD" => Sld,
    "PMLD" => Pmld,
    "SEMH" => Semh,
    "SLCN" => Slcn,
    "HI" => Hi,
    "VI" => Vi,
    "MSI" => Msi,
    "PD" => Pd,
    "ASD" => Asd,
    "DS" => Ds,
    "OTH" => Oth,
);

/// Gender as the school's record has it (XC-11).
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
pub enum Gender {
    /// Recorded as male.
    M,
    /// Recorded as female.
    F,
    /// Recorded as neither.
    X,
}

coded!(Gender: "M" => M, "F" => F, "X" => X);

/// What makes a child's case pressing, flagged from a date on (XC-11).
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
pub enum VulnerabilityKind {
    /// Looked-after child: in the care of an authority.
    Lac,
    /// Child in need, under section 17 of the Children Act 1989.
    Cin,
    /// Subject of a child protection plan.
    Cp,
    /// At risk of permanent exclusion; starts the clock of GR-13.
    RiskOfPermanentExclusion,
    /// Does not come to school, or hardly.
    SchoolAvoidance,
    /// The placement, at home or at school, is breaking down.
    PlacementBreakdown,
}

coded!(VulnerabilityKind:
    "LAC" => Lac,
    "CIN" => Cin,
    "CP" => Cp,
    "RISK_OF_PERMANENT_EXCLUSION" => RiskOfPermanentExclusion,
    "SCHOOL_AVOIDANCE" => SchoolAvoidance,
    "PLACEMENT_BREAKDOWN" => PlacementBreakdown,
);

impl VulnerabilityKind {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Lac => "looked after",
            Self::Cin => "child in need",
            Self::Cp => "child protection plan",
            Self::RiskOfPermanentExclusion => "at risk of permanent exclusion",
            Self::SchoolAvoidance => "school avoidance",
            Self::PlacementBreakdown => "placement breaking down",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    fn round_trip<T>(all: &[T], code: impl Fn(T) -> &'static str)
    where
        T: Copy + Debug + PartialEq + Serialize + FromStr<Err = UnknownCode>,
    {
        for &value in all {
            assert_eq!(code(value).parse(), Ok(value));
            assert_eq!(serde_json::to_value(value).unwrap(), code(value), "files and events spell it alike");
        }
    }

    #[test]
    fn every_code_reads_back_and_is_spelt_alike_in_events() {
        round_trip(SenStatus::ALL, SenStatus::code);
        round_trip(Need::ALL, Need::code);
        round_trip(Gender::ALL, Gender::code);
        round_trip(VulnerabilityKind::ALL, VulnerabilityKind::code);
    }

    #[test]
    fn the_thirteen_needs_are_there() {
        let codes: Vec<_> = Need::ALL.iter().map(|need| need.code()).collect();
        assert_eq!(codes.join(" "), "SPLD MLD SLD PMLD SEMH SLCN HI VI MSI PD ASD DS OTH");
    }

    #[test]
    fn an_unknown_code_names_those_that_there_are_and_not_itself() {
        let error = "Jordan".parse::<Gender>().unwrap_err();
        assert_eq!(error.to_string(), "is none of M, F, X");
        assert!("sen_support".parse::<SenStatus>().is_err());
        assert!("".parse::<Need>().is_err());
    }

    #[cfg(feature = "store")]
    #[test]
    fn rows_spell_it_as_files_do() {
        use sea_orm::ActiveEnum;
        for need in Need::ALL {
            assert_eq!(need.to_value(), need.code());
        }
        for kind in VulnerabilityKind::ALL {
            assert_eq!(kind.to_value(), kind.code());
        }
        for status in SenStatus::ALL {
            assert_eq!(status.to_value(), status.code());
        }
        for gender in Gender::ALL {
            assert_eq!(gender.to_value(), gender.code());
        }
    }
}
