//! The server's types: names, domains down to their root, enum labels.

use super::wire::codec::Connection;
use super::wire::query::{number, text};
use crate::error::Result;
use std::collections::HashMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    pub name: String,
    /// `b`ase, `d`omain, `e`num, `c`omposite, `r`ange, `m`ultirange, `p`seudo.
    pub kind: char,
    /// What an array's elements are; 0 for all else.
    element: u32,
    /// Between two elements of an array of this type.
    delimiter: u8,
    /// What a domain stands on, and the modifier that it adds.
    pub base: u32,
    pub base_modifier: i32,
    pub labels: Vec<String>,
    /// Where the search path does not lead to the type: its schema.
    schema_off_path: Option<String>,
}

/// A column's type with domains taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    pub oid: u32,
    /// The nearest modifier of the chain; -1 where there is none.
    pub modifier: i32,
    /// The name of the root type.
    pub name: String,
    pub kind: char,
    pub labels: Vec<String>,
    /// Between two elements of an array of this type.
    pub delimiter: u8,
    /// Of an array: the type of its elements, with its domains.
    pub element: Option<Box<Resolved>>,
}

impl Resolved {
    /// A base type.
    pub fn base(oid: u32, modifier: i32, name: impl Into<String>) -> Self {
        Self { oid, modifier, name: name.into(), kind: 'b', labels: vec![], delimiter: b',', element: None }
    }

    /// An array of elements of this type.
    pub fn array(self, oid: u32, modifier: i32) -> Self {
        Self { element: Some(Box::new(self)), ..Self::base(oid, modifier, format!("array {oid}")) }
    }
}

#[derive(Debug, Default)]
pub struct Types(HashMap<u32, Type>);

/// The labels of an enum come in no order, as the original asks for them.
const ALL_TYPES: &str = "SELECT t.oid, t.typname, t.typtype, t.typbasetype, t.typtypmod, \
     CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END, t.typdelim, \
     (SELECT string_agg(e.enumlabel, E'\\x01') FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), \
     CASE WHEN n.nspname = ANY (current_schemas(true)) THEN NULL ELSE n.nspname END \
     FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace";

impl Types {
    pub async fn load(connection: &mut Connection) -> Result<Self> {
        let mut types = HashMap::new();
        for row in &connection.query(ALL_TYPES).await? {
            let letter = |i: usize| text(row, i).chars().next().unwrap_or('b');
            let labels = match text(row, 7) {
                "" => vec![],
                labels => labels.split('\u{1}').map(str::to_owned).collect(),
            };
            types.insert(
                number(row, 0)?,
                Type {
                    name: text(row, 1).to_owned(),
                    kind: letter(2),
                    base: number(row, 3)?,
                    base_modifier: number(row, 4)?,
                    element: number(row, 5)?,
                    delimiter: text(row, 6).bytes().next().unwrap_or(b','),
                    labels,
                    schema_off_path: row.get(8).cloned().flatten(),
                },
            );
        }
        Ok(Self(types))
    }

    pub fn knows(&self, oid: u32) -> bool {
        self.0.contains_key(&oid)
    }

    /// A type's own name; empty where there is no such type.
    pub fn name(&self, oid: u32) -> &str {
        self.0.get(&oid).map_or("", |t| &t.name)
    }

    pub fn schema_off_path(&self, oid: u32) -> Option<&str> {
        self.0.get(&oid)?.schema_off_path.as_deref()
    }

    /// What a domain stands on, and the modifier that it adds; `None`: it is no domain.
    pub fn base_of(&self, oid: u32) -> Option<(u32, i32)> {
        self.0.get(&oid).filter(|t| t.kind == 'd').map(|t| (t.base, t.base_modifier))
    }

    pub fn element_of(&self, array: u32) -> Option<u32> {
        self.0.get(&array).map(|t| t.element).filter(|element| *element != 0)
    }

    pub fn resolve(&self, oid: u32, modifier: i32) -> Resolved {
        let (mut oid, mut modifier) = (oid, modifier);
        // a chain of domains ends; the bound guards against a catalog that lies
        for _ in 0..64 {
            match self.0.get(&oid) {
                Some(t) if t.kind == 'd' => {
                    oid = t.base;
                    modifier = if modifier >= 0 { modifier } else { t.base_modifier };
                }
                _ => break,
            }
        }
        self.described(oid, modifier)
    }

    /// A type as it is, domain or not.
    fn described(&self, oid: u32, modifier: i32) -> Resolved {
        match self.0.get(&oid) {
            Some(t) => Resolved {
                oid,
                modifier,
                name: t.name.clone(),
                kind: t.kind,
                labels: t.labels.clone(),
                delimiter: t.delimiter,
                // an element is no array itself, whatever the catalog says
                element: self.0.get(&t.element).map(|_| Box::new(self.element(t.element))),
            },
            None => Resolved::base(oid, modifier, format!("oid {oid}")),
        }
    }

    fn element(&self, oid: u32) -> Resolved {
        let t = &self.0[&oid];
        let element = Resolved::base(oid, -1, &t.name);
        Resolved { kind: t.kind, labels: t.labels.clone(), delimiter: t.delimiter, ..element }
    }
}
