//! Every rule in force has its tests: a *must* or a *duty* some that allow and some that refuse.

mod ehc;
mod graduated;
mod locality;
mod planning;

use domain::rule::{RULES, Strength};
use std::collections::HashSet;
use std::path::Path;

/// A rule, tests in which it lets something pass or holds, and tests in which it refuses or acts on a breach.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

/// Rules whose mutations or exports do not exist yet.
const STILL_TO_COME: &[&str] = &["XC-17"];

const TESTS: &[Row] = &[
    (
        "XC-1",
        &[
            "working_days_leave_out_weekends_bank_holidays_and_closure_days",
            "a_closure_day_moves_the_deadlines_that_are_open_and_no_others",
        ],
        &[
            "a_due_date_names_every_day_it_skipped_and_why",
            "the_administrator_of_the_authority_and_nobody_else_changes_it",
        ],
    ),
    (
        "XC-2",
        &["due_dates_are_counted_as_the_rulebook_counts_them"],
        &[
            "a_date_past_the_known_calendar_is_refused",
            "a_meeting_past_the_known_calendar_is_not_marked_held",
        ],
    ),
    (
        "XC-3",
        &[
            "a_day_begins_and_ends_on_the_london_clock",
            "the_c_ric_is_received_by_the_end_of_the_third_working_day_before",
        ],
        &["a_time_in_the_hour_that_the_clock_skips_does_not_exist"],
    ),
    (
        "XC-4",
        &[
            "a_due_date_names_every_day_it_skipped_and_why",
            "a_deadline_names_rule_trigger_count_and_policy",
            "twenty_weeks_on_a_bank_holiday_stay_there_and_say_so",
        ],
        &[],
    ),
    (
        "XC-5",
        &[
            "terms_are_found_by_date_and_order",
            "the_penultimate_week_lies_before_the_week_of_the_last_day",
            "new_terms_change_from_when_slots_can_be_booked",
        ],
        &[
            "faults_in_a_school_year_are_all_named",
            "the_terms_of_a_year_are_set_whole_and_faults_are_all_named",
        ],
    ),
    (
        "XC-6",
        &["the_child_was_discussed_with_a_link_practitioner_of_that_day"],
        &["only_disciplines_of_link_staff_link", "a_link_ends_within_its_days"],
    ),
    (
        "XC-7",
        &[
            "consent_is_in_force_from_its_signature_and_comes_from_a_parent",
            "a_young_persons_own_consent_brings_and_discusses_them",
            "a_parents_consent_brings_a_young_person_too",
        ],
        &[
            "a_form_comes_from_a_parent_of_that_child_and_not_from_the_future",
            "a_young_person_consents_once_compulsory_school_age_has_ended",
            "nobody_of_compulsory_school_age_consents_to_a_discussion",
        ],
    ),
    (
        "XC-8",
        &["a_withdrawal_leaves_what_has_begun_and_what_rests_on_other_consent"],
        &[
            "withdrawn_consent_cancels_at_once_and_is_pushed",
            "consent_withdrawn_ends_what_was_not_answered_at_once",
            "consent_withdrawn_in_mid_session_closes_the_item_at_once",
            "consent_withdrawn_at_the_instant_of_a_step_seals_the_item",
            "consent_withdrawn_at_the_instant_of_a_put_off_seals_the_item_there_too",
            "consent_withdrawn_at_the_instant_of_the_feedback_leaves_no_deadline",
            "a_young_persons_own_consent_brings_and_discusses_them",
            "who_withdrew_a_consent_is_no_way_to_the_child",
        ],
    ),
    (
        "XC-9",
        &[
            "a_duty_met_on_its_day_raises_nothing",
            "an_escalation_is_acknowledged_reassigned_and_resolved",
            "whoever_an_escalation_was_handed_to_takes_note_and_closes_it",
        ],
        &[
            "silence_past_the_next_working_day_is_escalated_once_to_the_team",
            "a_duty_met_late_closes_its_escalation_and_stays_known_as_late",
        ],
    ),
    (
        "XC-10",
        &["a_change_is_an_event_and_a_refused_one_is_none", "who_reads_a_childs_record_is_in_the_audit"],
        &[],
    ),
    (
        "XC-11",
        &["the_vectors_hold", "an_unknown_authority_in_the_upn_is_a_note_and_no_refusal"],
        &[
            "one_wrong_digit_is_always_found",
            "a_upn_has_the_right_check_letter",
            "a_upn_has_its_check_letter_and_an_authority_unknown_here_is_a_note",
        ],
    ),
    ("XC-12", &["due_today_is_not_overdue"], &["due_today_is_not_overdue"]),
    (
        "XC-13",
        &[
            "new_terms_move_the_window",
            "the_day_of_a_session_that_is_due_moves_with_the_term",
            "a_deadline_moves_with_a_day_it_counts_over_and_with_no_other",
            "open_deadlines_move_with_the_calendar_and_back",
            "a_closure_day_moves_the_deadlines_that_are_open_and_no_others",
            "a_closure_day_moves_the_follow_ups_that_are_open_and_no_others",
            "a_new_bank_holiday_moves_an_open_follow_up",
            "a_deadline_keeps_the_policy_that_set_it_and_a_new_one_has_the_new_figure",
        ],
        &[
            "a_closure_day_stands_once_and_needs_a_title",
            "a_day_off_the_count_moves_nothing",
            "a_policy_figure_lies_within_its_bounds",
        ],
    ),
    (
        "XC-14",
        &[
            "what_is_about_a_child_who_moves_goes_with_the_child",
            "a_move_ends_naming_and_passes_duties_on",
            "a_upn_held_elsewhere_becomes_a_request_that_the_holder_answers",
            "a_child_who_moves_takes_the_record_along_and_the_old_school_sees_no_more",
            "the_new_school_goes_on_with_the_cycle_and_the_old_one_sees_no_more",
            "in_another_authority_the_cycle_has_that_authoritys_deadline",
        ],
        &[
            "a_move_goes_to_another_open_school",
            "a_upn_of_this_school_and_a_request_not_answered_are_conflicts",
            "a_upn_held_elsewhere_becomes_a_request_that_reveals_nothing",
            "a_new_school_sees_no_consent_that_another_recorded_and_asks_anew",
        ],
    ),
    (
        "XC-15",
        &[
            "an_erased_child_leaves_no_words_in_a_record",
            "an_erased_child_leaves_no_words_and_no_code_in_minutes",
            "a_withdrawn_item_is_sealed_for_everybody",
            "an_erased_child_leaves_a_tombstone",
            "an_erased_child_is_found_by_nobody_and_a_tombstone_stays",
            "one_file_is_erased_with_a_ground_and_the_rest_stays",
            "a_child_erased_at_the_instant_of_a_put_off_leaves_nothing_to_read",
            "a_child_erased_while_the_group_writes_leaves_nothing_to_read",
            "a_child_erased_at_the_instant_of_being_brought_leaves_nothing_to_read",
            "a_child_erased_at_the_instant_of_the_feedback_leaves_no_deadline",
        ],
        &["the_note_does_not_name_the_child", "of_an_erased_child_nothing_more_is_written"],
    ),
    ("XC-16", &["no_letter_names_the_child"], &[]),
    (
        "XC-18",
        &[
            "allowed_actions_follow_role_relation_and_state",
            "a_stale_version_is_refused_and_the_current_one_passes",
        ],
        &[
            "what_is_seen_is_refused_by_role_and_what_is_not_seen_is_not_there",
            "an_authority_that_is_not_seen_is_like_one_that_is_not_there",
            "a_key_repeats_its_request_and_takes_no_other",
            "who_may_not_act_learns_nothing_else_of_the_record",
        ],
    ),
    ("XC-19", &["a_duty_is_on_its_owners_desk_by_due_date_until_it_ends"], &[]),
    ("XC-20", &["children_are_found_by_name_upn_and_birth_date_in_the_viewers_scope"], &[]),
    (
        "XC-21",
        &[
            "a_file_comes_back_as_it_was_sent_and_only_to_be_saved",
            "opening_a_file_is_written_down_or_it_stays_shut",
            "an_erased_childs_files_are_gone",
        ],
        &[
            "the_limit_is_the_policys",
            "what_a_browser_would_run_is_not_taken",
            "a_foreign_file_is_not_there",
            "only_who_may_attaches_and_only_to_what_they_see",
        ],
    ),
    (
        "XC-22",
        &[
            "a_step_taken_by_mistake_is_taken_back",
            "held_by_mistake_goes_back_to_booked_with_its_duties",
            "not_held_by_mistake_goes_back_by_the_manager_too",
            "a_review_goes_back_step_by_step_by_link_staff_or_manager",
            "each_step_of_an_assessment_is_taken_back_with_its_duties",
            "draft_and_final_plan_are_taken_back",
            "an_end_taken_back_brings_the_queries_back_that_it_withdrew",
            "each_step_on_a_query_is_taken_back_by_who_may_take_it_or_the_send_manager",
            "a_follow_up_its_close_and_a_withdrawal_are_taken_back",
            "each_step_of_a_plan_is_taken_back_with_its_deadline",
            "each_step_with_link_staff_is_taken_back",
            "each_step_of_a_session_is_taken_back",
            "each_step_of_an_item_is_taken_back_while_nothing_was_written_on_it",
            "an_action_plan_and_its_review_are_taken_back_with_their_deadlines",
            "a_mistaken_second_start_leaves_the_term_met",
        ],
        &[
            "booked_cancelled_and_issued_are_not_reversed",
            "each_step_of_a_session_is_taken_back",
            "a_session_called_off_by_mistake_is_planned_again_until_its_time",
            "each_step_of_an_item_is_taken_back_while_nothing_was_written_on_it",
            "no_reversal_brings_two_consultations_within_six_weeks",
            "words_written_since_keep_a_new_cycle_from_being_taken_back",
            "an_observation_in_the_new_cycle_keeps_it_from_being_taken_back",
            "an_ended_plan_stays_ended_while_the_child_is_off_the_register",
            "a_start_after_which_something_was_written_took_place",
        ],
    ),
    (
        "XC-23",
        &[
            "a_leavers_meetings_pass_to_the_successor",
            "a_leavers_sessions_pass_to_the_successor",
            "a_leavers_running_session_passes_on_and_invites_nobody",
            "invitations_to_planned_sessions_follow_the_sencos",
            "who_becomes_a_senco_by_a_file_as_a_call_off_is_taken_back_is_invited",
            "people_are_invited_granted_and_revoked",
            "a_leaver_hands_links_and_duties_over",
            "a_role_counts_from_its_first_day_to_its_last_and_ends_at_once_when_revoked",
            "a_leavers_links_pass_to_the_successor",
            "a_specialists_slots_cases_and_duties_pass_to_the_successor",
        ],
        &[
            "the_last_administrator_stays",
            "nobody_hands_over_to_themselves",
            "slots_do_not_pass_onto_those_of_the_successor",
            "slots_stay_where_the_successor_is_no_specialist",
        ],
    ),
    (
        "OC-1",
        &["slots_of_one_specialist_touch_and_do_not_overlap", "a_slot_taken_back_leaves_its_time_free"],
        &[
            "a_slot_lies_ahead_and_is_a_specialists",
            "a_slot_has_one_live_booking_and_is_free_again_after_a_cancellation",
            "of_bookings_at_the_same_moment_one_gets_the_slot",
            "a_slot_of_another_authority_is_not_found",
            "it_is_called_off_before_the_start_only",
        ],
    ),
    (
        "OC-2",
        &["a_slot_opens_at_midnight_in_london_on_its_monday"],
        &[
            "a_slot_opens_at_midnight_in_london_on_its_monday",
            "a_slot_whose_terms_are_not_known_waits_for_them",
        ],
    ),
    (
        "OC-3",
        &["primary_schools_book_and_secondary_schools_do_not", "the_phases_are_policy"],
        &["an_all_through_school_books_up_to_year_six", "the_year_group_is_the_one_on_the_day_of_the_slot"],
    ),
    (
        "OC-4",
        &[
            "the_child_was_discussed_with_a_link_practitioner_of_that_day",
            "a_contact_that_was_logged_stands_for_the_discussion",
        ],
        &[
            "the_child_was_discussed_with_a_link_practitioner_of_that_day",
            "a_discussion_tomorrow_can_be_booked_from_tomorrow",
        ],
    ),
    (
        "OC-5",
        &[
            "six_weeks_apart_pass_and_a_day_less_does_not",
            "cancelled_consultations_and_those_not_held_do_not_count",
        ],
        &[
            "six_weeks_apart_pass_and_a_day_less_does_not",
            "of_two_bookings_for_one_child_at_the_same_moment_one_is_made",
            "no_reversal_brings_two_consultations_within_six_weeks",
        ],
    ),
    (
        "OC-6",
        &["the_views_of_parent_or_pupil_are_enough_and_what_is_missing_is_noted"],
        &[
            "the_views_of_parent_or_pupil_are_enough_and_what_is_missing_is_noted",
            "a_policy_may_ask_for_both_views",
        ],
    ),
    (
        "OC-7",
        &["the_c_ric_was_sent_by_the_moment_of_booking"],
        &[
            "the_school_declares_that_parents_were_asked_and_consent",
            "the_c_ric_was_sent_by_the_moment_of_booking",
        ],
    ),
    (
        "OC-8",
        &["no_part_of_the_form_is_blank_and_none_is_an_answer"],
        &[
            "every_attendee_has_name_role_and_email",
            "somebody_from_the_school_attends",
            "without_a_parent_it_waits_for_a_reason_that_the_history_keeps",
        ],
    ),
    (
        "OC-9",
        &["three_days_ahead_are_enough_and_two_are_not"],
        &["three_days_ahead_are_enough_and_two_are_not"],
    ),
    (
        "OC-10",
        &["everybody_hears_of_booking_change_and_cancellation_under_one_uid"],
        &["who_is_invited_changes_before_the_start_only", "a_cancelled_consultation_invites_nobody"],
    ),
    (
        "OC-11",
        &[
            "a_c_ric_of_the_last_minute_secures_the_booking",
            "a_c_ric_of_the_last_half_second_counts",
            "a_form_that_had_come_in_time_brings_the_booking_back",
        ],
        &[
            "the_c_ric_is_received_by_the_end_of_the_third_working_day_before",
            "a_c_ric_of_a_minute_after_does_not_save_the_booking",
            "a_form_that_came_late_does_not",
            "nor_does_one_whose_slot_is_taken_meanwhile",
            "a_booking_after_the_deadline_needs_the_form_first",
            "booker_and_attendees_are_told_and_the_slot_is_free_again",
        ],
    ),
    (
        "OC-12",
        &["held_from_the_start_on_and_not_a_second_before", "a_duty_met_on_its_day_raises_nothing"],
        &[
            "an_action_with_owner_and_date_is_agreed",
            "silence_past_the_next_working_day_is_escalated_once_to_the_team",
            "a_friday_waits_until_monday",
        ],
    ),
    (
        "OC-13",
        &[
            "the_record_is_issued_by_the_end_of_the_tenth_working_day",
            "an_issued_record_stays_and_a_correction_is_a_new_version",
        ],
        &[
            "a_late_record_is_escalated_once_to_the_manager_and_stays_known_as_late",
            "a_record_is_drafted_after_the_consultation_and_issued_complete_by_the_team",
        ],
    ),
    (
        "OC-14",
        &[
            "the_review_is_arranged_six_to_eight_weeks_after_the_record",
            "the_window_is_the_one_of_the_policy_that_set_the_duty",
        ],
        &[
            "a_review_not_held_by_week_eight_is_escalated_and_a_later_day_is_late",
            "a_review_not_arranged_by_week_eight_is_escalated",
            "a_review_is_recorded_on_a_day_that_has_come",
            "a_review_is_late_by_the_day_on_which_it_was_held",
            "a_review_is_arranged_for_today_or_later",
            "no_review_before_the_record",
        ],
    ),
    (
        "OC-15",
        &["the_soonest_bookable_slots_come_first_and_others_not_at_all"],
        &["a_dry_run_says_the_same_and_changes_nothing"],
    ),
];

