//! Settings of the service: from environment variables, or a TOML file, or both, of which the environment wins.
//!
//! Every setting that is missing or unsafe is named at once, so that an operator mends them in one round. No message
//! repeats a value that may hold a password.

mod limits;

pub use limits::Limits;

use reqwest::Url;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Who letters come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The name that readers see; may be empty.
    pub name: String,
    /// The address.
    pub email: String,
}

/// What `casegraph serve` runs with.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// The database: `sqlite:` or `postgres:`. May hold a password.
    pub database_url: String,
    /// Where the service listens, in clear: TLS ends at a proxy before it.
    pub listen: SocketAddr,
    /// The OpenID provider whose tokens are good.
    pub oidc_issuer: String,
    /// What those tokens must be meant for.
    pub oidc_audience: String,
    /// The mail relay. May hold a password.
    pub smtp_url: String,
    /// Who letters come from.
    pub mail_from: Sender,
    /// Where people reach the service, without a slash at the end.
    pub public_url: String,
    /// Whether GraphiQL is at `/`.
    pub graphiql: bool,
    /// Origins besides the service's own whose pages may use it.
    pub allowed_origins: Vec<String>,
    /// The file of the only documents that may run; any document without one.
    pub trusted_documents: Option<PathBuf>,
    /// How much a caller may ask for.
    pub limits: Limits,
}

/// Everything that is missing or unsafe.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the settings cannot be used:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl Settings {
    /// Reads all settings; `environment` answers the value of a variable.
    pub fn read(file: Option<&Path>, environment: impl Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let mut reader = Reader::open(file, environment)?;
        let settings = reader.settings();
        reader.finish(settings)
    }
}

/// The database of the commands that need nothing else.
pub fn database_url(
    file: Option<&Path>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<String, Problems> {
    let mut reader = Reader::open(file, environment)?;
    let url = reader.required("DATABASE_URL", check_database);
    reader.finish(url)
}

/// The settings as a file holds them: `database_url = "…"` for `CASEGRAPH_DATABASE_URL`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    database_url: Option<String>,
    listen: Option<String>,
    oidc_issuer: Option<String>,
    oidc_audience: Option<String>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    public_url: Option<String>,
    graphiql: Option<bool>,
    allowed_origins: Option<Vec<String>>,
    trusted_documents: Option<String>,
    #[serde(default)]
    limits: BTreeMap<String, u64>,
}

impl File {
    fn read(path: &Path) -> Result<Self, Problems> {
        let place = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Problems(vec![format!("{place} cannot be read: {error}")]))?;
        toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            Problems(vec![format!("{place}, line {line}: {}", error.message())])
        })
    }

    fn get(&self, name: &str) -> Option<String> {
        match name {
            "DATABASE_URL" => self.database_url.clone(),
            "LISTEN" => self.listen.clone(),
            "OIDC_ISSUER" => self.oidc_issuer.clone(),
            "OIDC_AUDIENCE" => self.oidc_audience.clone(),
            "SMTP_URL" => self.smtp_url.clone(),
            "MAIL_FROM" => self.mail_from.clone(),
            "PUBLIC_URL" => self.public_url.clone(),
            "GRAPHIQL" => self.graphiql.map(|on| on.to_string()),
            "ALLOWED_ORIGINS" => self.allowed_origins.as_ref().map(|origins| origins.join(",")),
            "TRUSTED_DOCUMENTS" => self.trusted_documents.clone(),
            limit => {
                let limit = limit.strip_prefix("LIMIT_")?.to_ascii_lowercase();
                self.limits.get(&limit).map(ToString::to_string)
            }
        }
    }
}

/// Reads setting after setting and keeps what is wrong with them.
struct Reader<E> {
    file: File,
    environment: E,
    problems: Vec<String>,
}

impl<E: Fn(&str) -> Option<String>> Reader<E> {
    fn open(file: Option<&Path>, environment: E) -> Result<Self, Problems> {
        let file = file.map(File::read).transpose()?.unwrap_or_default();
        Ok(Self { file, environment, problems: Vec::new() })
    }

    fn finish<T>(self, value: Option<T>) -> Result<T, Problems> {
        value.filter(|_| self.problems.is_empty()).ok_or(Problems(self.problems))
    }

    fn settings(&mut self) -> Option<Settings> {
        let database_url = self.required("DATABASE_URL", check_database);
        let listen = self.optional("LISTEN", "127.0.0.1:8000", read_address);
        let oidc_issuer = self.required("OIDC_ISSUER", check_issuer);
        let oidc_audience = self.required("OIDC_AUDIENCE", |value| Ok(value.to_owned()));
        let smtp_url = self.required("SMTP_URL", check_relay);
        let mail_from = self.required("MAIL_FROM", read_sender);
        let public_url = self.required("PUBLIC_URL", check_public_url);
        let graphiql = self.optional("GRAPHIQL", "false", read_switch);
        let allowed_origins = self.optional("ALLOWED_ORIGINS", "", read_origins);
        let trusted_documents = self.value("TRUSTED_DOCUMENTS").map(PathBuf::from);
        let limits = self.limits();
        let (listen, public_url) = (listen?, public_url?);
        if public_url.starts_with("http:") && !listen.ip().is_loopback() {
            self.problem(
                "LISTEN",
                "is open to the network, while CASEGRAPH_PUBLIC_URL has no TLS: listen on 127.0.0.1, or put a \
                 proxy with TLS in front and name its https:// address",
            );
        }
        Some(Settings {
            database_url: database_url?,
            listen,
            oidc_issuer: oidc_issuer?,
            oidc_audience: oidc_audience?,
            smtp_url: smtp_url?,
            mail_from: mail_from?,
            public_url,
            graphiql: graphiql?,
            allowed_origins: allowed_origins?,
            trusted_documents,
            limits,
        })
    }

