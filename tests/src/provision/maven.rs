//! Jars of Kafka and Connect, and connector archives, through Maven.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::archive::{run, sha256_of_file};
use super::component::{KAFKA_JARS, KAFKA_VERSION};
use super::prerequisite::{self, Tool};

const DEPENDENCY_PLUGIN: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";

/// Broker, tools and worker, and the logging backend that they come without.
const ARTIFACTS: [(&str, &str, &str); 7] = [
    ("org.apache.kafka", "kafka_2.13", KAFKA_VERSION),
    ("org.apache.kafka", "kafka-tools", KAFKA_VERSION),
    ("org.apache.kafka", "connect-runtime", KAFKA_VERSION),
    ("org.apache.kafka", "connect-json", KAFKA_VERSION),
    ("org.apache.kafka", "connect-file", KAFKA_VERSION),
    ("org.slf4j", "slf4j-reload4j", "1.7.36"),
    ("ch.qos.reload4j", "reload4j", "1.2.25"),
];

/// Copies every jar that broker and worker need at run time into a folder.
pub fn jars(workshop: &Path, into: &Path) -> Result<()> {
    std::fs::write(workshop.join("pom.xml"), pom()).context("cannot write the pom of Kafka's jars")?;
    let mut command = maven("copy-dependencies")?;
    command.arg("-DincludeScope=runtime").arg(format!("-DoutputDirectory={}", into.display()));
    command.current_dir(workshop);
    run(command)
}

/// Exactly the pinned jars, each with its pinned content.
pub fn verify_jars(folder: &Path) -> Result<()> {
    let mut pinned = 0;
    for line in KAFKA_JARS.lines() {
        let (sha256, name) = line.split_once("  ").context("a line of the pinned jars has no checksum")?;
        let found = sha256_of_file(&folder.join(name))?;
        if found != sha256 {
            bail!(
                "{name} has checksum {found}, pinned is {sha256}: remove it from the local Maven repository, run again"
            );
        }
        pinned += 1;
    }
    let present = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?.count();
    if present != pinned {
        bail!("{} holds {present} files, pinned are {pinned} jars: remove the folder and run again", folder.display());
    }
    Ok(())
}

pub fn get(artifact: &str, folder: &Path) -> Result<()> {
    let mut command = maven("get")?;
    // the connectors' own poms refer to a repository that not everyone can reach; the archive is complete
    command.arg(format!("-Dartifact={artifact}")).arg("-Dtransitive=false").current_dir(folder);
    run(command)
}

pub fn copy(artifact: &str, into: &Path) -> Result<()> {
    let mut command = maven("copy")?;
    command.arg(format!("-Dartifact={artifact}")).arg(format!("-DoutputDirectory={}", into.display()));
    // outside any project of the user
    command.current_dir(into);
    run(command)
}

fn maven(goal: &str) -> Result<Command> {
    prerequisite::ensure(Tool::Java)?;
    prerequisite::ensure(Tool::Maven)?;
    let mut command = Command::new("mvn");
    command.args(["--batch-mode", "--quiet", &format!("{DEPENDENCY_PLUGIN}:{goal}")]);
    Ok(command)
}

fn pom() -> String {
    let dependency = |(group, artifact, version): &(&str, &str, &str)| {
        format!(
            "<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version></dependency>\n"
        )
    };
    let dependencies: String = ARTIFACTS.iter().map(dependency).collect();
    format!(
        "<project>\n<modelVersion>4.0.0</modelVersion>\n<groupId>tailrace</groupId><artifactId>kafka</artifactId>\
         <version>1</version><packaging>pom</packaging>\n<dependencies>\n{dependencies}</dependencies>\n</project>\n"
    )
}
