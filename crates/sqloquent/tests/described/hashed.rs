//! Hashed models, their deleted records, and attachments, item by item.

use sqloquent::{Attachment, ColumnType, ContentId, DeletedRecord, Models, prelude::*};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, exclude_from_hash = ["note"], name = "Page")]
struct Page {
    #[model(id)]
    id: ContentId,
    text: String,
    #[model(default = 1)]
    edition: i64,
    note: Option<String>,
}

/// The same model, declared at run time.
fn pages() -> DynamicModel {
    DynamicModel::new("pages", ["id"])
        .named("Page")
        .column("text", ColumnType::Text)
        .column("edition", ColumnType::Int64)
        .column("note", ColumnType::Text)
        .default("edition", 1)
        .exclude_from_hash(["note"])
}

async fn open() -> Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<(Page, Attachment)>().await?;
    Ok(db)
}

#[tokio::test]
async fn hashed_model() -> Result<()> {
    let db = open().await?;
    let page = Page::new("a").insert(&db).await?;
    let record = pages().find_required(&db, page.id).await?;
    assert!(page.is_intact() && record.is_intact());
    assert_eq!(page.preimage()?, record.preimage()?);
    Ok(())
}

#[tokio::test]
async fn hashed_generate_id() -> Result<()> {
    let page = Page {
        note: Some("no part of it".into()),
        ..Page::new("a")
    };
    let record = pages().record(record! { "text": "a" })?;
    assert_eq!(
        page.content_id()?,
        record.content_id()?,
        "the default counts, the note does not"
    );
    assert_ne!(page.content_id()?, Page::new("b").content_id()?);
    assert_eq!(record.read::<String>("id")?, page.id.to_string());
    Ok(())
}

