//! The minimal program with Diesel.

use std::{env, error::Error};

use diesel::{connection::SimpleConnection, prelude::*};

diesel::table! {
    users (id) {
        id -> Integer,
        name -> Text,
        email -> Text,
    }
}

diesel::table! {
    posts (id) {
        id -> Integer,
        user_id -> Integer,
        title -> Text,
        published -> Bool,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts);

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = users)]
struct User {
    id: i32,
    name: String,
}

#[derive(Insertable)]
#[diesel(table_name = users)]
struct NewUser<'a> {
    name: &'a str,
    email: &'a str,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = posts, belongs_to(User))]
struct Post {
    id: i32,
    user_id: i32,
    title: String,
}

#[derive(Insertable)]
#[diesel(table_name = posts)]
struct NewPost<'a> {
    user_id: i32,
    title: &'a str,
    published: bool,
}

fn add_user(c: &mut SqliteConnection, name: &str, email: &str) -> QueryResult<User> {
    diesel::insert_into(users::table)
        .values(NewUser { name, email })
        .returning(User::as_returning())
        .get_result(c)
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args()
        .nth(1)
        .ok_or("the path of a database file is needed")?;
    let c = &mut SqliteConnection::establish(&path)?;
    c.batch_execute("pragma foreign_keys = on")?;
    c.batch_execute(
        "create table users (
            id integer primary key not null,
            name text not null,
            email text not null unique
        );
        create table posts (
            id integer primary key not null,
            user_id integer not null references users (id),
            title text not null,
            published boolean not null
        );",
    )?;

    let ada = add_user(c, "Ada", "ada@example.org")?;
    let grace = add_user(c, "Grace", "grace@example.org")?;
    c.transaction(|c| {
        let post = |user: &User, title| NewPost {
            user_id: user.id,
            title,
            published: false,
        };
        diesel::insert_into(posts::table)
            .values([
                post(&ada, "A first post"),
                post(&ada, "Another post"),
                post(&ada, "Second thoughts"),
                post(&grace, "A post of Grace"),
            ])
            .execute(c)
    })?;

    let found = users::table
        .filter(users::email.eq("ada@example.org"))
        .select(User::as_select())
        .first(c)?;
    println!("found {}", found.name);
    diesel::update(&found)
        .set(users::name.eq("Ada Lovelace"))
        .execute(c)?;

    diesel::update(posts::table.filter(posts::title.like("A%")))
        .set(posts::published.eq(true))
        .execute(c)?;

    let all = users::table
        .order(users::name)
        .select(User::as_select())
        .load(c)?;
    let published = Post::belonging_to(&all)
        .filter(posts::published.eq(true))
        .order(posts::id)
        .select(Post::as_select())
        .load(c)?
        .grouped_by(&all);
    for (user, posts) in all.iter().zip(published) {
        let titles: Vec<_> = posts.into_iter().map(|p| p.title).collect();
        println!("{}: {}", user.name, titles.join(", "));
    }

    diesel::delete(Post::belonging_to(&grace)).execute(c)?;
    diesel::delete(&grace).execute(c)?;
    let left: i64 = posts::table.count().get_result(c)?;
    println!("{left} posts left");
    Ok(())
}
