//! Schools from an extract of Get Information About Schools (GIAS), in the layout of its "all data" download.
//!
//! Read are `URN`, `LA (code)`, `LA (name)`, `EstablishmentNumber`, `EstablishmentName`, `TypeOfEstablishment (code)`,
//! `EstablishmentStatus (code)` and `(name)`, `OpenDate`, `CloseDate`, `PhaseOfEducation (code)` and `(name)`,
//! `StatutoryLowAge`, `StatutoryHighAge`, `NumberOfPupils`, `Town` and `Postcode`; the other 120 columns or so are
//! passed over. The code holds against the name, which speaks only where the code is empty.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::school::{Phase, SchoolStatus};

use super::table::{Cells, Faults, Refused, authority_code, date, digits, read, urn, words};

const REQUIRED: [&str; 6] = [
    "URN",
    "LA (code)",
    "LA (name)",
    "EstablishmentName",
    "EstablishmentStatus (code)",
    "PhaseOfEducation (code)",
];

/// A school as GIAS has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolRow {
    /// Physical line on which the record starts.
    pub line: u64,
    /// Unique reference number.
    pub urn: u32,
    /// Three digits of the authority in whose area the school lies.
    pub authority_code: String,
    /// The authority's name.
    pub authority_name: String,
    /// Number within the authority, which new schools have not got yet.
    pub establishment_number: Option<String>,
    /// The school's name; GIAS has closed schools without one, which go by `URN` and their number.
    pub name: String,
    /// GIAS code of the type of establishment, without leading zeros.
    pub type_code: Option<u32>,
    /// Whether it is open.
    pub status: SchoolStatus,
    /// First day, where GIAS knows it.
    pub opened_on: Option<NaiveDate>,
    /// Last day of a closed school, or the one proposed.
    pub closed_on: Option<NaiveDate>,
    /// Phase of education (OC-3); a record without one counts as "not applicable".
    pub phase: Phase,
    /// Youngest age in years that the school may take.
    pub statutory_low_age: Option<u8>,
    /// Oldest age in years that the school may take.
    pub statutory_high_age: Option<u8>,
    /// Pupils on roll.
    pub pupils: Option<u32>,
    /// Town of its address.
    pub town: Option<String>,
    /// Postcode of its address.
    pub postcode: Option<String>,
}

/// Every school of the file, or all that is wrong with it.
pub fn parse(bytes: &[u8]) -> Result<Vec<SchoolRow>, Faults> {
    let (rows, mut faults) = read(bytes, &REQUIRED, school)?;
    let mut lines = HashMap::new();
    for row in &rows {
        if let Some(first) = lines.insert(row.urn, row.line) {
            faults.add(row.line, "URN", format!("{} stands on line {first} already", row.urn));
            lines.insert(row.urn, first);
        }
    }
    faults.or(rows)
}

fn school(cells: &mut Cells) -> Result<SchoolRow, Refused> {
    let urn = cells.required("URN", urn);
    let authority_code = cells.required("LA (code)", authority_code);
    let authority_name = cells.required("LA (name)", words);
    let establishment_number = cells.optional("EstablishmentNumber", establishment_number);
    let name = cells.optional("EstablishmentName", words);
    let type_code = cells.optional("TypeOfEstablishment (code)", whole_number);
    let status = status(cells);
    let opened_on = cells.optional("OpenDate", date);
    let closed_on = cells.optional("CloseDate", date);
    let phase = phase(cells);
    let statutory_low_age = cells.optional("StatutoryLowAge", age);
    let statutory_high_age = cells.optional("StatutoryHighAge", age);
    let pupils = cells.optional("NumberOfPupils", whole_number);
    let town = cells.optional("Town", words);
    let postcode = cells.optional("Postcode", words);
    let (urn, status) = (urn?, status?);
    let name = match name? {
        Some(name) => name,
        None if status == SchoolStatus::Closed => format!("URN {urn}"),
        None => return Err(cells.fault("EstablishmentName", "is empty")),
    };
    Ok(SchoolRow {
        line: cells.line(),
        urn,
        authority_code: authority_code?,
        authority_name: authority_name?,
        establishment_number: establishment_number?,
        name,
        type_code: type_code?,
        status,
        opened_on: opened_on?,
        closed_on: closed_on?,
        phase: phase?,
        statutory_low_age: statutory_low_age?,
        statutory_high_age: statutory_high_age?,
        pupils: pupils?,
        town: town?,
        postcode: postcode?,
    })
}

