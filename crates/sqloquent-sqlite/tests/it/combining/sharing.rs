//! Each ends as if it had run alone.

use std::sync::Arc;

use sqloquent_core::{Backend, CallContext, ErrorKind, Flow, Plan, Value};
use sqloquent_sqlite::Durability;

use super::*;

#[tokio::test]
async fn writes_that_wait_at_the_same_time_share_one_commit() {
    let db = flushing().await;
    let done = together(&db, (1..=20).map(insert)).await;
    assert_eq!(kinds(&done), [None; 20]);
    for (n, job) in done.into_iter().enumerate() {
        let outcome = job.unwrap().outcomes[0];
        assert_eq!(
            (outcome.affected, outcome.last_insert_id),
            (1, Some(n as i64 + 1))
        );
    }
    assert_eq!(db.stats().combined, 20);
    assert_eq!(count(&db).await, 20);
    at_rest(&db).await;
}

#[tokio::test]
async fn one_that_is_refused_leaves_the_others_alone() {
    let db = flushing().await;
    let jobs = [1, 2, 1, 3, 2, 4].map(insert);
    let done = together(&db, jobs).await;
    let unique = Some(ErrorKind::Unique);
    assert_eq!(kinds(&done), [None, None, unique, None, unique, None]);
    assert_eq!(db.stats().combined, 4, "they share a transaction without those");
    assert_eq!(count(&db).await, 4);
    at_rest(&db).await;
}

#[tokio::test]
async fn what_is_found_at_the_commit_is_told_to_whom_it_belongs() {
    let db = flushing().await;
    for sql in [
        "create table parents(id integer primary key)",
        "create table children(parent integer references parents deferrable initially deferred)",
    ] {
        write(&db, sql, vec![]).await.unwrap();
    }
    let child = one(Plan::WRITE_BY_KEY, "insert into children values (7)", vec![]);
    let done = together(&db, vec![insert(1), child, insert(2)]).await;
    assert_eq!(kinds(&done), [None, Some(ErrorKind::ForeignKey), None]);
    assert_eq!(count(&db).await, 2);
    at_rest(&db).await;
}

#[tokio::test]
async fn writes_that_owe_each_other_a_key_do_not_pay_it_together() {
    let db = flushing().await;
    write(
        &db,
        "create table pairs(id integer primary key, other integer references pairs deferrable initially deferred)",
        vec![],
    )
    .await
    .unwrap();
    let pair = |id, other| {
        let values = vec![Value::Int(id), Value::Int(other)];
        one(Plan::WRITE_BY_KEY, "insert into pairs values (?, ?)", values)
    };
    let done = together(&db, vec![pair(1, 2), insert(1), pair(2, 1), pair(3, 3)]).await;
    let owed = Some(ErrorKind::ForeignKey);
    assert_eq!(
        kinds(&done),
        [owed, None, owed, None],
        "as they would have ended alone"
    );
    assert_eq!(count(&db).await, 1);
    at_rest(&db).await;
}

#[tokio::test]
async fn a_trigger_that_rolls_back_takes_nothing_of_the_others_with_it() {
    let db = flushing().await;
    write(
        &db,
        "create trigger no before insert on t when new.id = 3 begin select raise(rollback, 'no'); end",
        vec![],
    )
    .await
    .unwrap();
    let done = together(&db, (1..=5).map(insert)).await;
    let failed: Vec<_> = done.iter().map(Result::is_err).collect();
    assert_eq!(failed, [false, false, true, false, false]);
    assert_eq!(count(&db).await, 4);
    at_rest(&db).await;
}

#[tokio::test]
async fn what_fires_triggers_does_not_share() {
    let db = flushing().await;
    write(&db, "create table plain(id integer primary key)", vec![])
        .await
        .unwrap();
    let plain = |id| {
        let values = vec![Value::Int(id)];
        one(Plan::WRITE_BY_KEY, "insert into plain values (?)", values)
    };
    let mut ids = 1..;
    let mut shared = async || {
        let before = db.stats().combined;
        let next: Vec<i64> = ids.by_ref().take(3).collect();
        let jobs = next.iter().flat_map(|&id| [insert(id), plain(id)]);
        let done = together(&db, jobs).await;
        assert!(done.iter().all(Result::is_ok));
        db.stats().combined - before
    };
    assert_eq!(shared().await, 6);
    // SQLite prepares the statements anew, which is noticed once one has run.
    write(
        &db,
        "create trigger noted after insert on t begin update t set n = n + 1 where id = new.id; end",
        vec![],
    )
    .await
    .unwrap();
    for _ in 0..3 {
        assert_eq!(shared().await, 3, "only those without a trigger");
    }
    assert_eq!(count(&db).await, 12);
    at_rest(&db).await;
}

#[tokio::test]
async fn code_that_panics_at_a_row_is_the_only_one_to_fail() {
    let db = flushing().await;
    let panics = one(
        Plan::WRITE_BY_KEY,
        "insert into t(id, n) values (9, 9) returning n",
        vec![],
    )
    .on_row(|_, _| panic!("this row"));
    let done = together(&db, vec![insert(1), panics, insert(2)]).await;
    assert_eq!(kinds(&done), [None, Some(ErrorKind::Panic), None]);
    assert_eq!(count(&db).await, 2);
    at_rest(&db).await;
}

