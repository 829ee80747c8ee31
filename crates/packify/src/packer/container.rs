//! Containers: their items are written first, then moved to make room for the header in front of them.

use super::{Mark, Packer};
use crate::PackError;
use crate::layout::{Width, kind};

/// Up to how many keys are compared each with each.
const FEW: usize = 24;

/// What kind of container is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    List,
    Tuple,
    Set,
    /// A dict whose keys may repeat, which has to be found out.
    Dict,
    /// A dict out of a map, which has each key once.
    UniqueDict,
    /// Key and value of a dict, written as a tuple.
    Pair,
}

impl Shape {
    fn code(self) -> u8 {
        match self {
            Self::List => kind::LIST,
            Self::Tuple | Self::Pair => kind::TUPLE,
            Self::Set => kind::SET,
            Self::Dict | Self::UniqueDict => kind::DICT,
        }
    }

    fn is_ordered(self) -> bool {
        matches!(self, Self::Set | Self::Dict | Self::UniqueDict)
    }

    fn is_hashable(self) -> bool {
        matches!(self, Self::Tuple | Self::Pair)
    }
}

/// A container that is being written.
#[derive(Debug)]
#[must_use]
pub(crate) struct Open {
    shape: Shape,
    before: Mark,
    /// Room already left for the header.
    reserved: usize,
    /// The count of unhashable values when it was opened.
    unhashable: usize,
    level: usize,
}

impl Packer {
    /// Opens a container of about `count` items; the header has to move later if that is wrong.
    pub(crate) fn begin(&mut self, shape: Shape, count: usize) -> Result<Open, PackError> {
        let before = self.mark();
        if shape != Shape::Pair {
            self.enter()?;
        }
        if !shape.is_hashable() {
            self.unhashable = self.unhashable.wrapping_add(1);
        }
        self.open += 1;
        let reserved = Width::of(count).map_or(0, |width| 2 + width.bytes() + count);
        self.out.resize(before.out + reserved, 0);
        self.ends.reserve(if shape == Shape::Pair { 2 } else { count });
        Ok(Open {
            shape,
            before,
            reserved,
            unhashable: self.unhashable,
            level: self.open,
        })
    }

    /// Makes sure that exactly `count` values lie in the container so far.
    pub(crate) fn expect_values(&self, open: &Open, count: usize) -> Result<(), PackError> {
        let written = self.ends.len().saturating_sub(open.before.ends);
        if written == count {
            return Ok(());
        }
        Err(PackError::NotOneValue {
            offset: open.before.out,
            written: (written + 1).saturating_sub(count),
        })
    }

    /// Makes sure that the values in the container so far may be set members or keys.
    pub(crate) fn expect_hashable(&self, open: &Open) -> Result<(), PackError> {
        if self.unhashable == open.unhashable {
            return Ok(());
        }
        Err(PackError::Unhashable {
            offset: open.before.out,
        })
    }

    /// Forgets a container that could not be completed.
    pub(crate) fn abandon(&mut self, open: &Open) {
        self.reset(open.before);
    }

    /// Closes a container. Everything written since it was opened becomes its items.
    pub(crate) fn end(&mut self, open: &Open) -> Result<(), PackError> {
        if open.shape == Shape::Pair && self.end_short_pair(open) {
            return Ok(());
        }
        let result = self.try_end(open);
        if result.is_err() {
            self.abandon(open);
        }
        result
    }

    /// Closes a pair whose header has the room that was left for it: most keys and values are short. False for others.
    fn end_short_pair(&mut self, open: &Open) -> bool {
        let Some(&[key_end, value_end]) = self.ends.get(open.before.ends..) else {
            return false;
        };
        let start = open.before.out;
        let first = start + open.reserved;
        let len = |from: usize, to: usize| to.checked_sub(from).and_then(|len| u8::try_from(len).ok());
        let (Some(key), Some(value)) = (len(first, key_end), len(key_end, value_end)) else {
            return false;
        };
        if self.open != open.level {
            return false;
        }
        let one = Width::One.bits();
        let header = [one | kind::TUPLE, one, 2, key, value];
        match self.out.get_mut(start..first) {
            Some(place) if place.len() == header.len() => place.copy_from_slice(&header),
            _ => return false,
        }
        self.ends.truncate(open.before.ends);
        self.depth = open.before.depth;
        self.open = open.before.open;
        self.end_value();
        true
    }

