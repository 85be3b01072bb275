//! The ClickHouse engine (a C library) behind the HTTP interface of the ClickHouse server.
//!
//! No package registry carries a current ClickHouse server, but one carries its engine. A request travels:
//!
//! HTTP request -> [`request`] (address, headers, body) -> [`statement`] (what kind of SQL, where its data starts)
//! -> [`session`] (one engine connection per request: settings, database, run) -> [`response`] (headers, framing).
//!
//! Not supported, and refused by name: HTTP sessions, roles, stack traces in errors, external tables, waiting for the
//! end of a DROP (`SYNC`), content encodings other than LZ4.

pub mod credentials;
pub mod encoding;
pub mod engine;
pub mod exception;
pub mod framing;
pub mod multipart;
pub mod request;
pub mod response;
pub mod server;
pub mod session;
pub mod spool;
pub mod statement;
