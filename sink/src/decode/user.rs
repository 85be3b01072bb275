//! Records of the PostgreSQL table `users`.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::envelope::{Envelope, check_connector, parse, parse_key};
use super::landed::{Bronze, Landed, Refusal, Status};
use super::text::Text;
use super::{extended_json, time, version};
use crate::config::{OnTruncate, TimestampUnit};
use crate::consume::Record;

/// What Debezium puts in place of a value that PostgreSQL did not send.
const UNAVAILABLE: &str = "__debezium_unavailable_value";

#[derive(Debug, PartialEq, Eq)]
pub struct UserRow<'a> {
    pub user_id: i32,
    pub full_name: Cow<'a, str>,
    pub email: Cow<'a, str>,
    pub updated_at: u32,
    pub is_deleted: bool,
}

#[derive(Deserialize)]
struct Source<'a> {
    #[serde(borrow)]
    connector: &'a str,
    #[serde(default)]
    lsn: Option<i64>,
}

#[derive(Deserialize)]
struct Key {
    user_id: i64,
}

#[derive(Deserialize)]
struct Image<'a> {
    user_id: i64,
    #[serde(borrow, default)]
    full_name: Option<Text<'a>>,
    #[serde(borrow, default)]
    email: Option<Text<'a>>,
    #[serde(borrow, default)]
    updated_at: Option<&'a RawValue>,
}

#[derive(Debug, Clone, Copy)]
pub struct Decoder {
    pub timestamp_unit: TimestampUnit,
    pub on_truncate: OnTruncate,
}

impl Decoder {
    pub fn decode<'a>(&self, record: &Record<'a>) -> Result<Landed<'a, UserRow<'a>>, Refusal> {
        let Some(value) = record.value else { return Ok(Landed::only_bronze(Status::Tombstone)) };
        let envelope = Envelope::parse(value)?;
        let op = envelope.op()?;
        let source: Source<'a> = parse("field 'source'", envelope.source_text()?.as_bytes())?;
        check_connector(source.connector, "postgresql")?;
        let mut landed = Landed {
            bronze: bronze(&envelope)?,
            silver: None,
            version: Some(version_of(op, source.lsn)?),
            defaulted: 0,
        };
        match op {
            "c" | "u" | "r" => self.upsert(&envelope, &mut landed)?,
            "d" => landed.silver = Some(deleted(record)?),
            "t" if self.on_truncate == OnTruncate::Ignore => landed.bronze.status = Status::Truncate,
            other => return Err(Refusal::Operation(other.to_owned())),
        }
        Ok(landed)
    }

    fn upsert<'a>(&self, envelope: &Envelope<'a>, landed: &mut Landed<'a, UserRow<'a>>) -> Result<(), Refusal> {
        let after = envelope.after.ok_or(Refusal::Missing("field 'after'"))?;
        let mut image: Image<'a> = parse("field 'after'", after.get().as_bytes())?;
        restore_unavailable(&mut image, envelope)?;
        let updated_at = image.updated_at.and_then(|raw| extended_json::seconds(raw.get(), self.timestamp_unit));
        landed.defaulted += u32::from(image.full_name.is_none());
        landed.defaulted += u32::from(image.email.is_none());
        landed.defaulted += u32::from(updated_at.is_none());
        landed.silver = Some(UserRow {
            user_id: narrow(image.user_id)?,
            full_name: image.full_name.map_or_else(Cow::default, |text| text.0),
            email: image.email.map_or_else(Cow::default, |text| text.0),
            updated_at: time::clamp(updated_at.unwrap_or(0)),
            is_deleted: false,
        });
        Ok(())
    }
}

fn version_of(op: &str, lsn: Option<i64>) -> Result<u64, Refusal> {
    match lsn {
        Some(lsn) => Ok(version::from_lsn(lsn)),
        None if op == "r" => Ok(version::OF_INCREMENTAL_SNAPSHOT),
        None => Err(Refusal::Missing("field 'source.lsn'")),
    }
}

