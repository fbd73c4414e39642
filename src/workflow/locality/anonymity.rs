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
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

/// Whom the texts of a command could be about.
#[derive(Clone, Debug)]
pub struct Around {
    /// The authority.
    pub authority: Uuid,
    /// The schools whose children they could name.
    pub schools: Vec<Uuid>,
    /// The child whom they are about, where they are about one.
    pub child: Option<child::Model>,
}

/// Refuses what in the texts of a command, or in the reasons of acknowledgements, would tell who somebody is. Where there is no
/// text, nobody is looked up.
pub async fn check(
    work: &Work<'_>,
    around: &Around,
    command: &Value,
    acknowledged: &[Acknowledgement],
    findings: &mut Findings,
) -> Result<(), Fault> {
    let mut texts = Vec::new();
    collect(String::new(), command, &mut texts);
    let reason =
        |(place, one): (usize, &Acknowledgement)| (format!("acknowledge.{place}.reason"), one.reason.clone());
    texts.extend(acknowledged.iter().enumerate().map(reason));
    if texts.is_empty() {
        return Ok(());
    }
    let anonymity = Anonymity::of(work, around).await?;
    for (path, text) in &texts {
        anonymity.check(path, text, findings);
    }
    Ok(())
}

/// The texts of a command, each with where it stands.
fn collect(path: String, value: &Value, texts: &mut Vec<(String, String)>) {
    let under = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        // What is an id holds letters by chance.
        Value::String(text) if text.parse::<Uuid>().is_err() => texts.push((path, text.clone())),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                collect(under(&place.to_string()), item, texts);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                collect(under(&name.to_lower_camel_case()), field, texts);
            }
        }
        _ => {}
    }
}

/// Writes what is chosen from a list as numbers: it is no text of anybody's.
pub fn choice<T: Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let written = serde_json::to_vec(value).map_err(S::Error::custom)?;
    written.serialize(serializer)
}

/// What texts may not hold, and how much of it whoever writes is told.
struct Anonymity {
    scanner: Scanner,
    tells_where: bool,
}

impl Anonymity {
    /// For texts about a school's child, or about none: by who writes them. A child who has left the school is looked for like
    /// those who are there, and is not for the school to see.
    async fn of(work: &Work<'_>, Around { authority, schools, child }: &Around) -> Result<Self, Fault> {
        let system = System::within(work);
        let pupils = system.pupils(schools).await?;
        let is_there = child.as_ref().is_none_or(|child| pupils.iter().any(|pupil| pupil.id == child.id));
        // A school that has gone to another authority is none of this one's any longer.
        let own = system.schools_of_authority(*authority, schools).await?.len() == schools.len();
        let sees_them = is_there
            && work.op.viewer.as_ref().is_some_and(|viewer| sees(viewer, own.then_some(*authority), schools));
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

    fn check(&self, path: &str, text: &str, findings: &mut Findings) {
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

/// Whether somebody may see the children of all these schools, which are those of an authority where it is named.
fn sees(viewer: &Viewer, authority: Option<Uuid>, schools: &[Uuid]) -> bool {
    let own = viewer.schools(|reach| matches!(reach, Reach::School | Reach::LinkedSchools));
    let managed = viewer.authorities(|role| role == Role::SendManager);
    authority.is_some_and(|authority| managed.contains(&authority))
        || !schools.is_empty() && schools.iter().all(|school| own.contains(school))
}

fn place(hit: &Hit) -> String {
    format!("characters {} to {} are {}", hit.from, hit.to, hit.tells.words())
}
