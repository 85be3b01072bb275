//! Arrays: one value after the other. Those inside of an array have no form of their own.

use super::kind::{self, Form};
use super::scalar::{Calendar, NoForm, Scalar};
use super::{Mapping, Writer, decimal, oid, scratch};
use crate::direct::postgres::options::{BinaryMode, Options, TimeMode};
use crate::model::json_text;
use crate::model::schema::{Kind, Schema};
use crate::source::postgres::decode::array::{Element, Elements, unescape};
use crate::source::postgres::relation::Flavour;
use crate::source::postgres::types::Resolved;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Array {
    element: Scalar,
    /// Between two elements.
    delimiter: u8,
    /// Whether one NULL leaves the whole array without a form.
    null_spoils: bool,
    /// What becomes of an array inside.
    nested: Nested,
    /// Whether a number without end has no form.
    is_finite: bool,
    /// Whether an element without a form is a null by itself, and not the whole array.
    is_lenient: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nested {
    /// A null, or nothing where that spoils the whole.
    Null,
    /// Its text.
    Text,
    /// Its elements, as if they stood outside.
    Flat,
}

/// `None`: a column of this type is left out.
pub fn map(array: &Resolved, element: &Resolved, options: &Options) -> Option<Mapping> {
    if options.is_corrected {
        return corrected(array, element, options);
    }
    match element.oid {
        oid::MONEY | oid::NAME | oid::INTERVAL | oid::VARBIT | oid::XML | oid::POINT | oid::REFCURSOR => return None,
        // the schema is that of one value, which an array never fits
        oid::BIT => {
            let (_, schema) = kind::bits(array.modifier);
            return Some(Mapping { writer: Writer::One(Scalar::Missing), schema });
        }
        _ => {}
    }
    let typed = Resolved { modifier: array.modifier, ..element.clone() };
    let is_vector = matches!(array.oid, oid::INT2_VECTOR | oid::OID_VECTOR);
    let (scalar, items) =
        if is_vector { kind::known(&typed, Flavour::Log, options) } else { of_element(&typed, options) }?;
    let is_text = matches!(scalar, Scalar::Text) && !matches!(element.name.as_str(), "citext" | "isbn");
    let writer = Array {
        element: scalar,
        delimiter: element.delimiter,
        null_spoils: !items.optional || element.name == "ltree",
        nested: if is_text { Nested::Text } else { Nested::Null },
        is_finite: element.oid == oid::NUMERIC,
        is_lenient: false,
    };
    Some(Mapping { writer: Writer::Array(writer), schema: Schema::of(Kind::Array(Box::new(items))) })
}

/// Each element as a column of its type would be.
fn corrected(array: &Resolved, element: &Resolved, options: &Options) -> Option<Mapping> {
    let typed = Resolved { modifier: array.modifier, ..element.clone() };
    let form = kind::known(&typed, Flavour::Log, options).or_else(|| kind::unknown(&typed, options));
    let (scalar, items) = form?;
    let writer = Array {
        element: scalar,
        delimiter: element.delimiter,
        null_spoils: false,
        nested: Nested::Flat,
        is_finite: false,
        is_lenient: true,
    };
    Some(Mapping { writer: Writer::Array(writer), schema: Schema::of(Kind::Array(Box::new(items.optional()))) })
}

/// Elements come through the JDBC driver even from the log, and some of them lose something on the way.
fn of_element(element: &Resolved, options: &Options) -> Option<Form> {
    let optional = |(scalar, schema): Form| Some((scalar, schema.optional()));
    if element.kind == 'd' || element.element.is_some() {
        return kind::unknown(element, options);
    }
    let precision = kind::precision(element.modifier);
    match element.oid {
        oid::DATE => optional(kind::date(Calendar::Java, options.time)),
        oid::TIME => {
            let fits =
                options.time == TimeMode::AdaptiveMicroseconds || options.time == TimeMode::Adaptive && precision > 3;
            optional((if fits { Scalar::TimeMicrosOfMillis } else { Scalar::Missing }, kind::micro_time()))
        }
        oid::TIMETZ => {
            optional((Scalar::ZonedSeconds, Schema::of(Kind::String).name("io.debezium.time.ZonedTime").version(1)))
        }
        oid::TIMESTAMP => optional(kind::timestamp(precision, Calendar::Java, options.time)),
        oid::TIMESTAMPTZ => optional(kind::zoned_timestamp(precision, Calendar::JavaFields)),
        _ if element.kind == 'e' => Some((Scalar::Text, kind::enumeration(element))),
        _ => match kind::known(element, Flavour::Log, options) {
            Some(form) if element.name == "isbn" => Some(form),
            Some(form) => optional(form),
            None => kind::unknown(element, options),
        },
    }
}

impl Array {
    pub fn write(self, text: &[u8], out: &mut Vec<u8>) -> Result<(), NoForm> {
        out.push(b'[');
        let first = out.len();
        if self.is_lenient && !text.ends_with(b"}") {
            self.write_vector(text, first, out)?;
        } else {
            self.write_elements(text, first, out)?;
        }
        out.push(b']');
        Ok(())
    }

    /// `first` is where the first element stands.
    fn write_elements(self, text: &[u8], first: usize, out: &mut Vec<u8>) -> Result<(), NoForm> {
        let mut elements = Elements::new(text, self.delimiter);
        while let Some(element) = elements.read().map_err(|_| NoForm)? {
            if let (Element::Nested(text), Nested::Flat) = (element, self.nested) {
                self.write_elements(text, first, out)?;
                continue;
            }
            separate(first, out);
            match element {
                Element::Null if self.null_spoils => return Err(NoForm),
                Element::Null => out.extend_from_slice(b"null"),
                Element::Plain(text) => self.write_element(text, out)?,
                Element::Escaped(text) => scratch::with(|plain| {
                    unescape(text, plain);
                    self.write_element(plain, out)
                })?,
                Element::Nested(text) if self.nested == Nested::Text => json_text::write(out, text),
                Element::Nested(_) if self.null_spoils => return Err(NoForm),
                Element::Nested(_) => out.extend_from_slice(b"null"),
            }
        }
        Ok(())
    }

    /// Vectors are printed as numbers with spaces between.
    fn write_vector(self, text: &[u8], first: usize, out: &mut Vec<u8>) -> Result<(), NoForm> {
        for element in text.split(|byte| *byte == b' ').filter(|element| !element.is_empty()) {
            separate(first, out);
            self.write_element(element, out)?;
        }
        Ok(())
    }

    #[inline]
    fn write_element(self, text: &[u8], out: &mut Vec<u8>) -> Result<(), NoForm> {
        if self.is_finite && !decimal::is_finite(text) {
            return Err(NoForm);
        }
        let start = out.len();
        match self.element.write(text, out) {
            Err(NoForm) if self.is_lenient => {
                out.truncate(start);
                out.extend_from_slice(b"null");
                Ok(())
            }
            written => written,
        }
    }

    /// What stands for a TOASTed array of elements of type `element`, where something fits.
    pub fn placeholder(self, element: u32, options: &Options) -> Option<Vec<u8>> {
        let placeholder = options.placeholder.as_slice();
        let mut out = vec![b'['];
        match element {
            oid::DATE if options.time == TimeMode::Connect => return None,
            oid::TEXT | oid::VARCHAR | oid::JSON | oid::JSONB => {
                json_text::write(&mut out, String::from_utf8_lossy(placeholder).as_bytes());
            }
            oid::BYTEA if self.element == Scalar::Bytes(BinaryMode::Bytes) => {
                super::binary::write_base64(&mut out, placeholder);
            }
            oid::INT4 | oid::INT8 | oid::DATE => {
                let numbers: Vec<String> = placeholder.iter().map(|b| (*b as i8).to_string()).collect();
                out.extend_from_slice(numbers.join(",").as_bytes());
            }
            oid::UUID => json_text::write(&mut out, name_based_uuid(placeholder).as_bytes()),
            _ => return None,
        }
        out.push(b']');
        Some(out)
    }
}

#[inline]
fn separate(first: usize, out: &mut Vec<u8>) {
    if out.len() > first {
        out.push(b',');
    }
}

/// Version 3: the MD5 sum of a name.
fn name_based_uuid(name: &[u8]) -> String {
    use md5::{Digest, Md5};
    let mut sum: [u8; 16] = Md5::digest(name).into();
    sum[6] = sum[6] & 0x0f | 0x30;
    sum[8] = sum[8] & 0x3f | 0x80;
    let hex: String = sum.iter().map(|b| format!("{b:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
