//! From rows to the struct and back.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, Path, spanned::Spanned as _};

use super::{
    constructor::unset,
    input::{ColumnField, ModelInput, Source},
};

/// `decode`, `absorb`, `values`, `take_values`, `defaults` and `id`.
pub(super) fn emit(model: &ModelInput) -> TokenStream {
    let krate = &model.krate;
    let reads: Vec<_> = model
        .columns
        .iter()
        .enumerate()
        .map(|(i, c)| read(krate, i, c))
        .collect();
    let fields: Vec<_> = model.columns.iter().map(|c| &c.ident).collect();
    let skipped = model.skipped_fields();
    let pushes = model.columns.iter().map(|c| {
        let field = &c.ident;
        let to_value = conversion(krate, c, "to_value");
        let arguments = quote!(#to_value, &self.#field, &mut values, &__SQLOQUENT_TABLE);
        let push = call(krate, c, "push", arguments);
        quote!(#push?;)
    });
    let takes = model.columns.iter().enumerate().map(|(i, c)| {
        let field = &c.ident;
        let take_value = match &c.attributes.with {
            Some(module) => quote!(|value| #module::to_value(value)),
            None => conversion(krate, c, "take_value"),
        };
        let arguments = quote!(#take_value, &mut self.#field, values, &__SQLOQUENT_TABLE, #i);
        let push = call(krate, c, "push_taken", arguments);
        quote!(#push?;)
    });
    let defaults = model
        .columns
        .iter()
        .enumerate()
        .map(|(i, c)| default(model, i, c));
    let count = fields.len();
    let (id, value) = key(model);
    let result = (!model.key.is_empty()).then(|| quote!(-> #id));
    quote! {
        type Id = #id;

        fn decode(row: &dyn #krate::RowAccess, offset: usize) -> #krate::Result<Self> {
            ::core::result::Result::Ok(Self {
                #(#fields: #reads,)*
                #(#skipped,)*
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

        fn take_values(&mut self, values: &mut ::std::vec::Vec<#krate::Value>) -> #krate::Result<()> {
            #(#takes)*
            ::core::result::Result::Ok(())
        }

        fn defaults() -> #krate::Result<::std::vec::Vec<::core::option::Option<#krate::Value>>> {
            ::core::result::Result::Ok(::std::vec![#(#defaults),*])
        }

        fn id(&self) #result {
            #value
        }
    }
}

fn read(krate: &Path, index: usize, column: &ColumnField) -> TokenStream {
    let from_value = conversion(krate, column, "from_value");
    let arguments = quote!(#from_value, row, offset, #index, &__SQLOQUENT_TABLE);
    let read = call(krate, column, "read", arguments);
    quote!(#read?)
}

/// What a new row stores in a column, if that is known.
fn default(model: &ModelInput, index: usize, column: &ColumnField) -> TokenStream {
    if matches!(column.source, Source::Required) {
        return quote!(::core::option::Option::None);
    }
    let (krate, ty) = (&model.krate, &column.ty);
    let (to_value, value) = (conversion(krate, column, "to_value"), unset(model, column));
    quote! {
        {
            let value: #ty = #value;
            #krate::__private::default_value(#to_value, &value, &__SQLOQUENT_TABLE, #index)?
        }
    }
}

/// A call that stands, for the compiler's messages, where the column's type does. The arguments keep their own spans:
/// variables are found by them.
fn call(krate: &Path, column: &ColumnField, function: &str, arguments: TokenStream) -> TokenStream {
    let span = column.ty.span();
    let krate = respan(quote!(#krate), span);
    let function = Ident::new(function, span);
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(span);
    quote_spanned!(span=> #krate::__private::#function #arguments)
}

fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let respanned = tokens.into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    respanned.collect()
}

/// A function of the column's type, or of the module that converts it. The type is always named in the same way: errors
/// that it is no column type are the same then, and the compiler shows one of them.
pub(super) fn conversion(krate: &Path, column: &ColumnField, function: &str) -> TokenStream {
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
        let (field, ty) = (&c.ident, &c.ty);
        let clone = quote_spanned!(ty.span()=> <#ty as ::core::clone::Clone>::clone);
        quote!(#clone(&self.#field))
    });
    match columns.len() {
        0 => (quote!(()), TokenStream::new()),
        1 => (quote!(#(#types)*), quote!(#(#values)*)),
        _ => (quote!((#(#types),*)), quote!((#(#values),*))),
    }
}
