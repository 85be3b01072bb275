//! What the sink writes into the metadata of an offset commit.

use serde::{Deserialize, Serialize};

use crate::decode::version::Watermark;

/// Version of this layout. Another layout's metadata is not read as ours.
const LAYOUT: u32 = 1;

/// A range that was about to be sent; its first offset is the committed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    pub last: i64,
    pub generation: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    pub pending: Option<Pending>,
    /// Of the records before the committed offset.
    pub watermark: Watermark,
}

/// Short names: the broker limits metadata to 4 KiB and keeps it for every commit.
#[derive(Serialize, Deserialize)]
struct Layout {
    v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    l: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    g: Option<u64>,
    w: u64,
}

impl Metadata {
    pub fn text(&self) -> String {
        let layout = Layout {
            v: LAYOUT,
            l: self.pending.map(|pending| pending.last),
            g: self.pending.map(|pending| pending.generation),
            w: self.watermark.0,
        };
        serde_json::to_string(&layout).expect("a struct of numbers has a JSON form")
    }

    /// `None` for metadata that is not ours, such as another program's or none at all.
    pub fn parse(text: &str) -> Option<Self> {
        let layout: Layout = serde_json::from_str(text).ok().filter(|layout: &Layout| layout.v == LAYOUT)?;
        let pending = match (layout.l, layout.g) {
            (Some(last), Some(generation)) => Some(Pending { last, generation }),
            _ => None,
        };
        Some(Self { pending, watermark: Watermark(layout.w) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let intent = Metadata { pending: Some(Pending { last: 99, generation: 1 }), watermark: Watermark(u64::MAX) };
        assert_eq!(intent.text(), r#"{"v":1,"l":99,"g":1,"w":18446744073709551615}"#);
        let done = Metadata { pending: None, ..intent };
        for metadata in [intent, done] {
            assert_eq!(Metadata::parse(&metadata.text()), Some(metadata));
        }
    }

    #[test]
    fn foreign_metadata_is_not_ours() {
        for text in ["", "x", "{}", r#"{"v":2,"l":9,"g":1,"w":0}"#] {
            assert_eq!(Metadata::parse(text), None, "{text}");
        }
    }
}
