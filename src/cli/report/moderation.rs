//! `casegraph report moderation`: how far locality groups moved the levels that schools proposed, term by term (LG-12).

use super::{Format, authority_of_code, sheet};
use crate::cli::{Failure, say};
use crate::store::Store;
use crate::store::moderation::{Shifts, of_authority};
use chrono::NaiveDate;
use domain::calendar::TermName;
use domain::graduated::AreaOfDevelopment;
use domain::locality::moderation::{Shift, Within};
use serde::Serialize;

/// Of which authority and dates, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The three-digit code of the authority.
    #[arg(long, value_name = "CODE")]
    authority: String,
    /// Only what was agreed on this date or later.
    #[arg(long, value_name = "2026-09-01")]
    from: Option<NaiveDate>,
    /// Only what was agreed on this date or earlier.
    #[arg(long, value_name = "2027-07-31")]
    to: Option<NaiveDate>,
    /// How it is written.
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
}

/// Writes the figures to the standard output.
pub(super) async fn run(args: Args, store: Store) -> Result<(), Failure> {
    let authority = authority_of_code(&store, &args.authority).await?;
    let localities = of_authority(&store, authority, (args.from, args.to)).await?;
    let text = match args.format {
        Format::Csv => csv(&localities),
        Format::Json => json(&localities),
    };
    say(&text.map_err(Failure::Other)?)
}

const HEADER: [&str; 8] =
    ["locality", "school_year", "term", "area_of_need", "moderations", "raised", "lowered", "mean_shift"];

/// The school year as it is said: `2026-27`.
fn year_name(year: i32) -> String {
    format!("{year}-{:02}", (year + 1) % 100)
}

/// A line for each locality, term and area of need.
fn csv(localities: &[(String, Shifts)]) -> Result<String, String> {
    let mut lines = vec![HEADER.map(str::to_owned).into()];
    for (locality, shifts) in localities {
        for ((year, term, area), shift) in shifts {
            lines.push(vec![
                locality.clone(),
                year_name(*year),
                term.words().to_owned(),
                area.words().to_owned(),
                shift.moderations.to_string(),
                shift.raised.to_string(),
                shift.lowered.to_string(),
                format!("{:.2}", shift.mean()),
            ]);
        }
    }
    sheet(lines)
}

#[derive(Serialize)]
struct OfLocality<'a> {
    locality: &'a str,
    shifts: Vec<Line>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    school_year: String,
    term: TermName,
    area_of_need: AreaOfDevelopment,
    moderations: u32,
    raised: u32,
    lowered: u32,
    mean_shift: f64,
}

fn json(localities: &[(String, Shifts)]) -> Result<String, String> {
    let lines = |shifts: &Shifts| -> Vec<Line> {
        let line = |((year, term, area), shift): (&Within, &Shift)| Line {
            school_year: year_name(*year),
            term: *term,
            area_of_need: *area,
            moderations: shift.moderations,
            raised: shift.raised,
            lowered: shift.lowered,
            mean_shift: shift.mean(),
        };
        shifts.iter().map(line).collect()
    };
    let all: Vec<_> =
        localities.iter().map(|(locality, shifts)| OfLocality { locality, shifts: lines(shifts) }).collect();
    serde_json::to_string_pretty(&all).map(|text| text + "\n").map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::locality::moderation::Shift;

    #[test]
    fn each_locality_term_and_area_has_a_line() {
        let shift = Shift { moderations: 3, raised: 1, lowered: 0, sum: 1 };
        let within = (2026, TermName::Autumn1, AreaOfDevelopment::ALL[0]);
        let localities = [("=1+1".to_owned(), Shifts::from([(within, shift)]))];
        let text = csv(&localities).unwrap();
        let line = text.lines().nth(1).unwrap();
        assert!(line.starts_with("'=1+1,2026-27,") && line.ends_with(",3,1,0,0.33"), "{line}");
        let text = json(&localities).unwrap();
        assert!(text.contains("\"schoolYear\": \"2026-27\"") && text.contains("\"raised\": 1"), "{text}");
        assert_eq!(year_name(1999), "1999-00");
    }
}