fn status(cells: &mut Cells) -> Result<SchoolStatus, Refused> {
    let unknown = "is no status that GIAS has";
    let by_code = cells
        .optional("EstablishmentStatus (code)", |code| SchoolStatus::from_gias_code(code).ok_or(unknown))?;
    if let Some(status) = by_code {
        return Ok(status);
    }
    cells.required("EstablishmentStatus (name)", |name| SchoolStatus::from_gias_name(name).ok_or(unknown))
}

fn phase(cells: &mut Cells) -> Result<Phase, Refused> {
    let unknown = "is no phase that GIAS has";
    let by_code =
        cells.optional("PhaseOfEducation (code)", |code| Phase::from_gias_code(code).ok_or(unknown))?;
    if let Some(phase) = by_code {
        return Ok(phase);
    }
    let by_name =
        cells.optional("PhaseOfEducation (name)", |name| Phase::from_gias_name(name).ok_or(unknown))?;
    Ok(by_name.unwrap_or(Phase::NotApplicable))
}

fn establishment_number(value: &str) -> Result<String, &'static str> {
    digits(value).map(|_| value.to_owned()).ok_or("is not an establishment number (digits only)")
}

fn whole_number(value: &str) -> Result<u32, &'static str> {
    digits(value).ok_or("is not a whole number")
}

