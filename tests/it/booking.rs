//! Booking: what passes, what is refused, and that one mechanism answers for all of it.

use crate::both;
use crate::support::app::rules;
use serde_json::json;

both! {
    async fn a_complete_booking_is_made_and_shows_its_deadlines(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let payload = app.book_as("senco", app.form("ada", &slot)).await;
        assert_eq!(payload["refusals"], json!([]));
        assert_eq!(payload["consultation"]["state"], "BOOKED");
        let duties = &payload["consultation"]["duties"];
        assert_eq!(duties[0]["rule"]["id"], "OC-11");
        assert_eq!(duties[0]["due"]["on"], "2026-03-16");
        assert_eq!(duties[1]["rule"]["id"], "OC-12");
    }

    async fn everything_wrong_is_refused_at_once_and_nothing_changes(app: App) {
        let slot = app.slot("2026-03-11T10:00:00Z").await;
        let mut form = app.form("ada", &slot);
        form["parentViews"] = json!("");
        form["pupilViews"] = json!(" \u{200b}");
        form["mainConcerns"] = json!("");
        form["parentsConsent"] = json!(false);
        form["discussedWith"] = app.person("past_ep");
        let payload = app.book_as("senco", form).await;
        assert_eq!(rules(&payload), ["OC-4", "OC-6", "OC-6", "OC-7", "OC-8", "OC-9", "OC-11"]);
        assert_eq!(payload["consultation"], json!(null));
        let data = app.ask("team", "{ consultations { totalCount } }", json!({})).await;
        assert_eq!(data["consultations"]["totalCount"], 0);
    }

    async fn the_sweep_cancels_and_the_subscriber_hears_of_it(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        let query = "subscription { cancellations { kind cancellationReason consultation { id state } cursor } }";
        let mut subscriber = app.subscribe("senco", query, json!({})).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(app.sweep_at("2026-03-16T23:59:59Z").await, 0);
        assert_eq!(app.sweep_at("2026-03-17T00:00:00Z").await, 1);
        let event = &subscriber.next().await["data"]["cancellations"];
        assert_eq!(event["cancellationReason"], "C_RIC_NOT_RECEIVED");
        assert_eq!(event["consultation"]["id"], consultation);
        assert_eq!(event["consultation"]["state"], "CANCELLED");
    }
}
