//! How the moderation of the support grid moves over time (LG-12).

use super::loader::shifts_of;
use async_graphql::{Context, Result, SimpleObject};
use chrono::NaiveDate;
use domain::calendar::TermName;
use domain::graduated::AreaOfDevelopment;
use domain::locality::moderation::{Shift, Within};
use uuid::Uuid;

/// How far the group moved what schools proposed, in a term and an area of need (LG-12).
#[derive(SimpleObject)]
pub struct ModerationShift {
    /// The school year, by the year in which it begins.
    school_year: i32,
    /// The term of the sessions.
    term: TermName,
    /// The area of need.
    area_of_need: AreaOfDevelopment,
    /// How many levels the group agreed.
    moderations: u32,
    /// In how many of these it agreed a higher level than the school proposed.
    raised: u32,
    /// In how many it agreed a lower one.
    lowered: u32,
    /// By how many levels it moved what was proposed, on average; lowered ones count down.
    mean_shift: f64,
}

impl From<(Within, Shift)> for ModerationShift {
    fn from(((school_year, term, area_of_need), shift): (Within, Shift)) -> Self {
        Self {
            school_year,
            term,
            area_of_need,
            moderations: shift.moderations,
            raised: shift.raised,
            lowered: shift.lowered,
            mean_shift: shift.mean(),
        }
    }
}

/// The shifts in a locality between two London dates, over the moderations that the viewer sees.
pub async fn of(
    ctx: &Context<'_>,
    locality: Uuid,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Vec<ModerationShift>> {
    Ok(shifts_of(ctx, locality, (from, to)).await?.into_iter().map(ModerationShift::from).collect())
}
