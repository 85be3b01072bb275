//! MongoDB as a process: a replica set `rs0` of one member, with or without a login.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bson::{Document, doc};
use mongodb::Client;
use mongodb::options::ClientOptions;

use crate::blocking;
use crate::process::{Launch, Port, Process};
use crate::provision::prerequisite::{self, Tool};
use crate::provision::{Component, MONGOD, provision};
use crate::server::Server;

const START_TIMEOUT: Duration = Duration::from_secs(60);
const USER: &str = "root";
const PASSWORD: &str = "mongo-secret";
const REPLICA_SET: &str = "rs0";

#[derive(Debug)]
pub struct MongodbBuilder {
    folder: PathBuf,
    name: String,
    login: bool,
    arguments: Vec<String>,
}

impl MongodbBuilder {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), name: "mongodb".into(), login: false, arguments: Vec::new() }
    }

    /// Another name than `mongodb`, for a second server in one rig.
    pub fn name(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// Clients must log in as root.
    pub fn with_login(mut self) -> Self {
        self.login = true;
        self
    }

    /// A further argument of `mongod`.
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub fn start(self) -> Result<Mongodb> {
        prerequisite::ensure(Tool::Curl)?;
        let mongod = provision(Component::Mongodb)?.join(MONGOD);
        let home = self.folder.join(&self.name);
        let is_new = !home.join("WiredTiger").exists();
        std::fs::create_dir_all(&home).with_context(|| format!("cannot create {}", home.display()))?;
        let port = remembered_port(&home)?;
        let mut launch = Launch::new(&self.name, mongod, &self.folder)
            .arguments(["--replSet", REPLICA_SET, "--bind_ip", "127.0.0.1", "--nounixsocket"])
            .arguments(["--wiredTigerCacheSizeGB", "0.25", "--dbpath"])
            .argument(&home)
            .arguments(["--port", &port.number().to_string()])
            .arguments(self.arguments);
        if self.login {
            launch = launch.argument("--keyFile").argument(write_key(&home)?);
        }
        let mut mongodb = Mongodb { process: launch.start()?, port, login: self.login, client: OnceLock::new() };
        mongodb.wait_listening()?;
        if is_new {
            mongodb.initiate()?;
        }
        mongodb.wait_ready()?;
        Ok(mongodb)
    }
}

/// A running (or stopped) MongoDB server.
#[derive(Debug)]
pub struct Mongodb {
    process: Process,
    port: Port,
    login: bool,
    client: OnceLock<Client>,
}

impl Mongodb {
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    pub fn user(&self) -> &'static str {
        USER
    }

    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// The connection string as an operator would write it.
    pub fn url(&self) -> String {
        let port = self.port();
        if self.login {
            format!("mongodb://{USER}:{PASSWORD}@127.0.0.1:{port}/?authSource=admin&replicaSet={REPLICA_SET}")
        } else {
            format!("mongodb://127.0.0.1:{port}/?replicaSet={REPLICA_SET}")
        }
    }

    /// An asynchronous client; `command` and the helpers below are blocking.
    pub fn client(&self) -> Result<Client> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let client = connect(self.url())?;
        Ok(self.client.get_or_init(|| client).clone())
    }

    /// Runs a command; a write that was refused is an error.
    pub fn command(&self, database: &str, command: Document) -> Result<Document> {
        let database = self.client()?.database(database);
        blocking::wait(async move {
            let answer = database.run_command(command).await.context("MongoDB refused a command")?;
            match answer.get_array("writeErrors") {
                Ok(errors) => bail!("MongoDB refused a write: {errors:?}"),
                Err(_) => Ok(answer),
            }
        })
    }

    pub fn insert(&self, database: &str, collection: &str, documents: Vec<Document>) -> Result<()> {
        self.command(database, doc! {"insert": collection, "documents": documents})?;
        Ok(())
    }

    pub fn update(&self, database: &str, collection: &str, filter: Document, update: Document) -> Result<()> {
        let updates = vec![doc! {"q": filter, "u": update, "multi": true}];
        self.command(database, doc! {"update": collection, "updates": updates})?;
        Ok(())
    }

    pub fn delete(&self, database: &str, collection: &str, filter: Document) -> Result<()> {
        let deletes = vec![doc! {"q": filter, "limit": 0}];
        self.command(database, doc! {"delete": collection, "deletes": deletes})?;
        Ok(())
    }

    fn direct_url(&self) -> String {
        format!("mongodb://127.0.0.1:{}/?directConnection=true&serverSelectionTimeoutMS=1000", self.port())
    }

    /// Before there is a primary, and before anyone can log in.
    fn wait_listening(&mut self) -> Result<()> {
        let url = self.direct_url();
        self.process.wait_ready(START_TIMEOUT, || Ok(hello(&url).map(drop)))
    }

    fn initiate(&mut self) -> Result<()> {
        let host = format!("127.0.0.1:{}", self.port());
        let members = vec![doc! {"_id": 0, "host": host}];
        run(self.direct_url(), "admin", doc! {"replSetInitiate": {"_id": REPLICA_SET, "members": members}})?;
        if self.login {
            self.wait_ready()?;
            // allowed without a login from this machine while there is no user yet
            let roles = vec!["root"];
            run(self.direct_url(), "admin", doc! {"createUser": USER, "pwd": PASSWORD, "roles": roles})?;
        }
        Ok(())
    }
}

impl Server for Mongodb {
    const STOP_TIMEOUT: Duration = Duration::from_secs(30);

    fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Until it is the primary of its replica set: before, it takes no writes.
    fn wait_ready(&mut self) -> Result<()> {
        let url = self.direct_url();
        self.process.wait_ready(START_TIMEOUT, || {
            let is_primary = hello(&url).is_some_and(|answer| answer.get_bool("isWritablePrimary").unwrap_or(false));
            Ok(is_primary.then_some(()))
        })
    }
}

fn connect(url: String) -> Result<Client> {
    blocking::wait(async move {
        let options = ClientOptions::parse(&url).await.context("the connection string is not valid")?;
        Client::with_options(options).context("cannot make a MongoDB client")
    })
}

/// What the server says of itself; `None` while it does not answer.
fn hello(url: &str) -> Option<Document> {
    run(url.to_owned(), "admin", doc! {"hello": 1}).ok()
}

/// One command over a connection of its own, before there is a primary.
fn run(url: String, database: &str, command: Document) -> Result<Document> {
    let database = database.to_owned();
    blocking::wait(async move {
        let client = Client::with_uri_str(&url).await.context("cannot make a MongoDB client")?;
        let answer = client.database(&database).run_command(command).await.context("MongoDB refused a command")?;
        client.shutdown().await;
        Ok(answer)
    })
}

/// The replica set knows its member by host and port, so old data keeps its port.
fn remembered_port(home: &Path) -> Result<Port> {
    let note = home.join("rig-port");
    if let Ok(text) = std::fs::read_to_string(&note) {
        return Port::exactly(text.trim().parse().with_context(|| format!("{} holds no port", note.display()))?);
    }
    let port = Port::free()?;
    std::fs::write(&note, port.number().to_string()).context("cannot note the port of MongoDB")?;
    Ok(port)
}

fn write_key(home: &Path) -> Result<PathBuf> {
    let path = home.join("rig-key");
    if !path.exists() {
        std::fs::write(&path, "cmVwbGljYSBzZXQgb2YgdGhlIHJpZw==").context("cannot write MongoDB's key file")?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400))
            .context("cannot close MongoDB's key file to others")?;
    }
    Ok(path)
}
