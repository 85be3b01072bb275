//! The stages of the change stream's aggregation: the server leaves out what is not captured.

use super::config::{Lists, Scope, Settings};
use bson::{Bson, Document, Regex, doc};

/// Where the stream starts; `None` is now.
#[derive(Debug, Clone)]
pub enum Start {
    Now,
    After(Document),
    At(bson::Timestamp),
}

/// The whole pipeline. Without `images` the events carry no documents but the server's own.
pub fn stages(settings: &Settings, start: &Start, images: bool) -> Vec<Document> {
    let mut head = Document::new();
    if images {
        if let Some(word) = settings.full_document {
            head.insert("fullDocument", word);
        }
        if settings.pre_images {
            head.insert("fullDocumentBeforeChange", "whenAvailable");
        }
    }
    if settings.scope == Scope::Deployment {
        head.insert("allChangesForCluster", true);
    }
    match start {
        Start::Now => {}
        Start::After(token) => drop(head.insert("resumeAfter", token.clone())),
        Start::At(time) => drop(head.insert("startAtOperationTime", *time)),
    }
    let mut stages = vec![doc! { "$changeStream": head }];
    stages.extend(match settings.lists.literal {
        true => literal_stages(settings),
        false => regex_stages(settings),
    });
    stages
}

/// A search over `db.coll` needs the joined name, which exists only within these stages.
fn regex_stages(settings: &Settings) -> Vec<Document> {
    let Lists { database_include, database_exclude, collection_include, collection_exclude, .. } = &settings.lists;
    let mut all = vec![];
    if let Some(filter) = regex_filter("event.ns.db", database_include, database_exclude) {
        all.push(filter);
    }
    if let Some(filter) = regex_filter("namespace", collection_include, collection_exclude) {
        all.push(filter);
    }
    all.push(doc! { "event.operationType": { "$in": operations(settings) } });
    vec![
        doc! { "$replaceRoot": { "newRoot": {
            "namespace": { "$concat": ["$ns.db", ".", "$ns.coll"] }, "event": "$$ROOT",
        } } },
        doc! { "$match": { "$and": all } },
        doc! { "$replaceRoot": { "newRoot": "$event" } },
    ]
}

/// The list is joined as it stands, inner spaces included, and not anchored: the client decides in the end.
fn regex_filter(field: &str, include: &Option<String>, exclude: &Option<String>) -> Option<Document> {
    let pattern = match (include, exclude) {
        (Some(include), _) => include.replace(',', "|"),
        (None, Some(exclude)) => format!("(?!{})", exclude.replace(',', "|")),
        (None, None) => return None,
    };
    let pattern = bson::raw::CString::try_from(pattern).expect("a setting with a zero byte is refused");
    let regex = Regex { pattern, options: bson::raw::cstr!("i").into() };
    Some(doc! { field: regex })
}

fn literal_stages(settings: &Settings) -> Vec<Document> {
    let Lists { database_include, database_exclude, collection_include, collection_exclude, .. } = &settings.lists;
    let mut all = vec![];
    let database = |name: &str| Bson::from(name);
    if let Some(filter) = literal_filter("ns.db", database_include, database_exclude, database) {
        all.push(filter);
    }
    let collection = |name: &str| {
        let (database, collection) = name.split_once('.').unwrap_or((name, ""));
        Bson::from(doc! { "db": database, "coll": collection })
    };
    if let Some(filter) = literal_filter("ns", collection_include, collection_exclude, collection) {
        all.push(filter);
    }
    all.push(doc! { "operationType": { "$in": operations(settings) } });
    vec![doc! { "$match": { "$and": all } }]
}

fn literal_filter(
    field: &str,
    include: &Option<String>,
    exclude: &Option<String>,
    value: impl Fn(&str) -> Bson,
) -> Option<Document> {
    let (list, operator) = match (include, exclude) {
        (Some(include), _) => (include, "$in"),
        (None, Some(exclude)) => (exclude, "$nin"),
        (None, None) => return None,
    };
    let values: Vec<Bson> = list.split(',').map(|name| value(name.trim())).collect();
    Some(doc! { field: { operator: values } })
}

fn operations(settings: &Settings) -> Vec<Bson> {
    settings.operations.iter().map(|word| Bson::from(*word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::key::Map;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        let mut map: Map =
            [("connector.class", "c"), ("mongodb.connection.string", "mongodb://h/"), ("topic.prefix", "p")]
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .into();
        map.extend(pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())));
        Settings::parse(&map).unwrap()
    }

    #[test]
    fn patterns_become_one_search_over_the_joined_name() {
        let stages = stages(&settings(&[("collection.include.list", "dbit.*")]), &Start::Now, true);
        assert_eq!(
            stages[0],
            doc! { "$changeStream": { "fullDocument": "updateLookup", "allChangesForCluster": true } }
        );
        let regex = Regex { pattern: bson::raw::cstr!("dbit.*").into(), options: bson::raw::cstr!("i").into() };
        let operations = ["insert", "update", "replace", "delete"].map(Bson::from).to_vec();
        assert_eq!(
            stages[2],
            doc! { "$match": { "$and": [{ "namespace": regex }, { "event.operationType": { "$in": operations } }] } }
        );
        assert_eq!(stages.len(), 4);
    }

    #[test]
    fn literal_names_become_namespaces() {
        let settings = settings(&[
            ("filters.match.mode", "literal"),
            ("collection.include.list", "dbit.col1,dbit.col2.x"),
            ("skipped.operations", "u,d"),
            ("capture.scope", "database"),
            ("capture.target", "dbit"),
        ]);
        let stages = stages(&settings, &Start::After(doc! { "_data": "82" }), false);
        assert_eq!(stages[0], doc! { "$changeStream": { "resumeAfter": { "_data": "82" } } });
        let names = [doc! { "db": "dbit", "coll": "col1" }, doc! { "db": "dbit", "coll": "col2.x" }];
        assert_eq!(
            stages[1],
            doc! { "$match": { "$and": [{ "ns": { "$in": names.to_vec() } }, { "operationType": { "$in": ["insert"] } }] } }
        );
    }
}
