//! Tables of people.

/// The tables and their indexes.
pub const UP: &str = "
create table person (
    id uuid not null,
    subject text not null unique,
    name text not null,
    email text not null,
    created_at timestamptz not null,
    primary key (id)
);
create table role_grant (
    id uuid not null,
    person_id uuid not null references person (id),
    authority_id uuid not null references authority (id),
    role text not null,
    school_id uuid references school (id),
    from_date date not null,
    to_date date,
    revoked_at timestamptz,
    granted_by uuid,
    primary key (id)
);
create index role_grant_1 on role_grant (person_id);
create index role_grant_2 on role_grant (authority_id, role);
create table link_assignment (
    id uuid not null,
    person_id uuid not null references person (id),
    school_id uuid not null references school (id),
    authority_id uuid not null references authority (id),
    discipline text not null,
    from_date date not null,
    to_date date,
    primary key (id)
);
create index link_assignment_1 on link_assignment (person_id);
create index link_assignment_2 on link_assignment (school_id, from_date);
";
