//! The properties that the fuzzer holds, over input that is made up here. `fuzz/` says how to go on with the fuzzer.

#[path = "../../fuzz/src/properties.rs"]
mod held;

use proptest::collection::vec;
use proptest::prelude::*;

/// What documents are made of.
fn document() -> impl Strategy<Value = String> {
    let words = [
        "{",
        "{",
        "}",
        "}",
        "(",
        ")",
        "[",
        "]",
        ":",
        "...",
        "... on Q",
        "...F",
        "@d",
        "$v",
        "!",
        "=",
        "query",
        "mutation",
        "subscription",
        "fragment F on Q",
        "fragment G on Q",
        "...G",
        "a",
        "b",
        "c: d",
        "x",
        "\"s\"",
        "\"\"\"t\"\"\"",
        "1",
        "#{\n",
        ",",
        "é",
    ];
    let anything = vec(proptest::sample::select(words.to_vec()), 0..60).prop_map(|words| words.join(" "));
    // Chance alone seldom closes its brackets: these do, and may be spread into each other.
    let field =
        prop_oneof![Just("a"), Just("b: a"), Just("a @d"), Just("...F"), Just("...G"), Just("... @d { a }")];
    let set = field.prop_map(str::to_owned).prop_recursive(5, 20, 4, |inner| {
        (
            prop_oneof![Just("a"), Just("b: a"), Just("a(x: {y: [1]}) @d"), Just("... on Q"), Just("...")],
            vec(inner, 1..4),
        )
            .prop_map(|(head, inner)| format!("{head} {{ {} }}", inner.join(" ")))
    });
    let well_formed = vec(vec(set, 1..4).prop_map(|set| format!("{{ {} }}", set.join(" "))), 3)
        .prop_map(|sets| format!("{} fragment F on Q {} fragment G on Q @d {}", sets[0], sets[1], sets[2]));
    prop_oneof![anything, well_formed]
}

/// Rows of the files that offices send, good and bad.
fn table() -> impl Strategy<Value = String> {
    let cells = [
        "upn",
        "given_name",
        "family_name",
        "date_of_birth",
        "gender",
        "school_urn",
        "sen_status",
        "URN",
        "LA (code)",
        "EstablishmentName",
        "staff_id",
        "name",
        "email",
        "role",
        "dfe_code",
        "academic_year",
        "term_no",
        "first_day",
        "last_day",
        "A123456789012",
        "2016-02-29",
        "31/08/2025",
        "M",
        "NONE",
        "2025-26",
        "6",
        "\"",
        "\"a\nb\"",
        "=1+1",
        "é",
        "",
        "SENCO",
        "100000",
    ];
    vec(vec(proptest::sample::select(cells.to_vec()), 0..12).prop_map(|cells| cells.join(",")), 0..6)
        .prop_map(|rows| rows.join("\n"))
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn the_guard_counts_no_less_than_the_parser_finds(text in document()) {
        held::guard(text.as_bytes());
    }

    #[test]
    fn the_guard_answers_any_bytes(bytes in bytes()) {
        held::guard(&bytes);
    }

    #[test]
    fn a_cursor_opens_untouched_only(bytes in bytes()) {
        held::cursors(&bytes);
    }

    #[test]
    fn an_id_names_one_object(text in "[A-Za-z0-9_-]{0,30}", bytes in bytes()) {
        held::global_ids(text.as_bytes());
        held::global_ids(&bytes);
    }

    #[test]
    fn a_file_is_read_or_refused(text in table(), bytes in bytes()) {
        held::import(text.as_bytes());
        held::import(&bytes);
    }
}