fn rows() -> impl Iterator<Item = &'static Row> {
    TESTS.iter().chain(ehc::TESTS).chain(graduated::TESTS).chain(planning::TESTS).chain(locality::TESTS)
}

fn names_in(folder: &Path, names: &mut HashSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names_in(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            let functions = source.split("fn ").skip(1);
            names.extend(functions.filter_map(|rest| rest.split_once('(')).map(|(name, _)| name.to_owned()));
        }
    }
}

#[test]
fn every_rule_is_tested_on_both_sides() {
    for rule in RULES {
        let row = rows().find(|(name, ..)| *name == rule.name);
        let Some((name, allowing, refusing)) = row else {
            assert!(STILL_TO_COME.contains(&rule.name), "{} has no tests", rule.name);
            continue;
        };
        assert!(!STILL_TO_COME.contains(name), "{name} is tested, and no longer to come");
        assert!(!allowing.is_empty() || !refusing.is_empty(), "{name} has no tests");
        if rule.strength != Strength::Describes {
            assert!(!allowing.is_empty(), "{name} has no test in which it lets something pass");
            assert!(!refusing.is_empty(), "{name} has no test in which it refuses");
        }
    }
}

#[test]
fn every_test_named_is_there_and_every_row_is_a_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = HashSet::new();
    for folder in ["tests/it", "domain/src", "src"] {
        names_in(&root.join(folder), &mut names);
    }
    let mut seen = HashSet::new();
    for (rule, allowing, refusing) in rows() {
        assert!(RULES.iter().any(|known| known.name == *rule), "{rule} is no rule");
        assert!(seen.insert(rule), "{rule} has two rows");
        for test in allowing.iter().chain(*refusing) {
            assert!(names.contains(*test), "{rule}: there is no test {test}");
        }
    }
}
