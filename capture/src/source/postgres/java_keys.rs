//! Keys as Java serialises them: what Debezium stores of an incremental snapshot, an array of objects in hexadecimal.
//!
//! Integers, longs, texts and nulls are read and written; these are the keys that tables have. Another class is not read,
//! and then the table is read again from its beginning.

use crate::source::incremental::{Key, KeyValue};

const HEAD: &str = "aced0005";
/// `null` in place of the array.
const NOTHING: &str = "aced000570";
/// The description of `Object[]`.
const ARRAY: &str = "757200135b4c6a6176612e6c616e672e4f626a6563743b90ce589f1073296c020000787000";
/// `java.lang.Number`, the parent of both.
const NUMBER: &str = "7200106a6176612e6c616e672e4e756d62657286ac951d0b94e08b0200007870";
const INTEGER: &str = "7200116a6176612e6c616e672e496e746567657212e2a0a4f781873802000149000576616c756578";
const LONG: &str = "72000e6a6176612e6c616e672e4c6f6e673b8be490cc8f23df0200014a000576616c756578";
/// The first number that a repeated description is called by.
const FIRST_HANDLE: u32 = 0x007e_0000;

pub fn write(key: Option<&Key>) -> String {
    let Some(key) = key else { return NOTHING.to_owned() };
    let mut writer =
        Writer { out: format!("{HEAD}{ARRAY}{:06x}", key.len()), handle: FIRST_HANDLE + 2, known: [None; 3] };
    key.iter().for_each(|value| writer.value(value));
    writer.out
}

struct Writer {
    out: String,
    handle: u32,
    /// Where `Number`, `Integer` and `Long` were described.
    known: [Option<u32>; 3],
}

impl Writer {
    fn value(&mut self, value: &KeyValue) {
        match value {
            KeyValue::Null => self.out.push_str("70"),
            KeyValue::Text(text) => {
                self.out.push_str(&format!("74{:04x}", text.len()));
                text.bytes().for_each(|byte| self.out.push_str(&format!("{byte:02x}")));
                self.handle += 1;
            }
            KeyValue::Int(number) => {
                self.number(1, INTEGER);
                self.out.push_str(&format!("{number:08x}"));
            }
            KeyValue::Long(number) => {
                self.number(2, LONG);
                self.out.push_str(&format!("{number:016x}"));
            }
        }
    }

    fn number(&mut self, class: usize, description: &str) {
        self.out.push_str("73");
        match self.known[class] {
            Some(handle) => self.out.push_str(&format!("71{handle:08x}")),
            None => {
                self.known[class] = Some(self.handle);
                self.handle += 1;
                self.out.push_str(description);
                match self.known[0] {
                    Some(handle) => self.out.push_str(&format!("71{handle:08x}")),
                    None => {
                        self.known[0] = Some(self.handle);
                        self.handle += 1;
                        self.out.push_str(NUMBER);
                    }
                }
            }
        }
        self.handle += 1;
    }
}

/// `None`: there is no key, or it holds what is not read.
pub fn read(hex: &str) -> Option<Key> {
    let rest = hex.strip_prefix(HEAD)?.strip_prefix(ARRAY)?;
    let count = usize::from_str_radix(rest.get(..6)?, 16).ok()?;
    let mut reader = Reader { rest: &rest[6..], handle: FIRST_HANDLE + 2, known: [None; 3] };
    (0..count).map(|_| reader.value()).collect()
}

struct Reader<'a> {
    rest: &'a str,
    handle: u32,
    known: [Option<u32>; 3],
}

impl Reader<'_> {
    fn take(&mut self, bytes: usize) -> Option<&str> {
        let (taken, rest) = self.rest.split_at_checked(bytes * 2)?;
        self.rest = rest;
        Some(taken)
    }

    fn skip(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    fn value(&mut self) -> Option<KeyValue> {
        match self.take(1)? {
            "70" => Some(KeyValue::Null),
            "74" => {
                let length = usize::from_str_radix(self.take(2)?, 16).ok()?;
                let hex = self.take(length)?;
                let byte = |place: usize| u8::from_str_radix(hex.get(2 * place..2 * place + 2)?, 16).ok();
                let bytes: Option<Vec<u8>> = (0..length).map(byte).collect();
                self.handle += 1;
                String::from_utf8(bytes?).ok().map(KeyValue::Text)
            }
            "73" => self.number(),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<KeyValue> {
        let class = if self.rest.starts_with("71") {
            self.skip("71")?;
            let handle = u32::from_str_radix(self.take(4)?, 16).ok()?;
            self.known.iter().position(|known| *known == Some(handle)).filter(|class| *class > 0)?
        } else {
            let class = if self.rest.starts_with(INTEGER) { 1 } else { 2 };
            self.skip(if class == 1 { INTEGER } else { LONG })?;
            self.known[class] = Some(self.handle);
            self.handle += 1;
            if self.known[0].is_some() {
                self.take(5)?;
            } else {
                self.skip(NUMBER)?;
                self.known[0] = Some(self.handle);
                self.handle += 1;
            }
            class
        };
        self.handle += 1;
        if class == 1 {
            u32::from_str_radix(self.take(4)?, 16).ok().map(|bits| KeyValue::Int(bits as i32))
        } else {
            u64::from_str_radix(self.take(8)?, 16).ok().map(|bits| KeyValue::Long(bits as i64))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Debezium stored for the key ('c', 5).
    const STORED: &str = "aced0005757200135b4c6a6176612e6c616e672e4f626a6563743b90ce589f1073296c02000078700000000274000163737200116a6176612e6c616e672e496e746567657212e2a0a4f781873802000149000576616c7565787200106a6176612e6c616e672e4e756d62657286ac951d0b94e08b020000787000000005";

    #[test]
    fn text_is_javas() {
        let key = vec![KeyValue::Text("c".into()), KeyValue::Int(5)];
        assert_eq!(write(Some(&key)), STORED);
        assert_eq!(read(STORED), Some(key));
        assert_eq!((write(None).as_str(), read(NOTHING)), (NOTHING, None));
    }

    #[test]
    fn descriptions_are_written_once() {
        let key =
            vec![KeyValue::Long(-1), KeyValue::Int(-2), KeyValue::Null, KeyValue::Long(i64::MAX), KeyValue::Int(7)];
        let hex = write(Some(&key));
        assert_eq!(hex.matches("6a6176612e6c616e672e4e756d626572").count(), 1);
        assert_eq!(read(&hex), Some(key));
        (0..hex.len()).for_each(|end| drop(read(&hex[..end])));
    }
}
