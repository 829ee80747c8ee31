//! Which events fire when: every way to write, typed and dynamic, in every mode. The table below is also that of the
//! guide.
#![allow(missing_docs, clippy::unwrap_used, reason = "models and helpers of tests")]

use std::sync::{Arc, Mutex};

use sqloquent::{DynamicModel, prelude::*, record};

use Event::*;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "users")]
pub struct User {
    #[model(id(given))]
    pub id: String,
    #[model(unique)]
    pub email: String,
    pub bio: Option<String>,
    #[model(has_many(key = bio))]
    pub fans: Related<Vec<User>>,
}

/// A way to write.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Insert,
    QueryInsert,
    TableInsert,
    InsertMany,
    InsertManyReturning,
    QueryInsertMany,
    TableInsertMany,
    InsertNone,
    IgnoreNew,
    IgnoreThere,
    Upsert,
    Update,
    UpdateNothing,
    SaveNew,
    SaveStored,
    Delete,
    Reload,
    QueryUpdate,
    QueryUpdateColumns,
    QueryUpdateReturning,
    QueryDelete,
    QueryDeleteReturning,
    UpdateEach,
    UpdateEachNone,
    RelationNew,
    RelationStored,
}

use Way::*;

/// How the guide puts it, the ways, what fires before the end, and how often the end fires.
type Line = (&'static str, &'static [Way], &'static [Event], usize);

const TABLE: &[Line] = &[
    (
        "`insert`",
        &[Insert, QueryInsert, TableInsert],
        &[BeforeInsert, AfterInsert],
        1,
    ),
    (
        "`insert_many`, `insert_many_returning`",
        &[InsertMany, InsertManyReturning, QueryInsertMany, TableInsertMany],
        &[BeforeInsertMany, AfterInsertMany],
        1,
    ),
    ("`insert_many` of no rows", &[InsertNone], &[], 0),
    (
        "`insert_or_ignore`, stored",
        &[IgnoreNew],
        &[BeforeInsert, AfterInsert],
        1,
    ),
    ("`insert_or_ignore`, left out", &[IgnoreThere], &[BeforeInsert], 0),
    ("`upsert`", &[Upsert], &[BeforeSave, AfterSave], 1),
    ("`update` of a row", &[Update], &[BeforeUpdate, AfterUpdate], 1),
    ("`update` that changes nothing", &[UpdateNothing], &[], 0),
    (
        "`save` of a new row",
        &[SaveNew],
        &[BeforeSave, BeforeInsert, AfterInsert, AfterSave],
        1,
    ),
    (
        "`save` of a stored row",
        &[SaveStored],
        &[BeforeSave, BeforeUpdate, AfterUpdate, AfterSave],
        1,
    ),
    ("`delete` of a row", &[Delete], &[BeforeDelete, AfterDelete], 1),
    ("`reload`", &[Reload], &[BeforeReload, AfterReload], 0),
    (
        "`update`, `update_columns`, `update_returning` of a query",
        &[QueryUpdate, QueryUpdateColumns, QueryUpdateReturning],
        &[BeforeUpdate, AfterUpdate],
        1,
    ),
    (
        "`update_each` of two rows",
        &[UpdateEach],
        &[BeforeUpdate, AfterUpdate, BeforeUpdate, AfterUpdate],
        2,
    ),
    ("`update_each` of no rows", &[UpdateEachNone], &[], 0),
    (
        "`delete`, `delete_returning` of a query",
        &[QueryDelete, QueryDeleteReturning],
        &[BeforeDelete, AfterDelete],
        1,
    ),
    (
        "`save` of a relation to which a new row was added",
        &[RelationNew],
        &[BeforeInsert, AfterInsert],
        1,
    ),
    (
        "`save` of a relation to which a stored row was added",
        &[RelationStored],
        &[BeforeUpdate, AfterUpdate],
        1,
    ),
];

/// Who writes, and whom the hooks are for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Layer {
    Typed,
    Dynamic,
    TypedByTable,
    DynamicByTable,
}

