//! User types: a name and bytes that only the type itself understands.

use std::fmt;

use crate::registry::BoxError;

/// A value of a user type as it lies in the bytes: the name of the type and its data.
///
/// In Python these are classes with `pack` and `unpack` methods, stored under the name of the class.
///
/// ```
/// let point = packify::Packable::new("Point", vec![1, 2]);
/// assert_eq!((point.name(), point.data()), ("Point", &[1, 2][..]));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
// Boxed so that this rare case does not widen every `Value`.
pub struct Packable(Box<(String, Vec<u8>)>);

impl Packable {
    /// Puts a name and data together.
    ///
    /// ```
    /// let unit = packify::Packable::new("Unit", []);
    /// assert!(unit.data().is_empty());
    /// ```
    pub fn new(name: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self(Box::new((name.into(), data.into())))
    }

    /// Packs a user type under its name.
    ///
    /// # Errors
    ///
    /// Whatever [`UserType::to_data`] returns.
    ///
    /// ```
    /// # use packify::{BoxError, Packable, UserType};
    /// struct Celsius(i8);
    /// impl UserType for Celsius {
    ///     const NAME: &'static str = "Celsius";
    ///     fn to_data(&self) -> Result<Vec<u8>, BoxError> {
    ///         Ok(self.0.to_be_bytes().to_vec())
    ///     }
    ///     fn from_data(data: &[u8]) -> Result<Self, BoxError> {
    ///         Ok(Self(i8::from_be_bytes(data.try_into()?)))
    ///     }
    /// }
    /// assert_eq!(Packable::from_user(&Celsius(-4))?.data(), [0xfc]);
    /// # Ok::<(), BoxError>(())
    /// ```
    pub fn from_user<T: UserType>(value: &T) -> Result<Self, BoxError> {
        Ok(Self::new(T::NAME, value.to_data()?))
    }

    /// The name of the type.
    ///
    /// ```
    /// assert_eq!(packify::Packable::new("A", []).name(), "A");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.0
    }

    /// The data, for the type to read.
    ///
    /// ```
    /// assert_eq!(packify::Packable::new("A", [7]).data(), [7]);
    /// ```
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.0.1
    }

    /// Both parts, owned.
    ///
    /// ```
    /// let (name, data) = packify::Packable::new("A", [7]).into_parts();
    /// assert_eq!((name.as_str(), data), ("A", vec![7]));
    /// ```
    #[must_use]
    pub fn into_parts(self) -> (String, Vec<u8>) {
        *self.0
    }
}

impl fmt::Debug for Packable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packable")
            .field("name", &self.name())
            .field("data", &self.data())
            .finish()
    }
}

/// A Rust type that is stored as a [`Packable`].
pub trait UserType: Sized {
    /// The name in the bytes. For types shared with Python: the name of the class.
    const NAME: &'static str;

    /// Writes the value as bytes.
    ///
    /// # Errors
    ///
    /// Whatever keeps the value from being written.
    fn to_data(&self) -> Result<Vec<u8>, BoxError>;

    /// Reads the value from bytes.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the bytes.
    fn from_data(data: &[u8]) -> Result<Self, BoxError>;
}
