//! Relations that are declared or used wrongly.
use sqloquent::{Model, Related};

#[derive(Model)]
struct User {
    #[model(id)]
    id: i64,
    #[model(has_many)]
    posts: Vec<Post>,
    #[model(belong_to)]
    team: Related<Vec<Post>>,
    #[model(has_many(keys = user_id))]
    misspelled: Related<Vec<Post>>,
    #[model(has_one)]
    several: Related<Vec<Post>>,
    #[model(belongs_to_many)]
    without_pivot: Related<Vec<Post>>,
    #[model(belongs_to_many(pivot = Post))]
    friends: Related<Vec<User>>,
    #[model(belongs_to)]
    boss: Related<Option<User>>,
    #[model(has_many, unique)]
    both: Related<Vec<Post>>,
    #[model(has_many(key(a, b)))]
    too_wide: Related<Vec<Post>>,
    #[model(has_many)]
    save: Related<Vec<Post>>,
}

#[derive(Model)]
struct Post {
    #[model(id)]
    id: i64,
    user_id: i64,
}

fn main() {}
