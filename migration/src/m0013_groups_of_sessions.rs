//! Which schools a session of a locality group is for, and who is invited to it: kept with the session, so that neither changes
//! unseen when the family of schools or its people do.

/// The tables, filled for the sessions that there are: with the schools of their locality today, and with the people who would be
/// invited today. Invitations did not follow them so far: one who became a SENCO since the session was planned counts as invited.
pub const UP: &str = "
alter table locality add column version integer not null default 1;
create table locality_session_school (
    session_id uuid not null references locality_session (id),
    school_id uuid not null references school (id),
    authority_id uuid not null references authority (id),
    takes_part boolean not null,
    primary key (session_id, school_id)
);
create index locality_session_school_1 on locality_session_school (school_id, session_id);
insert into locality_session_school (session_id, school_id, authority_id, takes_part)
    select session.id, school.id, session.authority_id, true
    from locality_session session
    join school on school.locality_id = session.locality_id and school.authority_id = session.authority_id;
create table session_invitation (
    session_id uuid not null references locality_session (id),
    person_id uuid not null references person (id),
    authority_id uuid not null references authority (id),
    primary key (session_id, person_id)
);
insert into session_invitation (session_id, person_id, authority_id)
    select session.id, role_grant.person_id, session.authority_id
    from locality_session session
    join locality_session_school own on own.session_id = session.id
    join role_grant on role_grant.school_id = own.school_id and role_grant.role = 'SENCO'
        and role_grant.revoked_at is null
        and cast(role_grant.from_date as text) <= substr(cast(session.starts_at as text), 1, 10)
        and (role_grant.to_date is null
            or cast(role_grant.to_date as text) >= substr(cast(session.starts_at as text), 1, 10))
    where session.state <> 'CANCELLED'
    union
    select session.id, session.facilitator_id, session.authority_id
    from locality_session session
    where session.state <> 'CANCELLED';
create index role_grant_3 on role_grant (school_id, role);
create index locality_item_child_3 on locality_item_child (school_id, child_id);
";
