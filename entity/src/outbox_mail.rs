//! A letter owed to one address, sent at least once (OC-10).

use sea_orm::entity::prelude::*;

/// A letter owed to one address, sent at least once (OC-10).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox_mail")]
pub struct Model {
    /// Key; the Message-ID is made of it, so a retry has the same.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The case it is about.
    pub case_id: Option<Uuid>,
    /// The person it goes to, where one is known.
    pub person_id: Option<Uuid>,
    /// Name of the addressee.
    pub to_name: String,
    /// Address.
    pub to_address: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// REQUEST or CANCEL, where it carries an invitation.
    pub calendar_method: Option<String>,
    /// The invitation, as iCalendar.
    pub calendar: Option<String>,
    /// When it was owed (UTC).
    pub created_at: DateTimeUtc,
    /// How often sending was tried.
    pub attempts: i32,
    /// When it is tried next (UTC); none once sent or given up.
    pub next_attempt_at: Option<DateTimeUtc>,
    /// When it was accepted for delivery (UTC).
    pub sent_at: Option<DateTimeUtc>,
    /// When it was given up (UTC).
    pub failed_at: Option<DateTimeUtc>,
    /// The class of the last fault, without personal data.
    pub last_fault: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
