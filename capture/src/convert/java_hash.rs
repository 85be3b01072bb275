//! The order in which a Java hash table iterates over its texts, since that order reaches bytes.

/// Brings entries into the order of a table with this many buckets; within a bucket the order of insertion stays.
pub fn sort<T>(entries: &mut [T], buckets: usize, key: impl Fn(&T) -> &str) {
    entries.sort_by_key(|entry| bucket(key(entry), buckets));
}

/// Where a table with this many buckets, a power of two, has a key.
pub fn bucket(key: &str, buckets: usize) -> usize {
    spread(hash_code(key)) as usize & (buckets - 1)
}

/// How many buckets a table has that was made for `entries` at a load of three quarters.
pub fn buckets_for(entries: usize) -> usize {
    // Java computes entries / 0.75 + 1 and rounds up to a power of two
    (entries * 4 / 3 + 1).next_power_of_two()
}

/// How many buckets a table has that began with so many and was filled entry by entry; Java's own beginning is 16.
pub fn buckets_grown(mut buckets: usize, entries: usize) -> usize {
    while entries * 4 > buckets * 3 {
        buckets *= 2;
    }
    buckets
}

/// The same of a `ConcurrentHashMap`, which grows one entry sooner.
pub fn buckets_grown_concurrently(entries: usize) -> usize {
    buckets_grown(16, entries + 1)
}

/// `String.hashCode`, over UTF-16 units.
fn hash_code(text: &str) -> u32 {
    text.encode_utf16().fold(0u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
}

fn spread(hash: u32) -> u32 {
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_code_is_javas() {
        assert_eq!(hash_code("hello") as i32, 99_162_322);
        assert_eq!(
            hash_code("connector.class") as i32,
            "connector.class".bytes().fold(0i32, |h, b| h.wrapping_mul(31).wrapping_add(b.into()))
        );
    }

    #[test]
    fn table_sizes() {
        assert_eq!((buckets_for(0), buckets_for(12), buckets_for(13)), (1, 32, 32));
        assert_eq!((buckets_grown(16, 12), buckets_grown(16, 13)), (16, 32));
        assert_eq!([11, 12, 23, 24].map(buckets_grown_concurrently), [16, 32, 32, 64]);
    }
}
