//! The table.

use std::fmt;

use comfy_table::{CellAlignment, Table, presets};

use super::load::Load;
use super::side::{Figures, TUNED_DEBEZIUM};

#[derive(Debug)]
pub struct Report {
    pub load: &'static Load,
    pub sides: Vec<Figures>,
    pub compared: u64,
}

const HEADER: [&str; 10] = [
    "side",
    "rows/s",
    "of ceiling",
    "of tuned Debezium",
    "us a row: reader",
    "of tuned",
    "PostgreSQL",
    "broker",
    "peak MB",
    "start s",
];

impl Report {
    fn tuned(&self) -> Option<&Figures> {
        self.sides.iter().find(|side| side.name == TUNED_DEBEZIUM.name)
    }
}

impl Figures {
    pub fn rate(&self) -> f64 {
        self.rows as f64 / self.seconds
    }

    fn cpu_a_row(&self) -> f64 {
        self.reader_cpu / self.rows as f64
    }

    fn micros(&self, seconds: f64) -> String {
        format!("{:.2}", seconds * 1e6 / self.rows as f64)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, {} rows", self.load.about, self.sides.first().map_or(0, |side| side.rows))?;
        let ceiling = self.sides.first().map_or(1.0, Figures::rate);
        let tuned = self.tuned();
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED).set_header(HEADER);
        for side in &self.sides {
            table.add_row([
                side.name.to_owned(),
                format!("{:.0}", side.rate()),
                format!("{:.2}", side.rate() / ceiling),
                tuned.map_or("-".into(), |tuned| format!("{:.2}", side.rate() / tuned.rate())),
                side.micros(side.reader_cpu),
                // how many of the reader's CPU seconds fit into tuned Debezium's
                tuned.map_or("-".into(), |tuned| format!("1/{:.1}", tuned.cpu_a_row() / side.cpu_a_row())),
                side.micros(side.server_cpu),
                side.micros(side.broker_cpu),
                format!("{:.1}", side.memory_mb),
                side.start_seconds.map_or("-".into(), |s| format!("{s:.2}")),
            ]);
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        writeln!(f, "{table}")?;
        write!(f, "records compared={} equal={}", self.compared, self.compared)
    }
}
