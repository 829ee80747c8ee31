//! `create_tables` on SQLite: what it makes, what it leaves alone, what it refuses.
#![allow(missing_docs, reason = "models of tests")]
use sqloquent::{ColumnDef, ColumnType, TableDef, prelude::*};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(timestamps, index(name, active))]
pub struct Owner {
    #[model(id)]
    pub id: i64,
    #[model(unique)]
    pub email: String,
    #[model(index)]
    pub name: Option<String>,
    #[model(default = true)]
    pub active: bool,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Pet {
    #[model(id)]
    pub id: String,
    #[model(references = Owner, on_delete = cascade, on_update = cascade)]
    pub owner_id: i64,
    pub weight: Option<f64>,
    pub photo: Option<Vec<u8>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "visits")]
pub struct Visit {
    #[model(id)]
    pub pet_id: String,
    #[model(id)]
    pub day: i64,
    pub note: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "owners", name = "OwnerName")]
pub struct OwnerName {
    #[model(id)]
    pub id: i64,
    pub name: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "lefts")]
pub struct Left {
    #[model(id)]
    pub id: i64,
    #[model(foreign_key = "rights.id")]
    pub right_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "rights")]
pub struct Right {
    #[model(id)]
    pub id: i64,
    #[model(foreign_key = "lefts.id")]
    pub left_id: Option<i64>,
}

async fn memory() -> Result<Db> {
    Db::connect("sqlite::memory:").await
}

async fn names(db: &Db, kind: &str) -> Result<Vec<String>> {
    db.raw(
        "select name from sqlite_master where type = ? and name not like 'sqlite_%' order by name",
        (kind,),
    )
    .scalars()
    .await
}

#[tokio::test]
async fn tables_are_made_in_any_order_and_only_once() -> Result<()> {
    let db = memory().await?;
    for _ in 0..2 {
        db.create_tables::<(Visit, Pet, Owner)>().await?;
    }
    assert_eq!(names(&db, "table").await?, ["owners", "pets", "visits"]);
    assert_eq!(
        names(&db, "index").await?,
        ["owners_on_name_and_active_index", "owners_on_name_index"]
    );
    let ada = Owner::new("ada@example.org").insert(&db).await?;
    assert_eq!((ada.id, ada.active), (1, true));
    let pet = Pet::new(ada.id).insert(&db).await?;
    let orphan = Pet::new(99).insert(&db).await.unwrap_err();
    assert_eq!(orphan.kind(), ErrorKind::ForeignKey);
    let twice = Owner::new("ada@example.org").insert(&db).await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Unique);
    ada.delete(&db).await?;
    assert_eq!(Pet::find(&db, &pet.id).await?, None);
    Ok(())
}

#[tokio::test]
async fn keys_are_never_null_and_composite_keys_are_keys() -> Result<()> {
    let db = memory().await?;
    db.create_tables::<(Visit, Owner, Pet)>().await?;
    let null = db
        .raw("insert into visits (pet_id, day) values (?, 1)", (Null,))
        .execute()
        .await
        .unwrap_err();
    assert_eq!(null.kind(), ErrorKind::NotNull);
    let visit = Visit {
        pet_id: "p".into(),
        day: 1,
        note: None,
    };
    visit.clone().insert(&db).await?;
    assert_eq!(visit.insert(&db).await.unwrap_err().kind(), ErrorKind::Unique);
    Ok(())
}

#[tokio::test]
async fn every_missing_column_of_every_table_is_named_and_nothing_is_made() -> Result<()> {
    let db = memory().await?;
    db.execute_script(
        "create table OWNERS (ID integer primary key, Name text); create table pets (id text, weight real)",
    )
    .await?;
    let error = db.create_tables::<(Visit, Pet, Owner)>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownColumn);
    assert_eq!((error.table(), error.column()), (Some("owners"), Some("email")));
    let text = error.message();
    assert!(
        text.contains("`owners` lacks `email`, `active`, `created_at`, `updated_at`"),
        "{text}"
    );
    assert!(text.contains("`pets` lacks `owner_id`, `photo`"), "{text}");
    assert_eq!(names(&db, "table").await?, ["OWNERS", "pets"]);
    assert_eq!(names(&db, "index").await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn wider_tables_and_views_are_left_as_they_are() -> Result<()> {
    let db = memory().await?;
    db.execute_script(
        "create table people (id integer primary key, email text, extra text default 'x');
         create view owners as select id, email, email as name, 1 as active, '' as created_at, '' as updated_at from people;
         create table visits (pet_id text, day integer, note text, doctor text, primary key (pet_id, day))",
    )
    .await?;
    db.create_tables::<(Owner, Visit)>().await?;
    assert_eq!(names(&db, "table").await?, ["people", "visits"]);
    assert_eq!(names(&db, "index").await?, [""; 0]);
    db.raw("insert into people (email) values ('a')", ())
        .execute()
        .await?;
    assert_eq!(Owner::query().get(&db).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn two_models_may_share_a_table() -> Result<()> {
    let db = memory().await?;
    db.create_tables::<(OwnerName, Owner)>().await?;
    Owner::new("a").insert(&db).await?;
    assert_eq!(OwnerName::query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn cycles_of_foreign_keys_are_made() -> Result<()> {
    let db = memory().await?;
    db.create_tables::<(Left, Right)>().await?;
    let left = Left::new().insert(&db).await?;
    let mut right = Right::new().insert(&db).await?;
    right.update(&db, |r| r.left_id = Some(left.id)).await?;
    let wrong = right.update(&db, |r| r.left_id = Some(7)).await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::ForeignKey);
    Ok(())
}

#[tokio::test]
async fn a_transaction_that_is_rolled_back_leaves_no_tables() -> Result<()> {
    let db = memory().await?;
    let tx = db.begin().await?;
    tx.create_tables::<(Owner, Pet)>().await?;
    Owner::new("a").insert(&tx).await?;
    tx.rollback().await?;
    assert_eq!(names(&db, "table").await?, [""; 0]);
    db.transaction(async |tx| tx.create_tables::<Owner>().await)
        .await?;
    assert_eq!(names(&db, "table").await?, ["owners"]);
    Ok(())
}

#[tokio::test]
async fn tables_of_run_time_have_any_names_and_types() -> Result<()> {
    let db = memory().await?;
    let mut odd = TableDef::new(
        "select",
        vec![
            ColumnDef::new("order", ColumnType::Any),
            ColumnDef::new("a\"b; drop table x --", ColumnType::Text),
        ],
    );
    odd.key = vec![0].into();
    db.create_table_defs([&odd]).await?;
    db.raw("insert into \"select\" values (?, 'x')", (5,))
        .execute()
        .await?;
    let kind: String = db
        .raw("select typeof(\"order\") from \"select\"", ())
        .scalar()
        .await?;
    assert_eq!(kind, "integer");
    let none = db
        .create_table_defs([TableDef::new("none", vec![])])
        .await
        .unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Configuration);
    let nul = TableDef::new("a\0b", vec![ColumnDef::new("c", ColumnType::Text)]);
    assert_eq!(
        db.create_table_defs([nul]).await.unwrap_err().kind(),
        ErrorKind::InvalidQuery
    );
    Ok(())
}
