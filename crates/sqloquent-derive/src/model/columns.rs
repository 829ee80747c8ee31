//! The struct of typed columns.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{ext::IdentExt as _, spanned::Spanned as _};

use super::{input::ModelInput, relations::Emitted};

/// The struct beside the model, and the items of the implementation.
pub(super) fn emit(model: &ModelInput, relations: &Emitted) -> (TokenStream, TokenStream) {
    let ModelInput {
        krate, ident, vis, ..
    } = model;
    let name = format_ident!("{}Columns", ident.unraw(), span = ident.span());
    let fields = model.columns.iter().map(|c| {
        let (field, ty) = (&c.ident, &c.ty);
        let doc = format!("The column `{}`.", c.name);
        let column = quote_spanned!(ty.span()=> #krate::Column<#ident, #ty>);
        quote!(#[doc = #doc] pub #field: #column)
    });
    let places = model.columns.iter().enumerate().map(|(i, c)| {
        let field = &c.ident;
        quote!(#field: #krate::Column::new(slot, &__SQLOQUENT_COLUMNS[#i]))
    });
    let (relation_fields, relation_places) = (&relations.fields, &relations.places);
    let doc = format!("The columns of [`{ident}`], as the closures of its queries are handed them.");
    let columns = quote! {
        #[doc = #doc]
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        #[allow(dead_code, reason = "not every column is used in a query")]
        #[allow(private_interfaces, reason = "a public model may have fields of private types")]
        #vis struct #name {
            #(#fields,)*
            #relation_fields
        }
    };
    let items = quote! {
        type Columns = #name;

        fn columns(slot: #krate::Slot) -> #name {
            #name { #(#places,)* #relation_places }
        }
    };
    (columns, items)
}
