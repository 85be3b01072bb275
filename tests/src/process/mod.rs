//! Children of the rig: started under supervision, watched through their log, and never left behind.

mod directory;
mod interrupt;
mod launch;
mod log;
mod port;
mod spawner;
mod supervised;
pub mod wait;

pub use directory::Directory;
pub use interrupt::wait as wait_for_interrupt;
pub use launch::{Account, Launch, NOBODY, Outcome};
pub use log::tail as log_tail;
pub use port::Port;
pub use supervised::Process;
