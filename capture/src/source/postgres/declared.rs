//! A column's type as its table declares it, in the words and numbers of the JDBC driver and of Debezium's own registry
//! of types. They name columns by it, tell it in schemas and measure masks by it.

use super::oid;
use super::relation::Flavour;
use super::types::Types;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// A domain's own name, `serial` for an integer that counts by itself, a name with its schema where the search path does
    /// not lead to it.
    pub name: String,
    pub length: Option<i32>,
    pub scale: Option<i32>,
}

/// Stands for "as long as you like".
const UNLIMITED: i32 = i32::MAX;
/// Digits of the longest number that is declared without a precision.
const LONGEST_NUMBER: i32 = 131_089;
const NO_MODIFIER: i32 = -1;

/// Types whose arrays the driver measures as their elements.
const MEASURED_IN_ARRAYS: [u32; 25] = [
    oid::INT2,
    oid::INT4,
    oid::OID,
    oid::INT8,
    oid::MONEY,
    oid::NUMERIC,
    oid::FLOAT4,
    oid::FLOAT8,
    oid::CHAR,
    oid::BPCHAR,
    oid::VARCHAR,
    oid::TEXT,
    oid::NAME,
    oid::BYTEA,
    oid::BOOL,
    oid::BIT,
    oid::DATE,
    oid::TIME,
    oid::TIMETZ,
    oid::TIMESTAMP,
    oid::TIMESTAMPTZ,
    oid::REFCURSOR,
    oid::JSON,
    oid::POINT,
    oid::BOX,
];

/// `default` is the text of the column's default expression.
pub fn declared(types: &Types, (oid, modifier): (u32, i32), flavour: Flavour, default: Option<&str>) -> Declared {
    let (length, scale) = match flavour {
        Flavour::Driver if types.base_of(oid).is_none() => by_driver(types, oid, modifier),
        Flavour::Log if modifier != NO_MODIFIER => by_modifier(types, oid, modifier),
        _ => (default_length(types, oid), Some(default_scale(types, oid))),
    };
    let name = match flavour {
        Flavour::Driver => driver_name(types, oid, default),
        Flavour::Log => types.name(oid).to_owned(),
    };
    // the original's mark for "not set"
    Declared { name, length: Some(length).filter(|length| *length != -1), scale }
}

fn driver_name(types: &Types, oid: u32, default: Option<&str>) -> String {
    let counts = default.is_some_and(|text| text.contains("nextval("));
    match oid {
        oid::INT2 if counts => "smallserial".to_owned(),
        oid::INT4 if counts => "serial".to_owned(),
        oid::INT8 if counts => "bigserial".to_owned(),
        _ => match types.schema_off_path(oid) {
            Some(schema) => format!("\"{schema}\".\"{}\"", types.name(oid)),
            None => types.name(oid).to_owned(),
        },
    }
}

fn by_driver(types: &Types, oid: u32, modifier: i32) -> (i32, Option<i32>) {
    let has_scale = oid != oid::NUMERIC || modifier != NO_MODIFIER;
    let measured = measured(types, oid);
    let mut length = precision(measured, modifier);
    if oid != oid::NUMERIC && length == 0 {
        length = display_size(measured, modifier);
    }
    (length, has_scale.then(|| scale(measured, modifier)))
}

fn by_modifier(types: &Types, oid: u32, modifier: i32) -> (i32, Option<i32>) {
    let measured = measured(types, oid);
    (precision(measured, modifier), Some(scale(measured, modifier)))
}

/// Without a modifier of the column's own: that of the nearest domain, else what the type says by itself.
fn default_length(types: &Types, oid: u32) -> i32 {
    if let Some((base, modifier)) = types.base_of(oid) {
        if modifier == NO_MODIFIER {
            return default_length(types, base);
        }
        match size(types, base, modifier) {
            0 | UNLIMITED => {}
            size => return size,
        }
    }
    size(types, oid, types.base_of(oid).map_or(NO_MODIFIER, |(_, modifier)| modifier))
}

