//! Children in this service's own layout, one row for each child (XC-11).
//!
//! | column | value |
//! |---|---|
//! | `upn` | unique pupil number, permanent or temporary |
//! | `given_name`, `family_name` | as registered |
//! | `known_as` | optional: what the child is called |
//! | `date_of_birth` | 2025-08-31, 31/08/2025 or 31-08-2025 |
//! | `gender` | `M`, `F` or `X`, as recorded |
//! | `year_group` | optional, for a child taught out of cohort: `N1`, `N2`, `R`, `1` to `14` |
//! | `school_urn` | the school that holds the child |
//! | `sen_status` | `NONE`, `SEN_SUPPORT`, `EHC_ASSESSMENT` or `EHC_PLAN` |
//! | `primary_need` | optional: code of the Department for Education, such as `SLCN` |
//! | `further_needs` | optional: more such codes, separated by spaces or semicolons |
//! | `flags` | optional: `LAC:2025-09-01;CIN:2026-01-05`, each vulnerability with the day from which it holds |
//! | `parent_name`, `parent_email` | optional: one parent or carer |

use std::collections::HashMap;
use std::str::FromStr;

use chrono::{Months, NaiveDate};
use domain::child::{Gender, Need, SenStatus, VulnerabilityKind};
use domain::upn::Upn;
use domain::year_group::YearGroup;

use super::table::{Cells, Faults, Refused, date, digits, email, read, urn, words};

const REQUIRED: [&str; 7] =
    ["upn", "given_name", "family_name", "date_of_birth", "gender", "school_urn", "sen_status"];

/// An EHC plan may run to the end of the school year in which a young person turns 25: nobody here is older than 26.
const OLDEST_IN_MONTHS: Months = Months::new(27 * 12);

/// A child as the school's or the authority's system has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildRow {
    /// Physical line on which the record starts.
    pub line: u64,
    /// Unique pupil number.
    pub upn: Upn,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// What the child is called, where that differs.
    pub known_as: Option<String>,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// Gender as recorded.
    pub gender: Gender,
    /// Year group of a child taught out of cohort; none where it follows from the date of birth.
    pub year_group: Option<YearGroup>,
    /// The school that holds the child.
    pub school_urn: u32,
    /// Where the child stands in the SEN system.
    pub sen_status: SenStatus,
    /// Primary need.
    pub primary_need: Option<Need>,
    /// Further needs, each once, in the file's order.
    pub further_needs: Vec<Need>,
    /// Vulnerabilities, each once, with the London date from which they hold; none where the file has no such column.
    pub flags: Option<Vec<(VulnerabilityKind, NaiveDate)>>,
    /// A parent or carer.
    pub parent: Option<Parent>,
}

/// A parent or carer of a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Their name.
    pub name: String,
    /// Where mail reaches them, if known.
    pub email: Option<String>,
}

/// Every child of the file, or all that is wrong with it. Messages repeat no value: they are about children.
/// `today` is a London date: nobody is born after it.
pub fn parse(bytes: &[u8], today: NaiveDate) -> Result<Vec<ChildRow>, Faults> {
    let (rows, mut faults) = read(bytes, &REQUIRED, |cells| child(cells, today))?;
    let mut lines = HashMap::new();
    for row in &rows {
        let first = *lines.entry(&row.upn).or_insert(row.line);
        if first != row.line {
            faults.add(row.line, "upn", format!("stands on line {first} already"));
        }
    }
    faults.or(rows)
}

