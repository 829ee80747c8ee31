//! Sets of values.

use std::collections::{BTreeSet, btree_set};
use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::Value;
use crate::teardown::tear_down;

/// The members of a set: a `BTreeSet<Value>` that drops without recursion.
///
/// Members must be hashable where the bytes are read in Python: packing refuses lists, byte arrays, sets and
/// dicts here, also inside of tuples.
///
/// ```
/// let set: packify::Set = ["b", "a", "b"].into_iter().collect();
/// assert_eq!(set.len(), 2);
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Set(BTreeSet<Value>);

impl Set {
    /// An empty one.
    ///
    /// ```
    /// assert!(packify::Set::new().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The members as a plain set.
    ///
    /// ```
    /// assert_eq!(packify::Set::new().into_inner().len(), 0);
    /// ```
    #[must_use]
    pub fn into_inner(mut self) -> BTreeSet<Value> {
        self.take()
    }

    pub(crate) fn take(&mut self) -> BTreeSet<Value> {
        std::mem::take(&mut self.0)
    }
}

impl Deref for Set {
    type Target = BTreeSet<Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Set {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<BTreeSet<Value>> for Set {
    fn from(inner: BTreeSet<Value>) -> Self {
        Self(inner)
    }
}

impl From<Set> for BTreeSet<Value> {
    fn from(outer: Set) -> Self {
        outer.into_inner()
    }
}

impl<T: Into<Value>> FromIterator<T> for Set {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().map(Into::into).collect())
    }
}

impl IntoIterator for Set {
    type Item = Value;
    type IntoIter = btree_set::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_inner().into_iter()
    }
}

impl<'a> IntoIterator for &'a Set {
    type Item = &'a Value;
    type IntoIter = btree_set::Iter<'a, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        if self.0.iter().any(Value::has_children) {
            tear_down(self.take());
        }
    }
}
