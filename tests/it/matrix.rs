//! The committed matrix of who sees and does what: generated from the code, complete with regard to the schema.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use domain::access::sight::{NARROWED, Object, seen};
use domain::access::{ASSIGNEE, Action, Role, permitted};
use std::collections::BTreeSet;
use std::fmt::Write;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/who-sees-what.txt");

/// Steps that are no mutations of the schema, and where they are taken instead.
const ELSEWHERE: [(&str, &str); 1] = [("attachFile", "POST /attachments")];

/// The roots of the graph, in words. What they list is always cut down to what part one says.
const ROOTS: &[(&str, &str)] = &[
    ("Query.viewer", "oneself, the roles held, the own desk"),
    ("Query.node", "any object by its id, if part one shows it"),
    ("Query.nodes", "the same for many"),
    ("Query.school", "schools as in part one"),
    ("Query.child", "children as in part one"),
    ("Query.children", "children as in part one, by name, UPN or birth date"),
    ("Query.consultation", "online consultations as in part one"),
    ("Query.consultations", "online consultations as in part one"),
    ("Query.ehcAssessment", "EHC needs assessments as in part one"),
    ("Query.ehcAssessments", "EHC needs assessments as in part one"),
    ("Query.adviceRequests", "requests for EHC advice as in part one"),
    ("Query.adviceQueries", "advice queries as in part one"),
    ("Query.onePlans", "One Plans as in part one"),
    ("Query.linkConsultations", "consultations with link staff as in part one"),
    ("Query.planningMeeting", "planning meetings as in part one"),
    ("Query.planningMeetings", "planning meetings as in part one"),
    ("Query.planningMonitoring", "figures of planning meetings, to a SEND manager and an integrator"),
    ("Query.localitySession", "sessions of locality groups as in part one"),
    ("Query.localitySessions", "sessions of locality groups as in part one"),
    ("Query.localityItem", "items of locality groups as in part one"),
    (
        "Query.subjectAccess",
        "everything held about a child, to an administrator of the authority that holds it",
    ),
    ("Query.nextAvailableSlots", "slots as in part one"),
    ("Query.escalations", "escalations as in part one"),
    ("Query.weeklyAdviceReport", "as Authority.weeklyAdviceReport"),
    ("Query.transferRequests", "transfer requests as in part one"),
    ("Query.rules", "the rulebook, to everybody signed in"),
    ("Query.rule", "the same"),
    ("Subscription.caseEvents", "events as in part one, by the roles held when each is sent"),
    ("Subscription.escalations", "events of escalations, as in part one"),
    ("Subscription.sessionChanged", "events of a session of a locality group and its items, as in part one"),
    ("Subscription.cancellations", "events of cancelled and reinstated consultations, as in part one"),
];

struct Declared {
    /// `Type.field` of every object type.
    fields: BTreeSet<String>,
    /// Object types that implement `Node`.
    nodes: BTreeSet<String>,
}

fn declared() -> Declared {
    let document =
        parse_schema(casegraph::graphql::schema(&casegraph::config::Limits::default()).sdl()).unwrap();
    let mut declared = Declared { fields: BTreeSet::new(), nodes: BTreeSet::new() };
    for definition in document.definitions {
        let TypeSystemDefinition::Type(found) = definition else { continue };
        let name = found.node.name.node.to_string();
        let TypeKind::Object(object) = found.node.kind else { continue };
        if object.implements.iter().any(|one| one.node == "Node") {
            declared.nodes.insert(name.clone());
        }
        declared.fields.extend(object.fields.iter().map(|field| format!("{name}.{}", field.node.name.node)));
    }
    declared
}

fn fields_of(declared: &Declared, root: &str) -> BTreeSet<String> {
    let prefix = format!("{root}.");
    declared.fields.iter().filter_map(|field| field.strip_prefix(&prefix)).map(str::to_owned).collect()
}

fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn every_mutation_is_an_action_and_every_action_can_be_taken() {
    let mutations = fields_of(&declared(), "Mutation");
    let mut actions = names(Action::ALL.iter().map(|action| action.name()));
    for (name, _) in ELSEWHERE {
        assert!(actions.remove(name) && !mutations.contains(name), "{name}");
    }
    assert_eq!(mutations, actions);
}

#[test]
fn every_object_with_an_id_and_every_root_is_in_the_matrix() {
    let declared = declared();
    assert_eq!(declared.nodes, names(Object::ALL.iter().map(|object| object.type_name())));
    let roots = ["Query", "Subscription"].map(|root| {
        fields_of(&declared, root).into_iter().map(move |field| format!("{root}.{field}")).collect::<Vec<_>>()
    });
    assert_eq!(BTreeSet::from_iter(roots.concat()), names(ROOTS.iter().map(|(root, _)| *root)));
    for (field, _) in NARROWED {
        assert!(declared.fields.contains(*field), "{field} is not in the schema");
    }
}

#[test]
fn the_committed_matrix_is_what_the_code_says() {
    let written = matrix();
    if std::env::var_os("CASEGRAPH_BLESS").is_some() {
        std::fs::write(PATH, &written).unwrap();
    }
    let committed = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(committed == written, "docs/who-sees-what.txt is stale: run the tests with CASEGRAPH_BLESS=1");
}

fn matrix() -> String {
    let mut text = String::from(
        "WHO SEES WHAT, AND WHO DOES WHAT\n\n\
         Generated from the code and compared by the tests; do not edit.\n\
         What somebody does not see is to them as if it were not there. A person who holds several roles sees what\n\
         any of them shows; but nobody is a professional to their own child. Roles are asked for the day: a link, a\n\
         role or a school's hold on a child that has ended shows nothing from the day after (a child who moves is\n\
         gone for the old school on the day of the move itself). Staff who are invited to a planning meeting see it until\n\
         its record is shared: link staff and staff of the school all of it that is about no child or one whom the school\n\
         still holds, guests the items for which they join.\n\n\n\
         PART ONE: WHAT EACH ROLE SEES\n",
    );
    for role in Role::ALL {
        let (name, reach) = (role.words().to_uppercase(), role.reach().words());
        writeln!(text, "\n{name}\n  reaches {reach}").unwrap();
        for object in Object::ALL {
            writeln!(text, "    {:<36} {}", object.words(), seen(role, *object).words()).unwrap();
        }
    }
    text.push_str(
        "\n\nPART TWO: WHO TAKES WHICH STEP\n\nEach on what the role reaches; an integrator takes none.\n\n",
    );
    for action in Action::ALL {
        let elsewhere = ELSEWHERE.iter().find(|(name, _)| *name == action.name());
        let place = elsewhere.map(|(_, place)| format!(" ({place})")).unwrap_or_default();
        writeln!(text, "  {}{place}", action.name()).unwrap();
        for role in Role::ALL.into_iter().filter(|role| permitted(*role, *action)) {
            writeln!(text, "      {}", role.words()).unwrap();
        }
        if action.is_assignees() {
            writeln!(text, "      {ASSIGNEE}").unwrap();
        }
    }
    text.push_str("\n\nPART THREE: FIELDS THAT SHOW LESS THAN THEIR OBJECT\n\n");
    for (field, words) in NARROWED {
        writeln!(text, "  {field}\n      {words}").unwrap();
    }
    text.push_str("\n\nPART FOUR: WHERE READING BEGINS\n\n");
    for (root, words) in ROOTS {
        writeln!(text, "  {root:<28} {words}").unwrap();
    }
    text
}
