//! Users and their posts with tokio-rusqlite.

use std::error::Error;

use tokio_rusqlite::{Connection, params, rusqlite};

struct User {
    id: i64,
    name: String,
}

struct Post {
    user_id: i64,
    title: String,
}

const SCHEMA: &str = "
    pragma foreign_keys = on;
    create table users (
        id integer primary key,
        name text not null,
        email text not null unique
    );
    create table posts (
        id integer primary key,
        user_id integer not null references users (id),
        title text not null,
        published integer not null
    );
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("the path of a file is needed")?;
    let db = Connection::open(path).await?;
    db.call(|c| c.execute_batch(SCHEMA)).await?;

    let ada = insert_user(&db, "Ada", "ada@example.org").await?;
    let grace = insert_user(&db, "Grace", "grace@example.org").await?;
    db.call(move |c| {
        let tx = c.transaction()?;
        let mut insert =
            tx.prepare("insert into posts (user_id, title, published) values (?1, ?2, false)")?;
        insert.execute(params![ada, "A first post"])?;
        insert.execute(params![ada, "Another post"])?;
        insert.execute(params![ada, "Second thoughts"])?;
        insert.execute(params![grace, "A post of Grace"])?;
        drop(insert);
        tx.commit()
    })
    .await?;

    let found = db
        .call(|c| {
            c.query_row(
                "select id, name from users where email = ?1",
                ["ada@example.org"],
                user,
            )
        })
        .await?;
    println!("found {}", found.name);
    db.call(move |c| {
        c.execute(
            "update users set name = ?1 where id = ?2",
            params!["Ada Lovelace", found.id],
        )
    })
    .await?;

    db.call(|c| c.execute("update posts set published = true where title like 'A%'", []))
        .await?;

    let (users, posts) = db
        .call(|c| {
            let users = c
                .prepare("select id, name from users order by name")?
                .query_map([], user)?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            let posts = c
                .prepare("select user_id, title from posts where published order by id")?
                .query_map([], |row| {
                    Ok(Post {
                        user_id: row.get(0)?,
                        title: row.get(1)?,
                    })
                })?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok::<_, rusqlite::Error>((users, posts))
        })
        .await?;
    for user in &users {
        let titles: Vec<&str> = posts
            .iter()
            .filter(|post| post.user_id == user.id)
            .map(|post| post.title.as_str())
            .collect();
        println!("{}: {}", user.name, titles.join(", "));
    }

    let left: i64 = db
        .call(move |c| {
            c.execute("delete from posts where user_id = ?1", [grace])?;
            c.execute("delete from users where id = ?1", [grace])?;
            c.query_row("select count(*) from posts", [], |row| row.get(0))
        })
        .await?;
    println!("{left} posts left");
    db.close().await?;
    Ok(())
}

async fn insert_user(
    db: &Connection,
    name: &'static str,
    email: &'static str,
) -> tokio_rusqlite::Result<i64> {
    db.call(move |c| {
        c.execute("insert into users (name, email) values (?1, ?2)", [name, email])?;
        Ok(c.last_insert_rowid())
    })
    .await
}

fn user(row: &rusqlite::Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
    })
}
