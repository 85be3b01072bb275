//! The table.

use std::fmt;

use comfy_table::{CellAlignment, Table, presets};

use super::side::Figures;

#[derive(Debug)]
pub struct Report {
    pub sides: Vec<Figures>,
    pub compared: u64,
}

const HEADER: [&str; 8] =
    ["side", "rows/s", "of ceiling", "of tuned Debezium", "us a row: reader", "walsender", "broker", "peak MB"];

impl Report {
    fn rate(&self, name: &str) -> Option<f64> {
        self.sides.iter().find(|s| s.name == name).map(Figures::rate)
    }
}

impl Figures {
    pub fn rate(&self) -> f64 {
        self.rows as f64 / self.seconds
    }

    fn micros(&self, seconds: f64) -> String {
        format!("{:.2}", seconds * 1e6 / self.rows as f64)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ceiling = self.sides.first().map_or(1.0, Figures::rate);
        let tuned = self.rate("Debezium to Kafka, tuned");
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED).set_header(HEADER.into_iter().chain(["start s"]));
        for side in &self.sides {
            table.add_row([
                side.name.to_owned(),
                format!("{:.0}", side.rate()),
                format!("{:.2}", side.rate() / ceiling),
                tuned.map_or("-".into(), |tuned| format!("{:.2}", side.rate() / tuned)),
                side.micros(side.reader_cpu),
                side.micros(side.walsender_cpu),
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
