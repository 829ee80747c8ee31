//! Decimal numbers as text in one canonical spelling.

mod spelling;

use std::fmt;
use std::str::FromStr;

use crate::Int;

/// A decimal number, kept as the text that the format stores.
///
/// Reading accepts what Python's `Decimal` accepts (`1e5`, ` 1_000.50 `, `-inf`, `sNaN12`; digits must be
/// ASCII) and respells it the way Python prints it, so the same number given twice packs to the same bytes.
/// Digits are significant: `1.0` and `1.00` are different values. The order is that of the text, not numeric.
///
/// ```
/// use packify::Decimal;
///
/// let price: Decimal = "1e5".parse()?;
/// assert_eq!(price.as_str(), "1E+5");
/// assert!("12,5".parse::<Decimal>().is_err());
/// # Ok::<(), packify::DecimalError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(Box<str>);

impl Decimal {
    /// Reads a decimal from text and gives it its canonical spelling.
    ///
    /// # Errors
    ///
    /// [`DecimalError`] when the text is not a number, or its exponent is beyond what Python can hold.
    ///
    /// ```
    /// # use packify::Decimal;
    /// assert_eq!(Decimal::new("00012.50")?.as_str(), "12.50");
    /// # Ok::<(), packify::DecimalError>(())
    /// ```
    pub fn new(text: &str) -> Result<Self, DecimalError> {
        spelling::canonical(text).map(|text| Self(text.into()))
    }

    /// The canonical text.
    ///
    /// ```
    /// # use packify::Decimal;
    /// assert_eq!(Decimal::from(12).as_str(), "12");
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecimalError {
    /// The text does not spell a number.
    Syntax,
    /// The exponent lies beyond 18 digits.
    Exponent,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => {
                "not a decimal: write digits with an optional sign, point and exponent, or Infinity or NaN"
            }
            Self::Exponent => "the exponent of the decimal is out of range: keep it within 18 digits",
        })
    }
}

impl std::error::Error for DecimalError {}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Decimal {
    type Error = DecimalError;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl TryFrom<String> for Decimal {
    type Error = DecimalError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Decimal> for String {
    fn from(value: Decimal) -> Self {
        value.0.into()
    }
}

impl From<&Int> for Decimal {
    fn from(value: &Int) -> Self {
        Self(value.to_string().into())
    }
}

macro_rules! from_integers {
    ($($number:ty),*) => {$(
        impl From<$number> for Decimal {
            fn from(value: $number) -> Self {
                Self(value.to_string().into())
            }
        }
    )*};
}

from_integers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

macro_rules! parse_into {
    ($($number:ty),*) => {$(
        impl TryFrom<&Decimal> for $number {
            type Error = <$number as FromStr>::Err;

            /// Reads the text as a number of the target type; integers need a text without point or exponent.
            fn try_from(value: &Decimal) -> Result<Self, Self::Error> {
                value.0.parse()
            }
        }
    )*};
}

parse_into!(
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64, Int
);
