//! The one task that owns a partition: decode, form a batch, announce it, insert it, commit it.
//!
//! A stop or the loss of the partition ends it between batches; a batch under way is finished first, and one that
//! was not announced yet is dropped, since its records are still in the topic.

mod position;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use self::position::{Position, Step};
use crate::batch::token::Token;
use crate::batch::{Batch, Counts, Former, Landing};
use crate::commit::{Known, Metadata, Progress, Verdict, judge};
use crate::config::Batch as Limits;
use crate::consume::{Assigned, Consumer, Intake};
use crate::decode::version::Watermark;
use crate::error::{Error, Kind, Result};
use crate::insert::{Warehouse, ensure, only};
use crate::record_id::RecordId;
use crate::retry;
use crate::table::Shape;

/// What every partition of a topic has in common: where its records land, and how.
#[derive(Debug, Clone)]
pub struct Target {
    pub topic: String,
    pub bronze: String,
    pub silver: String,
    pub landing: Landing,
    pub limits: Limits,
    /// Records to leave out of silver.
    pub skip: Vec<RecordId>,
    pub accept_gap: bool,
}

impl Target {
    pub fn tables(&self) -> [(&str, &'static Shape); 2] {
        [(&self.bronze, self.landing.bronze()), (&self.silver, self.landing.silver())]
    }
}

pub struct Owner {
    pub consumer: Arc<Consumer>,
    pub warehouse: Warehouse,
    pub cluster: String,
    pub target: Target,
    pub assigned: Assigned,
    pub intake: Intake,
    pub stop: CancellationToken,
}

impl Owner {
    /// Runs until the partition is taken away, a stop is asked for, or a person is needed.
    pub async fn run(mut self) -> Result<()> {
        let (topic, partition) = (Arc::clone(&self.assigned.topic), self.assigned.partition);
        let mut totals = Counts::default();
        let ended = self.run_batches(&mut totals).await;
        let Counts { records, silver_rows, tombstones, skipped, without_document, defaulted } = totals;
        tracing::info!(
            topic = topic.as_ref(),
            partition,
            records,
            silver_rows,
            tombstones,
            skipped,
            without_document,
            defaulted,
            "partition released"
        );
        match ended {
            Err(error) if error.kind == Kind::Lost => {
                tracing::debug!(topic = topic.as_ref(), partition, error = %error, "partition lost");
                Ok(())
            }
            ended => ended,
        }
    }

    async fn run_batches(&mut self, totals: &mut Counts) -> Result<()> {
        let mut position = self.start().await?;
        while let Some(batch) = self.form(&mut position).await? {
            self.deliver(&batch, position.generation).await?;
            totals.add(&batch.counts);
            if position.pending.take().is_some() {
                tracing::info!(first = batch.first, last = batch.last, "announced range repeated");
            }
        }
        Ok(())
    }

    fn place(&self) -> String {
        format!("{}/{}", self.assigned.topic, self.assigned.partition)
    }

    /// Compares the group's offset with the log and with bronze.
    async fn start(&self) -> Result<Position> {
        let metadata = Metadata::parse(&self.assigned.metadata);
        let Assigned { committed, low, high, .. } = self.assigned;
        let bronze = retry::until_done("bronze position", &self.stop, || self.bronze_position()).await?;
        let pending = metadata.and_then(|metadata| metadata.pending);
        let known = Known { committed, pending, bronze, low, high };
        let verdict = judge(&self.place(), &known, self.target.accept_gap)?;
        // A range keeps its name, even where retention took its beginning.
        let next = if pending.is_some() { known.stands() } else { known.stands().max(low) };
        let watermark = match metadata {
            Some(metadata) => metadata.watermark,
            None => retry::until_done("bronze watermark", &self.stop, || self.bronze_watermark(next)).await?,
        };
        let generation = match (verdict, metadata) {
            (Verdict::Clean | Verdict::Resend(_), Some(metadata)) => metadata.generation,
            (Verdict::Anew, _) | (_, None) => new_generation(),
        };
        let (topic, partition) = (self.assigned.topic.as_ref(), self.assigned.partition);
        tracing::info!(topic, partition, next, low, high, bronze, ?verdict, "partition taken over");
        let skip = self.skipped_offsets();
        let former = Former::new(self.target.landing, self.target.limits, skip, watermark);
        Ok(Position::new(former, next, generation, pending))
    }

    fn skipped_offsets(&self) -> BTreeSet<i64> {
        let (topic, partition) = (&*self.assigned.topic, self.assigned.partition);
        let here = |id: &&RecordId| id.topic == topic && id.partition == partition;
        self.target.skip.iter().filter(here).map(|id| id.offset).collect()
    }

