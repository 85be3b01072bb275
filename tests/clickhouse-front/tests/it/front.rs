//! A running front for one test; it ends with the test, also when the test fails.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use reqwest::{RequestBuilder, Response};
use rustix::process::{Pid, Signal, kill_process};

const READY: Duration = Duration::from_secs(30);

pub struct Front {
    child: Child,
    pub url: String,
    http: reqwest::Client,
}

/// What a request gave.
pub struct Got {
    pub status: u16,
    pub code: Option<i32>,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Got {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body of a success, without the line end.
    #[track_caller]
    pub fn ok(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.text());
        self.text().trim_end_matches('\n').to_owned()
    }

    #[track_caller]
    pub fn refused(&self, status: u16, code: i32) {
        assert_eq!((self.status, self.code), (status, Some(code)), "{}", self.text());
        assert!(self.text().starts_with(&format!("Code: {code}. DB::Exception: ")), "{}", self.text());
    }
}

impl Front {
    pub fn start(data: &Path) -> Front {
        Front::start_with(data, &[])
    }

    pub fn start_with(data: &Path, arguments: &[&str]) -> Front {
        let mut child = command(data).args(arguments).stdout(Stdio::piped()).spawn().expect("start the front");
        let out = child.stdout.take().expect("stdout is piped");
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(out).read_line(&mut line);
            let _ = sender.send(line);
        });
        let line = receiver.recv_timeout(READY).expect("the front says where it listens");
        let url = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("unexpected line {line:?}"));
        // the client insists on a TLS provider even where it speaks plain HTTP
        let _ = rustls::crypto::ring::default_provider().install_default();
        Front { child, url: url.to_owned(), http: reqwest::Client::new() }
    }

    pub fn post(&self, parameters: &[(&str, &str)]) -> RequestBuilder {
        self.http.post(self.address(parameters))
    }

    pub fn get(&self, parameters: &[(&str, &str)]) -> RequestBuilder {
        self.http.get(self.address(parameters))
    }

    pub fn address(&self, parameters: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        format!("{}/?{}", self.url, query.finish())
    }

    pub async fn ask(&self, sql: &str) -> Got {
        got(self.post(&[]).body(sql.to_owned())).await
    }

    pub async fn ask_with(&self, parameters: &[(&str, &str)], sql: &str) -> Got {
        got(self.post(parameters).body(sql.to_owned())).await
    }

    pub fn client(&self) -> clickhouse::Client {
        clickhouse::Client::default().with_url(&self.url)
    }

    /// SIGTERM; gives whether it ended well.
    pub fn stop(mut self) -> bool {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("SIGTERM");
        let deadline = Instant::now() + READY;
        loop {
            match self.child.try_wait().expect("wait for the front") {
                Some(status) => return status.success(),
                None => assert!(Instant::now() < deadline, "the front does not end"),
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn kill(mut self) {
        self.child.kill().expect("kill -9");
        self.child.wait().expect("wait for the front");
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub async fn got(request: RequestBuilder) -> Got {
    let response: Response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let code = headers.get("x-clickhouse-exception-code").and_then(|v| v.to_str().ok()?.parse().ok());
    Got { status, code, headers, body: response.bytes().await.expect("a body").into() }
}

pub fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clickhouse-front"));
    command.arg("--lib").arg(library()).arg("--data").arg(data);
    command
}

fn library() -> PathBuf {
    let Some(path) = std::env::var_os("CHDB_LIB") else {
        panic!("these tests run the ClickHouse engine: set CHDB_LIB to libchdb.so, or run `make it`, which fetches it");
    };
    path.into()
}
