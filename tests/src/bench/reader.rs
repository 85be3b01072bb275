//! Sides without a broker: what the server can give, and what capture alone can take.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::cost;
use super::load::Load;
use super::side::{Figures, PATIENCE};
use crate::process::{Launch, Process};
use crate::{Postgres, Rig, Server as _};

const LOOK: Duration = Duration::from_millis(10);

/// How a side is shown, and which slot it reads; a snapshot reads none.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    pub name: &'static str,
    pub slot: &'a str,
}

impl Reader<'_> {
    /// The fastest way out of the server that it has itself, over the Unix socket.
    pub fn ceiling(&self, rig: &Rig, postgres: &mut Postgres, load: &Load, rows: u64, end: &str) -> Result<Figures> {
        let launch = if load.is_snapshot {
            let copy = format!("COPY {} TO STDOUT", load.table());
            Launch::new("psql", client("psql")?, rig.folder()).arguments([
                "--no-psqlrc",
                "--quiet",
                "--output",
                "/dev/null",
                "--command",
                &copy,
            ])
        } else {
            Launch::new("pg_recvlogical", client("pg_recvlogical")?, rig.folder())
                .arguments(["--slot", self.slot, "--start", "--no-loop", "--file", "/dev/null", "--endpos", end])
                .arguments(["--option", "proto_version=1"])
                .arguments(["--option", &format!("publication_names={}", load.publication())])
        };
        let process = launch
            .arguments(["--host", &postgres.socket_folder().display().to_string()])
            .arguments(["--port", &postgres.port().to_string(), "--username", postgres.user()])
            .arguments(["--dbname", postgres.database()])
            .environment("PGPASSWORD", postgres.password());
        self.follow(postgres, load, rows, &process)
    }

    /// The engine without a broker.
    pub fn discarding(&self, rig: &Rig, postgres: &mut Postgres, load: &Load, rows: u64) -> Result<Figures> {
        let offsets = rig.folder().join(format!("{}-offsets.json", load.name));
        let mode = if load.is_snapshot { "initial_only" } else { "no_data" };
        let mut process = rig
            .program("capture")?
            .arguments(["tail", "--discard", "--limit", &rows.to_string(), "--source", &postgres.url()])
            .arguments(["--table", &load.table(), "--offsets", &offsets.display().to_string()])
            .arguments(["--set", &format!("slot.name={}", self.slot), "--set", &format!("snapshot.mode={mode}")])
            .arguments(["--set", &format!("publication.name={}", load.publication())])
            .arguments(["--set", "publication.autocreate.mode=disabled"]);
        for converter in ["key", "value"] {
            let setting = format!("{converter}.converter.schemas.enable={}", load.schemas);
            process = process.arguments(["--set", &setting]);
        }
        self.follow(postgres, load, rows, &process)
    }

    /// Watches a process that ends by itself at the end of the load.
    fn follow(&self, postgres: &mut Postgres, load: &Load, rows: u64, launch: &Launch) -> Result<Figures> {
        let server = postgres.process().id().context("PostgreSQL has ended")?;
        let server_before = cost::family_cpu_seconds(server)?;
        let begun = Instant::now();
        let mut process = launch.clone().start()?;
        let reader = process.id().context("the process has ended")?;
        let (mut reader_cpu, mut memory_mb) = (0.0, 0.0);
        while process.is_running() {
            // it may end between the two lines; what was seen last counts
            reader_cpu = cost::cpu_seconds(reader).unwrap_or(reader_cpu);
            memory_mb = cost::memory_mb(reader, "VmHWM").unwrap_or(memory_mb);
            if begun.elapsed() > PATIENCE {
                bail!("{} did not reach the end of the load within {PATIENCE:?}\n{}", self.name, process.log_tail());
            }
            std::thread::sleep(LOOK);
        }
        let seconds = begun.elapsed().as_secs_f64();
        self.check(&mut process)?;
        if !load.is_snapshot {
            postgres.drop_slot(self.slot)?;
        }
        let server_cpu = cost::family_cpu_seconds(server)? - server_before;
        Ok(Figures {
            name: self.name,
            rows,
            seconds,
            reader_cpu,
            server_cpu,
            broker_cpu: 0.0,
            memory_mb,
            start_seconds: None,
        })
    }

    fn check(&self, process: &mut Process) -> Result<()> {
        let ended = process.ended()?;
        if ended.is_none_or(|status| !status.success()) {
            bail!("{} failed: {ended:?}\n{}", self.name, process.log_tail());
        }
        Ok(())
    }
}

/// The server package holds no client programs; the distribution's clients speak to any server.
fn client(program: &str) -> Result<PathBuf> {
    let missing = || format!("{program} is missing: run `apt-get install postgresql-client-15`");
    let versions = std::fs::read_dir("/usr/lib/postgresql").with_context(missing)?;
    let mut found: Vec<PathBuf> =
        versions.flatten().map(|v| v.path().join("bin").join(program)).filter(|p| p.exists()).collect();
    found.sort();
    found.pop().with_context(missing)
}
