//! Reads whole collections. The position to stream from was taken before, so a change during the scan is seen twice at
//! worst and lost never.

use super::config::{Scope, Settings};
use super::error::classify;
use super::filter::Filter;
use super::reader::{Message, Reader};
use crate::convert::java_hash;
use crate::error::Result;
use bson::{RawDocumentBuf, doc};
use futures_util::StreamExt;
use mongodb::Client;

/// Sends every document of every captured collection.
pub async fn scan(reader: &Reader, client: &Client, filter: &Filter) -> Result<()> {
    let captured = namespaces(&reader.settings, client, filter).await?;
    if captured.is_empty() {
        tracing::warn!("no collection matches the include and exclude lists, nothing to snapshot");
    }
    for (database, collection) in captured {
        let failed = |error| classify(&format!("reading the collection {database}.{collection}"), error);
        tracing::info!(database, collection, "snapshot of collection started");
        let source = client.database(&database).collection::<RawDocumentBuf>(&collection);
        let mut find = source.find(doc! {});
        if let Some(size) = reader.settings.fetch_size {
            find = find.batch_size(size);
        }
        let mut batches = find.batch().await.map_err(failed)?;
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(failed)?;
            reader
                .send(Message::Documents { database: database.clone(), collection: collection.clone(), batch })
                .await?;
        }
    }
    Ok(())
}

/// Databases in the order of a Java hash set, collections in the server's: as the original takes them.
async fn namespaces(settings: &Settings, client: &Client, filter: &Filter) -> Result<Vec<(String, String)>> {
    let mut names = vec![];
    for database in databases(settings, client, filter).await? {
        let failed = |error| classify(&format!("listing the collections of {database}"), error);
        for collection in client.database(&database).list_collection_names().await.map_err(failed)? {
            let in_scope = match &settings.scope {
                Scope::Collection(_, only) => collection == *only,
                Scope::Deployment | Scope::Database(_) => true,
            };
            if in_scope && filter.takes_collection(&database, &collection) && filter.snapshots(&database, &collection) {
                names.push((database.clone(), collection));
            }
        }
    }
    Ok(names)
}

async fn databases(settings: &Settings, client: &Client, filter: &Filter) -> Result<Vec<String>> {
    if let Scope::Database(database) | Scope::Collection(database, _) = &settings.scope {
        return Ok(vec![database.clone()]);
    }
    let listed = client.list_database_names().await.map_err(|error| classify("listing the databases", error))?;
    Ok(in_hash_order(listed.into_iter().filter(|name| filter.takes_database(name)).collect()))
}

fn in_hash_order(mut names: Vec<String>) -> Vec<String> {
    let buckets = java_hash::buckets_grown(16, names.len());
    java_hash::sort(&mut names, buckets, |name| name);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_come_as_from_a_java_hash_set() {
        // recorded from HashSet.toString() of JDK 17
        let names = ["admin", "commerce", "config", "local", "dbit", "b", "a"].map(str::to_owned).to_vec();
        assert_eq!(in_hash_order(names), RECORDED_ORDER);
    }

    const RECORDED_ORDER: [&str; 7] = ["a", "b", "dbit", "admin", "commerce", "config", "local"];
}
