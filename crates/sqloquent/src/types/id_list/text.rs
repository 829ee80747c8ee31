//! The text of ids in lists.

use std::borrow::Cow;

use sqloquent_core::{ValueRef, text_form};

use crate::{
    schema::ColumnType,
    types::{SqlType, ValueError},
};

/// The text that an id has in a list.
pub(crate) fn id_text(id: ValueRef<'_>) -> Result<String, ValueError> {
    let text = match id {
        ValueRef::Text(text) => Cow::Borrowed(text),
        ValueRef::Int(number) => Cow::Owned(number.to_string()),
        ValueRef::Uuid(bytes) => Cow::Owned(text_form::uuid_text(bytes)),
        other => {
            return Err(ValueError::mismatch(
                "an id for a list (text, an integer or a uuid)",
                other,
            ));
        }
    };
    if text.is_empty() {
        return Err(ValueError::new("an empty id cannot be in a list of ids"));
    }
    if text.contains(',') {
        return Err(ValueError::new(
            "an id that holds a comma cannot be in a list of ids, which are joined by commas",
        ));
    }
    Ok(text.into_owned())
}

/// The ids in the text of a list. Empty places are none.
pub(crate) fn text_ids(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').filter(|id| !id.is_empty())
}

/// Reads an id from its text in a list, which must be the very text that the id has.
pub(crate) fn read_id<T: SqlType>(text: &str) -> Result<T, ValueError> {
    let wrong = || ValueError::new("expected a list of ids, found an id of another form in it");
    let id = match T::TYPE {
        ColumnType::Int16 | ColumnType::Int32 | ColumnType::Int64 => {
            let number = text.parse().map_err(|_| wrong())?;
            T::from_value(ValueRef::Int(number))?
        }
        _ => T::from_value(ValueRef::Text(text))?,
    };
    // `007` would match no row by its text.
    if id_text(id.to_value()?.as_ref())? == text {
        Ok(id)
    } else {
        Err(wrong())
    }
}

/// A list in its one form: sorted by bytes, each id once, no empty places.
pub(crate) fn normalized(list: &str) -> Cow<'_, str> {
    let in_order = list.is_empty()
        || list
            .split(',')
            .zip(list.split(',').skip(1))
            .all(|(a, b)| a.as_bytes() < b.as_bytes())
            && !list.starts_with(',');
    if in_order {
        return Cow::Borrowed(list);
    }
    let mut ids: Vec<&str> = text_ids(list).collect();
    ids.sort_unstable_by_key(|id| id.as_bytes());
    ids.dedup();
    Cow::Owned(ids.join(","))
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn lists_have_one_form() {
        for (list, form) in [
            ("", ""),
            (",", ""),
            ("a", "a"),
            (",1", "1"),
            ("b,a,b", "a,b"),
            ("1,10,9", "1,10,9"),
            ("9,10,1,", "1,10,9"),
            ("a,,b", "a,b"),
        ] {
            assert_eq!(normalized(list), form, "{list:?}");
        }
    }
}
