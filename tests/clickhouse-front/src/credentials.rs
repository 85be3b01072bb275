//! Who may ask: one user, named in one of the three ways that the server's HTTP interface knows.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::exception::Exception;

pub struct Credentials {
    user: String,
    password: Option<String>,
}

/// What a request claims.
#[derive(Debug, PartialEq, Eq)]
pub struct Claim {
    pub user: String,
    pub password: String,
}

impl Credentials {
    pub fn new(user: String, password: Option<String>) -> Credentials {
        Credentials { user, password }
    }

    pub fn check(&self, claim: &Claim) -> Result<(), Exception> {
        let right = claim.user == self.user && self.password.as_ref().is_none_or(|known| *known == claim.password);
        if right { Ok(()) } else { Err(refused(&claim.user)) }
    }
}

fn refused(user: &str) -> Exception {
    let text = format!("{user}: Authentication failed: password is incorrect, or there is no user with such name.");
    Exception::new(516, "AUTHENTICATION_FAILED", text)
}

impl Claim {
    /// `X-ClickHouse-User` and `-Key`, else Basic authorization, else `user` and `password` of the address.
    pub fn of(headers: &HeaderMap, user: Option<&str>, password: Option<&str>) -> Result<Claim, Exception> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let (in_user, in_key) = (header("x-clickhouse-user"), header("x-clickhouse-key"));
        let ways = [in_user.or(in_key).is_some(), headers.contains_key(AUTHORIZATION), user.or(password).is_some()];
        if ways.iter().filter(|way| **way).count() > 1 {
            let text = "Invalid authentication: it is not allowed to use X-ClickHouse HTTP headers, the Authorization \
                        HTTP header and authentication via parameters simultaneously";
            return Err(Exception::new(516, "AUTHENTICATION_FAILED", text));
        }
        match headers.get(AUTHORIZATION) {
            Some(value) => basic(value.as_bytes()),
            None => Ok(Claim {
                user: in_user.or(user).unwrap_or("default").to_owned(),
                password: in_key.or(password).unwrap_or_default().to_owned(),
            }),
        }
    }
}

fn basic(value: &[u8]) -> Result<Claim, Exception> {
    let bad = || {
        let text = "Invalid authentication: only the Basic HTTP authorization scheme, with user and password in base64, is supported";
        Exception::new(516, "AUTHENTICATION_FAILED", text)
    };
    let (scheme, encoded) = std::str::from_utf8(value).ok().and_then(|v| v.split_once(' ')).ok_or_else(bad)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(bad());
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| bad())?;
    let decoded = String::from_utf8(decoded).map_err(|_| bad())?;
    let (user, password) = decoded.split_once(':').unwrap_or((&decoded, ""));
    Ok(Claim { user: user.to_owned(), password: password.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(
        headers: &[(&'static str, &'static str)],
        user: Option<&str>,
        password: Option<&str>,
    ) -> Result<Claim, i32> {
        let headers = headers.iter().map(|(name, value)| (name.parse().expect("name"), value.parse().expect("value")));
        Claim::of(&headers.collect(), user, password).map_err(|e| e.code)
    }

    fn is(user: &str, password: &str) -> Result<Claim, i32> {
        Ok(Claim { user: user.into(), password: password.into() })
    }

    #[test]
    fn the_three_ways_and_their_mixture() {
        assert_eq!(claim(&[], None, None), is("default", ""));
        assert_eq!(claim(&[("x-clickhouse-user", "u"), ("x-clickhouse-key", "p")], None, None), is("u", "p"));
        assert_eq!(claim(&[("authorization", "Basic dTpwOnE=")], None, None), is("u", "p:q"));
        assert_eq!(claim(&[], Some("u"), Some("p")), is("u", "p"));
        assert_eq!(claim(&[("x-clickhouse-user", "u")], Some("u"), None), Err(516));
        assert_eq!(claim(&[("authorization", "Bearer x")], None, None), Err(516));
        assert_eq!(claim(&[("authorization", "Basic ???")], None, None), Err(516));
    }

    #[test]
    fn a_wrong_password_or_user_is_516_with_403() {
        let known = Credentials::new("sink".into(), Some("right".into()));
        let ask = |user: &str, password: &str| known.check(&Claim { user: user.into(), password: password.into() });
        assert!(ask("sink", "right").is_ok());
        for (user, password) in [("sink", "wrong"), ("sink", ""), ("default", "right")] {
            let refusal = ask(user, password).expect_err(user);
            assert_eq!((refusal.code, refusal.status()), (516, 403));
        }
    }
}
