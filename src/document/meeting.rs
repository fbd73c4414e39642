//! The record of a planning meeting on the standard template, as a page and as data (PC-7). It holds what its reader sees: a
//! family, and the staff around one child, that child's part.

use super::{day, page, row, words};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

/// Somebody who took part.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantPart {
    /// Their name.
    pub name: String,
    /// As what.
    pub role: String,
    /// Whether they were there; nothing until the meeting was held.
    pub present: Option<bool>,
}

/// An action.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionPart {
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// By when.
    pub due_on: NaiveDate,
    /// The child, where it is about one.
    pub child: Option<String>,
    /// What became of it in this meeting, where it was brought forward.
    pub outcome: Option<String>,
    /// The note to that.
    pub note: Option<String>,
}

/// A form of support that was agreed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SupportPart {
    /// In which form.
    pub form: String,
    /// The rank of a triage.
    pub rank: Option<i32>,
    /// The service.
    pub service: Option<String>,
    /// The agreed time, in minutes.
    pub minutes: Option<i32>,
    /// What was agreed.
    pub note: String,
}

/// An item with what it ended in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemPart {
    /// What it is.
    pub title: String,
    /// What it is about.
    pub priority: String,
    /// The child, where it is about one.
    pub child: Option<String>,
    /// Which vulnerable groups the child is in.
    pub vulnerabilities: Vec<String>,
    /// How the parents took part.
    pub parents: String,
    /// How the child took part.
    pub pupil: String,
    /// Other agencies involved or wanted.
    pub agencies: String,
    /// What was said of it, or why it was put off.
    pub discussion: Option<String>,
    /// Whether it was put off.
    pub put_off: bool,
    /// The support that was agreed.
    pub support: Vec<SupportPart>,
    /// The actions that were agreed for it.
    pub actions: Vec<ActionPart>,
}

/// An addendum.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddendumPart {
    /// When it was written.
    pub on: NaiveDate,
    /// The item that it corrects, where it is one.
    pub item: Option<String>,
    /// What is corrected or added.
    pub text: String,
}

/// The record of a planning meeting.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MeetingPart {
    /// Its reference.
    pub reference: String,
    /// The school.
    pub school: Option<String>,
    /// The term, in words.
    pub term: String,
    /// The school year, by the year in which it begins.
    pub school_year: i32,
    /// When it was or is, in London.
    pub when: String,
    /// Where.
    pub place: Option<String>,
    /// Where it stands, in words.
    pub state: String,
    /// Who took part.
    pub participants: Vec<ParticipantPart>,
    /// The actions brought forward.
    pub brought_forward: Vec<ActionPart>,
    /// The items, in order.
    pub items: Vec<ItemPart>,
    /// Actions that are about no item.
    pub other_actions: Vec<ActionPart>,
    /// What the meeting came to.
    pub summary: Option<String>,
    /// What was corrected or added since.
    pub addenda: Vec<AddendumPart>,
}

impl MeetingPart {
    /// As one page.
    pub fn page(&self) -> String {
        page("Record of a planning and consultation meeting", &self.body())
    }

    fn body(&self) -> Markup {
        html! {
            (self.about())
            @if !self.participants.is_empty() { (self.present()) }
            @if !self.brought_forward.is_empty() {
                h2 { "Actions brought forward" }
                (actions("Actions brought forward and what became of them", &self.brought_forward, true))
            }
            @if !self.items.is_empty() {
                h2 { "Items" }
                @for item in &self.items { (item.section()) }
            }
            @if !self.other_actions.is_empty() {
                h2 { "Further actions" }
                (actions("Further actions", &self.other_actions, false))
            }
            @if let Some(summary) = &self.summary { h2 { "Summary" } (words(summary)) }
            @if !self.addenda.is_empty() {
                h2 { "Addenda" }
                @for one in &self.addenda {
                    p { (day(one.on)) @if let Some(item) = &one.item { ": " (item) } }
                    (words(&one.text))
                }
            }
        }
    }

    fn about(&self) -> Markup {
        html! {
            table {
                caption { "About this meeting" }
                tbody {
                    (row("Reference", &self.reference))
                    (row("School", self.school.as_deref().unwrap_or("–")))
                    (row("Term", &format!("{}, {}/{}", self.term, self.school_year, self.school_year + 1)))
                    (row("Time", &self.when))
                    @if let Some(place) = &self.place { (row("Place", place)) }
                    (row("State", &self.state))
                }
            }
        }
    }

    fn present(&self) -> Markup {
        let was_there = |present: Option<bool>| match present {
            Some(true) => "present",
            Some(false) => "not present",
            None => "invited",
        };
        html! {
            table {
                caption { "Who took part" }
                thead { tr { th scope="col" { "Name" } th scope="col" { "Role" } th scope="col" { "Present" } } }
                tbody { @for one in &self.participants {
                    tr { th scope="row" { (one.name) } td { (one.role) } td { (was_there(one.present)) } }
                } }
            }
        }
    }
}

impl ItemPart {
    fn section(&self) -> Markup {
        let said = |name: &str, text: &str| html! { @if !text.is_empty() { (row(name, text)) } };
        html! { section {
            h3 { (self.title) }
            table {
                caption { "Item" }
                tbody {
                    (row("Priority", &self.priority))
                    @if let Some(child) = &self.child { (row("Child", child)) }
                    @if !self.vulnerabilities.is_empty() { (row("Known as", &self.vulnerabilities.join(", "))) }
                    (said("Parents", &self.parents))
                    (said("Child's voice", &self.pupil))
                    (said("Other agencies", &self.agencies))
                    @if let Some(discussion) = &self.discussion {
                        (row(if self.put_off { "Put off" } else { "Discussed" }, discussion))
                    }
                }
            }
            @if !self.support.is_empty() { (support(&self.support)) }
            @if !self.actions.is_empty() { (actions("Actions agreed", &self.actions, false)) }
        } }
    }
}

fn support(agreed: &[SupportPart]) -> Markup {
    let time =
        |minutes: Option<i32>| minutes.map_or_else(String::new, |minutes| format!("{minutes} minutes"));
    html! {
        table {
            caption { "Support agreed" }
            thead { tr {
                th scope="col" { "Form" } th scope="col" { "Rank" } th scope="col" { "Service" }
                th scope="col" { "Time" } th scope="col" { "Agreed" }
            } }
            tbody { @for one in agreed { tr {
                th scope="row" { (one.form) }
                td { @if let Some(rank) = one.rank { (rank) } }
                td { @if let Some(service) = &one.service { (service) } }
                td { (time(one.minutes)) }
                td { (words(&one.note)) }
            } } }
        }
    }
}

fn actions(caption: &str, actions: &[ActionPart], outcomes: bool) -> Markup {
    html! {
        table {
            caption { (caption) }
            thead { tr {
                th scope="col" { "Action" } th scope="col" { "Child" } th scope="col" { "Owner" }
                th scope="col" { "Due" } @if outcomes { th scope="col" { "Outcome" } }
            } }
            tbody { @for one in actions { tr {
                th scope="row" { (one.what) }
                td { @if let Some(child) = &one.child { (child) } }
                td { (one.owner) }
                td { (day(one.due_on)) }
                @if outcomes { td {
                    @if let Some(outcome) = &one.outcome { (outcome) }
                    @if let Some(note) = &one.note { (words(note)) }
                } }
            } } }
        }
    }
}
