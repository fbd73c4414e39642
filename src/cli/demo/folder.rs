//! What the demonstration keeps: database, secret, tokens, clock and mail.

use crate::cli::{Failure, io};
use crate::http::authentication::DevTokens;
use crate::op::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Somebody of the invented world, by whom one can try things out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Account {
    /// The subject of the token.
    pub(super) user: String,
    /// The code of the authority where the role is held.
    pub(super) authority: String,
    /// What goes after `Authorization: Bearer`.
    pub(super) token: String,
}

/// The folder of the demonstration.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Opens the folder, or makes it; refused if filling it was cut off.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(path).map_err(io(path.display().to_string()))?;
        let path = path.canonicalize().map_err(io(path.display().to_string()))?;
        let folder = Self(path);
        if folder.file("casegraph.db").exists() && !folder.file("tokens.json").exists() {
            let path = folder.path().display();
            let problem =
                format!("{path} holds half a demonstration: remove the folder, or name another by --dir");
            return Err(Failure::Other(problem));
        }
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(super) fn mail(&self) -> PathBuf {
        self.file("mail")
    }

    pub(super) fn database_url(&self) -> Result<String, Failure> {
        let path = self.file("casegraph.db");
        let path = path.to_str().ok_or(Failure::Other("the folder's path is not UTF-8".to_owned()))?;
        let path = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
        Ok(format!("sqlite://{path}"))
    }

    /// The secret that tokens are signed with; made at the first start.
    pub(super) fn secret(&self) -> Result<Vec<u8>, Failure> {
        let path = self.file("secret");
        if let Some(secret) = read(&path)? {
            return Ok(secret);
        }
        let secret = DevTokens::generate()?;
        self.write_private("secret", &secret)?;
        Ok(secret)
    }

    /// The tokens of an earlier start.
    pub(super) fn tokens(&self) -> Result<Option<BTreeMap<String, Account>>, Failure> {
        let path = self.file("tokens.json");
        let Some(text) = read(&path)? else { return Ok(None) };
        let tokens = serde_json::from_slice(&text);
        tokens.map(Some).map_err(|error| Failure::Other(format!("{}: {error}", path.display())))
    }

    pub(super) fn keep_tokens(&self, tokens: &BTreeMap<String, Account>) -> Result<(), Failure> {
        let text = serde_json::to_vec_pretty(tokens).map_err(|error| Failure::Other(error.to_string()))?;
        self.write_private("tokens.json", &text)
    }

    /// The clock as it was left, or set to `now`.
    pub(super) fn clock(&self, now: Option<DateTime<Utc>>) -> Result<Clock, Failure> {
        let machine = Clock::Machine.now();
        let Some(now) = now else {
            let path = self.file("clock");
            let Some(text) = read(&path)? else { return Ok(Clock::shifted_to(machine)) };
            let shift = String::from_utf8_lossy(&text).trim().parse().map(TimeDelta::microseconds).ok();
            let now = shift.and_then(|shift| machine.checked_add_signed(shift));
            let now = now.ok_or(Failure::Other(format!("{} cannot be read", path.display())))?;
            return Ok(Clock::shifted_to(now));
        };
        let clock = Clock::shifted_to(now);
        self.keep_clock(&clock)?;
        Ok(clock)
    }

    /// Keeps how far the clock is off, in microseconds.
    pub(super) fn keep_clock(&self, clock: &Clock) -> Result<(), Failure> {
        let shift = (clock.now() - Clock::Machine.now()).num_microseconds().unwrap_or_default();
        self.write_private("clock", shift.to_string().as_bytes())
    }

    /// Under its final name the file is there whole or not at all, and for its owner only.
    fn write_private(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        let path = self.file(name);
        let unfinished = self.file(&format!(".{name}.part"));
        let write = || {
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&unfinished, &path)
        };
        write().map_err(io(path.display().to_string()))
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io(path.display().to_string())(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A folder of one test; gone with it.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("casegraph demo? {name} {}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn secret_and_tokens_are_kept_for_their_owner_only() {
        let scratch = Scratch::new("secret");
        let folder = Folder::open(&scratch.0).unwrap();
        let secret = folder.secret().unwrap();
        assert_eq!(folder.secret().unwrap(), secret);
        assert_eq!(folder.tokens().unwrap(), None);
        let token = Account { user: "a".to_owned(), authority: "b".to_owned(), token: "c".to_owned() };
        let tokens = BTreeMap::from([("senco".to_owned(), token)]);
        folder.keep_tokens(&tokens).unwrap();
        assert_eq!(folder.tokens().unwrap(), Some(tokens));
        for file in ["secret", "tokens.json"] {
            assert_eq!(
                fs::metadata(scratch.0.join(file)).unwrap().permissions().mode() & 0o777,
                0o600,
                "{file}"
            );
        }
    }

    #[test]
    fn the_clock_goes_on_from_where_it_was_left() {
        let scratch = Scratch::new("clock");
        let folder = Folder::open(&scratch.0).unwrap();
        let near = |clock: &Clock, then: DateTime<Utc>| (clock.now() - then).num_seconds().abs() < 60;
        assert!(near(&folder.clock(None).unwrap(), Clock::Machine.now()));
        let then = "2030-01-07T09:00:00Z".parse().unwrap();
        assert!(near(&folder.clock(Some(then)).unwrap(), then));
        let again = folder.clock(None).unwrap();
        assert!(near(&again, then));
        again.set(then + TimeDelta::days(3));
        folder.keep_clock(&again).unwrap();
        assert!(near(&folder.clock(None).unwrap(), then + TimeDelta::days(3)));
        fs::write(scratch.0.join("clock"), "soon").unwrap();
        assert!(folder.clock(None).is_err());
    }

    #[tokio::test]
    async fn a_folder_with_signs_of_a_url_in_its_name_is_opened_as_it_is() {
        let scratch = Scratch::new("100%#");
        let folder = Folder::open(&scratch.0).unwrap();
        crate::store::Store::open(&folder.database_url().unwrap()).await.unwrap();
        assert!(scratch.0.join("casegraph.db").exists());
        assert!(Folder::open(&scratch.0).is_err(), "a database without tokens is half a demonstration");
        folder.keep_tokens(&BTreeMap::new()).unwrap();
        assert!(Folder::open(&scratch.0).is_ok());
    }
}