impl Layer {
    fn is_typed(self) -> bool {
        matches!(self, Self::Typed | Self::TypedByTable)
    }

    /// Whether the layer can write that way, with its hooks heard.
    fn has(self, way: Way) -> bool {
        match way {
            QueryInsert | QueryInsertMany => !self.is_typed(),
            // A table of which only the name is known has no model.
            TableInsert | TableInsertMany => self == Self::DynamicByTable,
            _ => true,
        }
    }
}

fn model() -> DynamicModel {
    let users = DynamicModel::new("users", ["id", "email", "bio"])
        .given_id()
        .unique("email");
    users.has_many("fans", &users).key("bio").declare().unwrap();
    users
}

async fn write(way: Way, typed: bool, model: &DynamicModel, db: &dyn Executor) -> Result<()> {
    if typed {
        write_typed(way, db).await
    } else {
        write_dynamic(way, model, db).await
    }
}

fn user(id: &str, email: &str) -> User {
    User {
        id: id.into(),
        email: email.into(),
        bio: None,
        fans: Related::unloaded(),
    }
}

async fn write_typed(way: Way, db: &dyn Executor) -> Result<()> {
    let stored = || User::find_required(db, "1");
    match way {
        Insert => drop(user("3", "c").insert(db).await?),
        InsertMany => assert_eq!(User::insert_many(db, [user("3", "c"), user("4", "d")]).await?, 2),
        InsertManyReturning => drop(User::insert_many_returning(db, [user("3", "c")]).await?),
        InsertNone => assert_eq!(User::insert_many(db, []).await?, 0),
        IgnoreNew => assert!(User::insert_or_ignore(db, user("3", "c")).await?.is_some()),
        IgnoreThere => assert!(User::insert_or_ignore(db, user("1", "c")).await?.is_none()),
        Upsert => drop(User::upsert(db, user("9", "a"), |u| (u.email,)).await?),
        Update => stored().await?.update(db, |u| u.bio = Some("x".into())).await?,
        UpdateNothing => stored().await?.update(db, |_| ()).await?,
        SaveNew => user("3", "c").save(db).await?,
        SaveStored => {
            let mut user = stored().await?;
            user.bio = Some("x".into());
            user.save(db).await?;
        }
        Delete => stored().await?.delete(db).await?,
        Reload => stored().await?.reload(db).await?,
        QueryUpdate => {
            let query = User::query().equal("id", "1");
            assert_eq!(query.update(db, |u| u.bio.set("x")).await?, 1);
        }
        QueryUpdateColumns => {
            let query = User::query().is_in("id", ["1", "2"]);
            assert_eq!(query.update_columns(db, [("bio", "x")]).await?, 2);
        }
        QueryUpdateReturning => {
            let query = User::query().is_in("id", ["1", "2"]);
            assert_eq!(query.update_returning(db, [("bio", "x")]).await?.len(), 2);
        }
        UpdateEach => {
            let rows = [("1", "x"), ("2", "y")];
            assert_eq!(User::update_each(db, |u| u.bio, rows).await?, 2);
        }
        UpdateEachNone => {
            let rows: [(&str, &str); 0] = [];
            assert_eq!(User::update_each(db, |u| u.bio, rows).await?, 0);
        }
        QueryDelete => assert_eq!(User::query().all_rows().delete(db).await?, 2),
        QueryDeleteReturning => {
            assert_eq!(
                User::query().equal("id", "1").delete_returning(db).await?.len(),
                1
            );
        }
        RelationNew => stored().await?.fans().add(user("3", "c")).save(db).await?,
        RelationStored => stored().await?.fans().add("2").save(db).await?,
        QueryInsert | TableInsert | QueryInsertMany | TableInsertMany => unreachable!("{way:?} is dynamic"),
    }
    Ok(())
}

