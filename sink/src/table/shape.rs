//! A table's columns and engine, and the parts of SQL and RowBinary that follow from them.

use super::row_binary::RowBuffer;

/// How many inserts a table remembers for deduplication. The server's default for plain tables is none.
pub const DEDUPLICATION_WINDOW: u32 = 10_000;

#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    /// The type's name exactly as `system.columns` shows it; the server compares it with the insert's header.
    pub kind: &'static str,
    /// Filled by the server when set; such a column is not sent.
    pub default: Option<&'static str>,
}

#[derive(Debug)]
pub struct Shape {
    pub columns: &'static [Column],
    /// Engine with its arguments.
    pub engine: &'static str,
    pub order_by: &'static str,
}

pub const fn sent(name: &'static str, kind: &'static str) -> Column {
    Column { name, kind, default: None }
}

pub const INGESTED_AT: Column = Column { name: "_ingested_at", kind: "DateTime", default: Some("now()") };

impl Shape {
    fn sent(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.default.is_none())
    }

    pub fn create(&self, database: &str, table: &str) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| match column.default {
                None => format!("    {} {}", column.name, column.kind),
                Some(default) => format!("    {} {} DEFAULT {default}", column.name, column.kind),
            })
            .collect();
        format!(
            "CREATE TABLE IF NOT EXISTS `{database}`.`{table}`\n(\n{}\n)\nENGINE = {}\nORDER BY {}\nSETTINGS non_replicated_deduplication_window = {DEDUPLICATION_WINDOW}",
            columns.join(",\n"),
            self.engine,
            self.order_by,
        )
    }

    pub fn insert(&self, database: &str, table: &str) -> String {
        let names: Vec<&str> = self.sent().map(|column| column.name).collect();
        format!("INSERT INTO `{database}`.`{table}` ({}) FORMAT RowBinaryWithNamesAndTypes", names.join(", "))
    }

    /// What precedes the rows: number, names and types of the columns.
    pub fn write_header(&self, buffer: &mut RowBuffer) {
        buffer.varint(self.sent().count() as u64);
        self.sent().for_each(|column| buffer.text(column.name));
        self.sent().for_each(|column| buffer.text(column.kind));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape =
        Shape { columns: &[sent("a", "Int32"), INGESTED_AT], engine: "ReplacingMergeTree", order_by: "a" };

    #[test]
    fn statements_leave_defaults_to_the_server() {
        assert!(SHAPE.create("d", "t").contains("a Int32,\n    _ingested_at DateTime DEFAULT now()\n)"));
        assert_eq!(SHAPE.insert("d", "t"), "INSERT INTO `d`.`t` (a) FORMAT RowBinaryWithNamesAndTypes");
        let mut buffer = RowBuffer::default();
        SHAPE.write_header(&mut buffer);
        assert_eq!(&buffer.finish()[..], b"\x01\x01a\x05Int32");
    }
}
