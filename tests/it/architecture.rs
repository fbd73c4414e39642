//! The floors of the house, held by reading its source as text: who may import whom, where queries are written, where
//! the clock is read, how long a file may be. Each scanner is tested on planted offences below.

mod source;

use source::{Source, reached_modules};

/// Every top-level module of `src/` and its floor. A module uses itself and lower floors only.
const FLOORS: &[(&str, u8)] = &[
    ("config", 0),
    ("document", 0),
    ("import", 0),
    ("op", 1),
    ("store", 2),
    ("feed", 3),
    ("mail", 3),
    ("plan", 3),
    ("workflow", 4),
    ("sweep", 5),
    ("demo", 6),
    ("graphql", 5),
    ("http", 6),
    ("cli", 7),
    ("lib", 8),
    ("main", 8),
];

/// What only a query needs.
const QUERIES: &[&str] = &[
    "Entity::find",
    "Entity::insert",
    "Entity::update",
    "Entity::delete",
    "find_by_id",
    "Statement::from_",
    "query_one",
    "query_all",
    "execute_raw",
];
const MAY_QUERY: &[&str] = &["src/store.rs", "src/store/", "src/plan.rs", "src/plan/", "migration/src/"];

/// Time and chance, which belong to `Op`; `Instant::now` only measures and is free.
const AMBIENT: &[&str] =
    &["Utc::now", "Local::now", "SystemTime::now", "now_v6", "now_v7", "new_v4", "current_timestamp"];
const MAY_READ_THE_CLOCK: &[&str] = &["src/op.rs", "src/op/"];

/// Constructions of the viewer that sees everything.
const SYSTEM: &[&str] = &["Viewer::system", "Viewer::System", "System::new", "System {", "System("];
const MAY_ACT_AS_SYSTEM: &[&str] = &[
    "src/op.rs",
    "src/op/",
    "src/workflow.rs",
    "src/workflow/",
    "src/sweep.rs",
    "src/sweep/",
    "src/mail.rs",
    "src/mail/",
    "src/store/facts.rs",
    "src/store/facts/",
];

/// What the pure crate does without.
const IMPURE: &[&str] =
    &["async fn", ".await", "std::fs", "std::env", "std::net", "std::process", "std::thread"];

const LONGEST_FILE: usize = 500;

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

/// Imports that go upwards, sideways, or to a module that no floor is declared for.
fn upward_imports(source: &Source) -> Vec<String> {
    let Some(module) = source.top_module() else { return Vec::new() };
    let Some(own) = floor(module) else {
        return vec![format!("{}:1: give the module `{module}` a floor in FLOORS", source.path)];
    };
    reached_modules(source)
        .into_iter()
        .filter(|(_, reached)| reached != module && floor(reached).is_none_or(|theirs| theirs >= own))
        .map(|(line, reached)| format!("{}:{line}: `{module}` must not use `{reached}`", source.path))
        .collect()
}

/// Each line where one of `words` stands in a file that is not under one of the `allowed` paths.
fn words_outside(source: &Source, words: &[&str], allowed: &[&str]) -> Vec<String> {
    if allowed.iter().any(|path| source.path.starts_with(path)) {
        return Vec::new();
    }
    source
        .code
        .lines()
        .enumerate()
        .flat_map(|(index, line)| words.iter().map(move |word| (index + 1, line, *word)))
        .filter(|(_, line, word)| holds_word(line, word))
        .map(|(number, _, word)| format!("{}:{number}: `{word}`", source.path))
        .collect()
}

/// A mention counts where it does not merely end a longer name, nor declare the type.
fn holds_word(line: &str, word: &str) -> bool {
    let declares = |before: &str| {
        ["struct", "enum", "impl", "for", "->"].iter().any(|keyword| before.trim_end().ends_with(keyword))
    };
    line.match_indices(word).any(|(at, _)| {
        let before = &line[..at];
        // `ChildEntity::find` is a query as well.
        let boundary =
            word.starts_with("Entity") || !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        boundary && !(word.starts_with("System") && declares(before))
    })
}

