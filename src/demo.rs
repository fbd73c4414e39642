//! The invented world of the demonstration: an authority with schools, staff and families, online consultations
//! and EHC needs assessments in every state. It is lived through with the real workflows at earlier times, so that its history is a real one.

mod assessments;
mod graduated;
mod groups;
mod meetings;
mod people;
mod story;

use crate::op::Op;
use crate::store::Fault;
use crate::workflow::Service;

/// Somebody of the invented world, by whom one can try things out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What the account is called among the tokens.
    pub role_key: String,
    /// The subject of its token.
    pub subject: String,
    /// The code of the authority where the role is held.
    pub authority: String,
}

/// Fills an empty database.
pub async fn fill(service: &Service) -> Result<Vec<Account>, Fault> {
    let op = Op::of_service(service.clock.now());
    let world = people::settle(service, &op).await?;
    story::live(service, &op, &world).await?;
    Ok(world.accounts)
}