    async fn bronze_position(&self) -> Result<Option<i64>> {
        let (count, last): (u64, i64) = self.ask_bronze("count(), max(_offset)", "").await?;
        Ok((count > 0).then_some(last))
    }

    async fn bronze_watermark(&self, start: i64) -> Result<Watermark> {
        let highest: u64 = self.ask_bronze("max(_version)", &format!(" AND _offset < {start}")).await?;
        Ok(Watermark(highest))
    }

    async fn ask_bronze<T>(&self, columns: &str, condition: &str) -> Result<T>
    where
        T: clickhouse::RowOwned + clickhouse::RowRead,
    {
        let (database, table, partition) = (self.warehouse.database(), &self.target.bronze, self.assigned.partition);
        let sql = format!(
            "SELECT {columns} FROM `{database}`.`{table}` WHERE _topic = ? AND _partition = {partition}{condition}"
        );
        let object = format!("a query of {table}");
        only(&object, self.warehouse.select(&object, &sql, &[&self.assigned.topic]).await?)
    }

    /// The next batch; `None` when the owner is to end.
    async fn form(&mut self, position: &mut Position) -> Result<Option<Batch>> {
        while let Step::Hungry = position.take_records()? {
            let deadline = match position.pending {
                // A pending range is complete at its last record and not by time.
                Some(_) => None,
                None => position.former.began().map(|began| began + self.target.limits.max_wait()),
            };
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return Ok(None),
                () = until(deadline) => break,
                chunk = self.intake.next() => match chunk {
                    Some(chunk) => position.refill(chunk),
                    None => return Ok(None),
                },
            }
        }
        Ok(position.finish())
    }

    /// Announce, insert, commit.
    async fn deliver(&self, batch: &Batch, generation: u64) -> Result<()> {
        let began = Instant::now();
        let progress =
            Progress::new(Arc::clone(&self.consumer), Arc::clone(&self.assigned.topic), self.assigned.partition);
        let intent = Metadata { generation, pending: Some(batch.last), watermark: batch.watermark_before };
        if self.stop.is_cancelled() {
            return Err(Error::of(Kind::Lost, "stopped before the batch was announced"));
        }
        progress.commit(batch.first, intent, &self.stop).await?;
        let landing = self.target.landing;
        self.send(batch, generation, &self.target.bronze, landing.bronze(), &batch.bronze).await?;
        if let Some(silver) = &batch.silver {
            self.send(batch, generation, &self.target.silver, landing.silver(), silver).await?;
        }
        let done = Metadata { generation, pending: None, watermark: batch.watermark_after };
        progress.commit(batch.end, done, &self.stop).await?;
        self.log(batch, began.elapsed());
        Ok(())
    }

    async fn send(&self, batch: &Batch, generation: u64, table: &str, shape: &Shape, rows: &Bytes) -> Result<()> {
        let token = Token {
            generation,
            cluster: &self.cluster,
            topic: &self.assigned.topic,
            partition: self.assigned.partition,
            first: batch.first,
            last: batch.last,
            table,
        }
        .to_string();
        let sql = shape.insert(self.warehouse.database(), table);
        let look_again = &AtomicBool::new(false);
        let attempt = || async {
            if look_again.swap(false, Ordering::Relaxed) {
                ensure(&self.warehouse, table, shape).await?;
            }
            let inserted = self.warehouse.insert(table, &sql, &token, rows).await;
            let is_schema = inserted.as_ref().is_err_and(|error| error.kind == Kind::Schema);
            look_again.store(is_schema, Ordering::Relaxed);
            inserted
        };
        retry::until_done("insert", &self.stop, attempt).await
    }

    fn log(&self, batch: &Batch, took: Duration) {
        let (topic, partition) = (self.assigned.topic.as_ref(), self.assigned.partition);
        let Batch { first, last, counts, .. } = batch;
        let took_ms = took.as_millis() as u64;
        tracing::debug!(topic, partition, first, last, records = counts.records, took_ms, "batch landed");
        if counts.defaulted > 0 {
            let values = counts.defaulted;
            tracing::warn!(topic, partition, first, last, values, "records lack values, columns hold their defaults");
        }
    }
}

/// Offsets consumed anew need tokens that no earlier pass used, whatever it was. The clock gives them; every commit
/// keeps the number for what follows.
fn new_generation() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let since = now.unwrap_or_else(|before| before.duration());
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
