//! Updates and deletes.

use sqloquent_core::{Error, ErrorKind, Family, Result};

use super::Writer;
use crate::{
    expr::{Assignment, Expr},
    query::Select,
};

/// An update of the rows of a query.
#[derive(Clone, Debug)]
pub(crate) struct UpdateTree<'t> {
    pub(crate) query: &'t Select,
    pub(crate) set: &'t [Assignment],
    pub(crate) returning: bool,
}

/// A delete of the rows of a query.
#[derive(Clone, Debug)]
pub(crate) struct DeleteTree<'t> {
    pub(crate) query: &'t Select,
    pub(crate) returning: bool,
}

impl Writer {
    /// Writes an update.
    pub(crate) fn update(&mut self, tree: &UpdateTree<'_>) -> Result<()> {
        if tree.set.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                "an update sets nothing; give it at least one assignment",
            ));
        }
        let table = tree.query.base();
        check_changeable(tree.query)?;
        self.push("UPDATE ");
        self.table_name(&table.name)?;
        self.enter_base(tree.query);
        self.push(" SET ");
        self.list(tree.set, ", ", |w, assignment| {
            if !table.columns.is_empty() {
                table.column(&assignment.column)?;
            }
            w.name(&assignment.column)?;
            w.push(" = ");
            w.expr(&assignment.value)
        })?;
        self.affected_rows(tree.query)?;
        if tree.returning {
            self.returning(table)?;
        }
        self.leave();
        Ok(())
    }

    /// Writes a delete.
    pub(crate) fn delete(&mut self, tree: &DeleteTree<'_>) -> Result<()> {
        let table = tree.query.base();
        check_changeable(tree.query)?;
        self.push("DELETE FROM ");
        self.table_name(&table.name)?;
        self.enter_base(tree.query);
        self.affected_rows(tree.query)?;
        if tree.returning {
            self.returning(table)?;
        }
        self.leave();
        Ok(())
    }

    /// Writes which rows are meant: by the conditions themselves, or by key when the query has more than conditions.
    fn affected_rows(&mut self, query: &Select) -> Result<()> {
        let plain = query.sources.len() == 1 && query.limit.is_none() && query.offset.is_none();
        if plain {
            return self.conditions(" WHERE ", &query.filter);
        }
        let table = query.base();
        let key: Vec<_> = table.key_columns().map(|c| c.name.clone()).collect();
        let key = match (&*key, self.family()) {
            ([], Family::Sqlite) => vec!["rowid".into()],
            ([], _) => {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    "changing the rows of a joined or limited query needs a table with a key",
                )
                .with_table(table.name.clone().into_owned()));
            }
            _ => key,
        };
        self.push(" WHERE ");
        if key.len() > 1 {
            self.push("(");
        }
        self.list(&key, ", ", |w, c| w.name(c))?;
        if key.len() > 1 {
            self.push(")");
        }
        self.push(" IN (");
        // MySQL reads the changed table in a sub-query only by way of another one.
        let wrapped = self.family() == Family::MySql;
        if wrapped {
            self.push("SELECT * FROM (");
        }
        let mut inner = query.clone();
        inner.items = Vec::new();
        inner.distinct = false;
        self.keyed(&inner, &key)?;
        if wrapped {
            self.push(") AS affected");
        }
        self.push(")");
        Ok(())
    }

    fn keyed(&mut self, query: &Select, key: &[std::borrow::Cow<'static, str>]) -> Result<()> {
        use crate::expr::{ColumnRef, SourceRef};
        let mut inner = query.clone();
        inner.items = key
            .iter()
            .map(|name| crate::query::Item {
                expr: Expr::Column(ColumnRef {
                    source: SourceRef::Slot(query.slot.at(0)),
                    name: name.clone(),
                    ty: crate::schema::ColumnType::Any,
                }),
                alias: None,
            })
            .collect();
        self.select(&inner)
    }
}

/// Whether a query says which rows of its first table are meant.
fn check_changeable(query: &Select) -> Result<()> {
    if let Some(mistake) = &query.mistake {
        return Err(mistake.to_error());
    }
    if query.distinct || !query.group.is_empty() || !query.having.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            "rows of a grouped or distinct query cannot be changed; filter by key instead",
        ));
    }
    Ok(())
}
