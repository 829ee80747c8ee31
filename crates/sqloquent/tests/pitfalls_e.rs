//! Section E of the pitfalls: models. A test for each row that is not about hooks alone, named after it.
#![allow(missing_docs, clippy::unwrap_used, reason = "models and helpers of tests")]

use sqloquent::prelude::*;

#[derive(Model, Clone, Debug, PartialEq, Eq, Hash)]
pub struct User {
    #[model(id)]
    pub id: String,
    #[model(unique)]
    pub email: String,
    pub bio: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Counter {
    #[model(id)]
    pub id: i64,
    pub n: i64,
    #[model(version)]
    pub version: i64,
}

/// Columns called like what models can do.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "odd", new = false)]
pub struct Odd {
    #[model(id(given))]
    pub id: i64,
    pub query: String,
    pub insert: String,
    pub update: i64,
    pub save: bool,
    pub delete: Option<String>,
    pub find: f64,
    pub table: Vec<u8>,
    pub values: i64,
    pub r#type: i64,
}

async fn memory() -> Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<(User, Counter, Odd)>().await?;
    Ok(db)
}

#[tokio::test]
async fn pitfall_e4_what_cannot_be_stored_is_refused_before_the_database_is_asked() -> Result<()> {
    let db = memory().await?;
    let before = db.stats().statements;
    let odd = Odd {
        find: f64::NAN,
        ..odd()
    };
    let refused = odd.insert(&db).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidValue, "{refused}");
    assert_eq!(Odd::query().count(&db).await?, 0);
    assert!(db.stats().statements - before <= 2);
    Ok(())
}

#[tokio::test]
async fn pitfall_e5_save_is_one_statement() -> Result<()> {
    let db = memory().await?;
    let mut ada = User::new("ada");
    let before = db.stats().statements;
    ada.save(&db).await?;
    ada.bio = Some("x".into());
    ada.save(&db).await?;
    assert_eq!(db.stats().statements - before, 2);
    assert_eq!(User::query().get(&db).await?, [ada]);
    Ok(())
}

