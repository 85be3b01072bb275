//! Which tables a snapshot reads, and in which order.

use crate::source::postgres::catalog::TableEntry;
use crate::source::postgres::config::Settings;

/// For each include pattern in the order written, its tables by name; each table once.
pub fn in_order<'a>(settings: &Settings, tables: &'a [TableEntry]) -> Vec<&'a TableEntry> {
    let wanted = |t: &&TableEntry| {
        // signals given before the start are not obeyed
        settings.signal_table.as_ref() != Some(&t.name())
            && settings.snapshot_tables.as_ref().is_none_or(|list| list.iter().any(|r| r.is_match(&t.name())))
    };
    let mut sorted: Vec<&TableEntry> = tables.iter().filter(wanted).collect();
    sorted.sort_by_key(|t| t.name());
    if settings.tables.includes().is_empty() {
        return sorted;
    }
    let mut ordered: Vec<&TableEntry> = Vec::with_capacity(sorted.len());
    for pattern in settings.tables.includes() {
        for table in sorted.iter().filter(|t| pattern.is_match(&t.name())) {
            if !ordered.iter().any(|seen| seen.oid == table.oid) {
                ordered.push(table);
            }
        }
    }
    ordered
}
