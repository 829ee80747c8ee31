//! Models whose records are kept: ids that are hashes, archives, the journal.

use sqloquent::{
    ContentId,
    history::{ChangeKind, HistoryEntry},
    prelude::*,
    record,
};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(history)]
pub(crate) struct Account {
    #[model(id)]
    pub id: i64,
    #[model(unique)]
    pub owner: String,
    pub cents: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, history, exclude_from_hash = ["note"])]
pub(crate) struct Doc {
    #[model(id)]
    pub id: ContentId,
    pub title: String,
    pub note: Option<String>,
}

async fn opened() -> Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<(Account, Doc)>().await?;
    Ok(db)
}

async fn assert_clean(db: &Db) -> Result<()> {
    let report = db.verify().tables::<(Account, Doc)>().run().await?;
    assert_eq!(report.total(), 0, "{report}");
    Ok(())
}

async fn journal(db: &Db) -> Result<i64> {
    db.raw("select count(*) from journal", ()).scalar().await
}

async fn titles(db: &Db) -> Result<Vec<String>> {
    Doc::query().order_by("title", Asc).pluck(db, "title").await
}

fn kinds(entries: &[HistoryEntry]) -> Vec<ChangeKind> {
    entries.iter().map(|e| e.kind).collect()
}

#[tokio::test]
async fn every_row_is_noted_with_actor_and_reason() -> Result<()> {
    let db = opened().await?;
    let accounts = (1..=700).map(|i| Account::new(format!("owner {i}"), 0));
    Account::insert_many(&db, accounts).await?;
    let rows = (1..=700).map(|i| (i, i * 2));
    let clerk = db.as_actor("ada").because("spring");
    let commits = db.stats().commits;
    assert_eq!(Account::update_each(&clerk, |a| a.cents, rows).await?, 700);
    assert_eq!(db.stats().commits, commits + 1);
    assert_eq!(journal(&db).await?, 1_400);
    let history = Account::history(&db, 7).await?;
    assert_eq!(kinds(history.entries()), [ChangeKind::Insert, ChangeKind::Update]);
    let change = &history.entries()[1];
    assert_eq!(
        (change.actor.as_deref(), change.reason.as_deref()),
        (Some("ada"), Some("spring"))
    );
    assert_eq!(history.version(change.sequence)?.cents, 14);
    // Set to what it is: nothing to note. A key twice: two changes.
    assert_eq!(
        Account::update_each(&db, |a| a.cents, [(1, 2), (2, 5), (2, 6), (999, 1)]).await?,
        3
    );
    assert_eq!(journal(&db).await?, 1_402);
    assert_clean(&db).await
}

#[tokio::test]
async fn a_row_that_fails_undoes_all_and_its_notes() -> Result<()> {
    let db = opened().await?;
    Account::insert_many(&db, ["a", "b", "c"].map(|owner| Account::new(owner, 0))).await?;
    let rows = [(1, "x"), (2, "c"), (3, "y")];
    let error = Account::update_each(&db, |a| a.owner, rows).await.unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::Unique, Some("owner")));
    let tx = db.begin().await?;
    Account::update_each(&tx, |a| a.owner, rows).await.unwrap_err();
    tx.commit().await?;
    let owners: Vec<String> = Account::query().order_by("id", Asc).pluck(&db, "owner").await?;
    assert_eq!(owners, ["a", "b", "c"]);
    assert_eq!(journal(&db).await?, 3);
    assert_clean(&db).await
}

#[tokio::test]
async fn hashed_rows_get_the_ids_of_their_content_and_leave_archives() -> Result<()> {
    let db = opened().await?;
    let docs = Doc::insert_many_returning(&db, ["one", "two", "three"].map(Doc::new)).await?;
    let rows = [
        (docs[0].id, "uno"),
        (docs[2].id, "tres"),
        (Doc::new("none").id, "nada"),
    ];
    assert_eq!(Doc::update_each(&db, |d| d.title, rows).await?, 2);
    assert_eq!(titles(&db).await?, ["tres", "two", "uno"]);
    assert!(Doc::query().get(&db).await?.iter().all(HashedModel::is_intact));
    assert_eq!(Doc::find_required(&db, Doc::new("uno").id).await?.title, "uno");
    let archived: Vec<(ContentId,)> = db
        .raw("select record_id from deleted_records order by rowid", ())
        .get_as()
        .await?;
    assert_eq!(archived, [(docs[0].id,), (docs[2].id,)]);
    // What is left out of the hash changes no id.
    let rows = [(docs[1].id, "noted"), (Doc::new("uno").id, "too")];
    assert_eq!(Doc::update_each(&db, |d| d.note, rows).await?, 2);
    assert_eq!(
        Doc::find_required(&db, docs[1].id).await?.note.as_deref(),
        Some("noted")
    );
    // After the first change the row has another id.
    let rows = [(docs[1].id, "dos"), (docs[1].id, "deux")];
    assert_eq!(Doc::update_each(&db, |d| d.title, rows).await?, 1);
    assert_eq!(titles(&db).await?, ["dos", "tres", "uno"]);
    let error = Doc::update_each(&db, |d| d.id, [(docs[0].id, docs[1].id)])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    assert_clean(&db).await
}

