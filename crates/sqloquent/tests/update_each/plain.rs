//! What is set to what.

use sqloquent::{ColumnType, Value, prelude::*};

use crate::{Item, dynamic, items, scores};

#[tokio::test]
async fn each_row_gets_values_of_its_own() -> Result<()> {
    let db = items(4).await?;
    let n = Item::update_each(&db, |i| i.score, [(1, 1.5), (3, 3.5), (4, 4.5)]).await?;
    assert_eq!(n, 3);
    assert_eq!(scores(&db).await?, [1.5, 0.0, 3.5, 4.5]);
    let rows = [(1, ("one", Some("first"))), (2, ("two", None))];
    assert_eq!(Item::update_each(&db, |i| (i.code, i.note), rows).await?, 2);
    let one = Item::find_required(&db, 1).await?;
    assert_eq!(
        (&*one.code, one.note.as_deref(), one.score),
        ("one", Some("first"), 1.5)
    );
    assert_eq!(Item::find_required(&db, 2).await?.note, None);
    Ok(())
}

#[tokio::test]
async fn values_are_those_that_set_takes() -> Result<()> {
    let db = items(2).await?;
    // Borrowed and owned, with and without `Option`.
    let codes = [(&1_i64, "a".to_owned()), (&2, "b".to_owned())];
    Item::update_each(&db, |i| i.code, codes.iter().map(|(id, code)| (*id, code))).await?;
    Item::update_each(&db, |i| (i.note,), [(1, ("x",)), (2, ("y",))]).await?;
    Item::update_each(&db, |i| i.note, [(1, None::<&str>)]).await?;
    Item::update_each(&db, |i| i.note, [(2, Null)]).await?;
    let stored = Item::query().order_by("id", Asc).get(&db).await?;
    assert_eq!(stored.iter().map(|i| &*i.code).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(stored.iter().filter(|i| i.note.is_some()).count(), 0);
    Ok(())
}

#[tokio::test]
async fn missing_keys_are_passed_over_and_repeated_ones_applied_in_order() -> Result<()> {
    let db = items(2).await?;
    let n = Item::update_each(&db, |i| i.score, [(1, 1.0), (9, 9.0), (2, 2.0), (1, 3.0)]).await?;
    assert_eq!(n, 3);
    assert_eq!(scores(&db).await?, [3.0, 2.0]);
    assert_eq!(Item::update_each(&db, |i| i.score, [(9, 9.0)]).await?, 0);
    Ok(())
}

#[tokio::test]
async fn no_rows_send_nothing() -> Result<()> {
    let db = items(2).await?;
    let before = db.stats();
    assert_eq!(
        Item::update_each(&db, |i| i.score, Vec::<(i64, f64)>::new()).await?,
        0
    );
    let none: [(i64, f64); 0] = [];
    assert_eq!(dynamic().update_each(&db, ["score"], none).await?, 0);
    assert_eq!(db.stats().statements, before.statements);
    Ok(())
}

#[tokio::test]
async fn all_rows_are_one_statement_and_one_transaction() -> Result<()> {
    // In memory, where no checkpoint sends anything to another thread.
    let db = items(2_000).await?;
    let before = db.stats();
    let rows = (1..=2_000).map(|id| (id, id as f64));
    assert_eq!(Item::update_each(&db, |i| i.score, rows).await?, 2_000);
    let after = db.stats();
    assert_eq!(after.statements, before.statements + 1);
    assert_eq!(after.commits, before.commits + 1);
    // So many rows do not hold up the caller's thread.
    assert_eq!(
        (after.on_the_spot, after.handed_over),
        (before.on_the_spot, before.handed_over + 1)
    );
    assert_eq!(scores(&db).await?.iter().sum::<f64>(), 2_001_000.0);

    // A few are not worth the way to another one.
    let before = db.stats();
    Item::update_each(&db, |i| i.score, [(1, 0.5), (2, 0.5)]).await?;
    let after = db.stats();
    assert_eq!(
        (after.on_the_spot, after.handed_over),
        (before.on_the_spot + 1, before.handed_over)
    );
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(timestamps)]
struct Page {
    #[model(id)]
    id: i64,
    title: String,
    #[model(version)]
    version: i64,
    created_at: String,
    updated_at: String,
}

#[tokio::test]
async fn times_and_versions_are_kept_as_by_updates_of_queries() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<Page>().await?;
    let pages = Page::insert_many_returning(&db, ["a", "b", "c"].map(Page::new)).await?;
    db.execute_script("update pages set updated_at = '2001-01-01 00:00:00.000000', created_at = updated_at")
        .await?;
    let before = Page::query().order_by("id", Asc).get(&db).await?;
    Page::update_each(&db, |p| p.title, [(1, "A"), (2, "B"), (1, "AA")]).await?;
    let after = Page::query().order_by("id", Asc).get(&db).await?;
    let titles: Vec<_> = after.iter().map(|p| &*p.title).collect();
    assert_eq!(titles, ["AA", "B", "c"]);
    let versions: Vec<_> = after
        .iter()
        .zip(&pages)
        .map(|(a, b)| a.version - b.version)
        .collect();
    assert_eq!(versions, [2, 1, 0]);
    assert!(after[0].updated_at > before[0].updated_at && after[1].updated_at > before[1].updated_at);
    assert_eq!(after[0].created_at, before[0].created_at);
    assert_eq!(after[2], before[2]);
    // Said otherwise, it is otherwise.
    Page::update_each(
        &db,
        |p| (p.version, p.updated_at),
        [(1, (40, "then")), (2, (50, "once"))],
    )
    .await?;
    let page = Page::query().equal("id", 2).first_required(&db).await?;
    assert_eq!((page.version, &*page.updated_at), (50, "once"));
    // Who has read it before does not overwrite it.
    let mut stale = after[0].clone();
    let error = stale.update(&db, |p| p.title = "late".into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StaleVersion);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(new = false)]
