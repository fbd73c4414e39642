//! Every figure of the rulebook, typed, with its default. Figures belong to an authority and are versioned: a
//! deadline keeps the version that set it.

use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::school::Phase;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Whose views a booking must record (OC-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ViewsRequired {
    /// The parents' or the pupil's; the missing one is noted on the booking.
    Either,
    /// Both the parents' and the pupil's.
    Both,
}

/// The figures of one policy version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// How long a consultation lasts, in minutes (OC-1).
    pub consultation_minutes: u32,
    /// The phases whose schools may book for any child (OC-3).
    pub eligible_phases: Vec<Phase>,
    /// The shortest distance between two consultations for one child, in weeks (OC-5).
    pub repeat_interval_weeks: u32,
    /// Whose views a booking records (OC-6).
    pub views_required: ViewsRequired,
    /// How many calendar days ahead a booking is made at the latest (OC-9).
    pub minimum_days_ahead: u32,
    /// How many working days before the consultation the C-RIC is received (OC-11).
    pub c_ric_working_days: u32,
    /// Within how many working days of the consultation the Record of Involvement is issued (OC-13).
    pub roi_working_days: u32,
    /// How many weeks after the Record of Involvement the review may be held at the earliest (OC-14).
    pub review_from_weeks: u32,
    /// And at the latest (OC-14).
    pub review_to_weeks: u32,
    /// Within how many working days a coordinator discusses a query on advice with the line manager (AQ-2; our figure).
    pub manager_discussion_working_days: u32,
    /// Within how many working days a formal follow-up is answered (AQ-5).
    pub follow_up_working_days: u32,
    /// Within how many working days an advice giver checks the draft plan (AQ-8).
    pub accuracy_check_working_days: u32,
    /// Within how many working days the parents are told of a delay (AQ-9; our figure).
    pub delay_notice_working_days: u32,
    /// In how many school days from a term's first its planning meetings are held (PC-1; our figure).
    pub meeting_window_school_days: u32,
    /// Within how many working days the record of a planning meeting is shared (PC-7; our figure).
    pub share_record_working_days: u32,
    /// Within how many working days the action plan of a locality group's item is written (LG-7; our figure).
    pub action_plan_working_days: u32,
    /// How many weeks after an action plan its impact is reviewed (LG-8; our figure).
    pub impact_review_weeks: u32,
    /// Fewer children of a school than so many in a year group and gender are pointed at by their code (LG-10; our figure).
    pub small_cohort: u32,
    /// Within how many working days a sensory or physical need is referred (GR-3; our figure).
    pub sensory_referral_working_days: u32,
    /// How often a standardised instrument may be used for a child in a school year (GR-7).
    pub standardised_per_year: u32,
    /// How many cycles are reviewed before a child is raised with the link EP or inclusion partner (GR-9).
    pub cycles_before_consultation: u32,
    /// Within how many working days a risk of permanent exclusion is discussed (GR-13; our figure).
    pub exclusion_risk_working_days: u32,
    /// How many working days before it is due a duty reminds its owner (XC-19; our figure).
    pub remind_working_days: u32,
    /// The largest attachment, in megabytes (XC-21; our figure).
    pub attachment_megabytes: u32,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            consultation_minutes: 60,
            eligible_phases: vec![Phase::Primary, Phase::MiddleDeemedPrimary],
            repeat_interval_weeks: 6,
            views_required: ViewsRequired::Either,
            minimum_days_ahead: 3,
            c_ric_working_days: 3,
            roi_working_days: 10,
            review_from_weeks: 6,
            review_to_weeks: 8,
            manager_discussion_working_days: 1,
            follow_up_working_days: 5,
            accuracy_check_working_days: 5,
            delay_notice_working_days: 1,
            meeting_window_school_days: 15,
            share_record_working_days: 10,
            action_plan_working_days: 10,
            impact_review_weeks: 6,
            small_cohort: 5,
            sensory_referral_working_days: 10,
            standardised_per_year: 2,
            cycles_before_consultation: 2,
            exclusion_risk_working_days: 2,
            remind_working_days: 2,
            attachment_megabytes: 10,
        }
    }
}

/// A policy of an authority as it stands from a date on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Counts up from 1 within the authority; 0 is the rulebook's defaults before any policy was set.
    pub version: i32,
    /// The first London date on which deadlines are set under it.
    pub effective_from: NaiveDate,
    /// Its figures.
    pub figures: Figures,
}

impl Policy {
    /// The rulebook's own figures, in force where the authority has set none.
    pub fn defaults() -> Self {
        Self { version: 0, effective_from: NaiveDate::MIN, figures: Figures::default() }
    }

    /// The policy in force on a date, of all versions of an authority.
    pub fn in_force(versions: impl IntoIterator<Item = Policy>, on: NaiveDate) -> Self {
        versions
            .into_iter()
            .filter(|policy| policy.effective_from <= on)
            .max_by_key(|policy| (policy.effective_from, policy.version))
            .unwrap_or_else(Policy::defaults)
    }
}

