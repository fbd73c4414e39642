use super::*;
use chrono::NaiveDate;
use domain::access::Role;
use entity::{authority, person, role_grant};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use std::path::PathBuf;
use uuid::Uuid;

/// A database of one test; gone with it.
struct Database {
    store: Store,
    folder: PathBuf,
}

impl Database {
    async fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("casegraph-authentication-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let store = Store::open(&format!("sqlite://{}/a.db", folder.display())).await.unwrap();
        store.migrate().await.unwrap();
        Self { store, folder }
    }

    async fn insert<E>(&self, row: E::Model)
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        let row = row.into_active_model().reset_all();
        E::insert(row).exec_without_returning(self.store.writer()).await.unwrap();
    }

    async fn person(&self, subject: &str) -> Uuid {
        let (id, subject) = (crate::op::new_id(), subject.to_owned());
        let (name, email) = ("A".to_owned(), "a@school.example".to_owned());
        self.insert::<person::Entity>(person::Model {
            id,
            subject,
            name,
            email,
            created_at: Clock::Machine.now(),
        })
        .await;
        id
    }

    async fn authority(&self) -> Uuid {
        let (id, created_at) = (crate::op::new_id(), Clock::Machine.now());
        let (code, name, division) = ("XX".to_owned(), "Xshire".to_owned(), "england-and-wales".to_owned());
        self.insert::<authority::Entity>(authority::Model { id, code, name, division, created_at }).await;
        id
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn a_token_lets_in_somebody_who_holds_a_role_now() {
    let database = Database::new("roles").await;
    let (authority_id, person_id) = (database.authority().await, database.person("manager").await);
    database.person("nobody").await;
    let revoked_at = "2026-11-20T12:00:00Z".parse().unwrap();
    database
        .insert::<role_grant::Entity>(role_grant::Model {
            id: crate::op::new_id(),
            person_id,
            authority_id,
            role: Role::SendManager,
            school_id: None,
            from_date: NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(),
            to_date: None,
            revoked_at: Some(revoked_at),
            granted_by: None,
        })
        .await;
    let tokens = Arc::new(DevTokens::of_secret(&[1; 32]).unwrap());
    let authenticator = Authenticator::Dev(Arc::clone(&tokens));
    let clock = Clock::stepped_at(revoked_at);
    let ask = async |subject: &str, at: &str| {
        clock.set(at.parse().unwrap());
        let token = tokens.sign(subject).unwrap();
        authenticator.viewer(Some(&token), &database.store, &clock).await
    };
    let refused = Err(AuthenticationFailure::Unauthenticated);
    let (viewer, _) = ask("manager", "2026-11-20T11:59:59Z").await.unwrap();
    assert_eq!((viewer.person, viewer.holds(Role::SendManager)), (person_id, true));
    assert_eq!(ask("manager", "2026-11-20T12:00:00Z").await, refused, "revoked");
    assert_eq!(ask("manager", "2026-11-01T12:00:00Z").await, refused, "not yet");
    assert_eq!(ask("nobody", "2026-11-20T11:59:59Z").await, refused, "no role at all");
    assert_eq!(ask("stranger", "2026-11-20T11:59:59Z").await, refused, "not in the database");
    assert_eq!(authenticator.viewer(None, &database.store, &clock).await, refused, "no token");
}

#[tokio::test]
async fn a_token_past_all_measure_is_not_looked_at() {
    let tokens = DevTokens::of_secret(&[1; 32]).unwrap();
    let long = tokens.sign(&"a".repeat(LONGEST_TOKEN)).unwrap();
    let authenticator = Authenticator::Dev(Arc::new(tokens));
    assert_eq!(authenticator.claims(&long).await.err(), Some(AuthenticationFailure::Unauthenticated));
}

#[test]
fn a_session_lasts_as_long_as_its_token() {
    let from_now = |seconds: f64| {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
        remaining(now + seconds).as_secs_f64()
    };
    let about = |found: f64, expected: f64| assert!((found - expected).abs() < 2.0, "{found} for {expected}");
    about(from_now(60.0), 60.0);
    // It was taken although it has run out: clocks differ by so much at most.
    about(from_now(-10.0), 20.0);
    about(from_now(-40.0), 0.0);
    about(from_now(1e18), LONGEST_SESSION.as_secs_f64());
}
