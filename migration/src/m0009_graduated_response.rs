//! Tables of the graduated response and One Plans.

/// The tables and their indexes.
pub const UP: &str = "
create table graduated_response (
    id uuid not null,
    authority_id uuid not null references authority (id),
    reference text not null unique,
    child_id uuid not null unique references child (id),
    created_at timestamptz not null,
    primary key (id)
);
create table school_concern (
    id uuid not null,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    raised_on date not null,
    areas jsonb not null,
    description text not null,
    teaching text not null,
    recorded_by uuid not null references person (id),
    recorded_at timestamptz not null,
    primary key (id)
);
create index school_concern_1 on school_concern (child_id, raised_on, id);
create table instrument (
    id uuid not null,
    authority_id uuid not null references authority (id),
    name text not null,
    folded text not null,
    standardised boolean not null,
    yearly_maximum integer,
    retired_at timestamptz,
    version integer not null,
    primary key (id)
);
create unique index instrument_1 on instrument (authority_id, folded);
create index instrument_2 on instrument (authority_id, name, id);
create table school_assessment (
    id uuid not null,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    area text not null,
    instrument_id uuid references instrument (id),
    instrument text not null,
    standardised boolean not null,
    assessed_on date not null,
    school_year integer not null,
    result text not null,
    identifies_need boolean not null,
    recorded_by uuid not null references person (id),
    recorded_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    version integer not null,
    primary key (id)
);
create index school_assessment_1 on school_assessment (child_id, assessed_on, id);
create index school_assessment_2 on school_assessment (child_id, instrument_id, school_year);
create table area_ruled_out (
    id uuid not null,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    area text not null,
    reason text not null,
    ruled_out_on date not null,
    recorded_by uuid not null references person (id),
    recorded_at timestamptz not null,
    primary key (id)
);
create index area_ruled_out_1 on area_ruled_out (child_id, ruled_out_on, id);
create table sen_register_decision (
    id uuid not null,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    step text not null,
    decided_on date not null,
    senco_id uuid references person (id),
    staff jsonb not null,
    parents jsonb not null,
    assessments jsonb not null,
    words text not null,
    parents_view text,
    status_before text not null,
    recorded_by uuid not null references person (id),
    recorded_at timestamptz not null,
    reversed_at timestamptz,
    reversed_reason text,
    version integer not null,
    primary key (id)
);
create index sen_register_decision_1 on sen_register_decision (child_id, recorded_at, id);
create table one_plan (
    id uuid not null,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    state text not null,
    drafted_by uuid not null references person (id),
    drafted_at timestamptz not null,
    activated_on date,
    review_by date,
    ended_on date,
    end_reason text,
    version integer not null,
    primary key (id)
);
create unique index one_plan_1 on one_plan (child_id) where state in ('DRAFT', 'ACTIVE');
create index one_plan_2 on one_plan (child_id, drafted_at, id);
create index one_plan_3 on one_plan (authority_id, drafted_at, id);
create index one_plan_4 on one_plan (review_by, child_id);
create table plan_cycle (
    id uuid not null,
    authority_id uuid not null references authority (id),
    plan_id uuid not null references one_plan (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    number integer not null,
    state text not null,
    opened_at timestamptz not null,
    starts_on date,
    school_year integer,
    season text,
    review_by date,
    reviewed_on date,
    reviewed_by uuid references person (id),
    concerns_remain boolean not null,
    summary text,
    version integer not null,
    primary key (id)
);
create unique index plan_cycle_1 on plan_cycle (plan_id, number);
create index plan_cycle_2 on plan_cycle (child_id);
create table plan_section (
    id uuid not null,
    authority_id uuid not null references authority (id),
    plan_id uuid not null references one_plan (id),
    cycle_id uuid not null references plan_cycle (id),
    child_id uuid not null references child (id),
    area text not null,
    assess text not null,
    review_on date,
    review_measure text not null,
    complete boolean not null,
    findings text,
    progress text,
    reassessment_id uuid references school_assessment (id),
    used_up_instrument_id uuid references instrument (id),
    written_by uuid not null references person (id),
    written_at timestamptz not null,
    version integer not null,
    primary key (id)
);
create unique index plan_section_1 on plan_section (cycle_id, area);
create index plan_section_2 on plan_section (child_id);
create table plan_outcome (
    id uuid not null,
    authority_id uuid not null references authority (id),
    section_id uuid not null references plan_section (id),
    child_id uuid not null references child (id),
    position integer not null,
    what text not null,
    measure text not null,
    primary key (id)
);
create index plan_outcome_1 on plan_outcome (section_id, position, id);
create index plan_outcome_2 on plan_outcome (child_id);
create table intervention (
    id uuid not null,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    section_id uuid references plan_section (id),
    position integer not null,
    area text not null,
    tier text not null,
    what text not null,
    evidence_base text not null,
    who text not null,
    timetable text not null,
    from_date date not null,
    to_date date,
    reviewed_on date,
    impact text,
    recorded_by uuid not null references person (id),
    recorded_at timestamptz not null,
    version integer not null,
    primary key (id)
);
create index intervention_1 on intervention (section_id, position, id);
create index intervention_2 on intervention (child_id, from_date, id);
create table plan_contribution (
    id uuid not null,
    authority_id uuid not null references authority (id),
    plan_id uuid not null references one_plan (id),
    cycle_id uuid not null references plan_cycle (id),
    child_id uuid not null references child (id),
    contributor text not null,
    text text not null,
    recorded_by uuid not null references person (id),
    recorded_at timestamptz not null,
    primary key (id)
);
create index plan_contribution_1 on plan_contribution (plan_id, recorded_at, id);
create index plan_contribution_2 on plan_contribution (child_id);
create table plan_evidence (
    id uuid not null,
    authority_id uuid not null references authority (id),
    section_id uuid not null references plan_section (id),
    child_id uuid not null references child (id),
    consultation_id uuid not null references consultation (id),
    cited_by uuid not null references person (id),
    cited_at timestamptz not null,
    primary key (id)
);
create unique index plan_evidence_1 on plan_evidence (section_id, consultation_id);
create index plan_evidence_2 on plan_evidence (child_id);
create table further_observation (
    id uuid not null,
    authority_id uuid not null references authority (id),
    plan_id uuid not null references one_plan (id),
    cycle_id uuid not null references plan_cycle (id),
    child_id uuid not null references child (id),
    observed_on date not null,
    observation text not null,
    teacher text not null,
    parents text not null,
    recorded_by uuid not null references person (id),
    recorded_at timestamptz not null,
    primary key (id)
);
create index further_observation_1 on further_observation (cycle_id, observed_on, id);
create index further_observation_2 on further_observation (child_id);
create table link_contact (
    id uuid not null,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    practitioner_id uuid not null references person (id),
    discipline text not null,
    purpose text not null,
    contacted_on date not null,
    note text not null,
    logged_by uuid not null references person (id),
    logged_at timestamptz not null,
    primary key (id)
);
create index link_contact_1 on link_contact (child_id, contacted_on, id);
create index link_contact_2 on link_contact (school_id, contacted_on, id);
create table link_consultation (
    id uuid not null,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    state text not null,
    question text not null,
    sudden_concerns text,
    urgent boolean not null,
    professional_reports text not null,
    raised_by uuid not null references person (id),
    raised_at timestamptz not null,
    ready_at timestamptz,
    advice text,
    advised_by uuid references person (id),
    advised_at timestamptz,
    closed_at timestamptz,
    withdrawn_reason text,
    version integer not null,
    primary key (id)
);
create unique index link_consultation_1 on link_consultation (child_id) where state in ('RAISED', 'READY', 'ADVISED');
create index link_consultation_2 on link_consultation (child_id, raised_at, id);
create index link_consultation_3 on link_consultation (school_id, state, raised_at, id);
create table agreed_action (
    id uuid not null,
    authority_id uuid not null references authority (id),
    link_consultation_id uuid not null references link_consultation (id),
    child_id uuid not null references child (id),
    position integer not null,
    kind text not null,
    what text not null,
    owner text not null,
    due_on date not null,
    done_on date,
    outcome text,
    version integer not null,
    primary key (id)
);
create index agreed_action_1 on agreed_action (link_consultation_id, position, id);
create index agreed_action_2 on agreed_action (child_id);
create table referral (
    id uuid not null,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    state text not null,
    reason text not null,
    opened_on date not null,
    opened_by uuid not null references person (id),
    advice text,
    ended_on date,
    withdrawn_reason text,
    version integer not null,
    primary key (id)
);
create unique index referral_1 on referral (child_id) where state = 'OPEN';
create index referral_2 on referral (child_id, opened_on, id);
";
