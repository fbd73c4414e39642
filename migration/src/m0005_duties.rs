//! Tables of duties.

/// The tables and their indexes.
pub const UP: &str = "
create table duty (
    id uuid not null,
    authority_id uuid not null references authority (id),
    rule text not null,
    state text not null,
    step text,
    on_id uuid not null,
    case_id uuid,
    part_id uuid,
    child_id uuid references child (id),
    school_id uuid references school (id),
    owner_role text not null,
    owner_id uuid,
    due_on date not null,
    due_at timestamptz not null,
    due jsonb not null,
    policy_version integer not null,
    set_at timestamptz not null,
    remind_at timestamptz,
    reminded_at timestamptz,
    breached_at timestamptz,
    ended_at timestamptz,
    primary key (id)
);
create index duty_1 on duty (on_id, rule);
create index duty_6 on duty (case_id);
create index duty_7 on duty (part_id);
create index duty_8 on duty (child_id);
create index duty_2 on duty (owner_id, due_at);
create index duty_3 on duty (authority_id, due_at, id);
create index duty_4 on duty (due_at) where state = 'OPEN' and breached_at is null;
create index duty_5 on duty (remind_at) where state = 'OPEN' and reminded_at is null;
create table escalation (
    id uuid not null,
    authority_id uuid not null references authority (id),
    duty_id uuid not null unique references duty (id),
    rule text not null,
    case_id uuid,
    part_id uuid,
    child_id uuid references child (id),
    school_id uuid references school (id),
    state text not null,
    assigned_to uuid,
    raised_at timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_by uuid,
    resolved_at timestamptz,
    resolved_by uuid,
    resolution text,
    version integer not null,
    primary key (id)
);
create index escalation_1 on escalation (authority_id, raised_at, id);
create index escalation_2 on escalation (case_id);
create table escalation_told (
    id uuid not null,
    escalation_id uuid not null references escalation (id),
    role text not null,
    person_id uuid references person (id),
    told_at timestamptz not null,
    primary key (id)
);
create index escalation_told_1 on escalation_told (escalation_id);
create index escalation_told_2 on escalation_told (role, escalation_id);
";
