//! A crawler that knows nothing of the schema but what introspection tells: it asks for every field that needs no
//! argument of every object that it comes across, by its id, until nothing new turns up.

use crate::support::app::App;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt::Write;

struct Field {
    name: String,
    pages: bool,
    leaf: bool,
    of: String,
}

/// The schema as introspection tells it.
pub struct Graph {
    fields: HashMap<String, Vec<Field>>,
    nodes: BTreeSet<String>,
}

/// The type and the id of an object.
type Found = (String, String);

/// How far objects without an id are followed in one selection.
const DEPTH: usize = 4;
/// What connections say twice, or what would make a selection too complex.
const SKIPPED: [&str; 3] = ["edges", "pageInfo", "totalCount"];
/// How many objects are asked for at once.
const TOGETHER: usize = 8;

fn base(of: &Value) -> &Value {
    if of["ofType"].is_null() { of } else { base(&of["ofType"]) }
}

impl Graph {
    pub async fn of(app: &App) -> Self {
        let of_type = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
        let query = format!(
            "{{ __schema {{ types {{ name kind interfaces {{ name }} \
             fields {{ name args {{ name defaultValue type {{ kind }} }} {of_type} }} }} }} }}"
        );
        let schema = app.ask("manager", &query, json!({})).await;
        let mut graph = Self { fields: HashMap::new(), nodes: BTreeSet::new() };
        for found in schema["__schema"]["types"].as_array().unwrap() {
            let name = found["name"].as_str().unwrap();
            if found["kind"] != "OBJECT" || name.starts_with("__") {
                continue;
            }
            if found["interfaces"].as_array().unwrap().iter().any(|one| one["name"] == "Node") {
                graph.nodes.insert(name.to_owned());
            }
            let fields = found["fields"].as_array().unwrap().iter().filter_map(field);
            graph.fields.insert(name.to_owned(), fields.collect());
        }
        assert!(graph.nodes.len() > 15);
        graph
    }

    fn select(&self, of: &str, depth: usize) -> String {
        let mut text = "__typename".to_owned();
        for field in &self.fields[of] {
            let pages = if field.pages { "(first: 100)" } else { "" };
            if field.leaf && !SKIPPED.contains(&field.name.as_str()) {
                write!(text, " {}{pages}", field.name).unwrap();
            } else if self.nodes.contains(&field.of) {
                write!(text, " {}{pages} {{ __typename id }}", field.name).unwrap();
            } else if depth > 0
                && self.fields.contains_key(&field.of)
                && !SKIPPED.contains(&field.name.as_str())
            {
                write!(text, " {}{pages} {{ {} }}", field.name, self.select(&field.of, depth - 1)).unwrap();
            }
        }
        text
    }

    /// Everything that somebody can reach, as one text.
    pub async fn crawl(&self, app: &App, subject: &str) -> String {
        let mut known = BTreeSet::new();
        let mut waiting = VecDeque::new();
        let root = format!(
            "{{ {} nextAvailableSlots(areaOfNeed: COGNITION_AND_LEARNING) {{ __typename id }} }}",
            self.select("Query", DEPTH)
        );
        let answer = app.ask(subject, &root, json!({})).await;
        collect(&answer, &mut known, &mut waiting);
        answer.to_string() + &self.follow(app, subject, known, waiting, None).await
    }

    /// Everything that somebody can reach from some objects on, without leaving these kinds.
    pub async fn crawl_from<'a>(
        &self,
        app: &App,
        subject: &str,
        roots: impl IntoIterator<Item = (&'a str, &'a str)>,
        within: &[&str],
    ) -> String {
        let roots = roots.into_iter().map(|(of, id)| (of.to_owned(), id.to_owned()));
        let waiting: VecDeque<_> = roots.collect();
        let known = waiting.iter().cloned().collect();
        self.follow(app, subject, known, waiting, Some(within)).await
    }

    /// Asks for what waits, and for everything of these kinds that turns up, until nothing new does.
    async fn follow(
        &self,
        app: &App,
        subject: &str,
        mut known: BTreeSet<Found>,
        mut waiting: VecDeque<Found>,
        within: Option<&[&str]>,
    ) -> String {
        let mut text = String::new();
        while let Some((of, id)) = waiting.pop_front() {
            let mut ids = vec![id];
            while ids.len() < TOGETHER
                && let Some(alike) = waiting.iter().position(|(other, _)| *other == of)
            {
                ids.extend(waiting.remove(alike).map(|(_, id)| id));
            }
            let fields = self.select(&of, DEPTH);
            let query =
                format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {of} {{ {fields} }} }} }}");
            let answer = app.ask(subject, &query, json!({ "ids": ids })).await;
            assert!(answer["nodes"].as_array().unwrap().iter().all(Value::is_object), "{subject}: {of}");
            text.push_str(&answer.to_string());
            collect(&answer, &mut known, &mut waiting);
            waiting.retain(|(of, _)| within.is_none_or(|within| within.contains(&of.as_str())));
        }
        text
    }
}

fn field(found: &Value) -> Option<Field> {
    let arguments = found["args"].as_array().unwrap();
    let needed = |one: &&Value| one["type"]["kind"] == "NON_NULL" && one["defaultValue"].is_null();
    if arguments.iter().any(|one| needed(&one)) {
        return None;
    }
    let of = base(&found["type"]);
    Some(Field {
        name: found["name"].as_str().unwrap().to_owned(),
        pages: arguments.iter().any(|one| one["name"] == "first"),
        leaf: of["kind"] == "SCALAR" || of["kind"] == "ENUM",
        of: of["name"].as_str().unwrap().to_owned(),
    })
}

/// Every object with an id in an answer that was not known yet.
fn collect(answer: &Value, known: &mut BTreeSet<Found>, waiting: &mut VecDeque<Found>) {
    match answer {
        Value::Array(values) => values.iter().for_each(|value| collect(value, known, waiting)),
        Value::Object(fields) => {
            if let (Some(of), Some(id), 2) =
                (answer["__typename"].as_str(), answer["id"].as_str(), fields.len())
            {
                let found = (of.to_owned(), id.to_owned());
                if known.insert(found.clone()) {
                    waiting.push_back(found);
                }
            }
            fields.values().for_each(|value| collect(value, known, waiting));
        }
        _ => {}
    }
}