fn age(value: &str) -> Result<u8, &'static str> {
    digits(value)
        .and_then(|age| u8::try_from(age).ok())
        .filter(|age| *age <= 99)
        .ok_or("is not an age in years")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../tests/fixtures/schools-gias.csv");

    const HEADER: &str = "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),\
        EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (code),PhaseOfEducation (name),StatutoryLowAge,\
        StatutoryHighAge,NumberOfPupils,Town,Postcode";

    fn faults(rows: &str) -> String {
        parse(format!("{HEADER}\n{rows}").as_bytes()).unwrap_err().to_string()
    }

    fn one(row: &str) -> SchoolRow {
        parse(format!("{HEADER}\n{row}").as_bytes()).unwrap().remove(0)
    }

    #[test]
    fn the_full_layout_reads_with_every_phase_and_status() {
        let rows = parse(FILE.as_bytes()).unwrap();
        assert_eq!(rows.len(), 12);
        for code in 0..=7 {
            let phase = Phase::from_gias_code(&code.to_string()).unwrap();
            assert!(rows.iter().any(|row| row.phase == phase), "{phase:?}");
        }
        for code in 1..=4 {
            let status = SchoolStatus::from_gias_code(&code.to_string()).unwrap();
            assert!(rows.iter().any(|row| row.status == status), "{status:?}");
        }
        assert_eq!(
            rows[0],
            SchoolRow {
                line: 2,
                urn: 900_001,
                authority_code: "898".to_owned(),
                authority_name: "Westmarch".to_owned(),
                establishment_number: Some("1000".to_owned()),
                name: "Little Acorns Nursery School".to_owned(),
                type_code: Some(15),
                status: SchoolStatus::Open,
                opened_on: NaiveDate::from_ymd_opt(1974, 4, 1),
                closed_on: None,
                phase: Phase::Nursery,
                statutory_low_age: Some(2),
                statutory_high_age: Some(5),
                pupils: Some(64),
                town: Some("Brackenford".to_owned()),
                postcode: Some("ZZ1 1AA".to_owned()),
            }
        );
        let closed = rows.iter().find(|row| row.status == SchoolStatus::Closed).unwrap();
        assert_eq!(closed.closed_on, NaiveDate::from_ymd_opt(2019, 8, 31));
        assert!(rows.iter().any(|row| row.establishment_number.is_none()));
    }

    #[test]
    fn the_encodings_and_line_ends_of_offices_read_alike() {
        let expected = parse(FILE.as_bytes()).unwrap();
        assert!(expected.iter().any(|row| row.name == "St Zoë’s Primary School"));
        let (cp1252, _, lost) = encoding_rs::WINDOWS_1252.encode(FILE);
        assert!(!lost && std::str::from_utf8(&cp1252).is_err());
        assert_eq!(parse(&cp1252).unwrap(), expected);
        assert_eq!(parse(format!("\u{feff}{FILE}").as_bytes()).unwrap(), expected);
        let unix = FILE.replace("\r\n", "\n");
        assert_eq!(parse(unix.as_bytes()).unwrap(), expected);
        assert_ne!(unix, FILE, "the fixture ends its lines as GIAS does");
    }

    #[test]
    fn empty_cells_are_nothing_and_an_empty_phase_is_not_applicable() {
        let row = one("900001,898,Westmarch,,Oak School,2,,,,,,,,,,");
        assert_eq!((row.phase, row.status), (Phase::NotApplicable, SchoolStatus::Closed));
        assert_eq!((row.establishment_number, row.pupils, row.town), (None, None, None));
    }

    #[test]
    fn only_a_closed_school_may_have_no_name() {
        assert_eq!(one("900001,898,Westmarch,,,2,,,,,,,,,,").name, "URN 900001");
        for status in [1, 3, 4] {
            let told = faults(&format!("900001,898,Westmarch,,,{status},,,,,,,,,,"));
            assert_eq!(told, "line 2, column EstablishmentName: is empty");
        }
    }

    #[test]
    fn the_code_holds_and_the_name_stands_in_for_it() {
        let row = one("900001,898,Westmarch,,Oak School,2,Open,,,02,Secondary,,,,,");
        assert_eq!((row.status, row.phase), (SchoolStatus::Closed, Phase::Primary));
        let row = one("900001,898,Westmarch,,Oak School,,Proposed to open,,,,All through,,,,,");
        assert_eq!((row.status, row.phase), (SchoolStatus::ProposedToOpen, Phase::AllThrough));
    }

    #[test]
    fn every_fault_of_a_row_is_told_at_once() {
        let told = faults("x,12,,12b,Oak School,9,,31-02-2020,soon,8,,x,100,many,,\n");
        let columns: Vec<_> = told.lines().map(|line| line.split(": ").next().unwrap()).collect();
        let expected = [
            "URN",
            "LA (code)",
            "LA (name)",
            "EstablishmentNumber",
            "EstablishmentStatus (code)",
            "OpenDate",
            "CloseDate",
            "PhaseOfEducation (code)",
            "StatutoryLowAge",
            "StatutoryHighAge",
            "NumberOfPupils",
        ];
        assert_eq!(columns, expected.map(|column| format!("line 2, column {column}")));
    }

    #[test]
    fn one_bad_row_among_fifteen_hundred_is_named_by_line_and_column() {
        let file = |bad: Option<u32>| {
            (1..=1500).fold(HEADER.to_owned(), |file, number| {
                let code = if bad == Some(number) { "89" } else { "898" };
                file + &format!(
                    "\r\n{},{code},Westmarch,2000,\"School\r\n{number}\",1,,,,2,,,,,,",
                    900_000 + number
                )
            })
        };
        assert_eq!(parse(file(None).as_bytes()).unwrap().len(), 1500);
        let told = parse(file(Some(1000)).as_bytes()).unwrap_err().to_string();
        assert_eq!(told, "line 2000, column LA (code): is not the three digits of an authority's code");
    }

    #[test]
    fn a_urn_that_stands_twice_names_both_lines() {
        let row = |urn| format!("{urn},898,Westmarch,,Oak School,1,,,,2,,,,,,\n");
        let told = faults(&[row(900_001), row(900_002), row(900_001), row(900_001)].concat());
        assert_eq!(
            told,
            "line 4, column URN: 900001 stands on line 2 already\n\
             line 5, column URN: 900001 stands on line 2 already"
        );
    }

    #[test]
    fn a_file_of_another_layout_names_the_columns_that_it_lacks() {
        let told = parse(b"URN,EstablishmentName\n900001,Oak School\n").unwrap_err().to_string();
        assert!(told.contains("line 1, column LA (code): is missing from the header"));
        assert!(told.contains("line 1, column PhaseOfEducation (code): is missing from the header"));
        assert_eq!(told.lines().count(), 4);
    }
}