async fn write_dynamic(way: Way, model: &DynamicModel, db: &dyn Executor) -> Result<()> {
    let stored = || model.find_required(db, "1");
    let row = |id: &str, email: &str| record! { "id": id, "email": email };
    match way {
        Insert => drop(model.insert(db, row("3", "c")).await?),
        QueryInsert => drop(model.query().insert(db, row("3", "c")).await?),
        TableInsert => drop(Query::from_table("users").insert(db, row("3", "c")).await?),
        InsertMany => assert_eq!(model.insert_many(db, [row("3", "c"), row("4", "d")]).await?, 2),
        InsertManyReturning => drop(model.insert_many_returning(db, [row("3", "c")]).await?),
        QueryInsertMany => drop(model.query().insert_many(db, [row("3", "c")]).await?),
        TableInsertMany => drop(
            Query::from_table("users")
                .insert_many(db, [row("3", "c")])
                .await?,
        ),
        InsertNone => assert_eq!(model.insert_many(db, Vec::<Record>::new()).await?, 0),
        IgnoreNew => assert!(model.insert_or_ignore(db, row("3", "c")).await?.is_some()),
        IgnoreThere => assert!(model.insert_or_ignore(db, row("1", "c")).await?.is_none()),
        Upsert => drop(model.upsert(db, row("9", "a"), ["email"]).await?),
        Update => stored().await?.update(db, [("bio", "x")]).await?,
        UpdateNothing => stored().await?.update(db, [("email", "a")]).await?,
        SaveNew => model.record(row("3", "c"))?.save(db).await?,
        SaveStored => {
            let mut user = stored().await?;
            user.set("bio", "x")?;
            user.save(db).await?;
        }
        Delete => stored().await?.delete(db).await?,
        Reload => stored().await?.reload(db).await?,
        QueryUpdate | QueryUpdateColumns => {
            let query = model.query().equal("id", "1");
            assert_eq!(query.update_columns(db, [("bio", "x")]).await?, 1);
        }
        QueryUpdateReturning => {
            let query = model.query().is_in("id", ["1", "2"]);
            assert_eq!(query.update_returning(db, [("bio", "x")]).await?.len(), 2);
        }
        UpdateEach => {
            let rows = [("1", "x"), ("2", "y")];
            assert_eq!(model.update_each(db, ["bio"], rows).await?, 2);
        }
        UpdateEachNone => {
            let rows: [(&str, &str); 0] = [];
            assert_eq!(model.update_each(db, ["bio"], rows).await?, 0);
        }
        QueryDelete => assert_eq!(model.query().all_rows().delete(db).await?, 2),
        QueryDeleteReturning => {
            assert_eq!(
                model.query().equal("id", "1").delete_returning(db).await?.len(),
                1
            );
        }
        RelationNew => {
            let (owner, fan) = (stored().await?, model.record(row("3", "c"))?);
            owner.relation("fans")?.add(fan).save(db).await?;
        }
        RelationStored => {
            let owner = stored().await?;
            owner.relation("fans")?.add("2").save(db).await?;
        }
    }
    Ok(())
}

/// A database with two rows, and a hook for each event that notes it; the hook for `failing` fails.
struct World {
    db: Db,
    model: DynamicModel,
    seen: Arc<Mutex<Vec<Event>>>,
}

