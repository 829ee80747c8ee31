//! Relations whose columns are not there, or of another type.
use sqloquent::{Model, Related};

#[derive(Model)]
struct User {
    #[model(id)]
    id: String,
    #[model(has_many)]
    posts: Related<Vec<Post>>,
    #[model(has_many(key = author_id))]
    written: Related<Vec<Post>>,
}

#[derive(Model)]
struct Post {
    #[model(id)]
    id: i64,
    user_id: i64,
    #[model(belongs_to)]
    user: Related<Option<User>>,
}

fn main() {}
