//! `multipart/form-data`: how clients send a query together with parameters that are too long for an address.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;

use crate::exception::Exception;

/// The boundary, when the body is such a form.
pub fn boundary(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let rest = value.strip_prefix("multipart/form-data")?;
    let (_, boundary) = rest.split_once("boundary=")?;
    Some(boundary.split(';').next()?.trim_matches('"').to_owned())
}

/// The fields in order.
pub fn fields(body: &[u8], boundary: &str) -> Result<Vec<(String, String)>, Exception> {
    let bad = |what: &str| Exception::new(36, "BAD_ARGUMENTS", format!("The form in the request body {what}"));
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    // the first delimiter may stand at the very start, without the line end that belongs to the others
    let mut rest = body.strip_prefix(&delimiter[2..]).ok_or_else(|| bad("does not begin with its boundary"))?;
    let mut fields = Vec::new();
    while !rest.starts_with(b"--") {
        let part = rest.strip_prefix(b"\r\n").ok_or_else(|| bad("has no line end after a boundary"))?;
        let head_end = find(part, b"\r\n\r\n").ok_or_else(|| bad("has a part without headers"))?;
        let (name, is_file) = disposition(&part[..head_end]).ok_or_else(|| bad("has a part without a name"))?;
        if is_file {
            return Err(Exception::not_supported(
                &format!("external table {name}"),
                "create a table and insert into it",
            ));
        }
        let content = &part[head_end + 4..];
        let end = find(content, &delimiter).ok_or_else(|| bad("is cut off"))?;
        let value = String::from_utf8(content[..end].to_vec()).map_err(|_| bad("has a field that is not UTF-8"))?;
        fields.push((name, value));
        rest = &content[end + delimiter.len()..];
    }
    Ok(fields)
}

fn disposition(head: &[u8]) -> Option<(String, bool)> {
    let head = std::str::from_utf8(head).ok()?;
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let parameter = |name: &str| {
        line.split(';').find_map(|piece| Some(piece.trim().strip_prefix(name)?.trim_matches('"').to_owned()))
    };
    Some((parameter("name=")?, parameter("filename=").is_some()))
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_line_ends() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\nSELECT\r\n{a:String}\r\n\
                    --b\r\nContent-Disposition: form-data; name=\"param_a\"\r\n\r\n\r\n--b--\r\n";
        let expected = vec![("query".into(), "SELECT\r\n{a:String}".into()), ("param_a".into(), String::new())];
        assert_eq!(fields(body.as_bytes(), "b").expect("form"), expected);
    }

    #[test]
    fn broken_forms_and_files_are_refused() {
        let file = "--b\r\nContent-Disposition: form-data; name=\"t\"; filename=\"f\"\r\n\r\n1\r\n--b--\r\n";
        assert_eq!(fields(file.as_bytes(), "b").expect_err("file").code, 48);
        for end in 0..file.len() - 4 {
            assert!(fields(&file.as_bytes()[..end], "b").is_err(), "cut at {end}");
        }
    }
}
