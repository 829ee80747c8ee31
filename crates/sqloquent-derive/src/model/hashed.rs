//! Content-addressed models: their ids are hashes.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Ident, spanned::Spanned as _};

use super::{
    input::{ColumnField, ModelInput, Source},
    table_attributes::TableAttributes,
};
use crate::mistakes::{Mistakes, suggestion};

const CHANGED_BY_THE_ENGINE: &str = "the engine would change a hashed row under its id; write `restrict` here, or name the \
                                     field in `exclude_from_hash`";
const UNNOTED_BY_THE_ENGINE: &str = "the engine would change or delete rows without a row in the journal; do it by their \
                                     model, and write `restrict` here";

impl ModelInput {
    /// Takes over whether, and of what, ids are hashes.
    pub(super) fn hashed(&mut self, attributes: &TableAttributes, mistakes: &mut Mistakes) {
        self.history = attributes.history;
        if self.history {
            let keys = self.columns.iter();
            keys.for_each(|column| check_noted(column, mistakes));
        }
        let Some(span) = attributes.hashed else {
            if let Some((span, _)) = &attributes.excluded {
                mistakes.span(*span, "only the ids of `hashed` models are hashes; add `hashed`");
            }
            return;
        };
        match *self.key {
            [only] => {
                if let Some(column) = self.columns.get_mut(only) {
                    if column.attributes.id_given {
                        mistakes.at(
                            &column.ident,
                            "the id of a hashed model is made of its content; write `id` alone",
                        );
                    }
                    column.source = Source::Hash;
                }
            }
            _ => mistakes.span(
                span,
                "a hashed model has an id of one column; mark a field `#[model(id)]`",
            ),
        }
        let mut excluded = Vec::new();
        for name in attributes.excluded.iter().flat_map(|(_, names)| names) {
            let text = name.value();
            let known: Vec<&str> = self.columns.iter().map(|c| c.field.as_str()).collect();
            let found = self
                .columns
                .iter()
                .position(|c| c.field == text || c.name == text);
            match found {
                Some(i) if self.key.contains(&i) => mistakes.at(name, "the id is no part of the hash anyway"),
                Some(i) if excluded.contains(&i) => mistakes.at(name, format!("`{text}` is named twice")),
                Some(i) => excluded.push(i),
                None => mistakes.at(
                    name,
                    format!(
                        "`{}` has no column `{text}`{}",
                        self.ident,
                        suggestion(&text, &known)
                    ),
                ),
            }
        }
        for (i, column) in self.columns.iter().enumerate() {
            if !self.key.contains(&i) && !self.history {
                check_foreign_key(column, excluded.contains(&i), mistakes);
            }
        }
        self.excluded = Some(excluded);
    }
}

/// Refuses what the engine would do by itself to rows whose changes are noted: verifying would take it for tampering.
fn check_noted(column: &ColumnField, mistakes: &mut Mistakes) {
    let attributes = &column.attributes;
    let actions = attributes.on_delete.iter().chain(&attributes.on_update);
    for action in actions.filter(|action| *action != "Restrict" && *action != "NoAction") {
        mistakes.at(action, UNNOTED_BY_THE_ENGINE);
    }
}

/// Refuses what the engine would do to rows by itself: neither would their ids match their content then, nor would those
/// that are deleted be archived.
fn check_foreign_key(column: &ColumnField, excluded: bool, mistakes: &mut Mistakes) {
    let changes = |action: &Ident| action == "SetNull" || action == "SetDefault";
    if let Some(action) = &column.attributes.on_delete {
        if action == "Cascade" {
            mistakes.at(
                action,
                "the engine would delete hashed rows without archiving them; delete them by their model, and write \
                 `restrict` here",
            );
        } else if changes(action) && !excluded {
            mistakes.at(action, CHANGED_BY_THE_ENGINE);
        }
    }
    if let Some(action) = &column.attributes.on_update
        && (action == "Cascade" || changes(action))
        && !excluded
    {
        mistakes.at(action, CHANGED_BY_THE_ENGINE);
    }
}

/// What a hashed model is besides a model.
pub(super) fn emit(model: &ModelInput) -> TokenStream {
    let ModelInput { krate, ident, .. } = model;
    let column = model.columns.iter().find(|c| matches!(c.source, Source::Hash));
    let Some(column) = column else {
        return TokenStream::new();
    };
    let (field, ty) = (&column.ident, &column.ty);
    let of_content = quote_spanned!(ty.span()=> <#ty as #krate::__private::HashedId>::of_content);
    quote! {
        #[automatically_derived]
        impl #krate::HashedModel for #ident {
            fn take_content_id(&mut self, id: #krate::ContentId) {
                self.#field = #of_content(id);
            }
        }
    }
}
