//! The loop of one run: feed the core, do what it decides. It ends with a stop, a failure, or a source that is finished.

use super::emit::Emitter;
use super::output::Output;
use crate::core::{Core, Decision, Limits, Phase};
use crate::error::{Error, Result};
use crate::model::offset::SourceOffset;
use crate::source::{Pumped, Source};
use crate::store::offset::OffsetStore;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long the source may wait for input before the loop looks around.
const LOOK_AROUND: Duration = Duration::from_millis(50);
/// How long acknowledgements are waited for when nothing may be read.
const WAIT_FOR_ROOM: Duration = Duration::from_millis(5);

/// How long the store of what was acknowledged is waited for, after the rest was given up.
const LAST_STORE: Duration = Duration::from_millis(800);

/// How others ask a run to end.
#[derive(Debug, Clone, Default)]
pub struct Control(Arc<AtomicBool>);

impl Control {
    pub fn stop(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub fn is_stopping(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How long a step may go on after a stop was asked for: a query can wait for a lock for hours.
const LAST_STEP: Duration = Duration::from_secs(1);

async fn overdue(control: &Control) {
    while !control.is_stopping() {
        tokio::time::sleep(LOOK_AROUND).await;
    }
    tokio::time::sleep(LAST_STEP).await;
}

/// How a run ended, with the offset stored last as JSON, if one was stored.
#[derive(Debug)]
pub struct Ended {
    pub failure: Option<Error>,
    pub stored: Option<String>,
}

/// Runs until stopped or failed. `grace` bounds how long records in flight are waited for at the end.
pub async fn run<S: Source, Out: Output>(
    source: S,
    output: Out,
    store: &mut dyn OffsetStore,
    limits: Limits,
    (control, grace): (&Control, Duration),
) -> Ended {
    let run = Run {
        source,
        output,
        store,
        core: Core::new(limits),
        json: Vec::new(),
        stored: None,
        failure: None,
        started: Instant::now(),
        give_up: None,
        is_hung: false,
        is_saving: false,
    };
    run.until_end(control, grace).await
}

struct Run<'a, S: Source, Out> {
    source: S,
    output: Out,
    store: &'a mut dyn OffsetStore,
    core: Core<S::Offset>,
    /// The offset being stored.
    json: Vec<u8>,
    stored: Option<String>,
    failure: Option<Error>,
    started: Instant,
    /// When draining is given up.
    give_up: Option<Instant>,
    /// A step was cut off: the source is not asked for anything again.
    is_hung: bool,
    /// Nothing is read until all that was handed out is stored.
    is_saving: bool,
}

impl<S: Source, Out: Output> Run<'_, S, Out> {
    async fn until_end(mut self, control: &Control, grace: Duration) -> Ended {
        loop {
            self.settle();
            if self.decide() {
                break;
            }
            if control.is_stopping() || self.output.is_finished() {
                self.core.stop();
            }
            self.watch_the_end(grace);
            if self.core.phase() == Phase::Done {
                break;
            }
            let stepped = tokio::select! {
                biased;
                stepped = self.step() => stepped,
                () = overdue(control) => {
                    self.is_hung = true;
                    Err(Error::transient("the source did not answer when the task was to end"))
                }
            };
            if let Err(error) = stepped {
                self.fail(error);
            }
        }
        if self.core.in_flight() > 0 {
            self.output.abandon();
        }
        // half a message may have been sent on a connection that was left in mid-step: it is only dropped
        if !self.is_hung
            && let Err(error) = self.source.close().await
        {
            tracing::debug!(error = error.report(), "closing the source failed");
        }
        Ended { failure: self.failure, stored: self.stored }
    }

    fn settle(&mut self) {
        while let Some(sequence) = self.output.acknowledged() {
            self.core.acknowledged(sequence);
        }
        if let Some(error) = self.output.take_refusal() {
            self.core.refused();
            self.failure.get_or_insert(error);
        }
        // the store outlives a run: what an earlier one began and did not wait for says nothing about this one
        match self.store.finished().filter(|_| self.core.storing().is_some()) {
            Some(Ok(())) => {
                self.stored = Some(String::from_utf8_lossy(&self.json).into_owned());
                self.core.stored();
            }
            Some(Err(error)) => {
                tracing::warn!(error = error.report(), "storing the offset failed, trying again");
                self.core.store_failed();
            }
            None => {}
        }
    }

    /// True at the end.
    fn decide(&mut self) -> bool {
        let now_ms = self.started.elapsed().as_millis() as u64;
        while let Some(decision) = self.core.decide(now_ms) {
            match decision {
                Decision::Store => {
                    self.json.clear();
                    if let Some(offset) = self.core.storing() {
                        offset.write_json(&mut self.json);
                    }
                    self.store.begin(&self.json);
                }
                Decision::Confirm => self.source.stored(self.core.stored_offset()),
                Decision::Done => return true,
            }
        }
        false
    }

    /// Draining ends when nothing is in flight, or when its time is up.
    fn watch_the_end(&mut self, grace: Duration) {
        if self.core.phase() == Phase::Running {
            return;
        }
        let give_up = *self.give_up.get_or_insert_with(|| Instant::now() + grace);
        if Instant::now() > give_up {
            if self.core.phase() == Phase::Draining {
                tracing::warn!(
                    records = self.core.in_flight(),
                    "records were not acknowledged in time, they will be sent again"
                );
            }
            self.core.give_up();
            self.give_up = Some(Instant::now() + LAST_STORE);
        }
    }

    async fn step(&mut self) -> Result<()> {
        if self.failure.is_none() {
            self.source.keep_alive().await?;
        }
        if self.is_saving {
            self.is_saving = !self.core.is_saved();
            // what is still under way would be stored in a step of its own
            if self.core.in_flight() == 0 {
                self.core.store_soon();
            }
        }
        if self.core.may_read() && !self.is_saving {
            let mut emitter = Emitter { core: &mut self.core, output: &mut self.output };
            let pumped = self.source.pump(&mut emitter, Instant::now() + LOOK_AROUND).await?;
            if pumped == Pumped::Finished {
                self.core.store_soon();
            }
            self.is_saving = pumped == Pumped::Checkpoint;
            return Ok(());
        }
        // whether news arrived or time passed, the loop looks
        let _ = tokio::time::timeout(WAIT_FOR_ROOM, self.output.arrived()).await;
        Ok(())
    }

    /// After a failure of the source nothing more is read, but what is in flight is still worth waiting for.
    fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
        self.core.stop();
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
