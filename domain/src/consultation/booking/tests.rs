use super::*;
use crate::bank_holidays;
use crate::calendar::{Term, TermName};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn calendar() -> Calendar {
    let (holidays, covers) = bank_holidays::built_in().unwrap();
    let term = |school_year, name, first: &str, last: &str| Term {
        school_year,
        name,
        first_day: day(first),
        last_day: day(last),
    };
    let terms = vec![
        term(2025, TermName::Autumn1, "2025-09-01", "2025-10-24"),
        term(2025, TermName::Autumn2, "2025-11-03", "2025-12-19"),
        term(2025, TermName::Spring1, "2026-01-05", "2026-02-13"),
        term(2025, TermName::Spring2, "2026-02-23", "2026-03-27"),
        term(2025, TermName::Summer1, "2026-04-13", "2026-05-22"),
    ];
    Calendar::new(holidays, covers, Vec::new(), terms)
}

fn attendee(kind: AttendeeKind) -> Attendee {
    Attendee { kind, name: "Ada Wren".into(), role: "SENCO".into(), email: "ada@school.example".into() }
}

fn form() -> Form {
    Form {
        primary_area_of_need: AreaOfNeed::CognitionAndLearning,
        overlapping_areas: Vec::new(),
        parent_views: "He likes school".into(),
        pupil_views: "Maths is hard".into(),
        main_concerns: "Reading".into(),
        strengths_and_interests: "Trains".into(),
        other_services: "none".into(),
        staff_training: "none".into(),
        support_in_place: "Small group, OAP toolkit".into(),
        attendees: vec![attendee(AttendeeKind::School), attendee(AttendeeKind::ParentCarer)],
        discussed_on: day("2026-03-02"),
        discussed_with_parents: true,
        parents_consent: true,
        c_ric_sent_at: at("2026-03-09T08:00:00Z"),
    }
}

fn facts() -> Facts {
    Facts {
        now: at("2026-03-09T09:00:00Z"),
        calendar: calendar(),
        policy: Policy::defaults(),
        starts_at: at("2026-03-19T10:00:00Z"),
        slot_area: AreaOfNeed::CognitionAndLearning,
        slot_withdrawn: false,
        slot_taken: false,
        same_authority: true,
        specialist: Uuid::from_u128(1),
        phase: Phase::Primary,
        school_open: true,
        year_group: 3,
        linked_on_that_day: true,
        other_starts: Vec::new(),
        c_ric_received_at: None,
        c_ric_withdrawn_at: None,
        booker: Uuid::from_u128(2),
    }
}

fn rules(facts: &Facts, form: &Form) -> Vec<&'static str> {
    decide(facts, form).0.refusals.iter().map(|refusal| refusal.rule.as_str()).collect()
}

#[test]
fn a_complete_booking_passes_and_sets_its_duties() {
    let (findings, booking) = decide(&facts(), &form());
    assert_eq!(findings, Findings::default());
    let due: Vec<_> = booking.duties.iter().map(|duty| (duty.rule, duty.due.on)).collect();
    assert_eq!(due, [(RuleId::Oc11, day("2026-03-16")), (RuleId::Oc12, day("2026-03-20"))]);
}

#[test]
fn a_slot_opens_on_the_monday_of_the_penultimate_week_of_the_term_before() {
    let mut facts = facts();
    facts.starts_at = at("2026-04-20T09:00:00Z");
    // Spring 2 ends on Friday 27 March; the week before begins on Monday 16 March.
    facts.now = at("2026-03-15T23:59:59Z");
    let (findings, _) = decide(&facts, &form());
    assert_eq!(findings.refusals[0].possible_from, Some(at("2026-03-16T00:00:00Z")));
    facts.now = at("2026-03-16T00:00:00Z");
    assert_eq!(rules(&facts, &form()), [""; 0]);
}

#[test]
fn year_six_of_an_all_through_school_may_book_and_year_seven_may_not() {
    let mut facts = facts();
    facts.phase = Phase::AllThrough;
    facts.year_group = 6;
    assert_eq!(rules(&facts, &form()), [""; 0]);
    facts.year_group = 7;
    assert_eq!(rules(&facts, &form()), ["OC-3"]);
    facts.phase = Phase::Secondary;
    facts.year_group = 6;
    assert_eq!(rules(&facts, &form()), ["OC-3"]);
}

