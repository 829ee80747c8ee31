//! Random queries over random rows, compared with a plain evaluation in Rust by the three-valued logic of SQL.
#![allow(missing_docs, clippy::unwrap_used, reason = "models and helpers of tests")]

#[path = "properties/condition.rs"]
mod condition;
#[path = "properties/hostile.rs"]
mod hostile;
#[path = "properties/queries.rs"]
mod queries;
#[path = "properties/updates.rs"]
mod updates;

use proptest::prelude::*;
use sqloquent::prelude::*;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "rows", new = false)]
pub(crate) struct Row {
    #[model(id(given))]
    pub id: i64,
    pub n: Option<i64>,
    pub t: Option<String>,
}

/// A database with rows of these values, numbered from 1.
pub(crate) async fn filled(rows: &[Row]) -> Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<Row>().await?;
    Row::insert_many(&db, rows.to_vec()).await?;
    Ok(db)
}

pub(crate) fn numbers() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![2 => Just(None), 6 => (-2i64..3).prop_map(Some), 1 => Just(Some(i64::MAX)), 1 => Just(Some(i64::MIN))]
}

pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just("A"),
        Just("b"),
        Just("%"),
        Just("_"),
        Just("'"),
        Just("\""),
        Just("\\"),
        Just("!"),
        Just("*"),
        Just("["),
        Just("]"),
        Just("?"),
        Just("\0"),
        Just("é"),
        Just("É"),
        Just("--"),
        Just("😀"),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

pub(crate) fn texts() -> impl Strategy<Value = Option<String>> {
    prop_oneof![1 => Just(None), 4 => text().prop_map(Some)]
}

pub(crate) fn rows() -> impl Strategy<Value = Vec<Row>> {
    let values = prop::collection::vec((numbers(), texts()), 0..12);
    values.prop_map(|all| {
        let numbered = (1..).zip(all);
        numbered.map(|(id, (n, t))| Row { id, n, t }).collect()
    })
}
