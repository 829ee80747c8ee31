//! The tables of the cases.

use sqloquent::{Db, Model, Result};

/// Somebody who has items.
#[derive(Model, Clone, Debug, PartialEq)]
pub struct Owner {
    /// Counted by the database.
    #[model(id)]
    pub id: i64,
    /// What they are called.
    pub name: String,
}

/// A row with a bit of everything that databases check.
#[derive(Model, Clone, Debug, PartialEq)]
pub struct Item {
    /// Counted by the database.
    #[model(id)]
    pub id: i64,
    /// Unique.
    #[model(unique)]
    pub name: String,
    /// Never less than 0.
    #[model(sql_type = "bigint check (size >= 0)")]
    pub size: i64,
    /// Whatever.
    pub note: Option<String>,
    /// Points to an owner.
    #[model(references = Owner)]
    pub owner_id: Option<i64>,
}

/// Makes the tables.
pub(crate) async fn create(db: &Db) -> Result<()> {
    db.create_tables::<(Owner, Item)>().await
}
