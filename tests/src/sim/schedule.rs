//! One schedule: several incarnations of a task, then a quiet end.

use super::log::{At, changes};
use super::model::{Sent, State, World};
use super::random::Random;
use capture::core::{Acknowledgements, Core, Decision, Limits, Phase};

/// What one schedule saw.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub changes: u64,
    pub records: u64,
    pub crashes: u64,
    pub restarts: u64,
}

/// What happened, for a failing schedule.
pub struct Trace {
    lines: Option<Vec<String>>,
}

impl Trace {
    pub fn new(is_kept: bool) -> Self {
        Self { lines: is_kept.then(Vec::new) }
    }

    fn say(&mut self, line: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.lines {
            lines.push(line());
        }
    }

    pub fn into_lines(self) -> Vec<String> {
        self.lines.unwrap_or_default()
    }
}

/// What befalls a process while it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// Crashes, refusals, failing stores and stops, at any step.
    Troubled,
    /// None of it; it stops when everything is done.
    Quiet,
}

/// One life of the process.
struct Incarnation<L> {
    life: Life,
    core: Core<At, L>,
    in_flight: Vec<Sent>,
    next_change: usize,
    /// What the store held at the start, then what was stored last.
    floor: At,
    writing: Option<At>,
    now_ms: u64,
    /// A record was refused: the producer sends nothing more.
    is_refusing: bool,
}

/// Steps after which a life that makes no progress counts as stuck.
const PATIENCE: u32 = 20_000;

pub fn play<L: Acknowledgements<At>>(seed: u64, trace: &mut Trace) -> Result<Counts, String> {
    let mut random = Random::new(seed);
    let log = changes(&mut random);
    let partitions = random.between(1, 3) as u8;
    let mut world = World::new(log, partitions);
    let mut counts = Counts { changes: world.changes.len() as u64, ..Counts::default() };
    let lives = random.below(6);
    for _ in 0..lives {
        let crashed = live::<L>(&mut world, &mut random, Life::Troubled, trace)?;
        counts.crashes += u64::from(crashed);
        counts.restarts += 1;
    }
    live::<L>(&mut world, &mut random, Life::Quiet, trace)?;
    if world.lost() > 0 {
        return Err(format!("{} changes are not in the broker's log", world.lost()));
    }
    let end = At(world.changes.len() as u64);
    if world.stored != Some(end) || world.confirmed != end {
        return Err(format!("at the end {:?} is stored and {:?} confirmed", world.stored, world.confirmed));
    }
    counts.records = world.appended;
    Ok(counts)
}

/// One life; true where it ended in a crash.
fn live<L: Acknowledgements<At>>(
    world: &mut World,
    random: &mut Random,
    life: Life,
    trace: &mut Trace,
) -> Result<bool, String> {
    let from = world.resume()?;
    if world.stored.is_some() {
        // what the store holds is durable: a source confirms it as soon as it streams from there
        world.confirm(from)?;
    }
    trace.say(|| format!("start at {}", from.0));
    let limits = Limits {
        bytes: random.between(1, 60) as usize,
        records: random.between(1, 12) as usize,
        store_every_ms: random.between(0, 30),
    };
    let mut process = Incarnation {
        life,
        core: Core::<At, L>::new(limits),
        in_flight: vec![],
        next_change: from.0 as usize,
        floor: from,
        writing: None,
        now_ms: 0,
        is_refusing: false,
    };
    for _ in 0..PATIENCE {
        process.decide(world, trace)?;
        if process.core.phase() == Phase::Done {
            trace.say(|| "done".into());
            return Ok(false);
        }
        if life == Life::Troubled && random.once_in(40) {
            trace.say(|| "crash".into());
            process.crash(world, random)?;
            return Ok(true);
        }
        process.step(world, random, trace)?;
    }
    Err(format!("stuck in phase {:?} with {} in flight", process.core.phase(), process.core.in_flight()))
}

impl<L: Acknowledgements<At>> Incarnation<L> {
    fn decide(&mut self, world: &mut World, trace: &mut Trace) -> Result<(), String> {
        while let Some(decision) = self.core.decide(self.now_ms) {
            match decision {
                Decision::Store => {
                    let at = *self.core.storing().ok_or("a store without an offset")?;
                    trace.say(|| format!("store {}", at.0));
                    world.check_store(at, self.floor)?;
                    if self.writing.replace(at).is_some() {
                        return Err("a second store while one is under way".into());
                    }
                }
                Decision::Confirm => {
                    let at = *self.core.stored_offset();
                    trace.say(|| format!("confirm {}", at.0));
                    world.confirm(at)?;
                }
                Decision::Done => {}
            }
        }
        Ok(())
    }

