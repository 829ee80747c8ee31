//! How rows of a table name their parents.

use sqloquent_core::{Error, ErrorKind, Result};

use crate::{
    expr::{Column, Expr, Expression as _},
    schema::{ColumnType, TableDef},
    types::IdList,
};

/// How the rows of a table name other rows of it: their parents, or, [reversed](Self::reversed), their children. By a
/// column that holds the other row's id, or by one that holds a list of ids.
///
/// ```
/// use sqloquent::{DynamicModel, ParentLink};
///
/// let steps = DynamicModel::new("steps", ["id", "parent_ids"]);
/// let before = steps.query().ancestors_of("pack", None, ParentLink::list("parent_ids"));
/// let tree = DynamicModel::new("staff", ["id", "boss_id"]);
/// let two_below = tree.query().descendants_of("ada", 2, ParentLink::column("boss_id"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a link does nothing by itself"]
pub struct ParentLink {
    columns: Vec<String>,
    /// The columns that are named; the key when none.
    to: Vec<String>,
    /// Whether the column holds a list; unknown where the column's type tells.
    list: Option<bool>,
    reversed: bool,
}

impl ParentLink {
    fn new(columns: Vec<String>, list: Option<bool>) -> Self {
        Self {
            columns,
            to: Vec::new(),
            list,
            reversed: false,
        }
    }

    /// A column that holds the parent's id.
    pub fn column(name: impl Into<String>) -> Self {
        Self::new(vec![name.into()], Some(false))
    }

    /// Columns that hold the parent's id of several columns, in their order.
    pub fn columns<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self::new(names.into_iter().map(Into::into).collect(), Some(false))
    }

    /// A column that holds the parents' ids, sorted and joined by commas.
    pub fn list(name: impl Into<String>) -> Self {
        Self::new(vec![name.into()], Some(true))
    }

    /// The columns by which rows are named, where they are not the id.
    pub fn to<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.to = names.into_iter().map(Into::into).collect();
        self
    }

    /// The rows named are the children, and not the parents.
    pub fn reversed(mut self) -> Self {
        self.reversed = !self.reversed;
        self
    }

    /// The positions of the columns in a table.
    pub(super) fn resolve(&self, table: &TableDef) -> Result<Named> {
        let find = |names: &[String]| -> Result<Vec<usize>> {
            names
                .iter()
                .map(|name| table.position(name).ok_or_else(|| table.unknown_column(name)))
                .collect()
        };
        let from = find(&self.columns)?;
        let to = if self.to.is_empty() {
            table.key.to_vec()
        } else {
            find(&self.to)?
        };
        if table.key.is_empty() {
            crate::compile::by_key(&table.clone().into(), Vec::new())?;
        }
        if from.len() != to.len() {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                format!(
                    "rows of `{}` are named by {} columns; the link gives {}",
                    table.name,
                    to.len(),
                    from.len()
                ),
            )
            .with_table(table.name.clone().into_owned()));
        }
        let reversed = self.reversed;
        let by_type = || {
            from.first()
                .is_some_and(|&at| table.columns[at].ty == ColumnType::IdList)
        };
        Ok(match (&*from, &*to) {
            ([column], [id]) if self.list.unwrap_or_else(by_type) => Named::List {
                column: *column,
                id: *id,
                reversed,
            },
            _ => Named::Columns {
                child: from,
                parent: to,
                reversed,
            },
        })
    }
}

/// A link with the positions of its columns.
pub(super) enum Named {
    Columns {
        child: Vec<usize>,
        parent: Vec<usize>,
        reversed: bool,
    },
    List {
        column: usize,
        id: usize,
        reversed: bool,
    },
}

/// What the closures of [`ancestors_of`](crate::Query::ancestors_of) and its kin may return: a column that holds the
/// parent's id or a list of the parents' ids, or a [`ParentLink`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name rows of the model `{M}`",
    note = "return a column that holds the id of another row, an `IdList` of such ids, or a `ParentLink`"
)]
pub trait IntoParentLink<M> {
    /// The link.
    fn into_parent_link(self) -> ParentLink;
}

impl<M> IntoParentLink<M> for ParentLink {
    fn into_parent_link(self) -> ParentLink {
        self
    }
}

/// A column type that names rows whose key is a `K`: the key itself or a list of keys, `Option` of either.
pub trait LinkType<K> {}

impl<K> LinkType<K> for K {}
#[diagnostic::do_not_recommend]
impl<K> LinkType<K> for Option<K> {}
#[diagnostic::do_not_recommend]
impl<K> LinkType<K> for IdList<K> {}
#[diagnostic::do_not_recommend]
impl<K> LinkType<K> for Option<IdList<K>> {}

impl<M: crate::Model, T: LinkType<M::Id>> IntoParentLink<M> for Column<M, T> {
    fn into_parent_link(self) -> ParentLink {
        match self.into_expr() {
            Expr::Column(column) => ParentLink::new(vec![column.name.into_owned()], None),
            _ => ParentLink::new(Vec::new(), None),
        }
    }
}

impl<M: crate::Model, T: LinkType<M::Id>> Column<M, T> {
    /// As a link to the row's children, where the column names those and not the parents.
    pub fn names_children(self) -> ParentLink {
        self.into_parent_link().reversed()
    }
}
