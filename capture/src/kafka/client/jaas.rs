//! `sasl.mechanism` and the user and password inside `sasl.jaas.config`.

use crate::config::key::{Map, Problem};

pub fn translate(java: &Map, prefix: &str, out: &mut Map, problems: &mut Vec<Problem>) {
    let Some(mechanism) = java.get("sasl.mechanism").map(|m| m.trim().to_ascii_uppercase()) else {
        if java.contains_key("sasl.jaas.config") {
            problems.push(Problem::new(
                format!("{prefix}sasl.mechanism"),
                "sasl.jaas.config is set, but sasl.mechanism is missing: set PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
            ));
        }
        return;
    };
    if !matches!(mechanism.as_str(), "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512") {
        problems.push(Problem::new(
            format!("{prefix}sasl.mechanism"),
            format!("'{mechanism}' is not served: use PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or a TLS client certificate"),
        ));
        return;
    }
    out.insert("sasl.mechanism".into(), mechanism);
    let key = format!("{prefix}sasl.jaas.config");
    let options = java.get("sasl.jaas.config").ok_or_else(|| "it is missing".to_owned()).and_then(|t| parse(t));
    match options {
        Err(message) => problems.push(Problem::new(key, format!("no login can be read from it: {message}"))),
        Ok(options) => {
            for (option, property) in [("username", "sasl.username"), ("password", "sasl.password")] {
                match options.get(option) {
                    Some(value) => drop(out.insert(property.to_owned(), value.clone())),
                    None => problems.push(Problem::new(key.clone(), format!("the option '{option}' is missing"))),
                }
            }
        }
    }
}

/// The options of `<class> required name="value" ... ;`. No message holds a value.
fn parse(text: &str) -> Result<Map, String> {
    let mut words = words(text)?.into_iter();
    let _class = words.next().ok_or("it is empty")?;
    let flag = words.next().ok_or("the control flag ('required') is missing")?;
    if !["required", "requisite", "sufficient", "optional"].contains(&flag.as_str()) {
        return Err("the second word is not a control flag such as 'required'".into());
    }
    let mut options = Map::new();
    for word in words {
        let (name, value) = word.split_once('=').ok_or("an option is not of the form name=\"value\"")?;
        options.insert(name.to_owned(), value.to_owned());
    }
    Ok(options)
}

/// Splits at blanks outside quotes, up to the semicolon; quotes are removed and `\"` taken as a quote.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = vec![];
    let mut word = String::new();
    let mut quoted = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => word.extend(chars.next()),
            '"' => quoted = !quoted,
            ';' if !quoted => {
                words.extend((!word.is_empty()).then_some(word));
                return Ok(words);
            }
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    Err("the closing semicolon is missing".into())
}
