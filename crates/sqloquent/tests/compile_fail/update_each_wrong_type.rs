//! Rows whose values do not fit the columns that they are for, and keys of another type.
use sqloquent::{Db, Model};

#[derive(Model, Debug)]
struct User {
    #[model(id)]
    id: i64,
    email: String,
    age: i64,
    active: bool,
    bio: Option<String>,
}

fn rows(db: &Db) {
    let _ = User::update_each(db, |u| u.active, [(1, "yes")]);
    let _ = User::update_each(db, |u| (u.email, u.age), [(1, ("a@b", "36"))]);
    let _ = User::update_each(db, |u| (u.email, u.age), [(1, "a@b")]);
    let _ = User::update_each(db, |u| u.email, [(1, None::<String>)]);
    let _ = User::update_each(db, |u| u.bio, [("one", "x")]);
}

fn main() {}
