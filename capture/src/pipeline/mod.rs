//! One task: a source, an output, an offset store and the core between them. The only place that knows both ends.

mod build;
mod emit;
mod output;
mod retries;
mod run;
mod signals;
pub mod stdout;
mod supervise;
pub mod task;

pub use build::{Job, launch, spawn};
pub use output::{Limited, NullOutput, Output};
pub use supervise::TaskHandle;
