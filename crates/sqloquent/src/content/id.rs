//! The ids of content-addressed records.

use std::{fmt, str::FromStr};

use sqloquent_core::{Value, ValueRef};

use crate::{
    model::IdType,
    schema::ColumnType,
    types::{OrderedType, OwnType, SqlType, ValueError},
};

/// The SHA-256 of a record's content: 64 lower-case hexadecimal digits as text, and so it is stored.
///
/// ```
/// use sqloquent::ContentId;
///
/// let id: ContentId = "5e564d6b6828dc16d3f9fb6672acfd66d1bd4d26de77cfb1f347bb3788db15f9".parse()?;
/// assert_eq!(id.to_string().len(), 64);
/// assert_eq!(ContentId::from_bytes(*id.as_bytes()), id);
/// assert!("5E56".parse::<ContentId>().is_err());
/// # Ok::<(), sqloquent::content::ContentIdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId([u8; 32]);

impl ContentId {
    /// The id of a record whose content was not hashed yet. No content has it.
    pub const UNSET: Self = Self([0; 32]);

    /// The id of these 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether the id was not made yet.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        *self == Self::UNSET
    }

    /// The id as text.
    pub(crate) fn to_text(self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut digits = vec![0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        // Digits are ASCII.
        String::from_utf8(digits).unwrap_or_default()
    }
}

/// As [`UNSET`](Self::UNSET).
impl Default for ContentId {
    fn default() -> Self {
        Self::UNSET
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_text())
    }
}

impl fmt::Debug for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentId({self})")
    }
}

/// A text is no content id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContentIdError;

impl fmt::Display for ContentIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a content id is 64 lower-case hexadecimal digits")
    }
}

impl std::error::Error for ContentIdError {}

/// Upper-case digits are refused: ids are compared as text, so that each has one form.
impl FromStr for ContentId {
    type Err = ContentIdError;

    fn from_str(text: &str) -> Result<Self, ContentIdError> {
        let digits: &[u8; 64] = text.as_bytes().try_into().map_err(|_| ContentIdError)?;
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(ContentIdError),
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<&str> for ContentId {
    type Error = ContentIdError;

    fn try_from(text: &str) -> Result<Self, ContentIdError> {
        text.parse()
    }
}

impl From<ContentId> for String {
    fn from(id: ContentId) -> Self {
        id.to_text()
    }
}

#[diagnostic::do_not_recommend]
impl SqlType for ContentId {
    const TYPE: ColumnType = ColumnType::Text;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(Value::Text(self.to_text()))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        match value {
            ValueRef::Text(text) => text
                .parse()
                .map_err(|e: ContentIdError| ValueError::new(e.to_string())),
            other => Err(ValueError::mismatch("content id", other)),
        }
    }
}

impl OwnType for ContentId {}

impl crate::types::IntoValue for &ContentId {
    fn into_value(self) -> Result<Value, ValueError> {
        self.to_value()
    }
}

impl OrderedType for ContentId {
    type Nullable = Option<Self>;
}

/// Compares with its text, as everything that is stored as text does.
#[diagnostic::do_not_recommend]
impl crate::types::Comparable<&str> for ContentId {
    fn operand(value: &str) -> crate::Expr {
        <String as crate::types::Comparable<&str>>::operand(value)
    }
}

/// Unset until the content is hashed.
#[diagnostic::do_not_recommend]
impl IdType for ContentId {
    fn unset() -> Self {
        Self::UNSET
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for ContentId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for ContentId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// A type that the id of a `#[model(hashed)]` model can have: [`ContentId`], `String`, or a newtype of one of them that
/// implements this.
///
/// ```
/// use sqloquent::{ContentId, content::HashedId, prelude::*};
///
/// #[derive(SqlType, Clone, Copy, Debug, PartialEq)]
/// struct DocId(ContentId);
///
/// impl HashedId for DocId {
///     fn of_content(id: ContentId) -> Self {
///         DocId(id)
///     }
/// }
///
/// #[derive(Model, Clone, Debug)]
/// #[model(hashed)]
/// struct Doc {
///     #[model(id)]
///     id: DocId,
///     title: String,
/// }
///
/// let doc = Doc::new("Notes");
/// assert_eq!(doc.id.0, doc.content_id()?);
/// # Ok::<(), Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the id of a hashed model",
    label = "not the type of a content id",
    note = "make the field a `ContentId` or a `String`"
)]
pub trait HashedId: SqlType {
    /// The id of a content.
    fn of_content(id: ContentId) -> Self;
}

impl HashedId for ContentId {
    fn of_content(id: ContentId) -> Self {
        id
    }
}

impl HashedId for String {
    fn of_content(id: ContentId) -> Self {
        id.to_text()
    }
}