fn bronze<'a>(envelope: &Envelope<'a>) -> Result<Bronze<'a>, Refusal> {
    let text = |part: Option<&'a RawValue>| part.map_or(&b""[..], |raw| raw.get().as_bytes());
    Ok(Bronze {
        before: text(envelope.before),
        after: Cow::Borrowed(text(envelope.after)),
        source: envelope.source_text()?,
        op: envelope.op()?,
        ts_ms: envelope.ts_ms(),
        status: Status::Ok,
    })
}

/// A column stored out of line and left unchanged is not sent. With REPLICA IDENTITY FULL the old image has it.
fn restore_unavailable<'a>(image: &mut Image<'a>, envelope: &Envelope<'a>) -> Result<(), Refusal> {
    let unavailable = |text: &Option<Text<'a>>| text.as_ref().is_some_and(|text| text.0 == UNAVAILABLE);
    if !unavailable(&image.full_name) && !unavailable(&image.email) {
        return Ok(());
    }
    let before = match envelope.before {
        Some(before) => parse::<Option<Image<'a>>>("field 'before'", before.get().as_bytes())?,
        None => None,
    };
    let (old_name, old_email) = before.map_or((None, None), |before| (before.full_name, before.email));
    for (column, field, old) in [("full_name", &mut image.full_name, old_name), ("email", &mut image.email, old_email)]
    {
        if unavailable(field) {
            *field = old.filter(|text| text.0 != UNAVAILABLE);
            field.as_ref().ok_or(Refusal::Unavailable { column })?;
        }
    }
    Ok(())
}

/// The key of a delete is in the record key: `before` may be absent or hold zeroes.
fn deleted<'a>(record: &Record<'a>) -> Result<UserRow<'a>, Refusal> {
    let key: Key = parse_key(record.key)?;
    Ok(UserRow {
        user_id: narrow(key.user_id)?,
        full_name: Cow::default(),
        email: Cow::default(),
        updated_at: 0,
        is_deleted: true,
    })
}