    fn try_end(&mut self, open: &Open) -> Result<(), PackError> {
        let offset = open.before.out;
        if self.open != open.level || self.ends.len() < open.before.ends {
            // A serializer was dropped half-way, and what it wrote belongs to nothing.
            return Err(PackError::NotOneValue { offset, written: 0 });
        }
        if open.shape == Shape::Set {
            self.expect_hashable(open)?;
        }
        let first = offset + open.reserved;
        if open.shape.is_ordered() {
            self.put_in_order(open, first)?;
        }
        let ends = self.ends.get(open.before.ends..).unwrap_or_default();
        let (mut longest, mut start) = (0, first);
        for &end in ends {
            longest = longest.max(end.saturating_sub(start));
            start = end;
        }
        let too_long = |len| PackError::TooLong { offset, len };
        let table = Width::of(longest).ok_or(too_long(longest))?;
        let count = Width::of(ends.len()).ok_or(too_long(ends.len()))?;
        let header = 2 + count.bytes() + table.bytes() * ends.len();
        self.move_items(first, offset + header);
        self.write_header(open, first, count, table);
        self.ends.truncate(open.before.ends);
        self.depth = open.before.depth;
        self.open = open.before.open;
        self.end_value();
        Ok(())
    }

    /// Moves all from `from` on so that it begins at `to`.
    fn move_items(&mut self, from: usize, to: usize) {
        let end = self.out.len();
        if to > from {
            self.out.resize(end + (to - from), 0);
        }
        if to != from {
            self.out.copy_within(from..end, to);
        }
        self.out.truncate(to + (end - from));
    }

    fn write_header(&mut self, open: &Open, first: usize, count: Width, table: Width) {
        let ends = self.ends.get(open.before.ends..).unwrap_or_default();
        let mut at = open.before.out;
        let mut put = |bytes: &[u8]| {
            if let Some(place) = self.out.get_mut(at..at + bytes.len()) {
                place.copy_from_slice(bytes);
            }
            at += bytes.len();
        };
        put(&[count.bits() | open.shape.code(), table.bits()]);
        let (bytes, skip) = count.digits(ends.len());
        put(bytes.get(skip..).unwrap_or_default());
        let mut start = first;
        for &end in ends {
            let (bytes, skip) = table.digits(end.saturating_sub(start));
            put(bytes.get(skip..).unwrap_or_default());
            start = end;
        }
    }

    /// Orders the items that begin at `first` by their bytes, and their ends with them.
    fn put_in_order(&mut self, open: &Open, first: usize) -> Result<(), PackError> {
        let Self {
            out,
            ends,
            order,
            ordered,
            ..
        } = self;
        let ends = ends.get_mut(open.before.ends..).unwrap_or_default();
        let bytes = |range: &(usize, usize)| out.get(range.0..range.1).unwrap_or_default();
        order.clear();
        order.reserve(ends.len());
        if open.shape == Shape::Dict {
            order.extend(ranges(first, ends).map(|range| key_of(out, range)));
            if repeats(out, order) {
                return Err(PackError::DuplicateKey {
                    offset: open.before.out,
                });
            }
            order.clear();
        }
        order.extend(ranges(first, ends));
        if order.is_sorted_by(|a, b| bytes(a) < bytes(b)) {
            return Ok(());
        }
        order.sort_unstable_by(|a, b| bytes(a).cmp(bytes(b)));
        if order
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if bytes(a) == bytes(b)))
        {
            return Err(PackError::DuplicateItem {
                offset: open.before.out,
            });
        }
        ordered.clear();
        ordered.reserve(out.len().saturating_sub(first));
        for range in order.iter() {
            ordered.extend_from_slice(bytes(range));
        }
        let mut at = first;
        for (end, range) in ends.iter_mut().zip(order.iter()) {
            at += range.1 - range.0;
            *end = at;
        }
        if let Some(place) = out.get_mut(first..first + ordered.len()) {
            place.copy_from_slice(ordered);
        }
        Ok(())
    }
}

/// The ranges between consecutive ends.
fn ranges(first: usize, ends: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    ends.iter()
        .scan(first, |start, &end| Some((std::mem::replace(start, end), end)))
}

/// Whether two of the ranges hold the same bytes. Their order is of no further use.
fn repeats(out: &[u8], order: &mut [(usize, usize)]) -> bool {
    let bytes = |range: &(usize, usize)| out.get(range.0..range.1).unwrap_or_default();
    if order.len() <= FEW {
        // Most pairs differ in length already, which beats sorting.
        let mut rest = &*order;
        while let Some((range, others)) = rest.split_first() {
            if others.iter().any(|other| bytes(other) == bytes(range)) {
                return true;
            }
            rest = others;
        }
        return false;
    }
    order.sort_unstable_by(|a, b| bytes(a).cmp(bytes(b)));
    order
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if bytes(a) == bytes(b)))
}

/// The range of the key within a packed pair: behind code, width and count come the two lengths.
fn key_of(out: &[u8], (start, end): (usize, usize)) -> (usize, usize) {
    let width = match out.get(start + 1).map(|code| code >> 6) {
        Some(2) => Width::Two,
        Some(3) => Width::Four,
        _ => Width::One,
    };
    let table = start + 3;
    let len = out.get(table..table + width.bytes()).unwrap_or_default();
    let len = len
        .iter()
        .fold(0_usize, |len, byte| (len << 8) | usize::from(*byte));
    let key = table + 2 * width.bytes();
    (key.min(end), key.saturating_add(len).min(end))
}
