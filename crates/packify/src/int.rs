//! Integers without an upper bound, cheap while they fit 64 bits.

use std::fmt;
use std::str::FromStr;

use num_bigint::{BigInt, ParseBigIntError, Sign};

/// An integer of any size.
///
/// Values that fit an `i64` are kept as one; only larger ones allocate. The order is numeric.
///
/// ```
/// use packify::Int;
///
/// let small = Int::from(7);
/// let large: Int = "340282366920938463463374607431768211456".parse()?;
/// assert!(small < large);
/// assert_eq!(i64::try_from(&small)?, 7);
/// assert!(i64::try_from(&large).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Int(Repr);

/// `Big` holds only what `Small` cannot, so that equal numbers are equal here.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Small(i64),
    Big(Box<BigInt>),
}

/// The integer does not fit the type that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the integer does not fit the type asked for: take a wider one, or keep it as `Int`")
    }
}

impl std::error::Error for OutOfRange {}

impl Int {
    /// The number from its magnitude, most significant byte first, and its sign.
    pub(crate) fn from_magnitude(negative: bool, magnitude: &[u8]) -> Self {
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        let digits = trim(magnitude);
        if digits.len() > 8 {
            return Self::from(BigInt::from_bytes_be(sign, digits));
        }
        let value = digits
            .iter()
            .fold(0_i128, |value, byte| (value << 8) | i128::from(*byte));
        Self::from(if negative { -value } else { value })
    }

    /// Calls `with` with the sign and the magnitude, most significant byte first, no leading zeros.
    pub(crate) fn with_magnitude<T>(&self, with: impl FnOnce(bool, &[u8]) -> T) -> T {
        match &self.0 {
            Repr::Small(value) => {
                let bytes = value.unsigned_abs().to_be_bytes();
                with(*value < 0, trim(&bytes))
            }
            Repr::Big(value) => {
                let (sign, bytes) = value.to_bytes_be();
                with(sign == Sign::Minus, trim(&bytes))
            }
        }
    }

    /// The number as an `i64`, if it fits.
    ///
    /// ```
    /// assert_eq!(packify::Int::from(-3).to_i64(), Some(-3));
    /// assert_eq!(packify::Int::from(u64::MAX).to_i64(), None);
    /// ```
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Small(value) => Some(value),
            Repr::Big(_) => None,
        }
    }

    /// Whether the number is below zero.
    ///
    /// ```
    /// assert!(packify::Int::from(-1).is_negative());
    /// ```
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(value) => *value < 0,
            Repr::Big(value) => value.sign() == Sign::Minus,
        }
    }
}

/// Cuts leading zeros off.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

impl Default for Int {
    fn default() -> Self {
        Self(Repr::Small(0))
    }
}

impl Ord for Int {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        match (&self.0, &other.0) {
            (Repr::Small(a), Repr::Small(b)) => a.cmp(b),
            (Repr::Big(a), Repr::Big(b)) => a.cmp(b),
            // A big one is beyond every small one, on the side its sign says.
            (Repr::Small(_), Repr::Big(_)) if other.is_negative() => std::cmp::Ordering::Greater,
            (Repr::Small(_), Repr::Big(_)) => std::cmp::Ordering::Less,
            (Repr::Big(_), Repr::Small(_)) => other.cmp(self).reverse(),
        }
    }
}

impl PartialOrd for Int {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(value) => value.fmt(f),
            Repr::Big(value) => value.fmt(f),
        }
    }
}

impl fmt::Debug for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Int {
    type Err = ParseBigIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(value) => Ok(Self(Repr::Small(value))),
            Err(_) => text.parse::<BigInt>().map(Self::from),
        }
    }
}

impl From<BigInt> for Int {
    fn from(value: BigInt) -> Self {
        match i64::try_from(&value) {
            Ok(small) => Self(Repr::Small(small)),
            Err(_) => Self(Repr::Big(Box::new(value))),
        }
    }
}

impl From<Int> for BigInt {
    fn from(value: Int) -> Self {
        match value.0 {
            Repr::Small(value) => Self::from(value),
            Repr::Big(value) => *value,
        }
    }
}

macro_rules! from_small {
    ($($number:ty),*) => {$(
        impl From<$number> for Int {
            fn from(value: $number) -> Self {
                Self(Repr::Small(i64::from(value)))
            }
        }
    )*};
}

macro_rules! from_large {
    ($($number:ty),*) => {$(
        impl From<$number> for Int {
            fn from(value: $number) -> Self {
                match i64::try_from(value) {
                    Ok(small) => Self(Repr::Small(small)),
                    Err(_) => Self(Repr::Big(Box::new(BigInt::from(value)))),
                }
            }
        }
    )*};
}

macro_rules! try_into_number {
    ($($number:ty),*) => {$(
        impl TryFrom<&Int> for $number {
            type Error = OutOfRange;

            fn try_from(value: &Int) -> Result<Self, Self::Error> {
                match &value.0 {
                    Repr::Small(value) => Self::try_from(*value).map_err(|_| OutOfRange),
                    Repr::Big(value) => Self::try_from(&**value).map_err(|_| OutOfRange),
                }
            }
        }
    )*};
}

from_small!(i8, i16, i32, i64, u8, u16, u32);
from_large!(i128, u64, u128, isize, usize);
try_into_number!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_the_edge_of_64_bits_have_one_form_each() {
        for value in [
            i128::from(i64::MIN),
            i128::from(i64::MAX),
            i128::from(i64::MAX) + 1,
            -(1 << 70),
        ] {
            let direct = Int::from(value);
            assert_eq!(direct, value.to_string().parse().unwrap());
            assert_eq!(direct, Int::from(BigInt::from(value)));
            assert_eq!(direct, direct.with_magnitude(Int::from_magnitude));
            assert_eq!(i128::try_from(&direct).unwrap(), value);
        }
    }

    #[test]
    fn order_is_numeric_across_both_forms() {
        let numbers = [
            "-99999999999999999999",
            "-1",
            "0",
            "5",
            "99999999999999999999",
            "100000000000000000000",
        ];
        let parsed: Vec<Int> = numbers.iter().map(|text| text.parse().unwrap()).collect();
        assert!(parsed.is_sorted());
        assert!(parsed.iter().rev().is_sorted_by(|a, b| a > b));
    }

    #[test]
    fn what_does_not_fit_is_an_error_not_a_wrap() {
        let huge: Int = "1".repeat(60).parse().unwrap();
        assert!(u128::try_from(&huge).is_err());
        assert!(i8::try_from(&Int::from(128)).is_err());
        assert!(u64::try_from(&Int::from(-1)).is_err());
        assert_eq!(u128::try_from(&Int::from(u128::MAX)).unwrap(), u128::MAX);
    }
}