    fn limits(&mut self) -> Limits {
        let mut limits = Limits::default();
        let unknown = self.file.limits.keys().filter(|name| !Limits::NAMES.contains(&name.as_str()));
        for name in unknown.cloned().collect::<Vec<_>>() {
            self.problem(&format!("LIMIT_{}", name.to_ascii_uppercase()), "is no limit of the service");
        }
        for name in Limits::NAMES {
            let setting = format!("LIMIT_{}", name.to_ascii_uppercase());
            if let Some(figure) = self.value(&setting) {
                self.checked(&setting, &figure, |figure| limits.set(name, figure));
            }
        }
        limits
    }

    fn required<T>(&mut self, name: &str, check: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let Some(value) = self.value(name) else {
            self.problem(name, "is missing");
            return None;
        };
        self.checked(name, &value, check)
    }

    fn optional<T>(
        &mut self,
        name: &str,
        default: &str,
        check: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.value(name).unwrap_or_else(|| default.to_owned());
        self.checked(name, &value, check)
    }

    /// An empty value is none: compose files hand on unset variables so.
    fn value(&self, name: &str) -> Option<String> {
        let set = (self.environment)(&format!("CASEGRAPH_{name}")).filter(|value| !value.trim().is_empty());
        set.or_else(|| self.file.get(name))
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    fn checked<T>(
        &mut self,
        name: &str,
        value: &str,
        check: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        check(value).map_err(|problem| self.problem(name, &problem)).ok()
    }

    fn problem(&mut self, name: &str, problem: &str) {
        self.problems.push(format!("CASEGRAPH_{name} {problem}"));
    }
}

fn check_database(value: &str) -> Result<String, String> {
    if value.starts_with("sqlite:") {
        return Ok(value.to_owned());
    }
    let url = Url::parse(value).map_err(|_| "is not a sqlite: or postgres: URL".to_owned())?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err("is not a sqlite: or postgres: URL".to_owned());
    }
    // The driver lets a later parameter override an earlier one, and a parameter the host.
    let last = |names: &[&str]| {
        let found = url.query_pairs().filter(|(name, _)| names.contains(&name.as_ref())).last();
        found.map(|(_, value)| value.into_owned())
    };
    let host = last(&["host", "hostaddr"]).or_else(|| url.host_str().map(str::to_owned));
    let host = host.filter(|host| !host.is_empty()).ok_or("names no host")?;
    let mode = last(&["sslmode", "ssl-mode"]);
    let encrypted = mode.is_some_and(|mode| matches!(mode.as_str(), "require" | "verify-ca" | "verify-full"));
    if encrypted || host.starts_with('/') || is_loopback_host(&host) {
        Ok(value.to_owned())
    } else {
        Err("goes over the network without TLS: add sslmode=verify-full (or verify-ca, or require)"
            .to_owned())
    }
}

fn check_issuer(value: &str) -> Result<String, String> {
    let url = web_address(value)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have no query and no fragment".to_owned());
    }
    Ok(value.to_owned())
}

fn check_public_url(value: &str) -> Result<String, String> {
    let url = web_address(value)?;
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err("must be no more than https://HOST, with a port and a path if need be".to_owned());
    }
    Ok(value.trim_end_matches('/').to_owned())
}

fn web_address(value: &str) -> Result<Url, String> {
    let url = Url::parse(value).map_err(|_| "is not an https:// address".to_owned())?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if url.host_str().is_some_and(is_loopback_host) => Ok(url),
        "http" => Err("has no TLS: it must be https://, except on this machine".to_owned()),
        _ => Err("is not an https:// address".to_owned()),
    }
}

fn check_relay(value: &str) -> Result<String, String> {
    let url = Url::parse(value).map_err(|_| "is not an smtps:// or smtp:// URL".to_owned())?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or("names no host")?;
    let required = url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    let credentials = !url.username().is_empty() || url.password().is_some();
    match url.scheme() {
        "smtps" => Ok(value.to_owned()),
        "smtp" if required || (is_loopback_host(host) && !credentials) => Ok(value.to_owned()),
        "smtp" => Err("sends in clear: use smtps:// or add ?tls=required".to_owned()),
        _ => Err("is not an smtps:// or smtp:// URL".to_owned()),
    }
}

fn read_sender(value: &str) -> Result<Sender, String> {
    let mailbox: lettre::message::Mailbox = value
        .parse()
        .map_err(|_| "is not an address such as Casegraph <send@authority.example>".to_owned())?;
    Ok(Sender { name: mailbox.name.unwrap_or_default(), email: mailbox.email.to_string() })
}

fn read_address(value: &str) -> Result<SocketAddr, String> {
    value.parse().map_err(|_| "is not ADDRESS:PORT, such as 127.0.0.1:8000".to_owned())
}

fn read_switch(value: &str) -> Result<bool, String> {
    value.parse().map_err(|_| "is neither true nor false".to_owned())
}

fn read_origins(value: &str) -> Result<Vec<String>, String> {
    let origins = value.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    origins
        .map(|origin| {
            let url = web_address(origin).map_err(|problem| format!("{problem} ({origin})"))?;
            let plain = url.origin().ascii_serialization().eq_ignore_ascii_case(origin);
            plain.then(|| origin.to_owned()).ok_or(format!("must be https://HOST and no more ({origin})"))
        })
        .collect()
}

/// Whether a host, as a URL writes it, is this machine.
pub fn is_loopback_host(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
