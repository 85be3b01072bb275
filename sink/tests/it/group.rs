//! What reaches the owners of partitions, and what a later owner learns from an earlier one.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, BaseRecord, DefaultProducerContext, Producer};
use sink::commit::{Metadata, Progress};
use sink::config::Config;
use sink::consume::{self, Assigned, Consumer, Context, Intake, Poller};
use sink::decode::version::Watermark;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

const TOPIC: &str = "postgres.public.users";
const PATIENCE: Duration = Duration::from_secs(60);

type Cluster = MockCluster<'static, DefaultProducerContext>;

fn cluster_with(records: usize) -> anyhow::Result<Cluster> {
    let cluster = MockCluster::new(1)?;
    cluster.create_topic(TOPIC, 1, 1)?;
    let producer: BaseProducer = ClientConfig::new().set("bootstrap.servers", cluster.bootstrap_servers()).create()?;
    let payload = "x".repeat(200);
    for index in 0..records {
        let key = index.to_string();
        let record = BaseRecord::to(TOPIC).key(&key).payload(&payload);
        producer.send(record).map_err(|(error, _)| error)?;
        producer.poll(Duration::ZERO);
    }
    producer.flush(PATIENCE)?;
    Ok(cluster)
}

fn consumer_of(cluster: &Cluster, runtime: &Runtime) -> anyhow::Result<Arc<Consumer>> {
    let text = format!(
        "[kafka]\nbootstrap_servers = \"{}\"\nsession_timeout_ms = 6000\n[clickhouse]\nurl = \"http://unused\"\n",
        cluster.bootstrap_servers()
    );
    let config = Config::parse(&text, |_| None).map_err(|e| anyhow::anyhow!(e.report()))?;
    let (failed, _) = tokio::sync::mpsc::unbounded_channel();
    let context = Context::new(runtime.handle().clone(), Duration::from_secs(5), failed);
    consume::build(&config.kafka, context).map_err(|e| anyhow::anyhow!(e.report())).map(Arc::new)
}

/// Polls with one owner function until the owner cancels the token it is given.
fn poll_with<Owner, Work>(
    runtime: &Runtime,
    consumer: Arc<Consumer>,
    queue_limit_bytes: usize,
    owner: Owner,
) -> anyhow::Result<()>
where
    Owner: Fn(Assigned, Intake, CancellationToken) -> Work,
    Work: Future<Output = ()> + Send + 'static,
{
    let stop = CancellationToken::new();
    let ending = stop.clone();
    let spawn = |_: &str, assigned, intake, _| runtime.spawn(owner(assigned, intake, ending.clone()));
    Poller::new(consumer, queue_limit_bytes, stop, spawn).run(&[TOPIC]).map_err(|e| anyhow::anyhow!(e.report()))
}

#[test]
fn a_slow_owner_gets_every_record_in_order() -> anyhow::Result<()> {
    const RECORDS: usize = 5_000;
    let runtime = Runtime::new()?;
    let cluster = cluster_with(RECORDS)?;
    let consumer = consumer_of(&cluster, &runtime)?;
    let (sender, offsets) = mpsc::channel();
    let owner = |assigned: Assigned, mut intake: Intake, stop: CancellationToken| {
        let sender = sender.clone();
        async move {
            assert_eq!(assigned.committed, None);
            while let Some(chunk) = intake.next().await {
                for index in 0..chunk.len() {
                    let offset = chunk.record(index).map(|record| record.offset).unwrap_or(-1);
                    let _ = sender.send(offset);
                    if offset == RECORDS as i64 - 1 {
                        stop.cancel();
                    }
                }
            }
        }
    };
    // Far less than the records weigh, so that the partition is paused and resumed many times.
    poll_with(&runtime, consumer, 10_000, owner)?;
    drop(sender);
    let received: Vec<i64> = offsets.iter().collect();
    assert_eq!(received, (0..RECORDS as i64).collect::<Vec<_>>());
    Ok(())
}

/// Commits as the owner of the partition.
fn commit(runtime: &Runtime, cluster: &Cluster, offset: i64, metadata: Metadata) -> anyhow::Result<()> {
    let consumer = consumer_of(cluster, runtime)?;
    let progress = Progress::new(Arc::clone(&consumer), TOPIC.into(), 0);
    poll_with(runtime, consumer, 1 << 20, |_, _, stop| {
        let progress = progress.clone();
        async move {
            let committed = progress.commit(offset, metadata, &CancellationToken::new()).await;
            assert!(committed.is_ok(), "{committed:?}");
            stop.cancel();
        }
    })
}

/// What the next owner is given, and the offset of the first record that it gets.
fn take_over(runtime: &Runtime, cluster: &Cluster) -> anyhow::Result<(Assigned, Option<i64>)> {
    let (sender, seen) = mpsc::channel();
    poll_with(runtime, consumer_of(cluster, runtime)?, 1 << 20, |assigned: Assigned, mut intake: Intake, stop| {
        let sender = sender.clone();
        async move {
            let chunk = intake.next().await;
            let offset = chunk.as_ref().and_then(|chunk| chunk.record(0)).map(|record| record.offset);
            let _ = sender.send((assigned, offset));
            stop.cancel();
        }
    })?;
    Ok(seen.recv_timeout(PATIENCE)?)
}

#[test]
fn an_announced_range_reaches_the_next_owner() -> anyhow::Result<()> {
    let runtime = Runtime::new()?;
    let cluster = cluster_with(10)?;
    let announced = Metadata { generation: 7, pending: Some(8), watermark: Watermark(u64::MAX - 1) };
    commit(&runtime, &cluster, 3, announced)?;
    let (assigned, first) = take_over(&runtime, &cluster)?;
    assert_eq!((assigned.committed, Metadata::parse(&assigned.metadata)), (Some(3), Some(announced)));
    assert_eq!((assigned.low, assigned.high, first), (0, 10, Some(3)));
    Ok(())
}

/// The client would end with an error of its own, and neither `judge`'s remedy nor `policy.accept_gap` would be heard.
#[test]
fn an_offset_that_retention_removed_is_the_owners_to_judge() -> anyhow::Result<()> {
    let runtime = Runtime::new()?;
    // More than the 5 MiB that the broker of this process keeps of a partition.
    let cluster = cluster_with(40_000)?;
    commit(&runtime, &cluster, 0, Metadata { generation: 7, pending: None, watermark: Watermark(0) })?;
    let (assigned, first) = take_over(&runtime, &cluster)?;
    assert!(assigned.low > 0, "{assigned:?}");
    assert_eq!((assigned.committed, first), (Some(0), Some(assigned.low)));
    Ok(())
}