fn too_long(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines > LONGEST_FILE {
        vec![format!("{}:{lines}: longer than {LONGEST_FILE} lines", source.path)]
    } else {
        Vec::new()
    }
}

fn assert_none(rule: &str, offences: impl IntoIterator<Item = String>) {
    let offences: Vec<String> = offences.into_iter().collect();
    assert!(offences.is_empty(), "{rule}:\n  {}\n", offences.join("\n  "));
}

fn house() -> Vec<Source> {
    let sources = Source::read_all(&["src", "domain/src", "entity/src", "migration/src"]).unwrap_or_default();
    for root in ["src/lib.rs", "domain/src/lib.rs", "entity/src/lib.rs", "migration/src/lib.rs"] {
        assert!(sources.iter().any(|source| source.path == root), "{root} was not read");
    }
    sources
}

#[test]
fn imports_run_one_way() {
    assert_none("imports that go up or sideways", house().iter().flat_map(upward_imports));
}

#[test]
fn queries_are_written_in_the_store_only() {
    let sources = house();
    let scanned = sources.iter().filter(|source| !source.is_test());
    assert_none(
        "queries outside store/",
        scanned.flat_map(|source| words_outside(source, QUERIES, MAY_QUERY)),
    );
}

#[test]
fn time_and_ids_come_from_op() {
    let sources = house();
    let scanned = sources.iter().filter(|source| !source.is_test());
    let offences = scanned.flat_map(|source| words_outside(source, AMBIENT, MAY_READ_THE_CLOCK));
    assert_none("a clock or an id read outside op.rs", offences);
}

#[test]
fn no_file_is_too_long() {
    assert_none("files to split", house().iter().flat_map(too_long));
}

#[test]
fn only_few_places_act_as_system() {
    let sources = house();
    let scanned = sources.iter().filter(|source| !source.is_test() && source.path.starts_with("src/"));
    let offences = scanned.flat_map(|source| words_outside(source, SYSTEM, MAY_ACT_AS_SYSTEM));
    assert_none("System constructed where a viewer belongs", offences);
}

#[test]
fn the_domain_is_pure() {
    let sources = house();
    let domain = sources.iter().filter(|source| !source.is_test() && source.path.starts_with("domain/"));
    assert_none("the domain does IO", domain.flat_map(|source| words_outside(source, IMPURE, &[])));
}

mod planted {
    //! The scanners find what they are for.

    use super::{
        AMBIENT, MAY_ACT_AS_SYSTEM, MAY_QUERY, MAY_READ_THE_CLOCK, QUERIES, SYSTEM, source::Source, too_long,
        upward_imports, words_outside,
    };

    /// The lines of the offences.
    fn lines(offences: &[String]) -> Vec<usize> {
        offences.iter().filter_map(|offence| offence.split(':').nth(1)?.parse().ok()).collect()
    }

    fn import_lines(path: &str, text: &str) -> Vec<usize> {
        lines(&upward_imports(&Source::new(path, text)))
    }

    #[test]
    fn an_upward_import_is_found() {
        assert_eq!(
            import_lines("src/store/child.rs", "use crate::op::Op;\nuse crate::workflow::book;\n"),
            [2]
        );
        assert_eq!(import_lines("src/store/child.rs", "fn f() {\n    crate::graphql::x();\n}"), [2]);
        assert_eq!(
            import_lines("src/op.rs", "use crate::{\n    config::Config,\n    http::{self, op},\n};"),
            [3]
        );
    }