impl World {
    async fn new(layer: Layer, failing: Option<Event>) -> Result<Self> {
        let db = Db::connect("sqlite::memory:").await?;
        db.create_tables::<User>().await?;
        let model = model();
        let seen: Arc<Mutex<Vec<Event>>> = Arc::default();
        for &event in Event::ALL {
            let noted = Arc::clone(&seen);
            let note = async move |cx: &HookCx<'_>| {
                assert_eq!(cx.event(), event);
                noted.lock().unwrap().push(event);
                // The hook's executor works, in the transaction or after it.
                let _: i64 = cx.db().raw("select count(*) from users", ()).scalar().await?;
                if failing == Some(event) {
                    return Err(cx.refuse("no"));
                }
                Ok(())
            };
            let other = move |_: &HookCx<'_>| panic!("{event} fired for another model");
            match layer {
                Layer::Typed => {
                    db.hooks().on::<User>(event, note);
                    db.hooks().on_model_sync(&model, event, other);
                }
                Layer::Dynamic => {
                    db.hooks().on_model(&model, event, note);
                    db.hooks().on_sync::<User>(event, other);
                    db.hooks().on_model_sync(&self::model(), event, other);
                }
                Layer::TypedByTable | Layer::DynamicByTable => {
                    db.hooks().on_table("USERS", event, note);
                    db.hooks().on_table_sync("user", event, other);
                }
            }
        }
        User::insert_many(&db.muted(), [user("1", "a"), user("2", "b")]).await?;
        Ok(Self { db, model, seen })
    }

    fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    async fn rows(&self) -> Result<Vec<User>> {
        User::query().order_by("id", Asc).get(&self.db).await
    }
}

fn cases() -> impl Iterator<Item = (Layer, Way, &'static [Event], usize)> {
    use Layer::{Dynamic, DynamicByTable, Typed, TypedByTable};
    [Typed, Dynamic, TypedByTable, DynamicByTable]
        .into_iter()
        .flat_map(|layer| {
            TABLE.iter().flat_map(move |&(_, ways, events, ends)| {
                let ways = ways.iter().filter(move |&&way| layer.has(way));
                ways.map(move |&way| (layer, way, events, ends))
            })
        })
}

/// The events with that of the end, as often as it comes.
fn with(events: &[Event], end: Event, ends: usize) -> Vec<Event> {
    events
        .iter()
        .copied()
        .chain(std::iter::repeat_n(end, ends))
        .collect()
}

#[tokio::test]
async fn by_itself() -> Result<()> {
    for (layer, way, events, ends) in cases() {
        let world = World::new(layer, None).await?;
        write(way, layer.is_typed(), &world.model, &world.db).await?;
        assert_eq!(world.take(), with(events, AfterCommit, ends), "{layer:?} {way:?}");
    }
    Ok(())
}

#[tokio::test]
async fn in_parallel() -> Result<()> {
    for (layer, way, events, ends) in cases() {
        let world = World::new(layer, None).await?;
        write(way, layer.is_typed(), &world.model, &world.db.parallel_events()).await?;
        assert_eq!(world.take(), with(events, AfterCommit, ends), "{layer:?} {way:?}");
    }
    Ok(())
}

#[tokio::test]
async fn muted() -> Result<()> {
    for (layer, way, ..) in cases() {
        let world = World::new(layer, None).await?;
        write(way, layer.is_typed(), &world.model, &world.db.muted()).await?;
        assert_eq!(world.take(), [], "{layer:?} {way:?}");
        let world = World::new(layer, None).await?;
        let tx = world.db.begin().await?;
        write(way, layer.is_typed(), &world.model, &tx.muted()).await?;
        tx.commit().await?;
        assert_eq!(world.take(), [], "{layer:?} {way:?} in a transaction");
    }
    Ok(())
}

