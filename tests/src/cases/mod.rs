//! Live differential cases as data: each folder of `tests/cases/postgres` is one situation, which both engines are put
//! into at once, on one database. Everything they leave behind is compared.

mod case;
mod comparison;
mod names;
mod play;
mod run;
mod script;
mod sentinel;
mod side;
mod stage;
mod totals;

pub use case::{Case, folder, load, read};
pub use run::{Ended, Run, run, run_on};
pub use stage::Stage;
pub use totals::{Ending, Totals};
