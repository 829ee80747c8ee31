//! The functions that declare relations between dynamic models.

use sqloquent::{DynamicModel, prelude::*, record};

struct Models {
    db: Db,
    users: DynamicModel,
    avatars: DynamicModel,
    posts: DynamicModel,
    liked: DynamicModel,
    items: DynamicModel,
}

/// Models whose columns have the described names.
async fn models() -> Result<Models> {
    let db = Db::connect("sqlite::memory:").await?;
    db.execute_script(
        "create table people (id text primary key);
         create table avatars (id text primary key, user_id text);
         create table posts (id text primary key, user_id text, writer text);
         create table liked_posts (id text primary key, user_id text, post_id text);
         create table items (id text primary key, item_ids text);",
    )
    .await?;
    let model = |table: &str, columns: &[&str], name: &str| {
        DynamicModel::new(table, columns.iter().copied()).named(name)
    };
    let users = model("people", &["id"], "User");
    users.insert(&db, record! { "id": "ada" }).await?;
    Ok(Models {
        users,
        avatars: model("avatars", &["id", "user_id"], "Avatar"),
        posts: model("posts", &["id", "user_id", "writer"], "Post"),
        liked: model("liked_posts", &["id", "user_id", "post_id"], "LikedPost"),
        items: model("items", &["id", "item_ids"], "Item"),
        db,
    })
}

#[tokio::test]
async fn function_has_one() -> Result<()> {
    let m = models().await?;
    m.users.has_one("avatar", &m.avatars).declare()?;
    let mut ada = m.users.find_required(&m.db, "ada").await?;
    ada.relation_mut("avatar")?
        .add(record! { "id": "x" })
        .save(&m.db)
        .await?;
    assert_eq!(
        ada.related_one("avatar")?.unwrap().read::<String>("user_id")?,
        "ada"
    );
    Ok(())
}

#[tokio::test]
async fn function_has_many() -> Result<()> {
    let m = models().await?;
    m.users.has_many("posts", &m.posts).declare()?;
    m.users.has_many("written", &m.posts).key("writer").declare()?;
    let ada = m.users.find_required(&m.db, "ada").await?;
    ada.relation("posts")?
        .add(record! { "id": "p" })
        .save(&m.db)
        .await?;
    ada.relation("written")?.set(["p"]).save(&m.db).await?;
    let post = m.posts.find_required(&m.db, "p").await?;
    assert_eq!(
        (post.read::<String>("user_id")?, post.read::<String>("writer")?),
        ("ada".into(), "ada".into())
    );
    Ok(())
}

#[tokio::test]
async fn function_belongs_to() -> Result<()> {
    let m = models().await?;
    m.posts.belongs_to("owner", &m.users).declare()?;
    let mut post = m.posts.insert(&m.db, record! { "id": "p" }).await?;
    post.relation_mut("owner")?.add("ada").save(&m.db).await?;
    assert_eq!(post.read::<String>("user_id")?, "ada");
    assert!(post.related_one("owner")?.is_some());
    Ok(())
}

#[tokio::test]
async fn function_belongs_to_many() -> Result<()> {
    let m = models().await?;
    m.users
        .belongs_to_many("liked_posts", &m.posts, &m.liked)
        .declare()?;
    let ada = m.users.find_required(&m.db, "ada").await?;
    ada.relation("liked_posts")?
        .add(record! { "id": "p" })
        .save(&m.db)
        .await?;
    let pivot = m.liked.query().first_required(&m.db).await?;
    assert_eq!(pivot.read::<String>("post_id")?, "p");
    assert_eq!(pivot.read::<String>("id")?.len(), 32);
    Ok(())
}

#[tokio::test]
async fn function_contains() -> Result<()> {
    let m = models().await?;
    m.items.contains("parents", &m.items).declare()?;
    let items = [
        record! { "id": "a" },
        record! { "id": "b" },
        record! { "id": "c", "item_ids": "" },
    ];
    m.items.insert_many(&m.db, items).await?;
    let mut c = m.items.find_required(&m.db, "c").await?;
    c.relation_mut("parents")?.set(["b", "a"]).save(&m.db).await?;
    assert_eq!(c.read::<String>("item_ids")?, "a,b");
    Ok(())
}

#[tokio::test]
async fn function_within() -> Result<()> {
    let m = models().await?;
    m.items.within("children", &m.items).declare()?;
    m.items
        .insert_many(&m.db, [record! { "id": "a" }, record! { "id": "b" }])
        .await?;
    let a = m.items.find_required(&m.db, "a").await?;
    a.relation("children")?.add("b").save(&m.db).await?;
    assert_eq!(
        m.items
            .find_required(&m.db, "b")
            .await?
            .read::<String>("item_ids")?,
        "a"
    );
    Ok(())
}
