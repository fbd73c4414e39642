//! What is printed around a session of a locality group: the sheet on which parents consent, and the preparation form
//! (LG-3, LG-4).

use super::{day, page, row, words};
use chrono::NaiveDate;
use maud::{Markup, html};

/// What a consent sheet is filled with.
pub struct ConsentSheet {
    /// The child's name, as they are called.
    pub child: String,
    /// The school, which keeps the sheet.
    pub school: String,
    /// The locality whose group it is.
    pub locality: String,
    /// The London date of the sheet.
    pub on: NaiveDate,
}

/// What the preparation form says.
pub struct FormPart {
    /// The situation now.
    pub situation: String,
    /// Strategies used already.
    pub strategies_used: String,
    /// The desired situation.
    pub desired: String,
    /// The aim of the consultation.
    pub aim: String,
}

/// What a preparation form is filled with. It identifies nobody: a child is its code (LG-10).
pub struct PreparationSheet {
    /// By what the item is called: the code of a child, or what else it is about.
    pub about: String,
    /// Its reference.
    pub reference: String,
    /// What it is about, in words.
    pub subject: String,
    /// The school that brings it.
    pub school: Option<String>,
    /// The locality.
    pub locality: Option<String>,
    /// The London date of the session.
    pub session_on: Option<NaiveDate>,
    /// What was written; empty boxes where nothing was yet.
    pub form: Option<FormPart>,
}

/// A line to write on.
fn line(what: &str) -> Markup {
    html! { tr { th scope="row" { (what) } td style="height:2.2rem" {} } }
}

fn box_to_tick(what: &str) -> Markup {
    html! { li style="list-style:none" { "☐ " (what) } }
}

impl ConsentSheet {
    /// As one page.
    pub fn page(&self) -> String {
        page("Consent to a discussion in the locality group", &self.body())
    }

    fn body(&self) -> Markup {
        html! {
            table {
                caption { "Who this sheet is about" }
                tbody {
                    (row("Child or young person", &self.child))
                    (row("School", &self.school))
                    (row("Locality", &self.locality))
                    (row("Date of this sheet", &day(self.on)))
                }
            }
            (explained())
            (self.given())
            p { "The school keeps this sheet. Neither it nor your child's name goes to the group." }
        }
    }

    fn given(&self) -> Markup {
        let agreed =
            format!("I agree that the school seeks the advice of the locality group about {}.", self.child);
        html! { section {
            h2 { "Your consent" }
            p { "Please tick what is true, and sign below." }
            ul {
                (box_to_tick("Somebody from the school told me what the locality group is, and what educational \
                    psychologists do in it."))
                (box_to_tick(&agreed))
                (box_to_tick("I know that I can withdraw my consent at any time, by telling the school."))
            }
            table {
                caption { "Parent, carer or young person" }
                tbody { (line("Name")) (line("Relationship to the child")) (line("Signature")) (line("Date")) }
            }
            table {
                caption { "For the school: who explained the group" }
                tbody { (line("Name and role")) (line("Signature")) (line("Date")) }
            }
        } }
    }
}

/// What a parent is told before they consent (LG-3).
fn explained() -> Markup {
    html! {
        section {
            h2 { "What the locality group is" }
            p {
                "The special needs coordinators (SENCOs) of schools near each other meet every term. Each brings a \
                 situation that is hard to move on with, and all of them think about it together: what is going on, \
                 what already goes well, what should be different, and what could be tried."
            }
            p {
                "An educational psychologist leads the meeting. Educational psychologists know how children learn, \
                 feel and get on with others. In the group they do not meet or assess your child; they help the \
                 school to find its own next steps."
            }
        }
        section {
            h2 { "What is said about your child" }
            ul {
                li {
                    "Your child is not named. In what is written down there is only a code, made of the first letter \
                     of the first name, the year group and the gender."
                }
                li { "Those who take part keep to themselves what they hear." }
                li {
                    "Afterwards the school writes down what it will do, and some weeks later it looks at what that \
                     has changed."
                }
                li { "The discussion changes nothing about the support that your child is entitled to." }
                li {
                    "If the group thinks that an educational psychologist should do more, in school or with your \
                     child, the school talks to you about it first."
                }
            }
        }
    }
}

impl PreparationSheet {
    /// As one page.
    pub fn page(&self) -> String {
        page("Preparation for a locality group consultation", &self.body())
    }

    fn body(&self) -> Markup {
        let on = self.session_on.map_or_else(|| "–".to_owned(), day);
        let form = self.form.as_ref();
        html! {
            table {
                caption { "About this item" }
                tbody {
                    (row("Who or what it is about", &self.about))
                    (row("Reference", &self.reference))
                    (row("Subject", &self.subject))
                    (row("School", self.school.as_deref().unwrap_or("–")))
                    (row("Locality", self.locality.as_deref().unwrap_or("–")))
                    (row("Session", &on))
                }
            }
            (section("The situation now", form.map(|form| form.situation.as_str())))
            (section("Strategies used already", form.map(|form| form.strategies_used.as_str())))
            (section("The desired situation", form.map(|form| form.desired.as_str())))
            (section("The aim of the consultation", form.map(|form| form.aim.as_str())))
            p { "Name nobody on this form: the group reads it. A child is the code above." }
        }
    }
}

/// A part of the form, or a box to write in.
fn section(heading: &str, text: Option<&str>) -> Markup {
    html! { section {
        h2 { (heading) }
        @match text {
            Some(text) => { (words(text)) }
            None => { div style="border:1px solid #555;height:9rem" {} }
        }
    } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_consent_sheet_says_who_signs_for_whom() {
        let sheet = ConsentSheet {
            child: "Ada <i>".into(),
            school: "Hill School".into(),
            locality: "North".into(),
            on: NaiveDate::default(),
        };
        let page = sheet.page();
        for known in ["Ada &lt;i&gt;", "Hill School", "North", "1 January 1970", "Signature"] {
            assert!(page.contains(known), "{known}: {page}");
        }
        assert!(!page.contains("<i>"));
    }

    #[test]
    fn a_form_that_nobody_wrote_has_four_boxes() {
        let sheet = |form| {
            let (about, reference, subject) = ("J5M".into(), "LI-1".into(), "Reading".into());
            let known = PreparationSheet {
                about,
                reference,
                subject,
                school: None,
                locality: None,
                session_on: None,
                form,
            };
            known.page()
        };
        assert_eq!(sheet(None).matches("<div ").count(), 4);
        let written = FormPart {
            situation: "At the moment".into(),
            strategies_used: "Tried".into(),
            desired: "Hoped".into(),
            aim: "Ideas".into(),
        };
        let page = sheet(Some(written));
        assert!(!page.contains("<div ") && page.contains("At the moment") && page.contains("Ideas"));
    }
}
