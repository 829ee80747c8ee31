//! Writes of relations fire the hooks of the models that they write.

use std::sync::{Arc, Mutex};

use sqloquent::prelude::*;

use crate::models::*;

#[tokio::test]
async fn every_write_of_a_relation_fires() -> Result<()> {
    let (_folder, db) = db().await?;
    let users = blog(&db).await?;
    let seen: Arc<Mutex<Vec<&str>>> = Arc::default();
    let note = |name: &'static str| {
        let seen = Arc::clone(&seen);
        move |_: &HookCx<'_>| {
            seen.lock().unwrap().push(name);
            Ok(())
        }
    };
    db.hooks()
        .on_sync::<Post>(Event::AfterUpdate, note("post updated"));
    db.hooks()
        .on_sync::<Post>(Event::AfterInsert, note("post inserted"));
    db.hooks()
        .on_sync::<RoleUser>(Event::AfterInsertMany, note("pivot inserted"));
    db.hooks()
        .on_sync::<RoleUser>(Event::AfterDelete, note("pivot deleted"));
    let take = || std::mem::take(&mut *seen.lock().unwrap());
    let maps = Post::query().equal("title", "Maps").first_required(&db).await?;
    users[0]
        .posts()
        .add(&maps)
        .add(Post::new("New"))
        .save(&db)
        .await?;
    assert_eq!(take(), ["post updated", "post inserted"]);
    maps.author().set(&users[1]).save(&db).await?;
    assert!(take().is_empty(), "the instance says that it is Bob's");
    let maps = Post::query().equal("title", "Maps").first_required(&db).await?;
    maps.author().set(&users[1]).save(&db).await?;
    assert_eq!(take(), ["post updated"]);
    users[2].roles().attach(&db, [1, 2]).await?;
    users[2].roles().sync(&db, [2]).await?;
    assert_eq!(take(), ["pivot inserted", "pivot deleted"]);
    users[2].roles().sync(&db, [2]).await?;
    users[2].roles().sync(&db.muted(), [1]).await?;
    assert!(take().is_empty(), "nothing to do; muted");
    Ok(())
}

#[tokio::test]
async fn a_hook_that_refuses_undoes_all_of_a_save() -> Result<()> {
    let (_folder, db) = db().await?;
    let mut users = blog(&db).await?;
    db.hooks()
        .on_sync::<Post>(Event::BeforeInsert, |cx| Err(cx.refuse("no more posts")));
    let maps = Post::query().equal("title", "Maps").first_required(&db).await?;
    let refused = users[0]
        .posts_mut()
        .add(&maps)
        .add(Post::new("New"))
        .save(&db)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Hook);
    assert_eq!(users[0].posts().query().count(&db).await?, 2);
    assert_eq!(users[1].posts().query().count(&db).await?, 1);
    assert!(!users[0].posts.is_loaded());
    Ok(())
}
