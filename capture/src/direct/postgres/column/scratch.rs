//! Buffers for what must be put together before it can be written: taken for one value, given back with their room, so
//! that rows are written without allocation.

use std::cell::RefCell;

thread_local! {
    static FREE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Calls `fill` with an empty buffer. Calls may nest; each has a buffer of its own.
pub fn with<R>(fill: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    let mut buffer = FREE.with_borrow_mut(Vec::pop).unwrap_or_default();
    buffer.clear();
    let result = fill(&mut buffer);
    FREE.with_borrow_mut(|free| free.push(buffer));
    result
}