struct Seat {
    #[model(id)]
    hall: i64,
    #[model(id)]
    row: String,
    guest: Option<String>,
}

#[tokio::test]
async fn keys_of_several_columns() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<Seat>().await?;
    let seat = |hall, row: &str| Seat {
        hall,
        row: row.into(),
        guest: None,
    };
    Seat::insert_many(&db, [seat(1, "a"), seat(1, "b"), seat(2, "a")]).await?;
    let guests = [((1, "b"), "Ada"), ((2, "a"), "Bob"), ((2, "b"), "nobody")];
    assert_eq!(Seat::update_each(&db, |s| s.guest, guests).await?, 2);
    let keys = [(2_i64, "a".to_owned()), (1, "a".to_owned())];
    let rows = keys.iter().map(|key| (key, "Eve"));
    assert_eq!(Seat::update_each(&db, |s| s.guest, rows).await?, 2);
    let guests = Seat::query()
        .order(|s| (s.hall.asc(), s.row.asc()))
        .select(|s| s.guest)
        .get(&db)
        .await?;
    assert_eq!(
        guests,
        [
            Some("Eve".to_owned()),
            Some("Ada".to_owned()),
            Some("Eve".to_owned())
        ]
    );

    let seats = DynamicModel::new("seats", ["hall", "row", "guest"]).ids(["hall", "row"]);
    let rows = [((1, "a"), "Kim"), ((2, "a"), "Lee")];
    assert_eq!(seats.update_each(&db, ["guest"], rows).await?, 2);
    assert_eq!(
        Seat::find_required(&db, (2, "a")).await?.guest.as_deref(),
        Some("Lee")
    );
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(scope = open)]
struct Task {
    #[model(id(given))]
    id: i64,
    name: String,
    #[model(default = true)]
    open: bool,
}

