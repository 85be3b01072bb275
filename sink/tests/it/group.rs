//! What reaches the owners of partitions, and what a later owner learns from an earlier one.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, BaseRecord, DefaultProducerContext, Producer};
use sink::commit::{Metadata, Pending, Progress};
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

#[test]
fn an_announced_range_reaches_the_next_owner() -> anyhow::Result<()> {
    let runtime = Runtime::new()?;
    let cluster = cluster_with(10)?;
    let announced = Metadata { pending: Some(Pending { last: 8, generation: 7 }), watermark: Watermark(u64::MAX - 1) };

    let first = consumer_of(&cluster, &runtime)?;
    let progress = Progress::new(Arc::clone(&first), TOPIC.into(), 0);
    poll_with(&runtime, first, 1 << 20, |_, _, stop| {
        let progress = progress.clone();
        async move {
            let committed = progress.commit(3, announced, &CancellationToken::new()).await;
            assert!(committed.is_ok(), "{committed:?}");
            stop.cancel();
        }
    })?;
    drop(progress);

    let (sender, seen) = mpsc::channel();
    let second = consumer_of(&cluster, &runtime)?;
    poll_with(&runtime, second, 1 << 20, |assigned: Assigned, mut intake: Intake, stop| {
        let sender = sender.clone();
        async move {
            let chunk = intake.next().await;
            let offset = chunk.as_ref().and_then(|chunk| chunk.record(0)).map(|record| record.offset);
            let _ = sender.send((assigned.committed, Metadata::parse(&assigned.metadata), offset));
            stop.cancel();
        }
    })?;
    assert_eq!(seen.recv_timeout(PATIENCE)?, (Some(3), Some(announced), Some(3)));
    Ok(())
}
