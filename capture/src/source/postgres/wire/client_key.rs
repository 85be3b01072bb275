//! The client's key, in the forms that the JDBC driver reads (PKCS#8 as DER, PKCS#12) and as PEM.

use crate::config::secret::Secret;
use crate::error::{Error, Result};
use openssl::error::ErrorStack;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::Path;

/// The JDBC driver tells by the name as well.
pub fn is_store(path: &str) -> bool {
    let ending = Path::new(path).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["p12", "pfx"].iter().any(|store| ending.eq_ignore_ascii_case(store))
}

pub fn read(path: &str, password: &Secret) -> Result<PrivateKeyDer<'static>> {
    let bytes = bytes(path)?;
    let password = password.expose().as_bytes();
    let key = if bytes.starts_with(b"-----BEGIN") {
        // with a password, even an empty one, nobody is asked for it on a terminal
        PKey::private_key_from_pem_passphrase(&bytes, password)
    } else {
        PKey::private_key_from_der(&bytes).or_else(|_| PKey::private_key_from_pkcs8_passphrase(&bytes, password))
    };
    key.and_then(|key| der(&key)).map_err(|e| unusable(path, e))
}

/// The certificates, the client's own first, and the key.
pub fn open_store(path: &str, password: &Secret) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let store = Pkcs12::from_der(&bytes(path)?).and_then(|store| store.parse2(password.expose()));
    let store = store.map_err(|e| unusable(path, e))?;
    let (Some(own), Some(key)) = (store.cert, store.pkey) else {
        return Err(Error::definite(format!("database.sslkey: {path} has no key with its certificate"))
            .remedy("put both into the PKCS#12 file"));
    };
    let chain = std::iter::once(own).chain(store.ca.into_iter().flatten());
    let chain = chain.map(|certificate| certificate.to_der().map(CertificateDer::from)).collect::<Result<_, _>>();
    let parts = chain.and_then(|chain| Ok((chain, der(&key)?)));
    parts.map_err(|e| unusable(path, e))
}

fn bytes(path: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| {
        Error::definite(format!("database.sslkey: cannot read {path}"))
            .caused_by(e)
            .remedy("name a file that the worker may read")
    })
}

fn der(key: &PKey<Private>) -> Result<PrivateKeyDer<'static>, ErrorStack> {
    key.private_key_to_pkcs8().map(|der| PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der)))
}

fn unusable(path: &str, cause: ErrorStack) -> Error {
    Error::definite(format!("database.sslkey: cannot read a private key from {path}"))
        .caused_by(cause)
        .remedy("give a key as PKCS#8 or PKCS#12, and its password as database.sslpassword where it is encrypted")
}
