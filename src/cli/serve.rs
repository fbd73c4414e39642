//! `casegraph serve`.

use super::run::{self, House};
use super::{Failure, environment, io, open};
use crate::config::{Limits, Settings};
use crate::http::authentication::{Authenticator, Provider};
use crate::http::documents::Documents;
use crate::http::door::Door;
use crate::mail::invitation::Mailbox;
use crate::mail::transport::Post;
use crate::op::Clock;
use crate::workflow::Letterhead;
use axum::Router;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Serves the graph until a signal comes.
pub(super) async fn serve(config: Option<&Path>) -> Result<(), Failure> {
    let settings = Settings::read(config, environment)?;
    let documents = documents(settings.trusted_documents.as_deref(), &settings.limits)?;
    let door = Door::new(settings.limits, documents, settings.allowed_origins);
    let post = Post::from_url(&settings.smtp_url)?;
    let provider = Provider::new(&settings.oidc_issuer, &settings.oidc_audience)?;
    let store = open(&settings.database_url).await?;
    if !store.is_migrated().await? {
        return Err(Failure::NotMigrated);
    }
    if let Err(fault) = provider.refresh().await {
        tracing::warn!(%fault, "nobody can sign in until the OpenID provider answers");
    }
    let from = Mailbox { name: settings.mail_from.name, email: settings.mail_from.email };
    let service =
        run::service(store, Clock::Machine, Letterhead { from, public_url: settings.public_url }).await?;
    let listener = TcpListener::bind(settings.listen).await.map_err(io(settings.listen.to_string()))?;
    tracing::info!(address = %settings.listen, "serving");
    run::run(House {
        courier: run::courier(&service, post),
        service,
        authenticator: Authenticator::Oidc(Arc::new(provider)),
        graphiql: settings.graphiql,
        door: Arc::new(door),
        more: Router::new(),
        listener,
    })
    .await
}

/// The documents of the manifest, or any if there is none.
fn documents(manifest: Option<&Path>, limits: &Limits) -> Result<Documents, Failure> {
    let Some(path) = manifest else { return Ok(Documents::any(limits.kept_documents)) };
    let text = std::fs::read_to_string(path).map_err(io(path.display().to_string()))?;
    Ok(Documents::trusted(&text, limits)?)
}
