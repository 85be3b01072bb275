//! PostgreSQL as a process: initialised with a password, logical decoding on, loopback and a socket only.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::Signal;

use crate::process::{Account, Launch, Port, Process, wait};
use crate::provision::{Component, PostgresVersion, provision};
use crate::server::Server;

const START_TIMEOUT: Duration = Duration::from_secs(60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const STREAMING_TIMEOUT: Duration = Duration::from_secs(180);
const USER: &str = "postgres";
const PASSWORD: &str = "postgres-secret";
const DATABASE: &str = "postgres";
/// Everyone proves a password, over TCP and over the socket, for SQL and replication.
const HOST_RULES: &str = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n\
                          local replication all scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n";

#[derive(Debug)]
pub struct PostgresBuilder {
    folder: PathBuf,
    name: String,
    version: PostgresVersion,
    settings: BTreeMap<String, String>,
    host_rules: String,
    tls: Vec<(&'static str, Vec<u8>)>,
}

impl PostgresBuilder {
    pub(crate) fn new(folder: &Path) -> Self {
        let settings = [
            ("wal_level", "logical"),
            ("max_replication_slots", "20"),
            ("max_wal_senders", "20"),
            ("max_connections", "100"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
        ];
        Self {
            folder: folder.to_owned(),
            name: "postgres".into(),
            version: PostgresVersion::default(),
            settings: settings.into_iter().map(|(key, value)| (key.into(), value.into())).collect(),
            host_rules: HOST_RULES.into(),
            tls: vec![],
        }
    }

    /// Another name than `postgres`, for a second server in one rig.
    pub fn name(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    pub fn version(mut self, version: PostgresVersion) -> Self {
        self.version = version;
        self
    }

    /// A server setting, such as `wal_level` for a server that cannot be captured.
    pub fn setting(mut self, key: &str, value: &str) -> Self {
        self.settings.insert(key.into(), value.into());
        self
    }

    /// Every change of an open transaction is sent at once to whoever takes open transactions.
    pub fn sending_at_once(self) -> Self {
        self.setting("debug_logical_replication_streaming", "immediate")
    }

    /// The lines of `pg_hba.conf` instead of the usual ones.
    pub fn host_rules(mut self, lines: &str) -> Self {
        self.host_rules = lines.into();
        self
    }

    /// Speaks TLS with this certificate and its key; client certificates are those of the authority. All PEM.
    pub fn tls(mut self, certificate: &[u8], key: &[u8], authority: &[u8]) -> Self {
        let files = [("ssl_cert_file", certificate), ("ssl_key_file", key), ("ssl_ca_file", authority)];
        self.tls = files.map(|(setting, pem)| (setting, pem.to_vec())).into();
        self
    }

    pub fn start(self) -> Result<Postgres> {
        let package = provision(Component::Postgres(self.version))?.join("package/native");
        let port = Port::free()?;
        let home = self.folder.join(&self.name);
        let account = account_for(&package, &home);
        if !home.join("data/PG_VERSION").exists() {
            self.initialise(&package, &home, account)?;
        }
        std::fs::write(home.join("data/pg_hba.conf"), &self.host_rules).context("cannot write pg_hba.conf")?;
        let mut settings = self.settings;
        for (setting, pem) in &self.tls {
            let file = home.join(setting);
            std::fs::write(&file, pem).with_context(|| format!("cannot write {}", file.display()))?;
            std::fs::set_permissions(&file, Permissions::from_mode(0o600)).context("cannot close a file to others")?;
            if account != Account::Own {
                give_away(&file)?;
            }
            settings.insert((*setting).into(), file.display().to_string());
            settings.insert("ssl".into(), "on".into());
        }
        let mut launch = Launch::new(&self.name, package.join("bin/postgres"), &self.folder)
            .account(account)
            // fast shutdown, as `pg_ctl stop` does; a smart one would wait for every client
            .stop_signal(Signal::INT)
            .argument("-D")
            .argument(home.join("data"));
        settings.insert("port".into(), port.number().to_string());
        settings.entry("listen_addresses".into()).or_insert_with(|| "127.0.0.1".into());
        settings.insert("unix_socket_directories".into(), home.display().to_string());
        for (key, value) in settings {
            launch = launch.argument("-c").argument(format!("{key}={value}"));
        }
        let mut postgres = Postgres { process: launch.start()?, port, socket: home };
        postgres.wait_ready()?;
        Ok(postgres)
    }

    fn initialise(&self, package: &Path, home: &Path, account: Account) -> Result<()> {
        std::fs::create_dir_all(home).with_context(|| format!("cannot create {}", home.display()))?;
        let password = home.join("password");
        std::fs::write(&password, PASSWORD).context("cannot write the password file")?;
        if account != Account::Own {
            give_away(home)?;
            give_away(&password)?;
        }
        Launch::new(format!("{}-initdb", self.name), package.join("bin/initdb"), &self.folder)
            .account(account)
            .arguments(["--username", USER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"])
            .argument("--no-sync")
            .argument("--pwfile")
            .argument(&password)
            .argument("--pgdata")
            .argument(home.join("data"))
            .run(START_TIMEOUT)?;
        std::fs::remove_file(&password).context("cannot remove the password file")
    }
}

/// A running (or stopped) PostgreSQL server.
#[derive(Debug)]
pub struct Postgres {
    process: Process,
    port: Port,
    socket: PathBuf,
}

impl Postgres {
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// The folder of the Unix socket.
    pub fn socket_folder(&self) -> &Path {
        &self.socket
    }

    pub fn user(&self) -> &'static str {
        USER
    }

    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    pub fn database(&self) -> &'static str {
        DATABASE
    }

    pub fn url(&self) -> String {
        format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{DATABASE}", self.port())
    }

    /// A blocking client of its own, for transactions and long sessions.
    pub fn client(&self) -> Result<postgres::Client> {
        self.client_of(DATABASE)
    }

    /// The same in another database of the server.
    pub fn client_of(&self, database: &str) -> Result<postgres::Client> {
        let client = client_config(self.port()).dbname(database).connect(postgres::NoTls);
        client.with_context(|| format!("cannot connect to {database} of PostgreSQL at port {}", self.port()))
    }

    /// Runs statements; the last one's rows come back as text, column by column.
    pub fn sql(&self, statements: &str) -> Result<Vec<Vec<Option<String>>>> {
        let answers = self.client()?.simple_query(statements).with_context(|| format!("failed: {statements}"))?;
        let mut rows = Vec::new();
        for answer in answers {
            match answer {
                postgres::SimpleQueryMessage::RowDescription(_) => rows.clear(),
                postgres::SimpleQueryMessage::Row(row) => {
                    rows.push((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect());
                }
                _ => {}
            }
        }
        Ok(rows)
    }

    /// Waits until somebody reads a replication slot, which a connector does once its snapshot is over. While it is made a slot
    /// is active too, and the process that makes it is in its start-up.
    pub fn wait_streaming(&self, slot: &str) -> Result<()> {
        let query = format!(
            "SELECT r.state <> 'startup' FROM pg_replication_slots s JOIN pg_stat_replication r ON r.pid = s.active_pid \
             WHERE s.slot_name = '{slot}'"
        );
        let is_read = || Ok((self.value(&query)?.as_deref() == Some("t")).then_some(()));
        wait::until(&format!("streaming from slot {slot}"), STREAMING_TIMEOUT, is_read)
    }

    /// Drops a replication slot once nobody reads it: a server in the middle of a transaction notices late that its reader is gone.
    pub fn drop_slot(&self, slot: &str) -> Result<()> {
        let query = format!("SELECT active FROM pg_replication_slots WHERE slot_name = '{slot}'");
        let is_free = || Ok((self.value(&query)?.as_deref() == Some("f")).then_some(()));
        wait::until(&format!("that nobody reads slot {slot}"), STREAMING_TIMEOUT, is_free)?;
        self.sql(&format!("SELECT pg_drop_replication_slot('{slot}')")).map(drop)
    }

    /// The first column of the first row of a query.
    pub fn value(&self, query: &str) -> Result<Option<String>> {
        Ok(self.sql(query)?.into_iter().next().and_then(|row| row.into_iter().next()).flatten())
    }
}

impl Server for Postgres {
    const STOP_TIMEOUT: Duration = Duration::from_secs(30);

    fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    fn wait_ready(&mut self) -> Result<()> {
        let port = self.port();
        let started = std::time::Instant::now();
        loop {
            let outcome = self.process.wait_ready(START_TIMEOUT, || Ok(answers(port).then_some(())));
            // backends of a killed server need a moment to notice, hold its shared memory until then, and write to the log too
            let held = outcome.is_err()
                && self.process.log()?.lines().rev().take(20).any(|line| line.contains("pre-existing shared memory"));
            if !held || started.elapsed() > START_TIMEOUT {
                return outcome;
            }
            self.process.kill()?;
            self.process.start()?;
        }
    }
}

fn client_config(port: u16) -> postgres::Config {
    let mut config = postgres::Config::new();
    config.host("127.0.0.1").port(port).user(USER).password(PASSWORD).dbname(DATABASE);
    config.connect_timeout(CONNECT_TIMEOUT);
    config
}

/// A refused login is an answer too: host rules may close the door on us on purpose.
fn answers(port: u16) -> bool {
    match client_config(port).connect(postgres::NoTls) {
        Ok(_) => true,
        Err(error) => error.code().is_some_and(|code| code.code().starts_with("28")),
    }
}

/// PostgreSQL refuses to run as root; its new user may not even see the binaries where the checkout is closed to others.
fn account_for(package: &Path, home: &Path) -> Account {
    if is_open_to_others(package) && home.parent().is_none_or(is_open_to_others) {
        Account::Unprivileged
    } else {
        Account::UnprivilegedButReading
    }
}

fn is_open_to_others(path: &Path) -> bool {
    path.ancestors()
        .all(|ancestor| std::fs::metadata(ancestor).is_ok_and(|metadata| metadata.permissions().mode() & 0o001 != 0))
}

fn give_away(path: &Path) -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let owner = Some(crate::process::NOBODY);
    std::os::unix::fs::chown(path, owner, owner)
        .with_context(|| format!("cannot give {} to the user of PostgreSQL", path.display()))
}
