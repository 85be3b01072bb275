//! What happens to the tables: rows and columns come, change and go.

use super::kind::Kind;
use super::schema::{Identity, Table};
use crate::sim::Random;

/// Statements that belong together: a transaction, or a change of the schema with the wait before it.
pub type Block = Vec<String>;

/// One statement that changes rows.
pub fn statement(random: &mut Random, table: &mut Table) -> String {
    if table.rows.is_empty() || !table.can_change() {
        return insert(random, table);
    }
    match random.below(10) {
        0..=3 => insert(random, table),
        4 | 5 => update(random, table, false),
        6 => update(random, table, true),
        7 => change_key(random, table),
        _ => delete(random, table),
    }
}

pub fn insert(random: &mut Random, table: &mut Table) -> String {
    let count = if random.once_in(3) { random.between(2, 5) } else { 1 };
    let columns: Vec<&str> = table.key.iter().chain(&table.columns).map(|column| column.name.as_str()).collect();
    let mut rows = Vec::new();
    for row in table.next_row..table.next_row + count {
        let key = table.key.iter().map(|column| column.kind.key(row));
        let mut values: Vec<String> = key.collect();
        values.extend(table.columns.iter().map(|column| column.value(random)));
        rows.push(format!("({})", values.join(", ")));
        table.rows.push(row);
    }
    table.next_row += count;
    format!("INSERT INTO {} ({}) VALUES\n    {}", table.name, columns.join(", "), rows.join(",\n    "))
}

/// Of a row, or of several at once.
fn update(random: &mut Random, table: &Table, several: bool) -> String {
    let mut sets = Vec::new();
    for column in &table.columns {
        if random.once_in(table.columns.len().min(3) as u64) {
            sets.push(format!("{} = {}", column.name, column.value(random)));
        }
    }
    if sets.is_empty() {
        // nothing changes, which is a change all the same
        let name = &table.key[0].name;
        sets.push(format!("{name} = {name}"));
    }
    format!("UPDATE {} SET {}{}", table.name, sets.join(", "), chosen(random, table, several))
}

fn change_key(random: &mut Random, table: &mut Table) -> String {
    let chosen = chosen(random, table, false);
    let row = table.next_row;
    table.next_row += 1;
    table.rows.push(row);
    let mut sets = vec![format!("{} = {}", table.key[0].name, table.key[0].kind.key(row))];
    if random.once_in(2) {
        let values = table.columns.iter().map(|column| format!("{} = {}", column.name, column.value(random)));
        sets.extend(values.take(2));
    }
    format!("UPDATE {} SET {}{chosen}", table.name, sets.join(", "))
}

fn delete(random: &mut Random, table: &Table) -> String {
    let several = random.once_in(3);
    format!("DELETE FROM {}{}", table.name, chosen(random, table, several))
}

fn chosen(random: &mut Random, table: &Table, several: bool) -> String {
    if several && random.once_in(4) {
        return String::new();
    }
    let count = if several { random.between(2, 4) } else { 1 };
    let key = &table.key[0];
    let rows: Vec<String> =
        (0..count).map(|_| key.kind.key(table.rows[random.below(table.rows.len() as u64) as usize])).collect();
    format!(" WHERE {} IN ({})", key.name, rows.join(", "))
}

/// Statements between BEGIN and COMMIT, with sub-transactions of which some are taken back.
pub fn transaction(random: &mut Random, tables: &mut [Table], most: u64) -> Block {
    let mut block = vec!["BEGIN".to_owned()];
    let mut open = Vec::new();
    for number in 0..random.between(1, most) {
        match random.below(6) {
            0 => {
                block.push(format!("SAVEPOINT s{number}"));
                open.push(number);
            }
            1 if !open.is_empty() => {
                let taken = open[random.below(open.len() as u64) as usize];
                let verb = if random.once_in(3) { "RELEASE" } else { "ROLLBACK TO" };
                open.retain(|savepoint| *savepoint < taken || (verb != "RELEASE" && *savepoint == taken));
                block.push(format!("{verb} s{taken}"));
            }
            _ => {
                let place = random.below(tables.len() as u64) as usize;
                block.push(statement(random, &mut tables[place]));
            }
        }
    }
    block.push(if random.once_in(6) { "ROLLBACK" } else { "COMMIT" }.to_owned());
    block
}

