//! What a request's SQL is, as far as the front must know before the engine sees it.
//!
//! Three questions: is there anything to run, is it one statement (the engine would run several, the server refuses
//! them), and does data of an INSERT follow the text. Data matters most: the engine cuts inline data at the first
//! empty line, which binary formats contain by chance, so the data travels in a file and the text says
//! `FROM INFILE` instead.

use crate::exception::Exception;

#[derive(Debug, PartialEq, Eq)]
pub enum Statement<'a> {
    /// Nothing but spaces and comments.
    Empty,
    /// Runs as it stands; `format` is the output format that the text names.
    Plain { format: Option<&'a str> },
    /// An INSERT whose data follows its text: `head` FROM INFILE … `tail`, then the data.
    InsertData { head: &'a [u8], tail: &'a [u8], data: &'a [u8] },
}

/// Reads the text of a request.
pub fn read(sql: &[u8]) -> Result<Statement<'_>, Exception> {
    let mut tokens = Tokens::new(sql);
    let Some(first) = tokens.next() else { return Ok(Statement::Empty) };
    if first.is_word(sql, "INSERT")
        && let Some(insert) = insert_data(sql, &mut tokens)?
    {
        return Ok(insert);
    }
    plain(sql)
}

fn insert_data<'a>(sql: &'a [u8], tokens: &mut Tokens<'a>) -> Result<Option<Statement<'a>>, Exception> {
    let mut settings_at = None;
    let mut depth = 0usize;
    let mut named = false;
    for token in tokens.by_ref() {
        match token.kind {
            Kind::Punctuation(b'(' | b'{' | b'[') => depth += 1,
            Kind::Punctuation(b')' | b'}' | b']') => {
                depth = depth.saturating_sub(1);
                named = true;
            }
            _ if depth > 0 => {}
            Kind::Word if !named => {
                // the name of the table follows these words and may itself be spelt like a keyword
                named = !["INTO", "TABLE", "FUNCTION"].iter().any(|word| token.is_word(sql, word));
            }
            Kind::Quoted => named = true,
            Kind::Word if token.is_word(sql, "FROM") => {
                let text = "Query has infile and was send directly to server";
                return Err(Exception::new(78, "UNKNOWN_TYPE_OF_QUERY", text));
            }
            Kind::Word if ["VALUES", "SELECT", "WITH", "WATCH"].iter().any(|word| token.is_word(sql, word)) => {
                return Ok(None);
            }
            Kind::Word if token.is_word(sql, "SETTINGS") => settings_at = Some(token.start),
            Kind::Word if token.is_word(sql, "FORMAT") && !follows_dot(sql, token.start) => {
                let Some(format) = tokens.next().filter(|next| next.kind == Kind::Word) else { return Ok(None) };
                let split = settings_at.unwrap_or(token.start);
                let data = data_start(sql, format.end)?;
                let (head, tail) = (&sql[..split], &sql[split..format.end]);
                return Ok(Some(Statement::InsertData { head, tail, data: &sql[data..] }));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// `db.format` names a table, not a format.
fn follows_dot(sql: &[u8], start: usize) -> bool {
    sql[..start].iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'.')
}

/// Data begins after the first line end behind the format's name, or after the spaces when there is none.
fn data_start(sql: &[u8], mut at: usize) -> Result<usize, Exception> {
    if sql.get(at) == Some(&b';') {
        return Err(Exception::syntax("You have excessive ';' symbol before data for INSERT."));
    }
    while matches!(sql.get(at), Some(b' ' | b'\t' | b'\x0c')) {
        at += 1;
    }
    if sql.get(at) == Some(&b'\r') {
        at += 1;
    }
    if sql.get(at) == Some(&b'\n') {
        at += 1;
    }
    Ok(at)
}

fn plain(sql: &[u8]) -> Result<Statement<'_>, Exception> {
    let mut tokens = Tokens::new(sql).peekable();
    let drops = tokens.peek().is_some_and(|first| first.is_word(sql, "DROP") || first.is_word(sql, "DETACH"));
    let mut format = None;
    while let Some(token) = tokens.next() {
        if token.kind == Kind::Punctuation(b';')
            && let Some(next) = tokens.find(|next| next.kind != Kind::Punctuation(b';'))
        {
            let at = next.start + 1;
            return Err(Exception::syntax(format!(
                "Syntax error (Multi-statements are not allowed): failed at position {at}: send one statement a request."
            )));
        }
        let ends_here = tokens.peek().is_none_or(|next| next.kind == Kind::Punctuation(b';'));
        if drops && ends_here && (token.is_word(sql, "SYNC") || token.is_word(sql, "DELAY")) {
            return Err(waits_for_drop("SYNC"));
        }
        if token.is_word(sql, "FORMAT")
            && let Some(name) = tokens.peek().filter(|next| next.kind == Kind::Word)
        {
            format = std::str::from_utf8(&sql[name.start..name.end]).ok();
        }
    }
    Ok(Statement::Plain { format })
}

/// The engine as a library never runs the task that removes dropped tables, so waiting for it would not end.
pub fn waits_for_drop(what: &str) -> Exception {
    Exception::not_supported(what, "leave it out, a dropped table's name is free at once")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Keyword, plain identifier or number.
    Word,
    /// String literal or quoted identifier.
    Quoted,
    Punctuation(u8),
}

#[derive(Debug, Clone, Copy)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

impl Token {
    fn is_word(&self, sql: &[u8], word: &str) -> bool {
        self.kind == Kind::Word && sql[self.start..self.end].eq_ignore_ascii_case(word.as_bytes())
    }
}

/// The tokens of ClickHouse SQL without spaces and comments.
struct Tokens<'a> {
    sql: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    fn new(sql: &'a [u8]) -> Tokens<'a> {
        Tokens { sql, at: 0 }
    }

    fn rest(&self) -> &'a [u8] {
        &self.sql[self.at..]
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let skipped = match rest {
                [b, ..] if b.is_ascii_whitespace() || *b == 0x0b => 1,
                [b'-', b'-', ..] | [b'#', b' ' | b'!', ..] => find(rest, b"\n").unwrap_or(rest.len()),
                [b'/', b'*', ..] => find(&rest[2..], b"*/").map_or(rest.len(), |at| at + 4),
                _ => return,
            };
            self.at += skipped;
        }
    }

    /// Length of a quoted run: a backslash protects any byte, a doubled quote stands for itself.
    fn quoted_len(&self, quote: u8) -> usize {
        let rest = self.rest();
        let mut at = 1;
        while at < rest.len() {
            match rest[at] {
                b'\\' => at += 2,
                b if b == quote && rest.get(at + 1) == Some(&quote) => at += 2,
                b if b == quote => return at + 1,
                _ => at += 1,
            }
        }
        rest.len()
    }

    /// `$tag$ … $tag$`, when that is what stands here.
    fn heredoc_len(&self) -> Option<usize> {
        let rest = self.rest();
        let tag = 2 + rest[1..].iter().position(|b| !is_word_byte(*b))?;
        (rest.get(tag - 1) == Some(&b'$')).then_some(())?;
        find(&rest[tag..], &rest[..tag]).map(|at| at + 2 * tag)
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blank();
        let rest = self.rest();
        let first = *rest.first()?;
        let (kind, len) = match first {
            b'\'' | b'"' | b'`' => (Kind::Quoted, self.quoted_len(first)),
            b'$' => self.heredoc_len().map_or((Kind::Punctuation(first), 1), |len| (Kind::Quoted, len)),
            b if is_word_byte(b) => (Kind::Word, rest.iter().position(|b| !is_word_byte(*b)).unwrap_or(rest.len())),
            b => (Kind::Punctuation(b), 1),
        };
        let start = self.at;
        self.at = (start + len).min(self.sql.len());
        Some(Token { kind, start, end: self.at })
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert<'a>(head: &'a str, tail: &'a str, data: &'a [u8]) -> Statement<'a> {
        Statement::InsertData { head: head.as_bytes(), tail: tail.as_bytes(), data }
    }

    #[test]
    fn spaces_and_comments_are_empty() {
        for sql in ["", " \n", "-- x", "/* a */ # b", "#! c\n"] {
            assert_eq!(read(sql.as_bytes()), Ok(Statement::Empty), "{sql}");
        }
    }

    #[test]
    fn data_of_an_insert_starts_after_the_line_end() {
        let read = |sql| read(sql).expect("one statement");
        let sql = b"INSERT INTO t(a, `b)`) FORMAT RowBinary\n\n;\x00";
        assert_eq!(read(sql), insert("INSERT INTO t(a, `b)`) ", "FORMAT RowBinary", b"\n;\x00"));
        assert_eq!(read(b"insert into t format TSV 1\t2"), insert("insert into t ", "format TSV", b"1\t2"));
        let sql = b"INSERT INTO db.format SETTINGS async_insert=0 FORMAT CSV\r\n1";
        assert_eq!(read(sql), insert("INSERT INTO db.format ", "SETTINGS async_insert=0 FORMAT CSV", b"1"));
        assert_eq!(read(b"INSERT INTO format FORMAT CSV"), insert("INSERT INTO format ", "FORMAT CSV", b""));
        let sql = b"/* x */ INSERT INTO TABLE FUNCTION file('FORMAT') FORMAT CSV\n";
        assert_eq!(read(sql), insert("/* x */ INSERT INTO TABLE FUNCTION file('FORMAT') ", "FORMAT CSV", b""));
        let sql = b"INSERT INTO {t:Identifier} (* EXCEPT b) FORMAT TSV\n1";
        assert_eq!(read(sql), insert("INSERT INTO {t:Identifier} (* EXCEPT b) ", "FORMAT TSV", b"1"));
    }

    #[test]
    fn inserts_without_data_are_plain() {
        for sql in
            ["INSERT INTO t VALUES (1, ';'), (2, 'FORMAT x')", "INSERT INTO t SELECT 1", "INSERT INTO t (a) (SELECT 1)"]
        {
            assert_eq!(read(sql.as_bytes()), Ok(Statement::Plain { format: None }), "{sql}");
        }
    }

    #[test]
    fn the_named_output_format_is_seen() {
        let format = |sql: &'static str| match read(sql.as_bytes()).expect("one statement") {
            Statement::Plain { format } => format,
            other => panic!("{other:?}"),
        };
        assert_eq!(format("SELECT 1 FORMAT JSON;"), Some("JSON"));
        assert_eq!(format("SELECT 'a FORMAT b' -- FORMAT c"), None);
        assert_eq!(format("SELECT $$ FORMAT x $$"), None);
    }

    #[test]
    fn several_statements_are_refused() {
        for sql in ["SELECT 1; SELECT 2", "INSERT INTO t VALUES (1); SELECT 1"] {
            assert_eq!(read(sql.as_bytes()).expect_err(sql).code, 62);
        }
        assert!(read(b"SELECT ';'; -- end").is_ok());
        assert!(read(b"SELECT 1;;").is_ok());
    }

    #[test]
    fn a_drop_that_would_wait_for_ever_is_refused() {
        for sql in ["DROP TABLE t SYNC", "drop database d sync;", "DROP TABLE t NO DELAY", "DETACH TABLE t SYNC"] {
            assert_eq!(read(sql.as_bytes()).expect_err(sql).code, 48);
        }
        for sql in ["DROP TABLE sync_state", "DROP TABLE `SYNC`", "SELECT 1 AS SYNC"] {
            assert!(read(sql.as_bytes()).is_ok(), "{sql}");
        }
    }

    #[test]
    fn a_file_of_the_server_cannot_be_named() {
        assert_eq!(read(b"INSERT INTO t FROM INFILE 'x' FORMAT CSV").expect_err("refused").code, 78);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for seed in 0..5000u64 {
            let alphabet = b"INSERT FORMAT '\"`$;\\-/*#\n(){}a.";
            let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
            let sql: Vec<u8> = (0..40)
                .map(|_| {
                    x ^= x << 13;
                    x ^= x >> 7;
                    x ^= x << 17;
                    alphabet[(x % alphabet.len() as u64) as usize]
                })
                .collect();
            let _ = read(&sql);
            let _ = read(&[b"INSERT INTO ".as_slice(), &sql].concat());
        }
    }
}
