//! Contacts with link staff that were logged by mistake are taken back; indexes that no query asks for go.

/// The columns, and the indexes.
pub const UP: &str = "
alter table link_contact
    add column withdrawn_at timestamptz;
alter table link_contact
    add column withdrawn_reason text;
alter table link_contact
    add column version integer not null default 1;
drop index one_plan_3;
drop index link_contact_2;
drop index link_consultation_3;
";
