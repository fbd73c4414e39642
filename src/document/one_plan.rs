//! A One Plan and its history as a page (GR-5 to GR-8).

use super::{day, day_or_dash, page, row, words};
use chrono::NaiveDate;
use domain::graduated::{Contributor, CycleState};
use entity::{
    action_plan, action_plan_step, further_observation, intervention, one_plan, plan_contribution,
    plan_cycle, plan_outcome, plan_section,
};
use maud::{Markup, html};

/// A section of a cycle with what hangs on it.
pub struct SectionPart {
    /// The section.
    pub section: plan_section::Model,
    /// What it is to achieve.
    pub outcomes: Vec<plan_outcome::Model>,
    /// What is done towards it.
    pub interventions: Vec<intervention::Model>,
    /// The references of consultations whose Records of Involvement it cites.
    pub evidence: Vec<String>,
}

/// An action plan that came of a locality group.
pub struct ActionPlanPart {
    /// The plan.
    pub plan: action_plan::Model,
    /// The reference of its item.
    pub item: Option<String>,
    /// Its steps.
    pub steps: Vec<action_plan_step::Model>,
}

/// A cycle with its sections.
pub struct CyclePart {
    /// The cycle.
    pub cycle: plan_cycle::Model,
    /// Its sections.
    pub sections: Vec<SectionPart>,
    /// What parents and pupil contributed in it.
    pub contributions: Vec<plan_contribution::Model>,
    /// What was observed further after it.
    pub observations: Vec<further_observation::Model>,
    /// The action plans of the locality group that were written in it.
    pub action_plans: Vec<ActionPlanPart>,
}

/// A One Plan and its history.
pub struct PlanPart {
    /// The child, as they are called.
    pub child: String,
    /// Birth date.
    pub born_on: NaiveDate,
    /// The school that holds the child.
    pub school: Option<String>,
    /// The plan.
    pub plan: one_plan::Model,
    /// Its cycles, newest first.
    pub cycles: Vec<CyclePart>,
    /// The London date of the page.
    pub on: NaiveDate,
}

/// The page of a One Plan.
pub fn one_plan(part: &PlanPart) -> String {
    let body = html! {
        (about(part))
        @for cycle in &part.cycles { (cycle_of(cycle)) }
    };
    page(&format!("One Plan: {}", part.child), &body)
}

fn about(part: &PlanPart) -> Markup {
    html! {
        table {
            caption { "About this plan" }
            tbody {
                (row("Name", &part.child))
                (row("Date of birth", &day(part.born_on)))
                (row("School", part.school.as_deref().unwrap_or("–")))
                (row("State", part.plan.state.words()))
                (row("In force since", &day_or_dash(part.plan.activated_on)))
                (row("Next review by", &day_or_dash(part.plan.review_by)))
                @if let Some(reason) = &part.plan.end_reason {
                    (row("Ended", &format!("{}: {reason}", day_or_dash(part.plan.ended_on))))
                }
                (row("Date of this page", &day(part.on)))
            }
        }
    }
}

fn cycle_of(part: &CyclePart) -> Markup {
    let CyclePart { cycle, sections, contributions, observations, action_plans } = part;
    let season = cycle.season.map_or("not begun", |season| season.words());
    let reviewed = cycle.state == CycleState::Reviewed;
    html! {
        h2 { "Cycle " (cycle.number) ", " (season) }
        p {
            "From " (day_or_dash(cycle.starts_on)) ", to be reviewed by " (day_or_dash(cycle.review_by)) ". "
            @if reviewed { "Reviewed on " (day_or_dash(cycle.reviewed_on)) "." } @else { "Not reviewed yet." }
        }
        @if let Some(summary) = &cycle.summary {
            (words(summary))
            p { @if cycle.concerns_remain { "Concerns remain." } @else { "No concerns remain." } }
        }
        (contributions_of(contributions))
        (sections_of(cycle, sections))
        @for one in observations { (observation(one)) }
        @if !action_plans.is_empty() {
            section {
                h3 { "From the locality group" }
                @for one in action_plans { (action_plan(one)) }
            }
        }
    }
}

