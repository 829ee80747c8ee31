//! Going through many rows while others write.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use sqloquent::prelude::*;

use crate::{Post, User};

const ROWS: i64 = 300;

/// A database of rows of which those with an even id stay throughout.
async fn rows(url: &str) -> Result<Db> {
    let db = Db::connect(url).await?;
    db.create_tables::<(User, Post)>().await?;
    let users = (0..ROWS).map(|i| User {
        age: Some(i % 7),
        ..User::new(format!("u{i:03}"))
    });
    User::insert_many(&db, users).await?;
    Ok(db)
}

/// The queries gone through: by pages, and by cursor.
fn queries() -> Vec<Query<User>> {
    vec![
        User::query(),
        User::query().greater_or_equal("id", 1),
        User::query().order_by("email", Desc),
        User::query().order(|u| (u.age.asc(), u.id.desc())),
        User::query().filter(|u| u.active.eq(true)).limit(100_000),
        User::query().distinct(),
    ]
}

/// How often each row that stays was seen.
fn note(seen: &mut BTreeMap<i64, u32>, users: &[User]) {
    for user in users.iter().filter(|u| u.id <= ROWS && u.id % 2 == 0) {
        *seen.entry(user.id).or_default() += 1;
    }
}

fn check(seen: &BTreeMap<i64, u32>) {
    let once: BTreeMap<i64, u32> = (1..=ROWS).filter(|i| i % 2 == 0).map(|i| (i, 1)).collect();
    assert_eq!(*seen, once);
}

/// Writes of others: a row comes, one goes, one that stays is changed.
async fn disturb(db: &Db, step: i64) -> Result<()> {
    User::new(format!("new {step}")).insert(db).await?;
    User::query().equal("id", step * 2 + 1).delete(db).await?;
    User::query()
        .equal("id", step * 2 + 2)
        .update(db, |u| (u.age.set(Some(-step)), u.bio.set("changed")).both())
        .await?;
    Ok(())
}

trait Both {
    fn both(self) -> Vec<sqloquent::Assignment>;
}

impl Both for (sqloquent::Assignment, sqloquent::Assignment) {
    fn both(self) -> Vec<sqloquent::Assignment> {
        vec![self.0, self.1]
    }
}

async fn between_chunks(url: &str) -> Result<()> {
    for n in 0..queries().len() {
        let url = if url.contains("memory") {
            url.to_owned()
        } else {
            format!("{url}{n}")
        };
        let db = rows(&url).await?;
        let mut seen = BTreeMap::new();
        let mut chunks = queries()[n].chunk(&db, 7);
        let mut step = 0;
        while let Some(users) = chunks.next().await? {
            assert!(users.len() <= 7);
            note(&mut seen, &users);
            disturb(&db, step).await?;
            step += 1;
        }
        check(&seen);
        db.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn pitfall_b14_chunks_see_each_row_once_while_the_loop_writes() -> Result<()> {
    let dir = tempfile::tempdir().unwrap();
    between_chunks(&format!("sqlite:{}/a", dir.path().display())).await?;
    between_chunks("sqlite::memory:").await
}

#[tokio::test(flavor = "multi_thread")]
async fn pitfall_b14_chunks_see_each_row_once_while_others_write() -> Result<()> {
    let dir = tempfile::tempdir().unwrap();
    let db = rows(&format!("sqlite:{}/a", dir.path().display())).await?;
    for query in queries() {
        let stop = Arc::new(AtomicBool::new(false));
        let writer = tokio::spawn({
            let (db, stop) = (db.clone(), stop.clone());
            async move {
                let mut step = 0;
                while !stop.load(Ordering::Relaxed) {
                    let coming = User::new(format!("{:?} {step}", Arc::as_ptr(&stop)))
                        .insert(&db)
                        .await?;
                    User::query()
                        .equal("id", coming.id - 3)
                        .greater("id", ROWS)
                        .delete(&db)
                        .await?;
                    User::query()
                        .equal("id", step % ROWS + 1)
                        .update(&db, |u| u.age.set(Some(step)))
                        .await?;
                    step += 1;
                }
                Ok::<_, Error>(())
            }
        });
        let mut seen = BTreeMap::new();
        let mut chunks = query.chunk(&db, 7);
        while let Some(users) = chunks.next().await? {
            note(&mut seen, &users);
        }
        stop.store(true, Ordering::Relaxed);
        writer.await.unwrap()?;
        check(&seen);
    }
    Ok(())
}

#[tokio::test]
async fn pitfall_b14_the_cost_is_linear() -> Result<()> {
    let db = rows("sqlite::memory:").await?;
    let before = db.stats().statements;
    let mut chunks = User::query().chunk(&db, 30);
    while chunks.next().await?.is_some() {}
    // Each statement begins where the last one ended, and reads several rows.
    assert!(db.stats().statements - before <= ROWS as u64 / 3 + 1);
    let plan = User::query()
        .filter_raw("_rowid_ > ?", (5,))
        .order(|u| u.id.asc())
        .limit(7)
        .explain(&db)
        .await?;
    assert!(plan[0].contains("SEARCH"), "{plan:?}");
    Ok(())
}

/// Inside a transaction there is one connection, which the chunks and the loop share.
#[tokio::test]
async fn pitfall_b14_chunks_in_a_transaction_let_the_loop_write() -> Result<()> {
    let dir = tempfile::tempdir().unwrap();
    for url in [
        format!("sqlite:{}/a", dir.path().display()),
        "sqlite::memory:".into(),
    ] {
        let db = rows(&url).await?;
        for query in queries() {
            let tx = db.begin().await?;
            let mut seen = BTreeMap::new();
            let mut chunks = query.chunk(&tx, 50);
            let mut step = 0;
            while let Some(users) = chunks.next().await? {
                note(&mut seen, &users);
                User::new(format!("new {step}")).insert(&tx).await?;
                step += 1;
            }
            check(&seen);
            tx.rollback().await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn pitfall_b14_tables_without_row_numbers_and_views() -> Result<()> {
    #[derive(Model, Clone, Debug, PartialEq)]
    #[model(table = "things")]
    struct Thing {
        #[model(id)]
        pub id: String,
        pub n: i64,
    }
    for sql in [
        "create table things (id text primary key, n integer) without rowid",
        "create table others (id text primary key, n integer); create view things as select id, n from others;
         create trigger t instead of insert on things begin insert into others values (new.id, new.n); end",
    ] {
        let db = Db::connect("sqlite::memory:").await?;
        db.execute_script(sql).await?;
        for n in 0..20i64 {
            db.raw("insert into things (id, n) values (?, ?)", (format!("t{n}"), n)).execute().await?;
        }
        let mut all = Vec::new();
        let mut chunks = Thing::query().chunk(&db, 3);
        while let Some(things) = chunks.next().await? {
            all.extend(things.iter().map(|t| t.n));
        }
        all.sort_unstable();
        assert_eq!(all, (0..20).collect::<Vec<_>>());
    }
    Ok(())
}
