//! Relations of records that are loaded with a query, by name.

use std::{any::Any, sync::Arc};

use sqloquent_core::{Dialect, Result, Value};

use super::DynamicRelation;
use crate::{
    expr::{Direction, Expr, Mistake, Order},
    query::Query,
    record::Record,
    relation::{DefRef, Ends, Include, Includes, Loaded, Loader, columns_at},
    schema::Table,
};

/// Names of relations: one, several, and paths such as `"posts.comments"`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name relations",
    note = "use a name such as \"posts\" or \"posts.comments\", or an array of those"
)]
pub trait RelationPaths {
    /// The paths.
    fn into_paths(self) -> Vec<String>;
}

impl RelationPaths for &str {
    fn into_paths(self) -> Vec<String> {
        vec![self.to_owned()]
    }
}

impl<N: Into<String>, const K: usize> RelationPaths for [N; K] {
    fn into_paths(self) -> Vec<String> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<N: Into<String>> RelationPaths for Vec<N> {
    fn into_paths(self) -> Vec<String> {
        self.into_iter().map(Into::into).collect()
    }
}

/// A relation of records as it is to be loaded, with the query that narrows it and says what is loaded below it.
pub(crate) struct RecordInclude {
    relation: DynamicRelation,
    query: Query<Record>,
}

impl Include<Record> for RecordInclude {
    fn path(&self) -> String {
        self.relation.def.path()
    }

    fn loader(self: Arc<Self>, dialect: Dialect, missing: bool) -> Result<Box<dyn Loader<Record>>> {
        let loading = Arc::new(self.loaded()).loading(dialect, missing)?;
        Ok(Box::new(loading))
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl RecordInclude {
    pub(super) fn new(relation: DynamicRelation, query: Query<Record>) -> Self {
        Self { relation, query }
    }

    pub(super) fn loaded(&self) -> Loaded<Record, Vec<Record>> {
        let def = &self.relation.def;
        let mut select = self.query.select.clone();
        if def.kind.is_one() && select.order.is_empty() {
            // Where there are several against the declaration, it is the same one each time.
            let key = columns_at(&def.related, &def.related.key, select.slot);
            let by_key = key
                .into_iter()
                .map(|c| Order::new(Expr::Column(c), Direction::Asc));
            select.order.extend(by_key);
        }
        let decode = self.query.decode.clone();
        Loaded {
            def: DefRef::Shared(Arc::clone(def)),
            ends: Box::new(RecordEnds {
                relation: self.relation.clone(),
            }),
            select,
            pivot: false,
            decode: Arc::new(move |row, _| decode.row(row)),
            nested: self.query.includes.clone(),
        }
    }
}

/// How a relation is read from, and put into, records.
struct RecordEnds {
    relation: DynamicRelation,
}

impl Ends<Record, Vec<Record>> for RecordEnds {
    fn key(&self, parent: &Record) -> Result<Vec<Value>> {
        self.relation.owner_key_of(parent)
    }

    fn is_loaded(&self, parent: &Record) -> bool {
        parent.is_loaded(&self.relation.def.name)
    }

    fn place(&self, parent: &mut Record, mut content: Arc<Vec<Record>>) {
        if self.relation.def.kind.is_one() && content.len() > 1 {
            Arc::make_mut(&mut content).truncate(1);
        }
        parent.set_related(&self.relation.def.name, content);
    }
}

impl DynamicRelation {
    /// The values of the owner's columns that take part.
    pub(crate) fn owner_key_of(&self, owner: &Record) -> Result<Vec<Value>> {
        self.check_owner(owner)?;
        let values = owner.values();
        let key = self.def.owner_key.iter();
        Ok(key.map(|&i| values.get(i).cloned().unwrap_or_default()).collect())
    }
}

/// Adds a path of relations to those that are loaded already; the relations on the way are loaded once.
pub(super) fn add_path(
    includes: &mut Includes<Record>,
    relation: DynamicRelation,
    rest: Option<&str>,
    narrow: impl FnOnce(Query<Record>) -> Query<Record>,
) {
    let name = relation.def.name.clone();
    let known = includes.0.iter().position(|i| {
        let include = i.as_any().and_then(|any| any.downcast_ref::<RecordInclude>());
        include.is_some_and(|i| i.relation.def.name == name)
    });
    let query = known
        .and_then(|at| includes.0[at].as_any()?.downcast_ref::<RecordInclude>())
        .map_or_else(|| relation.related.query(), |i| i.query.clone());
    let query = match rest {
        Some(rest) => query.with_narrowed(rest, narrow),
        None => narrow(query),
    };
    let include: Arc<dyn Include<Record>> = Arc::new(RecordInclude { relation, query });
    match known {
        Some(at) => includes.0[at] = include,
        None => includes.0.push(include),
    }
}

impl Query<Record> {
    /// Loads relations together with the records: one more statement for each relation, whatever the number of records,
    /// all from one state of the database. A path such as `"posts.comments"` loads those of the related records, too.
    ///
    /// ```
    /// # fn main() -> Result<(), sqloquent::Error> {
    /// use sqloquent::{Dialect, DynamicModel};
    ///
    /// let users = DynamicModel::new("users", ["id"]);
    /// let posts = DynamicModel::new("posts", ["id", "user_id"]);
    /// users.has_many("posts", &posts).declare()?;
    /// let query = users.query().with("posts");
    /// assert!(query.to_sql(Dialect::SQLITE).is_ok());
    /// assert!(users.query().with("pots").to_sql(Dialect::SQLITE).is_err());
    /// # Ok(()) }
    /// ```
    pub fn with(mut self, relations: impl RelationPaths) -> Self {
        for path in relations.into_paths() {
            self = self.with_narrowed(&path, |query| query);
        }
        self
    }

    /// Loads a relation, or the last one of a path, narrowed by a query: conditions, order, and a limit that holds for
    /// each owner.
    ///
    /// ```
    /// # fn main() -> Result<(), sqloquent::Error> {
    /// use sqloquent::{DynamicModel, Desc};
    ///
    /// let users = DynamicModel::new("users", ["id"]);
    /// let posts = DynamicModel::new("posts", ["id", "user_id", "title"]);
    /// users.has_many("posts", &posts).declare()?;
    /// let newest = users.query().with_only("posts", |q| q.contains("title", "engine").order_by("id", Desc).limit(3));
    /// # Ok(()) }
    /// ```
    pub fn with_only(self, path: &str, narrow: impl FnOnce(Self) -> Self) -> Self {
        self.with_narrowed(path, narrow)
    }

    fn with_narrowed(mut self, path: &str, narrow: impl FnOnce(Self) -> Self) -> Self {
        let (name, rest) = split(path);
        match self.relation_of_base(name) {
            Ok(relation) => {
                // The closure is boxed, since a path calls this again with it.
                let narrow: Box<dyn FnOnce(Self) -> Self + '_> = Box::new(narrow);
                add_path(&mut self.includes, relation, rest, narrow);
            }
            Err(e) => self.select.fail(Mistake::from_error(&e)),
        }
        self
    }

    pub(super) fn relation_of_base(&self, name: &str) -> Result<DynamicRelation> {
        match self.select.base() {
            Table::Dynamic(model) => model.relation(name),
            table => Err(sqloquent_core::Error::new(
                sqloquent_core::ErrorKind::Configuration,
                "relations are declared on a `DynamicModel`; a table of which only the name is known has none",
            )
            .with_table(table.name.clone().into_owned())),
        }
    }
}

/// The first name of a path, and what follows.
pub(super) fn split(path: &str) -> (&str, Option<&str>) {
    match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    }
}