/// The steps of an action plan, what became of each, and the review (LG-7, LG-8).
fn action_plan(part: &ActionPlanPart) -> Markup {
    let ActionPlanPart { plan, item, steps } = part;
    html! {
        table {
            caption {
                "Action plan of " (day(plan.written_on)) @if let Some(reference) = item { ", item " (reference) }
            }
            thead { tr { th scope="col" { "What" } th scope="col" { "Who" } th scope="col" { "Outcome" } } }
            tbody { @for step in steps { tr {
                th scope="row" { (step.what) }
                td { (words(&step.who)) }
                td {
                    @if let Some(impact) = step.impact { p { (impact.words()) } }
                    @if let Some(note) = &step.impact_note { (words(note)) }
                }
            } } }
        }
        @if let Some(done) = &plan.done {
            p { "Reviewed on " (day_or_dash(plan.reviewed_on)) ":" }
            (words(done))
        } @else {
            p { "Not reviewed yet." }
        }
    }
}

fn contributions_of(all: &[plan_contribution::Model]) -> Markup {
    let heading = |contributor: Contributor| match contributor {
        Contributor::Parents => "Parents and carers",
        Contributor::Pupil => "Pupil",
    };
    html! {
        @if !all.is_empty() {
            table {
                caption { "What parents and pupil say" }
                thead { tr { th scope="col" { "Who" } th scope="col" { "What they say" } } }
                tbody { @for one in all {
                    tr { th scope="row" { (heading(one.contributor)) } td { (words(&one.text)) } }
                } }
            }
        }
    }
}

fn sections_of(cycle: &plan_cycle::Model, sections: &[SectionPart]) -> Markup {
    html! {
        table {
            caption { "Assess, plan, do, review: cycle " (cycle.number) }
            thead { tr {
                th scope="col" { "Area of need" } th scope="col" { "Assess" } th scope="col" { "Plan" }
                th scope="col" { "Do" } th scope="col" { "Review" }
            } }
            tbody { @for part in sections { (section(part)) } }
        }
    }
}

fn section(part: &SectionPart) -> Markup {
    let SectionPart { section, outcomes, interventions, evidence } = part;
    html! {
        tr {
            th scope="row" { (section.area.words()) }
            td {
                (words(&section.assess))
                @for reference in evidence { p { "Record of Involvement of consultation " (reference) } }
            }
            td {
                @for one in outcomes { (words(&one.what)) @if !one.measure.is_empty() { (words(&one.measure)) } }
                @for one in interventions { p.words { (one.what) " (" (one.evidence_base) ")" } }
            }
            td { @for one in interventions { p.words { (one.what) ": " (one.who) ", " (one.timetable) } } }
            td {
                p { "On " (day_or_dash(section.review_on)) }
                (words(&section.review_measure))
                @if let Some(found) = &section.findings { (words(found)) }
                @if let Some(progress) = section.progress { p { "Outcomes: " (progress.words()) "." } }
            }
        }
    }
}

fn observation(one: &further_observation::Model) -> Markup {
    html! {
        section {
            h3 { "Further observation, " (day(one.observed_on)) }
            (words(&one.observation))
            h4 { "The teacher" } (words(&one.teacher))
            h4 { "Parents and carers" } (words(&one.parents))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::graduated::OnePlanState;
    use uuid::Uuid;

    fn part(child: &str, end_reason: &str) -> PlanPart {
        let on = NaiveDate::default();
        PlanPart {
            child: child.to_owned(),
            born_on: on,
            school: Some("School <b>".to_owned()),
            plan: one_plan::Model {
                id: Uuid::nil(),
                authority_id: Uuid::nil(),
                child_id: Uuid::nil(),
                school_id: Uuid::nil(),
                state: OnePlanState::Ended,
                drafted_by: Uuid::nil(),
                drafted_at: chrono::DateTime::UNIX_EPOCH,
                activated_on: Some(on),
                review_by: None,
                ended_on: Some(on),
                end_reason: Some(end_reason.to_owned()),
                version: 1,
            },
            cycles: Vec::new(),
            on,
        }
    }

    #[test]
    fn what_somebody_wrote_is_never_markup() {
        let page = one_plan(&part("</title><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>&"));
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>"), "{page}");
        assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;&amp;"), "{page}");
    }

    #[test]
    fn the_page_has_a_language_one_first_heading_and_header_cells() {
        let page = one_plan(&part("Ada", "Caught up."));
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en-GB\">"));
        assert_eq!(page.matches("<h1>").count(), 1);
        assert_eq!(page.matches("<table>").count(), page.matches("<caption>").count());
        assert!(page.matches("<th scope=").count() > 5 && !page.contains("<th>"));
    }
}
