//! Tables of locality group consultations. No table but the link has a column that depends on the child (LG-11).

/// The tables and their indexes.
pub const UP: &str = "
alter table consent add column group_explained boolean not null default false;
alter table consent add column school_id uuid references school (id);
create table locality_term (
    id uuid not null,
    authority_id uuid not null references authority (id),
    reference text not null unique,
    locality_id uuid not null references locality (id),
    school_year integer not null,
    term text not null,
    primary key (id)
);
create unique index locality_term_1 on locality_term (locality_id, school_year, term);
create index locality_term_2 on locality_term (authority_id, school_year, term);
create table locality_session (
    id uuid not null,
    authority_id uuid not null references authority (id),
    reference text not null unique,
    locality_id uuid not null references locality (id),
    school_year integer not null,
    term text not null,
    state text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    place text not null,
    facilitator_id uuid not null references person (id),
    planned_by uuid not null references person (id),
    planned_at timestamptz not null,
    started_at timestamptz,
    closed_at timestamptz,
    cancelled_reason text,
    invitation_sequence integer not null,
    version integer not null,
    primary key (id)
);
create index locality_session_1 on locality_session (locality_id, starts_at, id);
create index locality_session_2 on locality_session (facilitator_id, starts_at);
create index locality_session_3 on locality_session (authority_id, starts_at, id);
create index locality_session_4 on locality_session (authority_id, school_year, term);
create table session_attendance (
    id uuid not null,
    authority_id uuid not null references authority (id),
    session_id uuid not null references locality_session (id),
    locality_id uuid not null references locality (id),
    person_id uuid not null references person (id),
    school_id uuid references school (id),
    arrived_at timestamptz not null,
    primary key (id)
);
create unique index session_attendance_1 on session_attendance (session_id, person_id);
create index session_attendance_2 on session_attendance (person_id, session_id);
create table locality_item (
    id uuid not null,
    authority_id uuid not null references authority (id),
    reference text not null unique,
    session_id uuid not null references locality_session (id),
    locality_id uuid not null references locality (id),
    school_id uuid not null references school (id),
    about text not null,
    code text,
    subject text not null,
    support_so_far text,
    state text not null,
    presented_by uuid not null references person (id),
    proposed_at timestamptz not null,
    feedback_on date,
    closing_reason text,
    deferred_from uuid references locality_item (id),
    version integer not null,
    primary key (id)
);
create unique index locality_item_1 on locality_item (session_id, code);
create index locality_item_2 on locality_item (session_id, id);
create index locality_item_3 on locality_item (school_id, proposed_at, id);
create index locality_item_4 on locality_item (locality_id, id);
create index locality_item_5 on locality_item (deferred_from);
create table locality_item_child (
    id uuid not null,
    authority_id uuid not null references authority (id),
    item_id uuid not null references locality_item (id),
    school_id uuid not null references school (id),
    child_id uuid not null references child (id),
    primary key (id)
);
create unique index locality_item_child_1 on locality_item_child (item_id);
create index locality_item_child_2 on locality_item_child (child_id);
create table preparation_form (
    id uuid not null,
    authority_id uuid not null references authority (id),
    item_id uuid not null references locality_item (id),
    locality_id uuid not null references locality (id),
    school_id uuid not null references school (id),
    situation text not null,
    strategies_used text not null,
    desired text not null,
    aim text not null,
    completed_by uuid not null references person (id),
    completed_at timestamptz not null,
    version integer not null,
    primary key (id)
);
create unique index preparation_form_1 on preparation_form (item_id);
create table locality_note (
    id uuid not null,
    authority_id uuid not null references authority (id),
    item_id uuid not null references locality_item (id),
    locality_id uuid not null references locality (id),
    school_id uuid not null references school (id),
    kind text not null,
    text text not null,
    written_by uuid not null references person (id),
    written_at timestamptz not null,
    primary key (id)
);
create index locality_note_1 on locality_note (item_id, id);
create table strategy (
    id uuid not null,
    authority_id uuid not null references authority (id),
    item_id uuid not null references locality_item (id),
    locality_id uuid not null references locality (id),
    school_id uuid not null references school (id),
    kind text not null,
    text text not null,
    offered_by uuid not null references person (id),
    offered_at timestamptz not null,
    helpful boolean,
    primary key (id)
);
create index strategy_1 on strategy (item_id, id);
create table action_plan (
    id uuid not null,
    authority_id uuid not null references authority (id),
    item_id uuid not null references locality_item (id),
    locality_id uuid not null references locality (id),
    school_id uuid not null references school (id),
    written_by uuid not null references person (id),
    written_on date not null,
    done text,
    reviewed_by uuid references person (id),
    reviewed_on date,
    version integer not null,
    primary key (id)
);
create unique index action_plan_1 on action_plan (item_id);
create table action_plan_step (
    id uuid not null,
    authority_id uuid not null references authority (id),
    action_plan_id uuid not null references action_plan (id),
    item_id uuid not null references locality_item (id),
    locality_id uuid not null references locality (id),
    school_id uuid not null references school (id),
    strategy_id uuid not null references strategy (id),
    what text not null,
    who text not null,
    impact text,
    impact_note text,
    primary key (id)
);
create index action_plan_step_1 on action_plan_step (action_plan_id, id);
create index action_plan_step_2 on action_plan_step (item_id);
create table ep_involvement (
    id uuid not null,
    authority_id uuid not null references authority (id),
    item_id uuid not null references locality_item (id),
    session_id uuid not null references locality_session (id),
    locality_id uuid not null references locality (id),
    school_id uuid not null references school (id),
    form text not null,
    rank integer not null,
    reason text not null,
    decided_by uuid not null references person (id),
    decided_at timestamptz not null,
    primary key (id)
);
create unique index ep_involvement_1 on ep_involvement (session_id, rank);
create index ep_involvement_2 on ep_involvement (item_id);
create table grid_moderation (
    id uuid not null,
    authority_id uuid not null references authority (id),
    item_id uuid not null references locality_item (id),
    session_id uuid not null references locality_session (id),
    locality_id uuid not null references locality (id),
    school_id uuid not null references school (id),
    area_of_need text not null,
    proposed integer not null,
    agreed integer not null,
    moderated_on date not null,
    decided_by uuid not null references person (id),
    primary key (id)
);
create unique index grid_moderation_1 on grid_moderation (item_id, area_of_need);
create index grid_moderation_2 on grid_moderation (locality_id, moderated_on);
";
