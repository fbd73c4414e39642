//! Every text that comes into a locality group passes here (LG-10, LG-11): each string of a command, and the reason of each
//! acknowledgement, which is kept in the history.

use crate::op::Viewer;
use crate::store::Fault;
use crate::store::children::identity;
use crate::store::facts::System;
use crate::store::work::Work;
use domain::access::{Reach, Role};
use domain::anonymity::{Hit, Identity, Scanner};
use domain::refusal::{Acknowledgement, Code, Findings};
use domain::rule::RuleId;
use entity::child;
use heck::ToLowerCamelCase;
use serde_json::Value;
use uuid::Uuid;

/// What texts may not hold, and how much of it whoever writes is told.
pub struct Anonymity {
    scanner: Scanner,
    tells_where: bool,
}

impl Anonymity {
    /// For a text about a school's child, or about none: by who writes it. A child who has left the school is looked for like
    /// those who are there, and is not for the school to see.
    pub async fn of(
        work: &Work<'_>,
        authority: Uuid,
        schools: &[Uuid],
        child: Option<&child::Model>,
    ) -> Result<Self, Fault> {
        let system = System::within(work);
        let pupils = system.pupils(schools).await?;
        let is_there = child.is_none_or(|child| pupils.iter().any(|pupil| pupil.id == child.id));
        let sees_them =
            is_there && work.op.viewer.as_ref().is_some_and(|viewer| sees(viewer, authority, schools));
        if !sees_them {
            // The same for every item of the school, so that no answer depends on the child whom one is about.
            let around: Vec<Identity> = system.children_around(schools).await?.iter().map(identity).collect();
            let parents = system.names_of_parents_around(schools).await?;
            let scanner = Scanner::of_strangers(&around, parents.iter().map(String::as_str));
            return Ok(Self { scanner, tells_where: false });
        }
        let pupils: Vec<Identity> = pupils.iter().map(identity).collect();
        let scanner = match child {
            Some(child) => {
                let parents = system.parents(child.id).await?;
                let parents = parents.iter().map(|parent| parent.name.as_str());
                Scanner::of_child(&identity(child), parents, &pupils)
            }
            None => Scanner::of_pupils(&pupils),
        };
        Ok(Self { scanner, tells_where: true })
    }

    /// Refuses what would tell who somebody is.
    pub fn check(&self, command: &Value, acknowledged: &[Acknowledgement], findings: &mut Findings) {
        self.check_value("", command, findings);
        for (place, one) in acknowledged.iter().enumerate() {
            self.check_text(&format!("acknowledge.{place}.reason"), &one.reason, findings);
        }
    }

    fn check_value(&self, path: &str, value: &Value, findings: &mut Findings) {
        let under = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match value {
            // What is an id holds letters by chance.
            Value::String(text) if text.parse::<Uuid>().is_err() => self.check_text(path, text, findings),
            Value::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    self.check_value(&under(&place.to_string()), item, findings);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    self.check_value(&under(&name.to_lower_camel_case()), field, findings);
                }
            }
            _ => {}
        }
    }

    fn check_text(&self, path: &str, text: &str, findings: &mut Findings) {
        let hits = self.scanner.scan(text);
        if hits.is_empty() {
            return;
        }
        let (rule, message) = if self.tells_where {
            (RuleId::Lg10, hits.iter().map(place).collect::<Vec<_>>().join("; "))
        } else {
            (RuleId::Lg11, "the text holds what could tell who somebody is".to_owned())
        };
        findings
            .refuse(rule, Code::Invalid, path, message)
            .remedy("write about children by their code, and about people by what they do");
    }
}

/// Whether somebody may see the children of all these schools.
fn sees(viewer: &Viewer, authority: Uuid, schools: &[Uuid]) -> bool {
    let own = viewer.schools(|reach| matches!(reach, Reach::School | Reach::LinkedSchools));
    viewer.authorities(|role| role == Role::SendManager).contains(&authority)
        || schools.iter().all(|school| own.contains(school))
}

fn place(hit: &Hit) -> String {
    format!("characters {} to {} are {}", hit.from, hit.to, hit.tells.words())
}
