//! `casegraph report planning-meetings`: how the meetings of a school year went, school by school (PC-9).

use super::{Format, authority_of_code, sheet};
use crate::cli::{Failure, say};
use crate::import::terms::school_year;
use crate::op::{Clock, Op};
use crate::store::Store;
use crate::workflow::planning::monitoring::{TermFigures, of_year};
use domain::calendar::TermName;
use domain::planning::monitoring::{Figures, Row, mean_days};
use domain::planning::{FeedbackSource, SupportForm, SupportService};
use serde::Serialize;

/// Of which authority, school year and term, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The three-digit code of the authority.
    #[arg(long, value_name = "CODE")]
    authority: String,
    /// The school year.
    #[arg(long, value_name = "2025-26")]
    year: String,
    /// Only this term; all of the year without.
    #[arg(long, value_name = "AUTUMN_1")]
    term: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
}

/// Writes the figures to the standard output.
pub(super) async fn run(args: Args, store: Store) -> Result<(), Failure> {
    let year = school_year(&args.year).map_err(|fault| Failure::Other(format!("{} {fault}", args.year)))?;
    let term = args.term.as_deref().map(term_of).transpose()?;
    let authority = authority_of_code(&store, &args.authority).await?;
    let op = Op::of_service(Clock::Machine.now());
    let terms = of_year(&store, &op, authority, year, term).await?;
    let text = match args.format {
        Format::Csv => csv(&args.year, &terms),
        Format::Json => json(&args.year, &terms),
    };
    say(&text.map_err(Failure::Other)?)
}

fn term_of(name: &str) -> Result<TermName, Failure> {
    serde_json::from_value(name.into())
        .map_err(|_| Failure::Other(format!("{name} is not a term such as AUTUMN_1")))
}

/// A line for each school, and the sum of each term.
fn csv(year: &str, terms: &[TermFigures]) -> Result<String, String> {
    let mut lines = vec![header()];
    for term in terms {
        let mut line = |school: &str, figures: &Figures| {
            let mut cells = vec![year.to_owned(), term.term.words().to_owned(), school.to_owned()];
            cells.extend(numbers(figures));
            lines.push(cells);
        };
        for row in &term.rows {
            line(if row.school.is_some() { &row.name } else { "no school in particular" }, &row.figures);
        }
        line("all", &term.total);
    }
    sheet(lines)
}

const FIXED: [&str; 17] = [
    "school_year",
    "term",
    "school",
    "due",
    "planned",
    "held",
    "recorded",
    "shared",
    "missed",
    "actions_agreed",
    "actions_open",
    "actions_open_mean_days",
    "actions_done",
    "actions_carried_forward",
    "actions_dropped",
    "actions_closed_mean_days",
    "traded_minutes",
];

fn header() -> Vec<String> {
    let name = |words: &str| words.replace(' ', "_").to_lowercase();
    let mut cells: Vec<String> = FIXED.map(str::to_owned).into();
    for service in SupportService::ALL {
        let service = name(service.words());
        cells.extend(["allocated", "agreed"].map(|what| format!("{service}_{what}_minutes")));
    }
    cells.extend(SupportForm::ALL.iter().map(|form| name(form.words())));
    for source in FeedbackSource::ALL {
        let source = name(source.words());
        cells.extend(["number", "mean_score"].map(|what| format!("feedback_from_{source}_{what}")));
    }
    cells
}

fn numbers(figures: &Figures) -> Vec<String> {
    let Figures {
        due,
        planned,
        held,
        recorded,
        shared,
        missed,
        actions,
        time,
        traded_minutes,
        support,
        feedback,
    } = figures;
    let mean = |value: Option<f64>| value.map(|value| format!("{value:.2}")).unwrap_or_default();
    let mut cells: Vec<String> =
        [due, planned, held, recorded, shared, missed].map(ToString::to_string).into();
    cells.extend([actions.agreed, actions.open].map(|figure| figure.to_string()));
    cells.push(mean(mean_days(actions.open_days, actions.open)));
    cells.extend([actions.done, actions.carried_forward, actions.dropped].map(|figure| figure.to_string()));
    cells.push(mean(mean_days(actions.closed_days, actions.done + actions.dropped)));
    cells.push(traded_minutes.to_string());
    for service in SupportService::ALL {
        let time = time.get(service).copied().unwrap_or_default();
        cells.extend([time.allocated, time.agreed].map(|figure| figure.to_string()));
    }
    cells.extend(
        SupportForm::ALL.iter().map(|form| support.get(form).copied().unwrap_or_default().to_string()),
    );
    for source in FeedbackSource::ALL {
        let scores = feedback.get(source).copied().unwrap_or_default();
        cells.extend([scores.number.to_string(), mean(scores.mean())]);
    }
    cells
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OfTerm {
    school_year: String,
    term: TermName,
    schools: Vec<Line>,
    total: Figures,
}

#[derive(Serialize)]
struct Line {
    school: Option<String>,
    figures: Figures,
}

fn json(year: &str, terms: &[TermFigures]) -> Result<String, String> {
    let line =
        |row: &Row| Line { school: row.school.map(|_| row.name.clone()), figures: row.figures.clone() };
    let term = |of: &TermFigures| OfTerm {
        school_year: year.to_owned(),
        term: of.term,
        schools: of.rows.iter().map(line).collect(),
        total: of.total.clone(),
    };
    let terms: Vec<_> = terms.iter().map(term).collect();
    let text = serde_json::to_string_pretty(&terms);
    text.map(|text| text + "\n").map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::planning::MeetingState;
    use uuid::Uuid;

    #[test]
    fn each_line_has_a_cell_for_each_name_and_the_sum_comes_last() {
        let mut figures = Figures { due: 1, ..Figures::default() };
        figures.add_meeting(MeetingState::Shared);
        figures.add_support(SupportForm::AssessmentAndIntervention, Some(SupportService::Cit), 90);
        let rows = vec![
            Row { school: Some(Uuid::from_u128(1)), name: "=SUM(A1)".into(), figures: figures.clone() },
            Row { school: Some(Uuid::from_u128(2)), name: "School, second".into(), figures },
        ];
        let total = rows.iter().map(|row| &row.figures).sum();
        let terms = [TermFigures { term: TermName::Autumn1, rows, total }];
        let text = csv("2025-26", &terms).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let names = reader.headers().unwrap().clone();
        let lines: Vec<_> = reader.records().map(Result::unwrap).collect();
        let cell = |line: usize, name: &str| {
            let place = names.iter().position(|known| known == name).unwrap();
            lines[line][place].to_owned()
        };
        assert_eq!(cell(0, "school"), "'=SUM(A1)", "a spreadsheet runs nothing");
        assert_eq!(
            [cell(0, "held"), cell(1, "cit_agreed_minutes"), cell(2, "cit_agreed_minutes")],
            ["1", "90", "180"]
        );
        assert_eq!(
            [cell(2, "school"), cell(2, "shared"), cell(2, "actions_open_mean_days")],
            ["all", "2", ""]
        );
        assert!(json("2025-26", &terms).unwrap().contains("\"tradedMinutes\": 0"));
    }
}
