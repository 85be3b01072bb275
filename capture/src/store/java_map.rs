//! Maps of strings in the order in which Java would iterate them, since that order reaches bytes.

use crate::convert::java_hash;
use crate::model::json_text;

/// A map that keeps the order of insertion; setting a key again keeps its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JavaMap(Vec<(String, String)>);

impl JavaMap {
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    pub fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        let (key, value) = (key.into(), value.into());
        match self.0.iter_mut().find(|(k, _)| *k == key) {
            Some(entry) => entry.1 = value,
            None => self.0.push((key, value)),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn to_map(&self) -> crate::config::key::Map {
        self.0.iter().cloned().collect()
    }

    /// Same keys and values, in whatever order.
    pub fn same_as(&self, other: &Self) -> bool {
        self.to_map() == other.to_map()
    }

    /// The order of a `java.util.HashMap` that was filled entry by entry.
    pub fn hash_order(self) -> Self {
        let buckets = java_hash::buckets_grown(16, self.len());
        self.in_buckets(buckets)
    }

    /// The order of `new HashMap<>(map)`, which makes its table large enough at once.
    pub fn copied_hash_order(self) -> Self {
        let buckets = java_hash::buckets_for(self.len());
        self.in_buckets(buckets)
    }

    fn in_buckets(self, buckets: usize) -> Self {
        let mut entries = self.0;
        java_hash::sort(&mut entries, buckets, |(key, _)| key);
        Self(entries)
    }

    /// `{"k":"v",..}` without spaces.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (i, (key, value)) in self.0.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            json_text::write(out, key.as_bytes());
            out.push(b':');
            json_text::write(out, value.as_bytes());
        }
        out.push(b'}');
    }
}

impl FromIterator<(String, String)> for JavaMap {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let mut map = Self::default();
        for (key, value) in pairs {
            map.set(key, value);
        }
        map
    }
}

/// From a JSON object, in its order. Numbers and booleans become their text, as in Connect's REST API.
impl<'de> serde::Deserialize<'de> for JavaMap {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> serde::de::Visitor<'de> for Members {
    type Value = JavaMap;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object of strings")
    }

    fn visit_map<M: serde::de::MapAccess<'de>>(self, mut members: M) -> Result<JavaMap, M::Error> {
        use serde::de::Error;
        let mut map = JavaMap::default();
        while let Some((key, value)) = members.next_entry::<String, serde_json::Value>()? {
            match value {
                serde_json::Value::String(text) => map.set(key, text),
                serde_json::Value::Number(number) => map.set(key, number.to_string()),
                serde_json::Value::Bool(flag) => map.set(key, flag.to_string()),
                _ => return Err(M::Error::custom(format!("the value of '{key}' is not a string"))),
            }
        }
        Ok(map)
    }
}

impl serde::Serialize for JavaMap {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a Java worker answered `GET /connectors/pg/config` for a connector whose PUT had another order.
    #[test]
    fn a_read_back_configuration_has_hash_map_order() {
        let wanted = [
            "publication.autocreate.mode",
            "connector.class",
            "database.dbname",
            "database.user",
            "slot.name",
            "tasks.max",
            "publication.name",
            "database.port",
            "plugin.name",
            "topic.prefix",
            "database.hostname",
            "database.password",
            "name",
            "table.include.list",
        ];
        let put = [
            "database.dbname",
            "database.hostname",
            "database.password",
            "database.port",
            "database.user",
            "plugin.name",
            "publication.autocreate.mode",
            "publication.name",
            "slot.name",
            "table.include.list",
            "topic.prefix",
            "tasks.max",
            "connector.class",
            "name",
        ];
        let map: JavaMap = put.iter().map(|k| (k.to_string(), String::new())).collect();
        let keys: Vec<String> = map.hash_order().iter().map(|(k, _)| k.to_owned()).collect();
        assert_eq!(keys, wanted);
    }
}
