//! The numbers of journal rows. One integer says whose row it is and which: on SQLite that is the number by which the
//! table itself is ordered, so that a row stands in no further tree.

use sqloquent_core::{Error, ErrorKind, Result};

use super::journal;

/// How many numbers each model has. A power of ten, so that people can read them: `3000000000042` is change 42 of
/// model 3.
pub(crate) const SPAN: i64 = 1_000_000_000_000;

/// The model of so many is the last whose numbers all fit.
const MOST_MODELS: i64 = i64::MAX / SPAN - 1;

/// The number of the row of a change.
///
/// # Errors
/// [`ErrorKind::Unsupported`] when there are no more numbers; a model that is none.
pub(crate) fn row_number(model: i64, sequence: u64) -> Result<i64> {
    let sequence = i64::try_from(sequence).ok().filter(|s| (1..SPAN).contains(s));
    match sequence {
        Some(sequence) if (1..=MOST_MODELS).contains(&model) => Ok(model * SPAN + sequence),
        _ => Err(none_left()),
    }
}

/// The number of the change that a row is of, among those of its model.
pub(crate) fn sequence_of(row: i64) -> i64 {
    row.rem_euclid(SPAN)
}

/// The number of the model that a row is of.
pub(crate) fn model_of(row: i64) -> i64 {
    row.div_euclid(SPAN)
}

/// The first number of a model and the first behind its numbers. A model whose number cannot be has none.
pub(crate) fn numbers_of(model: i64) -> (i64, i64) {
    let first = model.saturating_mul(SPAN);
    (first, first.saturating_add(SPAN))
}

#[cold]
fn none_left() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!(
            "the journal has no number for another row: it has room for {MOST_MODELS} models of {} changes each",
            SPAN - 1
        ),
    )
    .with_table(journal::TABLE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::{MOST_MODELS, SPAN, model_of, numbers_of, row_number, sequence_of};

    #[test]
    fn numbers_are_those_of_one_model_and_one_change() {
        assert_eq!(row_number(3, 42).unwrap(), 3_000_000_000_042);
        for (model, sequence) in [
            (1, 1),
            (7, SPAN as u64 - 1),
            (MOST_MODELS, 1),
            (MOST_MODELS, SPAN as u64 - 1),
        ] {
            let row = row_number(model, sequence).unwrap();
            assert_eq!((model_of(row), sequence_of(row)), (model, sequence as i64));
            let (first, end) = numbers_of(model);
            assert!(first < row && row < end);
        }
        for (model, sequence) in [
            (0, 1),
            (-1, 1),
            (1, 0),
            (1, SPAN as u64),
            (MOST_MODELS + 1, 1),
            (1, u64::MAX),
        ] {
            assert!(row_number(model, sequence).is_err(), "{model} {sequence}");
        }
        assert_eq!((model_of(-1), sequence_of(-1)), (-1, SPAN - 1));
        assert_eq!(numbers_of(i64::MAX).0, i64::MAX);
    }
}
