//! The driver's client from the settings. The connection string wins over every other setting, as in the original.

use super::config::Connection;
use super::error::classify;
use crate::error::Result;
use mongodb::Client;
use mongodb::options::{ClientOptions, Credential, Tls, TlsOptions};

/// Builds the client; no server is asked yet, except the name server for `mongodb+srv`.
pub async fn client(connection: &Connection) -> Result<Client> {
    let failed = |error| classify("resolving mongodb.connection.string", error);
    let mut options = ClientOptions::parse(connection.uri.expose()).await.map_err(failed)?;
    if options.credential.is_none() && connection.user.is_some() {
        let credential = Credential::builder()
            .username(connection.user.clone())
            .password(connection.password.expose().to_owned())
            .source(connection.auth_source.clone())
            .build();
        options.credential = Some(credential);
    }
    if options.tls.is_none() && connection.tls {
        options.tls = Some(Tls::Enabled(TlsOptions::default()));
    }
    options.app_name.get_or_insert_with(|| "tailrace".to_owned());
    options.connect_timeout.get_or_insert(connection.connect_timeout);
    options.server_selection_timeout.get_or_insert(connection.selection_timeout);
    options.heartbeat_freq.get_or_insert(connection.heartbeat_frequency);
    Client::with_options(options).map_err(failed)
}
