//! An error as the server tells it: number, name, text, and the HTTP status that goes with the number.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    pub code: i32,
    /// The whole sentence without `Code: N. DB::Exception: ` and without the name at its end.
    message: String,
    name: String,
}

const PREFIX: &str = "DB::Exception: ";

impl Exception {
    pub fn new(code: i32, name: &str, message: impl Into<String>) -> Exception {
        Exception { code, message: message.into(), name: name.to_owned() }
    }

    pub fn not_supported(what: &str, remedy: &str) -> Exception {
        Exception::new(48, "NOT_IMPLEMENTED", format!("{what} is not supported by this front: {remedy}"))
    }

    pub fn syntax(message: impl Into<String>) -> Exception {
        Exception::new(62, "SYNTAX_ERROR", message)
    }

    /// Reads the engine's text. It sometimes wraps the same error in itself once or twice; the server does not.
    pub fn parse(text: &str) -> Exception {
        let mut text = text.trim();
        let Some(code) = leading_code(text) else {
            return Exception::new(1002, "UNKNOWN_EXCEPTION", text);
        };
        while let Some(rest) = text.find(PREFIX).map(|at| &text[at + PREFIX.len()..]) {
            if leading_code(rest) != Some(code) {
                text = rest;
                break;
            }
            text = rest.split(" (version ").next().unwrap_or(rest);
        }
        match text.rsplit_once(" (") {
            Some((message, name)) if is_name(name) => Exception::new(code, name.trim_end_matches(')'), message),
            _ => Exception::new(code, "", text),
        }
    }

    /// The body of the answer.
    pub fn body(&self, version: &str) -> String {
        format!("{self} (version {version})\n")
    }

    pub fn status(&self) -> u16 {
        match self.code {
            // REQUIRED_PASSWORD
            194 => 401,
            // UNKNOWN_USER, WRONG_PASSWORD, AUTHENTICATION_FAILED, SET_NON_GRANTED_ROLE, ACCESS_DENIED
            192 | 193 | 516 | 512 | 497 => 403,
            // CANNOT_PARSE_* (text, escape sequence, quoted string, date, datetime, number, domain value, IPv4, IPv6,
            // input assertion, UUID), BAD_ARGUMENTS, CANNOT_COMPILE_REGEXP, DUPLICATE_COLUMN, ILLEGAL_COLUMN,
            // THERE_IS_NO_COLUMN, UNKNOWN_ELEMENT_IN_AST, UNKNOWN_TYPE_OF_AST_NODE, TOO_DEEP_AST, TOO_BIG_AST,
            // UNEXPECTED_AST_STRUCTURE, SYNTAX_ERROR, INCORRECT_DATA, TYPE_MISMATCH, VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
            6 | 8 | 15 | 25 | 26 | 27 | 36 | 37 | 38 | 41 | 44 | 53 | 62 | 72 | 117 | 123 | 167 | 168 | 223 | 321
            | 376 | 427 | 441 | 675 | 676 => 400,
            // UNKNOWN_FUNCTION, _IDENTIFIER, _TYPE, _STORAGE, _TABLE, _AGGREGATE_FUNCTION, _FORMAT, _TYPE_OF_QUERY,
            // _DATABASE, _SETTING, _DIRECTION_OF_SORTING, _DATABASE_ENGINE, _ROLE
            46 | 47 | 50 | 56 | 60 | 63 | 73 | 78 | 81 | 115 | 152 | 336 | 511 => 404,
            // QUERY_IS_TOO_LARGE
            229 => 413,
            // NOT_IMPLEMENTED
            48 => 501,
            // SOCKET_TIMEOUT, CANNOT_OPEN_FILE, CANNOT_SCHEDULE_TASK
            209 | 76 | 439 => 503,
            // HTTP_LENGTH_REQUIRED
            381 => 411,
            // TIMEOUT_EXCEEDED
            159 => 408,
            _ => 500,
        }
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code: {}. {PREFIX}{}", self.code, self.message)?;
        if self.name.is_empty() { Ok(()) } else { write!(f, " ({})", self.name) }
    }
}

impl std::error::Error for Exception {}

fn leading_code(text: &str) -> Option<i32> {
    let (digits, rest) = text.strip_prefix("Code: ")?.split_once('.')?;
    rest.trim_start().starts_with(PREFIX.trim_end()).then(|| digits.parse().ok())?
}

fn is_name(text: &str) -> bool {
    text.strip_suffix(')').is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_text_becomes_the_servers_body() {
        let e = Exception::parse("Code: 60. DB::Exception: Table default.nope does not exist. (UNKNOWN_TABLE)");
        assert_eq!((e.code, e.status()), (60, 404));
        assert_eq!(
            e.body("26.5.1.1"),
            "Code: 60. DB::Exception: Table default.nope does not exist. (UNKNOWN_TABLE) (version 26.5.1.1)\n"
        );
    }

    #[test]
    fn an_error_wrapped_in_itself_is_told_once() {
        let inner = "Code: 33. DB::Exception: Cannot read all data. (CANNOT_READ_ALL_DATA)";
        let e =
            Exception::parse(&format!("Code: 33. DB::Exception: {inner} (version 26.5.1.1). (CANNOT_READ_ALL_DATA)"));
        assert_eq!(e.to_string(), inner);
        let twice = format!(
            "Code: 33. DB::Exception: Code: 33. DB::Exception: {inner} (version 1.2). (CANNOT_READ_ALL_DATA) (version 1.2). (CANNOT_READ_ALL_DATA)"
        );
        assert_eq!(Exception::parse(&twice).to_string(), inner);
    }

    #[test]
    fn a_text_of_another_shape_is_kept_whole() {
        let e = Exception::parse("something else");
        assert_eq!((e.code, e.status()), (1002, 500));
        assert!(e.to_string().contains("something else"));
    }
}
