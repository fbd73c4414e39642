//! Tables of events.

/// The tables and their indexes.
pub const UP: &str = "
create table event_head (
    stream_id uuid not null,
    last_seq bigint not null,
    primary key (stream_id)
);
create table event (
    stream_id uuid not null,
    seq bigint not null,
    id uuid not null unique,
    dedup_key text not null unique,
    kind text not null,
    subject_kind text not null,
    subject_id uuid not null,
    child_id uuid,
    school_id uuid,
    case_id uuid,
    part_id uuid,
    payload jsonb not null,
    acknowledgements jsonb not null,
    actor_id uuid,
    occurred_at timestamptz not null,
    primary key (stream_id, seq)
);
create index event_1 on event (subject_id, occurred_at, id);
create index event_2 on event (child_id, occurred_at, id);
create index event_3 on event (case_id, occurred_at, id);
create table service_secret (
    name text not null,
    value bytea not null,
    primary key (name)
);
create table idempotency_key (
    caller_id uuid not null,
    key text not null,
    action text not null,
    input_hash text not null,
    entity_id uuid not null,
    advisories jsonb not null,
    created_at timestamptz not null,
    primary key (caller_id, key)
);
create table access_audit (
    id uuid not null,
    person_id uuid not null,
    child_id uuid not null,
    authority_id uuid,
    operation text not null,
    request_id text not null,
    at timestamptz not null,
    primary key (id)
);
create index access_audit_1 on access_audit (child_id, at);
create index access_audit_2 on access_audit (person_id, at);
";
