//! Just enough of Rust's grammar: code without its comments and literals, and the extent of functions.

/// The text with every comment and literal replaced by blanks; lines stay where they are.
pub fn code_of(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = end_of_literal(&chars, at);
        if end == at {
            code.push(chars[at]);
            at += 1;
        } else {
            code.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    code
}

/// Where the comment or literal that starts at `at` ends; `at` where none starts.
fn end_of_literal(chars: &[char], at: usize) -> usize {
    let in_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match (chars[at], chars.get(at + 1)) {
        ('/', Some('/')) => find(chars, at, |c| c == '\n'),
        ('/', Some('*')) => end_of_block(chars, at),
        ('"', _) => end_of_quoted(chars, at + 1, '"'),
        ('b' | 'c', Some('"')) if !in_word => end_of_quoted(chars, at + 2, '"'),
        ('b' | 'c', Some('r')) if !in_word => end_of_raw(chars, at, at + 2),
        ('r', Some('"' | '#')) if !in_word => end_of_raw(chars, at, at + 1),
        // a lifetime has no closing quote two characters on
        ('\'', Some('\\')) => end_of_quoted(chars, at + 1, '\''),
        ('\'', Some(_)) if chars.get(at + 2) == Some(&'\'') => at + 3,
        _ => at,
    }
}

fn find(chars: &[char], from: usize, matches: impl Fn(char) -> bool) -> usize {
    (from..chars.len()).find(|i| matches(chars[*i])).unwrap_or(chars.len())
}

fn end_of_block(chars: &[char], at: usize) -> usize {
    let mut depth = 0;
    let mut i = at;
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                i += 1;
                continue;
            }
        }
        i += 2;
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn end_of_quoted(chars: &[char], from: usize, quote: char) -> usize {
    let mut i = from;
    while i < chars.len() && chars[i] != quote {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

/// `hashes` is where the `#`s or the quote of a raw string begin; a raw identifier is no literal.
fn end_of_raw(chars: &[char], at: usize, hashes: usize) -> usize {
    let open = find(chars, hashes, |c| c != '#');
    if chars.get(open) != Some(&'"') {
        return at;
    }
    let closing = open - hashes;
    let closes = |i: &usize| chars[*i] == '"' && chars[i + 1..].iter().take_while(|c| **c == '#').count() >= closing;
    (open + 1..chars.len()).find(closes).map_or(chars.len(), |i| i + 1 + closing)
}

/// A function with a body.
pub struct Function {
    pub name: String,
    /// First line, from 1.
    pub line: usize,
    pub lines: usize,
}

/// Every function of code that [`code_of`] has prepared.
pub fn functions(code: &str) -> Vec<Function> {
    let head = regex::Regex::new(r"\bfn\s+(\w+)").expect("the pattern is valid");
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    let mut found = vec![];
    for captures in head.captures_iter(code) {
        let (start, name) = (captures.get(0).map_or(0, |m| m.start()), captures[1].to_owned());
        if let Some(end) = end_of_body(code.as_bytes(), start) {
            found.push(Function { name, line: line_of(start), lines: line_of(end) - line_of(start) + 1 });
        }
    }
    found
}

/// The closing brace of the body; `None` for a declaration.
fn end_of_body(code: &[u8], start: usize) -> Option<usize> {
    let (mut parens, mut braces) = (0, 0);
    for (i, byte) in code.iter().enumerate().skip(start) {
        match byte {
            b'(' | b'[' => parens += 1,
            b')' | b']' => parens -= 1,
            b';' if parens == 0 && braces == 0 => return None,
            b'{' => braces += 1,
            b'}' => {
                braces -= 1;
                if braces == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

#[test]
fn comments_and_literals_are_blanked() {
    let text = "a // x\n/* y /* z */ */ b \"c\\\"d\" r#\"e\"f\"# 'g' '\\'' &'life h b\"i\" br\"j\" for_str k";
    let words: Vec<String> = code_of(text).split_whitespace().map(str::to_owned).collect();
    assert_eq!(words, ["a", "b", "&'life", "h", "for_str", "k"]);
    assert_eq!(code_of(text).lines().count(), 2);
}

#[test]
fn functions_are_measured_and_declarations_are_not() {
    let code = "trait T {\n fn a(&self, b: [u8; 4]);\n fn c() {\n  if x {\n  }\n }\n}\n";
    let found = functions(code);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].name.as_str(), found[0].line, found[0].lines), ("c", 3, 4));
}
