//! Source files with their prose taken out, and the paths named in what is left.

use std::{fs, io, path::Path};

/// One Rust file.
pub struct Source {
    /// Relative to the workspace, with forward slashes.
    pub path: String,
    /// As it stands in the file.
    pub text: String,
    /// The same lines without comments, literals and `#[cfg(test)]` items.
    pub code: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), code: without_tests(without_prose(text)) }
    }

    /// Every `.rs` file under the folders, which are relative to the workspace.
    pub fn read_all(folders: &[&str]) -> io::Result<Vec<Self>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut sources = Vec::new();
        for folder in folders {
            read_folder(root, &root.join(folder), &mut sources)?;
        }
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(sources)
    }

    /// A file that holds nothing but tests.
    pub fn is_test(&self) -> bool {
        self.path.ends_with("tests.rs") || self.path.contains("/tests/")
    }

    /// The module of `src/` that the file belongs to; none for the other crates.
    pub fn top_module(&self) -> Option<&str> {
        let inner = self.path.strip_prefix("src/")?;
        inner.split('/').next().map(|name| name.trim_end_matches(".rs"))
    }

    /// How many times `super` leads from the file to the crate's root.
    fn depth(&self) -> usize {
        let inner = self.path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        if inner == "lib" || inner == "main" { 0 } else { inner.split('/').count() }
    }
}

fn read_folder(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_folder(root, &path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            sources.push(Source::new(&relative, &fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// The top-level modules that a file names by `crate::` or by enough `super::`, with their lines.
pub fn reached_modules(source: &Source) -> Vec<(usize, String)> {
    let code = &source.code;
    let mut reached = Vec::new();
    for (at, _) in code.match_indices("crate::").filter(|(at, _)| starts_a_path(code, *at)) {
        collect_heads(code, at + "crate::".len(), &mut reached);
    }
    for (at, _) in code.match_indices("super::").filter(|(at, _)| starts_a_path(code, *at)) {
        let rest = code[at..].trim_start_matches("super::");
        let after = code.len() - rest.len();
        if source.depth() > 0 && (after - at) / "super::".len() == source.depth() {
            collect_heads(code, after, &mut reached);
        }
    }
    reached
}

/// Neither the end of a longer word nor a later part of a path.
fn starts_a_path(code: &str, at: usize) -> bool {
    !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
}

/// The first name after `at`, or the first names of a `{group}` there.
fn collect_heads(code: &str, at: usize, heads: &mut Vec<(usize, String)>) {
    let mut depth = 0_usize;
    let mut expected = true;
    let mut offset = at;
    while let Some(c) = code[offset..].chars().next() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return,
            '}' => depth -= 1,
            ',' if depth == 1 => expected = true,
            _ if c.is_whitespace() => {}
            _ if expected => {
                let head = head_at(&code[offset..]);
                offset += head.len().saturating_sub(c.len_utf8());
                heads.push((code[..offset].matches('\n').count() + 1, head.to_owned()));
                expected = false;
            }
            _ => {}
        }
        offset += c.len_utf8();
        if depth == 0 && !expected {
            return;
        }
    }
}

fn head_at(code: &str) -> &str {
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(code.len());
    if end == 0 { &code[..code.chars().next().map_or(0, char::len_utf8)] } else { &code[..end] }
}

/// Comments and literals become spaces; lines stay where they are.
fn without_prose(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let in_word = code.ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let prose = prose_length(rest, in_word);
        if prose == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.extend(rest[..prose].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[prose..];
        }
    }
    code
}

/// How many bytes the comment or literal at the start of `rest` takes; none is 0.
fn prose_length(rest: &str, in_word: bool) -> usize {
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        block_comment_length(rest)
    } else if rest.starts_with('"') {
        quoted_length(rest, '"')
    } else if !in_word && (rest.starts_with('r') || rest.starts_with("br")) {
        raw_string_length(rest)
    } else if rest.starts_with('\'') && is_character(rest) {
        quoted_length(rest, '\'')
    } else {
        0
    }
}

fn block_comment_length(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let tail = &rest[at..];
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_string_length(rest: &str) -> usize {
    let opening = rest.trim_start_matches('b').trim_start_matches('r');
    let hashes = opening.len() - opening.trim_start_matches('#').len();
    if !opening[hashes..].starts_with('"') {
        return 0;
    }
    let closing = format!("\"{}", "#".repeat(hashes));
    let body = rest.len() - opening.len() + hashes + 1;
    rest[body..].find(&closing).map_or(rest.len(), |end| body + end + closing.len())
}

/// `'x'` or `'\n'`, not the lifetime `'x`.
fn is_character(rest: &str) -> bool {
    let mut following = rest.chars().skip(1);
    following.next() == Some('\\') || following.next() == Some('\'')
}

/// Items under `#[cfg(test)]` become blank lines.
fn without_tests(mut code: String) -> String {
    const MARK: &str = "#[cfg(test)]";
    while let Some(start) = code.find(MARK) {
        let end = start + item_length(&code[start..]);
        let blank: String = code[start..end].chars().filter(|c| *c == '\n').collect();
        code.replace_range(start..end, &blank);
    }
    code
}

/// To the `;` that ends an item without a body, or to the `}` that closes its body.
fn item_length(item: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in item.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}
