//! Renaming all variants by a rule.

use syn::LitStr;

use crate::{mistakes::suggestion, model::naming::snake_case};

/// How words are joined and cased.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const RULES: [(&str, Rule); 8] = [
    ("lowercase", Rule::Lower),
    ("UPPERCASE", Rule::Upper),
    ("PascalCase", Rule::Pascal),
    ("camelCase", Rule::Camel),
    ("snake_case", Rule::Snake),
    ("SCREAMING_SNAKE_CASE", Rule::ScreamingSnake),
    ("kebab-case", Rule::Kebab),
    ("SCREAMING-KEBAB-CASE", Rule::ScreamingKebab),
];

impl Rule {
    pub(super) fn parse(text: &LitStr) -> syn::Result<Self> {
        let word = text.value();
        match RULES.iter().find(|(name, _)| *name == word) {
            Some((_, rule)) => Ok(*rule),
            None => {
                let names = RULES.map(|(name, _)| name);
                Err(syn::Error::new_spanned(
                    text,
                    format!("`{word}` is no rule for names{}", suggestion(&word, &names)),
                ))
            }
        }
    }

    /// The name of a variant, which is written in Pascal case.
    pub(super) fn apply(self, variant: &str) -> String {
        let snake = || snake_case(variant);
        match self {
            Self::Lower => variant.to_lowercase(),
            Self::Upper => variant.to_uppercase(),
            Self::Pascal => variant.to_owned(),
            Self::Camel => {
                let mut chars = variant.chars();
                chars
                    .next()
                    .map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
            }
            Self::Snake => snake(),
            Self::ScreamingSnake => snake().to_uppercase(),
            Self::Kebab => snake().replace('_', "-"),
            Self::ScreamingKebab => snake().to_uppercase().replace('_', "-"),
        }
    }
}
