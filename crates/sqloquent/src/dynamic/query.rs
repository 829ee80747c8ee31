//! Queries over dynamic models, and over tables of which only the name is known.

use sqloquent_core::{Result, Value};

use super::{DynamicModel, IntoKey, key::fitting};
use crate::{
    call::Call,
    executor::Executor,
    expr::{BinaryOp, Expr},
    query::{Query, Select},
    record::{IntoRecord, Record},
    schema::Table,
};

impl Query<Record> {
    pub(crate) fn of_dynamic(model: &DynamicModel) -> Self {
        let mut select = Select::from_table(model.as_table());
        if let Some(mistake) = &model.0.mistake {
            select.fail(mistake.clone());
        }
        Self::from_parts(select, Record::whole(model.clone()))
    }

    pub(crate) fn of_table(table: Table) -> Self {
        let select = Select::from_table(table);
        let decode = Record::decoder(&select);
        Self::from_parts(select, decode)
    }

    /// A query over a table of which only the name is known: any name is taken for one of its columns, and rows hold
    /// what the engine gives.
    ///
    /// ```
    /// use sqloquent::{Dialect, Query};
    ///
    /// let query = Query::from_table("users").equal("email", "ada@example.org");
    /// assert_eq!(query.to_sql(Dialect::SQLITE)?.0, r#"SELECT * FROM "users" WHERE "email" = ?"#);
    /// # Ok::<(), sqloquent::Error>(())
    /// ```
    pub fn from_table(table: &str) -> Self {
        Self::of_table(Table::from(table))
    }

    /// The row with the id among those of the query, if there is one. Of a table of which only the name is known the
    /// id is `id`.
    ///
    /// # Errors
    /// As [`DynamicModel::find`].
    #[track_caller]
    pub fn find<'a>(&self, db: &'a dyn Executor, id: impl IntoKey) -> Call<'a, Option<Record>> {
        match self.by_key(id) {
            Ok(query) => query.first(db),
            Err(e) => Call::failed(e),
        }
    }

    fn by_key(&self, id: impl IntoKey) -> Result<Self> {
        let mut query = self.clone();
        let table = query.select.base().clone();
        if let Table::Dynamic(model) = &table {
            model.check()?;
        }
        let (names, key): (Vec<String>, Vec<Value>) = if table.columns.is_empty() {
            (vec!["id".to_owned()], id.into_key()?)
        } else {
            let names = table.key_columns().map(|c| c.name.clone().into_owned()).collect();
            (names, fitting(&table, id)?)
        };
        if names.is_empty() || names.len() != key.len() {
            crate::compile::by_key(&table, key.clone())?;
        }
        for (name, value) in names.iter().zip(key) {
            let column = query.select.column_of(0, name).map_err(|m| m.to_error())?;
            query.select.filter.push(Expr::Binary {
                op: BinaryOp::Eq,
                sides: Box::new((Expr::Column(column), Expr::Value(value))),
            });
        }
        Ok(query)
    }

    /// Inserts a row of the given values and gives back what the database stored.
    ///
    /// # Errors
    /// As [`DynamicModel::insert`].
    #[track_caller]
    pub fn insert<'a>(&self, db: &'a dyn Executor, data: impl IntoRecord) -> Call<'a, Record> {
        match self.select.base() {
            Table::Dynamic(model) => model.insert(db, data),
            table => super::undeclared::insert(db, table, data),
        }
    }

    /// Inserts any number of rows in one transaction and tells how many. Of a table of which only the name is known
    /// the rows must all have the same columns.
    ///
    /// # Errors
    /// As [`DynamicModel::insert_many`].
    #[track_caller]
    pub fn insert_many<'a>(
        &self,
        db: &'a dyn Executor,
        rows: impl IntoIterator<Item: IntoRecord>,
    ) -> Call<'a, u64> {
        match self.select.base() {
            Table::Dynamic(model) => model.insert_many(db, rows),
            table => super::undeclared::insert_many(db, table, rows),
        }
    }
}

impl<S, T> Query<S, T> {
    /// Adds for each name with a value the condition that the column equals it; several must all hold.
    ///
    /// ```
    /// use sqloquent::DynamicModel;
    ///
    /// let users = DynamicModel::new("users", ["id", "email", "city"]);
    /// let query = users.query().equal_all([("email", "ada@example.org"), ("city", "London")]);
    /// assert_eq!(query.clauses().len(), 2);
    /// ```
    pub fn equal_all(mut self, conditions: impl IntoRecord) -> Self {
        match conditions.into_record() {
            Ok(record) => {
                for (column, value) in record {
                    self = self.equal(&column, value);
                }
            }
            Err(e) => self.select.fail(crate::expr::Mistake::from_error(&e)),
        }
        self
    }
}