fn default_scale(types: &Types, oid: u32) -> i32 {
    match types.base_of(oid) {
        Some((base, NO_MODIFIER)) => default_scale(types, base),
        Some((base, modifier)) => scale(measured(types, base), modifier),
        None => scale(measured(types, oid), NO_MODIFIER),
    }
}

fn size(types: &Types, oid: u32, modifier: i32) -> i32 {
    let measured = measured(types, oid);
    match precision(measured, modifier) {
        0 => display_size(measured, modifier),
        precision => precision,
    }
}

fn measured(types: &Types, oid: u32) -> u32 {
    types.element_of(oid).filter(|element| MEASURED_IN_ARRAYS.contains(element)).unwrap_or(oid)
}

fn precision(oid: u32, modifier: i32) -> i32 {
    match oid {
        oid::INT2 => 5,
        oid::INT4 | oid::OID => 10,
        oid::INT8 => 19,
        oid::FLOAT4 => 8,
        oid::FLOAT8 => 17,
        oid::NUMERIC if modifier == NO_MODIFIER => 0,
        oid::NUMERIC => modifier.wrapping_sub(4) >> 16,
        _ => display_size(oid, modifier),
    }
}

/// How many characters a value takes at most, of types that have no number of digits.
fn display_size(oid: u32, modifier: i32) -> i32 {
    let fraction = match modifier {
        NO_MODIFIER => 7,
        0 => 0,
        1 => 3,
        digits => digits.wrapping_add(1),
    };
    match oid {
        oid::CHAR | oid::BOOL => 1,
        oid::NUMERIC => LONGEST_NUMBER,
        oid::DATE => 13,
        oid::TIME => 8 + fraction,
        oid::TIMETZ => 14 + fraction,
        oid::TIMESTAMP => 22 + fraction,
        oid::TIMESTAMPTZ => 28 + fraction,
        oid::INTERVAL => 49,
        oid::BIT => modifier,
        oid::BPCHAR | oid::VARCHAR if modifier != NO_MODIFIER => modifier.wrapping_sub(4),
        oid::VARBIT if modifier != NO_MODIFIER => modifier,
        _ => UNLIMITED,
    }
}

fn scale(oid: u32, modifier: i32) -> i32 {
    match oid {
        oid::FLOAT4 => 8,
        oid::FLOAT8 => 17,
        oid::NUMERIC if modifier == NO_MODIFIER => 0,
        oid::NUMERIC => modifier.wrapping_sub(4) & 0xffff,
        oid::TIME | oid::TIMETZ | oid::TIMESTAMP | oid::TIMESTAMPTZ | oid::INTERVAL if modifier == NO_MODIFIER => 6,
        oid::TIME | oid::TIMETZ | oid::TIMESTAMP | oid::TIMESTAMPTZ => modifier,
        oid::INTERVAL => modifier & 0xffff,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_and_the_driver_tell_different_lengths() {
        let types = Types::default();
        let of = |oid, modifier, flavour| {
            let declared = declared(&types, (oid, modifier), flavour, None);
            (declared.length, declared.scale)
        };
        assert_eq!(of(oid::NUMERIC, -1, Flavour::Driver), (Some(0), None));
        assert_eq!(of(oid::NUMERIC, -1, Flavour::Log), (Some(LONGEST_NUMBER), Some(0)));
        for flavour in [Flavour::Driver, Flavour::Log] {
            assert_eq!(of(oid::NUMERIC, (8 << 16) + 3 + 4, flavour), (Some(8), Some(3)));
            assert_eq!(of(oid::TIMESTAMP, 3, flavour), (Some(26), Some(3)));
            assert_eq!(of(oid::VARCHAR, 24, flavour), (Some(20), Some(0)));
            assert_eq!(of(oid::BIT, -1, flavour), (None, Some(0)));
        }
    }

    #[test]
    fn an_integer_that_counts_by_itself_is_a_serial_to_the_driver() {
        let types = Types::default();
        let name = |flavour| declared(&types, (oid::INT4, -1), flavour, Some("nextval('s'::regclass)")).name;
        assert_eq!(name(Flavour::Driver), "serial");
        assert_ne!(name(Flavour::Log), "serial");
    }
}
