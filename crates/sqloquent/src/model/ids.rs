//! Ids of rows that are not stored yet.

use crate::schema::Generated;

/// A type that a model's id can have without the program choosing each id.
///
/// Text and UUIDs are made when the struct is; integers are 0 until the database has counted. `#[derive(SqlType)]` on a
/// newtype passes on what its inner type does; implement it for an id type of your own. An id of any other type is given
/// by the program: `#[model(id(given))]`.
///
/// ```
/// use sqloquent::model::IdType;
///
/// let (a, b) = (String::unset(), String::unset());
/// assert!(a.len() == 32 && a != b);
/// assert_eq!(i64::unset(), 0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made up for a new row",
    label = "an id of this type has to be given",
    note = "mark the field `#[model(id(given))]`, or implement `IdType` for the type"
)]
pub trait IdType {
    /// Who makes the id.
    const GENERATED: Generated = Generated::No;

    /// The id of a new row.
    fn unset() -> Self;
}

/// A version 4 UUID: random but for the bits that say so.
///
/// # Panics
/// When the operating system gives no random numbers; an id that can be guessed would be worse.
pub(crate) fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no random numbers: {error}");
    }
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    bytes
}

/// A version 4 UUID as 32 lower-case hexadecimal digits.
#[diagnostic::do_not_recommend]
impl IdType for String {
    fn unset() -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(32);
        for byte in random() {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        text
    }
}

/// A version 4 UUID.
#[cfg(feature = "uuid")]
#[diagnostic::do_not_recommend]
impl IdType for uuid::Uuid {
    fn unset() -> Self {
        uuid::Uuid::from_bytes(random())
    }
}

/// A version 4 UUID.
#[cfg(feature = "uuid")]
#[diagnostic::do_not_recommend]
impl IdType for crate::types::UuidBlob {
    fn unset() -> Self {
        Self(uuid::Uuid::unset())
    }
}

macro_rules! counted {
    ($($t:ty),+) => {$(
        /// Counted by the database, 0 until stored.
        #[diagnostic::do_not_recommend]
        impl IdType for $t {
            const GENERATED: Generated = Generated::Increment;

            fn unset() -> Self {
                0
            }
        }
    )+};
}

counted!(i16, i32, i64, i128, isize, u16, u32, u64, u128, usize);
