//! What failures of a PostgreSQL source mean, as tables: codes of the server, connections, and slots.
//!
//! `docs/errors/postgresql.md` is made from them. Debezium tries again after every failure of the database; here a failure that
//! cannot pass by itself stops the task at once and says what to change. None ends the process.

use crate::error::{Error, Kind};

/// What one or several codes of the server mean.
#[derive(Debug)]
pub struct Entry {
    /// SQLSTATEs, or their first two characters for a class; a whole code goes before its class.
    pub codes: &'static [&'static str],
    /// Words of the message, where the code alone says too little; such an entry goes before one without.
    pub says: &'static str,
    pub kind: Kind,
    pub what: &'static str,
    pub remedy: &'static str,
}

const fn entry(codes: &'static [&'static str], kind: Kind, what: &'static str, remedy: &'static str) -> Entry {
    Entry { codes, says: "", kind, what, remedy }
}

const fn saying(entry: Entry, says: &'static str) -> Entry {
    Entry { says, ..entry }
}

use Kind::{Definite, Transient};

/// Each code stands in one entry, or in several that differ in their words.
pub const SERVER: &[Entry] = &[
    entry(
        &["28P01", "28000"],
        Definite,
        "login refused",
        "check database.user, database.password and the server's pg_hba.conf",
    ),
    entry(&["3D000"], Definite, "no such database", "check database.dbname: the server has no such database"),
    entry(
        &["57P04"],
        Definite,
        "the database was dropped",
        "check database.dbname; reset the connector's offsets for another database",
    ),
    entry(
        &["42501"],
        Definite,
        "a right is missing",
        "grant the role of database.user REPLICATION, LOGIN and SELECT on the captured tables",
    ),
    entry(
        &["42704"],
        Definite,
        "slot or publication does not exist",
        "check publication.name and slot.name: the object does not exist; what was changed while there was no publication cannot \
         be read from the log: drop the slot and take a new snapshot",
    ),
    entry(
        &["42P01", "3F000", "42703"],
        Transient,
        "a table, schema or column does not exist",
        "it is tried again, since a table may have changed just now; if it comes again, check table.include.list and the \
         statements of the snapshot's settings: the relation does not exist",
    ),
    entry(
        &["42710"],
        Transient,
        "the object exists already",
        "the object exists already: see whether another connector uses the same slot.name or publication.name",
    ),
    entry(
        &["55006"],
        Transient,
        "the slot is in use",
        "the slot is in use: end the other reader, or give this connector its own slot.name",
    ),
    entry(
        &["53400"],
        Definite,
        "no free replication slot",
        "no free replication slot: raise max_replication_slots or drop an unused slot",
    ),
    entry(
        &["53300"],
        Transient,
        "no free connection",
        "the server has no free connection: raise max_connections or max_wal_senders",
    ),
    entry(
        &["53100"],
        Transient,
        "the server's disk is full",
        "free space on the server's disk: see pg_replication_slots for what keeps the log",
    ),
    entry(
        &["53200"],
        Transient,
        "the server is out of memory",
        "give the server memory, or lower logical_decoding_work_mem",
    ),
    saying(
        entry(
            &["55000"],
            Definite,
            "the log holds no row changes",
            "set wal_level = logical in postgresql.conf and restart the server",
        ),
        "wal_level",
    ),
    saying(
        entry(
            &["55000"],
            Transient,
            "a standby cannot decode yet",
            "wait until the standby has caught up, or name the primary in database.hostname",
        ),
        "recovery",
    ),
    entry(
        &["55000", "58P01"],
        Definite,
        "the slot was invalidated, or its log removed",
        "the slot no longer has the needed WAL: drop the slot and take a new snapshot, and raise max_slot_wal_keep_size",
    ),
    entry(
        &["55P03"],
        Transient,
        "a lock was not to be had in time",
        "raise snapshot.lock.timeout.ms, or end the transaction that keeps the table locked",
    ),
    entry(&["40"], Transient, "a transaction was rolled back", "it is tried again; nothing is lost"),
    entry(
        &["57014"],
        Transient,
        "a statement was cancelled",
        "look for who cancels statements of database.user, or for a timeout of the role",
    ),
    entry(
        &["57P01", "57P02", "57P03"],
        Transient,
        "the server stops or starts",
        "wait until the database server has started again",
    ),
    entry(
        &["08"],
        Transient,
        "the connection failed",
        "if it comes again, look for the cause in the server's log and in the network between",
    ),
    entry(
        &["25006"],
        Transient,
        "the server is a standby",
        "name the primary in database.hostname: slot and publication are made there",
    ),
    entry(
        &["42601", "42883", "0A000"],
        Definite,
        "the server does not know what it is asked",
        "see that the server is PostgreSQL 13 or newer and check the SQL in the connector's settings; else report it",
    ),
    entry(
        &["XX001", "XX002"],
        Definite,
        "the server's files are damaged",
        "repair the table or index that the server names, then restart the task",
    ),
];

/// Of a code that no entry has.
pub const UNKNOWN: &str =
    "it is tried again; if it comes again, look in the server's log and for the SQLSTATE in its manual";

