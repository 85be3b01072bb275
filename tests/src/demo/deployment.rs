//! The users' own configuration, moved onto this machine: hosts, ports and folders are replaced, nothing else.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::seeds::Seeds;
use super::stack::Stack;
use crate::connectors;

pub const CONNECTORS: [&str; 2] = [connectors::POSTGRES, connectors::MONGODB];
/// What the worker may read in its pod: Strimzi's own folder, and the mounted Secrets with a folder for each.
const POD_FOLDERS: [&str; 2] = ["/opt/kafka", "/mnt"];
const POSTGRES_HOST: &str = "postgres-postgresql.database.svc.cluster.local";
const MONGODB_ADDRESS: &str = "mongo-mongodb.database.svc.cluster.local:27017";

/// Configuration files in the folder of a rig.
#[derive(Debug)]
pub struct Deployment<'a> {
    folder: &'a Path,
    seeds: &'a Seeds,
    stack: &'a Stack,
}

impl<'a> Deployment<'a> {
    /// Also writes the Secrets, as the cluster would mount them.
    pub fn new(folder: &'a Path, seeds: &'a Seeds, stack: &'a Stack) -> Result<Self> {
        let deployment = Self { folder, seeds, stack };
        for pod in POD_FOLDERS {
            let local = format!("{}{pod}", folder.display());
            // the worker refuses an allowed path that does not exist
            std::fs::create_dir_all(&local).with_context(|| format!("cannot create {local}"))?;
        }
        deployment.write("mnt/postgres-auth/password", stack.postgres.password())?;
        deployment.write("mnt/mongo-auth/password", stack.mongodb.password())?;
        Ok(deployment)
    }

    pub fn worker_properties(&self, rest_port: u16) -> Result<PathBuf> {
        let users = self.seeds.worker_properties()?;
        let text = local_properties(&users, &self.stack.kafka.bootstrap(), rest_port, self.folder);
        self.write("connect-distributed.properties", &text)
    }

    /// A connector's configuration; its password stays the placeholder that it is.
    pub fn connector(&self, name: &str) -> Result<Value> {
        let mut config = self.seeds.connector(name)?["config"].take();
        let (postgres, mongodb) = (self.stack.postgres.port(), self.stack.mongodb.port());
        localise(&mut config, postgres, mongodb, self.folder);
        Ok(config)
    }

    pub fn sink_config(&self) -> Result<PathBuf> {
        let text = format!(
            "# Keys that are left out keep the defaults that sink/sink.example.toml shows.\n\
             [kafka]\nbootstrap_servers = \"{}\"\n\n[clickhouse]\nurl = \"{}\"\n",
            self.stack.kafka.bootstrap(),
            self.stack.clickhouse.url()
        );
        self.write("sink.toml", &text)
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        let folder = path.parent().unwrap_or(self.folder);
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

/// The users' file line by line, since it says one key twice and the order decides.
fn local_properties(users: &str, bootstrap: &str, rest_port: u16, folder: &Path) -> String {
    let local = |line: &str| match line.split_once('=') {
        Some((key @ "bootstrap.servers", _)) => format!("{key}={bootstrap}\n"),
        Some((key @ "rest.advertised.port", _)) => format!("{key}={rest_port}\n"),
        _ => format!("{}\n", move_folders(line, folder)),
    };
    let text: String = users.lines().map(local).collect();
    format!("{text}# the demo's own: loopback instead of every interface\nlisteners=http://127.0.0.1:{rest_port}\n")
}

fn localise(config: &mut Value, postgres_port: u16, mongodb_port: u16, folder: &Path) {
    let mongodb = format!("127.0.0.1:{mongodb_port}");
    for (key, value) in config.as_object_mut().into_iter().flatten() {
        let Some(text) = value.as_str() else { continue };
        let hosts = || text.replace(POSTGRES_HOST, "127.0.0.1").replace(MONGODB_ADDRESS, &mongodb);
        *value = match key.as_str() {
            "database.port" => json!(postgres_port.to_string()),
            _ => json!(move_folders(&hosts(), folder)),
        };
    }
}

/// The pod's folders, below a folder of this machine.
fn move_folders(text: &str, folder: &Path) -> String {
    POD_FOLDERS.iter().fold(text.to_owned(), |text, pod| text.replace(pod, &format!("{}{pod}", folder.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeds() -> Seeds {
        Seeds::new("2026-01-31".parse().unwrap())
    }

    #[test]
    fn only_addresses_and_folders_of_the_worker_change() {
        let users = seeds().worker_properties().unwrap();
        let local = local_properties(&users, "127.0.0.1:1", 2, Path::new("/tmp"));
        let changed: Vec<&str> = local.lines().filter(|line| !users.lines().any(|other| other == *line)).collect();
        assert_eq!(
            changed,
            [
                "bootstrap.servers=127.0.0.1:1",
                "rest.advertised.port=2",
                "plugin.path=/tmp/opt/kafka/plugins",
                "consumer.client.rack=${strimzidir:/tmp/opt/kafka/init:rack.id}",
                "config.providers.strimzidir.param.allowed.paths=/tmp/opt/kafka",
                "config.providers.strimzidir.param.allowed.paths=/tmp/opt/kafka,/tmp/mnt",
                "# the demo's own: loopback instead of every interface",
                "listeners=http://127.0.0.1:2",
            ]
        );
    }

    #[test]
    fn placeholders_of_connectors_stay() {
        let [postgres, mongodb] = CONNECTORS.map(|name| {
            let mut config = seeds().connector(name).unwrap()["config"].take();
            localise(&mut config, 5, 27, Path::new("/tmp"));
            config
        });
        assert_eq!(postgres["database.hostname"], "127.0.0.1");
        assert_eq!(postgres["database.port"], "5");
        assert_eq!(postgres["database.password"], "${strimzidir:/tmp/mnt/postgres-auth:password}");
        let url =
            "mongodb://root:${strimzidir:/tmp/mnt/mongo-auth:password}@127.0.0.1:27/?authSource=admin&replicaSet=rs0";
        assert_eq!(mongodb["mongodb.connection.string"], url);
        for config in [postgres, mongodb] {
            assert!(!config.to_string().contains("cluster.local"), "{config}");
        }
    }
}
