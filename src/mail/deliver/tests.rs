use super::*;
use crate::store::outbox::NewLetter;
use chrono::{DateTime, TimeDelta, Utc};
use entity::authority;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use std::path::PathBuf;
use uuid::Uuid;

/// An outbox and a post of one test; gone with it.
struct House {
    courier: Arc<Courier>,
    folder: PathBuf,
    authority: Uuid,
}

fn monday() -> DateTime<Utc> {
    "2026-11-16T09:00:00Z".parse().unwrap()
}

impl House {
    async fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("casegraph-deliver-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let store = Store::open(&format!("sqlite://{}/a.db", folder.display())).await.unwrap();
        store.migrate().await.unwrap();
        let authority = crate::op::new_id();
        let row = authority::Model {
            id: authority,
            code: "XX".to_owned(),
            name: "Xshire".to_owned(),
            division: "england-and-wales".to_owned(),
            created_at: monday(),
        };
        let row = row.into_active_model().reset_all();
        authority::Entity::insert(row).exec_without_returning(store.writer()).await.unwrap();
        let courier = Arc::new(Courier {
            store,
            clock: Clock::stepped_at(monday()),
            post: Post::Folder(folder.join("mail")),
            from: Mailbox { name: "casegraph".to_owned(), email: "send@authority.example".to_owned() },
            host: "casegraph.example".to_owned(),
        });
        Self { courier, folder, authority }
    }

    async fn owe(&self, to: &str, calendar: Option<(&'static str, String)>) {
        let op = Op::of_service(self.courier.clock.now());
        let work = self.courier.store.work(&op).await.unwrap();
        let letter = NewLetter {
            authority: self.authority,
            case: None,
            person: None,
            to_name: String::new(),
            to_address: to.to_owned(),
            subject: "A case".to_owned(),
            body: "Have a look.".to_owned(),
            calendar,
        };
        work.owe(letter).await.unwrap();
        work.commit().await.unwrap();
    }

    async fn rows(&self) -> Vec<outbox_mail::Model> {
        outbox_mail::Entity::find().all(self.courier.store.reader()).await.unwrap()
    }

    fn letters(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.join("mail")).into_iter().flatten();
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
    }

    fn pass(&self, time: TimeDelta) {
        self.courier.clock.set(self.courier.clock.now() + time);
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn a_letter_leaves_once_with_its_own_id_and_date() {
    let house = House::new("once").await;
    house.owe("senco@school.example", None).await;
    house.pass(TimeDelta::hours(1));
    assert_eq!(house.courier.once().await.unwrap(), Delivered { sent: 1, failed: 0 });
    house.pass(TimeDelta::days(1));
    assert_eq!(house.courier.once().await.unwrap(), Delivered::default());
    let (rows, letters) = (house.rows().await, house.letters());
    assert_eq!((rows.len(), letters.len()), (1, 1));
    assert_eq!(rows[0].sent_at, Some(monday() + TimeDelta::hours(1)));
    assert_eq!(rows[0].next_attempt_at, None);
    assert!(
        letters[0].contains(&format!("Message-ID: <{}@casegraph.example>", rows[0].id)),
        "{}",
        letters[0]
    );
    assert!(letters[0].contains("Date: Mon, 16 Nov 2026 09:00:00 +0000"), "{}", letters[0]);
}

#[tokio::test]
async fn a_bad_address_holds_up_its_own_letter_only() {
    let house = House::new("bad").await;
    house.owe("not an address", None).await;
    for number in 0..20 {
        house.owe(&format!("senco{number}@school.example"), None).await;
    }
    house.owe("senco@school.example", Some(("REPLY", "BEGIN:VCALENDAR".to_owned()))).await;
    assert_eq!(house.courier.once().await.unwrap(), Delivered { sent: 20, failed: 2 });
    let given_up: Vec<_> = house.rows().await.into_iter().filter(|row| row.sent_at.is_none()).collect();
    assert_eq!(given_up.len(), 2);
    for row in given_up {
        assert_eq!((row.failed_at, row.next_attempt_at), (Some(monday()), None));
        assert!(row.last_fault.is_some_and(|fault| fault.starts_with("permanent")));
    }
}

#[tokio::test]
async fn a_letter_that_fails_for_now_is_tried_again_later() {
    let house = House::new("later").await;
    // A file where the folder should be.
    std::fs::write(house.folder.join("mail"), "").unwrap();
    house.owe("senco@school.example", None).await;
    assert_eq!(house.courier.once().await.unwrap(), Delivered { sent: 0, failed: 1 });
    let row = house.rows().await.remove(0);
    assert_eq!((row.attempts, row.next_attempt_at), (1, Some(monday() + TimeDelta::minutes(1))));
    assert_eq!(row.last_fault.as_deref(), Some("transient: folder"));
    std::fs::remove_file(house.folder.join("mail")).unwrap();
    house.pass(TimeDelta::seconds(59));
    assert_eq!(house.courier.once().await.unwrap(), Delivered::default());
    house.pass(TimeDelta::seconds(1));
    assert_eq!(house.courier.once().await.unwrap(), Delivered { sent: 1, failed: 0 });
}

#[tokio::test]
async fn the_courier_goes_when_the_bell_rings_and_stops_when_told() {
    let house = House::new("bell").await;
    let (bell, heard) = watch::channel(());
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&house.courier).run(heard, stopped));
    house.owe("senco@school.example", None).await;
    bell.send_replace(());
    for _ in 0..100 {
        if !house.letters().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(house.letters().len(), 1);
    stop.send_replace(true);
    tokio::time::timeout(Duration::from_secs(5), running).await.unwrap().unwrap();
}
