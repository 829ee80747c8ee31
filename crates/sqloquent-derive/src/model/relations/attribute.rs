//! `has_many(key = author_id)` and its kin, as written.

use proc_macro2::Span;
use syn::{Ident, Path};

use crate::{
    attribute::Item,
    mistakes::{list, suggestion},
};

/// The words that make a field a relation.
pub(crate) const RELATIONS: [&str; 6] = [
    "has_one",
    "has_many",
    "belongs_to",
    "belongs_to_many",
    "contains",
    "within",
];

/// The attribute as written.
pub(crate) struct RelationAttribute {
    pub(crate) span: Span,
    pub(crate) word: String,
    pub(crate) key: Vec<Ident>,
    pub(crate) owner_key: Vec<Ident>,
    pub(crate) related_key: Vec<Ident>,
    pub(crate) through_key: Vec<Ident>,
    pub(crate) pivot: Option<Path>,
    pub(crate) through: Option<Path>,
}

impl RelationAttribute {
    /// The relation of a field, if the item declares one.
    pub(crate) fn parse(item: &Item) -> Option<syn::Result<Self>> {
        let word = RELATIONS.into_iter().find(|r| item.name == r)?;
        Some(Self::options(item, word))
    }

    fn options(item: &Item, word: &str) -> syn::Result<Self> {
        let mut out = Self {
            span: item.name.span(),
            word: word.to_owned(),
            key: Vec::new(),
            owner_key: Vec::new(),
            related_key: Vec::new(),
            through_key: Vec::new(),
            pivot: None,
            through: None,
        };
        let options = if item.is_flag() { Vec::new() } else { item.list()? };
        let known: &[&str] = match word {
            "has_one" | "has_many" => &["key", "owner_key", "through", "through_key"],
            "belongs_to" => &["key", "owner_key"],
            "belongs_to_many" => &["pivot", "key", "related_key", "owner_key"],
            _ => &["key"],
        };
        for option in &options {
            let name = option.name.to_string();
            if !known.contains(&name.as_str()) {
                return Err(syn::Error::new_spanned(
                    &option.name,
                    format!("`{name}` is no option of `{word}`{}", suggestion(&name, known)),
                ));
            }
            match name.as_str() {
                "key" => out.key = names(option)?,
                "owner_key" => out.owner_key = names(option)?,
                "related_key" => out.related_key = names(option)?,
                "through_key" => out.through_key = names(option)?,
                "pivot" => out.pivot = Some(option.path()?),
                _ => out.through = Some(option.path()?),
            }
        }
        if word == "belongs_to_many" && out.pivot.is_none() {
            return Err(syn::Error::new_spanned(
                &item.name,
                "name the pivot's model: `belongs_to_many(pivot = RoleUser)`",
            ));
        }
        if out.through.is_none()
            && let Some(key) = out.through_key.first()
        {
            return Err(syn::Error::new_spanned(
                key,
                "`through_key` goes with `through = Model`",
            ));
        }
        let given: Vec<&str> = options
            .iter()
            .filter_map(|o| known.iter().copied().find(|k| o.name == k))
            .collect();
        if let Some(twice) = (1..given.len()).find(|&i| given[..i].contains(&given[i])) {
            return Err(syn::Error::new_spanned(
                &options[twice].name,
                format!("{} is given twice", list(&[given[twice]])),
            ));
        }
        Ok(out)
    }
}

/// `key = name`, `key = "name"` or `key(a, b)`.
fn names(option: &Item) -> syn::Result<Vec<Ident>> {
    if option.is_list() {
        option.words()
    } else {
        Ok(vec![option.word()?])
    }
}
