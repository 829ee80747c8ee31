//! Relations are not available yet, and say so.
use sqloquent::Model;

#[derive(Model)]
struct User {
    #[model(id)]
    id: i64,
    #[model(has_many)]
    posts: Vec<Post>,
    #[model(belong_to)]
    team: Vec<Post>,
}

#[derive(Model)]
struct Post {
    #[model(id)]
    id: i64,
}

fn main() {}
