//! A relation that the model does not have, and a column that is none.
use sqloquent::prelude::*;

#[derive(Model)]
struct User {
    #[model(id)]
    id: i64,
    #[model(has_many)]
    posts: Related<Vec<Post>>,
}

#[derive(Model)]
struct Post {
    #[model(id)]
    id: i64,
    user_id: i64,
}

fn main() {
    let _ = User::query().with(|u| u.pots);
    let _ = User::query().with(|u| u.id);
    let _ = Post::query().with(|_| User::columns(Post::query().slot()).posts);
    let _ = User::query().where_has(|u| u.id);
}
