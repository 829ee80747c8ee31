//! A truth value is set to a number.
use sqloquent::{Model, Query};

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
    let _ = Query::<User>::new().filter(|u| {
        let _ = u.active.set(1);
        sqloquent::Expression::eq(u.id, 1)
    });
}