#[tokio::test]
async fn dynamic_models_are_kept_as_well() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    let users = DynamicModel::new("users", ["id", "email", "age"])
        .assigned_id()
        .history();
    let docs = DynamicModel::new("docs", ["id", "title"]).hashed();
    db.create_table_defs([users.clone(), docs.clone()]).await?;
    for n in 1..=3 {
        users
            .insert(&db, record! { "email": format!("{n}@b"), "age": n })
            .await?;
    }
    let rows = [(1, 10), (2, 20)];
    assert_eq!(users.update_each(&db.as_actor("root"), ["age"], rows).await?, 2);
    let history = users.history_of(&db, 2).await?;
    assert_eq!(history.entries()[1].actor.as_deref(), Some("root"));
    let mut ids = Vec::new();
    for title in ["one", "two"] {
        ids.push(
            docs.insert(&db, record! { "title": title })
                .await?
                .read::<String>("id")?,
        );
    }
    let rows = ids.iter().zip(["uno", "dos"]);
    assert_eq!(docs.update_each(&db, ["title"], rows).await?, 2);
    assert_eq!(docs.find(&db, &ids[0]).await?, None);
    let report = db.verify().table(&users).table(&docs).run().await?;
    assert_eq!(report.total(), 0, "{report}");
    Ok(())
}

#[tokio::test]
async fn past_the_model_only_with_a_bypass() -> Result<()> {
    let db = opened().await?;
    Account::insert_many(&db, ["a", "b"].map(|owner| Account::new(owner, 0))).await?;
    let rows = DynamicModel::new("ACCOUNTS", ["id", "owner", "cents"]);
    let many = [(1, 5), (2, 6)];
    let none: [(i64, i64); 0] = [];
    for refused in [
        rows.update_each(&db, ["cents"], many).await,
        rows.update_each(&db, ["cents"], [(1, 5)]).await,
        rows.update_each(&db, ["cents"], none).await,
        rows.update_each(&db.muted(), ["cents"], many).await,
    ] {
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert!(error.to_string().contains("bypass"), "{error}");
    }
    db.hooks()
        .on_table_sync("accounts", Event::BeforeUpdate, |_| Ok(()));
    let error = rows.update_each(&db, ["cents"], many).await.unwrap_err();
    assert!(error.to_string().contains("bypass"), "{error}");
    assert_eq!(rows.update_each(&db.bypass(), ["cents"], many).await?, 2);
    assert_eq!(
        Account::update_each(&db.bypass().muted(), |a| a.cents, many).await?,
        2
    );
    assert_eq!(journal(&db).await?, 2);
    let report = db.verify().tables::<Account>().run().await?;
    assert_eq!(report.total(), 2, "what went past it is found: {report}");
    Ok(())
}

#[tokio::test]
async fn hooks_run_for_each_record_and_change_what_its_id_is_made_of() -> Result<()> {
    let db = opened().await?;
    let docs = Doc::insert_many_returning(&db, ["one", "two"].map(Doc::new)).await?;
    db.hooks().on::<Doc>(Event::BeforeUpdate, async |cx| {
        let title: String = cx.read("title")?;
        cx.set("title", title.to_uppercase())
    });
    let rows = docs.iter().map(|d| (d.id, format!("new {}", d.title)));
    assert_eq!(Doc::update_each(&db, |d| d.title, rows).await?, 2);
    assert_eq!(titles(&db).await?, ["NEW ONE", "NEW TWO"]);
    let ids = Doc::query().pluck::<ContentId>(&db, "id").await?;
    Doc::update_each(&db.muted(), |d| d.title, ids.into_iter().zip(["x", "y"])).await?;
    assert_eq!(titles(&db).await?, ["x", "y"]);
    assert_clean(&db).await
}
