//! Texts of foreign formats: BSON as the Java driver's JSON, numbers as Java prints them, and what they are made of.

pub mod avro_name;
pub mod base64_text;
pub mod bson;
pub mod bson_json;
pub mod calendar;
pub mod disguise;
pub mod java_hash;
pub mod java_number;
