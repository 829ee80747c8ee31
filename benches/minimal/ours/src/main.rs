//! Users and their posts with sqloquent.

use sqloquent::prelude::*;

#[derive(Model)]
struct User {
    #[model(id)]
    id: i64,
    name: String,
    #[model(unique)]
    email: String,
    #[model(has_many)]
    posts: Related<Vec<Post>>,
}

#[derive(Model)]
struct Post {
    #[model(id)]
    id: i64,
    #[model(references = User)]
    user_id: i64,
    title: String,
    #[model(default = false)]
    published: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let path = std::env::args()
        .nth(1)
        .ok_or_else(|| Error::custom("the path of a file is needed"))?;
    let db = Db::connect(&format!("sqlite:{path}")).await?;
    db.create_tables::<(User, Post)>().await?;

    let ada = User::new("Ada", "ada@example.org").insert(&db).await?;
    let grace = User::new("Grace", "grace@example.org").insert(&db).await?;
    db.transaction(async |tx| {
        let titles = ["A first post", "Another post", "Second thoughts"];
        Post::insert_many(tx, titles.map(|title| Post::new(ada.id, title))).await?;
        Post::new(grace.id, "A post of Grace").insert(tx).await
    })
    .await?;

    let mut ada = User::query()
        .equal("email", "ada@example.org")
        .first_required(&db)
        .await?;
    println!("found {}", ada.name);
    ada.update(&db, |u| u.name = "Ada Lovelace".into()).await?;
    Post::query()
        .filter(|p| p.title.starts_with("A"))
        .update(&db, |p| [p.published.set(true)])
        .await?;

    let users = User::query()
        .with(|u| u.posts.only(|q| q.equal("published", true).order_by("id", Asc)))
        .order_by("name", Asc)
        .get(&db)
        .await?;
    for user in &users {
        let titles: Vec<&str> = user.posts.try_get()?.iter().map(|p| p.title.as_str()).collect();
        println!("{}: {}", user.name, titles.join(", "));
    }

    grace.posts().query().delete(&db).await?;
    grace.delete(&db).await?;
    println!("{} posts left", Post::query().count(&db).await?);
    db.close().await
}