fn child(cells: &mut Cells, today: NaiveDate) -> Result<ChildRow, Refused> {
    let upn = cells.required("upn", Upn::parse);
    let given_name = cells.required("given_name", words);
    let family_name = cells.required("family_name", words);
    let known_as = cells.optional("known_as", words);
    let date_of_birth = cells.required("date_of_birth", |value| date_of_birth(value, today));
    let gender = cells.required("gender", Gender::from_str);
    let year_group = cells.optional("year_group", year_group);
    let school_urn = cells.required("school_urn", urn);
    let sen_status = cells.required("sen_status", SenStatus::from_str);
    let needs = needs(cells);
    let flags = cells.optional("flags", flags);
    let parent = parent(cells);
    let (primary_need, further_needs) = needs?;
    Ok(ChildRow {
        line: cells.line(),
        upn: upn?,
        given_name: given_name?,
        family_name: family_name?,
        known_as: known_as?,
        date_of_birth: date_of_birth?,
        gender: gender?,
        year_group: year_group?,
        school_urn: school_urn?,
        sen_status: sen_status?,
        primary_need,
        further_needs,
        flags: flags?.or_else(|| cells.has("flags").then(Vec::new)),
        parent: parent?,
    })
}

fn date_of_birth(value: &str, today: NaiveDate) -> Result<NaiveDate, &'static str> {
    let born = date(value)?;
    if born > today {
        return Err("lies in the future");
    }
    if today.checked_sub_months(OLDEST_IN_MONTHS).is_some_and(|oldest| born <= oldest) {
        return Err("would make the young person older than 26");
    }
    Ok(born)
}

fn year_group(value: &str) -> Result<YearGroup, &'static str> {
    let number = match value {
        "N1" => Some(-2),
        "N2" => Some(-1),
        "R" => Some(0),
        year => digits(year).filter(|year| *year > 0).and_then(|year| i32::try_from(year).ok()),
    };
    number
        .and_then(|number| YearGroup::try_from(number).ok())
        .ok_or("is not a year group (N1, N2, R, 1 to 14)")
}

fn needs(cells: &mut Cells) -> Result<(Option<Need>, Vec<Need>), Refused> {
    let primary = cells.optional("primary_need", Need::from_str);
    let further = cells.optional("further_needs", further_needs);
    let (primary, further) = (primary?, further?.unwrap_or_default());
    if primary.is_none() && !further.is_empty() {
        return Err(cells.fault("primary_need", "is empty, though there are further needs"));
    }
    if primary.is_some_and(|primary| further.contains(&primary)) {
        return Err(cells.fault("further_needs", "repeats the primary need"));
    }
    Ok((primary, further))
}

fn further_needs(value: &str) -> Result<Vec<Need>, String> {
    let mut needs = Vec::new();
    for code in listed(value) {
        let need = code.parse().map_err(|error| format!("a code {error}"))?;
        if needs.contains(&need) {
            return Err("holds a need twice".to_owned());
        }
        needs.push(need);
    }
    Ok(needs)
}

fn flags(value: &str) -> Result<Vec<(VulnerabilityKind, NaiveDate)>, String> {
    let mut flags: Vec<(VulnerabilityKind, NaiveDate)> = Vec::new();
    for flag in listed(value) {
        let (code, from) = flag.split_once(':').ok_or("a flag has no date (LAC:2025-09-01)")?;
        let kind = code.parse().map_err(|error| format!("a flag {error}"))?;
        let from = date(from).map_err(|error| format!("a flag's date {error}"))?;
        if flags.iter().any(|(other, _)| *other == kind) {
            return Err("holds a flag twice".to_owned());
        }
        flags.push((kind, from));
    }
    Ok(flags)
}

fn listed(value: &str) -> impl Iterator<Item = &str> {
    value.split([' ', ';']).filter(|item| !item.is_empty())
}

