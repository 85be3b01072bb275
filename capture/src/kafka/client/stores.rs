//! Java's key and trust stores: PEM goes through, PKCS12 key stores too; other stores are refused with the conversion.

use crate::config::key::{Map, Problem};

pub fn translate(java: &Map, prefix: &str, out: &mut Map, problems: &mut Vec<Problem>) {
    truststore(java, prefix, out, problems);
    keystore(java, prefix, out, problems);
}

fn truststore(java: &Map, prefix: &str, out: &mut Map, problems: &mut Vec<Problem>) {
    if let Some(pem) = java.get("ssl.truststore.certificates") {
        out.insert("ssl.ca.pem".into(), pem.clone());
    }
    let Some(location) = java.get("ssl.truststore.location") else { return };
    if store_type(java, "ssl.truststore.type") == "PEM" {
        out.insert("ssl.ca.location".into(), location.trim().to_owned());
        return;
    }
    problems.push(Problem::new(
        format!("{prefix}ssl.truststore.location"),
        "only PEM trust stores are served: convert it (keytool -exportcert -rfc) and set ssl.truststore.type=PEM",
    ));
}

fn keystore(java: &Map, prefix: &str, out: &mut Map, problems: &mut Vec<Problem>) {
    let mut pass = |from: &str, to: &str| {
        if let Some(value) = java.get(from) {
            out.insert(to.to_owned(), value.clone());
        }
    };
    pass("ssl.keystore.certificate.chain", "ssl.certificate.pem");
    pass("ssl.keystore.key", "ssl.key.pem");
    pass("ssl.key.password", "ssl.key.password");
    let kind = store_type(java, "ssl.keystore.type");
    match (java.get("ssl.keystore.location"), kind.as_str()) {
        (None, _) => {}
        (Some(_), "PEM") => {
            pass("ssl.keystore.location", "ssl.certificate.location");
            pass("ssl.keystore.location", "ssl.key.location");
        }
        (Some(_), "PKCS12") => {
            pass("ssl.keystore.location", "ssl.keystore.location");
            pass("ssl.keystore.password", "ssl.keystore.password");
        }
        (Some(_), other) => problems.push(Problem::new(
            format!("{prefix}ssl.keystore.location"),
            format!("key stores of type {other} are not served: convert it to PKCS12 or PEM and set ssl.keystore.type"),
        )),
    }
}

fn store_type(java: &Map, key: &str) -> String {
    java.get(key).map_or_else(|| "JKS".to_owned(), |t| t.trim().to_ascii_uppercase())
}