/// Whether figures can be set: each within bounds that make sense, and the review's weeks in order.
pub fn check(figures: &Figures, effective_from: NaiveDate, today: NaiveDate) -> Findings {
    let mut findings = Findings::default();
    let bounds = [
        ("consultationMinutes", figures.consultation_minutes, 1..=480),
        ("repeatIntervalWeeks", figures.repeat_interval_weeks, 0..=52),
        ("minimumDaysAhead", figures.minimum_days_ahead, 0..=90),
        ("cRicWorkingDays", figures.c_ric_working_days, 0..=60),
        ("roiWorkingDays", figures.roi_working_days, 1..=260),
        ("reviewFromWeeks", figures.review_from_weeks, 0..=52),
        ("reviewToWeeks", figures.review_to_weeks, 1..=104),
        ("managerDiscussionWorkingDays", figures.manager_discussion_working_days, 0..=60),
        ("followUpWorkingDays", figures.follow_up_working_days, 1..=60),
        ("accuracyCheckWorkingDays", figures.accuracy_check_working_days, 1..=60),
        ("delayNoticeWorkingDays", figures.delay_notice_working_days, 0..=60),
        ("meetingWindowSchoolDays", figures.meeting_window_school_days, 1..=40),
        ("shareRecordWorkingDays", figures.share_record_working_days, 1..=60),
        ("actionPlanWorkingDays", figures.action_plan_working_days, 1..=60),
        ("impactReviewWeeks", figures.impact_review_weeks, 1..=52),
        ("smallCohort", figures.small_cohort, 1..=30),
        ("sensoryReferralWorkingDays", figures.sensory_referral_working_days, 1..=260),
        ("standardisedPerYear", figures.standardised_per_year, 1..=12),
        ("cyclesBeforeConsultation", figures.cycles_before_consultation, 0..=12),
        ("exclusionRiskWorkingDays", figures.exclusion_risk_working_days, 0..=60),
        ("remindWorkingDays", figures.remind_working_days, 0..=60),
        ("attachmentMegabytes", figures.attachment_megabytes, 1..=25),
    ];
    for (name, value, allowed) in bounds {
        if !allowed.contains(&value) {
            let (low, high) = (allowed.start(), allowed.end());
            findings.refuse(
                RuleId::Xc13,
                Code::Invalid,
                name,
                format!("{name} is {value}; it lies between {low} and {high}"),
            );
        }
    }
    if figures.review_to_weeks < figures.review_from_weeks {
        findings.refuse(
            RuleId::Oc14,
            Code::Invalid,
            "reviewToWeeks",
            "the review would have to be held before it may be held",
        );
    }
    if effective_from < today {
        findings
            .refuse(
                RuleId::Xc13,
                Code::TooEarly,
                "effectiveFrom",
                "a policy takes effect today or later, never in the past",
            )
            .remedy("choose today's date or a later one");
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn version(version: i32, from: &str) -> Policy {
        Policy { version, effective_from: day(from), figures: Figures::default() }
    }

    #[test]
    fn the_newest_version_already_in_effect_holds() {
        let versions = || [version(1, "2026-01-01"), version(2, "2026-03-01"), version(3, "2026-03-01")];
        assert_eq!(Policy::in_force(versions(), day("2025-12-31")).version, 0);
        assert_eq!(Policy::in_force(versions(), day("2026-02-28")).version, 1);
        assert_eq!(Policy::in_force(versions(), day("2026-03-01")).version, 3);
    }

    #[test]
    fn figures_out_of_bounds_are_all_named() {
        let figures = Figures { consultation_minutes: 0, review_to_weeks: 5, ..Figures::default() };
        let findings = check(&figures, day("2026-01-01"), day("2026-01-02"));
        let paths: Vec<_> = findings.refusals.iter().map(|refusal| refusal.path.as_str()).collect();
        assert_eq!(paths, ["consultationMinutes", "reviewToWeeks", "effectiveFrom"]);
        assert!(check(&Figures::default(), day("2026-01-02"), day("2026-01-02")).pass());
    }

    /// The input fields that are refused where every figure of the advice queries has one value.
    fn refused(days: u32) -> Vec<String> {
        let figures = Figures {
            manager_discussion_working_days: days,
            follow_up_working_days: days,
            accuracy_check_working_days: days,
            delay_notice_working_days: days,
            ..Figures::default()
        };
        let findings = check(&figures, day("2026-01-02"), day("2026-01-02"));
        findings.refusals.into_iter().map(|refusal| refusal.path).collect()
    }

    #[test]
    fn figures_of_the_advice_queries_have_bounds() {
        assert_eq!(refused(0), ["followUpWorkingDays", "accuracyCheckWorkingDays"]);
        assert_eq!((refused(1).len(), refused(60).len(), refused(61).len()), (0, 0, 4));
    }

    #[test]
    fn figures_kept_before_there_were_advice_queries_read_as_the_defaults() {
        let older = r#"{"consultation_minutes": 45, "follow_up_working_days": 4}"#;
        let expected = Figures { consultation_minutes: 45, follow_up_working_days: 4, ..Figures::default() };
        assert_eq!(serde_json::from_str::<Figures>(older).unwrap(), expected);
        assert_eq!((expected.manager_discussion_working_days, expected.delay_notice_working_days), (1, 1));
        assert_eq!(expected.accuracy_check_working_days, 5);
    }
}