    fn step(&mut self, world: &mut World, random: &mut Random, trace: &mut Trace) -> Result<(), String> {
        match random.below(10) {
            0..=2 => self.read(world, trace),
            3 | 4 => self.append(world, random, trace),
            5 | 6 => {
                self.acknowledge(random, trace);
                Ok(())
            }
            7 => {
                self.settle_store(world, random, trace);
                Ok(())
            }
            8 => {
                self.now_ms += random.below(20);
                Ok(())
            }
            _ => {
                self.end(world, random, trace);
                Ok(())
            }
        }
    }

    /// The source's next change becomes its records; all but the last carry the position before it.
    fn read(&mut self, world: &World, trace: &mut Trace) -> Result<(), String> {
        if !self.core.may_read() || self.next_change >= world.changes.len() {
            return Ok(());
        }
        let number = self.next_change;
        let change = world.changes[number];
        let (before, after) = (At(number as u64), At(number as u64 + 1));
        trace.say(|| format!("read change {number} of key {}, {} records", change.key, change.records));
        for part in 0..change.records {
            let offset = if part + 1 == change.records { after } else { before };
            let sequence = self.core.record(&offset, 5);
            self.in_flight.push(Sent { sequence, change: number, part, state: State::Queued });
        }
        if change.records == 0 || change.ends_transaction {
            self.core.advance(&after);
        }
        self.next_change += 1;
        let unacknowledged = self.in_flight.iter().filter(|s| s.state != State::Acknowledged).count();
        if self.core.in_flight() < unacknowledged {
            return Err(format!("the core knows {} records in flight of {unacknowledged}", self.core.in_flight()));
        }
        Ok(())
    }

    /// A partition takes the next record sent to it.
    fn append(&mut self, world: &mut World, random: &mut Random, trace: &mut Trace) -> Result<(), String> {
        if self.is_refusing {
            return Ok(());
        }
        let waiting: Vec<u8> =
            self.in_flight.iter().filter(|s| s.state == State::Queued).map(|s| world.partition(s.change)).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let partition = waiting[random.below(waiting.len() as u64) as usize];
        let is_next = |s: &&mut Sent| s.state == State::Queued && world.partition(s.change) == partition;
        let next = self.in_flight.iter_mut().find(is_next);
        if let Some(sent) = next {
            trace.say(|| format!("append {}/{}", sent.change, sent.part));
            sent.state = State::Appended;
            let sent = *sent;
            world.append(&sent)?;
        }
        Ok(())
    }

    /// Any appended record may be the next whose acknowledgement arrives.
    fn acknowledge(&mut self, random: &mut Random, trace: &mut Trace) {
        let appended: Vec<usize> =
            (0..self.in_flight.len()).filter(|i| self.in_flight[*i].state == State::Appended).collect();
        if appended.is_empty() {
            return;
        }
        let sent = &mut self.in_flight[appended[random.below(appended.len() as u64) as usize]];
        trace.say(|| format!("acknowledge {}/{}", sent.change, sent.part));
        sent.state = State::Acknowledged;
        self.core.acknowledged(sent.sequence);
        if self.in_flight.first().is_some_and(|s| s.state == State::Acknowledged) {
            let settled = self.in_flight.iter().take_while(|s| s.state == State::Acknowledged).count();
            self.in_flight.drain(..settled);
        }
    }

    fn settle_store(&mut self, world: &mut World, random: &mut Random, trace: &mut Trace) {
        let Some(at) = self.writing else { return };
        if random.once_in(2) {
            return;
        }
        self.writing = None;
        if self.life == Life::Troubled && random.once_in(4) {
            // a failure does not tell whether the write took place
            let took_place = random.once_in(2);
            trace.say(|| format!("storing {} fails, it took place: {took_place}", at.0));
            if took_place {
                world.stored = Some(at);
            }
            self.core.store_failed();
            return;
        }
        trace.say(|| format!("stored {}", at.0));
        world.stored = Some(at);
        self.floor = at;
        self.core.stored();
    }

    /// Troubles that end a life in order, or the quiet end when all is done.
    fn end(&mut self, world: &World, random: &mut Random, trace: &mut Trace) {
        if self.life == Life::Quiet {
            if self.next_change >= world.changes.len() {
                self.core.stop();
            }
            return;
        }
        match random.below(12) {
            0 => {
                trace.say(|| "stop".into());
                self.core.stop();
            }
            1 if self.in_flight.iter().any(|s| s.state == State::Queued) => {
                trace.say(|| "a record is refused".into());
                self.is_refusing = true;
                self.core.refused();
            }
            2 => self.core.store_soon(),
            3 if self.core.phase() != Phase::Running => {
                trace.say(|| "give up".into());
                self.core.give_up();
            }
            _ => {}
        }
    }

    fn crash(&mut self, world: &mut World, random: &mut Random) -> Result<(), String> {
        if !self.is_refusing {
            world.crash(&self.in_flight, random)?;
        }
        // nobody knows whether a write under way took place
        let took_place = self.writing.take().filter(|_| random.once_in(2));
        world.stored = took_place.or(world.stored);
        Ok(())
    }
}
