//! The values of a list or a tuple.

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::Value;
use crate::teardown::tear_down;

/// What a list or a tuple holds: a `Vec<Value>` that drops without recursion.
///
/// It dereferences to the vector, and converts from and into it.
///
/// ```
/// use packify::{Items, Value};
///
/// let mut items: Items = [1, 2].into_iter().collect();
/// items.push(Value::from("three"));
/// assert_eq!(items.len(), 3);
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Items(Vec<Value>);

impl Items {
    /// An empty one.
    ///
    /// ```
    /// assert!(packify::Items::new().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The values as a plain vector.
    ///
    /// ```
    /// assert_eq!(packify::Items::new().into_inner().len(), 0);
    /// ```
    #[must_use]
    pub fn into_inner(mut self) -> Vec<Value> {
        self.take()
    }

    pub(crate) fn take(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.0)
    }
}

impl Deref for Items {
    type Target = Vec<Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Items {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<Vec<Value>> for Items {
    fn from(inner: Vec<Value>) -> Self {
        Self(inner)
    }
}

impl From<Items> for Vec<Value> {
    fn from(outer: Items) -> Self {
        outer.into_inner()
    }
}

impl<T: Into<Value>> FromIterator<T> for Items {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().map(Into::into).collect())
    }
}

impl IntoIterator for Items {
    type Item = Value;
    type IntoIter = std::vec::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_inner().into_iter()
    }
}

impl<'a> IntoIterator for &'a Items {
    type Item = &'a Value;
    type IntoIter = std::slice::Iter<'a, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Debug for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        if self.0.iter().any(Value::has_children) {
            tear_down(self.take());
        }
    }
}