fn open(query: Query<Task>) -> Query<Task> {
    query.equal("open", true)
}

#[tokio::test]
async fn the_models_scope_narrows_it() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<Task>().await?;
    let task = |id, open| Task {
        id,
        name: "old".into(),
        open,
    };
    Task::insert_many(&db, [task(1, true), task(2, false), task(3, true)]).await?;
    let n = Task::update_each(&db, |t| t.name, [(1, "one"), (2, "two"), (3, "three")]).await?;
    assert_eq!(n, 2);
    let names: Vec<String> = Task::unscoped().order_by("id", Asc).pluck(&db, "name").await?;
    assert_eq!(names, ["one", "old", "three"]);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "tasks", scope = latest)]
struct Latest {
    #[model(id(given))]
    id: i64,
    name: String,
}

fn latest(query: Query<Latest>) -> Query<Latest> {
    query.order_by("id", Desc).limit(2)
}

/// Where the key is not what the statement ends with.
#[tokio::test]
async fn a_scope_that_is_more_than_conditions() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<Latest>().await?;
    let rows = (1..=3).map(|id| Latest {
        id,
        name: "old".into(),
    });
    Latest::insert_many(&db, rows).await?;
    let each = [(1, "one"), (2, "two"), (3, "three")];
    let mut expected = 0;
    let tx = db.begin().await?;
    for (id, name) in each {
        expected += Latest::query()
            .equal("id", id)
            .update(&tx, |l| l.name.set(name))
            .await?;
    }
    let oracle = Latest::unscoped().order_by("id", Asc).get(&tx).await?;
    tx.rollback().await?;
    assert_eq!(Latest::update_each(&db, |l| l.name, each).await?, expected);
    assert_eq!(Latest::unscoped().order_by("id", Asc).get(&db).await?, oracle);
    Ok(())
}

#[tokio::test]
async fn dynamic_models() -> Result<()> {
    let db = items(3).await?;
    let items = dynamic();
    assert_eq!(
        items
            .update_each(&db, ["score"], [(1, 1.5), (7, 7.5), (2, 2.5)])
            .await?,
        2
    );
    let rows = [(1, ("one", Some("x"))), (3, ("three", None))];
    assert_eq!(items.update_each(&db, ["code", "note"], rows).await?, 2);
    // Names and values that are made at run time.
    let columns = vec!["note".to_owned(), "score".to_owned()];
    let rows: Vec<(Vec<Value>, Vec<Value>)> = vec![
        (
            vec![Value::Int(2)],
            vec![Value::Text("y".into()), Value::Float(9.0)],
        ),
        (vec![Value::Int(3)], vec![Value::Null, Value::Float(8.0)]),
    ];
    assert_eq!(items.update_each(&db, &columns, rows).await?, 2);
    assert_eq!(scores(&db).await?, [1.5, 9.0, 8.0]);
    let notes = Item::query()
        .order_by("id", Asc)
        .select(|i| i.note)
        .get(&db)
        .await?;
    assert_eq!(notes, [Some("x".to_owned()), Some("y".to_owned()), None]);
    Ok(())
}

#[tokio::test]
async fn values_are_brought_to_the_types_of_dynamic_columns() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    let flags = DynamicModel::new("flags", ["id"])
        .column("id", ColumnType::Int64)
        .column("on", ColumnType::Bool);
    db.create_table_defs([flags.clone()]).await?;
    for id in 1..=2 {
        flags
            .insert(&db, sqloquent::record! { "id": id, "on": false })
            .await?;
    }
    assert_eq!(flags.update_each(&db, ["on"], [(1, 1), (2, 0)]).await?, 2);
    assert!(flags.find_required(&db, 1).await?.read::<bool>("on")?);
    let error = flags
        .update_each(&db, ["on"], [(1, 1), (2, 7)])
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.column()),
        (ErrorKind::InvalidValue, Some("on"))
    );
    Ok(())
}
