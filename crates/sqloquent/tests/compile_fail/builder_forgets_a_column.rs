//! A required column is not given to the builder.
use sqloquent::Model;

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
    let _ = User::build().email("a").age(3).active(true).finish();
}
