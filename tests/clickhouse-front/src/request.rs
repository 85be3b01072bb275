//! One HTTP request as a question to the engine.
//!
//! A parameter of the address is one of: the front's own, `param_NAME` for `{NAME:Type}` in the query, or a setting.
//! The query is the `query` parameter, the body, or both with a line end between them.

use axum::http::{HeaderMap, Method, Uri};
use uuid::Uuid;

use crate::credentials::Claim;
use crate::exception::Exception;
use crate::{encoding, framing, multipart, statement};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Plain,
    /// ClickHouse's blocks, asked for with `compress=1`.
    Blocks,
    /// HTTP's `Content-Encoding: lz4`.
    Lz4Frame,
}

#[derive(Debug)]
pub struct Ask {
    pub claim: Claim,
    pub sql: Vec<u8>,
    pub database: Option<String>,
    pub default_format: Option<String>,
    pub settings: Vec<(String, String)>,
    pub parameters: Vec<(String, String)>,
    /// GET and HEAD never change anything, as on the server.
    pub read_only: bool,
    pub packing: Packing,
}

/// The id that the client gave, else a new one.
pub fn query_id(uri: &Uri, headers: &HeaderMap) -> String {
    let in_address = pairs(uri).find(|(name, _)| name == "query_id").map(|(_, value)| value);
    let in_header = || headers.get("x-clickhouse-query-id").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let given = in_address.or_else(in_header).filter(|id| !id.is_empty() && id.bytes().all(|b| (32..127).contains(&b)));
    given.unwrap_or_else(|| Uuid::new_v4().to_string())
}

pub fn has_query(uri: &Uri) -> bool {
    pairs(uri).any(|(name, _)| name == "query")
}

fn pairs(uri: &Uri) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned()
}

impl Ask {
    pub fn read(method: &Method, uri: &Uri, headers: &HeaderMap, body: Vec<u8>) -> Result<Ask, Exception> {
        let mut given = Given::default();
        for (name, value) in pairs(uri) {
            given.take(name, value)?;
        }
        let body = match multipart::boundary(headers) {
            Some(boundary) => {
                for (name, value) in multipart::fields(&body, &boundary)? {
                    given.take(name, value)?;
                }
                Vec::new()
            }
            None => given.unpack(headers, body)?,
        };
        let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        Ok(Ask {
            claim: Claim::of(headers, given.user.as_deref(), given.password.as_deref())?,
            sql: join(given.query.as_bytes(), body),
            packing: given.packing(headers),
            database: given.database.or_else(|| header("x-clickhouse-database")).filter(|name| !name.is_empty()),
            default_format: given
                .default_format
                .or_else(|| header("x-clickhouse-format"))
                .filter(|name| !name.is_empty()),
            settings: given.settings,
            parameters: given.parameters,
            read_only: matches!(*method, Method::GET | Method::HEAD),
        })
    }
}

fn join(query: &[u8], body: Vec<u8>) -> Vec<u8> {
    if query.is_empty() { body } else { [query, b"\n", &body].concat() }
}

/// What the address, or a form in the body, says.
#[derive(Default)]
struct Given {
    query: String,
    user: Option<String>,
    password: Option<String>,
    database: Option<String>,
    default_format: Option<String>,
    compress: bool,
    decompress: bool,
    settings: Vec<(String, String)>,
    parameters: Vec<(String, String)>,
}

