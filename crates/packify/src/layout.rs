//! The one code byte in front of every value: which type it is, and how its length is written.

/// The type, in the six low bits of the code byte.
pub(crate) mod kind {
    pub(crate) const NONE: u8 = 0;
    pub(crate) const BYTES: u8 = 1;
    pub(crate) const BYTE_ARRAY: u8 = 2;
    pub(crate) const STR: u8 = 3;
    pub(crate) const INT: u8 = 4;
    pub(crate) const NEGATIVE_INT: u8 = 5;
    pub(crate) const BOOL: u8 = 6;
    pub(crate) const FLOAT: u8 = 7;
    pub(crate) const DECIMAL: u8 = 8;
    pub(crate) const LIST: u8 = 10;
    pub(crate) const SET: u8 = 11;
    pub(crate) const TUPLE: u8 = 12;
    pub(crate) const DICT: u8 = 13;
    pub(crate) const BIG_INT: u8 = 14;
    pub(crate) const NEGATIVE_BIG_INT: u8 = 15;
    pub(crate) const PACKABLE: u8 = 20;
}

const KIND_BITS: u8 = 0b0011_1111;

/// How many bytes a length takes, in the two high bits of the code byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    One,
    Two,
    Four,
}

impl Width {
    /// The narrowest width that holds `len`, or `None` when 32 bits do not.
    pub(crate) fn of(len: usize) -> Option<Self> {
        match u32::try_from(len) {
            Ok(0..=0xff) => Some(Self::One),
            Ok(0x100..=0xffff) => Some(Self::Two),
            Ok(_) => Some(Self::Four),
            Err(_) => None,
        }
    }

    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
        }
    }

    /// This width as the two high bits of a code byte.
    pub(crate) fn bits(self) -> u8 {
        match self {
            Self::One => 0b0100_0000,
            Self::Two => 0b1000_0000,
            Self::Four => 0b1100_0000,
        }
    }

    /// The last `self.bytes()` bytes of `len`, big-endian. The caller has made sure that they suffice.
    pub(crate) fn digits(self, len: usize) -> ([u8; 8], usize) {
        ((len as u64).to_be_bytes(), 8 - self.bytes())
    }
}

/// Takes a code byte apart. No width means that the two high bits are clear.
pub(crate) fn split(code: u8) -> (Option<Width>, u8) {
    let width = match code >> 6 {
        0 => None,
        1 => Some(Width::One),
        2 => Some(Width::Two),
        _ => Some(Width::Four),
    };
    (width, code & KIND_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_change_exactly_where_the_length_stops_fitting() {
        for (len, width) in [
            (0, Width::One),
            (255, Width::One),
            (256, Width::Two),
            (65_535, Width::Two),
            (65_536, Width::Four),
            (u32::MAX as usize, Width::Four),
        ] {
            assert_eq!(Width::of(len), Some(width), "{len}");
        }
        assert_eq!(Width::of(u32::MAX as usize + 1), None);
    }

    #[test]
    fn a_code_byte_splits_into_what_it_was_made_of() {
        for width in [Width::One, Width::Two, Width::Four] {
            assert_eq!(
                split(width.bits() | kind::PACKABLE),
                (Some(width), kind::PACKABLE)
            );
        }
        assert_eq!(split(kind::FLOAT), (None, kind::FLOAT));
    }
}
