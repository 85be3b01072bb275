//! The settings that decide how a row is written.

use super::naming::Naming;
use crate::config::connector::{COMMON, Converters};
use crate::config::key::{Map, Reader};
use crate::convert::avro_name::Adjustment;
use crate::source::filter::Filter;
use crate::source::postgres::config::disguise::{Rule, rules};
use crate::source::postgres::config::naming::strategy;
use crate::source::postgres::config::{COMPATIBILITY, KEYS, placeholder};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMode {
    Precise,
    Text,
    Double,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeMode {
    Adaptive,
    AdaptiveMicroseconds,
    Connect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryMode {
    Bytes,
    Base64,
    Base64UrlSafe,
    Hex,
}

/// Settings of one connector's records.
#[derive(Debug, Clone)]
pub struct Options {
    pub naming: Naming,
    pub database: String,
    pub converters: Converters,
    pub decimal: DecimalMode,
    pub time: TimeMode,
    pub binary: BinaryMode,
    pub interval_as_text: bool,
    pub hstore_as_map: bool,
    pub money_digits: u16,
    /// Types without a mapping are written as bytes.
    pub includes_unknown: bool,
    pub placeholder: Vec<u8>,
    pub has_tombstones: bool,
    /// Operation letters of `skipped.operations`.
    pub skipped: String,
    pub columns: Filter,
    pub disguises: Vec<Rule>,
    /// An update whose captured columns are all as before is left out.
    pub skips_unchanged: bool,
    /// Values are right where Debezium's are not.
    pub is_corrected: bool,
}

impl Options {
    /// Reads a map that validation has accepted.
    pub fn parse(map: &Map, converters: Converters, columns: Filter) -> Self {
        let own = Reader::new(KEYS, map);
        let common = Reader::new(COMMON, map);
        let word = |name: &str| own.text(name).unwrap_or_default().to_ascii_lowercase();
        Self {
            naming: Naming {
                prefix: common.text("topic.prefix").unwrap_or_default().to_owned(),
                delimiter: common.text("topic.delimiter").unwrap_or(".").to_owned(),
                strategy: strategy(map),
                schemas: Adjustment::of(&word("schema.name.adjustment.mode")),
                fields: Adjustment::of(&word("field.name.adjustment.mode")),
                are_misread: word(COMPATIBILITY.name) != "corrected",
            },
            database: own.text("database.dbname").unwrap_or_default().to_owned(),
            converters,
            decimal: match word("decimal.handling.mode").as_str() {
                "string" => DecimalMode::Text,
                "double" => DecimalMode::Double,
                _ => DecimalMode::Precise,
            },
            time: match word("time.precision.mode").as_str() {
                "adaptive_time_microseconds" => TimeMode::AdaptiveMicroseconds,
                "connect" => TimeMode::Connect,
                _ => TimeMode::Adaptive,
            },
            binary: match word("binary.handling.mode").as_str() {
                "base64" => BinaryMode::Base64,
                "base64-url-safe" => BinaryMode::Base64UrlSafe,
                "hex" => BinaryMode::Hex,
                _ => BinaryMode::Bytes,
            },
            interval_as_text: word("interval.handling.mode") == "string",
            hstore_as_map: word("hstore.handling.mode") == "map",
            money_digits: u16::try_from(own.integer("money.fraction.digits")).unwrap_or(2),
            includes_unknown: own.boolean("include.unknown.datatypes"),
            placeholder: placeholder(own.text("unavailable.value.placeholder").unwrap_or_default()).unwrap_or_default(),
            has_tombstones: common.boolean("tombstones.on.delete"),
            skipped: common.list("skipped.operations").concat(),
            columns,
            disguises: rules(map),
            skips_unchanged: own.boolean("skip.messages.without.change"),
            is_corrected: word(COMPATIBILITY.name) == "corrected",
        }
    }

    pub fn skips(&self, operation: char) -> bool {
        // the word `none` stands alone and holds no operation letter that could match by itself
        self.skipped != "none" && self.skipped.contains(operation)
    }
}
