//! `casegraph import`: schools, children, staff, terms and bank holidays from files.

use super::{Failure, io, run::service, say};
use crate::mail::invitation::Mailbox;
use crate::op::{Clock, Op};
use crate::store::Store;
use crate::workflow::Letterhead;
use crate::workflow::import::{Content, File, Refused, run as take_over};
use std::path::PathBuf;

/// What to import.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What the file holds.
    #[arg(value_enum)]
    content: Content,
    /// The file: CSV, or JSON in the layout of GOV.UK for bank holidays.
    file: PathBuf,
    /// Only for the authority with this three-digit code.
    #[arg(long, value_name = "CODE")]
    authority: Option<String>,
    /// Say what would change and what is wrong, and change nothing.
    #[arg(long)]
    check: bool,
    /// The public address of the service, for the letters that a child's move to another school sends.
    #[arg(long, env = "CASEGRAPH_PUBLIC_URL", default_value = "http://localhost:8000", value_name = "URL")]
    public_url: String,
    /// Whom those letters come from.
    #[arg(long, env = "CASEGRAPH_MAIL_FROM", default_value = "casegraph@localhost", value_name = "SENDER")]
    mail_from: lettre::message::Mailbox,
}

/// Says what changed; or everything that is wrong with the file, of which nothing is taken over then.
pub(super) async fn run(args: Args, store: Store, clock: Clock) -> Result<(), Failure> {
    let name = args.file.display().to_string();
    let bytes = tokio::fs::read(&args.file).await.map_err(io(name.clone()))?;
    let from =
        Mailbox { name: args.mail_from.name.unwrap_or_default(), email: args.mail_from.email.to_string() };
    let public_url = args.public_url.trim_end_matches('/').to_owned();
    let service = service(store, clock, Letterhead { from, public_url }).await?;
    let op = Op::of_service(service.clock.now());
    let file = File {
        content: args.content,
        bytes: &bytes,
        authority: args.authority.as_deref(),
        check: args.check,
    };
    match take_over(&service, &op, file).await {
        Ok(counts) if args.check => say(&format!("{name}: {counts} (checked only, nothing was imported)\n")),
        Ok(counts) => say(&format!("{name}: {counts}\n")),
        Err(Refused::Fault(fault)) => Err(fault.into()),
        Err(refused) => Err(Failure::Other(format!("{name}: nothing was imported\n{refused}"))),
    }
}
