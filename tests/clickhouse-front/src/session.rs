//! Running one question: a connection of its own, so that settings and database of one request never meet another's.

use crate::engine::{Answer, Connection, Engine};
use crate::exception::Exception;
use crate::request::Ask;
use crate::spool::Spool;
use crate::statement::{self, Statement};

pub const DEFAULT_FORMAT: &str = "TabSeparated";

/// An answer and the format of its body.
pub struct Ran {
    pub answer: Answer,
    pub format: String,
}

pub fn run(engine: &Engine, spool: &Spool, ask: &Ask, read_only: bool) -> Result<Ran, Exception> {
    let statement = statement::read(&ask.sql)?;
    let default_format = ask.default_format.as_deref().unwrap_or(DEFAULT_FORMAT);
    let connection = engine.connect()?;
    prepare(&connection, ask, read_only || ask.read_only)?;
    match statement {
        Statement::Empty => Err(Exception::syntax("Empty query: send SQL in the body or in the parameter query.")),
        Statement::Plain { format } => {
            let answer = connection.query(&ask.sql, default_format, &ask.parameters)?;
            Ok(Ran { answer, format: format.unwrap_or(default_format).to_owned() })
        }
        Statement::InsertData { head, tail, data } => {
            let file = spool.write(data).map_err(|error| {
                Exception::new(75, "CANNOT_WRITE_TO_FILE_DESCRIPTOR", format!("the data of the INSERT: {error}"))
            })?;
            let source = format!(" FROM INFILE {} COMPRESSION 'none' ", quoted(&file.path().to_string_lossy()));
            let sql = [head, source.as_bytes(), tail].concat();
            let answer = connection.query(&sql, default_format, &ask.parameters)?;
            Ok(Ran { answer, format: default_format.to_owned() })
        }
    }
}

fn prepare(connection: &Connection, ask: &Ask, read_only: bool) -> Result<(), Exception> {
    if let Some(database) = &ask.database {
        let name = database.replace('\\', "\\\\").replace('`', "\\`");
        connection.query(format!("USE `{name}`").as_bytes(), DEFAULT_FORMAT, &[])?;
    }
    if !ask.settings.is_empty() {
        let settings: Vec<String> = ask.settings.iter().map(setting).collect::<Result<_, _>>()?;
        connection.query(format!("SET {}", settings.join(", ")).as_bytes(), DEFAULT_FORMAT, &[])?;
    }
    let chosen_by_client = ask.settings.iter().any(|(name, value)| name == "readonly" && value != "0");
    if read_only && !chosen_by_client {
        // 2: nothing may be written, settings may still be chosen; what the server uses for GET
        connection.query(b"SET readonly = 2", DEFAULT_FORMAT, &[])?;
    }
    Ok(())
}

fn setting((name, value): &(String, String)) -> Result<String, Exception> {
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_name {
        Ok(format!("{name} = {}", quoted(value)))
    } else {
        Err(Exception::new(115, "UNKNOWN_SETTING", format!("Unknown setting '{name}'.")))
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
