use super::*;
use crate::source::postgres::change::LogicalMessage;
use crate::source::postgres::relation::{Column, Flavour};
use crate::source::postgres::types::Resolved;

/// What is handed on, as texts.
#[derive(Default)]
struct Seen(Vec<String>);

impl Changes for Seen {
    fn change(&mut self, change: &Change<'_>) -> Result<()> {
        let marker = change.origin.snapshot.map_or("", Marker::word);
        self.0.push(format!("{} {marker}", change.relation.table));
        Ok(())
    }

    fn message(&mut self, _: &LogicalMessage<'_>) -> Result<()> {
        panic!("a snapshot has no messages")
    }

    fn advance(&mut self, offset: &Offset) -> Result<()> {
        self.0.push(format!("at {} {:?}", offset.lsn, offset.snapshot));
        Ok(())
    }

    fn unfinished(&mut self, state: Option<&str>) {
        self.0.push(format!("left {}", state.unwrap_or("nothing")));
    }

    fn is_full(&self) -> bool {
        false
    }
}

fn table(name: &str, bounds: &[&str]) -> Table {
    let columns = vec![Column {
        name: "id".into(),
        resolved: Resolved::base(20, -1, "int8"),
        declared: Default::default(),
        optional: false,
        default: None,
        is_domain: false,
        flavour: Flavour::Driver,
    }];
    let relation = Relation { id: 1, schema: "s".into(), table: name.into(), columns, key: vec![0], version: 1 };
    let statement = Statement { columns: "id".into(), from: name.into(), is_overridden: false };
    let bound = |text: &str| (!text.is_empty()).then(|| vec![text.to_owned()]);
    let ranges = bounds.windows(2).map(|pair| Range { after: bound(pair[0]), to: bound(pair[1]) }).collect();
    Table::new(relation, statement, vec!["id".into()], ranges)
}

fn rows(tables: Vec<Table>, lanes: usize) -> Rows {
    Rows::new(tables, lanes, Origin::default(), Lsn(7))
}

#[test]
fn a_snapshot_without_rows_is_complete_as_well() {
    let mut seen = Seen::default();
    let mut rows = rows(vec![table("a", &["", ""])], 1);
    assert!(rows.begin_part(0).is_some());
    rows.end_part(0, &mut seen).unwrap();
    assert!(rows.begin_part(0).is_none());
    rows.finish(&mut seen).unwrap();
    assert_eq!(seen.0, ["at 0/7 Last"]);
}

#[test]
fn tables_follow_each_other() {
    let mut seen = Seen::default();
    let mut rows = rows(vec![table("a", &["", ""]), table("b", &["", ""]), table("c", &["", ""])], 1);
    for count in [3, 2, 0] {
        rows.begin_part(0).unwrap();
        (0..count).for_each(|_| rows.line(0, b"1\n", &mut seen).unwrap());
        rows.end_part(0, &mut seen).unwrap();
    }
    rows.finish(&mut seen).unwrap();
    let expected = ["a first", "a true", "a last_in_data_collection", "b first_in_data_collection", "b last"];
    assert_eq!(seen.0, expected);
}

#[test]
fn lanes_share_a_table_and_its_last_row_is_marked() {
    let mut seen = Seen::default();
    let mut rows = rows(vec![table("a", &["", "5", ""]), table("b", &["", ""])], 2);
    assert_eq!(rows.begin_part(0).unwrap(), "COPY (SELECT id FROM a WHERE (\"id\") <= ('5')) TO STDOUT");
    assert_eq!(rows.begin_part(1).unwrap(), "COPY (SELECT id FROM a WHERE (\"id\") > ('5')) TO STDOUT");
    rows.line(0, b"1\n", &mut seen).unwrap();
    rows.line(1, b"6\n", &mut seen).unwrap();
    rows.end_part(1, &mut seen).unwrap();
    rows.begin_part(1).unwrap();
    rows.line(1, b"1\n", &mut seen).unwrap();
    rows.end_part(0, &mut seen).unwrap();
    rows.end_part(1, &mut seen).unwrap();
    rows.finish(&mut seen).unwrap();
    assert_eq!(seen.0, ["a true", "a first", "b last"]);
}

#[test]
fn what_is_left_is_stored_behind_its_rows() {
    let mut seen = Seen::default();
    let mut rows = rows(vec![table("a", &["", "5", ""])], 1).stored();
    rows.announce(&mut seen).unwrap();
    rows.begin_part(0).unwrap();
    rows.line(0, b"1\n", &mut seen).unwrap();
    rows.end_part(0, &mut seen).unwrap();
    rows.begin_part(0).unwrap();
    rows.line(0, b"6\n", &mut seen).unwrap();
    rows.line(0, b"7\n", &mut seen).unwrap();
    rows.end_part(0, &mut seen).unwrap();
    rows.finish(&mut seen).unwrap();
    let expected = [
        r#"left {"s.a":{"key":["id"],"ranges":[{}]}}"#,
        "at 0/7 Row",
        "a first",
        r#"left {"s.a":{"key":["id"],"ranges":[{"after":["5"]}]}}"#,
        "at 0/7 Row",
        "a true",
        "left nothing",
        "a last",
    ];
    assert_eq!(seen.0, expected);
}
