//! The runner's own table: a change of it that has arrived shows that everything before it was sent. It is made only when
//! both engines stream, so that no snapshot contains it, and the first change also brings both to the same last commit.

use std::collections::BTreeMap;

use anyhow::Result;
use postgres::Client;

/// Operations that the connector leaves out are no good for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Insert,
    Update,
    Delete,
}

#[derive(Debug)]
pub struct Sentinel {
    operation: Operation,
    written: usize,
    tombstones: bool,
}

const TABLE: &str = "CREATE SCHEMA tailrace; CREATE TABLE tailrace.sentinel (id int PRIMARY KEY, tick int)";
const ROWS: &str = "INSERT INTO tailrace.sentinel SELECT n, 0 FROM generate_series(1, 20) n";
/// A publication of listed tables does not know the new one.
const PUBLISH: &str = "DO $$ DECLARE p record; BEGIN FOR p IN SELECT pubname FROM pg_publication WHERE NOT puballtables
    LOOP EXECUTE format('ALTER PUBLICATION %I ADD TABLE tailrace.sentinel', p.pubname); END LOOP; END $$";

impl Sentinel {
    /// Makes the table. `skipped` are the operations that the connector leaves out.
    pub fn create(client: &mut Client, config: &BTreeMap<String, Option<String>>) -> Result<Self> {
        let setting = |key: &str| config.get(key).cloned().flatten().unwrap_or_default();
        let skipped = setting("skipped.operations");
        let skips = |operation: &str| skipped.split(',').any(|word| word.trim().eq_ignore_ascii_case(operation));
        let operation = match (skips("c"), skips("u")) {
            (false, _) => Operation::Insert,
            (true, false) => Operation::Update,
            (true, true) => Operation::Delete,
        };
        client.batch_execute(TABLE)?;
        client.batch_execute(PUBLISH)?;
        if operation != Operation::Insert {
            client.batch_execute(ROWS)?;
        }
        Ok(Self { operation, written: 0, tombstones: setting("tombstones.on.delete") != "false" })
    }

    /// Changes the table once more, and says how many records of it there are to be then.
    pub fn write(&mut self, client: &mut Client) -> Result<usize> {
        self.written += 1;
        let number = self.written;
        client.batch_execute(&match self.operation {
            Operation::Insert => format!("INSERT INTO tailrace.sentinel VALUES ({number}, {number})"),
            Operation::Update => format!("UPDATE tailrace.sentinel SET tick = {number} WHERE id = 1"),
            Operation::Delete => format!("DELETE FROM tailrace.sentinel WHERE id = {number}"),
        })?;
        Ok(if self.operation == Operation::Delete && self.tombstones { 2 * number } else { number })
    }
}
