//! Relations by lists of ids.

use sqloquent::{DynamicModel, IdList, prelude::*, record};

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Item {
    #[model(id(given))]
    pub id: String,
    pub parent_ids: IdList<String>,
    #[model(contains(key = parent_ids))]
    pub parents: Related<Vec<Item>>,
    #[model(within(key = parent_ids))]
    pub children: Related<Vec<Item>>,
}

/// a, and b below it; c by itself. As models and as records.
async fn items() -> Result<(Db, DynamicModel)> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<(Item,)>().await?;
    for (id, parents) in [("a", &[][..]), ("b", &["a"]), ("c", &[])] {
        Item::new(id, IdList::of(parents.iter().copied())?)
            .insert(&db)
            .await?;
    }
    let items = DynamicModel::new("items", ["id", "parent_ids"]);
    items.contains("parents", &items).key("parent_ids").declare()?;
    items.within("children", &items).key("parent_ids").declare()?;
    Ok((db, items))
}

async fn list(db: &Db, id: &str) -> Result<String> {
    db.raw("select parent_ids from items where id = ?", (id,))
        .scalar()
        .await
}

#[tokio::test]
async fn contains_init() -> Result<()> {
    let (_, items) = items().await?;
    assert_eq!(
        items.relation_def("parents")?.cache_key(),
        "items(parent_ids).parents contains items"
    );
    let item = Item::new("x", IdList::new());
    assert_eq!(
        item.parents().def().cache_key(),
        "Item(parent_ids).parents contains Item"
    );
    Ok(())
}

#[tokio::test]
async fn contains_save() -> Result<()> {
    let (db, items) = items().await?;
    let mut c = Item::find_required(&db, "c").await?;
    c.parents_mut().add("b").add("a").save(&db).await?;
    assert_eq!(list(&db, "c").await?, "a,b");
    assert_eq!(c.parents.try_get()?.len(), 2);

    let mut b = items.find_required(&db, "b").await?;
    b.relation_mut("parents")?
        .add(record! { "id": "new", "parent_ids": "" })
        .remove("a")
        .save(&db)
        .await?;
    assert_eq!(list(&db, "b").await?, "new");
    assert_eq!(b.related("parents")?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn contains_reload() -> Result<()> {
    let (db, items) = items().await?;
    let mut b = Item::find_required(&db, "b").await?;
    b.parents_mut().reload(&db).await?;
    assert_eq!(b.parents.try_get()?[0].id, "a");
    let mut a = items.find_required(&db, "a").await?;
    a.relation_mut("parents")?.reload(&db).await?;
    assert!(a.related("parents")?.is_empty());
    Ok(())
}

#[tokio::test]
async fn contains_query() -> Result<()> {
    let (db, items) = items().await?;
    let b = Item::find_required(&db, "b").await?;
    assert_eq!(b.parents().query().equal("id", "a").count(&db).await?, 1);
    let a = items.find_required(&db, "a").await?;
    assert_eq!(a.relation("parents")?.query().count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn contains_property() -> Result<()> {
    let (db, items) = items().await?;
    let found = Item::query()
        .with(|i| i.parents)
        .equal("id", "b")
        .first_required(&db)
        .await?;
    assert_eq!(found.parents.try_get()?[0].id, "a");
    let found = items
        .query()
        .with("parents")
        .equal("id", "b")
        .first_required(&db)
        .await?;
    assert_eq!(found.related("parents")?[0].read::<String>("id")?, "a");
    Ok(())
}

#[tokio::test]
async fn within_init() -> Result<()> {
    let (_, items) = items().await?;
    assert_eq!(
        items.relation_def("children")?.cache_key(),
        "items.children within items(parent_ids)"
    );
    let item = Item::new("x", IdList::new());
    assert_eq!(
        item.children().def().cache_key(),
        "Item.children within Item(parent_ids)"
    );
    Ok(())
}

#[tokio::test]
async fn within_save() -> Result<()> {
    let (db, items) = items().await?;
    let mut a = Item::find_required(&db, "a").await?;
    a.children_mut().set(["c"]).save(&db).await?;
    assert_eq!(
        (list(&db, "b").await?, list(&db, "c").await?),
        (String::new(), "a".into())
    );
    assert_eq!(a.children.try_get()?[0].id, "c");

    let b = items.find_required(&db, "b").await?;
    b.relation("children")?.add("c").save(&db).await?;
    assert_eq!(list(&db, "c").await?, "a,b");
    b.relation("children")?.remove("c").save(&db).await?;
    assert_eq!(list(&db, "c").await?, "a");
    Ok(())
}

#[tokio::test]
async fn within_reload() -> Result<()> {
    let (db, items) = items().await?;
    let mut a = Item::find_required(&db, "a").await?;
    a.children_mut().reload(&db).await?;
    assert_eq!(a.children.try_get()?[0].id, "b");
    let mut c = items.find_required(&db, "c").await?;
    c.relation_mut("children")?.reload(&db).await?;
    assert!(c.related("children")?.is_empty());
    Ok(())
}

#[tokio::test]
async fn within_query() -> Result<()> {
    let (db, items) = items().await?;
    let a = Item::find_required(&db, "a").await?;
    assert_eq!(a.children().query().first_required(&db).await?.id, "b");
    let a = items.find_required(&db, "a").await?;
    assert_eq!(a.relation("children")?.query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn within_property() -> Result<()> {
    let (db, items) = items().await?;
    let found = Item::query()
        .with(|i| i.children)
        .equal("id", "a")
        .first_required(&db)
        .await?;
    assert_eq!(found.children.try_get()?[0].id, "b");
    let found = items
        .query()
        .with("children")
        .equal("id", "a")
        .first_required(&db)
        .await?;
    assert_eq!(found.related("children")?[0].read::<String>("id")?, "b");
    Ok(())
}
