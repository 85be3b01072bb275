//! How broker and worker are started: class path, logging, and the two sets of JVM flags.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::Launch;
use crate::provision::prerequisite::{self, Tool};
use crate::provision::{Component, provision};

/// Light and quick to start. Never for benchmarks: the second compiler is off.
const TEST_FLAGS: [&str; 4] = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"];
/// As a deployment would run it.
const BENCHMARK_FLAGS: [&str; 3] = ["-Xmx1g", "-Xms1g", "-XX:+UseG1GC"];
const LOGGING: &str = "log4j.rootLogger=INFO, stdout\n\
    log4j.appender.stdout=org.apache.log4j.ConsoleAppender\n\
    log4j.appender.stdout.layout=org.apache.log4j.PatternLayout\n\
    log4j.appender.stdout.layout.ConversionPattern=%d{ISO8601} %p %c - %m%n\n\
    log4j.logger.org.reflections=ERROR\n";

/// What a JVM is tuned for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tuning {
    #[default]
    Tests,
    Benchmarks,
}

/// A main class of the Kafka jars, ready to start.
pub fn launch(name: &str, class: &str, folder: &Path, tuning: Tuning) -> Result<Launch> {
    prerequisite::ensure(Tool::Java)?;
    let jars = provision(Component::Kafka)?;
    let logging = logging(folder)?;
    let launch = Launch::new(name, "java", folder);
    let launch = match tuning {
        Tuning::Tests => launch.arguments(TEST_FLAGS),
        Tuning::Benchmarks => launch.arguments(BENCHMARK_FLAGS),
    };
    Ok(launch
        .argument(format!("-Dlog4j.configuration=file:{}", logging.display()))
        .argument("-cp")
        .argument(format!("{}/*", jars.display()))
        .argument(class))
}

fn logging(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("log4j.properties");
    std::fs::write(&path, LOGGING).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
