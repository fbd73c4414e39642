//! The people of the tests: two authorities, a school of each phase, everybody who has to do with consultations.

use casegraph::op::{Op, new_id};
use casegraph::store::work::Work;
use casegraph::workflow::Service;
use chrono::NaiveDate;
use domain::access::Role;
use domain::calendar::TermName;
use domain::child::{Gender, Need, SenStatus};
use domain::name::search_words;
use domain::school::{Phase, SchoolStatus};
use domain::upn::Upn;
use entity::{
    authority, bank_holiday, bank_holiday_coverage, child, child_word, event_head, holding, link_assignment,
    locality, named_staff, parent_carer, person, role_grant, school, term,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Terms as a real authority had them.
pub const TERMS: [(i32, TermName, &str, &str); 12] = [
    (2025, TermName::Autumn1, "2025-09-01", "2025-10-24"),
    (2025, TermName::Autumn2, "2025-11-03", "2025-12-19"),
    (2025, TermName::Spring1, "2026-01-05", "2026-02-13"),
    (2025, TermName::Spring2, "2026-02-23", "2026-03-27"),
    (2025, TermName::Summer1, "2026-04-13", "2026-05-22"),
    (2025, TermName::Summer2, "2026-06-01", "2026-07-20"),
    (2026, TermName::Autumn1, "2026-09-01", "2026-10-23"),
    (2026, TermName::Autumn2, "2026-11-02", "2026-12-18"),
    (2026, TermName::Spring1, "2027-01-04", "2027-02-12"),
    (2026, TermName::Spring2, "2027-02-22", "2027-03-25"),
    (2026, TermName::Summer1, "2027-04-12", "2027-05-28"),
    (2026, TermName::Summer2, "2027-06-07", "2027-07-21"),
];

/// Everybody and everything, by name.
pub struct World {
    pub authority: Uuid,
    pub other_authority: Uuid,
    /// The family of the schools of the first authority.
    pub locality: Uuid,
    /// `primary`, `second_primary`, `middle`, `all_through`, `secondary`, `elsewhere`.
    pub schools: HashMap<&'static str, Uuid>,
    /// By subject: what `App::ask` takes.
    pub people: HashMap<&'static str, Uuid>,
    /// By name; `ada` … `eve` are at the primary school.
    pub children: HashMap<&'static str, Uuid>,
    /// The parent of each child, by the child's name.
    pub parents: HashMap<&'static str, Uuid>,
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A valid UPN of a running number.
pub fn upn(number: u32) -> String {
    let digits = format!("001{number:09}");
    ('A'..='Z').find_map(|letter| Upn::parse(&format!("{letter}{digits}")).ok()).unwrap().to_string()
}

const STAFF: [(&str, Role, &str); 33] = [
    ("senco", Role::Senco, "primary"),
    ("head", Role::HeadTeacher, "primary"),
    ("teacher", Role::Teacher, "primary"),
    ("assistant", Role::TeachingAssistant, "primary"),
    ("second_senco", Role::Senco, "second_primary"),
    ("middle_senco", Role::Senco, "middle"),
    ("all_through_senco", Role::Senco, "all_through"),
    ("secondary_senco", Role::Senco, "secondary"),
    ("elsewhere_senco", Role::Senco, "elsewhere"),
    ("team", Role::ConsultationsTeam, ""),
    ("second_team", Role::ConsultationsTeam, ""),
    ("specialist", Role::Specialist, ""),
    ("second_specialist", Role::Specialist, ""),
    ("coordinator", Role::EhcpCoordinator, ""),
    ("manager", Role::SendManager, ""),
    ("admin", Role::AuthorityAdmin, ""),
    ("integrator", Role::Integrator, ""),
    ("inclusion_lead", Role::InclusionLead, "primary"),
    ("safeguarding_lead", Role::SafeguardingLead, "primary"),
    ("giver", Role::AdviceGiver, ""),
    ("advice_manager", Role::AdviceManager, ""),
    ("second_giver", Role::AdviceGiver, ""),
    ("third_giver", Role::AdviceGiver, ""),
    ("school_giver", Role::AdviceGiver, ""),
    ("second_advice_manager", Role::AdviceManager, ""),
    ("third_advice_manager", Role::AdviceManager, ""),
    ("elsewhere_coordinator", Role::EhcpCoordinator, "@elsewhere"),
    ("elsewhere_giver", Role::AdviceGiver, "@elsewhere"),
    ("elsewhere_advice_manager", Role::AdviceManager, "@elsewhere"),
    ("elsewhere_team", Role::ConsultationsTeam, "@elsewhere"),
    ("elsewhere_specialist", Role::Specialist, "@elsewhere"),
    ("elsewhere_manager", Role::SendManager, "@elsewhere"),
    ("elsewhere_admin", Role::AuthorityAdmin, "@elsewhere"),
];

/// Link staff, linked to the first three schools; `elsewhere_ep` to the one elsewhere; `past_ep` only until February.
const LINKS: [(&str, Role, &[&str], Option<&str>); 7] = [
    (
        "ep",
        Role::EducationalPsychologist,
        &["primary", "second_primary", "middle", "all_through", "secondary"],
        None,
    ),
    ("cit", Role::Cit, &["primary"], None),
    ("ewo", Role::Ewo, &["second_primary"], None),
    ("patss", Role::Patss, &["primary"], None),
    ("inclusion_partner", Role::InclusionPartner, &["middle"], None),
    ("past_ep", Role::EducationalPsychologist, &["primary"], Some("2026-02-27")),
    ("elsewhere_ep", Role::EducationalPsychologist, &["elsewhere"], None),
];

/// Name, family name, school, birth date.
const CHILDREN: [(&str, &str, &str, &str); 14] = [
    ("ada", "Brook", "primary", "2018-05-04"),
    ("ben", "Castle", "primary", "2017-01-20"),
    ("cai", "O'Dowd", "primary", "2019-11-02"),
    ("dot", "Eze", "primary", "2016-02-29"),
    ("eve", "Nuñez-Hall", "primary", "2018-09-01"),
    ("flo", "Grant", "second_primary", "2018-03-03"),
    ("gus", "Hale", "middle", "2015-03-03"),
    // Year 6 in 2025-26: born by 31 August 2015; a day earlier is year 7… each on its side of the boundary.
    ("ida", "Ives", "all_through", "2014-09-01"),
    ("jon", "Jay", "all_through", "2014-08-31"),
    ("kit", "Kerr", "secondary", "2013-01-01"),
    ("lou", "Lamb", "elsewhere", "2018-01-01"),
    ("max", "Moor", "primary", "2018-02-02"),
    ("nia", "Noor", "primary", "2018-02-03"),
    ("oli", "Oake", "secondary", "2009-08-31"),
];

impl World {
    pub async fn settle(service: &Service) -> Self {
        let op = Op::of_service(service.clock.now());
        let work = service.store.work(&op).await.unwrap();
        let mut world = Self {
            authority: new_id(),
            other_authority: new_id(),
            locality: new_id(),
            schools: HashMap::new(),
            people: HashMap::new(),
            children: HashMap::new(),
            parents: HashMap::new(),
        };
        world.authorities(&work).await;
        world.schools(&work).await;
        world.staff(&work).await;
        world.families(&work).await;
        work.commit().await.unwrap();
        world
    }

    fn authority_of(&self, school: &str) -> Uuid {
        if school.ends_with("elsewhere") { self.other_authority } else { self.authority }
    }

    async fn authorities(&self, work: &Work<'_>) {
        let (holidays, covers) = domain::bank_holidays::built_in().unwrap();
        let division = domain::bank_holidays::ENGLAND_AND_WALES.to_owned();
        let coverage = bank_holiday_coverage::Model {
            division: division.clone(),
            first_day: *covers.start(),
            last_day: *covers.end(),
        };
        work.insert::<bank_holiday_coverage::Entity>(coverage).await.unwrap();
        let rows = holidays.into_iter().map(|day| bank_holiday::Model {
            division: division.clone(),
            on_date: day.on,
            title: day.title,
        });
        work.insert_all::<bank_holiday::Entity>(rows.collect()).await.unwrap();
        for (id, code, name) in
            [(self.authority, "001", "Ousemouth"), (self.other_authority, "002", "Larkdale")]
        {
            let row = authority::Model {
                id,
                code: code.into(),
                name: name.into(),
                division: division.clone(),
                created_at: work.op.now,
            };
            work.insert::<authority::Entity>(row).await.unwrap();
            work.insert::<event_head::Entity>(event_head::Model { stream_id: id, last_seq: 0 })
                .await
                .unwrap();
            let terms = TERMS.map(|(school_year, name, first, last)| term::Model {
                id: new_id(),
                authority_id: id,
                school_year,
                name,
                first_day: day(first),
                last_day: day(last),
            });
            work.insert_all::<term::Entity>(terms.into()).await.unwrap();
        }
    }

    async fn schools(&mut self, work: &Work<'_>) {
        let locality_id = self.locality;
        let family = locality::Model {
            id: locality_id,
            authority_id: self.authority,
            name: "North".into(),
            version: 1,
        };
        work.insert::<locality::Entity>(family).await.unwrap();
        let schools = [
            ("primary", 900_001, Phase::Primary),
            ("second_primary", 900_002, Phase::Primary),
            ("middle", 900_003, Phase::MiddleDeemedPrimary),
            ("all_through", 900_004, Phase::AllThrough),
            ("secondary", 900_005, Phase::Secondary),
            ("elsewhere", 900_006, Phase::Primary),
        ];
        for (name, urn, phase) in schools {
            let id = new_id();
            let row = school::Model {
                id,
                urn,
                authority_id: self.authority_of(name),
                locality_id: (name != "elsewhere").then_some(locality_id),
                establishment_number: None,
                name: format!("School {name}"),
                status: SchoolStatus::Open,
                phase,
                statutory_low_age: None,
                statutory_high_age: None,
                pupils: None,
                town: None,
                postcode: None,
                opened_on: None,
                closed_on: None,
            };
            work.insert::<school::Entity>(row).await.unwrap();
            self.schools.insert(name, id);
        }
    }

    async fn person(&mut self, work: &Work<'_>, subject: &'static str) -> Uuid {
        let id = new_id();
        let row = person::Model {
            id,
            subject: subject.into(),
            name: format!("Person {subject}"),
            email: format!("{subject}@people.example"),
            created_at: work.op.now,
        };
        work.insert::<person::Entity>(row).await.unwrap();
        self.people.insert(subject, id);
        id
    }

    async fn staff(&mut self, work: &Work<'_>) {
        for (subject, role, place) in STAFF {
            let person_id = self.person(work, subject).await;
            let row = role_grant::Model {
                id: new_id(),
                person_id,
                authority_id: self.authority_of(place),
                role,
                school_id: self.schools.get(place).copied().filter(|_| role.at_school()),
                from_date: day("2024-09-01"),
                to_date: None,
                revoked_at: None,
                granted_by: None,
            };
            work.insert::<role_grant::Entity>(row).await.unwrap();
        }
        for (subject, discipline, schools, to) in LINKS {
            let person_id = self.person(work, subject).await;
            for school in schools {
                let row = link_assignment::Model {
                    id: new_id(),
                    person_id,
                    school_id: self.schools[school],
                    authority_id: self.authority_of(school),
                    discipline,
                    from_date: day("2024-09-01"),
                    to_date: to.map(day),
                };
                work.insert::<link_assignment::Entity>(row).await.unwrap();
            }
        }
    }

    /// `parent` is the parent of ada, `second_parent` of ben, `young_person` is oli; the teacher and the assistant are
    /// named for ada.
    async fn families(&mut self, work: &Work<'_>) {
        let signs_in =
            [("ada", self.person(work, "parent").await), ("ben", self.person(work, "second_parent").await)];
        let young_person = self.person(work, "young_person").await;
        for (number, (name, family, school, born)) in (1..).zip(CHILDREN) {
            let (id, parent_id) = (new_id(), new_id());
            let status = if name == "dot" { SenStatus::EhcPlan } else { SenStatus::SenSupport };
            let row = child::Model {
                id,
                authority_id: self.authority_of(school),
                upn: Some(upn(number)),
                upn_temporary: false,
                given_name: format!("{}{}", name[..1].to_uppercase(), &name[1..]),
                family_name: family.into(),
                known_as: None,
                date_of_birth: day(born),
                gender: Gender::F,
                year_group_override: None,
                sen_status: status,
                primary_need: Some(Need::Slcn),
                further_needs: serde_json::json!([]),
                person_id: (name == "oli").then_some(young_person),
                erased_at: None,
                version: 1,
                created_at: work.op.now,
            };
            let words = search_words(&row.given_name, family, None);
            work.insert::<child::Entity>(row).await.unwrap();
            let words = words.into_iter().map(|word| child_word::Model { child_id: id, word });
            work.insert_all::<child_word::Entity>(words.collect()).await.unwrap();
            let held = holding::Model {
                id: new_id(),
                child_id: id,
                school_id: self.schools[school],
                authority_id: self.authority_of(school),
                from_date: day("2024-09-01"),
                to_date: None,
            };
            work.insert::<holding::Entity>(held).await.unwrap();
            let parent = parent_carer::Model {
                id: parent_id,
                child_id: id,
                person_id: signs_in.iter().find(|(child, _)| *child == name).map(|(_, person)| *person),
                name: format!("Parent of {name}"),
                email: Some(format!("{name}@home.example")),
                relationship: "mother".into(),
                from_date: day(born),
                to_date: None,
            };
            work.insert::<parent_carer::Entity>(parent).await.unwrap();
            self.children.insert(name, id);
            self.parents.insert(name, parent_id);
        }
        for subject in ["teacher", "assistant"] {
            let row = named_staff::Model {
                id: new_id(),
                child_id: self.children["ada"],
                person_id: self.people[subject],
                school_id: self.schools["primary"],
                from_date: day("2025-09-01"),
                to_date: None,
            };
            work.insert::<named_staff::Entity>(row).await.unwrap();
        }
    }
}
