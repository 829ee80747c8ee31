//! `#[derive(SqlType)]`: enums of unit variants, and newtypes.

mod enumeration;
mod rename;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Path, parse_quote};

use crate::{
    attribute,
    mistakes::{Mistakes, suggestion},
};

/// What `#[sql(…)]` on the type says.
struct TypeAttributes {
    krate: Path,
    rename_all: Option<rename::Rule>,
    integer: bool,
}

impl TypeAttributes {
    fn parse(input: &DeriveInput, mistakes: &mut Mistakes) -> Self {
        let mut out = Self {
            krate: parse_quote!(::sqloquent),
            rename_all: None,
            integer: false,
        };
        let is_enum = matches!(input.data, Data::Enum(_));
        let words: &[&str] = if is_enum {
            &["rename_all", "as", "crate"]
        } else {
            &["crate"]
        };
        for item in attribute::items(&input.attrs, "sql", &[], mistakes) {
            let word = item.name.to_string();
            let result = match word.as_str() {
                "crate" => item.path().map(|path| out.krate = path),
                "rename_all" if is_enum => item
                    .text()
                    .and_then(|text| rename::Rule::parse(&text))
                    .map(|rule| out.rename_all = Some(rule)),
                "as" if is_enum => item.text().and_then(|text| match text.value().as_str() {
                    "text" => Ok(()),
                    "integer" => {
                        out.integer = true;
                        Ok(())
                    }
                    _ => Err(syn::Error::new_spanned(
                        text,
                        "write `as = \"integer\"` or `as = \"text\"`",
                    )),
                }),
                _ => Err(syn::Error::new_spanned(
                    &item.name,
                    format!(
                        "`{word}` is no attribute of this type{}",
                        suggestion(&word, words)
                    ),
                )),
            };
            mistakes.check(result);
        }
        out
    }
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let attributes = TypeAttributes::parse(input, &mut mistakes);
    if !input.generics.params.is_empty() {
        mistakes.at(
            &input.generics,
            "`SqlType` is derived for types without generic parameters; implement it by hand",
        );
        return mistakes.into_tokens();
    }
    let implementation = match &input.data {
        Data::Enum(data) => enumeration::emit(&input.ident, data, &attributes, &mut mistakes),
        Data::Struct(data) if data.fields.len() == 1 => {
            let (krate, ident) = (&attributes.krate, &input.ident);
            data.fields
                .members()
                .zip(&data.fields)
                .next()
                .map(|(member, field)| {
                    let ty = &field.ty;
                    quote!(#krate::__newtype!(#ident, #member, #ty);)
                })
        }
        _ => {
            mistakes.at(
                &input.ident,
                "`SqlType` is derived for an enum of unit variants, or for a struct of one field; several columns are \
                 a model's",
            );
            None
        }
    };
    let mistakes = mistakes.into_tokens();
    quote!(#mistakes #implementation)
}
