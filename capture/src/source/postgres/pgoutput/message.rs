//! The messages of the plugin, in the manual's words.

/// Which columns an old image carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldKind {
    /// The columns of the replica identity; the others arrive as null.
    Key,
    /// The whole row (`REPLICA IDENTITY FULL`).
    Full,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Message<'a> {
    Begin {
        /// Microseconds since 1970.
        commit_time_us: i64,
        xid: u32,
    },
    Commit,
    Relation(RelationBody<'a>),
    /// The tuple's bytes follow; [`super::row::Cells`] takes them apart.
    Insert {
        relation: u32,
        new: &'a [u8],
    },
    Update {
        relation: u32,
        old: Option<(OldKind, &'a [u8])>,
        new: &'a [u8],
    },
    Delete {
        relation: u32,
        kind: OldKind,
        old: &'a [u8],
    },
    Truncate {
        /// Relation ids, four bytes each.
        relations: &'a [u8],
    },
    /// A message of `pg_logical_emit_message`; the server sends them only to who asks for them.
    Logical {
        is_transactional: bool,
        prefix: &'a str,
        content: &'a [u8],
    },
    /// A type's name: we ask the catalog instead.
    Type,
    /// Where a change was replicated from.
    Origin,
}

/// A relation as the log describes it.
#[derive(Debug, PartialEq, Eq)]
pub struct RelationBody<'a> {
    pub id: u32,
    pub schema: &'a str,
    pub table: &'a str,
    pub columns: Vec<ColumnBody<'a>>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct ColumnBody<'a> {
    pub name: &'a str,
    pub type_oid: u32,
    pub type_modifier: i32,
}