#[tokio::test]
async fn in_a_transaction() -> Result<()> {
    for (layer, way, events, ends) in cases() {
        for commit in [true, false] {
            let world = World::new(layer, None).await?;
            let tx = world.db.begin().await?;
            write(way, layer.is_typed(), &world.model, &tx).await?;
            assert_eq!(world.take(), events, "{layer:?} {way:?}");
            let end = if commit {
                tx.commit().await?;
                AfterCommit
            } else {
                tx.rollback().await?;
                AfterRollback
            };
            assert_eq!(world.take(), with(&[], end, ends), "{layer:?} {way:?} {end:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn in_closures_and_savepoints() -> Result<()> {
    for (layer, way, events, ends) in cases() {
        let world = World::new(layer, None).await?;
        world
            .db
            .transaction(async |tx| write(way, layer.is_typed(), &world.model, tx).await)
            .await?;
        assert_eq!(world.take(), with(events, AfterCommit, ends), "{layer:?} {way:?}");

        let world = World::new(layer, None).await?;
        let before = world.rows().await?;
        let tx = world.db.begin().await?;
        let point = tx.savepoint().await?;
        write(way, layer.is_typed(), &world.model, &point).await?;
        point.rollback().await?;
        assert_eq!(world.take(), events, "{layer:?} {way:?}");
        tx.commit().await?;
        assert_eq!(world.take(), with(&[], AfterRollback, ends), "{layer:?} {way:?}");
        assert_eq!(world.rows().await?, before);
    }
    Ok(())
}

#[tokio::test]
async fn failing() -> Result<()> {
    for (layer, way, events, _) in cases() {
        // Where an event comes again, the write does not get there.
        let first = |(i, event): &(usize, &Event)| !events[..*i].contains(event);
        for (i, &failing) in events.iter().enumerate().filter(first) {
            let undone = usize::from(way != Reload);
            let expected = with(&events[..=i], AfterRollback, undone);
            let context = format!("{layer:?} {way:?} failing {failing}");

            let world = World::new(layer, Some(failing)).await?;
            let before = world.rows().await?;
            let error = write(way, layer.is_typed(), &world.model, &world.db)
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Hook, "{context}: {error}");
            assert_eq!(world.take(), expected, "{context}");
            assert_eq!(world.rows().await?, before, "{context}");

            // In a transaction the write alone is undone.
            let world = World::new(layer, Some(failing)).await?;
            let tx = world.db.begin().await?;
            tx.raw("insert into users values ('0', 'z', null)", ())
                .execute()
                .await?;
            let error = write(way, layer.is_typed(), &world.model, &tx).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Hook, "{context}: {error}");
            assert_eq!(world.take(), events[..=i], "{context}");
            tx.commit().await?;
            assert_eq!(world.take(), with(&[], AfterRollback, undone), "{context}");
            let mut rows = world.rows().await?;
            assert_eq!(rows.remove(0), user("0", "z"));
            assert_eq!(rows, before, "{context}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn failing_at_the_end_changes_nothing() -> Result<()> {
    for (layer, way, events, ends) in cases().filter(|(.., ends)| *ends > 0) {
        let world = World::new(layer, Some(AfterCommit)).await?;
        write(way, layer.is_typed(), &world.model, &world.db).await?;
        assert_eq!(world.take(), with(events, AfterCommit, ends), "{layer:?} {way:?}");
    }
    Ok(())
}

/// Without hooks for inserts and updates a save is one statement with its own events.
#[tokio::test]
async fn save_by_itself() -> Result<()> {
    for (layer, way, ..) in cases().filter(|(_, way, ..)| matches!(way, SaveNew | SaveStored)) {
        let world = World::new(layer, None).await?;
        world.db.hooks().clear_all(None);
        for event in [BeforeSave, AfterSave] {
            let seen = Arc::clone(&world.seen);
            world.db.hooks().on_table_sync("users", event, move |_| {
                seen.lock().unwrap().push(event);
                Ok(())
            });
        }
        write(way, layer.is_typed(), &world.model, &world.db).await?;
        assert_eq!(world.take(), [BeforeSave, AfterSave], "{layer:?} {way:?}");
    }
    Ok(())
}

#[test]
fn the_guide_has_the_table() {
    let mut table = String::from("| what is called | what fires |\n|---|---|\n");
    for (call, _, events, ends) in TABLE {
        let mut names: Vec<String> = events.iter().map(|e| format!("`{e}`")).collect();
        for i in 0..*ends {
            names.push(
                if i == 0 {
                    "at the end `after_commit`"
                } else {
                    "`after_commit`"
                }
                .to_owned(),
            );
        }
        let names = if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(", ")
        };
        table.push_str(&format!("| {call} | {names} |\n"));
    }
    let guide = include_str!("../../../docs/guide/9-hooks.md");
    assert!(
        guide.contains(&table),
        "the guide should have this table:\n{table}"
    );
}
