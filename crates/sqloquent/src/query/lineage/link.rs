//! How rows of a table name their parents.

use sqloquent_core::{Error, ErrorKind, Result};

use crate::{
    expr::{Column, Expr, Expression as _, Mistake},
    relation::{RelatedContent, RelatedItem, RelationDef, RelationField, RelationKind},
    schema::{ColumnType, Table, TableDef},
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
    /// The name of a relation that says the rest.
    relation: Option<String>,
    mistake: Option<Mistake>,
}

impl ParentLink {
    fn new(columns: Vec<String>, list: Option<bool>) -> Self {
        Self {
            columns,
            to: Vec::new(),
            list,
            reversed: false,
            relation: None,
            mistake: None,
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

    /// A relation of a dynamic model to itself, by its name: to the parents, or to the children.
    ///
    /// ```
    /// use sqloquent::{Dialect, DynamicModel, ParentLink};
    ///
    /// let staff = DynamicModel::new("staff", ["id", "boss_id"]);
    /// staff.belongs_to("boss", &staff).key("boss_id").declare()?;
    /// let above = staff.query().ancestors_of("bob", None, ParentLink::relation("boss"));
    /// assert!(above.to_sql(Dialect::SQLITE)?.0.contains("WITH RECURSIVE"));
    /// # Ok::<(), sqloquent::Error>(())
    /// ```
    pub fn relation(name: impl Into<String>) -> Self {
        Self {
            relation: Some(name.into()),
            ..Self::new(Vec::new(), None)
        }
    }

    /// The link that a relation goes by: a row that holds the key, or the list, names its parents.
    fn of_relation(def: &RelationDef) -> Result<Self> {
        let names = |table: &TableDef, columns: &[usize]| -> Vec<String> {
            columns
                .iter()
                .map(|&i| table.columns[i].name.clone().into_owned())
                .collect()
        };
        let itself = *def.owner == *def.related;
        let (from, to) = match def.kind {
            RelationKind::BelongsTo | RelationKind::Contains if itself => (&def.owner_key, &def.related_key),
            RelationKind::HasOne | RelationKind::HasMany | RelationKind::Within if itself => {
                (&def.related_key, &def.owner_key)
            }
            kind => {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    format!(
                        "`{}` is no relation of a table to itself by a column, but a `{}` to `{}`",
                        def.path(),
                        kind.name(),
                        def.related.model
                    ),
                )
                .with_table(def.owner.name.clone().into_owned()));
            }
        };
        let list = matches!(def.kind, RelationKind::Contains | RelationKind::Within);
        Ok(Self::new(names(&def.owner, from), Some(list)).to(names(&def.owner, to)))
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
    pub(super) fn resolve(&self, table: &Table) -> Result<Named> {
        if let Some(mistake) = &self.mistake {
            return Err(mistake.to_error());
        }
        if let Some(name) = &self.relation {
            let Table::Dynamic(model) = table else {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    format!(
                        "relations by name are those of dynamic models; of `{}` give the field: `|m| m.{name}`",
                        table.model
                    ),
                )
                .with_table(table.name.clone().into_owned()));
            };
            let mut link = Self::of_relation(&model.relation_def(name)?)?;
            link.reversed = self.reversed;
            return link.resolve(table);
        }
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
            crate::compile::by_key(table, Vec::new())?;
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
    note = "return a column that holds the id of another row, an `IdList` of such ids, a relation of the model to itself, \
            or a `ParentLink`"
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
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` does not name rows whose id is of type `{K}`",
    note = "return a column that holds such an id, or an `IdList` of such ids"
)]
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

/// A relation of the model to itself: to the parents, or to the children.
impl<M, C, K> IntoParentLink<M> for RelationField<M, C, K>
where
    M: crate::Model,
    C: RelatedContent<Item: RelatedItem<Model = M>>,
{
    fn into_parent_link(self) -> ParentLink {
        ParentLink::of_relation(self.def()).unwrap_or_else(|e| ParentLink {
            mistake: Some(Mistake::from_error(&e)),
            ..ParentLink::new(Vec::new(), None)
        })
    }
}

impl<M: crate::Model, T: LinkType<M::Id>> Column<M, T> {
    /// As a link to the row's children, where the column names those and not the parents.
    pub fn names_children(self) -> ParentLink {
        self.into_parent_link().reversed()
    }
}
