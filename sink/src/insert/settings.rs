//! Settings that every insert carries, so that its meaning depends neither on a profile nor on the server's version.

/// One insert must be one block, and the same block when it is repeated: both the blocks' identity and an insert's
/// atomicity rest on it. The sizes are the server's own defaults, pinned.
pub const PINNED: &[(&str, &str)] = &[
    ("async_insert", "0"),
    ("wait_end_of_query", "1"),
    ("insert_deduplicate", "1"),
    ("max_insert_block_size", "1048449"),
    ("min_insert_block_size_rows", "1048449"),
    ("min_insert_block_size_bytes", "268402944"),
    ("max_insert_threads", "1"),
    ("input_format_skip_unknown_fields", "0"),
    ("deduplicate_blocks_in_dependent_materialized_views", "1"),
];

/// Settings that only some servers know and that others refuse.
pub fn for_version(version: &str) -> &'static [(&'static str, &'static str)] {
    // From 26.2 this one decides about deduplication and the older setting alone is ignored.
    if numbers(version) >= (26, 2) { &[("deduplicate_insert", "enable")] } else { &[] }
}

fn numbers(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_servers_need_one_more() {
        assert!(for_version("24.8.4.1").is_empty());
        assert!(for_version("26.1.2").is_empty());
        assert_eq!(for_version("26.2.1.3").len(), 1);
        assert_eq!(for_version("27.1").len(), 1);
    }
}
