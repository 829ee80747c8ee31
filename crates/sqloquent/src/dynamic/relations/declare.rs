//! Declaring relations between dynamic models.

use sqloquent_core::{Error, ErrorKind, Result};

use super::{
    ColumnNames,
    declared::{DeclaredRelation, DeclaredVia},
    names::singular_of,
};
use crate::{
    dynamic::DynamicModel,
    relation::{KEY_COLUMNS, RelationKind},
    schema::{ColumnType, TableDef},
};

/// A relation that is being declared: [`declare`](Self::declare) ends it. Columns that are not named have the names of
/// the convention.
#[derive(Clone, Debug)]
#[must_use = "a relation is declared by `declare`"]
pub struct DeclareRelation {
    owner: DynamicModel,
    name: String,
    kind: RelationKind,
    related: DynamicModel,
    between: Option<DynamicModel>,
    key: Vec<String>,
    owner_key: Vec<String>,
    related_key: Vec<String>,
    between_key: Vec<String>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $kind:ident $(, $between:ident)?;)+) => {
        impl DynamicModel {$(
            $(#[$doc])*
            pub fn $name(
                &self,
                name: impl Into<String>,
                related: &Self,
                $($between: &Self,)?
            ) -> DeclareRelation {
                #[allow(unused_mut, reason = "not every kind has a model between")]
                let mut declare = DeclareRelation::new(self, name.into(), RelationKind::$kind, related);
                $(declare.between = Some($between.clone());)?
                declare
            }
        )+}
    };
}

kinds! {
    /// Declares that a row has one of another model, which holds its id: by convention in `user_id` for the model
    /// `users` or `User`.
    has_one HasOne;
    /// Declares that a row has any number of another model, which hold its id: by convention in `user_id` for the model
    /// `users` or `User`.
    ///
    /// All clones of the model have the relation then.
    ///
    /// ```
    /// # sqloquent::block_on(async {
    /// use sqloquent::{Db, DynamicModel, record};
    ///
    /// let db = Db::connect("sqlite::memory:").await?;
    /// db.execute_script(
    ///     "create table users (id text primary key, email text);
    ///      create table posts (id text primary key, user_id text, title text)",
    /// )
    /// .await?;
    /// let users = DynamicModel::new("users", ["id", "email"]);
    /// let posts = DynamicModel::new("posts", ["id", "user_id", "title"]);
    /// users.has_many("posts", &posts).declare()?;
    /// posts.belongs_to("author", &users).key("user_id").declare()?;
    ///
    /// users.insert(&db, record! { "id": "u", "email": "ada@example.org" }).await?;
    /// posts.insert(&db, record! { "id": "p", "user_id": "u", "title": "On engines" }).await?;
    /// let found = users.query().with("posts.author").get(&db).await?;
    /// let post = &found[0].related("posts")?[0];
    /// assert_eq!(post.related_one("author")?.unwrap().read::<String>("email")?, "ada@example.org");
    /// # Ok::<(), sqloquent::Error>(())
    /// # }).unwrap();
    /// ```
    has_many HasMany;
    /// Declares that a row belongs to one of another model, whose id it holds: by convention in `user_id` for the model
    /// `users` or `User`.
    belongs_to BelongsTo;
    /// Declares that the rows of a pivot lead from a row to any number of another model and back: by convention the
    /// pivot has `user_id` and `role_id` for the models `users` and `roles`.
    belongs_to_many BelongsToMany, pivot;
    /// Declares that a column of a row holds the ids of rows of another model, sorted and joined by commas: by
    /// convention `item_ids` for the related model `items` or `Item`.
    contains Contains;
    /// Declares that a row's id is in such a column of rows of another model: by convention in `item_ids` for the model
    /// `items` or `Item`, whose relation this is.
    within Within;
}

impl DeclareRelation {
    fn new(owner: &DynamicModel, name: String, kind: RelationKind, related: &DynamicModel) -> Self {
        Self {
            owner: owner.clone(),
            name,
            kind,
            related: related.clone(),
            between: None,
            key: Vec::new(),
            owner_key: Vec::new(),
            related_key: Vec::new(),
            between_key: Vec::new(),
        }
    }

