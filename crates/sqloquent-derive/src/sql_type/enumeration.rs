//! Enums, stored as text or as their discriminants.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DataEnum, Ident, ext::IdentExt as _};

use super::TypeAttributes;
use crate::{
    attribute,
    mistakes::{Mistakes, suggestion},
};

pub(super) fn emit(
    ident: &Ident,
    data: &DataEnum,
    attributes: &TypeAttributes,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    if data.variants.is_empty() {
        mistakes.at(
            ident,
            "an enum without variants has no value that could be stored",
        );
        return None;
    }
    for variant in data.variants.iter().filter(|v| !v.fields.is_empty()) {
        mistakes.at(
            &variant.fields,
            "a variant that is stored in one column has no fields; wrap the enum in `Json<_>` to store all of it",
        );
    }
    if data.variants.iter().any(|v| !v.fields.is_empty()) {
        return None;
    }
    let names = names(data, attributes, mistakes);
    let variants: Vec<_> = data.variants.iter().map(|v| &v.ident).collect();
    Some(if attributes.integer {
        integer(ident, &variants, attributes)
    } else {
        text(ident, &variants, &names, attributes)
    })
}

/// What each variant is stored as.
fn names(data: &DataEnum, attributes: &TypeAttributes, mistakes: &mut Mistakes) -> Vec<String> {
    let mut seen = HashMap::new();
    let mut out = Vec::with_capacity(data.variants.len());
    for variant in &data.variants {
        let bare = variant.ident.unraw().to_string();
        let mut name = attributes
            .rename_all
            .map_or_else(|| bare.clone(), |rule| rule.apply(&bare));
        for item in attribute::items(&variant.attrs, "sql", &[], mistakes) {
            let word = item.name.to_string();
            let result = match word.as_str() {
                "rename" if attributes.integer => Err(syn::Error::new_spanned(
                    &item.name,
                    "stored as an integer, a variant has no name; give it a discriminant: `Variant = 1`",
                )),
                "rename" => item.text().map(|text| name = text.value()),
                _ => Err(syn::Error::new_spanned(
                    &item.name,
                    format!(
                        "`{word}` is no attribute of a variant{}",
                        suggestion(&word, &["rename"])
                    ),
                )),
            };
            mistakes.check(result);
        }
        if let Some(other) = seen.insert(name.clone(), &variant.ident) {
            mistakes.at(&variant.ident, format!("`{other}` is stored as `{name}` already"));
        }
        out.push(name);
    }
    out
}

fn text(ident: &Ident, variants: &[&Ident], names: &[String], attributes: &TypeAttributes) -> TokenStream {
    let krate = &attributes.krate;
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #krate::SqlType for #ident {
            const TYPE: #krate::ColumnType = #krate::ColumnType::Text;

            fn to_value(&self) -> ::core::result::Result<#krate::Value, #krate::ValueError> {
                #krate::__private::text(match self {
                    #(Self::#variants => #names,)*
                })
            }

            fn from_value(
                value: #krate::ValueRef<'_>,
            ) -> ::core::result::Result<Self, #krate::ValueError> {
                match #krate::__private::as_text(value)? {
                    #(#names => ::core::result::Result::Ok(Self::#variants),)*
                    _ => ::core::result::Result::Err(#krate::__private::unknown_name(&[#(#names),*])),
                }
            }
        }
        #krate::__own_type!(#ident);
    }
}

fn integer(ident: &Ident, variants: &[&Ident], attributes: &TypeAttributes) -> TokenStream {
    let krate = &attributes.krate;
    let constants: Vec<_> = (0..variants.len())
        .map(|i| format_ident!("__SQLOQUENT_{i}"))
        .collect();
    quote! {
        const _: () = {
            #(
                #[allow(clippy::cast_possible_wrap, clippy::cast_lossless, reason = "whatever the discriminant is")]
                const #constants: i64 = #ident::#variants as i64;
            )*
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #krate::SqlType for #ident {
                const TYPE: #krate::ColumnType = #krate::ColumnType::Int64;

                fn to_value(&self) -> ::core::result::Result<#krate::Value, #krate::ValueError> {
                    ::core::result::Result::Ok(#krate::Value::Int(match self {
                        #(Self::#variants => #constants,)*
                    }))
                }

                fn from_value(
                    value: #krate::ValueRef<'_>,
                ) -> ::core::result::Result<Self, #krate::ValueError> {
                    match <i64 as #krate::SqlType>::from_value(value)? {
                        #(#constants => ::core::result::Result::Ok(Self::#variants),)*
                        _ => ::core::result::Result::Err(#krate::__private::unknown_number(&[#(#constants),*])),
                    }
                }
            }
            #[automatically_derived]
            impl #krate::OrderedType for #ident {
                type Nullable = ::core::option::Option<Self>;
            }
            #krate::__own_type!(#ident);
        };
    }
}
