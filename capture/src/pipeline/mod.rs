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
pub use run::{Control, Ended, run};
pub use supervise::{Parts, Task, TaskHandle, start};
