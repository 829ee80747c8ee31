//! A column that cannot be NULL is compared with NULL.
use sqloquent::{Expression as _, Model, Null, Query};

#[derive(Model, Debug)]
struct User {
    #[model(id)]
    id: i64,
    email: String,
    age: i64,
    active: bool,
    born: i64,
    bio: Option<String>,
}

fn main() {
    let _ = Query::<User>::new().filter(|u| u.email.eq(Null));
}
