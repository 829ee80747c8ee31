//! Content-addressed models: their ids are hashes.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{
    input::{ModelInput, Source},
    table_attributes::TableAttributes,
};
use crate::mistakes::{Mistakes, suggestion};

impl ModelInput {
    /// Takes over whether, and of what, ids are hashes.
    pub(super) fn hashed(&mut self, attributes: &TableAttributes, mistakes: &mut Mistakes) {
        self.history = attributes.history;
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
        self.excluded = Some(excluded);
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
