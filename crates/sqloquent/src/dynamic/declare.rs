//! Declaring what is known of a dynamic model's table.

use std::{borrow::Cow, sync::Arc};

use sqloquent_core::{ErrorKind, Value};

use super::{Definition, DynamicModel, next_identity};
use crate::{
    expr::Mistake,
    model::StatementCache,
    schema::{ColumnDef, ColumnType, ForeignKeyDef, Generated, IndexDef, OnChange},
    types::{IntoValue, coerce},
};

impl Definition {
    fn fail(&mut self, mistake: Mistake) {
        self.mistake.get_or_insert(mistake);
    }

    /// A foreign key by which the engine would change or delete rows past this library, of a table whose rows are hashed
    /// or whose changes are noted.
    fn wrong_keys(&self) -> Option<Mistake> {
        let table = &self.table;
        let hashed: Vec<usize> = table.hashed_columns().collect();
        if table.hashed.is_none() && !table.history {
            return None;
        }
        let wrong = table.foreign_keys.iter().find(|key| {
            let content = key.columns.iter().any(|c| hashed.contains(c));
            let changes = |action| matches!(action, OnChange::SetNull | OnChange::SetDefault);
            let changed =
                changes(key.on_delete) || changes(key.on_update) || key.on_update == OnChange::Cascade;
            key.on_delete == OnChange::Cascade || changed && (content || table.history)
        })?;
        let column = wrong.columns.first().map_or("", |&c| &table.columns[c].name);
        let (rows, remedy) = if table.history {
            ("rows with history", "restrict it")
        } else {
            ("hashed rows", "restrict it, or leave the column out of the hash")
        };
        Some(Mistake::new(
            ErrorKind::Configuration,
            format!(
                "the engine would change or delete {rows} of `{}` past this library by the foreign key `{column}`; {remedy}",
                table.name
            ),
        ))
    }

    /// The position of a column that must be there.
    fn find(&mut self, name: &str) -> Option<usize> {
        let found = self.table.position(name);
        if found.is_none() {
            let e = self.table.unknown_column(name);
            self.fail(Mistake::from_error(&e));
        }
        found
    }

    fn def(&mut self, name: &str) -> Option<&mut ColumnDef> {
        let at = self.find(name)?;
        self.table.columns.to_mut().get_mut(at)
    }

    /// The position of a column, which is added where there is none.
    fn column(&mut self, name: &str, ty: ColumnType) -> usize {
        match self.table.position(name) {
            Some(at) => {
                self.table.columns.to_mut()[at].ty = ty;
                at
            }
            None => {
                self.table
                    .columns
                    .to_mut()
                    .push(ColumnDef::new(name.to_owned(), ty));
                self.defaults.push(None);
                self.table.columns.len() - 1
            }
        }
    }

    /// A column for the library's own use: of a type unless another was declared.
    fn own(&mut self, name: &str, ty: ColumnType) -> usize {
        match self.table.position(name) {
            Some(at) if self.table.columns[at].ty != ColumnType::Any => at,
            _ => self.column(name, ty),
        }
    }

    fn set_key(&mut self, names: &[&str]) {
        let mut key = Vec::with_capacity(names.len());
        for name in names {
            let Some(at) = self.find(name) else { return };
            if key.contains(&at) {
                self.fail(Mistake::new(
                    ErrorKind::Configuration,
                    format!("`{}` is in the key twice", name.escape_debug()),
                ));
                return;
            }
            key.push(at);
        }
        for &at in &*self.table.key.clone() {
            let def = &mut self.table.columns.to_mut()[at];
            def.generated = Generated::No;
            def.nullable = true;
        }
        for &at in &key {
            self.table.columns.to_mut()[at].nullable = false;
        }
        self.table.key = key.into();
    }
}

impl DynamicModel {
    /// Changes the definition: that of this model if nothing else uses it yet, else of a new model.
    fn declared(mut self, change: impl FnOnce(&mut Definition)) -> Self {
        if Arc::get_mut(&mut self.0).is_none() {
            let old = &*self.0;
            self.0 = Arc::new(Definition {
                identity: next_identity(),
                table: old.table.clone(),
                defaults: old.defaults.clone(),
                given_id: old.given_id,
                mistake: old.mistake.clone(),
                relations: old.relations.clone(),
                statements: StatementCache::new(),
            });
        }
        if let Some(definition) = Arc::get_mut(&mut self.0) {
            change(definition);
            if definition.mistake.is_none() {
                definition.mistake = definition.wrong_names().or_else(|| definition.wrong_keys());
            }
            // What was rendered before may lack the change.
            definition.statements = StatementCache::new();
        }
        self
    }

