//! Dynamic models: tables that are declared at run time, and the queries over them.

mod columns;
mod conditions;
mod declare;
mod find;
mod join;
mod key;
mod query;
mod relations;
mod shape;
mod undeclared;
mod update_each;
mod values;
mod write;

pub use columns::{DynamicColumn, DynamicColumns};
pub use conditions::{Conditions, IntoConditions};
pub use join::JoinTerms;
pub use key::IntoKey;
pub(crate) use key::fitting;
pub use relations::{
    ColumnNames, DeclareRelation, RecordMember, RecordRef, RecordRelation, RelationEnd, RelationPaths,
};
pub(crate) use relations::{Declared, RelatedRecords};
pub use values::IntoValues;
pub(crate) use write::row_values;

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sqloquent_core::{Error, ErrorKind, Result, Value};

use crate::{
    expr::Mistake,
    model::{Model, StatementCache},
    query::Query,
    record::Record,
    schema::{ColumnDef, ColumnType, Table, TableDef},
};

/// A model that is declared at run time: a table, its columns, and what is known of them. Its rows are [`Record`]s.
///
/// Cheap to clone; clones are the same model. Declared wrongly, it keeps the first mistake, which every call that uses
/// it returns; [`try_new`](Self::try_new) and [`check`](Self::check) tell at once.
///
/// ```
/// use sqloquent::{ColumnType, Db, DynamicModel, record};
///
/// # pollster::block_on(async {
/// let users = DynamicModel::new("users", ["id", "email"]).column("active", ColumnType::Bool);
/// let db = Db::connect("sqlite::memory:").await?;
/// db.execute_script("create table users (id text primary key, email text, active integer)").await?;
///
/// let ada = users.insert(&db, record! { "email": "ada@example.org", "active": true }).await?;
/// let found = users.query().contains("email", "@").get(&db).await?;
/// assert_eq!(found, [ada]);
/// # Ok::<(), sqloquent::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct DynamicModel(Arc<Definition>);

#[derive(Debug)]
struct Definition {
    identity: u64,
    table: TableDef,
    /// The values that columns get when none is given, by position.
    defaults: Vec<Option<Value>>,
    /// Whether ids are always given by the program.
    given_id: bool,
    mistake: Option<Mistake>,
    relations: Declared,
    statements: StatementCache,
}