fn parent(cells: &mut Cells) -> Result<Option<Parent>, Refused> {
    let name = cells.optional("parent_name", words);
    let email = cells.optional("parent_email", email);
    let (name, email) = (name?, email?);
    if name.is_none() && email.is_some() {
        return Err(cells.fault("parent_name", "is empty, though there is a parent_email"));
    }
    Ok(name.map(|name| Parent { name, email }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../tests/fixtures/children.csv");
    const HEADER: &str = "upn,given_name,family_name,known_as,date_of_birth,gender,year_group,school_urn,sen_status,\
        primary_need,further_needs,flags,parent_name,parent_email\n";

    fn on(value: &str) -> NaiveDate {
        value.parse().unwrap()
    }

    fn parse_rows(rows: &str) -> Result<Vec<ChildRow>, Faults> {
        parse(format!("{HEADER}{rows}").as_bytes(), on("2026-11-23"))
    }

    fn faults(rows: &str) -> String {
        parse_rows(rows).unwrap_err().to_string()
    }

    /// A UPN of an invented authority with the check letter that fits.
    fn upn(serial: u32) -> String {
        let digits = format!("89826{serial:07}");
        let sum: u32 =
            digits.chars().zip(2..).map(|(digit, place)| digit.to_digit(10).unwrap() * place).sum();
        let check = "ABCDEFGHJKLMNPQRTUVWXYZ".as_bytes()[sum as usize % 23];
        format!("{}{digits}", char::from(check))
    }

    /// A sound row, one cell of which is replaced.
    fn with(column: &str, value: &str) -> String {
        let sound = format!("{},Ada,Thorn,,2016-05-04,F,,900002,SEN_SUPPORT,SLCN,,,,\n", upn(1));
        let index = HEADER.trim().split(',').position(|name| name == column).unwrap();
        let mut cells: Vec<_> = sound.trim().split(',').collect();
        cells[index] = value;
        cells.join(",") + "\n"
    }

    #[test]
    fn the_layout_reads() {
        let rows = parse(FILE.as_bytes(), on("2026-11-23")).unwrap();
        assert_eq!(rows.len(), 8);
        assert_eq!(
            rows[1],
            ChildRow {
                line: 3,
                upn: Upn::parse(&upn(2)).unwrap(),
                given_name: "Zoë Marigold".to_owned(),
                family_name: "O’Thistle".to_owned(),
                known_as: Some("Mari".to_owned()),
                date_of_birth: on("2015-09-01"),
                gender: Gender::F,
                year_group: Some(YearGroup::try_from(5).unwrap()),
                school_urn: 900_002,
                sen_status: SenStatus::EhcPlan,
                primary_need: Some(Need::Hi),
                further_needs: vec![Need::Slcn, Need::Asd],
                flags: Some(vec![
                    (VulnerabilityKind::Lac, on("2025-09-01")),
                    (VulnerabilityKind::RiskOfPermanentExclusion, on("2026-01-05")),
                ]),
                parent: Some(Parent {
                    name: "Rowan O’Thistle".to_owned(),
                    email: Some("rowan@thistle.example".to_owned())
                }),
            }
        );
        assert!(rows.iter().any(|row| row.upn.is_temporary()));
        for status in SenStatus::ALL {
            assert!(rows.iter().any(|row| row.sen_status == *status), "{status:?}");
        }
    }

    #[test]
    fn optional_columns_may_be_left_out() {
        let file = format!("{}\n{},A,B,2016-05-04,X,900002,NONE", REQUIRED.join(","), upn(1));
        let row = parse(file.as_bytes(), on("2026-11-23")).unwrap().remove(0);
        assert_eq!((row.known_as, row.year_group, row.primary_need, row.parent), (None, None, None, None));
        assert_eq!(row.flags, None);
        assert_eq!(parse_rows(&with("flags", "")).unwrap()[0].flags, Some(vec![]));
    }

    #[test]
    fn every_fault_of_a_row_is_told_and_no_value() {
        let told = faults(
            "Secret1,Secret\u{fffd},,,secret,secret,Secret,Secret,secret,secret,secret,secret,,secret\n",
        );
        assert!(!told.to_lowercase().contains("secret"), "{told}");
        assert_eq!(told.lines().count(), 12, "{told}");
    }

    #[test]
    fn a_birth_date_is_today_at_the_latest_and_twenty_six_years_old_at_most() {
        let told = |born| parse_rows(&with("date_of_birth", born)).err().map(|faults| faults.to_string());
        assert_eq!(told("2026-11-23"), None);
        assert_eq!(told("2026-11-24").as_deref(), Some("line 2, column date_of_birth: lies in the future"));
        assert_eq!(told("1999-11-24"), None);
        assert!(told("1999-11-23").unwrap().contains("older than 26"));
    }

    #[test]
    fn a_upn_that_stands_twice_names_both_lines_and_not_itself() {
        let rows = with("upn", &upn(1)) + &with("upn", &upn(2)) + &with("upn", &upn(1).to_lowercase());
        assert_eq!(faults(&rows), "line 4, column upn: stands on line 2 already");
    }

    #[test]
    fn a_upn_with_another_check_letter_is_refused() {
        let wrong = upn(1).replacen(&upn(1)[..1], if upn(1).starts_with('A') { "B" } else { "A" }, 1);
        assert!(faults(&with("upn", &wrong)).starts_with("line 2, column upn: "));
    }

    #[test]
    fn year_groups_go_from_the_first_nursery_year_to_fourteen() {
        let numbers: Vec<_> =
            ["N1", "N2", "R", "1", "14"].iter().map(|year| year_group(year).unwrap().number()).collect();
        assert_eq!(numbers, [-2, -1, 0, 1, 14]);
        assert!(["0", "15", "-1", "Year 1", "N3"].iter().all(|year| year_group(year).is_err()));
    }

    #[test]
    fn needs_are_told_once_and_the_primary_first() {
        assert_eq!(parse_rows(&with("further_needs", "ASD; HI VI")).unwrap()[0].further_needs.len(), 3);
        assert!(
            faults(&with("further_needs", "ASD SLCN")).contains("further_needs: repeats the primary need")
        );
        assert!(faults(&with("further_needs", "ASD ASD")).contains("further_needs: holds a need twice"));
        let none_first = with("primary_need", "").replace("SEN_SUPPORT,,,", "SEN_SUPPORT,,ASD,");
        assert!(faults(&none_first).contains("primary_need: is empty"));
    }

    #[test]
    fn flags_have_a_date_and_stand_once() {
        assert_eq!(
            parse_rows(&with("flags", "CP:2026-01-05;CIN:01/02/2026")).unwrap()[0]
                .flags
                .as_ref()
                .map(Vec::len),
            Some(2)
        );
        assert!(faults(&with("flags", "LAC")).contains("flags: a flag has no date"));
        assert!(faults(&with("flags", "LAX:2026-01-05")).contains("flags: a flag is none of LAC, CIN, CP"));
        assert!(faults(&with("flags", "LAC:2026-02-30")).contains("flags: a flag's date is not a date"));
        assert!(
            faults(&with("flags", "LAC:2026-01-05 LAC:2026-02-05")).contains("flags: holds a flag twice")
        );
    }

    #[test]
    fn a_parent_has_a_name() {
        assert!(faults(&with("parent_email", "a@b.example")).contains("parent_name: is empty"));
        assert_eq!(
            parse_rows(&with("parent_name", "Sam Thorn")).unwrap()[0].parent.as_ref().unwrap().email,
            None
        );
    }

    #[test]
    fn one_bad_row_among_fifteen_hundred_is_named_by_line_and_column() {
        let file = |bad: Option<u32>| {
            (1..=1500).fold(String::new(), |file, number| {
                let row = with("upn", &upn(number));
                file + &if bad == Some(number) { row.replace("SLCN", "SLNC") } else { row }
            })
        };
        assert_eq!(parse_rows(&file(None)).unwrap().len(), 1500);
        let told = faults(&file(Some(1234)));
        assert!(told.starts_with("line 1235, column primary_need: is none of SPLD"), "{told}");
        assert_eq!(told.lines().count(), 1);
    }
}