    /// Names the model: what archives and attachments call it.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        self.declared(|d| d.table.model = Cow::Owned(name.into()))
    }

    /// Declares the type of a column, which is added where it was not mentioned yet.
    #[must_use]
    pub fn column(self, name: impl AsRef<str>, ty: ColumnType) -> Self {
        self.declared(|d| {
            let at = d.column(name.as_ref(), ty);
            if *d.table.key == [at] {
                d.given_id = d.key_is_given_by_nature();
            }
        })
    }

    /// Adds a column with all that is known of it, or replaces it.
    #[must_use]
    pub fn column_def(self, mut def: ColumnDef) -> Self {
        def.hidden = false;
        self.declared(|d| {
            let name = def.name.clone();
            let at = d.column(&name, def.ty);
            d.table.columns.to_mut()[at] = def;
            if *d.table.key == [at] {
                d.given_id = d.key_is_given_by_nature();
            }
        })
    }

    /// Says which column is the id, where it is not called `id`.
    #[must_use]
    pub fn id(self, column: impl AsRef<str>) -> Self {
        self.declared(|d| {
            d.set_key(&[column.as_ref()]);
            d.given_id = d.key_is_given_by_nature();
        })
    }

    /// Says which columns are the id together. Their values are given by the program.
    #[must_use]
    pub fn ids<N: AsRef<str>>(self, columns: impl IntoIterator<Item = N>) -> Self {
        let columns: Vec<N> = columns.into_iter().collect();
        self.declared(|d| {
            d.set_key(&columns.iter().map(AsRef::as_ref).collect::<Vec<_>>());
            d.given_id = d.key_is_given_by_nature();
        })
    }

    /// The id is an integer that the database counts: missing or 0 until stored.
    #[must_use]
    pub fn assigned_id(self) -> Self {
        self.declared(|d| match *d.table.key {
            [only] => {
                let def = &mut d.table.columns.to_mut()[only];
                if !matches!(def.ty, ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64) {
                    def.ty = ColumnType::Int64;
                }
                def.generated = Generated::Increment;
                d.given_id = true;
            }
            _ => d.fail(Mistake::new(
                ErrorKind::Configuration,
                "only an id of one column is counted by the database; name it with `.id(…)` first",
            )),
        })
    }

    /// The id is always given by the program: none is made where it is missing.
    #[must_use]
    pub fn given_id(self) -> Self {
        self.declared(|d| d.given_id = true)
    }

    /// The column may hold NULL, as columns may unless it is said otherwise.
    #[must_use]
    pub fn nullable(self, column: impl AsRef<str>) -> Self {
        self.declared(|d| {
            if let Some(def) = d.def(column.as_ref()) {
                def.nullable = true;
            }
        })
    }

    /// The column does not hold NULL.
    #[must_use]
    pub fn not_null(self, column: impl AsRef<str>) -> Self {
        self.declared(|d| {
            if let Some(def) = d.def(column.as_ref()) {
                def.nullable = false;
            }
        })
    }

    /// No two rows have the same value in the column.
    #[must_use]
    pub fn unique(self, column: impl AsRef<str>) -> Self {
        self.declared(|d| {
            if let Some(def) = d.def(column.as_ref()) {
                def.unique = true;
            }
        })
    }

    /// The value of the column in new rows that are given none.
    #[must_use]
    pub fn default(self, column: impl AsRef<str>, value: impl IntoValue) -> Self {
        let value = value.into_value();
        self.declared(|d| {
            let name = column.as_ref();
            let Some(at) = d.find(name) else { return };
            let def = &d.table.columns[at];
            match value.and_then(|v| coerce(v, def.ty, true)) {
                Ok(value) => d.defaults[at] = Some(value),
                Err(e) => {
                    let e = e.writing(&d.table.name, name);
                    d.fail(Mistake::from_error(&e));
                }
            }
        })
    }

    /// The column's default in the database, as a SQL expression fixed in the program.
    #[must_use]
    pub fn default_sql(self, column: impl AsRef<str>, sql: &'static str) -> Self {
        self.declared(|d| {
            if let Some(def) = d.def(column.as_ref()) {
                def.default_sql = Some(Cow::Borrowed(sql));
            }
        })
    }

    /// The column is computed by the database: never written, always read back.
    #[must_use]
    pub fn computed(self, column: impl AsRef<str>) -> Self {
        self.declared(|d| {
            if let Some(def) = d.def(column.as_ref()) {
                def.generated = Generated::Always;
            }
        })
    }

    /// Keeps the times of insert and of the last change in `created_at` and `updated_at`, which are added where they
    /// were not mentioned. They are timestamps unless another type was declared.
    #[must_use]
    pub fn timestamps(self) -> Self {
        self.created_at("created_at").updated_at("updated_at")
    }

    /// Keeps the time of insert in a column.
    #[must_use]
    pub fn created_at(self, column: impl AsRef<str>) -> Self {
        self.declared(|d| d.table.created_at = Some(d.own(column.as_ref(), ColumnType::Timestamp)))
    }

    /// Keeps the time of the last change in a column.
    #[must_use]
    pub fn updated_at(self, column: impl AsRef<str>) -> Self {
        self.declared(|d| d.table.updated_at = Some(d.own(column.as_ref(), ColumnType::Timestamp)))
    }

    /// Counts versions in an integer column, so that a record that somebody else changed is not overwritten.
    #[must_use]
    pub fn version(self, column: impl AsRef<str>) -> Self {
        self.declared(|d| {
            let at = d.own(column.as_ref(), ColumnType::Int64);
            d.table.columns.to_mut()[at].nullable = false;
            d.defaults[at] = Some(Value::Int(0));
            d.table.version = Some(at);
        })
    }

    /// The id is the hash of the content: of all columns but the id, those
    /// [excluded](Self::exclude_from_hash), timestamps, versions and what the database computes.
    ///
    /// Declare the types of the columns: a column without a type is hashed as SQLite gives it back, where a truth value
    /// is a number and a time is text.
    ///
    /// ```
    /// use sqloquent::{ColumnType, DynamicModel, record};
    ///
    /// let docs = DynamicModel::new("docs", ["id", "title"]).column("draft", ColumnType::Bool).hashed();
    /// let doc = docs.record(record! { "title": "Notes", "draft": true })?;
    /// assert_eq!(doc.read::<String>("id")?, doc.content_id()?.to_string());
    /// # Ok::<(), sqloquent::Error>(())
    /// ```
    #[must_use]
    pub fn hashed(self) -> Self {
        self.declared(|d| {
            if let Err(e) = crate::content::id_at(&d.table) {
                d.fail(Mistake::from_error(&e));
            }
            d.table.hashed.get_or_insert_default();
            if let [only] = *d.table.key
                && d.table.columns[only].ty == ColumnType::Any
            {
                d.table.columns.to_mut()[only].ty = ColumnType::Text;
            }
            d.given_id = true;
        })
    }

    /// The id is the hash of the content, but for these columns: they can be changed without changing the id.
    #[must_use]
    pub fn exclude_from_hash<N: AsRef<str>>(self, columns: impl IntoIterator<Item = N>) -> Self {
        let columns: Vec<N> = columns.into_iter().collect();
        self.hashed().declared(|d| {
            let found: Option<Vec<usize>> = columns.iter().map(|c| d.find(c.as_ref())).collect();
            let excluded = &mut d.table.hashed.get_or_insert_default().excluded;
            excluded.to_mut().extend(found.unwrap_or_default());
        })
    }

    /// Every write leaves a row in the journal.
    #[must_use]
    pub fn history(self) -> Self {
        self.declared(|d| d.table.history = true)
    }

    /// An index over columns.
    #[must_use]
    pub fn index<N: AsRef<str>>(self, columns: impl IntoIterator<Item = N>) -> Self {
        self.add_index(columns, false)
    }

    /// An index over columns that forbids duplicates.
    #[must_use]
    pub fn unique_index<N: AsRef<str>>(self, columns: impl IntoIterator<Item = N>) -> Self {
        self.add_index(columns, true)
    }

    fn add_index<N: AsRef<str>>(self, columns: impl IntoIterator<Item = N>, unique: bool) -> Self {
        let columns: Vec<N> = columns.into_iter().collect();
        self.declared(|d| {
            let found: Option<Vec<usize>> = columns.iter().map(|c| d.find(c.as_ref())).collect();
            if let Some(found) = found {
                d.table.indexes.to_mut().push(IndexDef {
                    name: None,
                    columns: found.into(),
                    unique,
                });
            }
        })
    }

    /// A foreign key: the column points to a column of a table; what happens to its rows when the row pointed to is
    /// deleted.
    #[must_use]
    pub fn references(
        self,
        column: impl AsRef<str>,
        table: impl Into<String>,
        target: impl Into<String>,
        on_delete: OnChange,
    ) -> Self {
        self.declared(|d| {
            let Some(at) = d.find(column.as_ref()) else { return };
            d.table.foreign_keys.to_mut().push(ForeignKeyDef {
                columns: vec![at].into(),
                table: Cow::Owned(table.into()),
                references: vec![Cow::Owned(target.into())].into(),
                on_delete,
                on_update: OnChange::NoAction,
            });
        })
    }
}
