//! Exact decimal numbers, which SQLite itself does not have: an aggregate and a collation on every connection.
//!
//! Decimals are kept as canonical text; older databases hold them as integers and floats. The ORM's compiler names both
//! functions in the statements it makes.

use std::cmp::Ordering;

use rusqlite::{
    Connection,
    functions::{Aggregate, Context, FunctionFlags},
    types::ValueRef,
};
use sqloquent_core::{Result, text_form::canonical_decimal};

use crate::error_map;

/// Adds the aggregate `sqloquent_decimal_sum` and the collation `sqloquent_decimal` to a connection.
pub(crate) fn install(raw: &Connection) -> Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    raw.create_aggregate_function("sqloquent_decimal_sum", 1, flags, DecimalSum)
        .map_err(error_map::from_engine)?;
    raw.create_collation("sqloquent_decimal", compare)
        .map_err(error_map::from_engine)
}

/// Orders decimals as numbers. Text that is no decimal comes after all that are, byte by byte: comparing it with
/// decimals byte by byte too would make no order at all (9 < 10, 10 < 1a, 1a < 9).
fn compare(a: &str, b: &str) -> Ordering {
    match (canonical_decimal(a), canonical_decimal(b)) {
        (Some(a), Some(b)) => compare_canonical(&a, &b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

fn compare_canonical(a: &str, b: &str) -> Ordering {
    match (a.strip_prefix('-'), b.strip_prefix('-')) {
        (Some(a), Some(b)) => compare_sizes(b, a),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => compare_sizes(a, b),
    }
}

/// Without zeros in front and at the end, the longer whole part is the greater one, and fractions order as text.
fn compare_sizes(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| text.find('.').unwrap_or(text.len());
    let (whole_a, fraction_a) = a.split_at(parts(a));
    let (whole_b, fraction_b) = b.split_at(parts(b));
    whole_a
        .len()
        .cmp(&whole_b.len())
        .then_with(|| whole_a.cmp(whole_b))
        .then_with(|| fraction_a.cmp(fraction_b))
}

/// A decimal number: the digits, and how many of them stand behind the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    const ZERO: Self = Self { digits: 0, scale: 0 };

    /// From canonical text; none when it has more digits than fit.
    fn read(text: &str) -> Option<Self> {
        let Some((whole, fraction)) = text.split_once('.') else {
            let digits = text.parse().ok()?;
            return Some(Self { digits, scale: 0 });
        };
        let digits = [whole, fraction].concat().parse().ok()?;
        let scale = u32::try_from(fraction.len()).ok()?;
        Some(Self { digits, scale })
    }

    fn with_scale(self, scale: u32) -> Option<i128> {
        self.digits
            .checked_mul(10i128.checked_pow(scale.checked_sub(self.scale)?)?)
    }

    fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let digits = self.with_scale(scale)?.checked_add(other.with_scale(scale)?)?;
        Some(Self { digits, scale })
    }

    /// The canonical text.
    fn text(self) -> String {
        let plain = format!("{}e-{}", self.digits, self.scale);
        match canonical_decimal(&plain) {
            Some(text) => text.into_owned(),
            None => plain,
        }
    }
}

/// The sum of the values that are not NULL, as canonical text; NULL when there are none. Floats count as their shortest
/// text, so that a thousand times 0.1 is 100.
struct DecimalSum;

impl Aggregate<Option<Decimal>, Option<String>> for DecimalSum {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Option<Decimal>> {
        Ok(None)
    }

    fn step(&self, cx: &mut Context<'_>, sum: &mut Option<Decimal>) -> rusqlite::Result<()> {
        let float;
        let text = match cx.get_raw(0) {
            ValueRef::Null => return Ok(()),
            ValueRef::Integer(v) => {
                let digits = i128::from(v);
                return add(sum, Some(Decimal { digits, scale: 0 }));
            }
            ValueRef::Real(v) if v.is_finite() => {
                float = v.to_string();
                Some(float.as_str())
            }
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
            ValueRef::Real(_) | ValueRef::Blob(_) => None,
        };
        let canonical = text.and_then(canonical_decimal);
        let canonical =
            canonical.ok_or_else(|| refusal("a value that is no decimal number cannot be summed"))?;
        add(sum, Decimal::read(&canonical))
    }

    fn finalize(
        &self,
        _: &mut Context<'_>,
        sum: Option<Option<Decimal>>,
    ) -> rusqlite::Result<Option<String>> {
        Ok(sum.flatten().map(Decimal::text))
    }
}

fn add(sum: &mut Option<Decimal>, value: Option<Decimal>) -> rusqlite::Result<()> {
    let before = sum.unwrap_or(Decimal::ZERO);
    let after = value.and_then(|value| before.plus(value));
    *sum = Some(after.ok_or_else(|| refusal("the sum of decimals has more than 38 digits"))?);
    Ok(())
}

#[cold]
fn refusal(message: &'static str) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Connection {
        let raw = Connection::open_in_memory().unwrap();
        install(&raw).unwrap();
        raw
    }

    fn sum(values: &str) -> rusqlite::Result<Option<String>> {
        let sql = format!("with v(x) as (values {values}) select sqloquent_decimal_sum(x) from v");
        open().query_row(&sql, [], |row| row.get(0))
    }

    #[test]
    fn sums_are_exact_whatever_the_storage() {
        let of = |values: &str| sum(values).unwrap();
        assert_eq!(of("('0.1'), ('0.2')").as_deref(), Some("0.3"));
        assert_eq!(of("(0.1), (0.2), (0.7)").as_deref(), Some("1"));
        assert_eq!(of("(1), ('2.50'), (0.25), (null)").as_deref(), Some("3.75"));
        assert_eq!(of("('-1.5'), ('1.5')").as_deref(), Some("0"));
        assert_eq!(of("('-0.05'), ('0.01')").as_deref(), Some("-0.04"));
        assert_eq!(
            of("(9223372036854775807), (9223372036854775807)").as_deref(),
            Some("18446744073709551614")
        );
        assert_eq!(
            of("('7922816251426433759354395033.5'), ('0.5')").as_deref(),
            Some("7922816251426433759354395034")
        );
        assert_eq!(of("(null)"), None);
        let many = vec!["(0.1)"; 1_000].join(",");
        assert_eq!(of(&many).as_deref(), Some("100"));
    }

    #[test]
    fn no_rows_have_no_sum() {
        let sql = "select sqloquent_decimal_sum(x) from (select 1 as x) where x > 1";
        let none: Option<String> = open().query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(none, None);
    }

    #[test]
    fn what_is_no_number_or_does_not_fit_is_an_error() {
        for values in ["('1'), ('one')", "(x'31')", "('')", "(9e999)"] {
            let error = sum(values).unwrap_err().to_string();
            assert!(error.contains("no decimal number"), "{values}: {error}");
        }
        let nines = "9".repeat(38);
        for values in [
            format!("('{nines}'), ('{nines}')"),
            format!("('{nines}'), ('0.1')"),
            "(1e300)".to_owned(),
        ] {
            let error = sum(&values).unwrap_err().to_string();
            assert!(error.contains("38 digits"), "{values}: {error}");
        }
    }

    #[test]
    fn decimals_order_as_numbers() {
        let ordered = [
            "-1000", "-10.5", "-10.05", "-9", "-0.5", "0", "0.05", "0.5", "1", "9", "9.99", "10", "100.1",
            "abc", "b",
        ];
        for (i, a) in ordered.iter().enumerate() {
            for (j, b) in ordered.iter().enumerate() {
                assert_eq!(compare(a, b), i.cmp(&j), "{a} beside {b}");
            }
        }
        assert_eq!(compare("2.50", "2.5"), Ordering::Equal);
        assert_eq!(compare("1e2", "100"), Ordering::Equal);
        assert_eq!(
            compare("1a", "9"),
            Ordering::Greater,
            "no number comes after all numbers"
        );
    }

    #[test]
    fn the_engine_orders_by_the_collation() {
        let sql = "with v(x) as (values ('10'), ('9'), ('-1'), ('2.5')) \
                   select group_concat(x, ' ') from (select x from v order by x collate sqloquent_decimal)";
        let text: String = open().query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(text, "-1 2.5 9 10");
    }
}
