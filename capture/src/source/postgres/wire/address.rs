//! Where a server listens: `database.hostname` and `database.port`.
//!
//! Debezium takes one name or IPv4 address. Beyond that: IPv6 addresses, the folder of a Unix socket, and several servers with
//! commas between them, each with a port of its own if need be, of which the first that will do is taken.

use std::fmt;
use std::net::Ipv6Addr;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// A host name or address, or the folder of a Unix socket.
    pub host: String,
    pub port: u16,
}

impl Address {
    /// `None`: it is no list of addresses. `port` is that of those that name none.
    pub fn parse_list(text: &str, port: u16) -> Option<Vec<Self>> {
        if text.starts_with('/') {
            return Some(vec![Self { host: text.to_owned(), port }]);
        }
        text.split(',').map(|part| Self::parse(part.trim(), port)).collect()
    }

    fn parse(text: &str, port: u16) -> Option<Self> {
        if text.parse::<Ipv6Addr>().is_ok() {
            return Some(Self { host: text.to_owned(), port });
        }
        let (host, own_port) = match text.strip_prefix('[') {
            Some(rest) => rest.split_once(']').filter(|(host, _)| host.parse::<Ipv6Addr>().is_ok())?,
            None => text.find(':').map_or((text, ""), |at| text.split_at(at)),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        if host.is_empty() || !host.chars().all(is_name) {
            return None;
        }
        let port = if own_port.is_empty() { port } else { own_port.strip_prefix(':')?.parse().ok()? };
        Some(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            return write!(f, "[{}]:{}", self.host, self.port);
        }
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_and_nonsense_is_not() {
        let read = |text: &str| {
            Address::parse_list(text, 5432).map(|all| all.iter().map(Address::to_string).collect::<Vec<_>>())
        };
        let some = |all: &[&str]| Some(all.iter().map(|a| a.to_string()).collect::<Vec<_>>());
        assert_eq!(read("db"), some(&["db:5432"]));
        assert_eq!(read("a, b:6000,[::1]:7000"), some(&["a:5432", "b:6000", "[::1]:7000"]));
        assert_eq!(read("::1"), some(&["[::1]:5432"]));
        assert_eq!(read("[fe80::1]"), some(&["[fe80::1]:5432"]));
        assert_eq!(read("/var/run/postgresql"), some(&["/var/run/postgresql:5432"]));
        for nonsense in ["a b", "a,,b", "a:b", "a:70000", "[a]:1", "[::1]x", "", "a;b"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
