//! Term dates as authorities publish them (XC-5): `dfe_code`, `academic_year` (2025-26), `term_no` (1 is Autumn 1, 6 is
//! Summer 2), `first_day`, `last_day`. Other columns are passed over. A year may be incomplete.

use std::collections::BTreeMap;

use domain::calendar::{Term, TermFault, TermName};

use super::table::{Cells, Faults, Refused, authority_code, date, digits, read};

const REQUIRED: [&str; 5] = ["dfe_code", "academic_year", "term_no", "first_day", "last_day"];

/// One term of one authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermRow {
    /// Physical line on which the record starts.
    pub line: u64,
    /// Three digits of the authority.
    pub authority_code: String,
    /// The term.
    pub term: Term,
}

/// Every term of the file, or all that is wrong with it, each authority's years being sound in themselves.
pub fn parse(bytes: &[u8]) -> Result<Vec<TermRow>, Faults> {
    let (rows, mut faults) = read(bytes, &REQUIRED, term)?;
    let mut years: BTreeMap<_, Vec<&TermRow>> = BTreeMap::new();
    for row in &rows {
        years.entry((&row.authority_code, row.term.school_year)).or_default().push(row);
    }
    for year in years.values() {
        check_year(year, &mut faults);
    }
    faults.or(rows)
}

fn check_year(year: &[&TermRow], faults: &mut Faults) {
    let terms: Vec<Term> = year.iter().map(|row| row.term.clone()).collect();
    for fault in Term::validate_year(&terms).err().unwrap_or_default() {
        let (name, column) = match fault {
            TermFault::AnotherYear { name, .. } => (name, "academic_year"),
            TermFault::Twice { name } => (name, "term_no"),
            TermFault::BackToFront { name } => (name, "last_day"),
            TermFault::OutsideYear { name } | TermFault::Overlap { later: name, .. } => (name, "first_day"),
        };
        // Of a term given twice, the later line is the one to look at.
        let line =
            year.iter().filter(|row| row.term.name == name).map(|row| row.line).max().unwrap_or_default();
        faults.add(line, column, fault.to_string());
    }
}

fn term(cells: &mut Cells) -> Result<TermRow, Refused> {
    let authority_code = cells.required("dfe_code", authority_code);
    let school_year = cells.required("academic_year", school_year);
    let name = cells.required("term_no", term_name);
    let first_day = cells.required("first_day", date);
    let last_day = cells.required("last_day", date);
    Ok(TermRow {
        line: cells.line(),
        authority_code: authority_code?,
        term: Term { school_year: school_year?, name: name?, first_day: first_day?, last_day: last_day? },
    })
}

/// `2025-26` or `2025/26`: the year in which it begins, if the next one follows.
pub fn school_year(value: &str) -> Result<i32, &'static str> {
    let read = || {
        let (begins, ends) = value.split_once(['-', '/']).filter(|(a, b)| a.len() == 4 && b.len() == 2)?;
        let (begins, ends) = (digits(begins)?, digits(ends)?);
        ((begins + 1) % 100 == ends).then(|| i32::try_from(begins).ok()).flatten()
    };
    read().ok_or("is not a school year (2025-26)")
}

fn term_name(value: &str) -> Result<TermName, &'static str> {
    Ok(match value {
        "1" => TermName::Autumn1,
        "2" => TermName::Autumn2,
        "3" => TermName::Spring1,
        "4" => TermName::Spring2,
        "5" => TermName::Summer1,
        "6" => TermName::Summer2,
        _ => return Err("is not the number of a term (1 to 6)"),
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    const FILE: &str = include_str!("../../tests/fixtures/term-dates.csv");

    fn faults(rows: &str) -> Vec<(u64, String)> {
        let file = format!("dfe_code,academic_year,term_no,first_day,last_day\n{rows}");
        let faults = parse(file.as_bytes()).unwrap_err();
        faults.listed().iter().map(|fault| (fault.line, fault.column.clone())).collect()
    }

    #[test]
    fn the_layout_reads_for_two_authorities_and_two_years() {
        let rows = parse(FILE.as_bytes()).unwrap();
        assert_eq!(rows.len(), 15);
        assert_eq!(
            rows[5],
            TermRow {
                line: 7,
                authority_code: "898".to_owned(),
                term: Term {
                    school_year: 2025,
                    name: TermName::Summer2,
                    first_day: NaiveDate::from_ymd_opt(2026, 6, 1).unwrap(),
                    last_day: NaiveDate::from_ymd_opt(2026, 7, 22).unwrap(),
                }
            }
        );
    }

    #[test]
    fn terms_may_touch_but_not_overlap() {
        let rows =
            |second| format!("898,2025-26,1,2025-09-01,2025-10-24\n898,2025-26,2,{second},2025-12-19\n");
        let file = format!("dfe_code,academic_year,term_no,first_day,last_day\n{}", rows("2025-10-25"));
        assert_eq!(parse(file.as_bytes()).unwrap().len(), 2);
        assert_eq!(faults(&rows("2025-10-24")), [(3, "first_day".to_owned())]);
    }

    #[test]
    fn terms_overlap_only_within_one_authority() {
        let file = "dfe_code,academic_year,term_no,first_day,last_day\n\
            898,2025-26,1,2025-09-01,2025-10-24\n899,2025-26,2,2025-10-20,2025-12-19\n";
        assert!(parse(file.as_bytes()).is_ok());
    }

    #[test]
    fn what_makes_no_school_year_is_named_by_line_and_column() {
        let twice = "898,2025-26,1,2025-09-01,2025-10-24\n898,2025-26,1,2025-11-03,2025-12-19\n";
        assert_eq!(faults(twice), [(3, "term_no".to_owned())]);
        assert_eq!(faults("898,2025-26,1,2025-10-24,2025-10-23\n"), [(2, "last_day".to_owned())]);
        assert_eq!(faults("898,2025-26,1,2026-09-01,2026-10-24\n"), [(2, "first_day".to_owned())]);
        let order = "898,2025-26,3,2025-09-01,2025-10-24\n898,2025-26,1,2026-01-05,2026-02-13\n";
        assert_eq!(faults(order), [(2, "first_day".to_owned())]);
    }

    #[test]
    fn every_cell_is_checked() {
        let columns = faults("89,2025-27,7,soon,\n").into_iter().map(|fault| fault.1).collect::<Vec<_>>();
        assert_eq!(columns, REQUIRED);
    }

    #[test]
    fn school_years_at_their_bounds() {
        assert_eq!(school_year("2025-26"), Ok(2025));
        assert_eq!(school_year("2025/26"), Ok(2025));
        assert_eq!(school_year("2099-00"), Ok(2099));
        for value in ["2025-25", "2025-27", "2025", "25-26", "2025-2026", "2025-+6"] {
            assert!(school_year(value).is_err(), "{value}");
        }
    }
}
