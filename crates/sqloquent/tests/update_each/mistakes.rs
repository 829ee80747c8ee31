//! What is refused, and what is said then.

use sqloquent::prelude::*;

use crate::{Item, dynamic, items, scores};

#[tokio::test]
async fn a_row_that_fails_undoes_all() -> Result<()> {
    let db = items(4).await?;
    // Whichever row it is, and whether they run on the spot or on another thread.
    for missing in [0, 100] {
        for failing in 0..3 {
            let mut rows: Vec<(i64, (String, f64))> =
                (1..=3).map(|id| (id, (format!("new {id}"), 1.0))).collect();
            rows[failing].1.0 = "code 4".to_owned();
            rows.extend((0..missing).map(|i| (100 + i, (String::new(), 0.0))));
            let error = Item::update_each(&db, |i| (i.code, i.score), rows)
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unique, "{error}");
            assert_eq!((error.table(), error.column()), (Some("items"), Some("code")));
            assert!(
                error
                    .sql()
                    .is_some_and(|sql| sql.starts_with("UPDATE \"items\" SET"))
            );
            assert_eq!(scores(&db).await?, [0.0; 4]);
        }
    }
    Ok(())
}

#[tokio::test]
async fn checks_and_missing_values_are_told_with_their_names() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    let sql = "create table items (id integer primary key, code text not null, note text, \
               score real not null, constraint positive check (score >= 0))";
    db.execute_script(sql).await?;
    Item::insert_many(&db, (1..=2).map(crate::item)).await?;
    let error = Item::update_each(&db, |i| i.score, [(1, 1.0), (2, -1.0)])
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.constraint()),
        (ErrorKind::Check, Some("positive"))
    );
    // The model says that the code may be missing, the table says otherwise.
    let loose = DynamicModel::new("items", ["id", "code", "score"]);
    let rows = [(1, Some("x")), (2, None)];
    let error = loose.update_each(&db, ["code"], rows).await.unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::NotNull, Some("code")));
    assert_eq!(scores(&db).await?, [0.0; 2]);
    assert_eq!(Item::query().equal("code", "x").count(&db).await?, 0);
    Ok(())
}

fn refused<T: std::fmt::Debug>(result: Result<T>, kind: ErrorKind, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(words), "{error}");
    assert_eq!(error.table(), Some("items"), "{error}");
}

#[tokio::test]
async fn mistakes_are_told_whatever_the_rows() -> Result<()> {
    let db = items(2).await?;
    let before = db.stats();
    let items = dynamic();
    let invalid = ErrorKind::InvalidQuery;
    refused(
        Item::update_each(&db, |i| i.id, [(1, 2)]).await,
        invalid,
        "`id` is part of the id",
    );
    refused(
        Item::update_each(&db, |i| i.id, Vec::<(i64, i64)>::new()).await,
        invalid,
        "`id` is part of the id",
    );
    refused(
        Item::update_each(&db, |i| (i.note, i.note), [(1, ("a", "b"))]).await,
        invalid,
        "named twice",
    );
    refused(
        items.update_each(&db, ["id"], [(1, 2)]).await,
        invalid,
        "`id` is part of the id",
    );
    refused(
        items.update_each(&db, ["note", "note"], [(1, ("a", "b"))]).await,
        invalid,
        "named twice",
    );
    refused(
        items.update_each(&db, [""; 0], [(1, "a")]).await,
        invalid,
        "sets nothing",
    );
    refused(
        items.update_each(&db, ["note"], [(1, ("a", "b"))]).await,
        invalid,
        "row 1 has 2 values for 1 columns",
    );
    refused(
        items.update_each(&db, ["note", "code"], [(1, "a")]).await,
        invalid,
        "row 1 has 1 values for 2 columns",
    );
    refused(
        items.update_each(&db, ["not"], [(1, "a")]).await,
        ErrorKind::UnknownColumn,
        "did you mean `note`?",
    );
    refused(
        items.update_each(&db, ["note"], [((1, 2), "a")]).await,
        invalid,
        "has 1 columns; 2 values",
    );
    refused(
        items.update_each(&db, ["note"], [(Null, "a")]).await,
        ErrorKind::InvalidValue,
        "NULL is no id",
    );
    let keyless = DynamicModel::new("items", ["code"]);
    refused(
        keyless.update_each(&db, ["code"], [(1, "a")]).await,
        invalid,
        "has no id",
    );
    let computed = dynamic().computed("code");
    refused(
        computed.update_each(&db, ["code"], [(1, "a")]).await,
        invalid,
        "`code` is computed by the database",
    );
    let none: [(i64, &str); 0] = [];
    refused(
        keyless.update_each(&db, ["code"], none).await,
        invalid,
        "has no id",
    );
    let score = Item::columns(Item::query().tree().slot).score;
    refused(
        Item::update_each(&db, |i| i.score, [(1, score)]).await,
        invalid,
        "not to expressions",
    );
    assert_eq!(db.stats().statements, before.statements);
    Ok(())
}

#[derive(Model, Clone, Debug)]
#[model(table = "items", new = false)]
struct Big {
    #[model(id(given))]
    id: u64,
    note: Option<u64>,
}

#[tokio::test]
async fn values_that_do_not_fit_are_told_with_their_column() -> Result<()> {
    let db = items(2).await?;
    let error = Big::update_each(&db, |b| b.note, [(1_u64, 1_u64), (2, u64::MAX)])
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.column()),
        (ErrorKind::InvalidValue, Some("note")),
        "{error}"
    );
    let error = Big::update_each(&db, |b| b.note, [(1_u64, 1_u64), (u64::MAX, 2)])
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.column()),
        (ErrorKind::InvalidValue, Some("id")),
        "{error}"
    );
    let error = dynamic()
        .update_each(&db, ["code", "note"], [(1, ("x", u64::MAX))])
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.column()),
        (ErrorKind::InvalidValue, Some("note")),
        "{error}"
    );
    Ok(())
}
