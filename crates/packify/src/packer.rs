//! Writing values one after the other, without building a [`Value`](crate::Value) first.

pub(crate) mod container;
mod sink;

pub use sink::{DictSink, Sink};

use crate::PackError;
use crate::int::trim;
use crate::layout::{Width, kind};

/// Packs one value after the other, reusing its memory.
///
/// Borrowed data goes straight into the bytes; nothing is allocated once the buffers have grown.
///
/// ```
/// let mut packer = packify::Packer::new();
/// let bytes = packer.pack(|sink| {
///     sink.dict(|dict| {
///         dict.entry("name", "gold")?;
///         dict.entry("amount", &79)
///     })
/// })?;
/// assert_eq!(packify::unpack(bytes)?.as_dict().map(|dict| dict.len()), Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Packer {
    out: Vec<u8>,
    /// Where each finished value ends that lies directly in an open container, innermost last.
    ends: Vec<usize>,
    /// Ranges of the items being ordered.
    order: Vec<(usize, usize)>,
    /// The ordered items on their way back into `out`.
    ordered: Vec<u8>,
    /// How many containers are open, not counting the pairs of dicts.
    depth: usize,
    /// How many containers are open, with the pairs of dicts.
    open: usize,
    /// How many values were begun that can be no member of a set and no key.
    unhashable: usize,
    /// How deep containers may lie in one another.
    limit: usize,
}

impl Default for Packer {
    fn default() -> Self {
        Self::with_limit(crate::MAX_DEPTH)
    }
}

/// A place to return to when a value turns out to be impossible.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    out: usize,
    ends: usize,
    depth: usize,
    open: usize,
}

impl Packer {
    /// A packer with empty buffers.
    ///
    /// ```
    /// let packer = packify::Packer::new();
    /// # let _ = packer;
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A packer in which containers may lie in one another up to `limit`.
    pub(crate) fn with_limit(limit: usize) -> Self {
        Self {
            out: Vec::new(),
            ends: Vec::new(),
            order: Vec::new(),
            ordered: Vec::new(),
            depth: 0,
            open: 0,
            unhashable: 0,
            limit,
        }
    }

    /// An empty packer that is as deep as this one.
    #[cfg(feature = "serde")]
    pub(crate) fn at_same_depth(&self) -> Self {
        Self {
            depth: self.depth,
            ..Self::with_limit(self.limit)
        }
    }

    /// The bytes of the one value that was written.
    #[cfg(feature = "serde")]
    pub(crate) fn finish(self) -> Result<Vec<u8>, PackError> {
        match self.ends.len() {
            1 if self.open == 0 => Ok(self.out),
            written => Err(PackError::NotOneValue { offset: 0, written }),
        }
    }

    /// Packs the one value that `write` writes. The bytes stay in the packer until it packs the next value.
    ///
    /// # Errors
    ///
    /// What `write` returns, and [`PackError::NotOneValue`] when it writes no value or several.
    ///
    /// ```
    /// let mut packer = packify::Packer::new();
    /// assert_eq!(packer.pack(|sink| sink.int(1))?, [0x44, 1]);
    /// assert_eq!(packer.pack(|sink| sink.none())?, [0]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn pack(
        &mut self,
        write: impl FnOnce(&mut Sink<'_>) -> Result<(), PackError>,
    ) -> Result<&[u8], PackError> {
        self.out.clear();
        self.one(write)?;
        Ok(&self.out)
    }

