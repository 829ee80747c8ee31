//! The sum of text.
use sqloquent::{Expression as _, Model, Query};

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
    let _ = Query::<User>::new().select(|u| u.email.sum());
}