fn narrow(user_id: i64) -> Result<i32, Refusal> {
    i32::try_from(user_id).map_err(|_| Refusal::Range { column: "user_id" })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPDATE: &str = r#"{"before":null,"after":{"user_id":2,"full_name":"Bob \"A.\" Jones","email":"bob@example.com","created_at":1795369626614238,"updated_at":1795369626614238},"source":{"version":"2.7.0.Final","connector":"postgresql","name":"postgres","ts_ms":1795369639582,"snapshot":"false","db":"postgres","sequence":"[null,\"22483864\"]","ts_us":1795369639582544,"ts_ns":1795369639582544000,"schema":"public","table":"users","txId":738,"lsn":22483864,"xmin":null},"transaction":null,"op":"u","ts_ms":1795369639910,"ts_us":1795369639910302,"ts_ns":1795369639910302919}"#;

    fn decoder() -> Decoder {
        Decoder { timestamp_unit: TimestampUnit::Microseconds, on_truncate: OnTruncate::Stop }
    }

    fn record<'a>(key: &'a str, value: Option<&'a str>) -> Record<'a> {
        Record {
            topic: "postgres.public.users",
            partition: 0,
            offset: 7,
            timestamp_ms: 0,
            key: Some(key.as_bytes()),
            value: value.map(str::as_bytes),
        }
    }

    #[test]
    fn update_has_its_row_and_its_lsn() {
        let landed = decoder().decode(&record("{\"user_id\":2}", Some(UPDATE))).unwrap();
        assert_eq!(landed.version, Some(22_483_864));
        assert_eq!(landed.defaulted, 0);
        assert_eq!(landed.bronze.op, "u");
        assert_eq!(landed.bronze.ts_ms, 1_795_369_639_910);
        assert!(landed.bronze.before.is_empty() && landed.bronze.after.starts_with(b"{\"user_id\":2"));
        let row = landed.silver.unwrap();
        assert_eq!((row.user_id, row.full_name.as_ref()), (2, "Bob \"A.\" Jones"));
        assert!(matches!(row.email, Cow::Borrowed("bob@example.com")));
        assert_eq!((row.updated_at, row.is_deleted), (1_795_369_626, false));
    }

    #[test]
    fn schema_around_key_and_value_changes_nothing() {
        let value = format!(r#"{{"schema":{{"type":"struct","fields":[]}},"payload":{UPDATE}}}"#);
        let wrapped = decoder().decode(&record("{}", Some(&value))).unwrap();
        let plain = decoder().decode(&record("{}", Some(UPDATE))).unwrap();
        assert_eq!(wrapped.silver, plain.silver);
        assert_eq!(wrapped.bronze.after, plain.bronze.after);
    }

    #[test]
    fn delete_takes_the_key_of_the_record() {
        let value = UPDATE.replace("\"op\":\"u\"", "\"op\":\"d\"");
        for key in ["{\"user_id\":4}", "{\"schema\":{},\"payload\":{\"user_id\":4}}"] {
            let row = decoder().decode(&record(key, Some(&value))).unwrap().silver.unwrap();
            assert_eq!((row.user_id, row.is_deleted), (4, true));
        }
    }

    #[test]
    fn row_of_an_incremental_snapshot_has_the_lowest_version() {
        let value = UPDATE.replace("\"lsn\":22483864", "\"lsn\":null").replace("\"op\":\"u\"", "\"op\":\"r\"");
        assert_eq!(decoder().decode(&record("{}", Some(&value))).unwrap().version, Some(0));
    }

    #[test]
    fn tombstone_is_bronze_only() {
        let landed = decoder().decode(&record("{\"user_id\":4}", None)).unwrap();
        assert!(landed.silver.is_none());
        assert_eq!(landed.bronze.status, Status::Tombstone);
    }

    #[test]
    fn null_columns_are_defaults_and_counted() {
        let value = UPDATE.replace("\"bob@example.com\"", "null").replace("\"updated_at\":1795369626614238", "\"x\":1");
        let landed = decoder().decode(&record("{}", Some(&value))).unwrap();
        assert_eq!(landed.defaulted, 2);
        assert_eq!(landed.silver.unwrap().updated_at, 0);
    }

    #[test]
    fn a_value_that_was_not_sent_comes_from_the_old_image_or_stops() {
        let value = UPDATE.replace("bob@example.com", UNAVAILABLE);
        let refusal = decoder().decode(&record("{}", Some(&value))).unwrap_err();
        assert!(matches!(refusal, Refusal::Unavailable { column: "email" }));
        let with_before = value.replace("\"before\":null", "\"before\":{\"user_id\":2,\"email\":\"old@example.com\"}");
        let row = decoder().decode(&record("{}", Some(&with_before))).unwrap().silver.unwrap();
        assert_eq!(row.email, "old@example.com");
    }

    #[test]
    fn records_that_are_not_ours_are_refused() {
        for value in [
            "not json",
            "[]",
            "{}",
            "{\"user_id\":1}",
            "{\"schema\":null,\"payload\":null}",
            &UPDATE.replace("\"lsn\":22483864", "\"lsn\":null"),
            "{\"op\":\"c\",\"after\":{\"user_id\":1}}",
            &UPDATE.replace("postgresql", "mongodb"),
            &UPDATE.replace("\"user_id\":2", "\"user_id\":\"two\""),
            &UPDATE.replace("\"user_id\":2", "\"user_id\":4294967296"),
            &UPDATE.replace("\"op\":\"u\"", "\"op\":\"t\""),
            &UPDATE[..UPDATE.len() - 1],
        ] {
            let record = record("{}", Some(value));
            let report = decoder().decode(&record).unwrap_err().at(&record).report();
            assert!(report.contains("postgres.public.users/0/7") && report.contains("remedy:"), "{report}");
        }
    }
}
