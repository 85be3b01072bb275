//! One run at a time: `CREATE TABLE gold_lock`, which only one of two can do. Its comment says who holds it until when.
//!
//! A lock past its time is renamed to a name made from its holder. Of two runs that saw the same dead holder only one
//! can do that, since the other finds the name taken; so none removes the lock that the other has just made.

use serde::{Deserialize, Serialize};

use crate::config;
use crate::error::{Error, Result};
use crate::warehouse::{self, Warehouse};

pub const LOCK: &str = "gold_lock";
pub const EXPIRED: &str = "gold_lock__expired_";

const TABLE_ALREADY_EXISTS: i32 = 57;
const UNKNOWN_TABLE: i32 = 60;

/// Enough for losing every race that a few schedulers can run; each loss means that another run got further.
const ATTEMPTS: u32 = 5;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Claim {
    holder: String,
    /// Seconds since 1970 by the server's clock, which is the same for all.
    until: u32,
}

pub struct Lock<'a> {
    warehouse: &'a Warehouse,
    holder: String,
    ttl_s: u32,
}

impl<'a> Lock<'a> {
    /// `holder` must be usable in the name of a table.
    pub async fn acquire(warehouse: &'a Warehouse, config: &config::Lock, holder: &str) -> Result<Lock<'a>> {
        let lock = Lock { warehouse, holder: holder.to_owned(), ttl_s: config.ttl_s };
        for _ in 0..ATTEMPTS {
            if lock.create().await? {
                return Ok(lock);
            }
            let Some(comment) = lock.comment().await? else { continue };
            let claim: Claim = serde_json::from_str(&comment).map_err(|_| unreadable())?;
            if claim.until >= now_s(warehouse).await? {
                return Err(held(&claim));
            }
            tracing::warn!(holder = claim.holder, "lock of a run that did not end, taking over");
            lock.set_aside(&claim).await?;
        }
        Err(Error::Locked {
            problem: format!("other runs took the lock {LOCK} in each of {ATTEMPTS} attempts"),
            remedy: "Run again when they have ended.".into(),
        })
    }

    /// Still ours, and for its full time from now on. A run that finds otherwise must not publish.
    pub async fn renew(&self) -> Result<()> {
        let claim = self.comment().await?.and_then(|comment| serde_json::from_str::<Claim>(&comment).ok());
        match claim {
            Some(claim) if claim.holder == self.holder => {}
            Some(claim) => return Err(held(&claim)),
            None => return Err(lost()),
        }
        let sql = format!("ALTER TABLE {LOCK} MODIFY COMMENT '{}'", self.claim().await?);
        Ok(self.warehouse.execute("renew the lock gold_lock", &sql).await?)
    }

    pub async fn release(self) -> Result<()> {
        let claim = self.comment().await?.and_then(|comment| serde_json::from_str::<Claim>(&comment).ok());
        if claim.is_some_and(|claim| claim.holder == self.holder) {
            self.warehouse.execute("release the lock gold_lock", &format!("DROP TABLE {LOCK}")).await?;
        }
        Ok(())
    }

    async fn claim(&self) -> Result<String> {
        let until = now_s(self.warehouse).await?.saturating_add(self.ttl_s);
        // neither the holder nor a number needs escaping
        Ok(format!(r#"{{"holder":"{}","until":{until}}}"#, self.holder))
    }

    async fn create(&self) -> Result<bool> {
        let sql = format!(
            "CREATE TABLE {LOCK} (nothing UInt8) ENGINE = MergeTree ORDER BY nothing COMMENT '{}'",
            self.claim().await?
        );
        let created = self.warehouse.execute("take the lock gold_lock", &sql).await;
        unless(created, &[TABLE_ALREADY_EXISTS])
    }

    async fn set_aside(&self, claim: &Claim) -> Result<()> {
        let name: String = claim.holder.chars().filter(char::is_ascii_alphanumeric).collect();
        let sql = format!("RENAME TABLE {LOCK} TO {EXPIRED}{name}");
        let renamed = self.warehouse.execute("set the expired lock aside", &sql).await;
        unless(renamed, &[TABLE_ALREADY_EXISTS, UNKNOWN_TABLE]).map(drop)
    }

    async fn comment(&self) -> Result<Option<String>> {
        let sql = "SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = ?";
        let comments = self.warehouse.all::<String>("read the lock gold_lock", sql, |query| query.bind(LOCK)).await?;
        Ok(comments.into_iter().next())
    }
}

/// False where the statement failed with one of the codes that mean "another run was quicker".
fn unless(outcome: std::result::Result<(), warehouse::Error>, codes: &[i32]) -> Result<bool> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if error.code().is_some_and(|code| codes.contains(&code)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn now_s(warehouse: &Warehouse) -> Result<u32> {
    Ok(warehouse.one("ask for the time", "SELECT toUnixTimestamp(now())", |query| query).await?)
}

fn held(claim: &Claim) -> Error {
    Error::Locked {
        problem: format!("run {} holds the lock {LOCK} until second {}", claim.holder, claim.until),
        remedy: format!("Wait for it; if it was killed, the lock ends at that time or with DROP TABLE {LOCK}."),
    }
}

fn unreadable() -> Error {
    Error::Locked {
        problem: format!("the lock {LOCK} does not say who holds it"),
        remedy: format!("Make sure that no run is under way, then DROP TABLE {LOCK}."),
    }
}

fn lost() -> Error {
    Error::Locked {
        problem: format!("the lock {LOCK} of this run is gone; nothing was published"),
        remedy: "Raise lock.ttl_s above the time that a run takes, then run again.".into(),
    }
}
