//! Transactions that the server sends while they are still open: streaming, of protocol version 2.
//!
//! [`transactions::Transactions`] stands between the connection and the stream. It keeps the changes of each open transaction
//! in memory up to a bound and in files beyond; at the commit a [`committed::Committed`] hands them on, so that what is made of
//! them is the same as without streaming.

pub mod bounds;
mod changes;
pub mod committed;
mod message;
mod replay;
pub mod transactions;
