//! The heads of the journal: which models it is of, and where the rows of each end.

use std::sync::Arc;

use sqloquent_core::{Result, Value};

use super::{
    journal,
    lookup::{column, item},
    number::{model_of, numbers_of},
};
use crate::{
    compile,
    executor::Executor,
    expr::{BinaryOp, Direction, Expr, Order},
    query::{Decode, Query, Select, read},
};

/// The rows of one model.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    /// The number of the model.
    pub(crate) number: i64,
    pub(crate) model: Arc<str>,
}

/// The head of a model, as the database holds it.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) chain: Chain,
    pub(crate) sequence: i64,
    pub(crate) hash: Vec<u8>,
}

/// The heads of a query over them.
async fn get(db: &dyn Executor, select: Select) -> Result<Vec<Head>> {
    let decode = Decode::Function(|row| {
        let model: String = read(row, journal::HEAD_MODEL)?;
        Ok(Head {
            chain: Chain {
                number: read(row, 0)?,
                model: model.into(),
            },
            sequence: read(row, 2)?,
            hash: read(row, 3)?,
        })
    });
    Query::<(), _>::from_parts(select, decode).get(db).await
}

/// The heads of all models, in the order of their numbers.
pub(crate) async fn heads(db: &dyn Executor) -> Result<Vec<Head>> {
    let table = journal::heads();
    let mut select = Select::from_table(table.clone());
    select.order = vec![Order::new(column(&table, select.slot, 0), Direction::Asc)];
    get(db, select).await
}

/// The head of a model; none of a model that has no rows.
pub(crate) async fn head_of(db: &dyn Executor, model: &str) -> Result<Option<Head>> {
    let name = Value::Text(model.to_owned());
    let select = compile::by_columns(&journal::heads(), &[journal::HEAD_MODEL], vec![name]);
    Ok(get(db, select).await?.pop())
}

/// The numbers of all models that have rows, whether or not they have heads.
pub(crate) async fn numbers(db: &dyn Executor) -> Result<Vec<i64>> {
    let table = journal::table();
    let mut numbers = Vec::new();
    let mut from = i64::MIN;
    loop {
        // The first row of the next model, found by its number.
        let mut select = Select::from_table(table.clone());
        let id = column(&table, select.slot, journal::ID);
        select.items = vec![item(id.clone())];
        select.filter = vec![Expr::binary(BinaryOp::Ge, id.clone(), Expr::value(from))];
        select.order = vec![Order::new(id, Direction::Asc)];
        select.limit = Some(1);
        let decode: Decode<i64> = Decode::Function(|row| read(row, 0));
        let found = Query::<(), _>::from_parts(select, decode).get(db).await?;
        let Some(row) = found.into_iter().next() else {
            return Ok(numbers);
        };
        let number = model_of(row);
        numbers.push(number);
        from = numbers_of(number).1;
        if from <= row {
            // There is nothing behind the last number that an integer can be.
            return Ok(numbers);
        }
    }
}
