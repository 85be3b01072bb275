//! One task: a source, a producer, an offset store and the core between them. The only place that knows both ends.

pub mod task;
