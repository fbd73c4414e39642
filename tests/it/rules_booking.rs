//! Who may be booked for, and what the form says (OC-3 to OC-9).

use crate::both;
use crate::support::refusals::{bad_input, passes, refusals};
use domain::policy::{Figures, ViewsRequired};
use serde_json::json;

both! {
    async fn primary_schools_book_and_secondary_schools_do_not(app: App) {
        for (hour, subject, child, refused) in [
            (9, "senco", "ada", false),
            (10, "middle_senco", "gus", false),
            (11, "secondary_senco", "kit", true),
        ] {
            let slot = app.slot(&format!("2026-03-19T{hour:02}:00:00Z")).await;
            let payload = app.book_as(subject, app.form(child, &slot)).await;
            let expected = if refused { vec![("OC-3", "NOT_ELIGIBLE", "child")] } else { vec![] };
            assert_eq!(refusals(&payload), expected, "{child}");
        }
    }

    async fn an_all_through_school_books_up_to_year_six(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let year_seven = app.book_as("all_through_senco", app.form("jon", &slot)).await;
        assert_eq!(refusals(&year_seven), [("OC-3", "NOT_ELIGIBLE", "child")]);
        passes(&app.book_as("all_through_senco", app.form("ida", &slot)).await);
    }

    async fn the_year_group_is_the_one_on_the_day_of_the_slot(app: App) {
        app.set_clock("2026-07-14T09:00:00Z");
        let slot = app.slot("2026-09-08T10:00:00Z").await;
        let moved_up = app.book_as("all_through_senco", app.form("ida", &slot)).await;
        assert_eq!(refusals(&moved_up), [("OC-3", "NOT_ELIGIBLE", "child")]);
    }

    async fn the_phases_are_policy(app: App) {
        use domain::school::Phase;
        app.set_figures(1, Figures { eligible_phases: vec![Phase::Secondary], ..Figures::default() }).await;
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let primary = app.book_as("senco", app.form("ada", &slot)).await;
        assert_eq!(refusals(&primary), [("OC-3", "NOT_ELIGIBLE", "child")]);
        passes(&app.book_as("secondary_senco", app.form("kit", &slot)).await);
    }

    async fn the_child_was_discussed_with_a_link_practitioner_of_that_day(app: App) {
        let not_linked = vec![("OC-4", "INVALID", "discussedWith")];
        for (day, child, practitioner, on, refused) in [
            (19, "ada", "past_ep", "2026-02-28", not_linked.clone()),
            (19, "ada", "past_ep", "2026-02-27", vec![]),
            (20, "ben", "ewo", "2026-03-06", not_linked.clone()),
            (20, "ben", "elsewhere_ep", "2026-03-06", vec![("OC-4", "INVALID", "discussedWith")]),
            (20, "ben", "teacher", "2026-03-06", not_linked.clone()),
            (20, "ben", "ep", "2024-08-31", not_linked.clone()),
            (20, "ben", "ep", "2024-09-01", vec![]),
            (23, "cai", "cit", "2026-03-10", vec![("OC-4", "TOO_EARLY", "discussedOn")]),
            (23, "cai", "cit", "2026-03-09", vec![]),
        ] {
            let starts_at = format!("2026-03-{day}T10:00:00Z");
            let slots = app
                .ask(
                    "team",
                    "query($from: DateTime!) { viewer { authority { consultationSlots(filter: { startsFrom: \
                     $from }) { edges { node { id startsAt } } } } } }",
                    json!({ "from": starts_at }),
                )
                .await;
            let known = &slots["viewer"]["authority"]["consultationSlots"]["edges"][0]["node"]["id"];
            let slot = if known.is_null() { app.slot(&starts_at).await } else { known.clone() };
            let mut form = app.form(child, &slot);
            form["discussedWith"] = app.person(practitioner);
            form["discussedOn"] = json!(on);
            let payload = app.book_as("senco", form).await;
            assert_eq!(refusals(&payload), refused, "{practitioner} {on}");
        }
    }

    async fn a_discussion_tomorrow_can_be_booked_from_tomorrow(app: App) {
        app.set_clock("2026-06-15T22:59:59Z");
        let slot = app.slot("2026-06-25T10:00:00Z").await;
        let mut form = app.form("ada", &slot);
        form["discussedOn"] = json!("2026-06-16");
        let payload = app.book_as("senco", form.clone()).await;
        assert_eq!(refusals(&payload), [("OC-4", "TOO_EARLY", "discussedOn")]);
        assert_eq!(payload["refusals"][0]["possibleFrom"], "2026-06-15T23:00:00Z");
        app.set_clock("2026-06-15T23:00:00Z");
        passes(&app.book_as("senco", form).await);
    }

    async fn a_contact_that_was_logged_stands_for_the_discussion(app: App) {
        let contact = app.contact("senco", "ada", "ep", "ONLINE_CONSULTATION").await;
        let mut form = app.form("ada", &app.slot("2026-03-19T10:00:00Z").await);
        let both = app.attempt("senco", "bookConsultation", {
            let mut form = form.clone();
            form["linkContact"] = contact["linkContact"]["id"].clone();
            form
        }).await;
        assert!(bad_input(&both).contains("linkContact"));
        for field in ["discussedWith", "discussedOn"] {
            form.as_object_mut().unwrap().remove(field);
        }
        let of_another = app.contact("senco", "ben", "ep", "ONLINE_CONSULTATION").await;
        form["linkContact"] = of_another["linkContact"]["id"].clone();
        let refused = app.book_as("senco", form.clone()).await;
        assert_eq!(refusals(&refused), [("XC-18", "NOT_FOUND", "linkContact")]);
        form["linkContact"] = contact["linkContact"]["id"].clone();
        let booked = app.book_as("senco", form).await;
        passes(&booked);
        let query = "query($id: ID!) { node(id: $id) { ... on Consultation { discussedWith { name } } } }";
        let data = app.ask("senco", query, json!({ "id": booked["consultation"]["id"] })).await;
        assert_eq!(data["node"]["discussedWith"]["name"], "Person ep");
    }

    /// Forty-two London dates apart, whatever the clocks did in between; half past midnight in summer is the
    /// day before in UTC.
    async fn six_weeks_apart_pass_and_a_day_less_does_not(app: App) {
        for (now, first, too_near, far_enough, possible_from) in [
            (
                "2026-03-16T09:00:00Z",
                "2026-03-20T10:00:00Z",
                "2026-04-30T21:59:59Z",
                "2026-04-30T23:30:00Z",
                "2026-04-30T23:00:00Z",
            ),
            (
                "2026-10-12T09:00:00Z",
                "2026-10-15T23:30:00Z",
                "2026-11-26T23:00:00Z",
                "2026-11-27T08:00:00Z",
                "2026-11-27T00:00:00Z",
            ),
        ] {
            app.set_clock(now);
            let [first, too_near, far_enough] =
                [app.slot(first).await, app.slot(too_near).await, app.slot(far_enough).await];
            let not_yet = vec![("OC-5", "CONFLICT", "slot")];
            app.booked("ada", &first).await;
            let near = app.book_as("senco", app.form("ada", &too_near)).await;
            assert_eq!(refusals(&near), not_yet);
            assert_eq!(near["refusals"][0]["possibleFrom"], possible_from);
            // The other way round: the later one first.
            app.booked("ben", &too_near).await;
            let cancelled = app.consultation_of("ada").await;
            app.called_off(&cancelled).await;
            assert_eq!(refusals(&app.book_as("senco", app.form("ben", &first)).await), not_yet);
            passes(&app.book_as("senco", app.form("cai", &far_enough)).await);
            passes(&app.book_as("senco", app.form("cai", &first)).await);
        }
    }

    async fn cancelled_consultations_and_those_not_held_do_not_count(app: App) {
        let first = app.slot("2026-03-19T10:00:00Z").await;
        let (second, third) =
            (app.slot("2026-03-20T10:00:00Z").await, app.slot("2026-03-26T10:00:00Z").await);
        let cancelled = app.booked("ada", &first).await;
        app.called_off(&cancelled).await;
        let not_held = app.booked("ada", &second).await;
        let input = json!({ "consultation": not_held, "reason": "Nobody came." });
        passes(&app.c_ric("ada", app.now()).await);
        app.set_clock("2026-03-20T10:00:00Z");
        let live = app.book_as("senco", app.form("ada", &third)).await;
        assert_eq!(refusals(&live), [("OC-5", "CONFLICT", "slot")]);
        passes(&app.act("team", "markConsultationNotHeld", "consultation { state }", input).await);
        passes(&app.book_as("senco", app.form("ada", &third)).await);
    }

    async fn of_two_bookings_for_one_child_at_the_same_moment_one_is_made(app: App) {
        let slots = [app.slot("2026-03-19T10:00:00Z").await, app.slot("2026-03-26T10:00:00Z").await];
        let attempts = slots.iter().map(|slot| app.book_as("senco", app.form("ada", slot)));
        let payloads = futures_util::future::join_all(attempts).await;
        let won = payloads.iter().filter(|payload| payload["refusals"] == json!([])).count();
        let lost = payloads.iter().filter(|one| refusals(one) == [("OC-5", "CONFLICT", "slot")]).count();
        assert_eq!((won, lost, app.bookings().await), (1, 1, 1));
    }

    async fn the_views_of_parent_or_pupil_are_enough_and_what_is_missing_is_noted(app: App) {
        let slots = [app.slot("2026-03-19T10:00:00Z").await, app.slot("2026-03-20T10:00:00Z").await];
        for ((child, missing), slot) in
            [("ada", "parentViews"), ("ben", "pupilViews")].into_iter().zip(&slots)
        {
            let mut form = app.form(child, slot);
            form["parentViews"] = json!("");
            form["pupilViews"] = json!(" \u{a0}\u{200b}\n");
            let neither = app.book_as("senco", form.clone()).await;
            let both = [("OC-6", "MISSING", "parentViews"), ("OC-6", "MISSING", "pupilViews")];
            assert_eq!(refusals(&neither), both);
            assert_eq!(neither["refusals"][0]["message"], "the parents' views are not recorded");
            assert_eq!(neither["refusals"][1]["message"], "the pupil's views are not recorded");
            form["parentViews"] = json!("Yes.");
            form["pupilViews"] = json!("Yes.");
            form.as_object_mut().unwrap().remove(missing);
            let payload = app.book_as("senco", form).await;
            passes(&payload);
            let note = &payload["advisories"][0];
            assert_eq!(note["rule"], "OC-6");
            assert_eq!(note["path"], missing);
            assert_eq!(note["needsAcknowledgement"], false);
            assert_eq!(payload["consultation"]["state"], "BOOKED");
        }
    }

    async fn a_policy_may_ask_for_both_views(app: App) {
        app.set_figures(1, Figures { views_required: ViewsRequired::Both, ..Figures::default() }).await;
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        for missing in ["parentViews", "pupilViews"] {
            let mut form = app.form("ada", &slot);
            form[missing] = json!(" ");
            assert_eq!(refusals(&app.book_as("senco", form).await), [("OC-6", "MISSING", missing)]);
        }
        passes(&app.book_as("senco", app.form("ada", &slot)).await);
    }

    async fn the_school_declares_that_parents_were_asked_and_consent(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        for declaration in ["discussedWithParents", "parentsConsent"] {
            let mut form = app.form("ada", &slot);
            form[declaration] = json!(false);
            let payload = app.book_as("senco", form).await;
            assert_eq!(refusals(&payload), [("OC-7", "CONSENT_MISSING", declaration)]);
        }
        passes(&app.book_as("senco", app.form("ada", &slot)).await);
    }

    async fn the_c_ric_was_sent_by_the_moment_of_booking(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let mut form = app.form("ada", &slot);
        form["cRicSentAt"] = json!("2026-03-09T09:00:01Z");
        let payload = app.book_as("senco", form.clone()).await;
        assert_eq!(refusals(&payload), [("OC-7", "TOO_EARLY", "cRicSentAt")]);
        assert_eq!(payload["refusals"][0]["possibleFrom"], "2026-03-09T09:00:01Z");
        form["cRicSentAt"] = json!("2026-03-09T09:00:00Z");
        passes(&app.book_as("senco", form).await);
    }

    async fn no_part_of_the_form_is_blank_and_none_is_an_answer(app: App) {
        let parts =
            ["mainConcerns", "strengthsAndInterests", "otherServices", "staffTraining", "supportInPlace"];
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let mut none = app.form("ada", &slot);
        for part in parts {
            let mut form = app.form("ada", &slot);
            form[part] = json!(" \t\u{2003}");
            assert_eq!(refusals(&app.book_as("senco", form).await), [("OC-8", "MISSING", part)]);
            none[part] = json!("none");
        }
        passes(&app.book_as("senco", none).await);
    }

    async fn every_attendee_has_name_role_and_email(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        for (field, path) in
            [("name", "attendees.1.name"), ("role", "attendees.1.role"), ("email", "attendees.1.email")]
        {
            let mut form = app.form("ada", &slot);
            form["attendees"][1][field] = json!(" ");
            assert_eq!(refusals(&app.book_as("senco", form).await), [("OC-8", "MISSING", path)]);
        }
        passes(&app.book_as("senco", app.form("ada", &slot)).await);
    }

    async fn somebody_from_the_school_attends(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let mut form = app.form("ada", &slot);
        form["attendees"][0]["kind"] = json!("OTHER");
        assert_eq!(refusals(&app.book_as("senco", form.clone()).await), [("OC-8", "MISSING", "attendees")]);
        form["attendees"] = json!([]);
        assert_eq!(refusals(&app.book_as("senco", form).await), [("OC-8", "MISSING", "attendees")]);
        assert_eq!(app.bookings().await, 0);
    }

    async fn without_a_parent_it_waits_for_a_reason_that_the_history_keeps(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let mut form = app.form("ada", &slot);
        form["attendees"].as_array_mut().unwrap().truncate(1);
        for given in [
            json!([]),
            json!([{ "rule": "OC-8", "reason": " \u{200b}" }]),
            json!([{ "rule": "OC-6", "reason": "Another rule." }]),
        ] {
            form["acknowledge"] = given;
            let payload = app.book_as("senco", form.clone()).await;
            passes(&payload);
            assert_eq!(payload["consultation"], json!(null));
            let advisory = &payload["advisories"][0];
            assert_eq!(advisory["rule"], "OC-8");
            assert_eq!(advisory["path"], "attendees");
            assert_eq!(advisory["needsAcknowledgement"], true);
            assert_eq!(app.bookings().await, 0);
        }
        form["acknowledge"] = json!([{ "rule": "OC-8", "reason": "Mother asked us to go ahead." }]);
        let mut payload = app.book_as("senco", form).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Consultation { history(kinds: \
                     [CONSULTATION_BOOKED]) { edges { node { acknowledged { rule reason } } } } } } }";
        let data = app.ask("team", query, json!({ "id": payload["consultation"]["id"].take() })).await;
        let booked = &data["node"]["history"]["edges"][0]["node"];
        assert_eq!(
            booked["acknowledged"],
            json!([{ "rule": "OC-8", "reason": "Mother asked us to go ahead." }])
        );
    }

    async fn three_days_ahead_are_enough_and_two_are_not(app: App) {
        passes(&app.c_ric("ada", app.now()).await);
        passes(&app.c_ric("ben", app.now()).await);
        let (two, three) = (app.slot("2026-03-11T23:59:59Z").await, app.slot("2026-03-12T08:00:00Z").await);
        let near = app.book_as("senco", app.form("ada", &two)).await;
        assert_eq!(refusals(&near), [("OC-9", "TOO_LATE", "slot")]);
        passes(&app.book_as("senco", app.form("ada", &three)).await);
        // In summer the London day begins an hour before the UTC day.
        let (two, three) = (app.slot("2026-06-17T10:00:00Z").await, app.slot("2026-06-18T10:00:00Z").await);
        app.set_clock("2026-06-14T23:00:00Z");
        let near = app.book_as("senco", app.form("ben", &two)).await;
        assert_eq!(refusals(&near), [("OC-9", "TOO_LATE", "slot")]);
        app.set_clock("2026-06-14T22:59:59Z");
        passes(&app.book_as("senco", app.form("ben", &two)).await);
        app.set_clock("2026-06-14T23:00:00Z");
        passes(&app.c_ric("cai", app.now()).await);
        passes(&app.book_as("senco", app.form("cai", &three)).await);
    }
}
