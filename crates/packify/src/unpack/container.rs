//! Containers: a table of lengths is believed only once the bytes for all its items are there.

use super::reader::{Reader, digits};
use crate::layout::{Width, kind, split};
use crate::{Dict, Items, MAX_DEPTH, Rule, Set, UnpackError, Value};

/// The length table of a container.
#[derive(Debug, Clone, Copy)]
struct Table<'a> {
    lengths: &'a [u8],
    width: Width,
}

impl<'a> Table<'a> {
    fn lengths(self) -> impl ExactSizeIterator<Item = usize> + use<'a> {
        self.lengths.chunks_exact(self.width.bytes()).map(digits)
    }
}

impl<'a> Reader<'a> {
    /// Lists and tuples.
    pub(super) fn items(&mut self, offset: usize, count: Width, end: usize) -> Result<Items, UnpackError> {
        let mut values = Vec::new();
        self.nested(offset, |reader| {
            let table = reader.table(count, end)?;
            values.reserve_exact(table.lengths().len());
            for len in table.lengths() {
                values.push(reader.item(len)?);
            }
            Ok(())
        })?;
        Ok(Items::from(values))
    }

    pub(super) fn set(&mut self, offset: usize, count: Width, end: usize) -> Result<Value, UnpackError> {
        let mut members = Vec::new();
        self.nested(offset, |reader| {
            let table = reader.table(count, end)?;
            members.reserve_exact(table.lengths().len());
            let mut previous: &[u8] = &[];
            for len in table.lengths() {
                reader.ascending(&mut previous, len)?;
                let start = reader.at;
                members.push(reader.item(len)?);
                hashable(members.last(), start)?;
            }
            Ok(())
        })?;
        Ok(Value::Set(Set::from_iter(members)))
    }

    pub(super) fn dict(&mut self, offset: usize, count: Width, end: usize) -> Result<Value, UnpackError> {
        let mut entries = Vec::new();
        self.nested(offset, |reader| {
            let table = reader.table(count, end)?;
            entries.reserve_exact(table.lengths().len());
            let mut previous: &[u8] = &[];
            for len in table.lengths() {
                reader.ascending(&mut previous, len)?;
                entries.push(reader.pair(len)?);
            }
            Ok(())
        })?;
        let written = entries.len();
        let dict = Dict::from_iter(entries);
        if dict.len() < written && !self.lenient {
            return Err(UnpackError::DuplicateKey { offset });
        }
        Ok(Value::Dict(dict))
    }

    /// One level deeper.
    fn nested<T>(
        &mut self,
        offset: usize,
        read: impl FnOnce(&mut Self) -> Result<T, UnpackError>,
    ) -> Result<T, UnpackError> {
        if self.depth >= MAX_DEPTH {
            return Err(UnpackError::TooDeep { offset });
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The width of the lengths, the count, and the lengths; at least a byte is there for every item.
    fn table(&mut self, count: Width, end: usize) -> Result<Table<'a>, UnpackError> {
        let offset = self.at;
        let code = self.byte(end)?;
        let (Some(width), 0) = split(code) else {
            return Err(UnpackError::BadWidth { offset, code });
        };
        let count = self.len(count, end)?;
        // Four bytes each for up to 2^32 items exceed a `usize` of 32 bits, but then they are not there.
        let lengths = self.take(count.saturating_mul(width.bytes()), end)?;
        let table = Table { lengths, width };
        let (mut sum, mut longest) = (0_u64, 0_usize);
        for len in table.lengths() {
            // An item has at least its code byte.
            sum += len.max(1) as u64;
            longest = longest.max(len);
        }
        let available = end.saturating_sub(self.at);
        if sum > available as u64 {
            return Err(UnpackError::Truncated { offset: self.at, needed: sum, available });
        }
        self.require(Width::of(longest) == Some(width), offset, Rule::Shortest)?;
        Ok(table)
    }

    /// The next item, which is to be `len` bytes long.
    fn item(&mut self, len: usize) -> Result<Value, UnpackError> {
        let end = self.at.saturating_add(len);
        let value = self.value(end)?;
        self.finish_item(end)?;
        Ok(value)
    }

    fn finish_item(&mut self, end: usize) -> Result<(), UnpackError> {
        self.require(self.at == end, self.at, Rule::ExactItem)?;
        self.at = end;
        Ok(())
    }

    /// Makes sure that the next `len` bytes come behind those of the item before.
    fn ascending(&self, previous: &mut &'a [u8], len: usize) -> Result<(), UnpackError> {
        let next = self.rest().get(..len).unwrap_or_default();
        self.require(previous.is_empty() || *previous < next, self.at, Rule::Ascending)?;
        *previous = next;
        Ok(())
    }

    /// The next item of a dict: a tuple of key and value.
    fn pair(&mut self, len: usize) -> Result<(Value, Value), UnpackError> {
        let offset = self.at;
        let end = offset.saturating_add(len);
        let (Some(count), kind::TUPLE) = split(self.byte(end)?) else {
            return Err(UnpackError::NotAPair { offset });
        };
        let table = self.table(count, end)?;
        let mut lengths = table.lengths();
        let (Some(key_len), Some(value_len), None) = (lengths.next(), lengths.next(), lengths.next()) else {
            return Err(UnpackError::NotAPair { offset });
        };
        let key_at = self.at;
        let key = self.item(key_len)?;
        hashable(Some(&key), key_at)?;
        let value = self.item(value_len)?;
        self.finish_item(end)?;
        Ok((key, value))
    }
}

/// Refuses what Python could not put into a set. The value has been read, so its depth is bounded.
fn hashable(value: Option<&Value>, offset: usize) -> Result<(), UnpackError> {
    match value {
        Some(Value::List(_) | Value::ByteArray(_) | Value::Set(_) | Value::Dict(_)) => {
            Err(UnpackError::Unhashable { offset })
        }
        Some(Value::Tuple(items)) => items.iter().try_for_each(|item| hashable(Some(item), offset)),
        _ => Ok(()),
    }
}
