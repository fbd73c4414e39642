//! The minutes of a session of a locality group, as a page and as data. They identify nobody: a child is its code (LG-10).

use super::{page, row, words};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

/// Somebody who was there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PresentPart {
    /// Their name.
    pub name: String,
    /// As what.
    pub role: String,
    /// For which school, as its SENCO.
    pub school: Option<String>,
}

/// A note.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotePart {
    /// What it says, in words.
    pub kind: String,
    /// The note.
    pub text: String,
}

/// A step of the consultation with what was noted of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepPart {
    /// Which, in words.
    pub step: String,
    /// What was noted.
    pub notes: Vec<NotePart>,
    /// What was offered, at the step of the strategies.
    pub offered: Vec<OfferedPart>,
}

/// Something that was offered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfferedPart {
    /// What kind of thing, in words.
    pub kind: String,
    /// What.
    pub text: String,
    /// Who offered it, and as what.
    pub offered_by: Option<String>,
    /// Whether the SENCO found it helpful, once said.
    pub helpful: Option<bool>,
}

/// A level of the support grid.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LevelPart {
    /// The area of need, in words.
    pub area: String,
    /// The level that the school proposed.
    pub proposed: i32,
    /// The level that the group agreed.
    pub agreed: i32,
}

/// What is said of an item that is not withdrawn.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaidPart {
    /// By what it is called: the code of a child, or what else it is about.
    pub about: String,
    /// The school that brought it.
    pub school: Option<String>,
    /// What it is about, in words that identify nobody.
    pub subject: String,
    /// The support that there was, as the SENCO stated it.
    pub support_so_far: Option<String>,
    /// Why it was put off, where it was.
    pub put_off: Option<String>,
    /// The steps of the consultation, in order: those of which something was written.
    pub steps: Vec<StepPart>,
    /// The levels of the support grid that were agreed.
    pub levels: Vec<LevelPart>,
}

/// An item. Of one that is withdrawn nothing is said but that.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemPart {
    /// Its reference.
    pub reference: String,
    /// Where it stands, in words.
    pub state: String,
    /// What is said of it; nothing once it is withdrawn.
    pub said: Option<SaidPart>,
}

/// A request for an EP that the group decided.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestPart {
    /// Its rank, 1 for the first.
    pub rank: i32,
    /// For which item: its reference.
    pub item: Option<String>,
    /// The code of the child, or what else that item is about.
    pub about: Option<String>,
    /// How the EP goes on, in words.
    pub form: String,
    /// Why.
    pub reason: String,
}

/// The minutes of a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionPart {
    /// Its reference.
    pub reference: String,
    /// The locality.
    pub locality: Option<String>,
    /// The term, in words.
    pub term: String,
    /// The school year, by the year in which it begins.
    pub school_year: i32,
    /// When it was or is, in London.
    pub when: String,
    /// Where.
    pub place: Option<String>,
    /// The EP who facilitates it.
    pub facilitator: Option<String>,
    /// Where it stands, in words.
    pub state: String,
    /// Who was there.
    pub present: Vec<PresentPart>,
    /// The items, in the order in which they were brought.
    pub items: Vec<ItemPart>,
    /// What the group decided on further involvement of an EP, by rank.
    pub ep_requests: Vec<RequestPart>,
}

impl SessionPart {
    /// As one page.
    pub fn page(&self) -> String {
        page("Minutes of a locality group consultation", &self.body())
    }

    fn body(&self) -> Markup {
        html! {
            (self.about())
            @if !self.present.is_empty() { (self.attendance()) }
            @if !self.items.is_empty() {
                h2 { "Items" }
                @for item in &self.items { (item.section()) }
            }
            @if !self.ep_requests.is_empty() { h2 { "Further involvement of an EP" } (self.requests()) }
        }
    }

    fn about(&self) -> Markup {
        html! {
            table {
                caption { "About this session" }
                tbody {
                    (row("Reference", &self.reference))
                    (row("Locality", self.locality.as_deref().unwrap_or("–")))
                    (row("Term", &format!("{}, {}/{}", self.term, self.school_year, self.school_year + 1)))
                    (row("Time", &self.when))
                    @if let Some(place) = &self.place { (row("Place", place)) }
                    @if let Some(name) = &self.facilitator { (row("Facilitated by", name)) }
                    (row("State", &self.state))
                }
            }
        }
    }

    fn attendance(&self) -> Markup {
        html! {
            table {
                caption { "Who was there" }
                thead { tr { th scope="col" { "Name" } th scope="col" { "Role" } th scope="col" { "School" } } }
                tbody { @for one in &self.present { tr {
                    th scope="row" { (one.name) }
                    td { (one.role) }
                    td { (one.school.as_deref().unwrap_or("–")) }
                } } }
            }
        }
    }

