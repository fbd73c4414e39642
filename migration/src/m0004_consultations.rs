//! Tables of consultations.

/// The tables and their indexes.
pub const UP: &str = "
create table consultation_slot (
    id uuid not null,
    authority_id uuid not null references authority (id),
    area_of_need text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    specialist_id uuid not null,
    join_link text not null,
    published_by uuid not null,
    published_at timestamptz not null,
    withdrawn_at timestamptz,
    version integer not null,
    primary key (id)
);
create index consultation_slot_1 on consultation_slot (authority_id, area_of_need, starts_at, id);
create index consultation_slot_2 on consultation_slot (authority_id, starts_at, id);
create index consultation_slot_3 on consultation_slot (specialist_id, starts_at);
create table consultation (
    id uuid not null,
    reference text not null unique,
    authority_id uuid not null references authority (id),
    slot_id uuid not null references consultation_slot (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    state text not null,
    starts_at timestamptz not null,
    booked_by uuid not null,
    booked_at timestamptz not null,
    primary_area_of_need text not null,
    form jsonb not null,
    discussed_with uuid not null,
    c_ric_due_at timestamptz,
    cancelled_at timestamptz,
    cancellation_reason text,
    cancellation_note text,
    not_held_reason text,
    record_received_on date,
    review_on date,
    review_late boolean not null,
    review_held_on date,
    policy_version integer not null,
    invitation_sequence integer not null,
    version integer not null,
    primary key (id)
);
create unique index consultation_1 on consultation (slot_id) where state <> 'CANCELLED';
create index consultation_2 on consultation (authority_id, state, starts_at, id);
create index consultation_3 on consultation (child_id, starts_at);
create index consultation_4 on consultation (school_id, state, starts_at, id);
create index consultation_5 on consultation (discussed_with);
create table attendee (
    id uuid not null,
    consultation_id uuid not null references consultation (id),
    kind text not null,
    name text not null,
    role text not null,
    email text not null,
    position integer not null,
    primary key (id)
);
create index attendee_1 on attendee (consultation_id, position);
create table immediate_action (
    id uuid not null,
    consultation_id uuid not null references consultation (id),
    what text not null,
    owner text not null,
    due_on date not null,
    position integer not null,
    primary key (id)
);
create index immediate_action_1 on immediate_action (consultation_id, position);
create table record_of_involvement (
    id uuid not null,
    authority_id uuid not null references authority (id),
    consultation_id uuid not null references consultation (id),
    child_id uuid not null references child (id),
    record_version integer not null,
    state text not null,
    content jsonb not null,
    drafted_by uuid not null,
    drafted_at timestamptz not null,
    issued_by uuid,
    issued_at timestamptz,
    primary key (id)
);
create unique index record_of_involvement_1 on record_of_involvement (consultation_id, record_version);
create index record_of_involvement_2 on record_of_involvement (child_id);
";
