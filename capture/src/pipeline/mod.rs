//! One task: a source, an output, an offset store and the core between them. The only place that knows both ends.

mod build;
mod emit;
mod output;
mod run;
pub mod stdout;
mod supervise;
pub mod task;

pub use build::{defaults, spawn};
pub use output::{KafkaOutput, NullOutput, Output};
pub use run::{run, Control, Ended};
pub use supervise::{start, Parts, Task, TaskHandle};
