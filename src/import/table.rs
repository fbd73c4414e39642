//! CSV as offices export it: decoded, its columns found by name, every fault kept with its line and column.

use std::fmt;

use chrono::NaiveDate;
use csv::StringRecord;

/// Beyond this many faults a list helps nobody: the rest is counted.
const LISTED_FAULTS: usize = 200;

/// No name of a person, school or town is longer, in characters.
const LONGEST_NAME: usize = 200;

/// What is wrong with one cell, or with one line when `column` is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Physical line on which the record starts, as an editor counts (from 1).
    pub line: u64,
    /// The column's name as this service knows it; empty where the whole line is at fault.
    pub column: String,
    /// What is wrong. Values that may be personal are not repeated here.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.column.is_empty() {
            write!(formatter, "line {}: {}", self.line, self.message)
        } else {
            write!(formatter, "line {}, column {}: {}", self.line, self.column, self.message)
        }
    }
}

/// Everything that is wrong with a file, in the order of its lines; it is imported whole or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    listed: Vec<Fault>,
    more: usize,
}

impl Faults {
    /// The faults that are listed, by line.
    pub fn listed(&self) -> &[Fault] {
        &self.listed
    }

    /// How many there are beyond those listed.
    pub fn more(&self) -> usize {
        self.more
    }

    /// Notes a fault.
    pub fn add(&mut self, line: u64, column: &str, message: impl Into<String>) {
        if self.listed.len() < LISTED_FAULTS {
            self.listed.push(Fault { line, column: column.into(), message: message.into() });
        } else {
            self.more += 1;
        }
    }

    fn one(line: u64, column: &str, message: impl Into<String>) -> Self {
        let mut faults = Self::default();
        faults.add(line, column, message);
        faults
    }

