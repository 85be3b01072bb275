//! The ClickHouse engine behind our HTTP front, as a process.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::http;
use crate::process::{Launch, Port, Process};
use crate::program::binary;
use crate::provision::{Component, provision};
use crate::server::Server;

const START_TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct ClickhouseBuilder {
    folder: PathBuf,
    name: String,
    read_only: bool,
}

impl ClickhouseBuilder {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), name: "clickhouse".into(), read_only: false }
    }

    /// Another name than `clickhouse`, for a second engine in one rig.
    pub fn name(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// An engine that refuses every write.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    pub fn start(self) -> Result<Clickhouse> {
        let library = provision(Component::Chdb)?.join("package/libchdb.so");
        let data = self.folder.join(&self.name);
        std::fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;
        let port = Port::free()?;
        let launch = Launch::new(&self.name, binary("clickhouse-front")?, &self.folder)
            .argument("--lib")
            .argument(library)
            .argument("--data")
            .argument(data)
            .arguments(["--port", &port.number().to_string()])
            .arguments(self.read_only.then_some("--readonly"));
        let mut clickhouse = Clickhouse { process: launch.start()?, port };
        clickhouse.wait_ready()?;
        Ok(clickhouse)
    }
}

/// A running (or stopped) engine.
#[derive(Debug)]
pub struct Clickhouse {
    process: Process,
    port: Port,
}

impl Clickhouse {
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    /// Runs one statement and gives its output as text; `FORMAT` in the statement says in which form.
    pub fn query(&self, statement: &str) -> Result<String> {
        let answer = http::Client::new(self.url()).post_text("/", statement)?;
        anyhow::ensure!(answer.status == 200, "ClickHouse refused `{statement}`: {}", answer.text);
        Ok(answer.text)
    }
}

impl Server for Clickhouse {
    const STOP_TIMEOUT: Duration = Duration::from_secs(30);

    fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    fn wait_ready(&mut self) -> Result<()> {
        let http = http::Client::new(self.url());
        self.process.wait_ready(START_TIMEOUT, || {
            Ok(http.get("/ping").ok().filter(|answer| answer.text.trim() == "Ok.").map(|_| ()))
        })
    }
}
