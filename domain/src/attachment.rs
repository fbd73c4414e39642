//! Files that hang on a consent or a consultation: which are taken, and under which name (XC-21). Only types that no
//! browser runs, and only under a name by which no desktop opens them as something else.

use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text;

/// A megabyte, as the policy figure counts: 1,048,576 bytes.
pub const MEGABYTE: usize = 1024 * 1024;

/// The longest file name, in characters.
const LONGEST_NAME: usize = 120;

/// The types of files that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// A PDF document.
    Pdf,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A document of Word, without macros.
    Docx,
    /// A document of LibreOffice.
    Odt,
    /// Plain text in UTF-8.
    Text,
}

impl MediaType {
    /// Every type that is taken.
    pub const ALL: [MediaType; 6] = {
        use MediaType::{Docx, Jpeg, Odt, Pdf, Png, Text};
        [Pdf, Png, Jpeg, Docx, Odt, Text]
    };

    /// The type as it is written in a header.
    pub fn as_str(self) -> &'static str {
        match self {
            MediaType::Pdf => "application/pdf",
            MediaType::Png => "image/png",
            MediaType::Jpeg => "image/jpeg",
            MediaType::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            MediaType::Odt => "application/vnd.oasis.opendocument.text",
            MediaType::Text => "text/plain",
        }
    }

    /// The type that a `Content-Type` header names; its parameters do not matter.
    pub fn parse(header: &str) -> Option<Self> {
        let essence = header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        MediaType::ALL.into_iter().find(|one| one.as_str() == essence)
    }

    fn extensions(self) -> &'static [&'static str] {
        match self {
            MediaType::Pdf => &["pdf"],
            MediaType::Png => &["png"],
            MediaType::Jpeg => &["jpg", "jpeg"],
            MediaType::Docx => &["docx"],
            MediaType::Odt => &["odt"],
            MediaType::Text => &["txt"],
        }
    }

    /// Whether the bytes look like the type.
    fn is_of(self, content: &[u8]) -> bool {
        match self {
            MediaType::Pdf => content.starts_with(b"%PDF-"),
            MediaType::Png => content.starts_with(b"\x89PNG\r\n\x1a\n"),
            MediaType::Jpeg => content.starts_with(b"\xff\xd8\xff"),
            // Both are ZIP archives; what is in them is opened by office programs, never by a browser.
            MediaType::Docx | MediaType::Odt => content.starts_with(b"PK\x03\x04"),
            MediaType::Text => std::str::from_utf8(content)
                .is_ok_and(|text| text.chars().all(|one| !one.is_control() || "\n\r\t\u{c}".contains(one))),
        }
    }
}

/// What is known of a file that somebody wants to attach.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its name, as sent.
    pub name: &'a str,
    /// Its type, if it is one that is taken.
    pub media_type: Option<MediaType>,
    /// Its bytes.
    pub content: &'a [u8],
    /// The policy figure: the largest file, in megabytes.
    pub most_megabytes: u32,
}

/// Decides whether a file is taken.
pub fn decide(file: &File<'_>) -> Findings {
    let mut findings = Findings::default();
    if file.content.is_empty() {
        findings.refuse(RuleId::Xc21, Code::Missing, "content", "the file is empty");
    }
    let most = usize::try_from(file.most_megabytes).unwrap_or_default().saturating_mul(MEGABYTE);
    if file.content.len() > most {
        let message = format!("the file is larger than {} megabytes", file.most_megabytes);
        findings.refuse(RuleId::Xc21, Code::Invalid, "content", message).remedy("send a smaller one");
    }
    let Some(media_type) = file.media_type else {
        findings
            .refuse(RuleId::Xc21, Code::Invalid, "contentType", "files of this type are not taken")
            .remedy(format!("one of: {}", MediaType::ALL.map(MediaType::as_str).join(", ")));
        check_name(file.name, None, &mut findings);
        return findings;
    };
    if !file.content.is_empty() && !media_type.is_of(file.content) {
        findings.refuse(RuleId::Xc21, Code::Invalid, "content", "the file is not what its type says");
    }
    check_name(file.name, Some(media_type), &mut findings);
    findings
}

