//! Dynamic models.

use sqloquent::prelude::*;

use crate::fixture::library;

#[tokio::test]
async fn dynamic_model() -> Result<()> {
    let (_folder, db) = library().await?;
    let books = DynamicModel::new("books", ["id", "title"]);
    assert_eq!(books.columns().collect::<Vec<_>>(), ["id", "title"]);
    assert_eq!(
        books.find_required(&db, 3).await?.read::<String>("title")?,
        "Solaris"
    );
    let wrong = DynamicModel::new("", ["id"]).find(&db, 1).await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Configuration);
    assert!(DynamicModel::try_new("books", ["id", "id"]).is_err());
    Ok(())
}
