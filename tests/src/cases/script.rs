//! SQL files: statements, separated as psql does it, and orders to the engines in between.

use anyhow::{Result, bail};

/// One step of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Statement(String),
    /// `-- stop`: both connectors end, once they have sent everything so far.
    Stop,
    /// `-- start`: both start again and stream.
    Start,
    /// `-- wait`: both have sent everything so far. What follows may change the catalog, which is read late.
    Wait,
    /// `-- signal {…}`: the object is a new line in the file of signals of each side.
    FileSignal(String),
    /// `-- message {…}`: the object is a new record of the signal topic of each side, under the prefix.
    TopicSignal(String),
    /// `-- records TOPIC NUMBER`: both have sent so many records to the topic, whose name is without its prefix.
    Records(String, usize),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    pub steps: Vec<Step>,
}

impl Script {
    pub fn parse(text: &str) -> Result<Self> {
        let mut steps = Vec::new();
        let mut statement = String::new();
        let mut rest = text;
        while let Some(length) = next_piece(rest)? {
            let (piece, after) = rest.split_at(length);
            rest = after;
            match piece {
                ";" => push(&mut steps, &mut statement),
                comment if comment.starts_with("--") => {
                    let orders = orders(comment[2..].trim())?;
                    if !orders.is_empty() && !statement.trim().is_empty() {
                        bail!("{comment} stands inside a statement: end that with a semicolon");
                    }
                    steps.extend(orders);
                }
                _ => statement.push_str(piece),
            }
        }
        push(&mut steps, &mut statement);
        Ok(Self { steps })
    }

    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether it gives no orders to the engines.
    pub fn is_plain(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Statement(_)))
    }
}

fn orders(text: &str) -> Result<Vec<Step>> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    Ok(match (word, rest) {
        ("restart", "") => vec![Step::Stop, Step::Start],
        ("stop", "") => vec![Step::Stop],
        ("start", "") => vec![Step::Start],
        ("wait", "") => vec![Step::Wait],
        ("signal", object) if object.starts_with('{') => vec![Step::FileSignal(object.to_owned())],
        ("message", object) if object.starts_with('{') => vec![Step::TopicSignal(object.to_owned())],
        ("records", wanted) => match wanted.split_once(' ').map(|(topic, number)| (topic, number.parse())) {
            Some((topic, Ok(number))) => vec![Step::Records(topic.to_owned(), number)],
            _ => bail!("-- {text}: the name of a topic and a number are expected"),
        },
        _ => vec![],
    })
}

fn push(steps: &mut Vec<Step>, statement: &mut String) {
    let text = std::mem::take(statement).trim().to_owned();
    if !text.is_empty() {
        steps.push(Step::Statement(text));
    }
}

/// The length of what comes next: a semicolon, a comment, a quoted text, or a character.
fn next_piece(text: &str) -> Result<Option<usize>> {
    let Some(first) = text.chars().next() else { return Ok(None) };
    let length = match first {
        '-' if text.starts_with("--") => text.find('\n').unwrap_or(text.len()),
        '/' if text.starts_with("/*") => closing(text, "*/", 2)?,
        '\'' => closing(text, "'", 1)?,
        '"' => closing(text, "\"", 1)?,
        'E' if text.starts_with("E'") => escaped(text)?,
        '$' => match dollar_tag(text) {
            Some(tag) => closing(text, tag, tag.len())?,
            None => 1,
        },
        _ => first.len_utf8(),
    };
    Ok(Some(length))
}

fn closing(text: &str, end: &str, from: usize) -> Result<usize> {
    match text[from..].find(end) {
        Some(at) => Ok(from + at + end.len()),
        None => bail!("nothing closes {}", &text[..text.len().min(20)]),
    }
}

/// `E'..'`, in which a backslash hides the next character.
fn escaped(text: &str) -> Result<usize> {
    let mut hidden = false;
    for (at, byte) in text.bytes().enumerate().skip(2) {
        match byte {
            _ if hidden => hidden = false,
            b'\\' => hidden = true,
            b'\'' => return Ok(at + 1),
            _ => {}
        }
    }
    bail!("nothing closes {text}")
}

/// `$$` or `$word$` at the start of the text.
fn dollar_tag(text: &str) -> Option<&str> {
    let end = text[1..].find('$')? + 2;
    let word = &text[1..end - 1];
    let fits = word.chars().all(|c| c.is_alphanumeric() || c == '_') && !word.starts_with(|c: char| c.is_ascii_digit());
    fits.then(|| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<String> {
        let steps = Script::parse(text).unwrap().steps;
        let texts = steps.into_iter().map(|step| match step {
            Step::Statement(text) => text,
            order => format!("{order:?}"),
        });
        texts.collect()
    }

    #[test]
    fn statements_end_at_semicolons_outside_of_quotes() {
        assert_eq!(statements("SELECT 1;\nSELECT ';';; SELECT \";\""), ["SELECT 1", "SELECT ';'", "SELECT \";\""]);
        assert_eq!(statements("SELECT E'\\';', 'it''s;'; x"), ["SELECT E'\\';', 'it''s;'", "x"]);
        assert_eq!(statements("DO $a$ BEGIN; $$; $a$; SELECT '$1'"), ["DO $a$ BEGIN; $$; $a$", "SELECT '$1'"]);
        assert_eq!(statements("SELECT 1 /* ; */ + 2"), ["SELECT 1 /* ; */ + 2"]);
        assert_eq!(statements("SELECT $1; é;"), ["SELECT $1", "é"]);
    }

    #[test]
    fn comments_are_dropped_and_orders_are_kept() {
        assert_eq!(
            statements("-- why; so\na;\n-- restart\nb;\n-- stop\nc;\n-- start\n-- wait"),
            ["a", "Stop", "Start", "b", "Stop", "c", "Start", "Wait"]
        );
        assert!(Script::parse("-- a; b").unwrap().is_empty());
        assert_eq!(
            statements("-- signal {\"id\": 1}\n-- records public.t 12"),
            ["FileSignal(\"{\\\"id\\\": 1}\")", "Records(\"public.t\", 12)"]
        );
    }

    #[test]
    fn what_has_no_end_is_refused() {
        for text in ["'a", "\"a", "/* a", "$$ a", "E'a\\'", "a\n-- restart\n;", "-- records t"] {
            assert!(Script::parse(text).is_err(), "{text}");
        }
    }
}
