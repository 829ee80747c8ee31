//! Lists of ids in one column.

mod text;

use std::fmt;

use sqloquent_core::{Value, ValueRef};

pub(crate) use text::{id_text, normalized, read_id, text_ids};

use super::{IntoValue, OwnType, SqlType, ValueError};
use crate::schema::ColumnType;

/// The ids of other rows, kept in one column: as text, sorted by their bytes and joined by commas.
///
/// The order is always the same, so that equal lists are equal texts, and a content id over them does not depend on the
/// order in which ids were added. An empty list is stored as empty text; NULL is read as an empty list too. Make the
/// field an `Option` where NULL is to be stored.
///
/// Ids are text, integers, UUIDs, or newtypes of those. An id that is empty or holds a comma is refused. What is read
/// may be in any order and hold empty places, as some programs left them (`,1`); it is brought in order.
///
/// ```
/// # fn main() -> Result<(), sqloquent::Error> { sqloquent::block_on(async {
/// use sqloquent::{IdList, prelude::*};
///
/// #[derive(Model, Clone, Debug, PartialEq)]
/// pub struct Step {
///     #[model(id(given))]
///     pub id: String,
///     pub parent_ids: IdList<String>,
/// }
///
/// let db = Db::connect("sqlite::memory:").await?;
/// db.create_tables::<(Step,)>().await?;
/// Step::new("wash", IdList::new()).insert(&db).await?;
/// let mut dry = Step::new("dry", IdList::of(["wash"])?).insert(&db).await?;
/// dry.update(&db, |step| { step.parent_ids.remove("wash"); }).await?;
/// assert_eq!(Step::query().filter(|s| s.parent_ids.has("wash")).count(&db).await?, 0);
/// # Ok(()) }) }
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdList<T>(Vec<T>);

impl<T> IdList<T> {
    /// No ids.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The ids in the order of their text.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// The ids in the order of their text.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// How many ids there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes all ids out.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether the id is one of them.
    #[must_use]
    pub fn contains<Q>(&self, id: &Q) -> bool
    where
        T: PartialEq + std::borrow::Borrow<Q>,
        Q: PartialEq + ?Sized,
    {
        self.0.iter().any(|t| t.borrow() == id)
    }

    /// Takes an id out; tells whether it was there.
    pub fn remove<Q>(&mut self, id: &Q) -> bool
    where
        T: std::borrow::Borrow<Q>,
        Q: PartialEq + ?Sized,
    {
        let before = self.0.len();
        self.0.retain(|t| t.borrow() != id);
        self.0.len() < before
    }
}

impl<T: SqlType> IdList<T> {
    /// A list of ids, in any order, each counting once.
    ///
    /// ```
    /// use sqloquent::IdList;
    ///
    /// let ids = IdList::<String>::of(["b", "a", "b"])?;
    /// assert_eq!(ids.as_slice(), ["a", "b"]);
    /// assert!(IdList::<String>::of(["a,b"]).is_err());
    /// # Ok::<(), sqloquent::Error>(())
    /// ```
    ///
    /// # Errors
    /// An id that is empty, holds a comma, or has no text form.
    pub fn of<I: Into<T>>(ids: impl IntoIterator<Item = I>) -> Result<Self, ValueError> {
        let mut all = Vec::new();
        for id in ids {
            let id = id.into();
            all.push((text_of(&id)?, id));
        }
        Ok(Self::sorted(all))
    }

    /// Adds an id; tells whether it is new.
    ///
    /// # Errors
    /// An id that is empty, holds a comma, or has no text form.
    pub fn insert(&mut self, id: impl Into<T>) -> Result<bool, ValueError> {
        let id = id.into();
        let text = text_of(&id)?;
        // Those that are there have their text: they were refused otherwise.
        let place = self
            .0
            .binary_search_by(|t| text_of(t).unwrap_or_default().as_bytes().cmp(text.as_bytes()));
        if let Err(at) = place {
            self.0.insert(at, id);
        }
        Ok(place.is_err())
    }

    fn sorted(mut all: Vec<(String, T)>) -> Self {
        all.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
        all.dedup_by(|(a, _), (b, _)| a == b);
        Self(all.into_iter().map(|(_, id)| id).collect())
    }
}

fn text_of<T: SqlType>(id: &T) -> Result<String, ValueError> {
    id_text(id.to_value()?.as_ref())
}

impl<T> Default for IdList<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for IdList<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.0).finish()
    }
}

impl<T> IntoIterator for IdList<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'l, T> IntoIterator for &'l IdList<T> {
    type Item = &'l T;
    type IntoIter = std::slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[diagnostic::do_not_recommend]
impl<T: SqlType> SqlType for IdList<T> {
    const TYPE: ColumnType = ColumnType::IdList;

    fn to_value(&self) -> Result<Value, ValueError> {
        let mut joined = String::new();
        for (i, id) in self.0.iter().enumerate() {
            if i > 0 {
                joined.push(',');
            }
            joined.push_str(&text_of(id)?);
        }
        Ok(Value::Text(joined))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        let text = match value {
            ValueRef::Null => return Ok(Self::new()),
            ValueRef::Text(text) => text,
            other => return Err(ValueError::mismatch("a list of ids", other)),
        };
        let ids = text_ids(text).map(|piece| Ok((piece.to_owned(), read_id::<T>(piece)?)));
        ids.collect::<Result<_, ValueError>>().map(Self::sorted)
    }
}

impl<T: SqlType> OwnType for IdList<T> {}

impl<T: SqlType> IntoValue for &IdList<T> {
    fn into_value(self) -> Result<Value, ValueError> {
        self.to_value()
    }
}

/// A column type that holds a list of ids.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no list of ids",
    note = "make the field an `IdList<_>` of the other model's ids"
)]
pub trait IdListType {
    /// The type of the ids.
    type Id;
}

impl<T> IdListType for IdList<T> {
    type Id = T;
}

#[diagnostic::do_not_recommend]
impl<T> IdListType for Option<IdList<T>> {
    type Id = T;
}

/// A column of a dynamic model.
impl IdListType for Value {
    type Id = Self;
}