    fn requests(&self) -> Markup {
        html! {
            table {
                caption { "Requests for an EP, by rank" }
                thead { tr {
                    th scope="col" { "Rank" } th scope="col" { "Item" } th scope="col" { "Form" }
                    th scope="col" { "Reason" }
                } }
                tbody { @for one in &self.ep_requests { tr {
                    th scope="row" { (one.rank) }
                    td {
                        (one.about.as_deref().unwrap_or("–"))
                        @if let Some(reference) = &one.item { " (" (reference) ")" }
                    }
                    td { (one.form) }
                    td { (words(&one.reason)) }
                } } }
            }
        }
    }
}

impl ItemPart {
    fn section(&self) -> Markup {
        html! { section {
            @match &self.said {
                None => {
                    h3 { "Item " (self.reference) }
                    p { "This item is " (self.state) "." }
                }
                Some(said) => {
                    h3 { "Item: " (said.about) }
                    (said.table(&self.reference, &self.state))
                    @for step in &said.steps { (step.section()) }
                    @if !said.levels.is_empty() { (levels(&said.levels)) }
                }
            }
        } }
    }
}

impl SaidPart {
    fn table(&self, reference: &str, state: &str) -> Markup {
        html! {
            table {
                caption { "Item" }
                tbody {
                    (row("Reference", reference))
                    (row("School", self.school.as_deref().unwrap_or("–")))
                    (row("Subject", &self.subject))
                    @if let Some(support) = &self.support_so_far { (row("Support so far", support)) }
                    (row("State", state))
                    @if let Some(reason) = &self.put_off { (row("Put off", reason)) }
                }
            }
        }
    }
}

impl StepPart {
    fn section(&self) -> Markup {
        html! {
            table {
                caption { "Step: " (self.step) }
                tbody {
                    @for one in &self.notes { tr { th scope="row" { (one.kind) } td { (words(&one.text)) } } }
                    @for one in &self.offered { (offered(one)) }
                }
            }
        }
    }
}

fn offered(one: &OfferedPart) -> Markup {
    html! { tr {
        th scope="row" { (one.kind) }
        td {
            (words(&one.text))
            @if let Some(name) = &one.offered_by { p { "Offered by " (name) "." } }
            @match one.helpful {
                Some(true) => { p { "Found helpful." } }
                Some(false) => { p { "Not marked as helpful." } }
                None => {}
            }
        }
    } }
}

fn levels(agreed: &[LevelPart]) -> Markup {
    html! {
        table {
            caption { "Levels of the support grid" }
            thead { tr {
                th scope="col" { "Area of need" } th scope="col" { "Proposed by the school" }
                th scope="col" { "Agreed by the group" }
            } }
            tbody { @for one in agreed { tr {
                th scope="row" { (one.area) } td { (one.proposed) } td { (one.agreed) }
            } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(items: Vec<ItemPart>) -> SessionPart {
        SessionPart {
            reference: "LS-1".into(),
            locality: Some("North <b>".into()),
            term: "autumn 1".into(),
            school_year: 2026,
            when: "Monday".into(),
            place: None,
            facilitator: None,
            state: "closed".into(),
            present: vec![PresentPart { name: "Kim".into(), role: "senco".into(), school: None }],
            items,
            ep_requests: Vec::new(),
        }
    }

    #[test]
    fn what_is_withdrawn_is_a_reference_and_nothing_else() {
        let withdrawn = ItemPart { reference: "LI-7".into(), state: "withdrawn".into(), said: None };
        let page = session(vec![withdrawn]).page();
        assert!(page.contains("Item LI-7") && page.contains("This item is withdrawn."), "{page}");
        assert!(!page.contains("Subject"), "{page}");
    }

    #[test]
    fn what_somebody_wrote_is_never_markup() {
        let said = SaidPart {
            about: "J5M".into(),
            school: None,
            subject: "<script>alert(1)</script>".into(),
            support_so_far: None,
            put_off: None,
            steps: vec![StepPart {
                step: "strategies".into(),
                notes: Vec::new(),
                offered: vec![OfferedPart {
                    kind: "a strategy".into(),
                    text: "<img src=x>".into(),
                    offered_by: None,
                    helpful: Some(true),
                }],
            }],
            levels: vec![LevelPart { area: "literacy".into(), proposed: 2, agreed: 3 }],
        };
        let item = ItemPart { reference: "LI-1".into(), state: "feedback".into(), said: Some(said) };
        let page = session(vec![item]).page();
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>"), "{page}");
        assert!(page.contains("J5M") && page.contains("Found helpful."), "{page}");
        assert_eq!(page.matches("<table>").count(), page.matches("<caption>").count());
        assert!(!page.contains("<th>"));
    }
}
