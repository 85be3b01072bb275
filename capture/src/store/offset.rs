//! What the pipeline asks of an offset store.

use crate::error::Result;

/// Keeps the offset of one source partition of one connector. Called from the task's thread; must not block it.
pub trait OffsetStore: Send {
    /// The stored offset map as JSON text, or `None` where there is none. Called once, before the source starts.
    fn load(&mut self) -> Result<Option<String>>;

    /// Starts to store `offset` (a JSON map). Called only after the last write has finished.
    fn begin(&mut self, offset: &[u8]);

    /// The outcome of the write begun last, once known: `Ok` only when the store has acknowledged it durably.
    fn finished(&mut self) -> Option<Result<()>>;
}
