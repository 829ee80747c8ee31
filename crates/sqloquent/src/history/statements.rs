//! The statements by which the journal grows. They are the same for every change, so that they are written once.

use std::sync::{PoisonError, RwLock};

use sqloquent_core::{Dialect, Family, Result, Sql, Value};

use super::{NO_HASH, journal};
use crate::{
    compile::{self, Conflict, InsertTree, UpdateTree},
    expr::{Assignment, Expr},
};

/// The texts in one dialect.
#[derive(Clone, Debug)]
pub(super) struct Statements {
    /// Reads the head of a model, whose name is the parameter; locks it where an engine has locks of rows.
    pub(super) read_head: Sql,
    /// Adds one journal row of all columns.
    pub(super) add: Sql,
    /// Moves a head: the parameters are its sequence, its hash and the number of its model.
    pub(super) move_head: Sql,
}

impl Statements {
    pub(super) fn of(dialect: Dialect) -> Result<Self> {
        static KNOWN: RwLock<Vec<(Dialect, Statements)>> = RwLock::new(Vec::new());
        let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = known.iter().find(|(of, _)| *of == dialect) {
            return Ok(known.clone());
        }
        drop(known);
        let statements = Self::write(dialect)?;
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        known.push((dialect, statements.clone()));
        Ok(statements)
    }

    fn write(dialect: Dialect) -> Result<Self> {
        let heads = journal::heads();
        let name = Value::Text(String::new());
        let by_model = compile::by_columns(&heads, &[journal::HEAD_MODEL], vec![name]);
        let mut read_head = compile::select(dialect, &by_model)?.sql;
        if dialect.family != Family::Sqlite {
            read_head.push_str(" FOR UPDATE");
        }
        let table = journal::table();
        let columns: Vec<usize> = (0..table.columns.len()).collect();
        let tree = InsertTree {
            table: &table,
            columns: &columns,
            rows: 1,
            conflict: &Conflict::Fail,
            returning: false,
        };
        let add = compile::compile(dialect, |w| w.insert(&tree, None))?.sql;
        let by_number = compile::by_key(&heads, vec![Value::Int(0)])?;
        let set = [
            Assignment::named("sequence", Expr::Value(Value::Int(0))),
            Assignment::named("hash", Expr::Value(Value::Bytes(NO_HASH.to_vec()))),
        ];
        let tree = UpdateTree {
            query: &by_number,
            set: &set,
            returning: false,
        };
        let move_head = compile::compile(dialect, |w| w.update(&tree))?.sql;
        Ok(Self {
            read_head: read_head.into(),
            add: add.into(),
            move_head: move_head.into(),
        })
    }
}
