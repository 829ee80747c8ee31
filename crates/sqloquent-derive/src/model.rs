//! `#[derive(Model)]`.

mod columns;
mod constructor;
mod field_attributes;
mod hashed;
mod input;
pub(crate) mod naming;
mod relations;
mod rows;
mod table;
mod table_attributes;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::mistakes::Mistakes;

/// The implementation, and the mistakes that were found. With a mistake in an attribute the rest is still written, so that
/// the compiler reports the mistake and not that the struct is no model.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let Some(model) = input::ModelInput::parse(input, &mut mistakes) else {
        return mistakes.into_tokens();
    };
    let relations = relations::emit(&model);
    let columns = columns::emit(&model, &relations);
    let constructor = constructor::emit(&model, &mut mistakes);
    let (statics, table) = table::emit(&model);
    let rows = rows::emit(&model);
    let hashed = hashed::emit(&model);
    let scope = model.scope.as_ref().map(|path| {
        let krate = &model.krate;
        quote! {
            const SCOPED: bool = true;

            fn scope(query: #krate::Query<Self>) -> #krate::Query<Self> {
                #path(query)
            }
        }
    });
    let (krate, ident) = (&model.krate, &model.ident);
    let history = model.history.then(|| {
        quote! {
            #[automatically_derived]
            impl #krate::HistoryModel for #ident {}
        }
    });
    let (columns_struct, columns_items) = columns;
    let (builder, constructor) = constructor;
    let relations = relations.items;
    let mistakes = mistakes.into_tokens();
    quote! {
        #mistakes
        #columns_struct
        #builder
        const _: () = {
            #statics
            #[automatically_derived]
            impl #krate::Model for #ident {
                #columns_items
                #table
                #rows
                #scope
            }
            #hashed
            #history
            #constructor
            #relations
        };
    }
}