#[test]
fn forty_two_days_from_another_consultation_pass_and_forty_one_do_not_before_or_after() {
    let mut facts = facts();
    for (other, refused) in [
        ("2026-02-05T23:00:00Z", false),
        ("2026-02-06T00:00:00Z", true),
        ("2026-04-29T22:59:59Z", true),
        ("2026-04-29T23:00:00Z", false),
    ] {
        facts.other_starts = vec![at(other)];
        let expected: &[&str] = if refused { &["OC-5"] } else { &[] };
        assert_eq!(rules(&facts, &form()), expected, "{other}");
    }
}

#[test]
fn one_view_is_enough_unless_the_policy_asks_for_both() {
    let mut form = form();
    form.parent_views = " \u{200b}\n".into();
    let (findings, _) = decide(&facts(), &form);
    assert!(findings.pass());
    assert_eq!(findings.advisories[0].path, "parentViews");
    let mut strict = facts();
    strict.policy.figures.views_required = ViewsRequired::Both;
    assert_eq!(rules(&strict, &form), ["OC-6"]);
    form.pupil_views.clear();
    assert_eq!(rules(&facts(), &form), ["OC-6", "OC-6"]);
}

#[test]
fn three_days_ahead_pass_and_two_do_not() {
    let mut facts = facts();
    facts.c_ric_received_at = Some(at("2026-03-08T09:00:00Z"));
    facts.now = at("2026-03-16T23:59:59Z");
    assert_eq!(rules(&facts, &form()), [""; 0]);
    facts.now = at("2026-03-17T00:00:00Z");
    assert_eq!(rules(&facts, &form()), ["OC-9"]);
}

#[test]
fn a_booking_after_the_deadline_needs_the_c_ric() {
    let mut facts = facts();
    facts.starts_at = at("2026-03-17T10:00:00Z");
    // Three working days before Tuesday 17 March is Thursday 12 March.
    facts.now = at("2026-03-12T23:59:59Z");
    assert_eq!(rules(&facts, &form()), [""; 0]);
    facts.now = at("2026-03-13T00:00:00Z");
    assert_eq!(rules(&facts, &form()), ["OC-11"]);
    facts.c_ric_received_at = Some(at("2026-03-12T12:00:00Z"));
    let (findings, booking) = decide(&facts, &form());
    assert!(findings.pass());
    assert_eq!(booking.duties.len(), 1);
}

#[test]
fn a_withdrawal_after_the_c_ric_was_sent_stops_the_booking() {
    let mut facts = facts();
    facts.c_ric_withdrawn_at = Some(at("2026-03-09T08:00:00Z"));
    assert_eq!(rules(&facts, &form()), ["OC-7"]);
    facts.c_ric_withdrawn_at = Some(at("2026-03-09T07:59:59Z"));
    assert_eq!(rules(&facts, &form()), [""; 0]);
}

#[test]
fn everything_wrong_is_said_at_once() {
    let mut facts = facts();
    facts.slot_taken = true;
    facts.phase = Phase::Secondary;
    facts.linked_on_that_day = false;
    facts.starts_at = at("2026-03-10T10:00:00Z");
    let mut form = form();
    form.discussed_on = day("2026-03-10");
    form.parents_consent = false;
    form.c_ric_sent_at = at("2026-03-09T09:00:01Z");
    form.main_concerns = "\t".into();
    form.attendees.remove(0);
    assert_eq!(
        rules(&facts, &form),
        ["OC-1", "OC-3", "OC-4", "OC-4", "OC-7", "OC-7", "OC-8", "OC-8", "OC-9", "OC-11"]
    );
}

#[test]
fn no_parent_invited_waits_for_an_acknowledgement() {
    let mut form = form();
    form.attendees.truncate(1);
    let (findings, _) = decide(&facts(), &form);
    assert!(findings.pass());
    assert!(findings.advisories[0].needs_acknowledgement);
}
