//! The minimal program with Toasty.

use std::{env, error::Error};

use toasty::{Db, Deferred};

#[derive(Debug, toasty::Model)]
struct User {
    #[key]
    #[auto]
    id: u64,
    name: String,
    #[unique]
    email: String,
    #[has_many]
    posts: Deferred<Vec<Post>>,
}

#[derive(Debug, toasty::Model)]
struct Post {
    #[key]
    #[auto]
    id: u64,
    #[index]
    user_id: u64,
    #[belongs_to(key = user_id, references = id)]
    user: Deferred<User>,
    title: String,
    published: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args()
        .nth(1)
        .ok_or("the path of a database file is needed")?;
    let mut db = Db::builder()
        .models(toasty::models!(User, Post))
        .connect(&format!("sqlite:{path}"))
        .await?;
    db.push_schema().await?;

    let ada = toasty::create!(User {
        name: "Ada",
        email: "ada@example.org",
    })
    .exec(&mut db)
    .await?;
    let grace = toasty::create!(User {
        name: "Grace",
        email: "grace@example.org",
    })
    .exec(&mut db)
    .await?;
    let mut tx = db.transaction().await?;
    toasty::create!(Post::[
        { user: &ada, title: "A first post", published: false },
        { user: &ada, title: "Another post", published: false },
        { user: &ada, title: "Second thoughts", published: false },
        { user: &grace, title: "A post of Grace", published: false },
    ])
    .exec(&mut tx)
    .await?;
    tx.commit().await?;

    let mut found = User::get_by_email(&mut db, "ada@example.org").await?;
    println!("found {}", found.name);
    toasty::update!(found { name: "Ada Lovelace" })
        .exec(&mut db)
        .await?;

    toasty::update!(Post::filter(Post::fields().title().starts_with("A")) { published: true })
        .exec(&mut db)
        .await?;

    let users = User::all()
        .order_by(User::fields().name().asc())
        .include(
            User::fields()
                .posts()
                .filter(Post::fields().published().eq(true))
                .order_by(Post::fields().id().asc()),
        )
        .exec(&mut db)
        .await?;
    for user in &users {
        let titles: Vec<_> = user.posts.get().iter().map(|p| p.title.as_str()).collect();
        println!("{}: {}", user.name, titles.join(", "));
    }

    grace.posts().delete().exec(&mut db).await?;
    grace.delete().exec(&mut db).await?;
    let left = Post::all().count().exec(&mut db).await?;
    println!("{left} posts left");
    Ok(())
}
