//! Relations, and what is related.

use sqloquent::{RelationKind, prelude::*};

#[derive(Model, Clone, Debug, PartialEq)]
pub struct User {
    #[model(id)]
    pub id: String,
    pub name: String,
    #[model(has_one)]
    pub avatar: Related<Option<Avatar>>,
    #[model(has_many)]
    pub posts: Related<Vec<Post>>,
    #[model(belongs_to_many(pivot = LikedPost))]
    pub liked_posts: Related<Vec<Post>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Avatar {
    #[model(id)]
    pub id: String,
    pub url: String,
    pub user_id: Option<String>,
    #[model(belongs_to)]
    pub user: Related<Option<User>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Post {
    #[model(id)]
    pub id: String,
    pub title: String,
    pub user_id: Option<String>,
    #[model(belongs_to)]
    pub user: Related<Option<User>>,
    #[model(belongs_to_many(pivot = LikedPost))]
    pub fans: Related<Vec<User>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct LikedPost {
    #[model(id)]
    pub id: String,
    pub user_id: String,
    pub post_id: String,
}

async fn blog() -> Result<(tempfile::TempDir, Db, User, Post)> {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", folder.path().join("blog.db").display())).await?;
    db.create_tables::<(User, Avatar, Post, LikedPost)>().await?;
    let user = User::new("Ada").insert(&db).await?;
    let post = Post::new("Notes").insert(&db).await?;
    Ok((folder, db, user, post))
}

#[tokio::test]
async fn related_collection_call() -> Result<()> {
    let (_folder, db, mut user, post) = blog().await?;
    user.posts_mut().add(&post).save(&db).await?;
    assert_eq!(
        user.posts().def().kind,
        RelationKind::HasMany,
        "called, it is the relation"
    );
    assert_eq!(user.posts.try_get()?.len(), 1, "as a field, what is related");
    Ok(())
}

#[tokio::test]
async fn related_collection_iter() -> Result<()> {
    let (_folder, db, mut user, post) = blog().await?;
    user.posts_mut()
        .add(&post)
        .add(Post::new("More"))
        .save(&db)
        .await?;
    let titles: Vec<_> = user.posts.try_get()?.iter().map(|p| p.title.as_str()).collect();
    assert!(titles.contains(&"Notes") && titles.contains(&"More"));
    Ok(())
}

#[tokio::test]
async fn related_collection_getitem() -> Result<()> {
    let (_folder, db, mut user, post) = blog().await?;
    user.posts_mut().add(&post).save(&db).await?;
    assert_eq!(user.posts.try_get()?[0], user.posts().load(&db).await?[0]);
    Ok(())
}

#[tokio::test]
async fn related_model_call() -> Result<()> {
    let (_folder, db, user, mut post) = blog().await?;
    post.user_mut().set(&user).save(&db).await?;
    assert_eq!(post.user().def().kind, RelationKind::BelongsTo);
    assert_eq!(post.user.try_get()?.as_ref(), Some(&user));
    Ok(())
}

#[tokio::test]
async fn relation_init() -> Result<()> {
    let (_folder, db, user, post) = blog().await?;
    let relation = user.posts().add(&post);
    assert_eq!(
        (&*relation.def().owner.model, &*relation.def().related.model),
        ("User", "Post")
    );
    relation.save(&db).await?;
    Ok(())
}

#[tokio::test]
async fn relation_single_model_precondition() -> Result<()> {
    let (_folder, db, user, post) = blog().await?;
    // Of another type it would not compile: `tests/compile_fail/relation_members.rs`.
    post.user().set(&user).save(&db).await?;
    post.user().set(user.id.as_str()).save(&db).await?;
    let nobody = post.user().set("nobody").save(&db).await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::NotFound);
    Ok(())
}

#[tokio::test]
async fn relation_multi_model_precondition() -> Result<()> {
    let (_folder, db, user, post) = blog().await?;
    user.posts().set([&post]).save(&db).await?;
    user.posts().set(vec![post.id]).save(&db).await?;
    assert_eq!(user.posts().query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn relation_primary_model_precondition() -> Result<()> {
    let (_folder, db, _, post) = blog().await?;
    // The primary is the instance that the relation is called on; it must be stored.
    let unstored = Post::new("not stored");
    let user = User::new("not stored");
    let error = unstored.user().set(&user).save(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(post.user().load(&db).await?, None);
    assert_eq!(User::query().count(&db).await?, 1, "nothing is left of it");
    Ok(())
}

#[tokio::test]
async fn relation_secondary_model_precondition() -> Result<()> {
    let (_folder, db, user, _) = blog().await?;
    let missing = user.posts().add("no such post").save(&db).await.unwrap_err();
    assert_eq!(
        (missing.kind(), missing.table()),
        (ErrorKind::NotFound, Some("posts"))
    );
    Ok(())
}

#[tokio::test]
async fn relation_pivot_preconditions() -> Result<()> {
    let (_folder, db, user, post) = blog().await?;
    // A pivot without the columns would not compile: `tests/compile_fail/relation_columns.rs`.
    user.liked_posts().attach(&db, [&post]).await?;
    let pivot = LikedPost::query().first_required(&db).await?;
    assert_eq!((pivot.user_id, pivot.post_id), (user.id, post.id));
    Ok(())
}

#[tokio::test]
async fn has_one_init() -> Result<()> {
    let user = User::new("Ada");
    let columns: Vec<_> = user
        .avatar()
        .def()
        .related_columns()
        .map(|c| c.name.to_string())
        .collect();
    assert_eq!(columns, ["user_id"]);
    Ok(())
}

#[tokio::test]
async fn has_one_save() -> Result<()> {
    let (_folder, db, user, _) = blog().await?;
    user.avatar().set(Avatar::new("a.png")).save(&db).await?;
    user.avatar().set(Avatar::new("b.png")).save(&db).await?;
    assert_eq!(user.avatar().load(&db).await?.unwrap().url, "b.png");
    assert_eq!(
        Avatar::query().is_null("user_id").count(&db).await?,
        1,
        "the one before is unset"
    );
    Ok(())
}

#[tokio::test]
async fn has_one_reload() -> Result<()> {
    let (_folder, db, mut user, _) = blog().await?;
    user.avatar().set(Avatar::new("a.png")).save(&db).await?;
    user.avatar_mut().reload(&db).await?;
    assert_eq!(user.avatar.try_get()?.as_ref().unwrap().url, "a.png");
    Ok(())
}

#[tokio::test]
async fn has_one_query() -> Result<()> {
    let (_folder, db, user, _) = blog().await?;
    user.avatar().set(Avatar::new("a.png")).save(&db).await?;
    assert_eq!(user.avatar().query().equal("url", "a.png").count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn has_one_get_cache_key() -> Result<()> {
    assert_eq!(
        User::new("Ada").avatar().def().cache_key(),
        "User.avatar has_one Avatar(user_id)"
    );
    Ok(())
}

#[tokio::test]
async fn has_one_create_property() -> Result<()> {
    let (_folder, db, user, _) = blog().await?;
    user.avatar().set(Avatar::new("a.png")).save(&db).await?;
    let user = User::query().with(|u| u.avatar).first_required(&db).await?;
    assert!(user.avatar.try_get()?.is_some());
    Ok(())
}

#[tokio::test]
async fn has_many_save() -> Result<()> {
    let (_folder, db, user, post) = blog().await?;
    user.posts().set([&post]).save(&db).await?;
    user.posts()
        .remove(&post)
        .add(Post::new("More"))
        .save(&db)
        .await?;
    assert_eq!(user.posts().load(&db).await?[0].title, "More");
    Ok(())
}

#[tokio::test]
async fn has_many_reload() -> Result<()> {
    let (_folder, db, mut user, post) = blog().await?;
    user.posts_mut().reload(&db).await?;
    assert!(user.posts.try_get()?.is_empty());
    user.posts().add(&post).save(&db).await?;
    user.posts_mut().reload(&db).await?;
    assert_eq!(user.posts.try_get()?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn has_many_query() -> Result<()> {
    let (_folder, db, user, post) = blog().await?;
    user.posts().add(&post).save(&db).await?;
    assert_eq!(
        user.posts()
            .query()
            .update_columns(&db, [("title", "Changed")])
            .await?,
        1
    );
    assert_eq!(user.posts().query().delete(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn has_many_create_property() -> Result<()> {
    let (_folder, db, user, post) = blog().await?;
    user.posts().add(&post).save(&db).await?;
    let users = User::query().with(|u| u.posts).get(&db).await?;
    assert_eq!(users[0].posts.try_get()?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn belongs_to_save() -> Result<()> {
    let (_folder, db, user, mut post) = blog().await?;
    post.user_mut().set(&user).save(&db).await?;
    assert_eq!(post.user_id.as_ref(), Some(&user.id));
    post.user_mut().clear().save(&db).await?;
    assert_eq!(post.user_id, None);
    Ok(())
}

#[tokio::test]
async fn belongs_to_reload() -> Result<()> {
    let (_folder, db, user, mut post) = blog().await?;
    post.user_mut().set(&user).save(&db).await?;
    post.user.unload();
    post.user_mut().reload(&db).await?;
    assert_eq!(post.user.try_get()?.as_ref(), Some(&user));
    Ok(())
}

#[tokio::test]
async fn belongs_to_query() -> Result<()> {
    let (_folder, db, user, mut post) = blog().await?;
    assert_eq!(post.user().query().count(&db).await?, 0);
    post.user_mut().set(&user).save(&db).await?;
    assert_eq!(post.user().query().first(&db).await?, Some(user));
    Ok(())
}

#[tokio::test]
async fn belongs_to_create_property() -> Result<()> {
    let (_folder, db, user, mut post) = blog().await?;
    post.user_mut().set(&user).save(&db).await?;
    let post = Post::query().with(|p| p.user).first_required(&db).await?;
    assert_eq!(post.user.try_get()?.as_ref(), Some(&user));
    Ok(())
}

#[tokio::test]
async fn belongs_to_many_init() -> Result<()> {
    let post = Post::new("Notes");
    let fans = post.fans();
    let via = fans.def().via.as_ref().unwrap();
    let name = |columns: &[usize]| via.table.columns[columns[0]].name.to_string();
    assert_eq!(
        (name(&via.owner_key), name(&via.related_key)),
        ("post_id".into(), "user_id".into())
    );
    Ok(())
}

#[tokio::test]
async fn belongs_to_many_save() -> Result<()> {
    let (_folder, db, user, post) = blog().await?;
    user.liked_posts()
        .add(&post)
        .add(Post::new("More"))
        .save(&db)
        .await?;
    user.liked_posts().remove(&post).save(&db).await?;
    assert_eq!(user.liked_posts().load(&db).await?[0].title, "More");
    Ok(())
}

#[tokio::test]
async fn belongs_to_many_reload() -> Result<()> {
    let (_folder, db, mut user, post) = blog().await?;
    user.liked_posts_mut().reload(&db).await?;
    assert!(user.liked_posts.try_get()?.is_empty());
    user.liked_posts().attach(&db, [&post]).await?;
    user.liked_posts_mut().reload(&db).await?;
    assert_eq!(user.liked_posts.try_get()?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn belongs_to_many_query() -> Result<()> {
    let (_folder, db, user, post) = blog().await?;
    user.liked_posts().attach(&db, [&post]).await?;
    assert_eq!(
        user.liked_posts()
            .query()
            .contains("title", "note")
            .count(&db)
            .await?,
        1
    );
    Ok(())
}

#[tokio::test]
async fn belongs_to_many_get_cache_key() -> Result<()> {
    let (user, post) = (User::new("Ada"), Post::new("Notes"));
    assert_ne!(
        user.liked_posts().def().cache_key(),
        post.fans().def().cache_key()
    );
    assert_eq!(
        user.liked_posts().def().cache_key(),
        "User.liked_posts belongs_to_many Post via LikedPost(user_id;post_id)"
    );
    Ok(())
}

#[tokio::test]
async fn belongs_to_many_create_property() -> Result<()> {
    let (_folder, db, user, post) = blog().await?;
    user.liked_posts().attach(&db, [&post]).await?;
    let post = Post::query().with(|p| p.fans).first_required(&db).await?;
    assert_eq!(post.fans.try_get()?[0], user);
    Ok(())
}
