//! `post.processors`: of those that ship with Debezium the one that reads columns again.

use crate::config::key::{Key, Kind, Map, Problem, split_list};
use crate::source::filter::Filter;

pub const NAMES: Key = Key::optional(
    "post.processors",
    Kind::List,
    "Name of a post-processor, whose settings stand behind that name: `.type`, \
     io.debezium.processors.reselect.ReselectColumnsPostProcessor alone, reads columns again by the row's key; \
     `.reselect.columns.include.list` or `.exclude.list`, `schema.table:column`; `.reselect.unavailable.values`, `.reselect.null.values`, \
     `.reselect.use.event.key`.",
);
const CLASS: &str = "io.debezium.processors.reselect.ReselectColumnsPostProcessor";
const INCLUDE: &str = "reselect.columns.include.list";
const EXCLUDE: &str = "reselect.columns.exclude.list";
const UNAVAILABLE: &str = "reselect.unavailable.values";
const NULLS: &str = "reselect.null.values";
const EVENT_KEY: &str = "reselect.use.event.key";

/// Which columns are read again, and by what.
#[derive(Debug, Clone)]
pub struct Reselection {
    /// Of `schema.table:column`.
    pub columns: Filter,
    /// Those that the log leaves out.
    pub unavailable: bool,
    pub nulls: bool,
    /// By the record's key in the place of the primary key.
    pub by_event_key: bool,
}

/// Reads a map that [`check`] has accepted. `None`: no column is read again.
pub fn reselection(map: &Map) -> Option<Reselection> {
    parse(map).ok().flatten()
}

pub fn check(map: &Map, problems: &mut Vec<Problem>) {
    if let Err((key, why)) = parse(map) {
        problems.push(Problem::new(&key, format!("The '{key}' value is invalid: {why}")));
    }
}

type Refusal = (String, String);

fn parse(map: &Map) -> Result<Option<Reselection>, Refusal> {
    let names = map.get(NAMES.name).map(|list| split_list(list)).unwrap_or_default();
    let name = match &names[..] {
        [] => return Ok(None),
        [name] => name,
        _ => return Err((NAMES.name.to_owned(), "more than one post-processor is not served: name one".to_owned())),
    };
    let own = |rest: &str| format!("{name}.{rest}");
    let value = |rest: &str| map.get(&own(rest)).map(|value| value.trim()).filter(|value| !value.is_empty());
    match value("type") {
        Some(CLASS) => {}
        Some(other) => {
            return Err((own("type"), format!("Class {other} is Java code that cannot run here: use {CLASS}")));
        }
        None => return Err((own("type"), "A value is required".to_owned())),
    }
    check_names(name, map)?;
    let switch = |rest: &str, default: bool| match value(rest).map(str::to_ascii_lowercase).as_deref() {
        None => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err((own(rest), "Either 'true' or 'false' is expected".to_owned())),
    };
    // with both lists the first is the one
    let exclude = if value(INCLUDE).is_some() { None } else { value(EXCLUDE) };
    let lists = Filter::parse((&own(INCLUDE), value(INCLUDE)), (&own(EXCLUDE), exclude));
    let by_event_key = switch(EVENT_KEY, false)?;
    if !by_event_key && map.get("message.key.columns").is_some_and(|columns| !columns.trim().is_empty()) {
        return Err((
            own(EVENT_KEY),
            "set it to true: with message.key.columns rows are found by the record's key only".to_owned(),
        ));
    }
    Ok(Some(Reselection {
        columns: lists.map_err(|problem| (problem.key, problem.message))?,
        unavailable: switch(UNAVAILABLE, true)?,
        nulls: switch(NULLS, true)?,
        by_event_key,
    }))
}

fn check_names(name: &str, map: &Map) -> Result<(), Refusal> {
    let known = ["type", INCLUDE, EXCLUDE, UNAVAILABLE, NULLS, EVENT_KEY];
    let is_unknown = |key: &&String| {
        let rest = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'));
        rest.is_some_and(|rest| !known.contains(&rest))
    };
    match map.keys().find(is_unknown) {
        None => Ok(()),
        Some(key) => Err((
            key.clone(),
            format!("no setting of a post-processor in Debezium 2.7; there are {}", known.join(", ")),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> Map {
        let own = [("post.processors", "again"), ("again.type", CLASS)];
        own.iter().chain(pairs).map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    #[test]
    fn columns_are_chosen_by_one_list() {
        let lists =
            [("again.reselect.columns.include.list", "s.t:A.*"), ("again.reselect.columns.exclude.list", "s.t:ab")];
        let found = reselection(&map(&lists)).unwrap();
        assert!(found.columns.accepts("s.t:ab") && !found.columns.accepts("s.t:b"));
        assert!(found.unavailable && found.nulls && !found.by_event_key);
        assert!(reselection(&Map::new()).is_none());
    }

    #[test]
    fn what_is_not_served_is_refused() {
        let refused = |pair| parse(&map(&[pair])).map_err(|(key, _)| key).unwrap_err();
        for pair in [
            ("again.type", "com.example.Mine"),
            ("again.reselect.error.handling.mode", "fail"),
            ("again.reselect.null.values", "maybe"),
            ("post.processors", "again,more"),
        ] {
            assert_eq!(refused(pair), pair.0);
        }
        assert_eq!(refused(("message.key.columns", "s.t:a")), "again.reselect.use.event.key");
    }
}
