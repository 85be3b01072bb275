//! What the command can do, a file per verb.

mod arguments;
mod bench;
mod cases;
mod chaos;
mod compat;
mod demo;
mod docs;
mod latency;
mod prerequisites;
mod provision;
mod random;
mod sim;
mod up;
mod versions;
mod with;

pub use arguments::Arguments;
