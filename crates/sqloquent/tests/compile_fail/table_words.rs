//! Words of the struct's attribute that are misspelt or wrong.
use sqloquent::Model;

#[derive(Model)]
#[model(tabel = "users", timestamp, index(emial), unique(), name = 3, new = "insert", colour = "red")]
struct User {
    #[model(id)]
    id: i64,
    email: String,
}

#[derive(Model)]
#[model(hashed = true, history, exclude_from_hash = "note")]
struct Doc {
    #[model(id)]
    id: String,
}

#[derive(Model)]
#[model(new = "of")]
struct Wide {
    a: i64,
    b: i64,
    c: i64,
    d: i64,
}

fn main() {}
