//! A position in the bytes, and the values without items.

use crate::layout::{Width, kind, split};
use crate::{Decimal, Int, Packable, Rule, UnpackError, Value};

/// Reads values one after the other.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) lenient: bool,
}

/// How a value begins.
#[derive(Debug)]
pub(super) enum Head {
    /// It has no items, and here it is.
    Value(Value),
    /// It has a table of lengths, which follows.
    Container { offset: usize, kind: u8, count: Width },
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], lenient: bool) -> Self {
        Self {
            bytes,
            at: 0,
            lenient,
        }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Refuses what breaks a rule of the one way to write a value, unless any way will do.
    pub(super) fn require(&self, kept: bool, offset: usize, rule: Rule) -> Result<(), UnpackError> {
        if kept || self.lenient {
            Ok(())
        } else {
            Err(UnpackError::NotCanonical { offset, rule })
        }
    }

    /// The next `len` bytes, none of which may lie at or behind `end`.
    pub(super) fn take(&mut self, len: usize, end: usize) -> Result<&'a [u8], UnpackError> {
        let available = end.saturating_sub(self.at);
        match self.bytes.get(self.at..).and_then(|rest| rest.get(..len)) {
            Some(taken) if len <= available => {
                self.at += len;
                Ok(taken)
            }
            _ => Err(UnpackError::Truncated {
                offset: self.at,
                needed: len as u64,
                available,
            }),
        }
    }

    pub(super) fn byte(&mut self, end: usize) -> Result<u8, UnpackError> {
        Ok(self.take(1, end)?.iter().fold(0, |_, byte| *byte))
    }

    pub(super) fn number(&mut self, width: Width, end: usize) -> Result<usize, UnpackError> {
        Ok(digits(self.take(width.bytes(), end)?))
    }

    /// A length, which has to be written in the fewest bytes.
    pub(super) fn len(&mut self, width: Width, end: usize) -> Result<usize, UnpackError> {
        let offset = self.at;
        let len = self.number(width, end)?;
        self.require(Width::of(len) == Some(width), offset, Rule::Shortest)?;
        Ok(len)
    }

    /// The next value without items, or the beginning of a container; neither may go beyond `end`.
    pub(super) fn head(&mut self, end: usize) -> Result<Head, UnpackError> {
        let offset = self.at;
        let code = self.byte(end)?;
        let (width, kind) = split(code);
        let needs_width = || width.ok_or(UnpackError::BadWidth { offset, code });
        if matches!(
            kind,
            kind::NONE | kind::BOOL | kind::FLOAT | kind::BIG_INT | kind::NEGATIVE_BIG_INT
        ) {
            self.require(width.is_none(), offset, Rule::ClearBits)?;
        }
        let value = match kind {
            kind::LIST | kind::TUPLE | kind::SET | kind::DICT => {
                return Ok(Head::Container {
                    offset,
                    kind,
                    count: needs_width()?,
                });
            }
            kind::NONE => Value::None,
            kind::BOOL => {
                let byte = self.byte(end)?;
                self.require(byte <= 1, offset + 1, Rule::PlainBool)?;
                Value::Bool(byte != 0)
            }
            kind::FLOAT => {
                let bits = self
                    .take(8, end)?
                    .iter()
                    .fold(0, |bits, byte| (bits << 8) | u64::from(*byte));
                Value::Float(f64::from_bits(bits))
            }
            kind::INT | kind::NEGATIVE_INT => self.int(width, kind == kind::NEGATIVE_INT, end)?,
            kind::BIG_INT | kind::NEGATIVE_BIG_INT => self.big_int(kind == kind::NEGATIVE_BIG_INT, end)?,
            kind::STR => Value::Str(self.text(needs_width()?, end)?.to_owned()),
            kind::BYTES => Value::Bytes(self.sized(needs_width()?, end)?.to_owned()),
            kind::BYTE_ARRAY => Value::ByteArray(self.sized(needs_width()?, end)?.to_owned()),
            kind::DECIMAL => self.decimal(needs_width()?, end)?,
            kind::PACKABLE => self.packable(needs_width()?, end)?,
            _ => return Err(UnpackError::UnknownType { offset, code }),
        };
        Ok(Head::Value(value))
    }

    fn int(&mut self, width: Option<Width>, negative: bool, end: usize) -> Result<Value, UnpackError> {
        let offset = self.at;
        let Some(width) = width else {
            let size = usize::from(self.byte(end)?);
            let magnitude = self.take(size, end)?;
            self.require(size > 4 && magnitude.first() != Some(&0), offset, Rule::Shortest)?;
            return Ok(Value::Int(Int::from_magnitude(negative, magnitude)));
        };
        let magnitude = self.take(width.bytes(), end)?;
        let size = digits(magnitude);
        self.require(Width::of(size) == Some(width), offset, Rule::Shortest)?;
        self.require(!negative || size != 0, offset, Rule::UnsignedZero)?;
        Ok(Value::Int(Int::from_magnitude(negative, magnitude)))
    }

    fn big_int(&mut self, negative: bool, end: usize) -> Result<Value, UnpackError> {
        let offset = self.at;
        let size = self.number(Width::Four, end)?;
        let magnitude = self.take(size, end)?;
        self.require(
            size > 255 && magnitude.first() != Some(&0),
            offset,
            Rule::Shortest,
        )?;
        Ok(Value::Int(Int::from_magnitude(negative, magnitude)))
    }

    /// A length and as many bytes.
    fn sized(&mut self, width: Width, end: usize) -> Result<&'a [u8], UnpackError> {
        let len = self.len(width, end)?;
        self.take(len, end)
    }

    fn text(&mut self, width: Width, end: usize) -> Result<&'a str, UnpackError> {
        let bytes = self.sized(width, end)?;
        utf8(bytes, self.at - bytes.len())
    }

    fn decimal(&mut self, width: Width, end: usize) -> Result<Value, UnpackError> {
        let text = self.text(width, end)?;
        let offset = self.at - text.len();
        let decimal = Decimal::new(text).map_err(|source| UnpackError::BadDecimal { offset, source })?;
        self.require(decimal.as_str() == text, offset, Rule::DecimalSpelling)?;
        Ok(Value::Decimal(decimal))
    }

    fn packable(&mut self, width: Width, end: usize) -> Result<Value, UnpackError> {
        let offset = self.at;
        let name_len = self.number(width, end)?;
        let data_len = self.number(width, end)?;
        self.require(
            Width::of(name_len.max(data_len)) == Some(width),
            offset,
            Rule::Shortest,
        )?;
        let name_at = self.at;
        let name = utf8(self.take(name_len, end)?, name_at)?;
        let data = self.take(data_len, end)?;
        Ok(Value::Packable(Packable::new(name, data)))
    }
}

/// Up to four bytes as a number.
pub(super) fn digits(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |number, byte| (number << 8) | usize::from(*byte))
}

fn utf8(bytes: &[u8], at: usize) -> Result<&str, UnpackError> {
    std::str::from_utf8(bytes).map_err(|error| UnpackError::NotUtf8 {
        offset: at + error.valid_up_to(),
    })
}