    /// The column that holds the other side's id (or ids, for `contains` and `within`), or the columns of a composite
    /// one: of the related model; of the owner for `belongs_to` and `contains`; of the pivot, for the owner's side.
    pub fn key(mut self, columns: impl ColumnNames) -> Self {
        self.key = columns.into_names();
        self
    }

    /// The column of the pivot that holds the related row's id, or the columns of a composite one.
    pub fn related_key(mut self, columns: impl ColumnNames) -> Self {
        self.related_key = columns.into_names();
        self
    }

    /// The column that is held, where it is not the id: of the owner; of the related model for `belongs_to` and
    /// `contains`.
    pub fn owner_key(mut self, columns: impl ColumnNames) -> Self {
        self.owner_key = columns.into_names();
        self
    }

    /// Goes through another model: its rows hold the owner's id, and the related rows hold theirs. For `has_one` and
    /// `has_many`.
    pub fn through(mut self, model: &DynamicModel) -> Self {
        self.between = Some(model.clone());
        self
    }

    /// The column of the model between that holds the owner's id, or the columns of a composite one.
    pub fn through_key(mut self, columns: impl ColumnNames) -> Self {
        self.between_key = columns.into_names();
        self
    }

    /// Declares it, in the place of one of the same name if there is one.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`] for a column that is not there, named or by convention;
    /// [`ErrorKind::Configuration`] for anything else that cannot be, such as an owner without id.
    pub fn declare(self) -> Result<()> {
        for model in [&self.owner, &self.related].into_iter().chain(&self.between) {
            model.check()?;
        }
        if self.name.is_empty() || self.name.contains('.') {
            return Err(self.wrong(format!(
                "`{}` cannot be the name of a relation, which is not empty and has no dot",
                self.name.escape_debug()
            )));
        }
        let relation = self.resolve()?;
        self.owner.relations().declare(relation);
        Ok(())
    }

    fn resolve(&self) -> Result<DeclaredRelation> {
        let Self {
            owner,
            related,
            key,
            owner_key,
            ..
        } = self;
        let mine = format!("{}_id", singular_of(owner));
        let theirs = format!("{}_id", singular_of(related));
        let mut kind = self.kind;
        let mut via = None;
        let (own, other) = match (kind, &self.between) {
            (RelationKind::BelongsTo, None) => (
                self.columns(owner, key, &theirs)?,
                self.columns_or_key(related, owner_key)?,
            ),
            (RelationKind::Contains, None) => (
                self.columns(owner, key, &format!("{}_ids", singular_of(related)))?,
                self.columns_or_key(related, owner_key)?,
            ),
            (RelationKind::Within, None) => (
                self.columns_or_key(owner, owner_key)?,
                self.columns(related, key, &format!("{}_ids", singular_of(owner)))?,
            ),
            (RelationKind::HasOne | RelationKind::HasMany, None) => (
                self.columns_or_key(owner, owner_key)?,
                self.columns(related, key, &mine)?,
            ),
            (RelationKind::BelongsToMany, Some(pivot)) => {
                if owner == related && (key.is_empty() || self.related_key.is_empty()) {
                    return Err(self.wrong(
                        "the two columns of the pivot would be called the same; name both: `key` for this side, \
                         `related_key` for the other"
                            .to_owned(),
                    ));
                }
                via = Some(DeclaredVia {
                    model: self.unless_owner(pivot),
                    owner_key: self.columns(pivot, key, &mine)?,
                    related_key: self.columns(pivot, &self.related_key, &theirs)?,
                });
                (
                    self.columns_or_key(owner, owner_key)?,
                    self.columns_or_key(related, &[])?,
                )
            }
            (RelationKind::HasOne | RelationKind::HasMany, Some(between)) => {
                kind = if kind == RelationKind::HasOne {
                    RelationKind::HasOneThrough
                } else {
                    RelationKind::HasManyThrough
                };
                via = Some(DeclaredVia {
                    model: self.unless_owner(between),
                    owner_key: self.columns(between, &self.between_key, &mine)?,
                    related_key: self.columns_or_key(between, &[])?,
                });
                let held = format!("{}_id", singular_of(between));
                (
                    self.columns_or_key(owner, owner_key)?,
                    self.columns(related, key, &held)?,
                )
            }
            (kind, _) => {
                return Err(self.wrong(format!("`{}` goes through no other model", kind.name())));
            }
        };
        self.check_widths(&own, &other, via.as_ref())?;
        Ok(DeclaredRelation {
            name: self.name.clone(),
            kind,
            owner_key: own,
            related: self.unless_owner(related),
            related_key: other,
            via,
        })
    }