#[tokio::test]
async fn what_cannot_run_again_does_not_share() {
    let db = flushing().await;
    let done = together(
        &db,
        vec![insert(1), insert(2).once(), insert(3), insert(1).once()],
    )
    .await;
    assert_eq!(kinds(&done), [None, None, None, Some(ErrorKind::Unique)]);
    assert_eq!(count(&db).await, 3);
    at_rest(&db).await;
}

#[tokio::test]
async fn reads_and_writes_that_meet_share_a_transaction() {
    let db = TestDb::with_table().await;
    make_a_crowd(&db).await;
    let jobs = vec![find(1), insert(2), find(2), insert(3), find(3), find(4)];
    let done = many(&db, jobs).await;
    assert_eq!(kinds(&done), [None; 6]);
    let rows: Vec<_> = done.into_iter().map(|job| job.unwrap().rows).collect();
    let int = |n| vec![vec![Value::Int(n)]];
    assert_eq!(
        rows,
        [int(10), vec![], int(1), vec![], int(1), vec![]],
        "reads see what came before them in the queue, as they would have alone"
    );
    assert_eq!(db.stats().combined, 6);
    at_rest(&db).await;
}

#[tokio::test]
async fn a_read_that_fails_leaves_the_others_their_transaction() {
    let db = TestDb::with_table().await;
    make_a_crowd(&db).await;
    let fails = find(1).on_row(|_, _| Err(sqloquent_core::Error::new(ErrorKind::Decode, "no such row")));
    let done = many(&db, vec![insert(2), fails, insert(3)]).await;
    assert_eq!(kinds(&done), [None, Some(ErrorKind::Decode), None]);
    assert_eq!(db.stats().combined, 3);
    assert_eq!(count(&db).await, 3);
    at_rest(&db).await;
}

#[tokio::test]
async fn reads_run_again_when_what_they_saw_was_rolled_back() {
    // A thread that is held up commits what it ran before it comes to the last, and nothing is rolled back.
    for _ in 0..50 {
        let db = TestDb::with_table().await;
        make_a_crowd(&db).await;
        // The last write is refused, so that the others run again without it, the read among them.
        let done = many(&db, vec![insert(2), find(2), insert(3), insert(1)]).await;
        assert_eq!(kinds(&done), [None, None, None, Some(ErrorKind::Unique)]);
        assert_eq!(count(&db).await, 3);
        at_rest(&db).await;
        if done[1].as_ref().unwrap().restarts == 1 {
            assert_eq!(db.stats().combined, 3);
            return;
        }
    }
    panic!("the transaction was never rolled back");
}

#[tokio::test]
async fn code_at_a_row_can_call_the_database_in_turn() {
    let db = TestDb::with_table().await;
    make_a_crowd(&db).await;
    let backend = Arc::clone(&db.db);
    let nested = find(1).on_row(move |_, _| {
        let inner = pollster::block_on(backend.run(find(1), CallContext::here()));
        inner.map(|_| Flow::Stop)
    });
    assert_eq!(kinds(&many(&db, vec![find(1), nested, find(1)]).await), [None; 3]);
    at_rest(&db).await;
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let db = TestDb::with(|o| o.combine(false));
    create(&db).await;
    make_a_crowd(&db).await;
    assert_eq!(
        kinds(&many(&db, vec![find(1), insert(2), find(2)]).await),
        [None; 3]
    );
    assert_eq!(db.stats().combined, 0);
    at_rest(&db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_count_exactly() {
    for options in [
        |o: sqloquent_sqlite::SqliteOptions| o,
        |o: sqloquent_sqlite::SqliteOptions| o.durability(Durability::Full),
        |o: sqloquent_sqlite::SqliteOptions| o.durability(Durability::Off),
    ] {
        let db = TestDb::with(options);
        create(&db).await;
        write(&db, "insert into t(id, n) values (0, 0)", vec![])
            .await
            .unwrap();
        let tasks: Vec<_> = (0..32_i64)
            .map(|task| {
                let db = Arc::clone(&db.db);
                tokio::spawn(async move {
                    let mut last = -1;
                    for n in 0..50 {
                        let add = one(Plan::WRITE_BY_KEY, "update t set n = n + 1 where id = 0", vec![]);
                        // Every tenth is one that is there already.
                        let id = if n % 10 == 9 { 0 } else { 1 + task * 100 + n };
                        let mut done = many(&db, vec![add]).await;
                        assert_eq!(done.remove(0).unwrap().outcomes[0].affected, 1);
                        let inserted = many(&db, vec![insert(id)]).await.remove(0);
                        assert_eq!(inserted.is_err(), id == 0);
                        let seen = many(&db, vec![find(0)]).await.remove(0).unwrap();
                        let seen = number(&seen.rows);
                        assert!(seen > last, "{seen} after {last}");
                        last = seen;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let total = read(&db, "select n from t where id = 0", vec![]).await.unwrap();
        assert_eq!(number(&total), 32 * 50);
        assert_eq!(count(&db).await, 1 + 32 * 45);
        at_rest(&db).await;
    }
}
