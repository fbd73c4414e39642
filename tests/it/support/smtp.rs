//! A real SMTP server, another program than ours: `smtp_server.py` on Debian's python3-aiosmtpd.

use super::app::App;
use casegraph::mail::deliver::Courier;
use casegraph::mail::transport::Post;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

/// By its path: another Python that stands earlier in PATH has not Debian's packages.
const PYTHON: &str = "/usr/bin/python3";
const PATIENCE: Duration = Duration::from_secs(20);

/// A server of one test; ends with it.
pub struct SmtpServer {
    /// For `Post::from_url`.
    pub url: String,
    process: Child,
    messages: Receiver<Value>,
}

impl SmtpServer {
    /// Takes every message.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Answers 550 for this recipient.
    pub fn refusing(recipient: &str) -> Self {
        Self::with(&["--refuse", recipient])
    }

    /// Answers 451 for the first recipient, and takes what comes after.
    pub fn deferring_the_first() -> Self {
        Self::with(&["--defer", "1"])
    }

    /// Answers 530, as a relay does to whoever has not logged in.
    pub fn requiring_a_login() -> Self {
        Self::with(&["--login"])
    }

    fn with(options: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/smtp_server.py");
        let mut process = Command::new(PYTHON)
            .arg(script)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the SMTP server starts: the tests need Debian's python3 and python3-aiosmtpd");
        let lines = json_lines(process.stdout.take().expect("a pipe"));
        let Ok(first) = lines.recv_timeout(PATIENCE) else {
            let _ = process.kill();
            panic!(
                "the SMTP server told no port (its error is above): the tests need Debian's python3-aiosmtpd"
            );
        };
        let url = format!("smtp://127.0.0.1:{}", first["port"]);
        Self { url, process, messages: lines }
    }

    /// The next message that arrived, waiting for it: sender, recipients, decoded headers and parts.
    pub fn received(&self) -> Value {
        self.messages.recv_timeout(PATIENCE).expect("a message arrives")
    }

    /// Whether no message waits: call it after the sender has had the server's answer.
    pub fn has_received_nothing(&self) -> bool {
        self.messages.recv_timeout(Duration::from_millis(300)).is_err()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The courier of an app's outbox to a server.
pub fn courier(app: &App, url: &str) -> Arc<Courier> {
    Arc::new(Courier {
        store: app.service.store.clone(),
        clock: app.service.clock.clone(),
        post: Post::from_url(url).unwrap(),
        from: app.service.letterhead.from.clone(),
        host: "casegraph.example".into(),
    })
}

fn json_lines(output: ChildStdout) -> Receiver<Value> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let fact = serde_json::from_str(&line).expect("the server writes lines of JSON");
            if sender.send(fact).is_err() {
                break;
            }
        }
    });
    receiver
}
