//! The field that holds what is related to a model.

use std::{fmt, panic::Location, sync::Arc};

use sqloquent_core::{Error, ErrorKind, Result};

use super::{RelatedContent, RelatedItem};
use crate::model::Model;

/// What a relation is called, known to the fields of instances.
#[doc(hidden)]
#[derive(Debug)]
pub struct RelationName {
    owner: &'static str,
    field: &'static str,
}

impl RelationName {
    /// The name of a field of a model.
    #[must_use]
    pub const fn new(owner: &'static str, field: &'static str) -> Self {
        Self { owner, field }
    }
}

/// What is related to a model, once it is loaded: `Related<Vec<Post>>`, `Related<Option<User>>`.
///
/// It never touches the database. It is two words wide, allocates nothing, and is empty until it is loaded by `with` on a query, by
/// [`Model::load`] or through the relation itself. What several models are related to is shared between them, not
/// copied. It is left out of comparisons, of hashes and of what serde writes.
///
/// ```
/// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
/// # use fixture::*;
/// # fn main() -> Result<()> { example(async |db, ada| {
/// assert!(ada.posts.get().is_none());
/// let ada = User::query().with(|u| u.posts).first_required(&db).await?;
/// assert_eq!(ada.posts.try_get()?.len(), 1);
/// # Ok(()) }) }
/// ```
pub struct Related<T> {
    content: Option<Arc<T>>,
    name: Option<&'static RelationName>,
}

impl<T> Related<T> {
    /// Not loaded.
    #[must_use]
    pub const fn unloaded() -> Self {
        Self {
            content: None,
            name: None,
        }
    }

    /// Not loaded, and knows of which field it is.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_field(name: &'static RelationName) -> Self {
        Self {
            content: None,
            name: Some(name),
        }
    }

    /// Loaded with the content.
    #[must_use]
    pub fn loaded(content: T) -> Self {
        Self {
            content: Some(Arc::new(content)),
            name: None,
        }
    }

    /// Whether it is loaded.
    #[must_use]
    pub const fn is_loaded(&self) -> bool {
        self.content.is_some()
    }

    /// The content, if it is loaded.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.content.as_deref()
    }

    /// The content, shared.
    #[must_use]
    pub fn shared(&self) -> Option<Arc<T>> {
        self.content.clone()
    }

    /// Sets the content, as if it had been loaded. The database is not touched.
    pub fn set_loaded(&mut self, content: T) {
        self.content = Some(Arc::new(content));
    }

    /// Sets the content to one that others hold, too.
    pub fn set_shared(&mut self, content: Arc<T>) {
        self.content = Some(content);
    }

    /// Forgets the content. The database is not touched.
    pub fn unload(&mut self) {
        self.content = None;
    }
}

impl<T: Clone> Related<T> {
    /// The content for changing it in memory, if it is loaded; what others share is copied first.
    #[must_use]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.content.as_mut().map(Arc::make_mut)
    }

    /// Takes the content out; what others share is copied.
    #[must_use]
    pub fn take(&mut self) -> Option<T> {
        self.content.take().map(Arc::unwrap_or_clone)
    }
}

impl<T: RelatedContent<Item: RelatedItem>> Related<T> {
    /// The content.
    ///
    /// # Errors
    /// [`ErrorKind::RelationNotLoaded`] when it is not loaded. The message names the relation, the place that asked
    /// for it, and what loads it.
    #[track_caller]
    pub fn try_get(&self) -> Result<&T> {
        match &self.content {
            Some(content) => Ok(content),
            None => Err(not_loaded::<T>(self.name, Location::caller())),
        }
    }
}

#[cold]
fn not_loaded<T: RelatedContent<Item: RelatedItem>>(
    name: Option<&RelationName>,
    caller: &Location<'_>,
) -> Error {
    let table = <<T::Item as RelatedItem>::Model as Model>::table();
    let (what, model, field) = match name {
        Some(RelationName { owner, field }) => (format!("`{owner}.{field}`"), *owner, *field),
        None => (format!("a relation to `{}`", table.model), "Model", "field"),
    };
    Error::new(
        ErrorKind::RelationNotLoaded,
        format!(
            "{what}, asked for at {caller}, is not loaded; load it with the query, by `.with(|m| m.{field})`, or later, \
             by `{model}::load(&db, &mut instance, |m| m.{field})`"
        ),
    )
    .with_table(table.name.clone().into_owned())
}

impl<T> Default for Related<T> {
    fn default() -> Self {
        Self::unloaded()
    }
}

impl<T> Clone for Related<T> {
    fn clone(&self) -> Self {
        Self {
            content: self.content.clone(),
            name: self.name,
        }
    }
}

impl<T> From<T> for Related<T> {
    fn from(content: T) -> Self {
        Self::loaded(content)
    }
}

impl<T: fmt::Debug> fmt::Debug for Related<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Some(content) => content.fmt(f),
            None => f.write_str("<not loaded>"),
        }
    }
}

/// Always equal: what is loaded is no part of what a model is.
impl<T> PartialEq for Related<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Related<T> {}

impl<T> PartialOrd for Related<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Related<T> {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl<T> std::hash::Hash for Related<T> {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

/// Written as nothing (`null`), read as not loaded. `#[serde(skip)]` on the field leaves out its name, too.
#[cfg(feature = "serde")]
impl<T> serde::Serialize for Related<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

#[cfg(feature = "serde")]
impl<'de, T> serde::Deserialize<'de> for Related<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self::unloaded())
    }
}
