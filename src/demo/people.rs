//! Authorities, schools, staff and families of the invented world.

use super::Account;
use crate::op::Op;
use crate::store::Fault;
use crate::store::work::Work;
use crate::workflow::Service;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use domain::access::Role;
use domain::calendar::{Term, TermName, school_year_of};
use domain::child::{Gender, Need, SenStatus};
use domain::name::search_words;
use domain::school::{Phase, SchoolStatus};
use domain::upn::Upn;
use entity::{
    authority, bank_holiday, bank_holiday_coverage, child, child_word, event_head, holding, link_assignment,
    locality, named_staff, parent_carer, person, role_grant, school, term,
};
use uuid::Uuid;

/// Who and what the story is about.
pub struct World {
    /// The accounts that get tokens.
    pub accounts: Vec<Account>,
    /// The authority on which every workflow is on.
    pub authority: Uuid,
    /// SENCO of the first school.
    pub senco: Uuid,
    /// SENCO of the second school.
    pub second_senco: Uuid,
    /// A member of the consultations team.
    pub team: Uuid,
    /// A specialist.
    pub specialist: Uuid,
    /// The first school.
    pub school: Uuid,
    /// The locality of the authority's schools.
    pub locality: Uuid,
    /// The link EP of the first school.
    pub link_ep: Uuid,
    /// The children of the first school, the first one with a parent who signs in.
    pub children: Vec<Uuid>,
    /// Their parents, in the same order.
    pub parents: Vec<Uuid>,
    /// Every child of the authority; of four in a row, the last has a plan already.
    pub everybody: Vec<Uuid>,
    /// The EHCP coordinator.
    pub coordinator: Uuid,
    /// The authority's administrator.
    pub admin: Uuid,
    /// The SEND manager.
    pub manager: Uuid,
    /// An advice giver of the health service.
    pub giver: Uuid,
    /// The line manager of the advice givers.
    pub advice_manager: Uuid,
}

/// The authorities: the first is where the story plays, the others are in the manner of the other procedures.
const AUTHORITIES: [(&str, &str); 5] = [
    ("001", "Ousemouth"),
    ("002", "Larkdale"),
    ("003", "Withercombe"),
    ("004", "Stonebridge Vale"),
    ("005", "Northfell"),
];

/// Schools of the first authority; the first is the one that the tokens are about.
const SCHOOLS: [(i32, &str, Phase); 6] = [
    (900_101, "Willow Lane Primary School", Phase::Primary),
    (900_102, "St Edmund's Primary School", Phase::Primary),
    (900_103, "Heron Middle School", Phase::MiddleDeemedPrimary),
    (900_104, "Ousemouth All-Through Academy", Phase::AllThrough),
    (900_105, "Castle Hill Secondary School", Phase::Secondary),
    (900_106, "Little Acorns Nursery School", Phase::Nursery),
];

const GIVEN: [&str; 24] = [
    "Amira", "Ben", "Chloé", "Dylan", "Esme", "Farouk", "Grace", "Hamza", "Isla", "Jakub", "Kezia", "Leo",
    "Maya", "Noah", "Orla", "Priya", "Quinn", "Rosa", "Siân", "Tom", "Uma", "Victor", "Wren", "Zofia",
];
const FAMILY: [&str; 16] = [
    "Abara",
    "Brook",
    "Castle",
    "O'Dowd",
    "Eze",
    "Fairweather",
    "Grzelak",
    "Hollis",
    "Iqbal",
    "Jarvis",
    "Kaur",
    "Lindqvist",
    "Marlow",
    "Nwosu",
    "Okafor",
    "Pemberton-Shaw",
];

