//! Values in ClickHouse's RowBinary: fixed-width little endian, strings with their length as a varint.

use bytes::{BufMut, Bytes, BytesMut};

/// Rows under way to one insert. The allocation is taken up again once the finished bytes are dropped.
#[derive(Debug, Default)]
pub struct RowBuffer {
    bytes: BytesMut,
    rows: usize,
}

impl RowBuffer {
    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.put_u8(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.put_u8(value as u8);
    }

    pub fn bytes(&mut self, value: &[u8]) {
        self.varint(value.len() as u64);
        self.bytes.put_slice(value);
    }

    pub fn text(&mut self, value: &str) {
        self.bytes(value.as_bytes());
    }

    pub fn u8(&mut self, value: u8) {
        self.bytes.put_u8(value);
    }

    pub fn u32(&mut self, value: u32) {
        self.bytes.put_u32_le(value);
    }

    pub fn i32(&mut self, value: i32) {
        self.bytes.put_i32_le(value);
    }

    pub fn u64(&mut self, value: u64) {
        self.bytes.put_u64_le(value);
    }

    pub fn i64(&mut self, value: i64) {
        self.bytes.put_i64_le(value);
    }

    pub fn end_row(&mut self) {
        self.rows += 1;
    }

    /// Everything written so far; the buffer is empty after it.
    pub fn finish(&mut self) -> Bytes {
        self.rows = 0;
        self.bytes.split().freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_binary_form() {
        let mut buffer = RowBuffer::default();
        buffer.varint(300);
        buffer.text("ab");
        buffer.i32(-2);
        buffer.u32(1);
        buffer.u64(2);
        buffer.i64(-1);
        buffer.u8(7);
        buffer.end_row();
        assert_eq!(buffer.rows(), 1);
        let mut expected = vec![0xac, 0x02, 2, b'a', b'b', 0xfe, 0xff, 0xff, 0xff, 1, 0, 0, 0];
        expected.extend([2, 0, 0, 0, 0, 0, 0, 0]);
        expected.extend([0xff; 8]);
        expected.push(7);
        assert_eq!(&buffer.finish()[..], expected);
        assert_eq!((buffer.rows(), buffer.len()), (0, 0));
    }
}
