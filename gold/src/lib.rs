//! Gold: tables derived from what the sink landed.
//!
//! `gold_user_activity` holds, per day, user and kind of event, how many events there were. A day is recomputed as a
//! whole and published at once: [`run`] takes the [`lock`], makes sure of the tables ([`schema`]), computes the day
//! aside ([`stage`]), checks it ([`audit`]), swaps it in ([`publish`]) and writes down what happened ([`ledger`]).
//!
//! Not here yet: catching up with days that late events changed, ranges of days, Replicated tables.

pub mod audit;
pub mod cli;
pub mod config;
pub mod day;
pub mod error;
pub mod fingerprint;
pub mod ledger;
pub mod lock;
pub mod publish;
pub mod run;
pub mod schema;
pub mod secret;
pub mod show;
pub mod stage;
pub mod warehouse;
