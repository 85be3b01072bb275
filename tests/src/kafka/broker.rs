//! One KRaft node that is broker and controller at once.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use rand::Rng;
use rdkafka::consumer::Consumer as _;

use crate::java::{self, Tuning};
use crate::process::{Port, Process};
use crate::server::Server;

const START_TIMEOUT: Duration = Duration::from_secs(120);

#[derive(Debug)]
pub struct KafkaBuilder {
    folder: PathBuf,
    name: String,
    tuning: Tuning,
    settings: Vec<(String, String)>,
}

impl KafkaBuilder {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), name: "kafka".into(), tuning: Tuning::Tests, settings: Vec::new() }
    }

    /// Another name than `kafka`, for a second broker in one rig.
    pub fn name(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// Flags of a deployment instead of light ones.
    pub fn for_benchmarks(mut self) -> Self {
        self.tuning = Tuning::Benchmarks;
        self
    }

    /// A broker setting, such as `num.partitions`.
    pub fn setting(mut self, key: &str, value: &str) -> Self {
        self.settings.push((key.into(), value.into()));
        self
    }

    pub fn start(self) -> Result<Kafka> {
        let (client, controller) = (Port::free()?, Port::free()?);
        let data = self.folder.join(&self.name);
        let properties = self.folder.join(format!("{}.properties", self.name));
        let text = self.properties(&data, client.number(), controller.number());
        std::fs::write(&properties, text).with_context(|| format!("cannot write {}", properties.display()))?;
        if !data.join("meta.properties").exists() {
            self.format(&properties)?;
        }
        let launch = java::launch(&self.name, "kafka.Kafka", &self.folder, self.tuning)?.argument(&properties);
        let process = launch.start()?;
        let mut kafka = Kafka { process, port: client, _controller: controller };
        kafka.wait_ready()?;
        Ok(kafka)
    }

    fn format(&self, properties: &Path) -> Result<()> {
        java::launch(&format!("{}-format", self.name), "kafka.tools.StorageTool", &self.folder, Tuning::Tests)?
            .arguments(["format", "-t", &cluster_id(), "-c"])
            .argument(properties)
            .run(START_TIMEOUT)?;
        Ok(())
    }

    /// A broker that was killed is let in again only when its old session is over, so sessions are short.
    fn properties(&self, data: &Path, port: u16, controller: u16) -> String {
        let mut text = format!(
            "process.roles=broker,controller\nnode.id=1\nlog.dirs={data}\n\
             controller.quorum.voters=1@127.0.0.1:{controller}\ncontroller.listener.names=CONTROLLER\n\
             listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
             advertised.listeners=PLAINTEXT://127.0.0.1:{port}\n\
             listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n\
             offsets.topic.replication.factor=1\noffsets.topic.num.partitions=5\n\
             transaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n\
             share.coordinator.state.topic.replication.factor=1\nshare.coordinator.state.topic.min.isr=1\n\
             transaction.state.log.num.partitions=5\ndefault.replication.factor=1\n\
             group.initial.rebalance.delay.ms=0\n\
             broker.heartbeat.interval.ms=500\nbroker.session.timeout.ms=4000\n",
            data = data.display()
        );
        for (key, value) in &self.settings {
            // writing to a String cannot fail
            let _ = writeln!(text, "{key}={value}");
        }
        text
    }
}

/// A running (or stopped) broker.
#[derive(Debug)]
pub struct Kafka {
    process: Process,
    port: Port,
    _controller: Port,
}

impl Kafka {
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    pub fn bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.port())
    }
}

impl Server for Kafka {
    const STOP_TIMEOUT: Duration = Duration::from_secs(60);

    fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    fn wait_ready(&mut self) -> Result<()> {
        let address = (std::net::Ipv4Addr::LOCALHOST, self.port());
        let bootstrap = self.bootstrap();
        self.process.wait_ready(START_TIMEOUT, || {
            if std::net::TcpStream::connect(address).is_err() {
                return Ok(None);
            }
            let client = super::reader::consumer(&bootstrap)?;
            let metadata = client.fetch_metadata(None, Duration::from_secs(2));
            Ok(metadata.is_ok_and(|metadata| !metadata.brokers().is_empty()).then_some(()))
        })
    }
}

/// Sixteen random bytes as Kafka writes an id: URL-safe base64 without padding.
fn cluster_id() -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut random = rand::rng();
    let digit = |value: usize| char::from(DIGITS[value]);
    // 21 digits hold 126 bits, the last one two more; a leading dash would look like an option
    let first = digit(random.random_range(0..52));
    let middle: String = (0..20).map(|_| digit(random.random_range(0..64))).collect();
    let last = digit(16 * random.random_range(0..4));
    format!("{first}{middle}{last}")
}