    /// The rows, if nothing is wrong with any of them.
    pub fn or<T>(mut self, rows: Vec<T>) -> Result<Vec<T>, Self> {
        if self.listed.is_empty() {
            return Ok(rows);
        }
        self.listed.sort_by_key(|fault| fault.line);
        Err(self)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.listed.iter().enumerate() {
            if index > 0 {
                writeln!(formatter)?;
            }
            write!(formatter, "{fault}")?;
        }
        if self.more > 0 {
            write!(formatter, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Text of a file: UTF-8 with or without byte order mark, otherwise windows-1252, which GIAS writes.
pub fn decode(bytes: &[u8]) -> String {
    if let Some(marked) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return String::from_utf8_lossy(marked).into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// What is wrong with a cell has been noted; there is no value to go on with.
pub(super) struct Refused;

/// Reads every record of a file in which the `required` columns are there.
/// Lines without any value are passed over, as spreadsheets leave them at the end.
pub(super) fn read<T>(
    bytes: &[u8],
    required: &[&str],
    mut read: impl FnMut(&mut Cells) -> Result<T, Refused>,
) -> Result<(Vec<T>, Faults), Faults> {
    let text = decode(bytes);
    let records = records(&text)?;
    let mut records = records.iter();
    let Some((header_line, header)) = records.next() else {
        return Err(Faults::one(1, "", "the file is empty"));
    };
    let header = check_header(*header_line, header, required)?;
    let mut rows = Vec::new();
    let mut faults = Faults::default();
    for (line, record) in records {
        if record.len() == header.len() {
            rows.extend(read(&mut Cells { header: &header, record, line: *line, faults: &mut faults }));
        } else {
            let message = format!("has {} fields, the header has {}", record.len(), header.len());
            faults.add(*line, "", message);
        }
    }
    if rows.is_empty() && faults.listed.is_empty() {
        faults.add(*header_line, "", "no row follows the header");
    }
    Ok((rows, faults))
}

/// Records that hold a value, each with the physical line on which it starts.
fn records(text: &str) -> Result<Vec<(u64, StringRecord)>, Faults> {
    if let Some(at) = text.find('\0') {
        let message = "holds a NUL character: this is no CSV file, or one saved as UTF-16";
        return Err(Faults::one(Lines::of(text).at(at), "", message));
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut lines = Lines::of(text);
    let mut records = Vec::new();
    let mut last_start = 0;
    for record in reader.records() {
        let record = record.map_err(|error| Faults::one(lines.line, "", error.to_string()))?;
        last_start = record_start(text, record.position().map_or(0, csv::Position::byte));
        if record.iter().any(|value| !value.trim().is_empty()) {
            records.push((lines.at(last_start), record));
        }
    }
    // A quotation mark that is never closed swallows the lines after it, so it always stands in the last record.
    if !text.get(last_start..).unwrap_or_default().matches('"').count().is_multiple_of(2) {
        let message = "a quotation mark is opened and never closed";
        return Err(Faults::one(lines.at(last_start), "", message));
    }
    Ok(records)
}

/// The reader's own position stands before the line break and the blank lines that it is about to skip.
fn record_start(text: &str, position: u64) -> usize {
    let position = usize::try_from(position).unwrap_or(text.len()).min(text.len());
    let rest = text.get(position..).unwrap_or_default();
    text.len() - rest.trim_start_matches(['\r', '\n']).len()
}

/// Counts physical lines on the way through a text: CRLF, LF and a lone CR each end one.
struct Lines<'a> {
    text: &'a str,
    byte: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, byte: 0, line: 1 }
    }

    /// The line that `byte` stands on; asked in ascending order.
    fn at(&mut self, byte: usize) -> u64 {
        let bytes = self.text.as_bytes();
        for index in self.byte..byte.min(bytes.len()) {
            let ends =
                bytes[index] == b'\n' || (bytes[index] == b'\r' && bytes.get(index + 1) != Some(&b'\n'));
            self.line += u64::from(ends);
        }
        self.byte = self.byte.max(byte);
        self.line
    }
}

fn check_header(line: u64, header: &StringRecord, required: &[&str]) -> Result<Vec<String>, Faults> {
    let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    let mut faults = Faults::default();
    for (index, name) in header.iter().enumerate() {
        if !name.is_empty() && position(&header, name) != Some(index) {
            faults.add(line, name, "stands in the header twice");
        }
    }
    for name in required {
        if position(&header, name).is_none() {
            faults.add(line, name, "is missing from the header");
        }
    }
    faults.or(header)
}

fn position(header: &[String], name: &str) -> Option<usize> {
    header.iter().position(|column| column.eq_ignore_ascii_case(name))
}

/// One record: its cells by column name, and where to say what is wrong with them.
pub(super) struct Cells<'a> {
    header: &'a [String],
    record: &'a StringRecord,
    line: u64,
    faults: &'a mut Faults,
}

impl<'a> Cells<'a> {
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The value without surrounding blanks; empty where there is none, or no such column.
    pub(super) fn text(&self, column: &str) -> &'a str {
        position(self.header, column).and_then(|index| self.record.get(index)).unwrap_or_default().trim()
    }

    /// Whether the file has the column: an empty cell says something, a column left out says nothing.
    pub(super) fn has(&self, column: &str) -> bool {
        position(self.header, column).is_some()
    }

    /// The value; none, or one that `parse` refuses, is a fault.
    pub(super) fn required<T, E: ToString>(
        &mut self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Refused> {
        self.optional(column, parse)?.ok_or_else(|| self.fault(column, "is empty"))
    }

    /// The value, if the cell holds one; one that `parse` refuses is a fault.
    pub(super) fn optional<T, E: ToString>(
        &mut self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Refused> {
        let value = self.text(column);
        if value.is_empty() {
            return Ok(None);
        }
        if value.contains(char::REPLACEMENT_CHARACTER) {
            return Err(self.fault(column, "holds a character that was lost when the file was saved"));
        }
        parse(value).map(Some).map_err(|error| self.fault(column, error.to_string()))
    }

    /// Notes what is wrong with a cell.
    pub(super) fn fault(&mut self, column: &str, message: impl Into<String>) -> Refused {
        self.faults.add(self.line, column, message);
        Refused
    }
}

/// Names and addresses: one line, with single blanks.
pub(super) fn words(value: &str) -> Result<String, String> {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = domain::text::clean(&line, LONGEST_NAME).map_err(|fault| fault.to_string())?;
    if domain::text::is_blank(&text) { Err("shows nothing".to_owned()) } else { Ok(text) }
}

/// A plain e-mail address.
pub(super) fn email(value: &str) -> Result<String, String> {
    domain::text::email(value).map_err(|fault| fault.to_string())
}

/// A date as GIAS and spreadsheets write it: `31-08-2025`, `31/08/2025` or `2025-08-31`, never with the month first.
pub(super) fn date(value: &str) -> Result<NaiveDate, &'static str> {
    read_date(value).ok_or("is not a date (2025-08-31, 31/08/2025 or 31-08-2025)")
}

fn read_date(value: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = value.split(['-', '/']).collect();
    let [first, month, last] = parts[..] else { return None };
    let (year, day) = match (first.len(), month.len(), last.len()) {
        (4, 2, 2) => (first, last),
        (2, 2, 4) => (last, first),
        _ => return None,
    };
    let year = i32::try_from(digits(year)?).ok()?;
    NaiveDate::from_ymd_opt(year, digits(month)?, digits(day)?)
}

/// A whole number in plain digits: no sign, no point, no thousands separator.
pub(super) fn digits(value: &str) -> Option<u32> {
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok()).flatten()
}

/// An authority's code: three digits, as the Department for Education gives them.
pub(super) fn authority_code(value: &str) -> Result<String, &'static str> {
    if value.len() == 3 && digits(value).is_some() {
        Ok(value.to_owned())
    } else {
        Err("is not the three digits of an authority's code")
    }
}