/// A change of a table's schema. Both engines read the catalog when they meet the next row, so that everything before has
/// to be read first.
pub fn schema(random: &mut Random, table: &mut Table) -> Block {
    if random.below(7) == 0 {
        table.rows.clear();
        return vec![format!("TRUNCATE {}", table.name)];
    }
    let mut block = vec!["-- wait".to_owned()];
    block.extend(alter(random, table));
    block.push(insert(random, table));
    if table.can_change() {
        block.push(statement(random, table));
    }
    block
}

/// The same within a transaction, which both engines read when the catalog knows all of it: a column that its earlier rows
/// have must still be there at its end.
pub fn schema_in_transaction(random: &mut Random, table: &mut Table) -> Block {
    let mut block = vec!["-- wait".to_owned(), "BEGIN".to_owned()];
    block.extend(alter(random, table));
    block.extend((0..random.below(4)).map(|_| statement(random, table)).collect::<Vec<_>>());
    block.push(add_column(random, table));
    block.extend([insert(random, table), statement(random, table), "COMMIT".to_owned()]);
    block
}

/// The same while nobody reads.
pub fn schema_while_down(random: &mut Random, table: &mut Table) -> Block {
    let mut block = vec!["-- stop".to_owned(), statement(random, table)];
    block.extend(alter(random, table));
    block.extend([statement(random, table), insert(random, table), "-- start".to_owned()]);
    block
}

/// A new member of the enum, and a row that has it.
pub fn shade(random: &mut Random, tables: &[Table]) -> Block {
    let name = format!("shade {}", random.draw());
    let mut block = vec!["-- wait".to_owned(), format!("ALTER TYPE shade ADD VALUE '{name}'")];
    for table in tables.iter().filter(|table| table.can_change() && !table.rows.is_empty()) {
        if let Some(column) = table.columns.iter().find(|column| column.kind.is_shade()) {
            block.push(format!("UPDATE {} SET {} = '{name}'{}", table.name, column.name, chosen(random, table, false)));
        }
    }
    block
}

fn alter(random: &mut Random, table: &mut Table) -> Option<String> {
    let name = table.name.clone();
    let place = random.below(table.columns.len().max(1) as u64) as usize;
    match random.below(6) {
        0 | 1 => Some(add_column(random, table)),
        2 if table.columns.len() > 1 => {
            let column = table.columns.remove(place);
            Some(format!("ALTER TABLE {name} DROP COLUMN {}", column.name))
        }
        3 if !table.columns.is_empty() => {
            let new = table.new_column(random).name;
            let old = std::mem::replace(&mut table.columns[place].name, new.clone());
            Some(format!("ALTER TABLE {name} RENAME COLUMN {old} TO {new}"))
        }
        4 if !table.columns.is_empty() => {
            let column = &mut table.columns[place];
            let of = &column.name;
            let text = format!(
                "ALTER TABLE {name} ALTER COLUMN {of} DROP DEFAULT, ALTER COLUMN {of} TYPE text USING {of}::text"
            );
            column.kind = Kind::text();
            column.has_default = false;
            Some(text)
        }
        _ if table.columns.iter().all(|column| !column.kind.is_long()) => {
            table.identity = if table.identity == Identity::Full { Identity::Default } else { Identity::Full };
            let word = if table.identity == Identity::Full { "FULL" } else { "DEFAULT" };
            Some(format!("ALTER TABLE {name} REPLICA IDENTITY {word}"))
        }
        _ => None,
    }
}

fn add_column(random: &mut Random, table: &mut Table) -> String {
    let mut column = table.new_column(random);
    // rows that are there need a value
    column.has_default |= column.is_required;
    let definition = column.define(random);
    table.columns.push(column);
    format!("ALTER TABLE {} ADD COLUMN {definition}", table.name)
}
