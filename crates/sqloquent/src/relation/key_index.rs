//! Keys of rows, numbered: which related rows belong to which owners.

use std::{
    collections::HashSet,
    hash::{BuildHasher, Hash, Hasher},
};

use hashbrown::{DefaultHashBuilder, HashTable};
use sqloquent_core::{Value, ValueRef, text_form};

/// Distinct keys in the order in which they were first seen. They are looked up as they stand in the row, without being
/// copied.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyIndex {
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// The keys of several columns.
    keys: Vec<Box<[Value]>>,
    /// The keys of one column.
    singles: Vec<Value>,
    /// Whether there are integers, and texts, among the keys of one column.
    integers: bool,
    texts: bool,
    /// The key of one column that was found last: rows of one owner often come together.
    last: usize,
}

impl KeyIndex {
    pub(crate) fn len(&self) -> usize {
        self.singles.len() + self.keys.len()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The number of a key, which is taken in if it is new. None for a key that is NULL in part: it is nobody's.
    pub(crate) fn insert(&mut self, key: &[ValueRef<'_>]) -> Option<u32> {
        if key.iter().any(ValueRef::is_null) {
            return None;
        }
        let hash = hash(&self.hasher, key.iter().copied());
        if let Some(found) = self.numbered(hash, key) {
            return Some(found);
        }
        let number = u32::try_from(self.len()).ok()?;
        match *key {
            [one] => {
                self.integers |= matches!(one, ValueRef::Int(_));
                self.texts |= matches!(one, ValueRef::Text(_) | ValueRef::Uuid(_));
                self.singles.push(one.to_owned());
            }
            _ => self.keys.push(key.iter().map(ValueRef::to_owned).collect()),
        }
        let (hasher, singles, keys) = (&self.hasher, &self.singles, &self.keys);
        self.numbers.insert_unique(hash, number, |&number| {
            let key = stored(singles, keys, number);
            self::hash(hasher, key.iter().map(Value::as_ref))
        });
        Some(number)
    }

    /// The number of a key.
    #[inline]
    pub(crate) fn find(&mut self, key: &[ValueRef<'_>]) -> Option<u32> {
        if let [one] = key
            && let Some(last) = self.singles.get(self.last)
            && last.as_ref() == *one
        {
            return u32::try_from(self.last).ok();
        }
        self.look_up(key)
    }

    fn look_up(&mut self, key: &[ValueRef<'_>]) -> Option<u32> {
        let found = self.exact(key).or_else(|| self.loosely(key))?;
        self.last = found as usize;
        Some(found)
    }

    fn exact(&self, key: &[ValueRef<'_>]) -> Option<u32> {
        self.numbered(hash(&self.hasher, key.iter().copied()), key)
    }

    fn numbered(&self, hash: u64, key: &[ValueRef<'_>]) -> Option<u32> {
        let is = |&number: &u32| {
            let stored = stored(&self.singles, &self.keys, number);
            stored.len() == key.len() && stored.iter().zip(key).all(|(s, k)| meet(s.as_ref(), *k))
        };
        self.numbers.find(hash, is).copied()
    }

    /// The number of a key of one column that the two tables keep differently: the engine compares `5` with `'5'` by
    /// the types of the columns.
    fn loosely(&self, key: &[ValueRef<'_>]) -> Option<u32> {
        match *key {
            [ValueRef::Int(v)] if self.texts => self.exact(&[ValueRef::Text(&v.to_string())]),
            [ValueRef::Text(v)] if self.integers => self.exact(&[ValueRef::Int(v.parse().ok()?)]),
            #[allow(clippy::cast_possible_truncation, reason = "compared with what it came from")]
            [ValueRef::Float(v)] if (v as i64) as f64 == v => self.exact(&[ValueRef::Int(v as i64)]),
            _ => None,
        }
    }

    /// The distinct values of each column of the keys. They are to be [given back](Self::give_back).
    pub(crate) fn take_lists(&mut self, width: usize) -> Vec<Vec<Value>> {
        if width == 1 {
            return vec![std::mem::take(&mut self.singles)];
        }
        (0..width)
            .map(|i| {
                let mut seen = HashSet::new();
                let values = self.keys.iter().filter_map(|k| k.get(i));
                values.filter(|v| seen.insert(*v)).cloned().collect()
            })
            .collect()
    }

    /// Takes back what [`take_lists`](Self::take_lists) gave.
    pub(crate) fn give_back(&mut self, lists: Vec<Vec<Value>>) {
        if self.keys.is_empty()
            && let Some(singles) = lists.into_iter().next()
        {
            self.singles = singles;
        }
    }
}

fn stored<'k>(singles: &'k [Value], keys: &'k [Box<[Value]>], number: u32) -> &'k [Value] {
    match singles.get(number as usize) {
        Some(single) => std::slice::from_ref(single),
        None => keys.get(number as usize).map_or(&[], |key| key),
    }
}

/// Whether two values are the same key. UUIDs meet their text, which some engines keep them as.
fn meet(a: ValueRef<'_>, b: ValueRef<'_>) -> bool {
    match (a, b) {
        (ValueRef::Uuid(uuid), ValueRef::Text(text)) | (ValueRef::Text(text), ValueRef::Uuid(uuid)) => {
            text_form::uuid_text(uuid) == text
        }
        _ => a == b,
    }
}

/// Equal for values that meet.
fn hash<'v>(hasher: &DefaultHashBuilder, key: impl Iterator<Item = ValueRef<'v>>) -> u64 {
    let mut state = hasher.build_hasher();
    for value in key {
        match value {
            ValueRef::Uuid(v) => ValueRef::Text(&text_form::uuid_text(v)).hash(&mut state),
            other => other.hash(&mut state),
        }
    }
    state.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_numbered_once() {
        let mut index = KeyIndex::default();
        assert_eq!(index.insert(&[ValueRef::Int(7)]), Some(0));
        assert_eq!(index.insert(&[ValueRef::Text("a")]), Some(1));
        assert_eq!(index.insert(&[ValueRef::Int(7)]), Some(0));
        assert_eq!(index.insert(&[ValueRef::Null]), None);
        assert_eq!(index.find(&[ValueRef::Text("a")]), Some(1));
        assert_eq!(index.find(&[ValueRef::Int(8)]), None);
        let lists = index.take_lists(1);
        assert_eq!(lists, [vec![Value::Int(7), Value::from("a")]]);
        index.give_back(lists);
        assert_eq!(index.find(&[ValueRef::Int(7)]), Some(0));
    }

    #[test]
    fn numbers_and_text_of_the_same_look_meet() {
        let mut index = KeyIndex::default();
        index.insert(&[ValueRef::Int(5)]);
        assert_eq!(index.find(&[ValueRef::Text("5")]), Some(0));
        assert_eq!(index.find(&[ValueRef::Float(5.0)]), Some(0));
        assert_eq!(index.find(&[ValueRef::Text("five")]), None);
    }

    #[test]
    fn uuids_meet_their_text() {
        let text = text_form::uuid_text([0x12; 16]);
        let mut index = KeyIndex::default();
        assert_eq!(index.insert(&[ValueRef::Uuid([0x12; 16])]), Some(0));
        assert_eq!(index.find(&[ValueRef::Text(&text)]), Some(0));
        assert_eq!(index.take_lists(1), [vec![Value::Uuid([0x12; 16])]]);
        let mut index = KeyIndex::default();
        index.insert(&[ValueRef::Int(1), ValueRef::Uuid([0x12; 16])]);
        assert_eq!(index.find(&[ValueRef::Int(1), ValueRef::Text(&text)]), Some(0));
    }

    #[test]
    fn composite_keys_meet_as_wholes() {
        let mut index = KeyIndex::default();
        index.insert(&[ValueRef::Int(1), ValueRef::Text("a")]);
        index.insert(&[ValueRef::Int(1), ValueRef::Text("b")]);
        assert_eq!(index.find(&[ValueRef::Int(1), ValueRef::Text("b")]), Some(1));
        assert_eq!(index.find(&[ValueRef::Int(2), ValueRef::Text("b")]), None);
        assert_eq!(
            index.take_lists(2),
            [vec![Value::Int(1)], vec![Value::from("a"), Value::from("b")]]
        );
    }
}
