//! Tables of authorities.

/// The tables and their indexes.
pub const UP: &str = "
create table authority (
    id uuid not null,
    code text not null unique,
    name text not null,
    division text not null,
    created_at timestamptz not null,
    primary key (id)
);
create table policy (
    id uuid not null,
    authority_id uuid not null references authority (id),
    version integer not null,
    effective_from date not null,
    figures jsonb not null,
    changed_by uuid,
    changed_at timestamptz not null,
    primary key (id)
);
create unique index policy_1 on policy (authority_id, version);
create table bank_holiday (
    division text not null,
    on_date date not null,
    title text not null,
    primary key (division, on_date)
);
create table bank_holiday_coverage (
    division text not null,
    first_day date not null,
    last_day date not null,
    primary key (division)
);
create table closure_day (
    id uuid not null,
    authority_id uuid not null references authority (id),
    on_date date not null,
    title text not null,
    primary key (id)
);
create unique index closure_day_1 on closure_day (authority_id, on_date);
create table term (
    id uuid not null,
    authority_id uuid not null references authority (id),
    school_year integer not null,
    name text not null,
    first_day date not null,
    last_day date not null,
    primary key (id)
);
create unique index term_1 on term (authority_id, school_year, name);
create table locality (
    id uuid not null,
    authority_id uuid not null references authority (id),
    name text not null,
    primary key (id)
);
create table school (
    id uuid not null,
    urn integer not null unique,
    authority_id uuid not null references authority (id),
    locality_id uuid,
    establishment_number text,
    name text not null,
    status text not null,
    phase text not null,
    statutory_low_age integer,
    statutory_high_age integer,
    pupils integer,
    town text,
    postcode text,
    opened_on date,
    closed_on date,
    primary key (id)
);
create index school_1 on school (authority_id, name, id);
create index school_2 on school (locality_id);
";
