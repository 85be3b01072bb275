//! Connect schemas, and their text in the JSON converter's order of members.

use std::fmt::Write;

/// A Connect schema. Built once per table version, never per row.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    pub kind: Kind,
    pub optional: bool,
    pub name: Option<String>,
    pub version: Option<i32>,
    pub doc: Option<String>,
    /// In insertion order.
    pub parameters: Vec<(String, String)>,
    /// The default as JSON text.
    pub default: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Boolean,
    Int8,
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,
    Bytes,
    String,
    Array(Box<Schema>),
    Map(Box<Schema>, Box<Schema>),
    Struct(Vec<(String, Schema)>),
}

impl Schema {
    /// A required schema of this kind, without name or parameters.
    pub fn of(kind: Kind) -> Self {
        Self { kind, optional: false, name: None, version: None, doc: None, parameters: vec![], default: None }
    }

    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    pub fn optional_if(mut self, optional: bool) -> Self {
        self.optional = optional;
        self
    }

    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    pub fn version(mut self, version: i32) -> Self {
        self.version = Some(version);
        self
    }

    pub fn doc(mut self, doc: impl Into<String>) -> Self {
        self.doc = Some(doc.into());
        self
    }

    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// `json` is the default's JSON text.
    pub fn default_json(mut self, json: impl Into<String>) -> Self {
        self.default = Some(json.into());
        self
    }

    /// The text that `JsonConverter` writes for this schema.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(None, &mut out);
        out
    }

    fn write_json(&self, field: Option<&str>, out: &mut String) {
        out.push_str("{\"type\":\"");
        out.push_str(self.kind.type_name());
        out.push('"');
        self.write_members(out);
        out.push_str(if self.optional { ",\"optional\":true" } else { ",\"optional\":false" });
        if let Some(name) = &self.name {
            member(out, "name", name);
        }
        if let Some(version) = self.version {
            let _ = write!(out, ",\"version\":{version}");
        }
        if let Some(doc) = &self.doc {
            member(out, "doc", doc);
        }
        if !self.parameters.is_empty() {
            out.push_str(",\"parameters\":{");
            for (i, (name, value)) in self.parameters.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                text(out, name);
                out.push(':');
                text(out, value);
            }
            out.push('}');
        }
        if let Some(default) = &self.default {
            out.push_str(",\"default\":");
            out.push_str(default);
        }
        if let Some(field) = field {
            member(out, "field", field);
        }
        out.push('}');
    }

    fn write_members(&self, out: &mut String) {
        match &self.kind {
            Kind::Array(items) => {
                out.push_str(",\"items\":");
                items.write_json(None, out);
            }
            Kind::Map(keys, values) => {
                out.push_str(",\"keys\":");
                keys.write_json(None, out);
                out.push_str(",\"values\":");
                values.write_json(None, out);
            }
            Kind::Struct(fields) => {
                out.push_str(",\"fields\":[");
                for (i, (name, schema)) in fields.iter().enumerate() {
                    out.push_str(if i > 0 { "," } else { "" });
                    schema.write_json(Some(name), out);
                }
                out.push(']');
            }
            _ => {}
        }
    }
}

impl Kind {
    pub fn type_name(&self) -> &'static str {
        match self {
            Kind::Boolean => "boolean",
            Kind::Int8 => "int8",
            Kind::Int16 => "int16",
            Kind::Int32 => "int32",
            Kind::Int64 => "int64",
            Kind::Float32 => "float",
            Kind::Float64 => "double",
            Kind::Bytes => "bytes",
            Kind::String => "string",
            Kind::Array(_) => "array",
            Kind::Map(..) => "map",
            Kind::Struct(_) => "struct",
        }
    }
}

fn member(out: &mut String, name: &str, value: &str) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
    text(out, value);
}

fn text(out: &mut String, value: &str) {
    let mut bytes = Vec::with_capacity(value.len() + 2);
    super::json_text::write(&mut bytes, value.as_bytes());
    out.push_str(&String::from_utf8_lossy(&bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_in_the_converters_order() {
        let amount = Schema::of(Kind::Bytes)
            .optional()
            .name("org.apache.kafka.connect.data.Decimal")
            .version(1)
            .parameter("scale", "2")
            .parameter("connect.decimal.precision", "10");
        let row = Schema::of(Kind::Struct(vec![("amount".into(), amount)])).optional().name("srv.t.Value");
        assert_eq!(
            row.to_json(),
            r#"{"type":"struct","fields":[{"type":"bytes","optional":true,"name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"2","connect.decimal.precision":"10"},"field":"amount"}],"optional":true,"name":"srv.t.Value"}"#
        );
    }
}
