//! Relation attributes: their words are known, so that the message is right, but they are not available yet.

use crate::attribute::Item;

/// The words that make a field a relation.
pub(crate) const RELATIONS: [&str; 6] = [
    "has_one",
    "has_many",
    "belongs_to",
    "belongs_to_many",
    "contains",
    "within",
];

/// The relation of a field, if the item declares one.
pub(crate) fn parse(item: &Item) -> Option<syn::Error> {
    let word = RELATIONS.into_iter().find(|r| item.name == r)?;
    Some(syn::Error::new_spanned(
        &item.name,
        format!(
            "relations such as `{word}` are not available yet; mark the field `#[model(skip)]` meanwhile"
        ),
    ))
}
