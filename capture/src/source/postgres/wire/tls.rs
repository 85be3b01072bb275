//! TLS for `database.sslmode`, by rustls.

use super::client_key;
use crate::config::secret::Secret;
use crate::error::{Error, Result};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Disable,
    /// Only if the server wants it.
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl Mode {
    pub const WORDS: &'static [&'static str] = &["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

    pub fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "disable" => Mode::Disable,
            "allow" => Mode::Allow,
            "prefer" => Mode::Prefer,
            "require" => Mode::Require,
            "verify-ca" => Mode::VerifyCa,
            "verify-full" => Mode::VerifyFull,
            _ => return None,
        })
    }
}

/// The files named in the configuration.
#[derive(Debug, Clone, Default)]
pub struct Files {
    pub root: Option<String>,
    pub certificate: Option<String>,
    pub key: Option<String>,
    /// Of the key.
    pub password: Secret,
}

pub fn client_config(mode: Mode, files: &Files) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::fatal("no TLS protocol version is available").caused_by(e))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier {
            authority: authority(mode, files, &provider)?,
            provider,
        }));
    let identity = match (&files.certificate, &files.key) {
        (_, Some(key)) if client_key::is_store(key) => client_key::open_store(key, &files.password)?,
        (Some(certificate), Some(key)) => {
            (certificates("database.sslcert", certificate)?, client_key::read(key, &files.password)?)
        }
        (None, None) => return Ok(builder.with_no_client_auth()),
        _ => {
            return Err(Error::definite("database.sslcert and database.sslkey must be set together")
                .remedy("set both, or neither; a PKCS#12 file as database.sslkey holds both"));
        }
    };
    builder.with_client_auth_cert(identity.0, identity.1).map_err(|e| {
        Error::definite("database.sslcert and database.sslkey do not fit together")
            .caused_by(e)
            .remedy("name a certificate and the key that belongs to it")
    })
}

fn authority(mode: Mode, files: &Files, provider: &Arc<CryptoProvider>) -> Result<Option<Authority>> {
    if !matches!(mode, Mode::VerifyCa | Mode::VerifyFull) {
        return Ok(None);
    }
    let path = files.root.as_deref().ok_or_else(|| {
        Error::definite("database.sslmode verifies the server but database.sslrootcert is not set")
            .remedy("set database.sslrootcert to the PEM file of the certificate authority")
    })?;
    let unusable = |cause: Box<dyn std::error::Error + Send + Sync>| {
        Error::definite(format!("database.sslrootcert {path} holds no usable authority"))
            .caused_by(cause)
            .remedy("name a PEM file with the certificate of the authority that signed the server's")
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates("database.sslrootcert", path)? {
        roots.add(certificate).map_err(|e| unusable(e.into()))?;
    }
    let chain = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|e| unusable(e.into()))?;
    Ok(Some(Authority { chain, checks_name: mode == Mode::VerifyFull }))
}

fn certificates(key: &str, path: &str) -> Result<Vec<CertificateDer<'static>>> {
    let unreadable = |cause: Box<dyn std::error::Error + Send + Sync>| {
        Error::definite(format!("{key}: cannot read certificates from {path}"))
            .caused_by(cause)
            .remedy("name a file of certificates, PEM or DER, that the worker may read")
    };
    let bytes = std::fs::read(path).map_err(|e| unreadable(e.into()))?;
    // DER: an ASN.1 sequence
    if bytes.starts_with(&[0x30]) {
        return Ok(vec![CertificateDer::from(bytes)]);
    }
    CertificateDer::pem_slice_iter(&bytes).collect::<Result<_, _>>().map_err(|e| unreadable(e.into()))
}

/// Who must have signed the server's certificate.
#[derive(Debug)]
struct Authority {
    chain: Arc<WebPkiServerVerifier>,
    /// `verify-full` wants the host's name on the certificate; `verify-ca` accepts any.
    checks_name: bool,
}

/// What is asked of the server: nothing but to own its certificate's key (`prefer` and `require`, as with the JDBC driver),
/// or a certificate of the authority besides.
#[derive(Debug)]
struct Verifier {
    authority: Option<Authority>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use rustls::CertificateError::{NotValidForName, NotValidForNameContext};
        let Some(authority) = &self.authority else { return Ok(ServerCertVerified::assertion()) };
        match authority.chain.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            Err(rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }))
                if !authority.checks_name =>
            {
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
