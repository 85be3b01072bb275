//! `gold` against a running ClickHouse, named by CLICKHOUSE_URL. Every test has a database of its own.

mod checks;
mod crash;
mod days;
mod place;
mod refusals;
