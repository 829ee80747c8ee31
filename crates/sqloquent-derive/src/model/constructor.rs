//! `new` and the builder.

mod builder;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, spanned::Spanned as _};

use super::{
    field_attributes::DefaultValue,
    input::{ColumnField, ModelInput, Source},
    table_attributes::Constructor,
};
use crate::{
    attribute::literal,
    mistakes::{Mistakes, list},
    rust_type,
};

/// How many required columns `new` takes at most; by position, more are too easily confused.
const MOST: usize = 3;

/// What stands beside the model, and what belongs with its implementation.
pub(super) fn emit(model: &ModelInput, mistakes: &mut Mistakes) -> (TokenStream, TokenStream) {
    let name = match &model.constructor {
        Constructor::None => return Default::default(),
        Constructor::Default => Ident::new("new", model.ident.span()),
        Constructor::Named(name) => name.clone(),
    };
    let required: Vec<_> = required(model).collect();
    let (builder, mut items) = builder::emit(model, mistakes);
    if model.columns.iter().any(|c| c.field == "finish") {
        return (builder, items);
    }
    if required.len() <= MOST {
        items.extend(new(model, &name, &required));
    } else if matches!(model.constructor, Constructor::Named(_)) {
        let fields: Vec<_> = required.iter().map(|c| c.field.as_str()).collect();
        mistakes.at(
            &name,
            format!(
                "`{name}` would take more than {MOST} values ({}); use `{}::build()`, which names each",
                list(&fields),
                model.ident
            ),
        );
    }
    (builder, items)
}

fn required(model: &ModelInput) -> impl Iterator<Item = &ColumnField> {
    model
        .columns
        .iter()
        .filter(|c| matches!(c.source, Source::Required))
}

fn new(model: &ModelInput, name: &Ident, required: &[&ColumnField]) -> TokenStream {
    let ModelInput { ident, vis, .. } = model;
    let parameters: Vec<_> = required.iter().map(|c| parameter(c)).collect();
    let declared = required.iter().zip(&parameters).map(|(c, name)| {
        let ty = parameter_type(c);
        quote!(#name: #ty)
    });
    let setters = required.iter().map(|c| &c.ident);
    let doc = format!("A new `{ident}` that is not stored yet.");
    quote! {
        #[automatically_derived]
        impl #ident {
            #[doc = #doc]
            #[must_use]
            #[allow(clippy::new_without_default, reason = "a default row is nothing one asks for")]
            #[allow(dead_code, reason = "the derive cannot know who needs it")]
            #vis fn #name(#(#declared),*) -> Self {
                Self::build()#(.#setters(#parameters))*.finish()
            }
        }
    }
}

/// The name of a parameter: the field's, out of reach of the expressions that defaults are.
fn parameter(column: &ColumnField) -> Ident {
    let mut name = column.ident.clone();
    name.set_span(Span::mixed_site().located_at(name.span()));
    name
}

fn parameter_type(column: &ColumnField) -> TokenStream {
    let ty = &column.ty;
    if rust_type::is_string(ty) {
        quote!(impl ::core::convert::Into<#ty>)
    } else {
        quote!(#ty)
    }
}

fn converted(column: &ColumnField, name: &Ident) -> TokenStream {
    if rust_type::is_string(&column.ty) {
        quote!(::core::convert::Into::into(#name))
    } else {
        quote!(#name)
    }
}

/// The value of a column that nobody gave.
pub(super) fn unset(model: &ModelInput, column: &ColumnField) -> TokenStream {
    let krate = &model.krate;
    let ty = &column.ty;
    match &column.source {
        Source::None => quote!(::core::option::Option::None),
        Source::Id => quote_spanned!(ty.span()=> <#ty as #krate::model::IdType>::unset()),
        Source::Hash => {
            quote_spanned!(ty.span()=> <#ty as #krate::__private::HashedId>::of_content(#krate::ContentId::UNSET))
        }
        Source::Now => quote_spanned!(ty.span()=> <#ty as #krate::__private::Stamp>::now()),
        Source::Default(DefaultValue::Expr(expr)) => {
            let value = match literal(expr) {
                Some((_, syn::Lit::Str(_))) => {
                    quote_spanned!(expr.span()=> ::core::convert::Into::into(#expr))
                }
                _ => quote!(#expr),
            };
            if column.optional && literal(expr).is_some() {
                quote!(::core::option::Option::Some(#value))
            } else {
                value
            }
        }
        Source::Required | Source::Unset | Source::Default(DefaultValue::Trait) => {
            quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default())
        }
    }
}
