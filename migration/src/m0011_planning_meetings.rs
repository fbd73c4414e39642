//! Tables of planning and consultation meetings.

/// The tables and their indexes.
pub const UP: &str = "
create table planning_term (
    id uuid not null,
    authority_id uuid not null references authority (id),
    reference text not null unique,
    school_id uuid not null references school (id),
    school_year integer not null,
    term text not null,
    primary key (id)
);
create unique index planning_term_1 on planning_term (school_id, school_year, term);
create index planning_term_2 on planning_term (authority_id, school_year, term);
create table planning_meeting (
    id uuid not null,
    authority_id uuid not null references authority (id),
    reference text not null unique,
    school_id uuid not null references school (id),
    school_year integer not null,
    term text not null,
    state text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    place text not null,
    ep_id uuid not null references person (id),
    covering boolean not null,
    planned_by uuid not null references person (id),
    planned_at timestamptz not null,
    held_at timestamptz,
    recorded_at timestamptz,
    shared_at timestamptz,
    cancelled_reason text,
    invitation_sequence integer not null,
    version integer not null,
    primary key (id)
);
create unique index planning_meeting_1 on planning_meeting (school_id, school_year, term) where state <> 'CANCELLED';
create index planning_meeting_2 on planning_meeting (school_id, starts_at, id);
create index planning_meeting_3 on planning_meeting (ep_id, starts_at);
create index planning_meeting_4 on planning_meeting (authority_id, school_year, term);
create index planning_meeting_5 on planning_meeting (authority_id, starts_at, id);
create table meeting_participant (
    id uuid not null,
    authority_id uuid not null references authority (id),
    meeting_id uuid not null references planning_meeting (id),
    school_id uuid not null references school (id),
    person_id uuid references person (id),
    name text not null,
    email text not null,
    kind text not null,
    role text,
    key_staff_reason text,
    by_itself boolean not null,
    present boolean,
    primary key (id)
);
create index meeting_participant_1 on meeting_participant (meeting_id, id);
create index meeting_participant_2 on meeting_participant (person_id, meeting_id);
create table agenda_item (
    id uuid not null,
    authority_id uuid not null references authority (id),
    meeting_id uuid not null references planning_meeting (id),
    school_id uuid not null references school (id),
    child_id uuid references child (id),
    origin text not null,
    priority text not null,
    title text not null,
    parents text not null,
    pupil text not null,
    agencies text not null,
    link_consultation_id uuid references link_consultation (id),
    version integer not null,
    primary key (id)
);
create index agenda_item_1 on agenda_item (meeting_id, id);
create index agenda_item_2 on agenda_item (child_id);
create index agenda_item_3 on agenda_item (link_consultation_id);
create table guest_item (
    id uuid not null,
    authority_id uuid not null references authority (id),
    meeting_id uuid not null references planning_meeting (id),
    participant_id uuid not null references meeting_participant (id),
    item_id uuid not null references agenda_item (id),
    primary key (id)
);
create index guest_item_1 on guest_item (participant_id);
create index guest_item_2 on guest_item (item_id, participant_id);
create table item_discussion (
    id uuid not null,
    authority_id uuid not null references authority (id),
    meeting_id uuid not null references planning_meeting (id),
    item_id uuid not null references agenda_item (id),
    school_id uuid not null references school (id),
    child_id uuid references child (id),
    text text not null,
    put_off boolean not null,
    written_by uuid not null references person (id),
    written_at timestamptz not null,
    version integer not null,
    primary key (id)
);
create unique index item_discussion_1 on item_discussion (item_id);
create index item_discussion_2 on item_discussion (child_id);
create index item_discussion_3 on item_discussion (meeting_id);
create table traded_contract (
    id uuid not null,
    authority_id uuid not null references authority (id),
    school_id uuid not null references school (id),
    from_date date not null,
    to_date date not null,
    minutes integer not null,
    recorded_by uuid not null references person (id),
    primary key (id)
);
create index traded_contract_1 on traded_contract (school_id, from_date, id);
create table support_agreement (
    id uuid not null,
    authority_id uuid not null references authority (id),
    meeting_id uuid not null references planning_meeting (id),
    item_id uuid not null references agenda_item (id),
    school_id uuid not null references school (id),
    child_id uuid references child (id),
    school_year integer not null,
    term text not null,
    form text not null,
    rank integer,
    service text,
    minutes integer,
    contract_id uuid references traded_contract (id),
    note text not null,
    agreed_by uuid not null references person (id),
    agreed_at timestamptz not null,
    withdrawn_reason text,
    version integer not null,
    primary key (id)
);
create index support_agreement_1 on support_agreement (item_id, id);
create index support_agreement_2 on support_agreement (contract_id);
create index support_agreement_3 on support_agreement (authority_id, school_year, term);
create index support_agreement_4 on support_agreement (school_id, school_year, term);
create index support_agreement_5 on support_agreement (child_id);
create index support_agreement_6 on support_agreement (meeting_id);
create table meeting_action (
    id uuid not null,
    authority_id uuid not null references authority (id),
    meeting_id uuid not null references planning_meeting (id),
    school_id uuid not null references school (id),
    item_id uuid references agenda_item (id),
    child_id uuid references child (id),
    what text not null,
    owner text not null,
    due_on date not null,
    agreed_on date not null,
    closed_in uuid references planning_meeting (id),
    version integer not null,
    primary key (id)
);
create index meeting_action_1 on meeting_action (meeting_id, id);
create index meeting_action_2 on meeting_action (school_id, closed_in);
create index meeting_action_3 on meeting_action (closed_in);
create index meeting_action_4 on meeting_action (item_id);
create index meeting_action_5 on meeting_action (child_id);
create table action_outcome (
    id uuid not null,
    authority_id uuid not null references authority (id),
    meeting_id uuid not null references planning_meeting (id),
    action_id uuid not null references meeting_action (id),
    school_id uuid not null references school (id),
    child_id uuid references child (id),
    outcome text not null,
    note text not null,
    recorded_by uuid not null references person (id),
    recorded_at timestamptz not null,
    version integer not null,
    primary key (id)
);
create unique index action_outcome_1 on action_outcome (action_id, meeting_id);
create index action_outcome_2 on action_outcome (meeting_id);
create index action_outcome_3 on action_outcome (child_id);
create table meeting_record (
    id uuid not null,
    authority_id uuid not null references authority (id),
    meeting_id uuid not null references planning_meeting (id),
    school_id uuid not null references school (id),
    summary text not null,
    completed_by uuid not null references person (id),
    completed_at timestamptz not null,
    primary key (id)
);
create unique index meeting_record_1 on meeting_record (meeting_id);
create table meeting_addendum (
    id uuid not null,
    authority_id uuid not null references authority (id),
    meeting_id uuid not null references planning_meeting (id),
    school_id uuid not null references school (id),
    item_id uuid references agenda_item (id),
    child_id uuid references child (id),
    text text not null,
    written_by uuid not null references person (id),
    written_at timestamptz not null,
    primary key (id)
);
create index meeting_addendum_1 on meeting_addendum (meeting_id, id);
create index meeting_addendum_2 on meeting_addendum (item_id);
create index meeting_addendum_3 on meeting_addendum (child_id);
create table allocation (
    id uuid not null,
    authority_id uuid not null references authority (id),
    school_id uuid not null references school (id),
    service text not null,
    school_year integer not null,
    term text not null,
    minutes integer not null,
    set_by uuid not null references person (id),
    version integer not null,
    primary key (id)
);
create unique index allocation_1 on allocation (school_id, school_year, term, service);
create index allocation_2 on allocation (authority_id, school_year, term);
create table meeting_feedback (
    id uuid not null,
    authority_id uuid not null references authority (id),
    school_id uuid references school (id),
    meeting_id uuid references planning_meeting (id),
    source text not null,
    score integer not null,
    text text not null,
    school_year integer not null,
    term text not null,
    given_by uuid not null references person (id),
    given_at timestamptz not null,
    primary key (id)
);
create index meeting_feedback_1 on meeting_feedback (meeting_id, id);
create index meeting_feedback_2 on meeting_feedback (authority_id, school_year, term);
";
