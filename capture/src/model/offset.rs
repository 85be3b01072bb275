//! Source offsets: where a source resumes.
//!
//! Each source has its own compact offset type. The JSON text that Kafka Connect stores is built only when an offset is
//! stored, never per record.

/// What every source's offset can do.
///
/// `Clone::clone_from` must reuse the allocations of `self`: the ledger keeps a ring of offsets and overwrites its slots
/// for every record.
pub trait SourceOffset: Clone + Default + Send + std::fmt::Debug + 'static {
    /// Appends the offset map as Connect's `JsonConverter` prints it (no schema, no spaces, Debezium's member order).
    fn write_json(&self, out: &mut Vec<u8>);
}
