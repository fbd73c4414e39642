//! Tables of EHC needs assessments.

/// The tables and their indexes.
pub const UP: &str = "
create table ehc_assessment (
    id uuid not null,
    reference text not null unique,
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    school_id uuid not null references school (id),
    state text not null,
    source text not null,
    requested_on date not null,
    requested_by uuid not null references person (id),
    coordinator_id uuid references person (id),
    decide_by date not null,
    issue_by date not null,
    final_by date not null,
    decided_on date,
    outcome_on date,
    outcome_reason text,
    sen_status_before text not null,
    parents_response text,
    parents_responded_on date,
    policy_version integer not null,
    version integer not null,
    primary key (id)
);
create unique index ehc_assessment_1 on ehc_assessment (child_id) where state in ('REQUESTED', 'ASSESSING', 'DRAFT_ISSUED');
create index ehc_assessment_2 on ehc_assessment (authority_id, final_by, id);
create index ehc_assessment_3 on ehc_assessment (authority_id, requested_on, id);
create index ehc_assessment_4 on ehc_assessment (school_id, final_by, id);
create index ehc_assessment_5 on ehc_assessment (child_id, requested_on, id);
create table ehc_forecast (
    id uuid not null references ehc_assessment (id),
    authority_id uuid not null references authority (id),
    child_id uuid not null references child (id),
    draft_on date,
    final_on date not null,
    days_in_hand integer not null,
    holds_until date not null,
    notice_due boolean not null,
    chain jsonb not null,
    reckoned_at timestamptz not null,
    primary key (id)
);
create index ehc_forecast_1 on ehc_forecast (authority_id, days_in_hand, id);
create table statutory_exception (
    id uuid not null,
    authority_id uuid not null references authority (id),
    assessment_id uuid not null references ehc_assessment (id),
    child_id uuid not null references child (id),
    request_id uuid,
    ground text not null,
    from_date date not null,
    to_date date not null,
    evidence text not null,
    recorded_by uuid not null references person (id),
    recorded_at timestamptz not null,
    revoked_at timestamptz,
    revoked_reason text,
    primary key (id)
);
create index statutory_exception_1 on statutory_exception (assessment_id, from_date, id);
create table advice_request (
    id uuid not null,
    reference text not null,
    authority_id uuid not null references authority (id),
    assessment_id uuid not null references ehc_assessment (id),
    child_id uuid not null references child (id),
    service text not null,
    giver_id uuid references person (id),
    manager_id uuid references person (id),
    state text not null,
    asked_on date not null,
    due_on date not null,
    received_on date,
    absent_since date,
    version integer not null,
    primary key (id)
);
create index advice_request_1 on advice_request (assessment_id, due_on, id);
create index advice_request_2 on advice_request (giver_id, due_on, id);
create index advice_request_3 on advice_request (manager_id, due_on, id);
create index advice_request_4 on advice_request (child_id);
create index advice_request_5 on advice_request (authority_id, due_on, id);
create table advice_version (
    id uuid not null,
    authority_id uuid not null references authority (id),
    request_id uuid not null references advice_request (id),
    child_id uuid not null references child (id),
    number integer not null,
    content text not null,
    what_changed text,
    submitted_by uuid not null references person (id),
    submitted_at timestamptz not null,
    primary key (id)
);
create unique index advice_version_1 on advice_version (request_id, number);
create index advice_version_2 on advice_version (child_id);
create table advice_query (
    id uuid not null,
    authority_id uuid not null references authority (id),
    assessment_id uuid not null references ehc_assessment (id),
    request_id uuid not null references advice_request (id),
    child_id uuid not null references child (id),
    state text not null,
    reason text not null,
    on_version integer not null,
    part text not null,
    question text not null,
    raised_by uuid not null references person (id),
    raised_at timestamptz not null,
    decision text,
    required text,
    follow_up_opened_at timestamptz,
    follow_up_due_on date,
    answered_at timestamptz,
    closed_at timestamptz,
    version integer not null,
    primary key (id)
);
create index advice_query_1 on advice_query (assessment_id, raised_at, id);
create index advice_query_2 on advice_query (request_id, raised_at, id);
create index advice_query_3 on advice_query (authority_id, raised_at, id);
create index advice_query_4 on advice_query (child_id);
create table advice_query_entry (
    id uuid not null,
    authority_id uuid not null references authority (id),
    query_id uuid not null references advice_query (id),
    request_id uuid not null references advice_request (id),
    child_id uuid not null references child (id),
    kind text not null,
    note text not null,
    answer text,
    subject text,
    recipients jsonb not null,
    entered_by uuid not null references person (id),
    entered_at timestamptz not null,
    primary key (id)
);
create index advice_query_entry_1 on advice_query_entry (query_id, entered_at, id);
create index advice_query_entry_2 on advice_query_entry (child_id);
create table draft_plan (
    id uuid not null,
    authority_id uuid not null references authority (id),
    assessment_id uuid not null references ehc_assessment (id),
    child_id uuid not null references child (id),
    number integer not null,
    content text not null,
    issued_by uuid not null references person (id),
    issued_at timestamptz not null,
    respond_by date not null,
    override_reason text,
    withdrawn_at timestamptz,
    primary key (id)
);
create index draft_plan_1 on draft_plan (assessment_id, issued_at, id);
create index draft_plan_2 on draft_plan (child_id);
create table accuracy_check (
    id uuid not null,
    authority_id uuid not null references authority (id),
    assessment_id uuid not null references ehc_assessment (id),
    draft_plan_id uuid not null references draft_plan (id),
    request_id uuid not null references advice_request (id),
    child_id uuid not null references child (id),
    service text not null,
    state text not null,
    asked_at timestamptz not null,
    feedback text,
    answered_by uuid references person (id),
    answered_at timestamptz,
    version integer not null,
    primary key (id)
);
create index accuracy_check_1 on accuracy_check (draft_plan_id, asked_at, id);
create index accuracy_check_2 on accuracy_check (request_id, asked_at, id);
create index accuracy_check_3 on accuracy_check (child_id);
create table delay_notice (
    id uuid not null,
    authority_id uuid not null references authority (id),
    assessment_id uuid not null references ehc_assessment (id),
    child_id uuid not null references child (id),
    reason text not null,
    new_final_on date not null,
    issued_by uuid not null references person (id),
    issued_at timestamptz not null,
    primary key (id)
);
create index delay_notice_1 on delay_notice (assessment_id, issued_at, id);
create index delay_notice_2 on delay_notice (child_id);
create table weekly_report (
    id uuid not null,
    authority_id uuid not null references authority (id),
    monday date not null,
    read_by uuid references person (id),
    read_at timestamptz,
    primary key (id)
);
create unique index weekly_report_1 on weekly_report (authority_id, monday);
";
