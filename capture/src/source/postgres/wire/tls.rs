//! TLS for `database.sslmode`, by rustls.

use crate::error::{Error, Result};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature, CryptoProvider};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Disable,
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
}

pub fn client_config(mode: Mode, files: &Files) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::fatal("no TLS protocol version is available").caused_by(e))?
        .dangerous()
        .with_custom_certificate_verifier(verifier(mode, files, provider)?);
    match (&files.certificate, &files.key) {
        (Some(certificate), Some(key)) => builder
            .with_client_auth_cert(certificates("database.sslcert", certificate)?, private_key(key)?)
            .map_err(|e| Error::definite("database.sslcert and database.sslkey do not fit together").caused_by(e)),
        (None, None) => Ok(builder.with_no_client_auth()),
        _ => Err(Error::definite("database.sslcert and database.sslkey must be set together")
            .remedy("set both, or neither")),
    }
}

fn verifier(mode: Mode, files: &Files, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>> {
    if !matches!(mode, Mode::VerifyCa | Mode::VerifyFull) {
        return Ok(Arc::new(AnyCertificate(provider)));
    }
    let path = files.root.as_deref().ok_or_else(|| {
        Error::definite("database.sslmode verifies the server but database.sslrootcert is not set")
            .remedy("set database.sslrootcert to the PEM file of the certificate authority")
    })?;
    let mut roots = RootCertStore::empty();
    for certificate in certificates("database.sslrootcert", path)? {
        roots.add(certificate).map_err(|e| Error::definite(format!("database.sslrootcert {path}")).caused_by(e))?;
    }
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|e| Error::definite(format!("database.sslrootcert {path} holds no usable authority")).caused_by(e))?;
    Ok(Arc::new(Authority { inner, check_name: mode == Mode::VerifyFull }))
}

fn certificates(key: &str, path: &str) -> Result<Vec<CertificateDer<'static>>> {
    let unreadable = |e| Error::definite(format!("{key}: cannot read certificates from {path}")).caused_by(e);
    CertificateDer::pem_file_iter(path).map_err(unreadable)?.collect::<Result<_, _>>().map_err(unreadable)
}

fn private_key(path: &str) -> Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_file(path).map_err(|e| {
        Error::definite(format!("database.sslkey: cannot read a private key from {path}"))
            .caused_by(e)
            .remedy("give the key as unencrypted PEM (PKCS#8)")
    })
}

/// `prefer` and `require` encrypt without looking at the certificate, as libpq and the JDBC driver do.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

/// `verify-ca` accepts any name on a certificate of the authority; `verify-full` wants the host's.
#[derive(Debug)]
struct Authority {
    inner: Arc<WebPkiServerVerifier>,
    check_name: bool,
}

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

impl ServerCertVerifier for Authority {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use rustls::CertificateError::{NotValidForName, NotValidForNameContext};
        match self.inner.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            Err(rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }))
                if !self.check_name =>
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
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