fn check_name(name: &str, media_type: Option<MediaType>, findings: &mut Findings) {
    let mut refuse = |code, message: &str| {
        findings.refuse(RuleId::Xc21, code, "name", message);
    };
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    if text::is_blank(stem) || text::clean(stem, LONGEST_NAME).as_deref() != Ok(stem) {
        let message = format!("a file has a name of up to {LONGEST_NAME} characters, none of them invisible");
        refuse(Code::Missing, &message);
    }
    let of_a_path = |one: char| one.is_control() || "/\\:*?\"<>|".contains(one);
    if name.contains(of_a_path) || name.starts_with('.') {
        refuse(Code::Invalid, "a file name holds no path and no control character");
    }
    let extension = extension.to_ascii_lowercase();
    if media_type.is_some_and(|one| !one.extensions().contains(&extension.as_str())) {
        refuse(Code::Invalid, "the name does not end as files of that type do");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(name: &str, media_type: Option<MediaType>, content: &[u8]) -> Vec<String> {
        let file = File { name, media_type, content, most_megabytes: 1 };
        decide(&file).refusals.into_iter().map(|refusal| refusal.path).collect()
    }

    #[test]
    fn files_of_every_type_are_taken_under_names_that_fit() {
        for (media_type, name, content) in [
            (MediaType::Pdf, "C-RIC signed.PDF", b"%PDF-1.7".as_slice()),
            (MediaType::Png, "scan.png", b"\x89PNG\r\n\x1a\nrest"),
            (MediaType::Jpeg, "scan.jpeg", b"\xff\xd8\xff\xe0"),
            (MediaType::Docx, "rapport d'été.docx", b"PK\x03\x04rest"),
            (MediaType::Odt, "a.b.odt", b"PK\x03\x04rest"),
            (MediaType::Text, "تقرير.txt", "Zoë\r\n\treads.".as_bytes()),
        ] {
            assert_eq!(paths(name, Some(media_type), content), [""; 0], "{name}");
            assert_eq!(MediaType::parse(media_type.as_str()), Some(media_type));
        }
        assert_eq!(MediaType::parse("Text/Plain; charset=utf-8"), Some(MediaType::Text));
    }

    #[test]
    fn what_a_browser_runs_is_no_type_that_is_taken() {
        for header in ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "", "text/plainx"] {
            assert_eq!(MediaType::parse(header), None, "{header}");
        }
        assert_eq!(paths("a.html", None, b"<p>"), ["contentType"]);
        assert_eq!(paths("a.html", Some(MediaType::Text), b"<p>"), ["name"]);
    }

    #[test]
    fn a_file_is_what_its_type_says() {
        for media_type in MediaType::ALL {
            let name = format!("a.{}", media_type.extensions()[0]);
            assert_eq!(paths(&name, Some(media_type), b"\0<svg onload=alert(1)>"), ["content"], "{name}");
            assert_eq!(paths(&name, Some(media_type), b""), ["content"], "{name}");
        }
    }

    #[test]
    fn the_limit_counts_the_bytes() {
        let content = vec![b'a'; MEGABYTE + 1];
        assert_eq!(paths("a.txt", Some(MediaType::Text), &content[1..]), [""; 0]);
        assert_eq!(paths("a.txt", Some(MediaType::Text), &content), ["content"]);
    }

    #[test]
    fn names_hold_no_path_and_nothing_that_hides() {
        for name in [
            "../a.txt",
            "a/b.txt",
            "a\\b.txt",
            "C:a.txt",
            "a\0.txt",
            "a\n.txt",
            "a\r\nX: y.txt",
            "a\".txt",
            ".txt",
            " .txt",
            "a\u{202e}fdp.txt",
            "a.txt\0",
            "a",
            "a.txt.",
            "\u{200b}.txt",
            "a<b>.txt",
        ] {
            let found = paths(name, Some(MediaType::Text), b"a");
            assert!(!found.is_empty() && found.iter().all(|path| path == "name"), "{name:?}: {found:?}");
        }
        let longest = "é".repeat(LONGEST_NAME);
        assert_eq!(paths(&format!("{longest}.txt"), Some(MediaType::Text), b"a"), [""; 0]);
        assert_eq!(paths(&format!("{longest}é.txt"), Some(MediaType::Text), b"a"), ["name"]);
    }
}
