//! Staff in this service's own layout, one row for each role that a person holds or school that they are linked to.
//!
//! | column | value |
//! |---|---|
//! | `staff_id` | the caller's own stable key of the person: the subject of their sign-in token |
//! | `name`, `email` | the same on each of a person's rows |
//! | `role` | one of the names in `SCHOOL_ROLES`, `LINK_ROLES` and `AUTHORITY_ROLES` |
//! | `school_urn` | school staff: where they work; link staff: a school that they are linked to (XC-6); otherwise empty |
//! | `from`, `to` | optional: first and last day, London dates |

use std::collections::HashMap;

use chrono::NaiveDate;

use super::table::{Cells, Faults, Refused, date, email, read, urn, words};

const REQUIRED: [&str; 5] = ["staff_id", "name", "email", "role", "school_urn"];

/// Roles held at one school.
pub const SCHOOL_ROLES: [&str; 6] =
    ["SENCO", "HEAD_TEACHER", "INCLUSION_LEAD", "SAFEGUARDING_LEAD", "TEACHER", "TEACHING_ASSISTANT"];

/// Disciplines of link staff (XC-6): each row links the person to one school.
pub const LINK_ROLES: [&str; 5] = ["EDUCATIONAL_PSYCHOLOGIST", "CIT", "PATSS", "EWO", "INCLUSION_PARTNER"];

/// Roles held for the whole authority.
pub const AUTHORITY_ROLES: [&str; 7] = [
    "CONSULTATIONS_TEAM",
    "SPECIALIST",
    "EHCP_COORDINATOR",
    "SEND_MANAGER",
    "ADVICE_GIVER",
    "ADVICE_MANAGER",
    "AUTHORITY_ADMIN",
];

/// Subjects of sign-in tokens are no longer than this (OpenID Connect Core, section 2).
const LONGEST_SUBJECT: usize = 255;

/// One role of a person, or one link to a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    /// Physical line on which the record starts.
    pub line: u64,
    /// The caller's own stable key: the subject of the person's sign-in token.
    pub staff_id: String,
    /// The person's name.
    pub name: String,
    /// Where mail reaches them.
    pub email: String,
    /// A name from `SCHOOL_ROLES`, `LINK_ROLES` or `AUTHORITY_ROLES`.
    pub role: String,
    /// The school of a school role or link; none for a role in the authority.
    pub school_urn: Option<u32>,
    /// First day, a London date.
    pub from: Option<NaiveDate>,
    /// Last day, a London date.
    pub to: Option<NaiveDate>,
}

/// Every row of the file, or all that is wrong with it. Messages repeat no value: they are about people.
pub fn parse(bytes: &[u8]) -> Result<Vec<StaffRow>, Faults> {
    let (rows, mut faults) = read(bytes, &REQUIRED, staff)?;
    let mut people: HashMap<&str, Vec<&StaffRow>> = HashMap::new();
    for row in &rows {
        let earlier = people.entry(&row.staff_id).or_default();
        check_against(earlier, row, &mut faults);
        earlier.push(row);
    }
    faults.or(rows)
}

fn check_against(earlier: &[&StaffRow], row: &StaffRow, faults: &mut Faults) {
    if let Some(first) = earlier.first() {
        for (column, same) in [("name", first.name == row.name), ("email", first.email == row.email)] {
            if !same {
                faults.add(
                    row.line,
                    column,
                    format!("differs from line {}, which has the same staff_id", first.line),
                );
            }
        }
    }
    let same_role = |other: &&&StaffRow| other.role == row.role && other.school_urn == row.school_urn;
    if let Some(other) = earlier.iter().filter(same_role).find(|other| overlap(other, row)) {
        faults.add(
            row.line,
            "role",
            format!("stands on line {} already, for some of the same days", other.line),
        );
    }
}

fn overlap(one: &StaffRow, other: &StaffRow) -> bool {
    let starts_in_time = |a: &StaffRow, b: &StaffRow| a.from.zip(b.to).is_none_or(|(from, to)| from <= to);
    starts_in_time(one, other) && starts_in_time(other, one)
}

fn staff(cells: &mut Cells) -> Result<StaffRow, Refused> {
    let staff_id = cells.required("staff_id", staff_id);
    let name = cells.required("name", words);
    let email = cells.required("email", email);
    let role = cells.required("role", role);
    let school_urn = cells.optional("school_urn", urn);
    let from = cells.optional("from", date);
    let to = cells.optional("to", date);
    let row = StaffRow {
        line: cells.line(),
        staff_id: staff_id?,
        name: name?,
        email: email?,
        role: role?,
        school_urn: school_urn?,
        from: from?,
        to: to?,
    };
    check_school(&row, cells).and(check_period(&row, cells)).map(|()| row)
}

fn check_school(row: &StaffRow, cells: &mut Cells) -> Result<(), Refused> {
    let message = match (row.school_urn, AUTHORITY_ROLES.contains(&row.role.as_str())) {
        (None, false) => "is empty: this role is held at a school, or links to one",
        (Some(_), true) => "must be empty: this role is held for the whole authority",
        _ => return Ok(()),
    };
    Err(cells.fault("school_urn", message))
}

