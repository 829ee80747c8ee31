//! Hooks of models.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sqloquent::prelude::*;

use crate::fixture::{Author, authors, library};

fn counter() -> (Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    (Arc::clone(&count), count)
}

#[tokio::test]
async fn model_add_hook() -> Result<()> {
    let (_folder, db) = library().await?;
    db.hooks().on_sync::<Author>(Event::BeforeInsert, |cx| {
        let name: String = cx.read("name")?;
        cx.set("name", name.trim().to_owned())
    });
    assert_eq!(Author::new(" Ada ").insert(&db).await?.name, "Ada");
    let model = authors();
    db.hooks().on_model(&model, Event::BeforeInsert, async |cx| {
        Err(cx.refuse("no more authors"))
    });
    let refused = model.insert(&db, record! { "name": "Bob" }).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Hook);
    assert!(model.insert(&db.muted(), record! { "name": "Bob" }).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn model_remove_hook() -> Result<()> {
    let (_folder, db) = library().await?;
    let (count, counted) = counter();
    let hook = db.hooks().on_sync::<Author>(Event::AfterInsert, move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    Author::new("Ada").insert(&db).await?;
    assert!(db.hooks().remove(hook));
    assert!(!db.hooks().remove(hook), "once");
    Author::new("Bob").insert(&db).await?;
    assert_eq!(counted.load(Ordering::Relaxed), 1);
    Ok(())
}

#[tokio::test]
async fn model_clear_hooks() -> Result<()> {
    let (_folder, db) = library().await?;
    let (count, counted) = counter();
    for event in [Event::AfterInsert, Event::BeforeInsert] {
        let count = Arc::clone(&count);
        db.hooks().on_sync::<Author>(event, move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
    }
    db.hooks().clear::<Author>(Event::BeforeInsert);
    Author::new("Ada").insert(&db).await?;
    assert_eq!(
        counted.load(Ordering::Relaxed),
        1,
        "the other event is still there"
    );
    db.hooks().clear::<Author>(None);
    Author::new("Bob").insert(&db).await?;
    assert_eq!(counted.load(Ordering::Relaxed), 1);
    Ok(())
}

#[tokio::test]
async fn model_invoke_hooks() -> Result<()> {
    let (_folder, db) = library().await?;
    let (count, counted) = counter();
    db.hooks().on_sync::<Author>(Event::AfterRestore, move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    let mut ada = Author::new("Ada");
    db.hooks().invoke(&db, Event::AfterRestore, &mut ada).await?;
    db.hooks()
        .invoke(&db.parallel_events(), Event::AfterRestore, &mut ada)
        .await?;
    db.hooks()
        .invoke(&db.muted(), Event::AfterRestore, &mut ada)
        .await?;
    assert_eq!(counted.load(Ordering::Relaxed), 2);
    Ok(())
}