#[tokio::test]
async fn pitfall_e5_concurrent_saves_make_one_row() -> Result<()> {
    let db = memory().await?;
    let ada = User::new("ada");
    let tasks: Vec<_> = (0..20)
        .map(|i| {
            let (db, mut ada) = (db.clone(), ada.clone());
            tokio::spawn(async move {
                ada.bio = Some(i.to_string());
                ada.save(&db).await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap()?;
    }
    assert_eq!(User::query().count(&db).await?, 1);
    Ok(())
}

/// A changed id is another row by intention: `save` stores the instance under the id that it has; `update` refuses.
#[tokio::test]
async fn pitfall_e5_a_changed_id_is_said_to_be_another_row() -> Result<()> {
    let db = memory().await?;
    let mut ada = User::new("ada").insert(&db).await?;
    let refused = ada.update(&db, |u| u.id = "other".into()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidQuery);
    assert_ne!(ada.id, "other");
    let mut moved = ada.clone();
    moved.id = "other".into();
    // The unique column tells that this is no other person; no second row is made.
    assert_eq!(moved.save(&db).await.unwrap_err().kind(), ErrorKind::Unique);
    assert_eq!(User::query().get(&db).await?, [ada]);
    Ok(())
}

#[tokio::test]
async fn pitfall_e5_versions_let_no_change_be_lost() -> Result<()> {
    let db = memory().await?;
    let mut one = Counter::new(1).insert(&db).await?;
    let mut two = Counter::find_required(&db, one.id).await?;
    one.update(&db, |c| c.n = 2).await?;
    let stale = two.update(&db, |c| c.n = 3).await.unwrap_err();
    assert_eq!((stale.kind(), two.n), (ErrorKind::StaleVersion, 1));
    assert_eq!(two.save(&db).await.unwrap_err().kind(), ErrorKind::StaleVersion);
    two.reload(&db).await?;
    two.update(&db, |c| c.n = 3).await?;
    assert_eq!(Counter::find_required(&db, one.id).await?.n, 3);
    Ok(())
}

#[tokio::test]
async fn pitfall_e6_an_update_of_a_missing_row_is_not_found() -> Result<()> {
    let db = memory().await?;
    let mut ada = User::new("ada").insert(&db).await?;
    ada.delete(&db).await?;
    let before = ada.clone();
    let missing = ada.update(&db, |u| u.bio = Some("x".into())).await.unwrap_err();
    assert_eq!((missing.kind(), &ada), (ErrorKind::NotFound, &before));
    assert_eq!(ada.reload(&db).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(ada.delete(&db).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(User::query().count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn pitfall_e7_values_are_taken_as_they_are() -> Result<()> {
    let db = memory().await?;
    let ada = User::new("ada");
    let given = ada.clone();
    let stored = ada.clone().insert(&db).await?;
    assert_eq!((&ada, &stored), (&given, &given));
    let mut other = stored.clone();
    // On failure an instance is as it was before.
    User::new("bob").insert(&db).await?;
    let refused = other.update(&db, |u| u.email = "bob".into()).await.unwrap_err();
    assert_eq!((refused.kind(), other), (ErrorKind::Unique, stored));
    Ok(())
}

#[tokio::test]
async fn pitfall_e8_equality_is_by_content() -> Result<()> {
    use std::collections::HashSet;
    let db = memory().await?;
    let ada = User::new("ada").insert(&db).await?;
    let same = User::find_required(&db, &ada.id).await?;
    assert_eq!(ada, same);
    assert!(HashSet::from([ada.clone()]).contains(&same));
    let mut edited = same;
    edited.bio = Some("x".into());
    assert_ne!(ada, edited);
    Ok(())
}

fn odd() -> Odd {
    Odd {
        id: 1,
        query: "q".into(),
        insert: "i".into(),
        update: 2,
        save: true,
        delete: None,
        find: 0.5,
        table: vec![1],
        values: 3,
        r#type: 4,
    }
}

#[tokio::test]
async fn pitfall_e9_columns_may_be_called_like_methods() -> Result<()> {
    let db = memory().await?;
    let mut stored = odd().insert(&db).await?;
    stored.update(&db, |o| o.delete = Some("d".into())).await?;
    let query = Odd::query()
        .equal("query", "q")
        .equal("type", 4)
        .filter(|o| {
            o.delete.not_null() & o.save.eq(true) & o.update.is_in([2]) & o.r#type.gt(3) & o.find.lt(1.0)
        })
        .order(|o| (o.insert.asc(), o.table.desc(), o.values.asc()));
    assert_eq!(query.get(&db).await?, [stored.clone()]);
    stored.save(&db).await?;
    stored.delete(&db).await?;
    Ok(())
}

#[tokio::test]
async fn pitfall_e10_a_delete_without_id_is_an_error() -> Result<()> {
    let db = memory().await?;
    Counter::new(1).insert(&db).await?;
    let fresh = Counter::new(2);
    let error = fresh.delete(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.message().contains("insert it first"), "{error}");
    let mut fresh = fresh;
    assert_eq!(
        fresh.update(&db, |c| c.n = 5).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert_eq!(Counter::query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn pitfall_e11_every_call_says_which_database() -> Result<()> {
    let (one, two) = (memory().await?, memory().await?);
    let mut ada = User::new("ada").insert(&one).await?;
    assert_eq!(User::find(&two, &ada.id).await?, None);
    ada.save(&two).await?;
    ada.update(&two, |u| u.bio = Some("two".into())).await?;
    assert_eq!(User::find_required(&one, &ada.id).await?.bio, None);
    async fn names(db: &dyn Executor) -> Result<i64> {
        Ok(User::query().count(db).await? + User::query().count(db).await?)
    }
    let tx = two.begin().await?;
    assert_eq!((names(&one).await?, names(&tx).await?), (2, 2));
    Ok(())
}
