//! Tables of mail.

/// The tables and their indexes.
pub const UP: &str = "
create table outbox_mail (
    id uuid not null,
    authority_id uuid not null references authority (id),
    case_id uuid,
    person_id uuid references person (id),
    to_name text not null,
    to_address text not null,
    subject text not null,
    body text not null,
    calendar_method text,
    calendar text,
    created_at timestamptz not null,
    attempts integer not null,
    next_attempt_at timestamptz,
    sent_at timestamptz,
    failed_at timestamptz,
    last_fault text,
    primary key (id)
);
create index outbox_mail_1 on outbox_mail (next_attempt_at) where next_attempt_at is not null;
create index outbox_mail_2 on outbox_mail (case_id);
create table reminder (
    person_id uuid not null references person (id),
    duty_id uuid not null references duty (id),
    primary key (person_id, duty_id)
);
create table digest (
    person_id uuid not null references person (id),
    on_date date not null,
    primary key (person_id, on_date)
);
";