/// Every account: its key, its name, its role and at which of the schools it is held.
const STAFF: [(&str, &str, Role, Option<usize>); 18] = [
    ("senco", "Helen Carr", Role::Senco, Some(0)),
    ("head_teacher", "Martin Oduya", Role::HeadTeacher, Some(0)),
    ("inclusion_lead", "Bethan Price", Role::InclusionLead, Some(0)),
    ("safeguarding_lead", "Ruth Ashdown", Role::SafeguardingLead, Some(0)),
    ("teacher", "Sam Whitlock", Role::Teacher, Some(0)),
    ("teaching_assistant", "Nadia Rahman", Role::TeachingAssistant, Some(0)),
    ("consultations_team", "Olive Marchetti", Role::ConsultationsTeam, None),
    ("specialist", "Dr Ingrid Foss", Role::Specialist, None),
    ("ehcp_coordinator", "Paul Dempsey", Role::EhcpCoordinator, None),
    ("send_manager", "Yasmin Clarke", Role::SendManager, None),
    ("advice_giver", "Callum Reid", Role::AdviceGiver, None),
    ("advice_manager", "Teresa Quill", Role::AdviceManager, None),
    ("authority_admin", "Derek Lowe", Role::AuthorityAdmin, None),
    ("integrator", "Dashboard of Ousemouth", Role::Integrator, None),
    ("consultations_team_2", "Joan Abbey", Role::ConsultationsTeam, None),
    ("specialist_2", "Kofi Mensah", Role::Specialist, None),
    ("send_manager_deputy", "Anil Mistry", Role::SendManager, None),
    ("senco_2", "Fergus Lyle", Role::Senco, Some(1)),
];

const LINK_STAFF: [(&str, &str, Role); 5] = [
    ("educational_psychologist", "Dr Fiona Gale", Role::EducationalPsychologist),
    ("cit", "Marta Silva", Role::Cit),
    ("patss", "George Tan", Role::Patss),
    ("ewo", "Alice Bright", Role::Ewo),
    ("inclusion_partner", "Owen Hughes", Role::InclusionPartner),
];

/// Settles the invented people in one change.
pub async fn settle(service: &Service, op: &Op) -> Result<World, Fault> {
    let work = service.store.work(op).await?;
    let authorities = authorities(&work).await?;
    let (first, code) = (authorities[0], AUTHORITIES[0].0);
    let (schools, locality) = schools(&work, &authorities).await?;
    let mut accounts = Vec::new();
    let mut staff = std::collections::HashMap::new();
    let account = |key: &str| Account {
        role_key: key.to_owned(),
        subject: format!("demo|{key}"),
        authority: code.to_owned(),
    };
    let long_ago = back(op.today(), 900);
    for (key, name, role, at_school) in STAFF {
        let id = invite(&work, key, name).await?;
        work.insert::<role_grant::Entity>(role_grant::Model {
            id: op.id(),
            person_id: id,
            authority_id: first,
            role,
            school_id: at_school.map(|place| schools[place]),
            from_date: long_ago,
            to_date: None,
            revoked_at: None,
            granted_by: None,
        })
        .await?;
        accounts.push(account(key));
        staff.insert(key, id);
    }
    for (key, name, discipline) in LINK_STAFF {
        let id = invite(&work, key, name).await?;
        for school in &schools[..3] {
            work.insert::<link_assignment::Entity>(link_assignment::Model {
                id: op.id(),
                person_id: id,
                school_id: *school,
                authority_id: first,
                discipline,
                from_date: long_ago,
                to_date: None,
            })
            .await?;
        }
        accounts.push(account(key));
        staff.insert(key, id);
    }
    // The link EP is asked for advice too.
    work.insert::<role_grant::Entity>(role_grant::Model {
        id: op.id(),
        person_id: staff["educational_psychologist"],
        authority_id: first,
        role: Role::AdviceGiver,
        school_id: None,
        from_date: long_ago,
        to_date: None,
        revoked_at: None,
        granted_by: None,
    })
    .await?;
    let parent = invite(&work, "parent", "Layla Abara").await?;
    let young_person = invite(&work, "young_person", "Kezia Kaur").await?;
    accounts.extend([account("parent"), account("young_person")]);
    let (children, parents, everybody) = families(&work, first, &schools, parent, young_person).await?;
    for child in &children[..2] {
        for key in ["teacher", "teaching_assistant"] {
            work.insert::<named_staff::Entity>(named_staff::Model {
                id: op.id(),
                child_id: *child,
                person_id: staff[key],
                school_id: schools[0],
                from_date: long_ago,
                to_date: None,
            })
            .await?;
        }
    }
    work.commit().await?;
    Ok(World {
        accounts,
        authority: first,
        senco: staff["senco"],
        second_senco: staff["senco_2"],
        team: staff["consultations_team"],
        specialist: staff["specialist"],
        school: schools[0],
        locality,
        link_ep: staff["educational_psychologist"],
        children,
        parents,
        everybody,
        coordinator: staff["ehcp_coordinator"],
        admin: staff["authority_admin"],
        manager: staff["send_manager"],
        giver: staff["advice_giver"],
        advice_manager: staff["advice_manager"],
    })
}