#[tokio::test]
async fn hashed_insert() -> Result<()> {
    let db = open().await?;
    let page = Page::new("a").insert(&db).await?;
    assert_eq!(page.id, page.content_id()?);
    let again = pages()
        .insert(&db, record! { "text": "a", "note": "another" })
        .await?;
    assert_eq!(again.read::<ContentId>("id")?, page.id);
    assert_eq!(Page::query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn hashed_insert_many() -> Result<()> {
    let db = open().await?;
    assert_eq!(Page::insert_many(&db, ["a", "b"].map(Page::new)).await?, 2);
    let more = ["b", "c"].map(|text| record! { "text": text });
    assert_eq!(pages().insert_many(&db, more).await?, 1, "the new ones count");
    let all = Page::query().get(&db).await?;
    assert!(all.len() == 3 && all.iter().all(HashedModel::is_intact));
    Ok(())
}

#[tokio::test]
async fn hashed_update() -> Result<()> {
    let db = open().await?;
    let mut page = Page::new("a").insert(&db).await?;
    let old = page.id;
    page.update(&db, |p| p.note = Some("n".into())).await?;
    assert_eq!(page.id, old);
    page.update(&db, |p| p.text = "b".into()).await?;
    assert_eq!(page.id, Page::new("b").id);
    let mut record = pages().find_required(&db, page.id).await?;
    record.update(&db, record! { "text": "c" }).await?;
    assert_eq!(record.read::<ContentId>("id")?, Page::new("c").id);
    let kept: Vec<String> = DeletedRecord::query().pluck(&db, "record_id").await?;
    assert!(kept.len() == 2 && kept.contains(&old.to_string()) && kept.contains(&page.id.to_string()));
    Ok(())
}

#[tokio::test]
async fn hashed_delete() -> Result<()> {
    let db = open().await?;
    let page = Page::new("a").insert(&db).await?;
    let deleted = page.archive(&db).await?;
    assert_eq!(deleted.record_id, page.id.to_string());
    assert_eq!(Page::query().count(&db).await?, 0);
    let record = pages().insert(&db, record! { "text": "b" }).await?;
    record.delete(&db).await?;
    assert_eq!(DeletedRecord::query().count(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn deleted_model() -> Result<()> {
    let db = open().await?;
    let page = Page::new("a").insert(&db).await?;
    page.delete(&db).await?;
    let deleted = DeletedRecord::query()
        .equal("record_id", page.id)
        .first_required(&db)
        .await?;
    assert_eq!(deleted.model_class, "Page");
    assert_eq!(deleted.instance::<Page>()?, page);
    Ok(())
}

#[tokio::test]
async fn deleted_insert() -> Result<()> {
    let db = open().await?;
    let bytes = packify::pack(&packify::Value::dict([("text", "a")])).unwrap();
    let deleted = DeletedRecord::new("Page", "x", bytes.clone()).insert(&db).await?;
    assert!(
        deleted.timestamp.parse::<u64>().unwrap() > 0,
        "set where it is not given"
    );
    let given = DeletedRecord::build()
        .model_class("Page")
        .record_id("y")
        .record(bytes)
        .timestamp("12")
        .finish();
    assert_eq!(given.insert(&db).await?.timestamp, "12");
    Ok(())
}

#[tokio::test]
async fn deleted_restore() -> Result<()> {
    let db = open().await?;
    let page = Page::new("a").insert(&db).await?;
    let deleted = page.archive(&db).await?;
    assert_eq!(deleted.restore::<Page>(&db).await?, page);
    let deleted = page.archive(&db).await?;
    let models = Models::new();
    let unknown = deleted.restore_with(&models, &db).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Configuration);
    models.register_dynamic(&pages())?;
    let record = deleted.restore_with(&models, &db).await?;
    assert_eq!(record.read::<String>("text")?, "a");
    assert_eq!(DeletedRecord::query().count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn attachment_model() -> Result<()> {
    let db = open().await?;
    let page = Page::new("a").insert(&db).await?;
    let attachment = Attachment::of(&page)?.insert(&db).await?;
    assert!(attachment.is_intact());
    assert_eq!(Attachment::table().name, "attachments");
    Ok(())
}

#[tokio::test]
async fn attachment_related() -> Result<()> {
    let db = open().await?;
    let page = Page::new("a").insert(&db).await?;
    let attachment = Attachment::of(&page)?.insert(&db).await?;
    assert_eq!(attachment.related::<Page>(&db).await?, Some(page.clone()));
    let record = attachment.related_with(db.models(), &db).await?.unwrap();
    assert_eq!(record.read::<ContentId>("id")?, page.id);
    Ok(())
}

#[tokio::test]
async fn attachment_attach_to() -> Result<()> {
    let db = open().await?;
    let page = Page::new("a").insert(&db).await?;
    let record = pages().insert(&db, record! { "text": "b" }).await?;
    let mut attachment = Attachment::new("", "");
    attachment.attach_to(&page)?;
    assert_eq!(attachment.related_id, page.id.to_string());
    attachment.attach_to_record(&record)?;
    assert_eq!(
        (&*attachment.related_model, attachment.related_id),
        ("Page", record.read("id")?)
    );
    Ok(())
}

#[tokio::test]
async fn attachment_details() -> Result<()> {
    let db = open().await?;
    let page = Page::new("a").insert(&db).await?;
    let mut attachment = Attachment::of(&page)?;
    assert_eq!(attachment.details()?, packify::Value::None);
    let details = packify::Value::dict([("colours", packify::Value::set(["gold", "red"]))]);
    attachment.set_details(details.clone())?;
    let attachment = attachment.insert(&db).await?;
    assert_eq!(attachment.details()?, details);
    Ok(())
}

#[tokio::test]
async fn attachment_insert() -> Result<()> {
    let db = open().await?;
    let page = Page::new("a").insert(&db).await?;
    let mut attachment = Attachment::of(&page)?;
    attachment.set_details("x")?;
    let stored = attachment.clone().insert(&db).await?;
    assert_eq!(stored.id, stored.content_id()?);
    assert_eq!(attachment.insert(&db).await?, stored, "the same details once");
    Ok(())
}
