//! From any accepted spelling of a decimal to the one that is stored.

use super::DecimalError;

/// The largest exponent of the most significant digit.
const LARGEST: i128 = 999_999_999_999_999_999;
/// The smallest exponent of the least significant digit.
const SMALLEST: i128 = -1_999_999_999_999_999_997;
/// Exponents are held within this bound while reading, far outside of what is accepted.
const UNREACHABLE: i128 = 1 << 100;

/// Respells `text`.
pub(super) fn canonical(text: &str) -> Result<String, DecimalError> {
    let bare: String = text
        .trim_matches(is_blank)
        .chars()
        .filter(|c| *c != '_')
        .collect();
    let (sign, rest) = match bare.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", bare.strip_prefix('+').unwrap_or(&bare)),
    };
    if rest.eq_ignore_ascii_case("inf") || rest.eq_ignore_ascii_case("infinity") {
        return Ok(format!("{sign}Infinity"));
    }
    if let Some(payload) = strip_word(rest, "nan") {
        return not_a_number(sign, "NaN", payload);
    }
    if let Some(payload) = strip_word(rest, "snan") {
        return not_a_number(sign, "sNaN", payload);
    }
    finite(sign, rest)
}

/// What the Python reader strips: white space, and four separators that Rust does not count as such.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, tail) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(tail)
}

fn not_a_number(sign: &str, word: &str, payload: &str) -> Result<String, DecimalError> {
    digits_only(payload)?;
    Ok(format!("{sign}{word}{}", payload.trim_start_matches('0')))
}

fn digits_only(text: &str) -> Result<(), DecimalError> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(DecimalError::Syntax)
    }
}

fn finite(sign: &str, text: &str) -> Result<String, DecimalError> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, read_exponent(exponent)?),
        None => (text, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    digits_only(whole)?;
    digits_only(fraction)?;
    if whole.is_empty() && fraction.is_empty() {
        return Err(DecimalError::Syntax);
    }
    let joined = [whole, fraction].concat();
    let significant = joined.trim_start_matches('0');
    let digits = if significant.is_empty() { "0" } else { significant };
    let exponent = exponent - fraction.len() as i128;
    if exponent < SMALLEST || exponent + digits.len() as i128 - 1 > LARGEST {
        return Err(DecimalError::Exponent);
    }
    Ok(spell(sign, digits, exponent))
}

fn read_exponent(text: &str) -> Result<i128, DecimalError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    digits_only(digits)?;
    if digits.is_empty() {
        return Err(DecimalError::Syntax);
    }
    let size = digits.bytes().fold(0_i128, |size, digit| {
        (size.saturating_mul(10).saturating_add(i128::from(digit - b'0'))).min(UNREACHABLE)
    });
    Ok(if negative { -size } else { size })
}

/// Plain notation down to six zeros behind the point, scientific beyond and for positive exponents.
fn spell(sign: &str, digits: &str, exponent: i128) -> String {
    let point = exponent + digits.len() as i128;
    if exponent > 0 || point <= -6 {
        let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
        let dot = if rest.is_empty() { "" } else { "." };
        return format!("{sign}{first}{dot}{rest}E{:+}", point - 1);
    }
    match usize::try_from(point) {
        Ok(point) if point > 0 => match digits.split_at_checked(point) {
            Some((whole, fraction)) if !fraction.is_empty() => format!("{sign}{whole}.{fraction}"),
            _ => format!("{sign}{digits}"),
        },
        _ => {
            let zeros = "0".repeat(usize::try_from(-point).unwrap_or_default());
            format!("{sign}0.{zeros}{digits}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_become_what_python_prints() {
        for (given, wanted) in [
            ("1.10", "1.10"),
            ("-0", "-0"),
            ("1e5", "1E+5"),
            ("+3", "3"),
            (".5", "0.5"),
            ("5.", "5"),
            ("00012.50", "12.50"),
            ("0.0000001", "1E-7"),
            ("0.000001", "0.000001"),
            ("0.00001234567", "0.00001234567"),
            ("000e-7", "0E-7"),
            ("0e3", "0E+3"),
            ("1E-10", "1E-10"),
            ("12.5e-9", "1.25E-8"),
            ("123e2", "1.23E+4"),
            ("-00.00", "-0.00"),
            ("1e-0", "1"),
            ("1_0", "10"),
            ("_1", "1"),
            ("1_e5", "1E+5"),
            ("\t1\n", "1"),
            ("\u{1f}1\u{2003}", "1"),
            ("inf", "Infinity"),
            ("-InFiNiTy", "-Infinity"),
            ("+nan", "NaN"),
            ("NaN007", "NaN7"),
            ("snan_1", "sNaN1"),
            ("0.0e1000000000000000000", "0E+999999999999999999"),
            ("1.5e-1999999999999999996", "1.5E-1999999999999999996"),
        ] {
            assert_eq!(canonical(given).as_deref(), Ok(wanted), "{given:?}");
            assert_eq!(canonical(wanted).as_deref(), Ok(wanted), "{wanted:?} again");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "", "+", ".", "1e", "1e+", "e5", "--1", "1e5.", "1 2", "nan 1", "infi", "_", "1,5", "0x1", "é",
        ] {
            assert_eq!(canonical(text), Err(DecimalError::Syntax), "{text:?}");
        }
    }

    #[test]
    fn exponents_beyond_the_range_are_refused() {
        let far = format!("1e{}", "9".repeat(400));
        for text in [
            "10e999999999999999999",
            "0e1000000000000000000",
            "1e-1999999999999999998",
            "1.5e-1999999999999999997",
            "0e-1999999999999999998",
            &far,
        ] {
            assert_eq!(canonical(text), Err(DecimalError::Exponent), "{text:?}");
        }
    }
}