impl Given {
    fn take(&mut self, name: String, value: String) -> Result<(), Exception> {
        if let Some(parameter) = name.strip_prefix("param_") {
            self.parameters.push((parameter.to_owned(), value));
            return Ok(());
        }
        match name.as_str() {
            "query" => self.query.push_str(&value),
            "user" => self.user = Some(value),
            "password" => self.password = Some(value),
            "database" => self.database = Some(value),
            "default_format" => self.default_format = Some(value),
            "compress" => self.compress = flag(&name, &value)?,
            "decompress" => self.decompress = flag(&name, &value)?,
            // Answers are always complete before their first byte is sent, which is what these two ask for;
            // the quota key tells users of one quota apart, and there is no quota here.
            "wait_end_of_query" => drop(flag(&name, &value)?),
            "buffer_size" => drop(number(&name, &value)?),
            "query_id" | "quota_key" => {}
            "session_id" | "session_timeout" | "session_check" | "close_session" => {
                return Err(Exception::not_supported(&name, "send settings and database with every request"));
            }
            "database_atomic_wait_for_drop_and_detach_synchronously" if flag(&name, &value)? => {
                return Err(statement::waits_for_drop(&name));
            }
            "role" => return Err(Exception::not_supported("role", "there is one user and no role")),
            "stacktrace" if flag(&name, &value)? => {
                return Err(Exception::not_supported("stacktrace=1", "leave it out"));
            }
            "stacktrace" => {}
            "client_protocol_version" if number(&name, &value)? == 0 => {}
            "client_protocol_version" => {
                return Err(Exception::not_supported("client_protocol_version", "leave it out or send 0"));
            }
            _ => self.settings.push((name, value)),
        }
        Ok(())
    }

    fn unpack(&self, headers: &HeaderMap, body: Vec<u8>) -> Result<Vec<u8>, Exception> {
        let body = encoding::decode(headers, body)?;
        if self.decompress { framing::unpack(&body) } else { Ok(body) }
    }

    fn packing(&self, headers: &HeaderMap) -> Packing {
        let switched_off = |(name, value): &(String, String)| name == "enable_http_compression" && value == "0";
        if self.compress {
            Packing::Blocks
        } else if encoding::accepts_lz4(headers) && !self.settings.iter().any(switched_off) {
            Packing::Lz4Frame
        } else {
            Packing::Plain
        }
    }
}

fn flag(name: &str, value: &str) -> Result<bool, Exception> {
    match value {
        "1" | "true" => Ok(true),
        "0" | "false" | "" => Ok(false),
        _ => Err(Exception::new(467, "CANNOT_PARSE_BOOL", format!("Cannot parse {name}={value}: send 0 or 1"))),
    }
}

fn number(name: &str, value: &str) -> Result<u64, Exception> {
    let text = || format!("Cannot parse {name}={value}: send a number that is not negative");
    value.parse().map_err(|_| Exception::new(72, "CANNOT_PARSE_NUMBER", text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: Method, address: &str, body: &[u8]) -> Result<Ask, Exception> {
        Ask::read(&method, &address.parse().expect("address"), &HeaderMap::new(), body.to_vec())
    }

    #[test]
    fn an_address_is_sorted_into_its_parts() {
        let address =
            "/?query=INSERT+INTO+t%20FORMAT%20TSV&database=d&async_insert=0&wait_end_of_query=1&param_x=a%5Ctb";
        let ask = ask(Method::POST, address, b"1\n").expect("request");
        assert_eq!(ask.sql, b"INSERT INTO t FORMAT TSV\n1\n");
        assert_eq!(ask.database.as_deref(), Some("d"));
        assert_eq!(ask.settings, [("async_insert".to_owned(), "0".to_owned())]);
        assert_eq!(ask.parameters, [("x".to_owned(), "a\\tb".to_owned())]);
        assert!(!ask.read_only);
    }

    #[test]
    fn a_body_alone_is_the_query_and_get_is_read_only() {
        assert_eq!(ask(Method::POST, "/", b"SELECT 1").expect("request").sql, b"SELECT 1");
        assert!(ask(Method::GET, "/?query=SELECT+1", b"").expect("request").read_only);
    }

    #[test]
    fn what_is_not_supported_is_refused_by_name() {
        for (parameter, code) in [
            ("session_id=a", 48),
            ("role=a", 48),
            ("stacktrace=1", 48),
            ("client_protocol_version=5", 48),
            ("wait_end_of_query=maybe", 467),
            ("buffer_size=-1", 72),
        ] {
            let refusal = ask(Method::POST, &format!("/?{parameter}"), b"SELECT 1").expect_err(parameter);
            let name = parameter.split('=').next().expect("name");
            assert_eq!(refusal.code, code, "{parameter}");
            assert!(refusal.to_string().contains(name), "{refusal}");
        }
    }
}
