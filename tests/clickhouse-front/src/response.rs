//! The answer as HTTP: headers of the server, body in the packing that the client asked for.

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::json;

use crate::engine::Answer;
use crate::exception::Exception;
use crate::request::Packing;
use crate::session::Ran;
use crate::{encoding, framing};

/// What every answer says about who gives it.
pub struct Identity {
    pub version: String,
    pub timezone: String,
    pub display_name: String,
}

pub fn answer(identity: &Identity, query_id: &str, packing: Packing, ran: Ran) -> Response<Body> {
    let Ran { answer, format } = ran;
    let summary = summary(&answer);
    let (body, encoding) = match packing {
        Packing::Blocks => (framing::pack(&answer.body), None),
        Packing::Lz4Frame if !answer.body.is_empty() => match encoding::encode_lz4(&answer.body) {
            Ok(packed) => (packed, Some("lz4")),
            Err(error) => {
                let failure = Exception::new(270, "CANNOT_COMPRESS", error.to_string());
                return exception(identity, query_id, &failure);
            }
        },
        Packing::Lz4Frame | Packing::Plain => (answer.body, None),
    };
    let mut response = base(identity, query_id, StatusCode::OK, body);
    let mut set = |name: &'static str, value: &str| insert(&mut response, name, value);
    set(CONTENT_TYPE.as_str(), content_type(&format));
    set("x-clickhouse-format", &format);
    set("x-clickhouse-summary", &summary);
    if let Some(encoding) = encoding {
        set(CONTENT_ENCODING.as_str(), encoding);
    }
    response
}

pub fn exception(identity: &Identity, query_id: &str, exception: &Exception) -> Response<Body> {
    let status = StatusCode::from_u16(exception.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = exception.body(&identity.version).into_bytes();
    let mut response = base(identity, query_id, status, body);
    insert(&mut response, CONTENT_TYPE.as_str(), "text/plain; charset=UTF-8");
    insert(&mut response, "x-clickhouse-exception-code", &exception.code.to_string());
    if exception.status() == 401 {
        insert(&mut response, "www-authenticate", "Basic realm=\"ClickHouse server HTTP API\"");
    }
    response
}

/// `/ping` and its like.
pub fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    insert(&mut response, CONTENT_TYPE.as_str(), "text/html; charset=UTF-8");
    response
}

fn base(identity: &Identity, query_id: &str, status: StatusCode, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    insert(&mut response, "x-clickhouse-server-display-name", &identity.display_name);
    insert(&mut response, "x-clickhouse-query-id", query_id);
    insert(&mut response, "x-clickhouse-timezone", &identity.timezone);
    response
}

/// A value that cannot stand in a header is left out; none of those set here contains line ends.
fn insert(response: &mut Response<Body>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

/// Numbers are strings here, as the server writes them.
fn summary(answer: &Answer) -> String {
    json!({
        "read_rows": answer.read_rows.to_string(),
        "read_bytes": answer.read_bytes.to_string(),
        "written_rows": answer.written_rows.to_string(),
        "written_bytes": answer.written_bytes.to_string(),
        "total_rows_to_read": "0",
        "result_rows": answer.result_rows.to_string(),
        "result_bytes": answer.result_bytes.to_string(),
        "elapsed_ns": answer.elapsed_ns.to_string(),
    })
    .to_string()
}

fn content_type(format: &str) -> &'static str {
    match format {
        f if f.starts_with("TabSeparated") || f.starts_with("TSV") => "text/tab-separated-values; charset=UTF-8",
        f if f.starts_with("CSV") => "text/csv; charset=UTF-8; header=absent",
        f if f.starts_with("JSON") => "application/json; charset=UTF-8",
        f if f.starts_with("RowBinary") || f == "Native" => "application/octet-stream",
        _ => "text/plain; charset=UTF-8",
    }
}
