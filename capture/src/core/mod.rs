//! The core: positions, the ledger of records in flight, commit and confirmation, without I/O or clock.
