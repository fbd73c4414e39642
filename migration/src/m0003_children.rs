//! Tables of children.

/// The tables and their indexes.
pub const UP: &str = "
create table child (
    id uuid not null,
    authority_id uuid not null references authority (id),
    upn text unique,
    upn_temporary boolean not null,
    given_name text not null,
    family_name text not null,
    known_as text,
    date_of_birth date not null,
    gender text not null,
    year_group_override integer,
    sen_status text not null,
    primary_need text,
    further_needs jsonb not null,
    person_id uuid references person (id),
    erased_at timestamptz,
    version integer not null,
    created_at timestamptz not null,
    primary key (id)
);
create index child_1 on child (family_name, given_name, id);
create index child_2 on child (date_of_birth);
create index child_3 on child (person_id);
create index child_4 on child (sen_status, id);
create table child_word (
    child_id uuid not null references child (id),
    word text_c not null,
    primary key (child_id, word)
);
create index child_word_1 on child_word (word, child_id);
create table vulnerability (
    id uuid not null,
    child_id uuid not null references child (id),
    kind text not null,
    from_date date not null,
    to_date date,
    primary key (id)
);
create index vulnerability_1 on vulnerability (child_id);
create table holding (
    id uuid not null,
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    authority_id uuid not null references authority (id),
    from_date date not null,
    to_date date,
    primary key (id)
);
create index holding_1 on holding (school_id, to_date, child_id);
create index holding_2 on holding (authority_id, to_date, child_id);
create unique index holding_3 on holding (child_id) where to_date is null;
create table named_staff (
    id uuid not null,
    child_id uuid not null references child (id),
    person_id uuid not null references person (id),
    school_id uuid not null references school (id),
    from_date date not null,
    to_date date,
    primary key (id)
);
create index named_staff_1 on named_staff (child_id);
create index named_staff_2 on named_staff (person_id);
create table parent_carer (
    id uuid not null,
    child_id uuid not null references child (id),
    person_id uuid references person (id),
    name text not null,
    email text,
    relationship text not null,
    from_date date not null,
    to_date date,
    primary key (id)
);
create index parent_carer_1 on parent_carer (child_id);
create index parent_carer_2 on parent_carer (person_id);
create table consent (
    id uuid not null,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    purpose text not null,
    parent_carer_id uuid,
    signed_on date not null,
    received_at timestamptz,
    received_by uuid,
    recorded_at timestamptz not null,
    holder text not null,
    withdrawn_at timestamptz,
    withdrawn_by uuid,
    withdrawal_reason text,
    version integer not null,
    primary key (id)
);
create index consent_1 on consent (child_id, purpose);
create table attachment (
    id uuid not null,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    consultation_id uuid,
    consent_id uuid,
    file_name text not null,
    media_type text not null,
    size_bytes integer not null,
    sha256 text not null,
    uploaded_by uuid not null,
    uploaded_at timestamptz not null,
    erased_at timestamptz,
    primary key (id)
);
create index attachment_1 on attachment (consultation_id);
create index attachment_2 on attachment (consent_id);
create index attachment_3 on attachment (child_id);
create table attachment_content (
    attachment_id uuid not null references attachment (id),
    content bytea not null,
    primary key (attachment_id)
);
create table transfer_request (
    id uuid not null,
    child_id uuid not null references child (id),
    to_school_id uuid not null,
    to_authority_id uuid not null,
    from_school_id uuid not null,
    from_authority_id uuid not null,
    requested_by uuid not null,
    requested_at timestamptz not null,
    answered_at timestamptz,
    accepted boolean,
    version integer not null,
    primary key (id)
);
create index transfer_request_1 on transfer_request (from_school_id, answered_at);
create index transfer_request_2 on transfer_request (to_school_id, answered_at);
";