fn check_period(row: &StaffRow, cells: &mut Cells) -> Result<(), Refused> {
    if row.from.zip(row.to).is_some_and(|(from, to)| to < from) {
        return Err(cells.fault("to", "lies before from"));
    }
    Ok(())
}

fn staff_id(value: &str) -> Result<String, &'static str> {
    if value.len() <= LONGEST_SUBJECT && !value.contains(char::is_control) {
        Ok(value.to_owned())
    } else {
        Err("is longer than 255 bytes or holds a control character")
    }
}

fn role(value: &str) -> Result<String, &'static str> {
    let known = SCHOOL_ROLES.iter().chain(&LINK_ROLES).chain(&AUTHORITY_ROLES).any(|role| *role == value);
    if known { Ok(value.to_owned()) } else { Err("is not the name of a role, such as SENCO or SEND_MANAGER") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../tests/fixtures/staff.csv");
    const HEADER: &str = "staff_id,name,email,role,school_urn,from,to\n";

    fn parse_rows(rows: &str) -> Result<Vec<StaffRow>, Faults> {
        parse(format!("{HEADER}{rows}").as_bytes())
    }

    fn faults(rows: &str) -> String {
        parse_rows(rows).unwrap_err().to_string()
    }

    #[test]
    fn the_layout_reads_with_every_role() {
        let rows = parse(FILE.as_bytes()).unwrap();
        for role in SCHOOL_ROLES.iter().chain(&LINK_ROLES).chain(&AUTHORITY_ROLES) {
            assert!(rows.iter().any(|row| row.role == *role), "{role}");
        }
        assert_eq!(
            rows[0],
            StaffRow {
                line: 2,
                staff_id: "w-0001".to_owned(),
                name: "Imogen Fairweather".to_owned(),
                email: "imogen.fairweather@brackenford.example".to_owned(),
                role: "SENCO".to_owned(),
                school_urn: Some(900_002),
                from: NaiveDate::from_ymd_opt(2022, 9, 1),
                to: None,
            }
        );
    }

    #[test]
    fn the_columns_of_dates_may_be_left_out() {
        let file = "email,role,name,school_urn,staff_id\na@x.example,EWO,A B,900001,w1\n";
        assert_eq!(parse(file.as_bytes()).unwrap()[0].from, None);
    }

    #[test]
    fn school_and_role_must_fit() {
        assert_eq!(
            faults(
                "w1,A B,a@x.example,SENCO,,,\nw2,C D,c@x.example,CIT,,,\nw3,E F,e@x.example,SEND_MANAGER,900001,,\n"
            ),
            "line 2, column school_urn: is empty: this role is held at a school, or links to one\n\
             line 3, column school_urn: is empty: this role is held at a school, or links to one\n\
             line 4, column school_urn: must be empty: this role is held for the whole authority"
        );
    }

    #[test]
    fn messages_repeat_no_value() {
        let told = faults("w1,A B,secret,Secret,Secret,Secret,Secret\n");
        assert!(!told.to_lowercase().contains("secret"), "{told}");
        assert_eq!(told.lines().count(), 5);
    }

    #[test]
    fn a_period_may_be_one_day_and_not_less() {
        let row = |to| format!("w1,A B,a@x.example,SENCO,900001,2025-09-02,{to}\n");
        assert!(parse_rows(&row("2025-09-02")).is_ok());
        assert_eq!(faults(&row("2025-09-01")), "line 2, column to: lies before from");
    }

    #[test]
    fn the_same_link_may_come_again_later_and_not_at_the_same_time() {
        let row = |from, to| format!("w1,A B,a@x.example,EWO,900001,{from},{to}\n");
        let file = |second: String| row("2024-09-01", "2025-07-31") + &second;
        assert!(parse_rows(&file(row("2025-08-01", ""))).is_ok());
        let told = "line 3, column role: stands on line 2 already, for some of the same days";
        assert_eq!(faults(&file(row("2025-07-31", ""))), told);
        assert_eq!(faults(&file(row("", ""))), told);
        assert!(parse_rows(&file(row("", "2024-08-31"))).is_ok());
        assert_eq!(faults(&file(row("", "2024-09-01"))), told);
    }

    #[test]
    fn one_person_has_one_name_and_one_address() {
        assert_eq!(
            faults("w1,A B,a@x.example,EWO,900001,,\nw1,A C,a@y.example,EWO,900002,,\n"),
            "line 3, column name: differs from line 2, which has the same staff_id\n\
             line 3, column email: differs from line 2, which has the same staff_id"
        );
    }

    #[test]
    fn one_bad_row_among_fifteen_hundred_is_named_by_line_and_column() {
        let file = (1..=1500).fold(String::new(), |file, number| {
            let role = if number == 777 { "SENKO" } else { "SENCO" };
            file + &format!("w{number},A B,a{number}@x.example,{role},900001,,\r\n")
        });
        assert_eq!(
            faults(&file),
            "line 778, column role: is not the name of a role, such as SENCO or SEND_MANAGER"
        );
        assert_eq!(parse_rows(&file.replace("SENKO", "SENCO")).unwrap().len(), 1500);
    }

    #[test]
    fn a_staff_id_has_at_most_255_bytes() {
        assert!(staff_id(&"x".repeat(255)).is_ok());
        assert!(staff_id(&"x".repeat(256)).is_err());
    }
}
