//! The databases, the broker and the engine: started side by side, ended together.

use std::net::{Ipv4Addr, TcpStream};
use std::thread::ScopedJoinHandle;
use std::time::Instant;

use anyhow::{Context, Result};

use super::board::Board;
use super::seeds::Seeds;
use crate::process::log_tail;
use crate::provision::{Component, PostgresVersion, provision};
use crate::{Clickhouse, Kafka, Mongodb, Postgres, Rig, Server as _};

const POSTGRES: Component = Component::Postgres(PostgresVersion::V15);
const LOG_LINES: usize = 15;
const COMPONENTS: [Component; 4] = [POSTGRES, Component::Mongodb, Component::Kafka, Component::Chdb];

/// Everything that is not ours. Fields end in this order: those who use others first.
#[derive(Debug)]
pub struct Stack {
    pub clickhouse: Clickhouse,
    pub kafka: Kafka,
    pub mongodb: Mongodb,
    pub postgres: Postgres,
}

impl Stack {
    /// Fetches what the cache lacks; one after the other, since each shows its progress.
    pub fn provision() -> Result<()> {
        for component in COMPONENTS {
            provision(component)?;
        }
        Ok(())
    }

    /// Starts all at once. PostgreSQL gets its rows as soon as it answers: they are there before capture is.
    pub fn start(rig: &Rig, board: &Board, seeds: &Seeds) -> Result<Self> {
        let _busy = board.busy("starting PostgreSQL, MongoDB, Kafka and the ClickHouse engine");
        std::thread::scope(|scope| {
            let postgres = scope.spawn(|| {
                let postgres = started(board, "PostgreSQL", POSTGRES, || rig.postgres().start())?;
                let mut client = postgres.client()?;
                client.batch_execute(&seeds.schema()?).context("PostgreSQL refused the seeds' schema")?;
                client.batch_execute(&seeds.rows()?).context("PostgreSQL refused the seeds' rows")?;
                board.event("seeded   public.users: four rows, in one transaction");
                Ok(postgres)
            });
            let mongodb =
                scope.spawn(|| started(board, "MongoDB", Component::Mongodb, || rig.mongodb().with_login().start()));
            let clickhouse =
                scope.spawn(|| started(board, "ClickHouse engine", Component::Chdb, || rig.clickhouse().start()));
            let kafka = started(board, "Kafka", Component::Kafka, || rig.kafka().start());
            // each is awaited before the first error leaves, so that nothing starts behind our back
            let (postgres, mongodb, clickhouse) = (join(postgres), join(mongodb), join(clickhouse));
            Ok(Self { clickhouse: clickhouse?, kafka: kafka?, mongodb: mongodb?, postgres: postgres? })
        })
    }

    /// For the end of an error message: who does not answer any more, with the last lines of its log.
    pub fn testimony(&self, rig: &Rig) -> String {
        let ports = [
            ("clickhouse", self.clickhouse.port()),
            ("kafka", self.kafka.port()),
            ("mongodb", self.mongodb.port()),
            ("postgres", self.postgres.port()),
        ];
        let silent = ports.into_iter().filter(|(_, port)| TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_err());
        silent
            .map(|(name, _)| {
                format!("; {name} does not answer, its log ends:\n{}", log_tail(&rig.log_path(name), LOG_LINES))
            })
            .collect()
    }

    /// Orderly, in the order of the fields.
    pub fn stop(&mut self) -> Result<()> {
        self.clickhouse.stop()?;
        self.kafka.stop()?;
        self.mongodb.stop()?;
        self.postgres.stop()
    }
}

fn started<T>(board: &Board, name: &str, component: Component, start: impl FnOnce() -> Result<T>) -> Result<T> {
    let since = Instant::now();
    let running = start().with_context(|| format!("{name} did not start"))?;
    let (version, seconds) = (component.program_version(), since.elapsed().as_secs_f32());
    board.event(&format!("started  {name} {version} in {seconds:.2} s"));
    Ok(running)
}

fn join<T>(thread: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
