//! Record text: Connect JSON, and the texts of foreign number and document formats.

pub mod bson;
pub mod bson_json;
pub mod java_number;