    /// Packs one value behind what `out` already holds, which stays as it was if that fails.
    ///
    /// # Errors
    ///
    /// As with [`Packer::pack`].
    ///
    /// ```
    /// let mut packer = packify::Packer::new();
    /// let mut out = vec![9];
    /// packer.append(&mut out, |sink| sink.bool(true))?;
    /// assert_eq!(out, [9, 6, 1]);
    /// # Ok::<(), packify::PackError>(())
    /// ```
    pub fn append(
        &mut self,
        out: &mut Vec<u8>,
        write: impl FnOnce(&mut Sink<'_>) -> Result<(), PackError>,
    ) -> Result<(), PackError> {
        std::mem::swap(&mut self.out, out);
        let result = self.one(write);
        std::mem::swap(&mut self.out, out);
        result
    }

    /// Exactly one value behind what `self.out` holds.
    fn one(&mut self, write: impl FnOnce(&mut Sink<'_>) -> Result<(), PackError>) -> Result<(), PackError> {
        // A panic in an earlier closure may have left these behind.
        self.ends.clear();
        (self.depth, self.open) = (0, 0);
        let start = self.out.len();
        let written = write(&mut Sink::new(self));
        let result = match self.ends.len() {
            1 => written,
            count => written.and(Err(PackError::NotOneValue {
                offset: start,
                written: count,
            })),
        };
        if result.is_err() {
            self.out.truncate(start);
        }
        result.map_err(|error| error.relative_to(start))
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            out: self.out.len(),
            ends: self.ends.len(),
            depth: self.depth,
            open: self.open,
        }
    }

    /// Forgets everything written since the mark.
    pub(crate) fn reset(&mut self, mark: Mark) {
        self.out.truncate(mark.out);
        self.ends.truncate(mark.ends);
        (self.depth, self.open) = (mark.depth, mark.open);
    }

    /// Goes one level deeper; `leave` or the end of the container goes back.
    pub(crate) fn enter(&mut self) -> Result<(), PackError> {
        if self.depth >= self.limit {
            return Err(PackError::TooDeep {
                offset: self.out.len(),
                limit: self.limit,
            });
        }
        self.depth += 1;
        Ok(())
    }

    #[cfg(feature = "serde")]
    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Notes that a value ends here.
    fn end_value(&mut self) {
        self.ends.push(self.out.len());
    }

    fn width(&self, len: usize) -> Result<Width, PackError> {
        Width::of(len).ok_or(PackError::TooLong {
            offset: self.out.len(),
            len,
        })
    }

    fn put_len(&mut self, width: Width, len: usize) {
        let (bytes, skip) = width.digits(len);
        self.out.extend_from_slice(bytes.get(skip..).unwrap_or_default());
    }

    /// A value that is a length and bytes.
    pub(crate) fn put_bytes(&mut self, kind: u8, bytes: &[u8]) -> Result<(), PackError> {
        let width = self.width(bytes.len())?;
        self.out.reserve(bytes.len() + 5);
        self.out.push(width.bits() | kind);
        self.put_len(width, bytes.len());
        self.out.extend_from_slice(bytes);
        self.end_value();
        if kind == kind::BYTE_ARRAY {
            self.unhashable += 1;
        }
        Ok(())
    }

    pub(crate) fn put_none(&mut self) {
        self.out.push(kind::NONE);
        self.end_value();
    }

    pub(crate) fn put_bool(&mut self, value: bool) {
        self.out.extend_from_slice(&[kind::BOOL, u8::from(value)]);
        self.end_value();
    }

    pub(crate) fn put_float(&mut self, value: f64) {
        self.out.push(kind::FLOAT);
        self.out.extend_from_slice(&value.to_bits().to_be_bytes());
        self.end_value();
    }

    /// An integer by its sign and magnitude, most significant byte first.
    pub(crate) fn put_int(&mut self, negative: bool, magnitude: &[u8]) -> Result<(), PackError> {
        let digits = trim(magnitude);
        let sign = u8::from(negative);
        let (width, zeros): (Width, &[u8]) = match digits.len() {
            0 => (Width::One, &[0]),
            1 => (Width::One, &[]),
            2 => (Width::Two, &[]),
            3 => (Width::Four, &[0]),
            4 => (Width::Four, &[]),
            len => {
                match u8::try_from(len) {
                    Ok(size) => self.out.extend_from_slice(&[kind::INT + sign, size]),
                    Err(_) => {
                        self.width(len)?;
                        self.out.push(kind::BIG_INT + sign);
                        self.put_len(Width::Four, len);
                    }
                }
                self.out.extend_from_slice(digits);
                self.end_value();
                return Ok(());
            }
        };
        self.out.push(width.bits() | (kind::INT + sign));
        self.out.extend_from_slice(zeros);
        self.out.extend_from_slice(digits);
        self.end_value();
        Ok(())
    }

    pub(crate) fn put_packable(&mut self, name: &str, data: &[u8]) -> Result<(), PackError> {
        let width = self.width(name.len().max(data.len()))?;
        self.out.push(width.bits() | kind::PACKABLE);
        self.put_len(width, name.len());
        self.put_len(width, data.len());
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(data);
        self.end_value();
        Ok(())
    }
}
