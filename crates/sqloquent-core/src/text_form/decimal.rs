//! The canonical text of decimal numbers.

use std::borrow::Cow;

/// As many digits as a number may have on either side of its point.
const LONGEST: usize = 1_000;

/// The canonical text of a decimal number: no exponent, no `+`, no zeros but those that count, zero without a sign. Equal
/// numbers have equal text: `2.50`, `+2.5` and `25e-1` are all `2.5`.
///
/// `None` when the text is no such number, or would have more than a thousand digits on either side of its point.
#[must_use]
pub fn canonical_decimal(text: &str) -> Option<Cow<'_, str>> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
        None => (text, 0),
    };
    let (negative, mantissa) = sign(mantissa);
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (mantissa, ""),
    };
    let number = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !number(whole) || !number(fraction) {
        return None;
    }
    if exponent == 0 && is_canonical(text, whole, fraction) {
        return (whole.len().max(fraction.len()) <= LONGEST).then_some(Cow::Borrowed(text));
    }
    write(negative, whole, fraction, exponent).map(Cow::Owned)
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn read_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // A longer one belongs to zero, or to a number that is too long.
    let size = digits.parse::<i64>().unwrap_or(i64::MAX).min(1 << 32);
    Some(if negative { -size } else { size })
}

fn is_canonical(text: &str, whole: &str, fraction: &str) -> bool {
    let point = usize::from(!fraction.is_empty());
    let minus = usize::from(text.starts_with('-'));
    text.len() == minus + whole.len() + point + fraction.len()
        && (whole == "0" || !whole.starts_with('0'))
        && !fraction.ends_with('0')
        && text != "-0"
}

/// Puts the point where the exponent moves it.
fn write(negative: bool, whole: &str, fraction: &str, exponent: i64) -> Option<String> {
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0');
    if digits.is_empty() {
        return Some("0".to_owned());
    }
    let dropped = all.len() - digits.len();
    // Where the point stands among the digits; before them when negative.
    let point = i64::try_from(whole.len()).ok()? - i64::try_from(dropped).ok()? + exponent;
    let digits = digits.trim_end_matches('0');
    let length = i64::try_from(digits.len()).ok()?;
    let longest = LONGEST as i64;
    if point > longest || length - point > longest {
        return None;
    }
    let mut out = String::with_capacity(digits.len() + 3);
    if negative {
        out.push('-');
    }
    let zeros = |n: i64| "0".repeat(usize::try_from(n).unwrap_or(0));
    if point <= 0 {
        out.push_str("0.");
        out.push_str(&zeros(-point));
        out.push_str(digits);
    } else if point >= length {
        out.push_str(digits);
        out.push_str(&zeros(point - length));
    } else {
        let (whole, fraction) = digits.split_at_checked(usize::try_from(point).ok()?)?;
        out.push_str(whole);
        out.push('.');
        out.push_str(fraction);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_equal_text() {
        for (text, canonical) in [
            ("0", "0"),
            ("-0", "0"),
            ("+0.000", "0"),
            ("0e99999999999999999999", "0"),
            ("-0.5", "-0.5"),
            ("0.5", "0.5"),
            ("00.50", "0.5"),
            ("2.50", "2.5"),
            ("+2.5", "2.5"),
            ("25e-1", "2.5"),
            ("0.25E+1", "2.5"),
            ("2.5", "2.5"),
            ("100", "100"),
            ("1e2", "100"),
            ("100.0", "100"),
            ("-1200.0340", "-1200.034"),
            ("1E-7", "0.0000001"),
            ("123.456e1", "1234.56"),
            ("0.99", "0.99"),
            (
                "12345678901234567890123456789012345678.5",
                "12345678901234567890123456789012345678.5",
            ),
        ] {
            assert_eq!(canonical_decimal(text).as_deref(), Some(canonical), "{text}");
            assert!(
                matches!(canonical_decimal(canonical), Some(Cow::Borrowed(c)) if c == canonical),
                "{canonical} is canonical itself"
            );
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "-",
            "+",
            ".",
            "1.",
            ".5",
            "1.2.3",
            "--1",
            "+-1",
            "1e",
            "1e+",
            "1e1.5",
            "e5",
            "1_000",
            "1,5",
            "1 000",
            " 1",
            "1 ",
            "0x10",
            "NaN",
            "inf",
            "-Infinity",
            "１",
            "1e1001",
            "1e-1001",
            "1e99999999999999999999",
        ] {
            assert_eq!(canonical_decimal(text), None, "{text}");
        }
        assert_eq!(canonical_decimal(&"1".repeat(1_001)), None);
        assert!(canonical_decimal(&"1".repeat(1_000)).is_some());
    }
}
