//! Users and their posts with sqlx.

use std::error::Error;

use sqlx::{FromRow, SqlitePool};

#[derive(FromRow)]
struct User {
    id: i64,
    name: String,
}

#[derive(FromRow)]
struct Post {
    user_id: i64,
    title: String,
}

const SCHEMA: &str = "
    create table users (
        id integer primary key,
        name text not null,
        email text not null unique
    );
    create table posts (
        id integer primary key,
        user_id integer not null references users (id),
        title text not null,
        published boolean not null
    );
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("the path of a file is needed")?;
    let db = SqlitePool::connect(&format!("sqlite:{path}?mode=rwc")).await?;
    sqlx::raw_sql(SCHEMA).execute(&db).await?;

    let ada = insert_user(&db, "Ada", "ada@example.org").await?;
    let grace = insert_user(&db, "Grace", "grace@example.org").await?;
    let mut tx = db.begin().await?;
    for (user_id, title) in [
        (ada, "A first post"),
        (ada, "Another post"),
        (ada, "Second thoughts"),
        (grace, "A post of Grace"),
    ] {
        sqlx::query("insert into posts (user_id, title, published) values (?, ?, false)")
            .bind(user_id)
            .bind(title)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;

    let found: User = sqlx::query_as("select id, name from users where email = ?")
        .bind("ada@example.org")
        .fetch_one(&db)
        .await?;
    println!("found {}", found.name);
    sqlx::query("update users set name = ? where id = ?")
        .bind("Ada Lovelace")
        .bind(found.id)
        .execute(&db)
        .await?;

    sqlx::query("update posts set published = true where title like 'A%'")
        .execute(&db)
        .await?;

    let users: Vec<User> = sqlx::query_as("select id, name from users order by name")
        .fetch_all(&db)
        .await?;
    let posts: Vec<Post> = sqlx::query_as("select user_id, title from posts where published order by id")
        .fetch_all(&db)
        .await?;
    for user in &users {
        let titles: Vec<&str> = posts
            .iter()
            .filter(|post| post.user_id == user.id)
            .map(|post| post.title.as_str())
            .collect();
        println!("{}: {}", user.name, titles.join(", "));
    }

    sqlx::query("delete from posts where user_id = ?")
        .bind(grace)
        .execute(&db)
        .await?;
    sqlx::query("delete from users where id = ?")
        .bind(grace)
        .execute(&db)
        .await?;
    let left: i64 = sqlx::query_scalar("select count(*) from posts")
        .fetch_one(&db)
        .await?;
    println!("{left} posts left");
    db.close().await;
    Ok(())
}

async fn insert_user(db: &SqlitePool, name: &str, email: &str) -> sqlx::Result<i64> {
    let done = sqlx::query("insert into users (name, email) values (?, ?)")
        .bind(name)
        .bind(email)
        .execute(db)
        .await?;
    Ok(done.last_insert_rowid())
}
