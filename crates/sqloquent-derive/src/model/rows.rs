//! From rows to the struct and back.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Ident, Path, spanned::Spanned as _};

use super::input::{ColumnField, ModelInput};

/// `decode`, `absorb`, `values` and `id`.
pub(super) fn emit(model: &ModelInput) -> TokenStream {
    let krate = &model.krate;
    let private = quote!(#krate::__private);
    let reads: Vec<_> = model
        .columns
        .iter()
        .enumerate()
        .map(|(i, c)| read(krate, i, c))
        .collect();
    let fields: Vec<_> = model.columns.iter().map(|c| &c.ident).collect();
    let skipped = &model.skipped;
    let pushes = model.columns.iter().map(|c| {
        let field = &c.ident;
        let to_value = conversion(krate, c, "to_value");
        quote!(#private::push(#to_value, &self.#field, &mut values, &__SQLOQUENT_TABLE)?;)
    });
    let count = fields.len();
    let (id, value) = key(model);
    let result = (!model.key.is_empty()).then(|| quote!(-> #id));
    quote! {
        type Id = #id;

        fn decode(row: &dyn #krate::RowAccess, offset: usize) -> #krate::Result<Self> {
            ::core::result::Result::Ok(Self {
                #(#fields: #reads,)*
                #(#skipped: ::core::default::Default::default(),)*
            })
        }

        fn absorb(&mut self, mut stored: Self) {
            #(::core::mem::swap(&mut self.#fields, &mut stored.#fields);)*
        }

        fn values(&self) -> #krate::Result<::std::vec::Vec<#krate::Value>> {
            let mut values = ::std::vec::Vec::with_capacity(#count);
            #(#pushes)*
            ::core::result::Result::Ok(values)
        }

        fn id(&self) #result {
            #value
        }
    }
}

fn read(krate: &Path, index: usize, column: &ColumnField) -> TokenStream {
    let from_value = conversion(krate, column, "from_value");
    quote!(#krate::__private::read(#from_value, row, offset, #index, &__SQLOQUENT_TABLE)?)
}

/// A function of the column's type, or of the module that converts it. The type is always named in the same way: errors
/// that it is no column type are the same then, and the compiler shows one of them.
fn conversion(krate: &Path, column: &ColumnField, function: &str) -> TokenStream {
    let ty = &column.ty;
    let function = Ident::new(function, ty.span());
    match &column.attributes.with {
        // Called by a closure, so that a module may take `&str` where the field is a `String`.
        Some(module) => quote!(|value| #module::#function(value)),
        None => quote_spanned!(ty.span()=> <#ty as #krate::SqlType>::#function),
    }
}

/// The type and the value of the key.
fn key(model: &ModelInput) -> (TokenStream, TokenStream) {
    let columns: Vec<_> = model.key.iter().filter_map(|&i| model.columns.get(i)).collect();
    let types = columns.iter().map(|c| &c.ty);
    let values = columns.iter().map(|c| {
        let field = &c.ident;
        quote_spanned!(c.ty.span()=> ::core::clone::Clone::clone(&self.#field))
    });
    match columns.len() {
        0 => (quote!(()), TokenStream::new()),
        1 => (quote!(#(#types)*), quote!(#(#values)*)),
        _ => (quote!((#(#types),*)), quote!((#(#values),*))),
    }
}
