//! What a program does every day, in one place.
#![allow(missing_docs, clippy::cloned_ref_to_slice_refs, reason = "models of tests")]
use sqloquent::prelude::*;

#[derive(Model, Clone, Debug, PartialEq)]
pub struct User {
    #[model(id)]
    pub id: String,
    #[model(unique)]
    pub email: String,
    pub bio: Option<String>,
    #[model(default = true)]
    pub active: bool,
    #[model(default = 3)]
    pub age: i32,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Post {
    #[model(id)]
    pub id: i64,
    pub user_id: String,
    pub title: String,
}

#[tokio::test]
async fn crud() -> Result<()> {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", dir.path().join("a.db").display())).await?;
    db.execute_script(
        "create table users (id text primary key, email text unique, bio text, active integer, age integer);
         create table posts (id integer primary key, user_id text, title text)",
    )
    .await?;
    let mut ada = User::new("ada@example.org").insert(&db).await?;
    assert_eq!(User::find(&db, &ada.id).await?.as_ref(), Some(&ada));
    ada.update(&db, |u| u.bio = Some("x".into())).await?;
    assert_eq!(ada.bio.as_deref(), Some("x"));
    ada.age = 9;
    ada.save(&db).await?;
    let post = Post::new(&ada.id, "t").insert(&db).await?;
    assert_eq!(post.id, 1);
    let n = User::insert_many(&db, (0..1000).map(|i| User::new(format!("u{i}@x.org")))).await?;
    assert_eq!(n, 1000);
    assert_eq!(User::query().count(&db).await?, 1001);
    let rows: Vec<(User, Option<Post>)> = User::query()
        .left_join::<Post>(|(u, p)| u.id.eq(p.user_id))
        .filter(|(u, _)| u.age.gt(5))
        .get(&db)
        .await?;
    assert_eq!(rows, [(ada.clone(), Some(post.clone()))]);
    let per: Vec<(String, i64)> = User::query()
        .join::<Post>(|(u, p)| u.id.eq(p.user_id))
        .group(|(u, _)| u.email)
        .select(|(u, p)| (u.email, p.id.count()))
        .having(|(_, p)| p.id.count().ge(1))
        .get(&db)
        .await?;
    assert_eq!(per, [("ada@example.org".into(), 1)]);
    let mut seen = 0;
    let mut chunks = User::query().chunk(&db, 100);
    while let Some(users) = chunks.next().await? {
        seen += users.len();
    }
    assert_eq!(seen, 1001);
    let mut chunks = User::query().order_by("email", Desc).chunk(&db, 100);
    let mut seen = 0;
    while let Some(users) = chunks.next().await? {
        seen += users.len();
    }
    assert_eq!(seen, 1001);
    let n = User::query()
        .equal("age", 3)
        .update(&db, |u| [u.active.set(false), u.age.add(1)])
        .await?;
    assert_eq!(n, 1000);
    let r = db
        .transaction(async |tx| {
            ada.save(tx).await?;
            User::find(&db, "x").await?;
            User::new("q").insert(&db).await?;
            Ok::<_, Error>(())
        })
        .await;
    assert_eq!(r.unwrap_err().kind(), ErrorKind::OwnTransaction);
    ada.delete(&db).await?;
    let page = User::query()
        .order(|u| u.email.asc())
        .paginate(&db, 2, 10)
        .await?;
    assert_eq!((page.total, page.items.len()), (1000, 10));
    let e = User::query().equal("emial", "x").get(&db).await.unwrap_err();
    println!("{e}");
    let e = User::new("u1@x.org").insert(&db).await.unwrap_err();
    println!("{e} {e:?}");
    let total: i64 = db
        .raw("select count(*) from users where active = ?", (false,))
        .scalar()
        .await?;
    assert_eq!(total, 1000);
    println!("{:?}", db.stats());
    db.close().await?;
    Ok(())
}

#[tokio::test]
async fn a_dropped_savepoint_is_undone() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.execute_script("create table posts (id integer primary key, user_id text, title text)")
        .await?;
    let tx = db.begin().await?;
    Post::new("u", "kept").insert(&tx).await?;
    {
        let outer = tx.savepoint().await?;
        Post::new("u", "lost").insert(&outer).await?;
        let inner = outer.savepoint().await?;
        Post::new("u", "lost too").insert(&inner).await?;
        inner.release().await?;
    }
    assert_eq!(Post::query().count(&tx).await?, 1);
    let kept = tx.savepoint().await?;
    Post::new("u", "kept too").insert(&kept).await?;
    kept.release().await?;
    drop(tx.savepoint().await?);
    tx.commit().await?;
    assert_eq!(Post::query().count(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn subqueries_select_one_column() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<(User, Post)>().await?;
    let ada = User::new("ada@example.org").insert(&db).await?;
    let bob = User::new("bob@example.org").insert(&db).await?;
    Post::new(&ada.id, "x").insert(&db).await?;
    let writers = User::query()
        .filter(|u| u.id.is_in(Post::query().select(|p| p.user_id)))
        .get(&db)
        .await?;
    assert_eq!(writers, [ada.clone()]);
    let silent = User::query()
        .filter(|u| not_exists(Post::query().filter(|p| p.user_id.eq(u.id))))
        .get(&db)
        .await?;
    assert_eq!(silent, [bob]);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(scope = not_deleted)]
pub struct Note {
    #[model(id)]
    pub id: i64,
    pub text: String,
    pub deleted_at: Option<String>,
}

fn not_deleted(query: Query<Note>) -> Query<Note> {
    query.is_null("deleted_at")
}

#[tokio::test]
async fn a_global_scope_narrows_every_way_of_reading() -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<Note>().await?;
    let kept = Note::new("kept").insert(&db).await?;
    let mut gone = Note::new("gone").insert(&db).await?;
    gone.update(&db, |n| n.deleted_at = Some("now".into())).await?;
    assert_eq!(Note::query().get(&db).await?, [kept.clone()]);
    assert_eq!(Note::find(&db, gone.id).await?, None);
    assert_eq!(Note::find_many(&db, [kept.id, gone.id]).await?, [kept]);
    assert_eq!(Note::unscoped().count(&db).await?, 2);
    gone.reload(&db).await?;
    Ok(())
}
