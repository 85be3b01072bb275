//! The command line: a verb, and what it is given.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use super::{
    bench, cases, chaos, compat, demo, docs, latency, prerequisites, provision, random, sim, up, versions, with,
};

/// Real components as processes: PostgreSQL, MongoDB, Kafka, Java Connect with Debezium, and the ClickHouse engine.
#[derive(Debug, Parser)]
#[command(name = "rig", version)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Provision(provision::Arguments),
    Up(up::Arguments),
    Bench(bench::Arguments),
    Latency(latency::Arguments),
    Compat(compat::Arguments),
    Cases(cases::Arguments),
    Chaos(chaos::Arguments),
    Random(random::Arguments),
    Sim(sim::Arguments),
    Docs(docs::Arguments),
    Demo(demo::Arguments),
    Versions(versions::Arguments),
    Prerequisites(prerequisites::Arguments),
    With(with::Arguments),
}

impl Arguments {
    pub fn run(self) -> Result<ExitCode> {
        match self.verb {
            Verb::Provision(arguments) => arguments.run(),
            Verb::Up(arguments) => arguments.run(),
            Verb::Bench(arguments) => arguments.run(),
            Verb::Latency(arguments) => arguments.run(),
            Verb::Compat(arguments) => arguments.run(),
            Verb::Cases(arguments) => arguments.run(),
            Verb::Chaos(arguments) => arguments.run(),
            Verb::Random(arguments) => arguments.run(),
            Verb::Sim(arguments) => arguments.run(),
            Verb::Docs(arguments) => arguments.run(),
            Verb::Demo(arguments) => arguments.run(),
            Verb::Versions(arguments) => arguments.run(),
            Verb::Prerequisites(arguments) => arguments.run(),
            Verb::With(arguments) => arguments.run(),
        }
    }
}
