//! The invented world can be filled on whatever day somebody tries the demonstration.

use crate::support::{app::service, database};
use casegraph::demo;
use chrono::{Days, NaiveDate};

async fn fills(database: database::Fresh, on: NaiveDate) {
    let service = service(&database, &format!("{on}T09:00:00Z")).await;
    let accounts = demo::fill(&service).await.unwrap_or_else(|fault| panic!("on {on}: {fault}"));
    assert!(accounts.iter().any(|account| account.role_key == "senco"));
}

/// Each weekday, over the end of a half-term and over Christmas, and a day of each term.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_begins_on_any_day_on_sqlite() {
    let days = |year, month, day, count| {
        let first = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        (0..count).map(move |more| first + Days::new(more))
    };
    let terms = [(2026, 9), (2027, 2), (2027, 4), (2027, 5), (2027, 7), (2027, 8)];
    let days = days(2026, 11, 23, 7).chain(days(2026, 12, 23, 4));
    for on in days.chain(terms.map(|(year, month)| NaiveDate::from_ymd_opt(year, month, 1).unwrap())) {
        fills(database::sqlite().await, on).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_begins_on_postgres() {
    fills(database::postgres().await, NaiveDate::from_ymd_opt(2026, 11, 27).unwrap()).await;
}
