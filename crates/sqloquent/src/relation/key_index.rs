//! Keys of rows, numbered: which related rows belong to which owners.

use std::collections::{HashMap, HashSet};

use sqloquent_core::{Value, ValueRef, text_form};

/// Distinct keys in the order in which they were first seen. Numbers and text are looked up as they stand in the row,
/// without being copied.
#[derive(Debug, Default)]
pub(crate) struct KeyIndex {
    integers: HashMap<i64, u32>,
    texts: HashMap<Box<str>, u32>,
    others: HashMap<Box<[Value]>, u32>,
    keys: Vec<Box<[Value]>>,
    singles: Vec<Value>,
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
        if let Some(found) = self.exact(key) {
            return Some(found);
        }
        let number = u32::try_from(self.len()).ok()?;
        match *key {
            [one] => {
                self.singles.push(one.to_owned());
                match one {
                    ValueRef::Int(v) => {
                        self.integers.insert(v, number);
                    }
                    ValueRef::Text(v) => {
                        self.texts.insert(v.into(), number);
                    }
                    ValueRef::Uuid(v) => {
                        self.texts.insert(text_form::uuid_text(v).into(), number);
                    }
                    other => {
                        self.others.insert([other.to_owned()].into(), number);
                    }
                }
            }
            _ => {
                self.others.insert(met(key).into(), number);
                self.keys.push(key.iter().map(ValueRef::to_owned).collect());
            }
        }
        Some(number)
    }

    /// The number of a key.
    pub(crate) fn find(&mut self, key: &[ValueRef<'_>]) -> Option<u32> {
        if let [one] = key
            && let Some(last) = self.singles.get(self.last)
            && last.as_ref() == *one
        {
            return u32::try_from(self.last).ok();
        }
        let found = self.exact(key).or_else(|| self.loosely(key))?;
        self.last = found as usize;
        Some(found)
    }

    fn exact(&self, key: &[ValueRef<'_>]) -> Option<u32> {
        match *key {
            [ValueRef::Int(v)] => self.integers.get(&v).copied(),
            [ValueRef::Text(v)] => self.texts.get(v).copied(),
            [ValueRef::Uuid(v)] => self.texts.get(&*text_form::uuid_text(v)).copied(),
            _ if self.others.is_empty() => None,
            _ => self.others.get(&*met(key)).copied(),
        }
    }

    /// The number of a key of one column that the two tables keep differently: the engine compares `5` with `'5'` by
    /// the types of the columns.
    fn loosely(&self, key: &[ValueRef<'_>]) -> Option<u32> {
        match *key {
            [ValueRef::Int(v)] if !self.texts.is_empty() => self.texts.get(&*v.to_string()).copied(),
            [ValueRef::Text(v)] if !self.integers.is_empty() => {
                let number: i64 = v.parse().ok()?;
                self.integers.get(&number).copied()
            }
            #[allow(clippy::cast_possible_truncation, reason = "compared with what it came from")]
            [ValueRef::Float(v)] if (v as i64) as f64 == v => self.integers.get(&(v as i64)).copied(),
            _ => None,
        }
    }

    /// The distinct values of each column of the keys.
    pub(crate) fn lists(&self, width: usize) -> Vec<Vec<Value>> {
        if width == 1 {
            return vec![self.singles.clone()];
        }
        (0..width)
            .map(|i| {
                let mut seen = HashSet::new();
                let values = self.keys.iter().filter_map(|k| k.get(i));
                values.filter(|v| seen.insert(*v)).cloned().collect()
            })
            .collect()
    }
}

/// The values of a key in the form in which they meet: UUIDs as text, which some engines keep them as.
fn met(key: &[ValueRef<'_>]) -> Vec<Value> {
    let value = |v: &ValueRef<'_>| match v {
        ValueRef::Uuid(v) => Value::Text(text_form::uuid_text(*v)),
        other => other.to_owned(),
    };
    key.iter().map(value).collect()
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
        assert_eq!(index.lists(1), [vec![Value::Int(7), Value::from("a")]]);
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
        assert_eq!(index.lists(1), [vec![Value::Uuid([0x12; 16])]]);
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
            index.lists(2),
            [vec![Value::Int(1)], vec![Value::from("a"), Value::from("b")]]
        );
    }
}