    #[test]
    fn floors_meet_downwards_only() {
        let allowed = "use crate::{op::{http, Op}, store::Child, mail, workflow::{self, x}};";
        assert_eq!(import_lines("src/workflow/book.rs", allowed), [0; 0]);
        assert_eq!(import_lines("src/sweep.rs", "use crate::workflow::x;"), [0; 0]);
        assert_eq!(import_lines("src/feed.rs", "use crate::mail::Outbox;"), [1]);
        assert_eq!(import_lines("src/mail/outbox.rs", "use crate::feed::Bell;"), [1]);
        assert_eq!(import_lines("src/sweep.rs", "use crate::graphql::x;"), [1]);
        assert_eq!(import_lines("src/mail/outbox.rs", "use crate::mail::smtp;"), [0; 0]);
    }

    #[test]
    fn a_way_around_through_super_is_found() {
        assert_eq!(import_lines("src/store/child.rs", "use super::super::graphql::Child;"), [1]);
        assert_eq!(import_lines("src/store/child.rs", "use super::graphql::Child;"), [0; 0]);
        assert_eq!(import_lines("src/op.rs", "use super::{config, store};"), [1]);
        assert_eq!(import_lines("src/store/mod.rs", "use super::workflow;"), [1]);
    }

    #[test]
    fn a_module_without_a_floor_is_found() {
        assert_eq!(import_lines("src/types.rs", ""), [1]);
        assert_eq!(import_lines("src/store.rs", "use crate::types::Bag;\nuse crate::*;"), [1, 2]);
    }

    #[test]
    fn prose_strings_and_tests_are_no_imports() {
        let text = "// crate::http::x\n/* crate::http /* nested */ crate::http */\n/// [crate::http]\n\
            const A: &str = \"crate::http::x \\\" crate::http\";\nconst B: &str = r#\"\" crate::http\"#;\n\
            const C: (char, char) = ('\"', '\\'');\nfn f<'a>(x: &'a str) {}\n\
            #[cfg(test)]\nmod tests {\n    use crate::http::{x};\n}\nuse crate::cli::x;\n";
        assert_eq!(import_lines("src/store.rs", text), [12]);
    }

    #[test]
    fn a_query_is_found_outside_the_store() {
        let text =
            "fn f() {\n    child::Entity::find().all(db);\n    db.query_one_raw(x);\n    my_query_one();\n}";
        let found = |path| lines(&words_outside(&Source::new(path, text), QUERIES, MAY_QUERY));
        assert_eq!(found("src/graphql/child.rs"), [2, 3]);
        assert_eq!(found("src/storehouse.rs"), [2, 3]);
        assert_eq!(found("src/store/child.rs"), [0; 0]);
    }

    #[test]
    fn a_clock_or_an_id_read_is_found() {
        let text = "let a = chrono::Utc::now();\nlet b = Instant::now();\nlet c = Uuid::now_v7();\nlet d = \"Utc::now\";";
        let found = |path| lines(&words_outside(&Source::new(path, text), AMBIENT, MAY_READ_THE_CLOCK));
        assert_eq!(found("domain/src/calendar.rs"), [1, 3]);
        assert_eq!(found("src/op.rs"), [0; 0]);
    }

    #[test]
    fn a_system_viewer_is_found() {
        let text = "let v = Viewer::system();\nlet s = System { a };\nimpl System {\nlet t = FileSystem(x);\n\
            match kind { Actor::System => 1 }\nlet t: SystemTime;";
        let found = |path| lines(&words_outside(&Source::new(path, text), SYSTEM, MAY_ACT_AS_SYSTEM));
        assert_eq!(found("src/graphql/child.rs"), [1, 2]);
        assert_eq!(found("src/store/child.rs"), [1, 2]);
        assert_eq!(found("src/store/facts.rs"), [0; 0]);
    }

    #[test]
    fn a_file_of_501_lines_is_found() {
        assert_eq!(lines(&too_long(&Source::new("src/a.rs", &"\n".repeat(500)))), [0; 0]);
        assert_eq!(lines(&too_long(&Source::new("src/a.rs", &"\n".repeat(501)))), [501]);
    }
}
