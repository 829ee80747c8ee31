//! The tables of lengths, believed only once the bytes for all their items are there.

use std::slice::ChunksExact;

use super::reader::{Reader, digits};
use crate::layout::{Width, split};
use crate::{Rule, UnpackError};

/// The lengths of the items that are still to be read.
#[derive(Debug)]
pub(super) struct Lengths<'a>(ChunksExact<'a, u8>);

impl Iterator for Lengths<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        self.0.next().map(digits)
    }
}

impl Lengths<'_> {
    pub(super) fn left(&self) -> usize {
        self.0.len()
    }
}

impl<'a> Reader<'a> {
    /// The width of the lengths, the count, and the lengths; at least a byte is there for every item.
    pub(super) fn table(&mut self, count: Width, end: usize) -> Result<Lengths<'a>, UnpackError> {
        let offset = self.at;
        let code = self.byte(end)?;
        let (Some(width), 0) = split(code) else {
            return Err(UnpackError::BadWidth { offset, code });
        };
        let count = self.len(count, end)?;
        // Where a `usize` has 32 bits the product may not fit it, but then the bytes are not there either.
        let lengths = self
            .take(count.saturating_mul(width.bytes()), end)?
            .chunks_exact(width.bytes());
        let (mut sum, mut longest) = (0_u64, 0_usize);
        for len in Lengths(lengths.clone()) {
            // An item has at least its code byte.
            sum += len.max(1) as u64;
            longest = longest.max(len);
        }
        let available = end.saturating_sub(self.at);
        if sum > available as u64 {
            return Err(UnpackError::Truncated {
                offset: self.at,
                needed: sum,
                available,
            });
        }
        self.require(Width::of(longest) == Some(width), offset, Rule::Shortest)?;
        Ok(Lengths(lengths))
    }
}
