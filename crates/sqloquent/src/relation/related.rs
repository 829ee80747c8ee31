//! The field that holds what is related to a model.

use std::{fmt, panic::Location, sync::Arc};

use sqloquent_core::{Error, ErrorKind, Result};

use super::{RelatedContent, RelatedItem};
use crate::model::Model;

/// What is related to a model, once it is loaded: `Related<Vec<Post>>`, `Related<Option<User>>`.
///
/// It never touches the database. One word wide and empty until it is loaded by `with` on a query, by
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
pub struct Related<T>(Option<Arc<T>>);

impl<T> Related<T> {
    /// Not loaded.
    #[must_use]
    pub const fn unloaded() -> Self {
        Self(None)
    }

    /// Loaded with the content.
    #[must_use]
    pub fn loaded(content: T) -> Self {
        Self(Some(Arc::new(content)))
    }

    /// Whether it is loaded.
    #[must_use]
    pub const fn is_loaded(&self) -> bool {
        self.0.is_some()
    }

    /// The content, if it is loaded.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.0.as_deref()
    }

    /// The content, shared.
    #[must_use]
    pub fn shared(&self) -> Option<Arc<T>> {
        self.0.clone()
    }

    /// Sets the content, as if it had been loaded. The database is not touched.
    pub fn set_loaded(&mut self, content: T) {
        self.0 = Some(Arc::new(content));
    }

    /// Sets the content to one that others hold, too.
    pub fn set_shared(&mut self, content: Arc<T>) {
        self.0 = Some(content);
    }

    /// Forgets the content. The database is not touched.
    pub fn unload(&mut self) {
        self.0 = None;
    }
}

impl<T: Clone> Related<T> {
    /// The content for changing it in memory, if it is loaded; what others share is copied first.
    #[must_use]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.0.as_mut().map(Arc::make_mut)
    }

    /// Takes the content out; what others share is copied.
    #[must_use]
    pub fn take(&mut self) -> Option<T> {
        self.0.take().map(Arc::unwrap_or_clone)
    }
}

impl<T: RelatedContent<Item: RelatedItem>> Related<T> {
    /// The content.
    ///
    /// # Errors
    /// [`ErrorKind::RelationNotLoaded`] when it is not loaded. The message says which model is missing, where it was
    /// asked for, and what loads it.
    #[track_caller]
    pub fn try_get(&self) -> Result<&T> {
        match &self.0 {
            Some(content) => Ok(content),
            None => Err(not_loaded::<T>(Location::caller())),
        }
    }
}

#[cold]
fn not_loaded<T: RelatedContent<Item: RelatedItem>>(caller: &Location<'_>) -> Error {
    let table = <<T::Item as RelatedItem>::Model as Model>::table();
    let model = &table.model;
    let many = if T::MANY {
        format!("`{model}`s")
    } else {
        format!("`{model}`")
    };
    Error::new(
        ErrorKind::RelationNotLoaded,
        format!(
            "the related {many} asked for at {caller} are not loaded; load them with the query, by \
             `.with(|m| m.field)`, or later, by `Model::load(&db, &mut instance, |m| m.field)`"
        ),
    )
    .with_table(table.name.clone().into_owned())
}

impl<T> Default for Related<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Clone for Related<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> From<T> for Related<T> {
    fn from(content: T) -> Self {
        Self::loaded(content)
    }
}

impl<T: fmt::Debug> fmt::Debug for Related<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
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
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self(None))
    }
}
