//! The stages of the pipeline as they fill: topics, bronze, silver, gold.

use anyhow::Result;

use super::board::{Board, Line};
use super::rows::Rows;
use super::seeds::Seeds;
use super::stack::Stack;
use crate::connectors;

/// Four rows of the snapshot, the update, and the deletion with its tombstone.
const USER_RECORDS: usize = 7;
const BRONZE: [&str; 2] = ["users_queue", "events_queue"];
const SILVER: [&str; 2] = ["users_silver", "events_silver"];
pub const TOPICS: [&str; 2] = [connectors::USERS_TOPIC, connectors::EVENTS_TOPIC];
pub const USERS: &str = SILVER[0];
pub const EVENTS: &str = SILVER[1];
pub const GOLD: &str = "gold_user_activity";

/// A table with the rows that it has to hold.
#[derive(Debug)]
pub struct Goal<'a> {
    pub table: &'static str,
    pub expected: Rows,
    line: Line<'a>,
}

/// Every stage with its line on the board.
#[derive(Debug)]
pub struct Stages<'a> {
    stack: &'a Stack,
    board: &'a Board,
    topics: Vec<Line<'a>>,
    bronze: Vec<Line<'a>>,
    pub users: Goal<'a>,
    pub events: Goal<'a>,
    pub gold: Goal<'a>,
    day: &'a str,
}

impl<'a> Stages<'a> {
    pub fn new(stack: &'a Stack, board: &'a Board, seeds: &'a Seeds) -> Result<Self> {
        let records = [USER_RECORDS, seeds.events()?.len()];
        let lines = |stage, names: [&str; 2]| -> Vec<Line<'a>> {
            names.into_iter().zip(records).map(|(name, target)| board.line(stage, name, target)).collect()
        };
        let goal = |stage, table, file| -> Result<Goal<'a>> {
            let expected = seeds.expected(file)?;
            Ok(Goal { table, line: board.line(stage, table, expected.len()), expected })
        };
        Ok(Self {
            stack,
            board,
            topics: lines("topic", TOPICS),
            bronze: lines("bronze", BRONZE),
            users: goal("silver", USERS, USERS)?,
            events: goal("silver", EVENTS, EVENTS)?,
            gold: goal("gold", GOLD, "gold")?,
            day: seeds.day(),
        })
    }

    /// Looks at every stage up to silver once; true when all are full.
    pub fn look(&self) -> Result<bool> {
        for (line, topic) in self.topics.iter().zip(TOPICS).filter(|(line, _)| !line.is_full()) {
            line.set(self.stack.kafka.count(topic)?);
        }
        if !self.has_tables()? {
            return Ok(false);
        }
        for (line, table) in self.bronze.iter().zip(BRONZE).filter(|(line, _)| !line.is_full()) {
            line.set(self.number(&format!("SELECT count() FROM {table} FINAL"))?);
        }
        self.look_at(&self.users)?;
        self.look_at(&self.events)?;
        let counted = self.topics.iter().chain(&self.bronze).all(Line::is_full);
        Ok(counted && self.users.line.is_full() && self.events.line.is_full())
    }

    /// What a table holds now, with its line brought up to date.
    pub fn look_at(&self, goal: &Goal<'_>) -> Result<Rows> {
        let found = self.rows(goal)?;
        let matching = found.having(&goal.expected);
        // a row too many keeps the stage open
        let surplus = matching == goal.line.target() && found.len() > matching;
        goal.line.set(if surplus { matching - 1 } else { matching });
        Ok(found)
    }

    /// How far the tables are from what is expected, for an error message or the last check.
    pub fn differences(&self, goals: &[&Goal<'_>]) -> Result<String> {
        let mut text = String::new();
        for goal in goals {
            if let Some(difference) = self.rows(goal)?.difference(&goal.expected) {
                text += &format!("{} differs from the expected rows (- missing, + surplus):\n{difference}", goal.table);
            }
        }
        Ok(text)
    }

    /// The sink makes its tables before it reads.
    pub fn has_tables(&self) -> Result<bool> {
        let names = [BRONZE, SILVER].concat().join("', '");
        let count = format!("SELECT count() FROM system.tables WHERE database = 'default' AND name IN ('{names}')");
        Ok(self.number(&count)? == BRONZE.len() + SILVER.len())
    }

    /// Leaves the bars as they are; what is printed from now on stands below them.
    pub fn close(&self) {
        let goals = [&self.users, &self.events, &self.gold].map(|goal| &goal.line);
        self.topics.iter().chain(&self.bronze).chain(goals).for_each(Line::close);
        self.board.settle();
    }

    fn rows(&self, goal: &Goal<'_>) -> Result<Rows> {
        let column = |name: &String| match name.as_str() {
            // whatever the time zone of this machine is
            "timestamp" => "toString(timestamp, 'UTC')".to_owned(),
            name => name.to_owned(),
        };
        let columns: Vec<String> = goal.expected.columns().iter().map(column).collect();
        let condition = match goal.table {
            GOLD => format!("date = '{}'", self.day),
            _ => "is_deleted = 0".to_owned(),
        };
        let (columns, table) = (columns.join(", "), goal.table);
        let query = format!("SELECT {columns} FROM {table} FINAL WHERE {condition} ORDER BY ALL FORMAT CSV");
        Rows::under(goal.expected.columns().to_vec(), &self.stack.clickhouse.query(&query)?)
    }

    fn number(&self, query: &str) -> Result<usize> {
        Ok(self.stack.clickhouse.query(query)?.trim().parse()?)
    }
}