async fn invite(work: &Work<'_>, key: &str, name: &str) -> Result<Uuid, Fault> {
    let id = work.op.id();
    work.insert::<person::Entity>(person::Model {
        id,
        subject: format!("demo|{key}"),
        name: name.to_owned(),
        email: format!("{}@ousemouth.example", key.replace('_', ".")),
        created_at: work.op.now,
    })
    .await?;
    Ok(id)
}

async fn authorities(work: &Work<'_>) -> Result<Vec<Uuid>, Fault> {
    bank_holidays(work).await?;
    let mut ids = Vec::new();
    for (code, name) in AUTHORITIES {
        let id = work.op.id();
        work.insert::<authority::Entity>(authority::Model {
            id,
            code: code.to_owned(),
            name: name.to_owned(),
            division: domain::bank_holidays::ENGLAND_AND_WALES.to_owned(),
            created_at: work.op.now,
        })
        .await?;
        work.insert::<event_head::Entity>(event_head::Model { stream_id: id, last_seq: 0 }).await?;
        let year = school_year_of(work.op.today());
        let terms = (year - 1..=year + 1).flat_map(terms_of).map(|term| term::Model {
            id: work.op.id(),
            authority_id: id,
            school_year: term.school_year,
            name: term.name,
            first_day: term.first_day,
            last_day: term.last_day,
        });
        work.insert_all::<term::Entity>(terms.collect()).await?;
        ids.push(id);
    }
    Ok(ids)
}

async fn bank_holidays(work: &Work<'_>) -> Result<(), Fault> {
    let (days, covers) = domain::bank_holidays::built_in()
        .map_err(|_| Fault::Unexpected("the built-in bank holidays are broken"))?;
    let division = domain::bank_holidays::ENGLAND_AND_WALES.to_owned();
    work.insert::<bank_holiday_coverage::Entity>(bank_holiday_coverage::Model {
        division: division.clone(),
        first_day: *covers.start(),
        last_day: *covers.end(),
    })
    .await?;
    let rows = days.into_iter().map(|day| bank_holiday::Model {
        division: division.clone(),
        on_date: day.on,
        title: day.title,
    });
    work.insert_all::<bank_holiday::Entity>(rows.collect()).await
}

/// Six terms as a county might set them: whole weeks around fixed days of the year.
fn terms_of(year: i32) -> Vec<Term> {
    let days = [
        (TermName::Autumn1, (year, 9, 3), (year, 10, 21)),
        (TermName::Autumn2, (year, 11, 3), (year, 12, 17)),
        (TermName::Spring1, (year + 1, 1, 6), (year + 1, 2, 11)),
        (TermName::Spring2, (year + 1, 2, 24), (year + 1, 3, 26)),
        (TermName::Summer1, (year + 1, 4, 15), (year + 1, 5, 21)),
        (TermName::Summer2, (year + 1, 6, 4), (year + 1, 7, 19)),
    ];
    let week = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).map(|on| on.week(Weekday::Mon));
    let term = |(name, first, last)| {
        let (first_day, friday) = (week(first)?.first_day(), week(last)?.last_day() - Days::new(2));
        Some(Term { school_year: year, name, first_day, last_day: friday })
    };
    days.into_iter().filter_map(term).collect()
}

/// The schools, and the locality of those of the first authority.
async fn schools(work: &Work<'_>, authorities: &[Uuid]) -> Result<(Vec<Uuid>, Uuid), Fault> {
    let locality_id = work.op.id();
    work.insert::<locality::Entity>(locality::Model {
        id: locality_id,
        authority_id: authorities[0],
        name: "Ousemouth North".to_owned(),
        version: 1,
    })
    .await?;
    let first =
        SCHOOLS.map(|(urn, name, phase)| (authorities[0], Some(locality_id), urn, name.to_owned(), phase));
    let others =
        (900_200..).zip(authorities.iter().zip(AUTHORITIES).skip(1)).map(|(urn, (authority, (_, name)))| {
            (*authority, None, urn, format!("{name} Primary School"), Phase::Primary)
        });
    let mut ids = Vec::new();
    for (authority_id, locality_id, urn, name, phase) in first.into_iter().chain(others) {
        let id = work.op.id();
        work.insert::<school::Entity>(school::Model {
            id,
            urn,
            authority_id,
            locality_id,
            establishment_number: Some(format!("{}", urn % 10_000)),
            name,
            status: SchoolStatus::Open,
            phase,
            statutory_low_age: None,
            statutory_high_age: None,
            pupils: Some(210),
            town: Some("Ousemouth".to_owned()),
            postcode: None,
            opened_on: None,
            closed_on: None,
        })
        .await?;
        ids.push(id);
    }
    Ok((ids, locality_id))
}

