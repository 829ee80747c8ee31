//! In transactions, savepoints and on acquired connections.

use sqloquent::prelude::*;

use crate::{Item, item, items, scores};

#[tokio::test]
async fn it_is_part_of_the_transaction() -> Result<()> {
    let db = items(3).await?;
    let tx = db.begin().await?;
    Item::update_each(&tx, |i| i.score, [(1, 1.0), (2, 2.0)]).await?;
    assert_eq!(scores(&tx).await?, [1.0, 2.0, 0.0]);
    tx.rollback().await?;
    assert_eq!(scores(&db).await?, [0.0; 3]);
    db.transaction(async |tx| {
        let point = tx.savepoint().await?;
        Item::update_each(&point, |i| i.score, [(1, 1.0), (2, 2.0)]).await?;
        point.rollback().await?;
        Item::update_each(tx, |i| i.score, [(2, 5.0), (3, 6.0)]).await
    })
    .await?;
    assert_eq!(scores(&db).await?, [0.0, 5.0, 6.0]);
    Ok(())
}

/// The transaction goes on without any of the rows.
#[tokio::test]
async fn a_failure_undoes_the_call_alone() -> Result<()> {
    let db = items(3).await?;
    for rows in [2_i64, 50] {
        let tx = db.begin().await?;
        Item::update_each(&tx, |i| i.score, [(3, 3.0), (2, 2.0)]).await?;
        let taken = (0..rows).map(|i| (1 + i, ("taken", 9.0)));
        let error = Item::update_each(&tx, |i| (i.code, i.score), taken)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unique);
        assert_eq!(scores(&tx).await?, [0.0, 2.0, 3.0]);
        Item::update_each(&tx, |i| i.score, [(1, 1.0), (2, 4.0)]).await?;
        tx.commit().await?;
        assert_eq!(scores(&db).await?, [1.0, 4.0, 3.0]);
        Item::update_each(&db, |i| i.score, [(1, 0.0), (2, 0.0), (3, 0.0)]).await?;
    }
    Ok(())
}

/// Other calls that are all or nothing are so within a transaction as well.
#[tokio::test]
async fn a_bulk_insert_that_fails_is_undone_alone() -> Result<()> {
    let db = items(1).await?;
    let tx = db.begin().await?;
    Item::insert_many(&tx, [item(2)]).await?;
    let error = Item::insert_many(&tx, [item(3), item(4), item(1)])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unique);
    assert_eq!(Item::query().count(&tx).await?, 2);
    let insert = tx.raw("insert into items (id, code, score) values (?, ?, 0)", ());
    let error = insert.execute_many([(5, "five"), (6, "five")]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unique);
    tx.commit().await?;
    assert_eq!(Item::query().count(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn on_an_acquired_connection_it_has_a_transaction_of_its_own() -> Result<()> {
    let db = items(3).await?;
    let connection = db.acquire().await?;
    let rows = [(1, ("a", 1.0)), (2, ("a", 2.0))];
    let error = Item::update_each(&connection, |i| (i.code, i.score), rows)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unique);
    assert_eq!(scores(&connection).await?, [0.0; 3]);
    assert_eq!(
        Item::update_each(&connection, |i| i.score, [(1, 1.0), (2, 2.0)]).await?,
        2
    );
    drop(connection);
    assert_eq!(scores(&db).await?, [1.0, 2.0, 0.0]);
    Ok(())
}

/// Nothing is sent before the call is awaited, and what it takes is taken at once.
#[tokio::test]
async fn it_is_compiled_before_it_is_awaited() -> Result<()> {
    let db = items(2).await?;
    let call = {
        let rows = [(1, "x".to_owned()), (2, "y".to_owned())];
        Item::update_each(&db, |i| i.code, rows.iter().map(|(id, code)| (id, code)))
    };
    assert_eq!(Item::query().equal("code", "x").count(&db).await?, 0);
    let (changed, found) = tokio::join!(call, Item::query().count(&db));
    assert_eq!((changed?, found?), (2, 2));
    assert_eq!(Item::query().equal("code", "x").count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn using_the_database_inside_of_its_own_transaction_is_an_error() -> Result<()> {
    let db = items(2).await?;
    let error = db
        .transaction(async |_| Item::update_each(&db, |i| i.score, [(1, 1.0), (2, 2.0)]).await)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OwnTransaction);
    assert!(error.to_string().contains("transactions.rs"), "{error}");
    Ok(())
}
