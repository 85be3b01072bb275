//! `listeners`: where the REST API is bound.

/// One address of the REST API. An empty host means all interfaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    pub host: String,
    pub port: u16,
}

impl Listener {
    /// Parses `http://host:port`, `http://:port`, `http://[::1]:port`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(format!("'{text}' is not of the form http://host:port"));
        };
        if scheme.eq_ignore_ascii_case("https") {
            return Err(format!("'{text}': https is not served by this version, use http"));
        }
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(format!("'{text}': the protocol must be http"));
        }
        let (host, port) = rest.rsplit_once(':').ok_or_else(|| format!("'{text}' names no port"))?;
        let port = port.parse().map_err(|_| format!("'{text}': '{port}' is not a port"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port })
    }

    /// Host to bind to: all interfaces, both IP versions, where none is named.
    pub fn bind_host(&self) -> &str {
        if self.host.is_empty() { "::" } else { &self.host }
    }

    /// True where the host says nothing about who we are.
    pub fn is_wildcard(&self) -> bool {
        matches!(self.host.as_str(), "" | "0.0.0.0" | "::")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!(Listener::parse("http://:8083"), Ok(Listener { host: "".into(), port: 8083 }));
        assert_eq!(Listener::parse("HTTP://127.0.0.1:0"), Ok(Listener { host: "127.0.0.1".into(), port: 0 }));
        assert_eq!(Listener::parse("http://[::1]:9"), Ok(Listener { host: "::1".into(), port: 9 }));
        for (bad, says) in
            [("8083", "form"), ("https://:8443", "https"), ("http://host", "port"), ("ftp://h:1", "http")]
        {
            assert!(Listener::parse(bad).unwrap_err().contains(says), "{bad}");
        }
    }
}
