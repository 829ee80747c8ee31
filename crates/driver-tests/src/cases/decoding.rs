//! What cannot be read is an error that says where.

use sqloquent::{ColumnType, ErrorKind, Model, Result, SqlType, Value, ValueError, ValueRef};

use super::{fill, refused};
use crate::{Item, Subject};

/// The items as seen by a model whose column is too narrow.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "items")]
struct Narrow {
    #[model(id)]
    id: i64,
    name: String,
    note: Option<String>,
    size: i8,
}

/// The items as seen by a model that takes NULL for impossible.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "items")]
struct Sure {
    #[model(id)]
    id: i64,
    note: String,
}

/// Text that panics when it is read.
#[derive(Clone, Debug, PartialEq)]
struct Bomb(String);

impl SqlType for Bomb {
    const TYPE: ColumnType = ColumnType::Text;

    fn to_value(&self) -> Result<Value, ValueError> {
        self.0.to_value()
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        let text = String::from_value(value)?;
        assert!(!text.starts_with("boom"), "this decoder gives up");
        Ok(Self(text))
    }
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "items")]
struct Explosive {
    #[model(id)]
    id: i64,
    name: Bomb,
    size: i64,
}

/// Errors name table and column, and spoil no connection.
pub async fn errors_name_table_and_column(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 10).await?;
    let large = Item::new("large", 1_000).insert(&t.db).await?;
    for _ in 0..10 {
        for error in [
            refused(Narrow::find(&t.db, large.id).await),
            refused(Narrow::query().get(&t.db).await),
            refused(
                Narrow::query()
                    .order_by("size", sqloquent::Desc)
                    .first(&t.db)
                    .await,
            ),
        ] {
            assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
            assert_eq!(
                (error.table(), error.column()),
                (Some("items"), Some("size")),
                "{error}"
            );
            assert!(
                !error.to_string().contains("1000"),
                "a value in the message: {error}"
            );
        }
    }
    let error = refused(Sure::query().get(&t.db).await);
    assert_eq!(
        (error.kind(), error.column()),
        (ErrorKind::Decode, Some("note")),
        "{error}"
    );
    let error = refused(
        t.db.raw("select size from items where size = 1000", ())
            .scalar::<i8>()
            .await,
    );
    assert_eq!(
        (error.kind(), error.column()),
        (ErrorKind::Decode, Some("size")),
        "{error}"
    );
    Ok(())
}

/// An error midway through a write that gives rows back undoes the write.
pub async fn an_error_while_reading_back(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 10).await?;
    if t.db.dialect().returning_from_update {
        let changed = Narrow::query()
            .less("size", 5)
            .update_returning(&t.db, [("note", "x")])
            .await?;
        assert_eq!(changed.len(), 5);
        Item::query()
            .equal("size", 9)
            .update(&t.db, |i| [i.size.set(900)])
            .await?;
        let error = refused(
            Narrow::query()
                .greater("size", 5)
                .update_returning(&t.db, [("note", "y")])
                .await,
        );
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        let stored = Item::query().equal("note", "y").count(&t.db).await?;
        assert!(
            stored == 0 || stored == 4,
            "half of the rows were changed: {stored}"
        );
    }
    Ok(())
}

/// A panic in code that reads rows is an error; the connection survives, many times over.
pub async fn a_panic_is_an_error(t: &Subject) -> Result<()> {
    fill(&t.db, "a", 10).await?;
    let boom = Item::new("boom", 1).insert(&t.db).await?;
    for _ in 0..10 {
        for error in [
            refused(Explosive::find(&t.db, boom.id).await),
            refused(Explosive::query().get(&t.db).await),
            refused(
                Explosive::query()
                    .order_by("name", sqloquent::Desc)
                    .chunk(&t.db, 5)
                    .next()
                    .await,
            ),
        ] {
            assert_eq!(error.kind(), ErrorKind::Panic, "{error}");
        }
        assert_eq!(Item::query().count(&t.db).await?, 11);
    }
    let tx = t.db.begin().await?;
    Item::new("inside", 1).insert(&tx).await?;
    assert_eq!(
        refused(Explosive::query().get(&tx).await).kind(),
        ErrorKind::Panic
    );
    tx.rollback().await?;
    assert_eq!(Item::query().count(&t.db).await?, 11);
    Ok(())
}
