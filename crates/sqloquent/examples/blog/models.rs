//! The tables of the blog, with every kind of relation.

use sqloquent::{IdList, prelude::*};

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct User {
    #[model(id)]
    pub(crate) id: String,
    #[model(unique)]
    pub(crate) name: String,
    #[model(has_one)]
    pub(crate) avatar: Related<Option<Avatar>>,
    #[model(has_many(key = author_id))]
    pub(crate) posts: Related<Vec<Post>>,
    /// What others wrote under this user's posts.
    #[model(has_many(through = Post, through_key = author_id))]
    pub(crate) comments: Related<Vec<Comment>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Avatar {
    #[model(id)]
    pub(crate) id: i64,
    pub(crate) user_id: Option<String>,
    pub(crate) url: String,
    #[model(belongs_to)]
    pub(crate) user: Related<Option<User>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(timestamps)]
pub(crate) struct Post {
    #[model(id)]
    pub(crate) id: i64,
    #[model(references = User)]
    pub(crate) author_id: Option<String>,
    pub(crate) title: String,
    /// Kept by a hook.
    #[model(default = 0)]
    pub(crate) comment_count: i64,
    /// The posts that this one refers to.
    #[model(default)]
    pub(crate) see_also_ids: IdList<i64>,
    #[model(belongs_to(key = author_id))]
    pub(crate) author: Related<Option<User>>,
    #[model(has_many)]
    pub(crate) comments: Related<Vec<Comment>>,
    #[model(belongs_to_many(pivot = PostTag))]
    pub(crate) tags: Related<Vec<Tag>>,
    #[model(contains(key = see_also_ids))]
    pub(crate) see_also: Related<Vec<Post>>,
    #[model(within(key = see_also_ids))]
    pub(crate) seen_from: Related<Vec<Post>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Comment {
    #[model(id)]
    pub(crate) id: i64,
    #[model(references = Post, on_delete = cascade)]
    pub(crate) post_id: i64,
    pub(crate) text: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Tag {
    #[model(id)]
    pub(crate) id: i64,
    #[model(unique)]
    pub(crate) name: String,
    #[model(belongs_to_many(pivot = PostTag))]
    pub(crate) posts: Related<Vec<Post>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct PostTag {
    #[model(id)]
    pub(crate) post_id: i64,
    #[model(id)]
    pub(crate) tag_id: i64,
}
