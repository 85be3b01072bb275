//! What the sink writes into the metadata of an offset commit.

use serde::{Deserialize, Serialize};

use crate::decode::version::Watermark;

/// Version of this layout. Another layout's metadata is not read as ours.
const LAYOUT: u32 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// Of the tokens under which the partition's batches are sent.
    pub generation: u64,
    /// Last offset of a range that is about to be sent; its first one is the committed offset.
    pub pending: Option<i64>,
    /// Of the records before the committed offset.
    pub watermark: Watermark,
}

/// Short names: the broker limits metadata to 4 KiB and keeps it for every commit.
#[derive(Serialize, Deserialize)]
struct Layout {
    v: u32,
    g: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    l: Option<i64>,
    w: u64,
}

impl Metadata {
    pub fn text(&self) -> String {
        let layout = Layout { v: LAYOUT, g: self.generation, l: self.pending, w: self.watermark.0 };
        serde_json::to_string(&layout).expect("a struct of numbers has a JSON form")
    }

    /// `None` for metadata that is not ours, such as another program's or none at all.
    pub fn parse(text: &str) -> Option<Self> {
        let layout: Layout = serde_json::from_str(text).ok().filter(|layout: &Layout| layout.v == LAYOUT)?;
        Some(Self { generation: layout.g, pending: layout.l, watermark: Watermark(layout.w) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let intent = Metadata { generation: 7, pending: Some(99), watermark: Watermark(u64::MAX) };
        assert_eq!(intent.text(), r#"{"v":1,"g":7,"l":99,"w":18446744073709551615}"#);
        let done = Metadata { pending: None, ..intent };
        for metadata in [intent, done] {
            assert_eq!(Metadata::parse(&metadata.text()), Some(metadata));
        }
    }

    #[test]
    fn foreign_metadata_is_not_ours() {
        for text in ["", "x", "{}", r#"{"v":2,"g":1,"l":9,"w":0}"#, r#"{"v":1,"l":9,"w":0}"#] {
            assert_eq!(Metadata::parse(text), None, "{text}");
        }
    }
}
