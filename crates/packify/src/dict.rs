//! Dicts: values by key.

use std::collections::{BTreeMap, btree_map};
use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::Value;
use crate::teardown::tear_down;

/// The entries of a dict: a `BTreeMap<Value, Value>` that drops without recursion.
///
/// Keys must be hashable where the bytes are read in Python, as with [`Set`](crate::Set).
///
/// ```
/// let dict: packify::Dict = [("one", 1), ("two", 2)].into_iter().collect();
/// assert_eq!(dict.field("two"), Some(&2.into()));
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dict(BTreeMap<Value, Value>);

impl Dict {
    /// An empty one.
    ///
    /// ```
    /// assert!(packify::Dict::new().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The entries as a plain map.
    ///
    /// ```
    /// assert_eq!(packify::Dict::new().into_inner().len(), 0);
    /// ```
    #[must_use]
    pub fn into_inner(mut self) -> BTreeMap<Value, Value> {
        self.take()
    }

    pub(crate) fn take(&mut self) -> BTreeMap<Value, Value> {
        std::mem::take(&mut self.0)
    }
}

impl Deref for Dict {
    type Target = BTreeMap<Value, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Dict {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<BTreeMap<Value, Value>> for Dict {
    fn from(inner: BTreeMap<Value, Value>) -> Self {
        Self(inner)
    }
}

impl From<Dict> for BTreeMap<Value, Value> {
    fn from(outer: Dict) -> Self {
        outer.into_inner()
    }
}

impl Dict {
    /// The value under a text key.
    ///
    /// ```
    /// # let dict: packify::Dict = [("one", 1)].into_iter().collect();
    /// assert!(dict.field("one").is_some());
    /// assert!(dict.field("two").is_none());
    /// ```
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Value> {
        self.0.get(&Value::from(key))
    }
}

impl<K: Into<Value>, V: Into<Value>> FromIterator<(K, V)> for Dict {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }
}

impl IntoIterator for Dict {
    type Item = (Value, Value);
    type IntoIter = btree_map::IntoIter<Value, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_inner().into_iter()
    }
}

impl<'a> IntoIterator for &'a Dict {
    type Item = (&'a Value, &'a Value);
    type IntoIter = btree_map::Iter<'a, Value, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Debug for Dict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Drop for Dict {
    fn drop(&mut self) {
        if self
            .0
            .iter()
            .any(|(key, value)| key.has_children() || value.has_children())
        {
            tear_down(self.take().into_iter().flat_map(|(key, value)| [key, value]));
        }
    }
}
