//! `casegraph report`: the same figures as the graph's, as CSV or JSON.

mod moderation;
mod planning;

use super::{Failure, say};
use crate::store::{Store, reports};
use crate::workflow::ehc::report::report;
use chrono::NaiveDate;
use clap::ValueEnum;
use domain::ehc::report::{Counts, WeeklyReport, parse_week, week_name};
use domain::text::spreadsheet_cell;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Which report.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Args {
    /// The week's queries on EHC advice (AQ-10), as of the week's end.
    WeeklyAdvice(WeeklyAdvice),
    /// How the planning meetings of a school year went (PC-9).
    PlanningMeetings(planning::Args),
    /// How far locality groups moved the levels of the support grid that schools proposed (LG-12).
    Moderation(moderation::Args),
}

/// Of which authority and week, and how.
#[derive(Debug, clap::Args)]
pub(super) struct WeeklyAdvice {
    /// The three-digit code of the authority.
    #[arg(long, value_name = "CODE")]
    authority: String,
    /// The ISO week.
    #[arg(long, value_name = "2026-W47")]
    week: String,
    /// How it is written.
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For spreadsheets: a line for each giver, and their sum.
    Csv,
    /// For programs.
    Json,
}

/// Writes the report to the standard output.
pub(super) async fn run(args: Args, store: Store) -> Result<(), Failure> {
    match args {
        Args::WeeklyAdvice(args) => weekly_advice(args, store).await,
        Args::PlanningMeetings(args) => planning::run(args, store).await,
        Args::Moderation(args) => moderation::run(args, store).await,
    }
}

async fn authority_of_code(store: &Store, code: &str) -> Result<Uuid, Failure> {
    let found = reports::authority_of_code(store, code).await?;
    found.ok_or_else(|| Failure::Other(format!("there is no authority {code}")))
}

async fn weekly_advice(args: WeeklyAdvice, store: Store) -> Result<(), Failure> {
    let monday = parse_week(&args.week)
        .ok_or_else(|| Failure::Other(format!("{} is not an ISO week such as 2026-W47", args.week)))?;
    let authority = authority_of_code(&store, &args.authority).await?;
    let report = report(&store, authority, monday).await?;
    let givers: Vec<_> = report.rows.iter().filter_map(|row| row.giver).collect();
    let names = reports::names(&store, &givers).await?;
    let text = match args.format {
        Format::Csv => csv(&report, &names),
        Format::Json => json(&report, &names),
    };
    say(&text.map_err(Failure::Other)?)
}

const HEADER: [&str; 14] = [
    "week",
    "service",
    "giver",
    "opened",
    "answered",
    "open",
    "overdue",
    "open_up_to_5_days",
    "open_up_to_10_days",
    "open_up_to_20_days",
    "open_over_20_days",
    "median_days",
    "ninetieth_percentile_days",
    "plans_at_risk",
];

/// A line for each giver, and the sum with what is true of all of them.
fn csv(report: &WeeklyReport, names: &HashMap<Uuid, String>) -> Result<String, String> {
    let week = week_name(report.monday);
    let mut lines = vec![HEADER.map(str::to_owned).into()];
    for row in &report.rows {
        let giver = row.giver.and_then(|id| names.get(&id)).cloned().unwrap_or_default();
        let mut cells = vec![week.clone(), row.service.words().to_owned(), giver];
        cells.extend(numbers(&row.counts));
        cells.extend(std::iter::repeat_n(String::new(), 3));
        lines.push(cells);
    }
    let mut cells = vec![week, "all".to_owned(), String::new()];
    cells.extend(numbers(&report.total));
    let days = |days: Option<u32>| days.map(|days| days.to_string()).unwrap_or_default();
    cells.push(days(report.turnaround.median_days));
    cells.push(days(report.turnaround.ninetieth_days));
    cells.push(report.plans_at_risk.len().to_string());
    lines.push(cells);
    sheet(lines)
}

/// Lines as CSV, of which a spreadsheet runs nothing.
fn sheet(lines: Vec<Vec<String>>) -> Result<String, String> {
    let mut sheet = csv::Writer::from_writer(Vec::new());
    for line in lines {
        let cells = line.iter().map(|cell| spreadsheet_cell(cell).into_owned());
        sheet.write_record(cells).map_err(|error| error.to_string())?;
    }
    let bytes = sheet.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

fn numbers(counts: &Counts) -> Vec<String> {
    let Counts { opened, answered, open, overdue, age } = counts;
    let all = [opened, answered, open, overdue, &age.up_to_5, &age.up_to_10, &age.up_to_20, &age.over_20];
    all.map(ToString::to_string).into()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sheet<'a> {
    week: String,
    from_date: NaiveDate,
    to_date: NaiveDate,
    rows: Vec<Line<'a>>,
    total: &'a Counts,
    turnaround: &'a domain::ehc::report::Turnaround,
    plans_at_risk: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    service: domain::ehc::Service,
    giver: Option<&'a String>,
    counts: &'a Counts,
}

fn json(report: &WeeklyReport, names: &HashMap<Uuid, String>) -> Result<String, String> {
    let rows = report.rows.iter().map(|row| Line {
        service: row.service,
        giver: row.giver.and_then(|id| names.get(&id)),
        counts: &row.counts,
    });
    let sheet = Sheet {
        week: week_name(report.monday),
        from_date: report.monday,
        to_date: report.sunday,
        rows: rows.collect(),
        total: &report.total,
        turnaround: &report.turnaround,
        plans_at_risk: report.plans_at_risk.len(),
    };
    serde_json::to_string_pretty(&sheet).map(|text| text + "\n").map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ehc::report::{Entry, weekly};
    use domain::ehc::{EhcEvent, Service};

    #[test]
    fn a_name_that_a_spreadsheet_would_run_is_neutralised() {
        let monday = parse_week("2026-W11").unwrap();
        let giver = Uuid::from_u128(7);
        let raised = EhcEvent::QueryRaised { service: Service::Health, giver: Some(giver) };
        let at = "2026-03-10T09:00:00Z".parse().unwrap();
        let report = weekly(monday, [Entry { at, subject: Uuid::from_u128(1), event: raised }]);
        let names = HashMap::from([(giver, "=1+1".to_owned())]);
        let text = csv(&report, &names).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[1], "2026-W11,health,'=1+1,1,0,1,0,1,0,0,0,,,");
        assert_eq!(lines[2], "2026-W11,all,,1,0,1,0,1,0,0,0,,,0");
        assert!(json(&report, &names).unwrap().contains("\"giver\": \"=1+1\""));
    }
}