fn next_identity() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl DynamicModel {
    /// A model of a table with columns that hold anything. The column `id`, where there is one, is the id.
    #[must_use]
    pub fn new<N: Into<String>>(table: impl Into<String>, columns: impl IntoIterator<Item = N>) -> Self {
        let columns: Vec<ColumnDef> = columns
            .into_iter()
            .map(|name| ColumnDef::new(name.into(), ColumnType::Any))
            .collect();
        let mut table = TableDef::new(table.into(), columns);
        if let Some(at) = table.columns.iter().position(|c| c.name == "id") {
            table.key = vec![at].into();
            table.columns.to_mut()[at].nullable = false;
        }
        Self::from_table(table)
    }

    /// The same, with what is wrong told at once.
    ///
    /// ```
    /// use sqloquent::{DynamicModel, ErrorKind};
    ///
    /// let error = DynamicModel::try_new("users", ["id", "id"]).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Configuration);
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] for names that are empty, hold a NUL or are given twice.
    pub fn try_new<N: Into<String>>(
        table: impl Into<String>,
        columns: impl IntoIterator<Item = N>,
    ) -> Result<Self> {
        let model = Self::new(table, columns);
        model.check()?;
        Ok(model)
    }

    /// A model of what is known of a table.
    #[must_use]
    pub fn from_table(mut table: TableDef) -> Self {
        for def in table.columns.to_mut() {
            def.hidden = false;
        }
        let mut definition = Definition {
            identity: next_identity(),
            defaults: vec![None; table.columns.len()],
            table,
            given_id: true,
            mistake: None,
            relations: Declared::default(),
            statements: StatementCache::new(),
        };
        definition.given_id = definition.key_is_given_by_nature();
        definition.mistake = definition.wrong_names();
        Self(Arc::new(definition))
    }

    /// A dynamic model of the table of a typed one. Its columns are those of the table, not the fields.
    #[must_use]
    pub fn of<M: Model>() -> Self {
        Self::from_table(M::table().clone())
    }

    /// What is known of the table.
    #[must_use]
    pub fn table(&self) -> &TableDef {
        &self.0.table
    }

    /// The name of the model: what archives and attachments call it. The table's, unless it was [named](Self::named).
    #[must_use]
    #[allow(clippy::misnamed_getters, reason = "the table has a name of its own")]
    pub fn name(&self) -> &str {
        &self.0.table.model
    }

    /// The names of the columns.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.table.columns.iter().map(|c| &*c.name)
    }

    /// A number that tells this model and its clones from all others of the process.
    #[must_use]
    pub fn identity(&self) -> u64 {
        self.0.identity
    }

    /// Whether the model is declared rightly.
    ///
    /// # Errors
    /// The first mistake made while declaring it.
    pub fn check(&self) -> Result<()> {
        self.0.mistake.as_ref().map_or(Ok(()), |m| Err(m.to_error()))
    }

    /// All rows, as a query.
    pub fn query(&self) -> Query<Record> {
        Query::of_dynamic(self)
    }

    /// A new id of the kind that records without one get: a version 4 UUID as 32 hexadecimal digits.
    ///
    /// ```
    /// let users = sqloquent::DynamicModel::new("users", ["id"]);
    /// assert_eq!(users.generate_id().len(), 32);
    /// ```
    #[must_use]
    pub fn generate_id(&self) -> String {
        <String as crate::model::IdType>::unset()
    }

    /// The value that a column gets when none is given.
    pub(crate) fn default_of(&self, column: usize) -> Option<&Value> {
        self.0.defaults.get(column).and_then(Option::as_ref)
    }

    /// Whether a missing id is made here.
    pub(crate) fn makes_ids(&self) -> bool {
        !self.0.given_id
    }

    pub(crate) fn relations(&self) -> &Declared {
        &self.0.relations
    }

    pub(crate) fn statements(&self) -> &StatementCache {
        &self.0.statements
    }

    /// For the compiler and the write path.
    pub(crate) fn as_table(&self) -> Table {
        Table::Dynamic(self.clone())
    }
}

impl Definition {
    /// Whether a key of its types is never made: a composite one, or one of a type that has no ids of its own.
    fn key_is_given_by_nature(&self) -> bool {
        match *self.table.key {
            [only] => !matches!(
                self.table.columns[only].ty,
                ColumnType::Any | ColumnType::Text | ColumnType::Uuid
            ),
            _ => true,
        }
    }

    fn wrong_names(&self) -> Option<Mistake> {
        let bad = |name: &str| name.is_empty() || name.contains('\0');
        let table = &self.table;
        if bad(&table.name) {
            return Some(Mistake::new(
                ErrorKind::Configuration,
                format!("`{}` cannot be the name of a table", table.name.escape_debug()),
            ));
        }
        for (i, column) in table.columns.iter().enumerate() {
            let twice = table.columns[..i].iter().any(|c| c.name == column.name);
            if twice || bad(&column.name) {
                let why = if twice {
                    "is declared twice"
                } else {
                    "cannot be the name of a column"
                };
                let e = Error::new(
                    ErrorKind::Configuration,
                    format!("`{}` {why}", column.name.escape_debug()),
                )
                .with_table(table.name.clone().into_owned());
                return Some(Mistake::from_error(&e));
            }
        }
        None
    }
}

impl PartialEq for DynamicModel {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for DynamicModel {}

impl Hash for DynamicModel {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl fmt::Debug for DynamicModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicModel")
            .field("name", &self.name())
            .field("table", &self.table().name)
            .field("columns", &self.columns().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl From<&DynamicModel> for Table {
    fn from(model: &DynamicModel) -> Self {
        model.as_table()
    }
}

impl From<DynamicModel> for Table {
    fn from(model: DynamicModel) -> Self {
        Self::Dynamic(model)
    }
}

/// A table of which no columns are declared: any name may be one of them.
impl From<&str> for Table {
    fn from(name: &str) -> Self {
        Self::Shared(Arc::new(TableDef::new(name.to_owned(), Vec::new())))
    }
}