    fn check_widths(&self, own: &[usize], other: &[usize], via: Option<&DeclaredVia>) -> Result<()> {
        let lists = match self.kind {
            RelationKind::Contains => Some((&self.owner, own)),
            RelationKind::Within => Some((&self.related, other)),
            _ => None,
        };
        if let Some((model, columns)) = lists {
            let ty = columns
                .first()
                .map_or(ColumnType::Any, |&i| model.table().columns[i].ty);
            if own.len() != 1 || other.len() != 1 {
                return Err(self.wrong("lists hold ids of one column".to_owned()));
            }
            if !matches!(ty, ColumnType::IdList | ColumnType::Text | ColumnType::Any) {
                return Err(self.wrong(format!("a column of {} holds no list of ids", ty.name())));
            }
            return Ok(());
        }
        let pairs = match via {
            None => vec![(own.len(), other.len())],
            Some(via) => vec![
                (own.len(), via.owner_key.len()),
                (via.related_key.len(), other.len()),
            ],
        };
        if let Some((width, _)) = pairs.iter().find(|(a, _)| *a > KEY_COLUMNS) {
            return Err(self.wrong(format!(
                "a key of {width} columns cannot be loaded by; it has {KEY_COLUMNS} at most"
            )));
        }
        match pairs.into_iter().find(|(a, b)| a != b) {
            Some((a, b)) => Err(self.wrong(format!(
                "a key of {a} columns is held by as many, not by {b}; name them in the key's order"
            ))),
            None => Ok(()),
        }
    }

    fn unless_owner(&self, model: &DynamicModel) -> Option<DynamicModel> {
        (*model != self.owner).then(|| model.clone())
    }

    fn columns_or_key(&self, model: &DynamicModel, names: &[String]) -> Result<Box<[usize]>> {
        if !names.is_empty() {
            return self.columns(model, names, "");
        }
        if model.table().key.is_empty() {
            return Err(self.wrong(format!(
                "`{}` has no id that could be held; name it with `.id(…)` on the model, or another column with `owner_key`",
                model.name()
            )));
        }
        Ok(model.table().key.as_ref().into())
    }

    fn columns(&self, model: &DynamicModel, names: &[String], convention: &str) -> Result<Box<[usize]>> {
        let table: &TableDef = model.table();
        if names.is_empty() {
            return match table.position(convention) {
                Some(at) => Ok([at].into()),
                None => Err(self.unknown(table, convention, "; name the one that is meant")),
            };
        }
        let find = |name: &String| table.position(name).ok_or_else(|| self.unknown(table, name, ""));
        names.iter().map(find).collect()
    }

    #[cold]
    fn unknown(&self, table: &TableDef, name: &str, hint: &str) -> Error {
        let e = table.unknown_column(name);
        Error::new(
            e.kind(),
            format!(
                "the relation `{}.{}`: {}{hint}",
                self.owner.name(),
                self.name,
                e.message()
            ),
        )
        .with_table(table.name.clone().into_owned())
        .with_column(name.to_owned())
    }

    #[cold]
    fn wrong(&self, why: impl std::fmt::Display) -> Error {
        Error::new(
            ErrorKind::Configuration,
            format!(
                "the relation `{}.{}`: {why}",
                self.owner.name(),
                self.name.escape_debug()
            ),
        )
        .with_table(self.owner.table().name.clone().into_owned())
    }
}
