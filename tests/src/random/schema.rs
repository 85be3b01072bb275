//! Tables, as a scenario knows them while it writes its statements.

use super::kind::Kind;
use crate::sim::Random;

/// What an update or a delete tells of the row before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    Default,
    Full,
    Nothing,
    Index,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub is_required: bool,
    pub has_default: bool,
}

#[derive(Debug, Clone)]
pub struct Table {
    pub name: String,
    /// The first of them is unique, also where there is no key.
    pub key: Vec<Column>,
    pub has_key: bool,
    pub identity: Identity,
    pub columns: Vec<Column>,
    /// Numbers of rows that may be there.
    pub rows: Vec<u64>,
    pub next_row: u64,
    next_column: u64,
}

impl Table {
    pub fn any(random: &mut Random, number: usize, columns: u64, has_moments: bool) -> Self {
        let members = if random.once_in(3) { random.between(2, 3) } else { 1 };
        let key = (0..members).map(|place| Column {
            name: format!("k{place}"),
            kind: Kind::of_key(random, has_moments),
            is_required: true,
            has_default: false,
        });
        let key = key.collect();
        let has_key = !random.once_in(5);
        let identity = match random.below(6) {
            0 | 1 => Identity::Full,
            2 => Identity::Index,
            3 if random.once_in(2) => Identity::Nothing,
            _ => Identity::Default,
        };
        let name = match random.below(4) {
            0 => format!("\"T {number}\""),
            1 => format!("\"Mixed{number}\""),
            _ => format!("t{number}"),
        };
        let mut table =
            Self { name, key, has_key, identity, columns: Vec::new(), rows: Vec::new(), next_row: 1, next_column: 0 };
        for _ in 0..columns {
            let column = table.new_column(random);
            table.columns.push(column);
        }
        table
    }

    pub fn new_column(&mut self, random: &mut Random) -> Column {
        self.next_column += 1;
        let mut kind = Kind::any(random);
        // what stands for it in a create after a changed key is known to differ
        while kind.is_long() && self.identity == Identity::Full {
            kind = Kind::any(random);
        }
        let is_required = kind.can_be_required() && random.once_in(4);
        let name = match random.below(5) {
            0 => format!("\"c {}\"", self.next_column),
            1 => format!("\"C{}\"", self.next_column),
            _ => format!("c{}", self.next_column),
        };
        Column { name, kind, is_required, has_default: random.once_in(4) }
    }

    /// The statements that make it.
    pub fn create(&mut self, random: &mut Random) -> Vec<String> {
        let mut parts: Vec<String> = self.key.iter().chain(&self.columns).map(|column| column.define(random)).collect();
        let key = self.key.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        if self.has_key {
            parts.push(format!("PRIMARY KEY ({key})"));
        }
        let mut statements = vec![format!("CREATE TABLE {} (\n    {}\n)", self.name, parts.join(",\n    "))];
        let name = &self.name;
        for column in self.columns.iter().filter(|column| column.kind.is_long()) {
            statements.push(format!("ALTER TABLE {name} ALTER COLUMN {} SET STORAGE EXTERNAL", column.name));
        }
        match self.identity {
            Identity::Default => {}
            Identity::Full => statements.push(format!("ALTER TABLE {name} REPLICA IDENTITY FULL")),
            Identity::Nothing => statements.push(format!("ALTER TABLE {name} REPLICA IDENTITY NOTHING")),
            Identity::Index => {
                let index = format!("i_{}", name.replace(['"', ' '], ""));
                statements.push(format!("CREATE UNIQUE INDEX {index} ON {name} ({})", self.key[0].name));
                statements.push(format!("ALTER TABLE {name} REPLICA IDENTITY USING INDEX {index}"));
            }
        }
        statements
    }

    /// Whether the server lets rows be changed that are published.
    pub fn can_change(&self) -> bool {
        match self.identity {
            Identity::Full | Identity::Index => true,
            Identity::Nothing => false,
            Identity::Default => self.has_key,
        }
    }
}

impl Column {
    pub fn define(&self, random: &mut Random) -> String {
        let mut text = format!("{} {}", self.name, self.kind.sql);
        if self.has_default {
            text.push_str(&format!(" DEFAULT {}", self.kind.literal(random, true)));
        }
        if self.is_required {
            text.push_str(" NOT NULL");
        }
        text
    }

    /// What an insert or an update may write into it.
    pub fn value(&self, random: &mut Random) -> String {
        if !self.is_required && random.once_in(4) {
            return "NULL".into();
        }
        if self.has_default && random.once_in(4) {
            return "DEFAULT".into();
        }
        self.kind.literal(random, self.is_required)
    }
}