/// Children with a parent each: twenty at the first school, a few at the others.
async fn families(
    work: &Work<'_>,
    authority: Uuid,
    schools: &[Uuid],
    signs_in: Uuid,
    young_person: Uuid,
) -> Result<(Vec<Uuid>, Vec<Uuid>, Vec<Uuid>), Fault> {
    let (mut children, mut parents, mut everybody) = (Vec::new(), Vec::new(), Vec::new());
    let at = |index: usize| if index < 20 { 0 } else { 1 + index % 5 };
    for index in 0..44 {
        let (given, family) = (GIVEN[index % GIVEN.len()], FAMILY[(index * 5) % FAMILY.len()]);
        let row = child_row(work, authority, index, given, family, (index == 43).then_some(young_person));
        let (id, born) = (row.id, row.date_of_birth);
        work.insert::<child::Entity>(row).await?;
        let words = search_words(given, family, None)
            .into_iter()
            .map(|word| child_word::Model { child_id: id, word });
        work.insert_all::<child_word::Entity>(words.collect()).await?;
        work.insert::<holding::Entity>(holding::Model {
            id: work.op.id(),
            child_id: id,
            school_id: schools[at(index)],
            authority_id: authority,
            from_date: back(work.op.today(), 400).max(born),
            to_date: None,
        })
        .await?;
        let parent_id = work.op.id();
        work.insert::<parent_carer::Entity>(parent_carer::Model {
            id: parent_id,
            child_id: id,
            person_id: (index == 0).then_some(signs_in),
            name: format!("Parent of {family}"),
            email: Some(format!("family{index}@home.example")),
            relationship: "parent".to_owned(),
            from_date: born,
            to_date: None,
        })
        .await?;
        everybody.push(id);
        if at(index) == 0 {
            children.push(id);
            parents.push(parent_id);
        }
    }
    Ok((children, parents, everybody))
}

fn child_row(
    work: &Work<'_>,
    authority_id: Uuid,
    index: usize,
    given: &str,
    family: &str,
    person_id: Option<Uuid>,
) -> child::Model {
    // The young person is seventeen, everybody else of primary age.
    let age_days = if person_id.is_some() { 17 * 365 + 40 } else { 365 * (5 + index as u64 % 6) + 100 };
    let needs = [Need::Slcn, Need::Semh, Need::Asd, Need::Mld, Need::Spld];
    let status =
        [SenStatus::SenSupport, SenStatus::None, SenStatus::SenSupport, SenStatus::EhcPlan][index % 4];
    child::Model {
        id: work.op.id(),
        authority_id,
        upn: upn(index).map(|upn| upn.to_string()),
        upn_temporary: false,
        given_name: given.to_owned(),
        family_name: family.to_owned(),
        known_as: None,
        date_of_birth: back(work.op.today(), age_days),
        gender: [Gender::F, Gender::M, Gender::F, Gender::M, Gender::X][index % 5],
        year_group_override: None,
        sen_status: status,
        primary_need: (status != SenStatus::None).then(|| needs[index % needs.len()]),
        further_needs: serde_json::json!([]),
        person_id,
        erased_at: None,
        version: 1,
        created_at: work.op.now,
    }
}

/// An invented UPN: the check letter is whichever fits.
fn upn(index: usize) -> Option<Upn> {
    let digits = format!("001{:04}24{:03}", 1_000 + index, index);
    ('A'..='Z').find_map(|letter| Upn::parse(&format!("{letter}{digits}")).ok())
}

/// So many days before a date.
fn back(on: NaiveDate, days: u64) -> NaiveDate {
    on.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::from_yo_opt(on.year(), 1).unwrap_or(on))
}
