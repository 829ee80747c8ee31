//! Refusals are errors of the right kind that name what they are about.

use sqloquent::{ErrorKind, Family, Model, Null, Result, TrustedSql};

use super::refused;
use crate::{Item, Subject};

/// A value that is there already: kind, table and column.
pub async fn unique(t: &Subject) -> Result<()> {
    Item::new("twice", 1).insert(&t.db).await?;
    let error = refused(Item::new("twice", 2).insert(&t.db).await);
    assert_eq!(error.kind(), ErrorKind::Unique, "{error}");
    assert_eq!(
        (error.table(), error.column()),
        (Some("items"), Some("name")),
        "{error}"
    );
    let error = refused(Item::insert_many(&t.db, [Item::new("new", 1), Item::new("twice", 2)]).await);
    assert_eq!(error.kind(), ErrorKind::Unique, "{error}");
    assert_eq!(
        Item::query().count(&t.db).await?,
        1,
        "no row of the failed batch stays"
    );
    Ok(())
}

/// A key that is there already.
pub async fn key_taken(t: &Subject) -> Result<()> {
    let insert = "insert into items (id, name, size) values (?, ?, 1)";
    t.db.raw(insert, (7, "a")).execute().await?;
    let error = refused(t.db.raw(insert, (7, "b")).execute().await);
    assert_eq!(error.kind(), ErrorKind::Unique, "{error}");
    assert_eq!(error.table(), Some("items"), "{error}");
    Ok(())
}

/// NULL where it is forbidden: kind, table and column.
pub async fn not_null(t: &Subject) -> Result<()> {
    let insert =
        t.db.raw("insert into items (name, size) values ('a', ?)", (Null,));
    let error = refused(insert.execute().await);
    assert_eq!(error.kind(), ErrorKind::NotNull, "{error}");
    assert_eq!(error.column(), Some("size"), "{error}");
    // MySQL does not say which table.
    if t.db.dialect().family != Family::MySql {
        assert_eq!(error.table(), Some("items"), "{error}");
    }
    Ok(())
}

/// A foreign key that points nowhere, and one that is pointed to.
pub async fn foreign_key(t: &Subject) -> Result<()> {
    let mut stray = Item::new("stray", 1);
    stray.owner_id = Some(404);
    let error = refused(stray.clone().insert(&t.db).await);
    assert_eq!(error.kind(), ErrorKind::ForeignKey, "{error}");
    let owner = crate::Owner::new("ada").insert(&t.db).await?;
    stray.owner_id = Some(owner.id);
    stray.insert(&t.db).await?;
    let error = refused(owner.delete(&t.db).await);
    assert_eq!(error.kind(), ErrorKind::ForeignKey, "{error}");
    Ok(())
}

/// A value that a check forbids.
pub async fn check(t: &Subject) -> Result<()> {
    let error = refused(Item::new("less", -1).insert(&t.db).await);
    assert_eq!(error.kind(), ErrorKind::Check, "{error}");
    assert_eq!(Item::query().count(&t.db).await?, 0);
    Ok(())
}

/// A table that is not there, by name.
pub async fn unknown_table(t: &Subject) -> Result<()> {
    let error = refused(t.db.raw("select id from no_such_things", ()).rows().await);
    assert_eq!(error.kind(), ErrorKind::UnknownTable, "{error}");
    assert_eq!(error.table(), Some("no_such_things"), "{error}");
    assert!(
        error.sql().is_some_and(|sql| sql.contains("no_such_things")),
        "{error:?}"
    );
    Ok(())
}

/// A column that is not there, by name.
pub async fn unknown_column(t: &Subject) -> Result<()> {
    let error = refused(t.db.raw("select no_such from items", ()).rows().await);
    assert_eq!(error.kind(), ErrorKind::UnknownColumn, "{error}");
    assert_eq!(error.column(), Some("no_such"), "{error}");
    let error = refused(Item::query().equal("no_such", 1).get(&t.db).await);
    assert_eq!(error.kind(), ErrorKind::UnknownColumn, "the builder's: {error}");
    Ok(())
}

/// Text that is no SQL.
pub async fn syntax(t: &Subject) -> Result<()> {
    for sql in ["selekt 1", "select from where", "select (1"] {
        let error = refused(t.db.raw(sql, ()).rows().await);
        assert_eq!(error.kind(), ErrorKind::InvalidQuery, "{error}");
    }
    Ok(())
}

/// Refusals keep no connection and spoil none: more of them than there are connections, and all is well.
pub async fn refusals_spoil_nothing(t: &Subject) -> Result<()> {
    Item::new("there", 1).insert(&t.db).await?;
    for i in 0..50 {
        refused(Item::new("there", i).insert(&t.db).await);
        refused(t.db.raw("selekt 1", ()).rows().await);
        let sql = TrustedSql::new(format!("select {i} from no_such_things"));
        refused(t.db.raw(sql, ()).rows().await);
        assert_eq!(Item::query().count(&t.db).await?, 1);
    }
    Ok(())
}

/// Parameters are in no message.
pub async fn messages_hold_no_values(t: &Subject) -> Result<()> {
    Item::new("top secret", 1).insert(&t.db).await?;
    let error = refused(Item::new("top secret", 2).insert(&t.db).await);
    assert!(!error.to_string().contains("secret"), "{error}");
    Ok(())
}

/// A missing row is an error where one is required, and none where not.
pub async fn not_found(t: &Subject) -> Result<()> {
    assert_eq!(Item::find(&t.db, 5).await?, None);
    assert_eq!(
        refused(Item::find_required(&t.db, 5).await).kind(),
        ErrorKind::NotFound
    );
    let mut gone = Item::new("gone", 1).insert(&t.db).await?;
    gone.clone().delete(&t.db).await?;
    assert_eq!(refused(gone.delete(&t.db).await).kind(), ErrorKind::NotFound);
    let update = gone.update(&t.db, |i| i.size = 9).await;
    assert_eq!(refused(update).kind(), ErrorKind::NotFound);
    assert_eq!(gone.size, 1, "a failed update leaves the instance as it was");
    Ok(())
}
