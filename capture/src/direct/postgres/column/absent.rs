//! What stands for a value that is not there.

use super::scalar::Scalar;
use super::{Mapping, Writer, binary};
use crate::direct::postgres::options::{BinaryMode, Options};
use crate::model::json_text;
use crate::model::schema::Kind;
use crate::source::postgres::relation::Column;

/// For a column that a key-only old image leaves out although it is NOT NULL and has no default.
pub fn fallback(mapping: &Mapping) -> Vec<u8> {
    match (mapping.writer, &mapping.schema.kind) {
        (Writer::Array(_), _) => b"[]".to_vec(),
        (Writer::One(Scalar::Missing), Kind::Boolean) => b"false".to_vec(),
        (Writer::One(scalar), _) => of_scalar(scalar),
    }
}

fn of_scalar(scalar: Scalar) -> Vec<u8> {
    let zeros = |scale: usize| if scale > 0 { format!("\"0.{}\"", "0".repeat(scale)) } else { "\"0\"".to_owned() };
    match scalar {
        Scalar::Boolean | Scalar::Bit => b"false".to_vec(),
        Scalar::Integer | Scalar::Date(_) | Scalar::TimeMillis | Scalar::TimeMicros => b"0".to_vec(),
        Scalar::TimeMicrosOfMillis | Scalar::TimestampMillis(_) | Scalar::TimestampMicros(_) => b"0".to_vec(),
        Scalar::IntervalMicros => b"0".to_vec(),
        Scalar::Float32 | Scalar::Float64 | Scalar::DecimalDouble | Scalar::MoneyDouble => b"0.0".to_vec(),
        Scalar::Text | Scalar::Bytes(_) | Scalar::Opaque(_) | Scalar::Figure(_) => b"\"\"".to_vec(),
        Scalar::Bits | Scalar::Missing => b"\"\"".to_vec(),
        Scalar::Decimal { .. } | Scalar::Money { .. } => b"\"AA==\"".to_vec(),
        Scalar::VariableDecimal => br#"{"scale":0,"value":"AA=="}"#.to_vec(),
        Scalar::DecimalText { scale } => zeros(scale.unwrap_or(0).into()).into_bytes(),
        Scalar::MoneyText { .. } => zeros(2).into_bytes(),
        Scalar::ZonedTimestamp { .. } => b"\"1970-01-01T00:00:00Z\"".to_vec(),
        Scalar::ZonedTime | Scalar::ZonedSeconds => b"\"00:00:00Z\"".to_vec(),
        Scalar::IntervalText => b"\"P0Y0M0DT0H0M0S\"".to_vec(),
        Scalar::Pairs { as_map: true } => b"{}".to_vec(),
        Scalar::Pairs { as_map: false } => b"\"{}\"".to_vec(),
        Scalar::Point => br#"{"x":0.0,"y":0.0,"wkb":"AQEAAAAAAAAAAAAAAAAAAAAAAAAA","srid":null}"#.to_vec(),
        // a collection without members
        Scalar::Spatial => br#"{"wkb":"AQcAAAAAAAAA","srid":null}"#.to_vec(),
    }
}

/// For a TOASTed value that the log does not carry; `None`: nothing fits the type.
pub fn placeholder(column: &Column, mapping: &Mapping, options: &Options) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(&options.placeholder);
    let mut out = Vec::new();
    match mapping.writer {
        // what fits goes by the name of the declared type
        Writer::Array(_) | Writer::One(Scalar::Pairs { .. }) if column.is_domain => return None,
        Writer::Array(array) => return array.placeholder(column.resolved.element.as_ref()?.oid, options),
        Writer::One(Scalar::Pairs { as_map }) => {
            for part in [&b"{"[..], b":", b"}"] {
                out.extend_from_slice(part);
                if part != b"}" {
                    json_text::write(&mut out, text.as_bytes());
                }
            }
            if !as_map {
                let object = std::mem::take(&mut out);
                json_text::write(&mut out, &object);
            }
        }
        Writer::One(Scalar::Text | Scalar::DecimalText { .. } | Scalar::MoneyText { .. }) => {
            json_text::write(&mut out, text.as_bytes());
        }
        Writer::One(Scalar::Bytes(mode) | Scalar::Opaque(mode) | Scalar::Figure(mode)) => match mode {
            BinaryMode::Hex => json_text::write(&mut out, text.as_bytes()),
            BinaryMode::Bytes => binary::write_base64(&mut out, &options.placeholder),
            BinaryMode::Base64 | BinaryMode::Base64UrlSafe if options.is_corrected => {
                binary::write_text(&mut out, &options.placeholder, mode);
            }
            BinaryMode::Base64 | BinaryMode::Base64UrlSafe => return None,
        },
        Writer::One(_) => return None,
    }
    Some(out)
}
