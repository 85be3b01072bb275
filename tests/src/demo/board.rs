//! What the demo shows while it runs: bars that fill in a terminal, one plain line per finished stage elsewhere.

use std::cell::Cell;
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Everything that is printed goes through it, so that lines and bars do not disturb each other.
#[derive(Debug)]
pub struct Board {
    bars: Option<MultiProgress>,
    /// The bars stay where they are and text goes on below them.
    settled: AtomicBool,
    since: Instant,
}

impl Board {
    pub fn new() -> Self {
        let terminal = std::io::stdout().is_terminal();
        let bars = terminal.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stdout()));
        Self { bars, settled: AtomicBool::new(false), since: Instant::now() }
    }

    pub fn is_terminal(&self) -> bool {
        self.bars.is_some()
    }

    /// Since the start of the demo.
    pub fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    pub fn say(&self, text: &str) {
        match &self.bars {
            // a terminal that has gone away is no reason to end
            Some(bars) if !self.settled.load(Ordering::Relaxed) => bars.println(text).unwrap_or_default(),
            _ => println!("{text}"),
        }
    }

    /// No bar moves any more: what is said from now on stands below them.
    pub fn settle(&self) {
        if self.bars.is_some() && !self.settled.swap(true, Ordering::Relaxed) {
            println!();
        }
    }

    /// Something that has happened, with the time since the start before it.
    pub fn event(&self, text: &str) {
        self.say(&format!("{:6.2} s  {text}", self.elapsed().as_secs_f32()));
    }

    /// A spinner until the returned value is dropped.
    pub fn busy(&self, text: &'static str) -> Busy {
        let spinner = self.bars.as_ref().map(|bars| {
            let spinner = bars.add(ProgressBar::new_spinner()).with_message(text);
            spinner.enable_steady_tick(Duration::from_millis(120));
            spinner
        });
        Busy { spinner }
    }

    /// A stage that fills up to `target`.
    pub fn line(&self, stage: &'static str, object: &str, target: usize) -> Line<'_> {
        let bar = self.bars.as_ref().map(|bars| bars.add(bar(stage, object, target)));
        Line { board: self, bar, stage, object: object.to_owned(), target, full: Cell::new(false) }
    }
}

/// Shows that something goes on.
#[derive(Debug)]
pub struct Busy {
    spinner: Option<ProgressBar>,
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(spinner) = &self.spinner {
            spinner.finish_and_clear();
        }
    }
}

/// One stage on the board.
#[derive(Debug)]
pub struct Line<'a> {
    board: &'a Board,
    bar: Option<ProgressBar>,
    stage: &'static str,
    object: String,
    target: usize,
    full: Cell<bool>,
}

impl Line<'_> {
    pub fn target(&self) -> usize {
        self.target
    }

    pub fn is_full(&self) -> bool {
        self.full.get()
    }

    pub fn set(&self, position: usize) {
        let becomes_full = position >= self.target && !self.full.replace(position >= self.target);
        match &self.bar {
            Some(bar) => {
                bar.set_position(position as u64);
                if becomes_full {
                    bar.set_message(format!("{:.2} s", self.board.elapsed().as_secs_f32()));
                }
            }
            None if becomes_full => {
                let Self { stage, object, target, .. } = self;
                self.board.event(&format!("{stage:<8} {object:<22} {position}/{target}"));
            }
            None => {}
        }
    }

    /// Leaves the bar as it is, for what is printed below it.
    pub fn close(&self) {
        if let Some(bar) = &self.bar {
            bar.abandon();
        }
    }
}

fn bar(stage: &'static str, object: &str, target: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {msg}");
    ProgressBar::new(target as u64)
        .with_style(style.expect("the template of the bar is valid"))
        .with_prefix(format!("{stage:<8} {object:<22}"))
}
