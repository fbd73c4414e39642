//! The real binary as a process of its own, with the invented world: what it uses can be measured, and it can die.

use casegraph::op::new_id;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The demonstration, running until it is dropped.
pub struct Demo {
    pub address: String,
    pub token: String,
    client: reqwest::Client,
    process: Child,
    folder: PathBuf,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Demo {
    /// Starts it, on a free port, and waits until it serves. The token is the SENCO's.
    pub async fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("casegraph-demo-{}", new_id()));
        let mut process = Command::new(env!("CARGO_BIN_EXE_casegraph"))
            .args(["demo", "--listen", "127.0.0.1:0", "--dir"])
            .arg(&folder)
            .env("CASEGRAPH_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut welcome = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let line = welcome.find(|line| line.trim_start().starts_with("GraphQL ")).expect("an address");
        let address =
            line.rsplit_once("http://").and_then(|(_, rest)| rest.strip_suffix("/graphql")).unwrap();
        let tokens: Value =
            serde_json::from_slice(&std::fs::read(folder.join("tokens.json")).unwrap()).unwrap();
        let token = tokens["senco"]["token"].as_str().unwrap().to_owned();
        let demo =
            Self { address: address.to_owned(), token, client: reqwest::Client::new(), process, folder };
        for _ in 0..100 {
            if demo.client.get(format!("http://{}/health/ready", demo.address)).send().await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        demo.ask("{ viewer { person { id } } }").await;
        demo
    }

    /// The file of its tokens.
    pub fn tokens(&self) -> PathBuf {
        self.folder.join("tokens.json")
    }

    /// Sends a body to the graph; answers the status, and how long the whole answer took.
    pub async fn post(&self, body: &str) -> (u16, Duration) {
        let request = self.client.post(format!("http://{}/graphql", self.address)).bearer_auth(&self.token);
        let request = request.header("content-type", "application/json").body(body.to_owned());
        let started = Instant::now();
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        response.bytes().await.expect("a whole answer");
        (status, started.elapsed())
    }

    /// The answer to a query.
    pub async fn ask(&self, query: &str) -> Value {
        let request = self.client.post(format!("http://{}/graphql", self.address)).bearer_auth(&self.token);
        request.json(&json!({ "query": query })).send().await.unwrap().json().await.unwrap()
    }

    /// How long the process has worked since it began, all its threads together, whatever else the machine does; in steps of
    /// a hundredth of a second.
    pub fn worked(&self) -> Duration {
        let figures = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let (_, after_name) = figures.rsplit_once(") ").unwrap();
        let in_user_and_system = after_name.split(' ').skip(11).take(2);
        Duration::from_millis(in_user_and_system.map(|ticks| ticks.parse::<u64>().unwrap() * 10).sum())
    }

    /// A figure of the process in KiB, as the kernel keeps it: `VmRSS` now, `VmHWM` at its highest.
    pub fn memory(&self, figure: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(figure)?.strip_prefix(':')).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Expects that the process lives and never held more memory than so many KiB.
    pub fn expect_alive_within(&mut self, most: u64) {
        assert!(self.process.try_wait().unwrap().is_none(), "the process has ended");
        let held = self.memory("VmHWM");
        assert!(held <= most, "it held {held} KiB");
    }
}
