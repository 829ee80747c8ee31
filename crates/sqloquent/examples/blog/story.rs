//! What happens in the blog, step by step.

use std::{future::Future, pin::Pin};

use sqloquent::prelude::*;

use crate::models::{Avatar, Comment, Post, PostTag, Tag, User};

/// A step: it says what came of it, a line for each thing.
type Step = for<'a> fn(&'a Db) -> Pin<Box<dyn Future<Output = Result<Vec<String>>> + Send + 'a>>;

/// All steps, in their order, with what they are about.
pub(crate) const STEPS: [(&str, Step); 7] = [
    (
        "People write: what is added to a relation is stored with it",
        |db| Box::pin(write(db)),
    ),
    ("A hook refuses a comment that says nothing", |db| {
        Box::pin(refused(db))
    }),
    ("Posts refer to each other by a list of ids", |db| {
        Box::pin(refer(db))
    }),
    ("All users with all that is theirs", |db| Box::pin(everything(db))),
    ("Looking into relations and counting them", |db| {
        Box::pin(counted(db))
    }),
    ("Tags are given and taken", |db| Box::pin(retag(db))),
    ("A post changes hands", |db| Box::pin(hand_over(db))),
];

/// Makes the tables and registers the hooks.
pub(crate) async fn prepare(db: &Db) -> Result<()> {
    db.create_tables::<(User, Avatar, Post, Comment, Tag, PostTag)>()
        .await?;
    db.hooks().on_sync::<Comment>(Event::BeforeInsert, |cx| {
        let text: String = cx.read("text")?;
        if text.trim().is_empty() {
            return Err(cx.refuse("a comment says something"));
        }
        cx.set("text", text.trim())
    });
    // In the transaction of the comment: both are stored, or neither is.
    db.hooks().on::<Comment>(Event::AfterInsert, async |cx| {
        let post: i64 = cx.read("post_id")?;
        Post::query()
            .equal("id", post)
            .update(cx.db(), |p| [p.comment_count.add(1)])
            .await
            .map(|_| ())
    });
    Ok(())
}

async fn write(db: &Db) -> Result<Vec<String>> {
    let ada = User::new("Ada").insert(db).await?;
    ada.avatar().set(Avatar::new("ada.png")).save(db).await?;
    ada.posts()
        .add(Post::new("On engines"))
        .add(Post::new("Notes"))
        .save(db)
        .await?;
    let grace = User::new("Grace").insert(db).await?;
    grace.posts().add(Post::new("Compilers")).save(db).await?;
    let engines = Post::query()
        .equal("title", "On engines")
        .first_required(db)
        .await?;
    for text in ["Good", "  I do not agree  ", "Neither do I"] {
        engines
            .comments()
            .add(Comment::new(engines.id, text))
            .save(db)
            .await?;
    }
    engines
        .tags()
        .add(Tag::new("maths"))
        .add(Tag::new("machines"))
        .save(db)
        .await?;
    let mut engines = engines;
    engines.reload(db).await?;
    Ok(vec![format!(
        "{} has {} comments",
        engines.title, engines.comment_count
    )])
}

async fn refused(db: &Db) -> Result<Vec<String>> {
    let post = Post::query().equal("title", "Notes").first_required(db).await?;
    let refused = post.comments().add(Comment::new(post.id, "   ")).save(db).await;
    Ok(refused
        .err()
        .map(|e| format!("refused: {}", e.message()))
        .into_iter()
        .collect())
}

async fn refer(db: &Db) -> Result<Vec<String>> {
    let compilers = Post::query()
        .equal("title", "Compilers")
        .first_required(db)
        .await?;
    let others = Post::query().not_equal("title", "Compilers").get(db).await?;
    compilers.see_also().set(&others).save(db).await?;
    let posts = Post::query()
        .with(|p| (p.see_also, p.seen_from))
        .order_by("title", Asc)
        .get(db)
        .await?;
    let line = |post: &Post| -> Result<String> {
        Ok(format!(
            "{} refers to {} and is referred to by {}",
            post.title,
            titles(post.see_also.try_get()?),
            titles(post.seen_from.try_get()?)
        ))
    };
    posts.iter().map(line).collect()
}

async fn everything(db: &Db) -> Result<Vec<String>> {
    let users = User::query()
        .with(|u| {
            (
                u.avatar,
                u.comments,
                u.posts
                    .only(|posts| posts.order_by("title", Desc).limit(10))
                    .with(|p| (p.tags, p.comments)),
            )
        })
        .order_by("name", Asc)
        .get(db)
        .await?;
    let line = |user: &User| -> Result<String> {
        let avatar = user.avatar.try_get()?.as_ref();
        Ok(format!(
            "{}{}: {}; {} comments",
            user.name,
            avatar.map(|a| format!(" ({})", a.url)).unwrap_or_default(),
            titles(user.posts.try_get()?),
            user.comments.try_get()?.len(),
        ))
    };
    users.iter().map(line).collect()
}

async fn counted(db: &Db) -> Result<Vec<String>> {
    let posts = Post::query()
        .where_has(|p| p.tags.only(|tags| tags.equal("name", "maths")))
        .with_count(|p| p.comments)
        .get(db)
        .await?;
    let silent: Vec<String> = User::query()
        .doesnt_have(|u| u.comments)
        .pluck(db, "name")
        .await?;
    let mut lines: Vec<String> = posts
        .iter()
        .map(|(post, comments)| format!("{} is about maths and has {comments} comments", post.title))
        .collect();
    lines.push(format!("nobody answers {}", silent.join(", ")));
    Ok(lines)
}

async fn retag(db: &Db) -> Result<Vec<String>> {
    let mut post = Post::query()
        .equal("title", "On engines")
        .first_required(db)
        .await?;
    let history = Tag::new("history").insert(db).await?;
    post.tags().attach(db, [&history]).await?;
    let machines = Tag::query().equal("name", "machines").first_required(db).await?;
    post.tags().sync(db, [&machines, &history]).await?;
    Post::load(db, &mut post, |p| p.tags).await?;
    let names: Vec<&str> = post.tags.try_get()?.iter().map(|t| t.name.as_str()).collect();
    Ok(vec![format!("{} is about {}", post.title, names.join(", "))])
}

async fn hand_over(db: &Db) -> Result<Vec<String>> {
    let grace = User::query().equal("name", "Grace").first_required(db).await?;
    let mut post = Post::query().equal("title", "Notes").first_required(db).await?;
    post.author_mut().set(&grace).save(db).await?;
    let author = post.author.try_get()?.as_ref().map(|a| a.name.clone());
    Ok(vec![
        format!("{} is by {}", post.title, author.unwrap_or_default()),
        format!("Grace has {} posts", grace.posts().query().count(db).await?),
    ])
}

fn titles(posts: &[Post]) -> String {
    if posts.is_empty() {
        return "none".to_owned();
    }
    let titles: Vec<&str> = posts.iter().map(|p| p.title.as_str()).collect();
    titles.join(", ")
}