/// A school's unique reference number in GIAS: six digits at most.
pub(super) fn urn(value: &str) -> Result<u32, &'static str> {
    digits(value)
        .filter(|urn| (1..=999_999).contains(urn))
        .ok_or("is not a school's URN (six digits at most)")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(line, a, b)` of every record.
    fn pairs(bytes: &[u8]) -> Result<Vec<(u64, String, String)>, Faults> {
        let (rows, faults) = read(bytes, &["a", "b"], |cells| {
            Ok((cells.line(), cells.text("a").to_owned(), cells.text("b").to_owned()))
        })?;
        faults.or(rows)
    }

    fn refusal(bytes: &[u8]) -> String {
        pairs(bytes).unwrap_err().to_string()
    }

    fn lines(text: &str) -> Vec<u64> {
        pairs(text.as_bytes()).unwrap().iter().map(|row| row.0).collect()
    }

    #[test]
    fn utf8_marked_utf8_and_windows_1252_read_alike() {
        assert_eq!(decode("Zoë’s".as_bytes()), "Zoë’s");
        assert_eq!(decode("\u{feff}Zoë’s".as_bytes()), "Zoë’s");
        assert_eq!(decode(b"Zo\xEB\x92s"), "Zoë’s");
        assert_eq!(decode(b""), "");
    }

    #[test]
    fn columns_are_found_by_name_in_any_order_and_others_ignored() {
        let rows = pairs(b" B ,other,A\n2,x,1\n").unwrap();
        assert_eq!(rows, [(2, "1".to_owned(), "2".to_owned())]);
        let marked = pairs("\u{feff}a,b\n1,2\n".as_bytes()).unwrap();
        assert_eq!(marked[0].1, "1", "the mark is no part of the first column's name");
    }

    #[test]
    fn every_missing_column_and_every_name_twice_is_told() {
        assert_eq!(
            refusal(b"c,c\n1,2\n"),
            "line 1, column c: stands in the header twice\n\
             line 1, column a: is missing from the header\n\
             line 1, column b: is missing from the header"
        );
        assert!(pairs(b"a,b,,\n1,2,,\n").is_ok(), "columns without a name may be several");
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        for newline in ["\n", "\r\n", "\r"] {
            let text = "a,b\n1,2\n3,\"x\ny\"\n\n\n5,6\n,\n7,8".replace('\n', newline);
            assert_eq!(lines(&text), [2, 3, 7, 9], "{newline:?}");
        }
        assert_eq!(lines("\n\r\na,b\r\n1,2"), [4]);
        assert_eq!(lines("a,\"b\r\n\"\r\n1,2\r\n3,4"), [3, 4], "the header may break too");
    }

    #[test]
    fn a_ragged_row_is_a_fault_of_its_line_and_hides_no_other() {
        assert_eq!(
            refusal(b"a,b\n1\n1,2\n1,2,3\n"),
            "line 2: has 1 fields, the header has 2\nline 4: has 3 fields, the header has 2"
        );
    }

    #[test]
    fn empty_files_are_refused() {
        assert_eq!(refusal(b""), "line 1: the file is empty");
        assert_eq!(refusal(b"\xEF\xBB\xBF"), "line 1: the file is empty");
        assert_eq!(refusal(b"\r\n , \r\n"), "line 1: the file is empty");
        assert_eq!(refusal(b"\na,b\n,\n"), "line 2: no row follows the header");
    }

    #[test]
    fn nul_and_utf16_are_refused() {
        assert!(refusal(b"a,b\n1,2\n1,\0\n").starts_with("line 3: holds a NUL"));
        assert!(refusal(b"\xFF\xFEa\0,\0b\0\n\0").starts_with("line 1: holds a NUL"));
    }

    #[test]
    fn a_quotation_mark_never_closed_does_not_swallow_rows() {
        assert_eq!(
            refusal(b"a,b\n1,2\n3,\"4\n5,6\n7,8\n"),
            "line 3: a quotation mark is opened and never closed"
        );
        assert_eq!(pairs(b"a,b\n1,\"2 \"\"x\"\"\"").unwrap()[0].2, "2 \"x\"");
    }

    #[test]
    fn a_lost_character_is_a_fault_only_where_it_is_read() {
        let text = |column| {
            move |cells: &mut Cells| cells.required(column, |value| Ok::<_, String>(value.to_owned()))
        };
        let bytes = "a,b\nx\u{fffd},y\n".as_bytes();
        assert_eq!(read(bytes, &[], text("a")).unwrap().1.listed()[0].column, "a");
        assert_eq!(read(bytes, &[], text("b")).unwrap().0, ["y"]);
    }

    #[test]
    fn faults_are_listed_up_to_two_hundred_and_then_counted() {
        let file = |rows: usize| format!("a,b\n{}", "1\n".repeat(rows));
        assert!(!refusal(file(200).as_bytes()).contains("more"));
        let told = refusal(file(1500).as_bytes());
        assert_eq!(told.lines().count(), 201);
        assert!(told.ends_with("line 201: has 1 fields, the header has 2\nand 1300 more"));
    }

    #[test]
    fn dates_read_in_three_layouts_and_no_other() {
        let expected = NaiveDate::from_ymd_opt(2025, 8, 31);
        for value in ["31-08-2025", "31/08/2025", "2025-08-31"] {
            assert_eq!(date(value).ok(), expected, "{value}");
        }
        for value in
            ["08/31/2025", "31-08-25", "1/9/2025", "2025-02-29", "31.08.2025", "+1-08-2025", "", "soon"]
        {
            assert!(date(value).is_err(), "{value}");
        }
        assert!(date("29/02/2024").is_ok());
    }

    #[test]
    fn codes_and_urns_at_their_bounds() {
        assert_eq!(authority_code("001").as_deref(), Ok("001"));
        assert!(["01", "0001", "E06", "-12", ""].iter().all(|code| authority_code(code).is_err()));
        assert_eq!(urn("1"), Ok(1));
        assert_eq!(urn("999999"), Ok(999_999));
        assert!(["0", "1000000", "-1", "1.0", "1,000"].iter().all(|value| urn(value).is_err()));
    }
}
