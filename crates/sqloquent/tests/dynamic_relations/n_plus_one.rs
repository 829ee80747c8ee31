//! Relations that are read row by row are reported with the place in the code.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use sqloquent::{NPlusOne, block_on, prelude::*};

use crate::peopled;

const LONG: Duration = Duration::from_secs(3_600);

fn gather(db: &Db, more_than: usize, window: Duration) -> Arc<Mutex<Vec<NPlusOne>>> {
    let found = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&found);
    db.report_n_plus_one_to(more_than, window, move |n| into.lock().unwrap().push(n.clone()));
    found
}

#[test]
fn reading_row_by_row_is_reported_with_its_place() {
    block_on(async {
        let w = peopled().await;
        let found = gather(&w.db, 2, LONG);
        let mut users = w.users.query().get(&w.db).await.unwrap();
        let twin = users[0].clone();
        users.push(twin);
        let mut line = 0;
        for user in &mut users {
            line = line!() + 1;
            user.load(&w.db, "posts").await.unwrap();
        }
        let reports = std::mem::take(&mut *found.lock().unwrap());
        let [report] = &reports[..] else {
            unreachable!("one place was reported once: {reports:?}")
        };
        assert_eq!((report.relation.as_str(), report.times), ("users.posts", 3));
        assert_eq!((report.place.line(), report.place.file()), (line, file!()));
        assert!(report.to_string().contains("at once, by `with`"), "{report}");

        // The same at once is not, and neither are other places or relations that are read less often.
        w.users.load(&w.db, &mut users, "posts").await.unwrap();
        users[0].load(&w.db, "posts").await.unwrap();
        for user in &mut users[..2] {
            user.load(&w.db, "roles").await.unwrap();
        }
        assert!(found.lock().unwrap().is_empty());
    });
}

#[test]
fn what_is_longer_ago_than_the_window_does_not_count() {
    block_on(async {
        let w = peopled().await;
        let found = gather(&w.db, 1, Duration::ZERO);
        let mut user = w.users.find_required(&w.db, "ada").await.unwrap();
        for _ in 0..5 {
            user.load(&w.db, "posts").await.unwrap();
        }
        assert!(found.lock().unwrap().is_empty());
    });
}

#[test]
fn nothing_is_reported_unless_asked_for() {
    block_on(async {
        let w = peopled().await;
        let found = gather(&w.db, 1, LONG);
        w.db.stop_reporting_n_plus_one();
        let mut user = w.users.find_required(&w.db, "ada").await.unwrap();
        for _ in 0..5 {
            user.load(&w.db, "posts").await.unwrap();
        }
        assert!(found.lock().unwrap().is_empty());
    });
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "roles")]
struct Role {
    #[model(id(given))]
    id: String,
    name: String,
    #[model(belongs_to_many(pivot = RoleUser, key = role_id, related_key = user_id))]
    users: Related<Vec<Person>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "users")]
struct Person {
    #[model(id(given))]
    id: String,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct RoleUser {
    #[model(id)]
    role_id: String,
    #[model(id)]
    user_id: String,
    since: Option<i64>,
}

/// Every way of reading the relation of one row counts, of records and of models.
#[test]
fn every_way_of_reading_one_row_s_relation_counts() {
    block_on(async {
        let w = peopled().await;
        let found = gather(&w.db, 1, LONG);
        let mut roles = Role::query().get(&w.db).await.unwrap();
        let users = w.users.query().get(&w.db).await.unwrap();
        for role in &mut roles {
            assert!(!role.users().load(&w.db).await.unwrap().is_empty());
            assert!(role.users().query().count(&w.db).await.unwrap() > 0);
            assert!(role.users().query().first(&w.db).await.unwrap().is_some());
            Role::load(&w.db, role, |r| r.users).await.unwrap();
        }
        for user in &users {
            user.relation("roles").unwrap().load(&w.db).await.unwrap();
            user.relation("roles").unwrap().query().get(&w.db).await.unwrap();
        }
        let reports = std::mem::take(&mut *found.lock().unwrap());
        let relations: Vec<&str> = reports.iter().map(|r| r.relation.as_str()).collect();
        let expected = [["Role.users"; 4].as_slice(), ["users.roles"; 2].as_slice()].concat();
        assert_eq!(relations, expected);
        let places: std::collections::BTreeSet<u32> = reports.iter().map(|r| r.place.line()).collect();
        assert_eq!(places.len(), 6);
        Role::load(&w.db, &mut roles, |r| r.users).await.unwrap();
        Role::query().with(|r| r.users).get(&w.db).await.unwrap();
        assert!(found.lock().unwrap().is_empty());
    });
}
