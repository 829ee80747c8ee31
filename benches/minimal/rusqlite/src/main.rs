//! Users and their posts with rusqlite.

use std::error::Error;

use rusqlite::{Connection, Row, params};

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

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("the path of a file is needed")?;
    let mut db = Connection::open(path)?;
    db.execute_batch(SCHEMA)?;

    let ada = insert_user(&db, "Ada", "ada@example.org")?;
    let grace = insert_user(&db, "Grace", "grace@example.org")?;
    let tx = db.transaction()?;
    let mut insert = tx.prepare("insert into posts (user_id, title, published) values (?1, ?2, false)")?;
    insert.execute(params![ada, "A first post"])?;
    insert.execute(params![ada, "Another post"])?;
    insert.execute(params![ada, "Second thoughts"])?;
    insert.execute(params![grace, "A post of Grace"])?;
    drop(insert);
    tx.commit()?;

    let found = db.query_row(
        "select id, name from users where email = ?1",
        ["ada@example.org"],
        user,
    )?;
    println!("found {}", found.name);
    db.execute(
        "update users set name = ?1 where id = ?2",
        params!["Ada Lovelace", found.id],
    )?;
    db.execute("update posts set published = true where title like 'A%'", [])?;

    let users = db
        .prepare("select id, name from users order by name")?
        .query_map([], user)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let posts = db
        .prepare("select user_id, title from posts where published order by id")?
        .query_map([], |row| {
            Ok(Post {
                user_id: row.get(0)?,
                title: row.get(1)?,
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for user in &users {
        let titles: Vec<&str> = posts
            .iter()
            .filter(|post| post.user_id == user.id)
            .map(|post| post.title.as_str())
            .collect();
        println!("{}: {}", user.name, titles.join(", "));
    }

    db.execute("delete from posts where user_id = ?1", [grace])?;
    db.execute("delete from users where id = ?1", [grace])?;
    let left: i64 = db.query_row("select count(*) from posts", [], |row| row.get(0))?;
    println!("{left} posts left");
    Ok(())
}

fn insert_user(db: &Connection, name: &str, email: &str) -> rusqlite::Result<i64> {
    db.execute(
        "insert into users (name, email) values (?1, ?2)",
        params![name, email],
    )?;
    Ok(db.last_insert_rowid())
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
    })
}