/// What a failure with this code and message means. Unknown codes are transient: the operator sees them while it is tried again.
pub fn of_code(code: &str, message: &str) -> (Kind, &'static str) {
    let class = code.get(..2).unwrap_or_default();
    let fitting = |wanted: &str| {
        let entries = || SERVER.iter().filter(|entry| entry.codes.contains(&wanted));
        let worded = entries().find(|entry| !entry.says.is_empty() && message.contains(entry.says));
        worded.or_else(|| entries().find(|entry| entry.says.is_empty()))
    };
    fitting(code).or_else(|| fitting(class)).map_or((Transient, UNKNOWN), |entry| (entry.kind, entry.remedy))
}

/// What can befall a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    Unreachable,
    LoginTooSlow,
    Silent,
    Lost,
    Closed,
    NoTls,
    TlsRefused,
    NotPostgres,
    Standby,
}

impl Link {
    pub const ALL: [Link; 9] = [
        Link::Unreachable,
        Link::LoginTooSlow,
        Link::Silent,
        Link::Lost,
        Link::Closed,
        Link::NoTls,
        Link::TlsRefused,
        Link::NotPostgres,
        Link::Standby,
    ];

    /// Kind, sign and remedy.
    pub fn entry(self) -> (Kind, &'static str, &'static str) {
        const LOOK_IN_THE_LOG: &str =
            "if it comes again, look for the cause in the server's log and in the network between";
        match self {
            Link::Unreachable => (
                Transient,
                "cannot reach the server",
                "check database.hostname and database.port, and that the server listens there",
            ),
            Link::LoginTooSlow => (
                Transient,
                "the server did not answer in time",
                "check database.hostname, database.port and the network between them",
            ),
            Link::Silent => (
                Transient,
                "the server said nothing for driver.socketTimeout",
                "look for what holds it up in pg_stat_activity, or raise driver.socketTimeout",
            ),
            Link::Lost => (Transient, "connection lost", LOOK_IN_THE_LOG),
            Link::Closed => (Transient, "the server closed the connection", LOOK_IN_THE_LOG),
            Link::NoTls => (
                Definite,
                "the server offers no TLS",
                "set database.sslmode to prefer or disable, or switch ssl on at the server",
            ),
            Link::TlsRefused => {
                (Definite, "TLS failed", "check database.sslmode, database.sslrootcert and the server's certificate")
            }
            Link::NotPostgres => (
                Definite,
                "an unexpected answer",
                "check that database.hostname and database.port lead to a PostgreSQL server",
            ),
            Link::Standby => (
                Transient,
                "the server is a standby",
                "name the primary in database.hostname, or set driver.targetServerType to any to read from a standby",
            ),
        }
    }

    pub fn error(self, message: impl Into<String>) -> Error {
        let (kind, _, remedy) = self.entry();
        Error::new(kind, message).remedy(remedy)
    }
}

/// What can be wrong with the slot or the log when a stored position is to be gone on from. All stop the task, unless
/// `snapshot.mode=when_needed` reads the tables again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    SlotMissing,
    SlotInvalidated,
    SlotMoved,
    LogEndsBefore,
    OtherSystem,
    OtherTimeline,
}

impl Gap {
    pub const ALL: [Gap; 6] = [
        Gap::SlotMissing,
        Gap::SlotInvalidated,
        Gap::SlotMoved,
        Gap::LogEndsBefore,
        Gap::OtherSystem,
        Gap::OtherTimeline,
    ];

    pub const REMEDY: &str =
        "set snapshot.mode to when_needed to read the tables again, or reset the connector's offsets";

    /// The sign, and what is in doubt.
    pub fn entry(self) -> (&'static str, &'static str) {
        match self {
            Gap::SlotMissing => ("the slot does not exist", "everything behind the stored position"),
            Gap::SlotInvalidated => {
                ("the slot was invalidated (wal_status lost)", "everything behind the stored position")
            }
            Gap::SlotMoved => {
                ("the slot was moved beyond the stored position", "what lies between stored position and slot")
            }
            Gap::LogEndsBefore => (
                "the server's log ends before the stored position: it is another server, or was restored from a backup",
                "everything: positions of another log say nothing",
            ),
            Gap::OtherSystem => (
                "another server answers than the one whose position is stored (`slot.system.check`)",
                "everything: positions of another log say nothing",
            ),
            Gap::OtherTimeline => (
                "the server went on along another timeline before the stored position (`slot.system.check`)",
                "what was delivered behind the place where the timelines part, and what came instead",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_goes_before_its_class_and_words_before_a_code_alone() {
        let kind = |code: &str, message: &str| of_code(code, message).0;
        assert_eq!(kind("28P01", ""), Definite);
        assert_eq!(kind("08006", ""), Transient);
        assert_eq!(kind("40P01", ""), Transient);
        assert!(of_code("55000", "logical decoding requires wal_level >= logical").1.contains("postgresql.conf"));
        assert_eq!(kind("55000", "not possible during recovery"), Transient);
        assert!(of_code("55000", "can no longer access replication slot").1.contains("new snapshot"));
        assert_eq!(of_code("ZZ999", ""), (Transient, UNKNOWN));
        assert_eq!(of_code("", ""), (Transient, UNKNOWN));
    }

    #[test]
    fn no_entry_hides_another() {
        let mut seen = std::collections::HashSet::new();
        for entry in SERVER {
            assert!(!entry.what.is_empty() && !entry.remedy.is_empty());
            for code in entry.codes {
                assert!(matches!(code.len(), 2 | 5), "{code}");
                assert!(seen.insert((code, entry.says)), "{code} stands twice");
            }
        }
    }
}
