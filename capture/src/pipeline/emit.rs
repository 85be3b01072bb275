//! Between a source and an output: every record passes the core on its way.

use super::output::Output;
use crate::core::Core;
use crate::error::Result;
use crate::model::offset::SourceOffset;
use crate::model::record::Record;
use crate::source::Emit;

pub struct Emitter<'a, O: SourceOffset, Out> {
    pub core: &'a mut Core<O>,
    pub output: &'a mut Out,
}

impl<O: SourceOffset, Out: Output> Emit<O> for Emitter<'_, O, Out> {
    #[inline]
    fn emit(&mut self, record: &Record<'_>, offset: &O) -> Result<()> {
        let sequence = self.core.record(offset, record.size_bytes());
        let sent = self.output.send(record, sequence);
        if sent.is_err() {
            // no acknowledgement can come for it
            self.core.refused();
        }
        sent
    }

    #[inline]
    fn advance(&mut self, offset: &O) {
        self.core.advance(offset);
    }

    #[inline]
    fn is_full(&self) -> bool {
        self.core.is_full()
    }
}
