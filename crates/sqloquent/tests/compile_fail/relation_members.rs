//! What is added to a relation is of its model, and relations that go through others are not saved.
use sqloquent::prelude::*;

#[derive(Model)]
struct User {
    #[model(id)]
    id: i64,
    #[model(has_many)]
    posts: Related<Vec<Post>>,
    #[model(has_many(through = Post))]
    comments: Related<Vec<Comment>>,
}

#[derive(Model)]
struct Post {
    #[model(id)]
    id: String,
    user_id: i64,
}

#[derive(Model)]
struct Comment {
    #[model(id)]
    id: i64,
    post_id: String,
}

fn main() {
    let user = User::new();
    let _ = user.posts().add(Comment::new("p"));
    let _ = user.posts().add(5);
    let _ = user.comments().add(Comment::new("p"));
}
