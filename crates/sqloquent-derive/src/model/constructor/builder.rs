//! The checked builder: a required column that was forgotten is a compile error that names it.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::{Ident, ext::IdentExt as _};

use super::{converted, parameter, parameter_type, required, unset};
use crate::{
    mistakes::Mistakes,
    model::input::{ColumnField, ModelInput, Source},
};

/// The struct beside the model, and its implementation.
pub(super) fn emit(model: &ModelInput, mistakes: &mut Mistakes) -> (TokenStream, TokenStream) {
    let ModelInput {
        krate, ident, vis, ..
    } = model;
    for column in model.columns.iter().filter(|c| c.field == "finish") {
        mistakes.at(
            &column.ident,
            "the builder ends with `finish`; call the field otherwise with `#[model(column = \"finish\")]`, or write \
             `#[model(new = false)]` on the struct",
        );
    }
    let name = format_ident!("{}Builder", ident.unraw(), span = ident.span());
    let states: Vec<_> = (0..required(model).count())
        .map(|i| format_ident!("S{i}"))
        .collect();
    let types: Vec<_> = model.columns.iter().map(|c| &c.ty).collect();
    let nothing = types.iter().map(|_| quote!(::core::option::Option::None));
    let builder_doc =
        format!("Builds a `{ident}`, each column by its name; [`finish`](Self::finish) ends it.");
    let builder = quote! {
        #[doc = #builder_doc]
        #[must_use = "a builder makes nothing until `finish` is called"]
        #[allow(dead_code, reason = "the derive cannot know who needs it")]
        #[allow(private_interfaces, reason = "a public model may have fields of private types")]
        #[allow(clippy::type_complexity, reason = "one part for each column")]
        #vis struct #name<#(#states = #krate::__private::Missing),*> {
            parts: (#(::core::option::Option<#types>,)*),
            state: ::core::marker::PhantomData<fn() -> (#(#states,)*)>,
        }
    };
    let mut place = 0..;
    let setters = model.columns.iter().enumerate().map(|(i, c)| {
        let at = matches!(c.source, Source::Required)
            .then(|| place.next())
            .flatten();
        // Its mistake is reported above; a second `finish` would only be another.
        if c.field == "finish" {
            return TokenStream::new();
        }
        setter(model, &name, &states, i, c, at)
    });
    let (traits, bounds) = required_traits(model, &states);
    let values = model.columns.iter().enumerate().map(|(i, c)| {
        let (field, i) = (&c.ident, Literal::usize_unsuffixed(i));
        match c.source {
            Source::Required => quote!(#field: #krate::__private::given(parts.#i)),
            _ => {
                let value = unset(model, c);
                quote!(#field: match parts.#i {
                    ::core::option::Option::Some(value) => value,
                    ::core::option::Option::None => #value,
                })
            }
        }
    });
    let skipped = model.skipped_fields();
    let krate = &model.krate;
    let made = quote! {
        #ident {
            #(#values,)*
            #(#skipped,)*
        }
    };
    let made = match model.excluded {
        Some(_) if model.columns.iter().any(|c| matches!(c.source, Source::Hash)) => {
            quote!(#krate::__private::with_content_id(#made))
        }
        _ => made,
    };
    let build_doc = format!("Builds a `{ident}`: give each column by its name, then call `finish`.");
    let finish_doc =
        format!("The `{ident}`, not stored yet; columns that were not given have their defaults.");
    let items = quote! {
        #[automatically_derived]
        impl #ident {
            #[doc = #build_doc]
            #[allow(dead_code, reason = "the derive cannot know who needs it")]
            #vis fn build() -> #name {
                #name { parts: (#(#nothing,)*), state: ::core::marker::PhantomData }
            }
        }
        #traits
        #[automatically_derived]
        #[allow(dead_code, reason = "the derive cannot know who needs it")]
        #[allow(private_interfaces, reason = "a public model may have fields of private types")]
        impl<#(#states),*> #name<#(#states),*> {
            #(#setters)*

            #[doc = #finish_doc]
            #[must_use]
            pub fn finish(self) -> #ident where #bounds {
                let parts = self.parts;
                #made
            }
        }
        #[automatically_derived]
        impl<#(#states),*> ::core::fmt::Debug for #name<#(#states),*> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(::core::stringify!(#name))
            }
        }
    };
    (builder, items)
}

/// Sets a column; a required one (the `at`th) counts as given from then on.
fn setter(
    model: &ModelInput,
    builder: &Ident,
    states: &[Ident],
    index: usize,
    column: &ColumnField,
    at: Option<usize>,
) -> TokenStream {
    let krate = &model.krate;
    let value = parameter(column);
    let (field, ty) = (&column.ident, parameter_type(column));
    let converted = converted(column, &value);
    let index = Literal::usize_unsuffixed(index);
    let doc = format!("Gives the column `{}`.", column.name);
    let (result, end) = match at {
        None => (quote!(Self), quote!(self)),
        Some(at) => {
            let after = states.iter().enumerate().map(|(i, s)| {
                if i == at {
                    quote!(#krate::__private::Given)
                } else {
                    quote!(#s)
                }
            });
            (
                quote!(#builder<#(#after),*>),
                quote!(#builder { parts: self.parts, state: ::core::marker::PhantomData }),
            )
        }
    };
    quote! {
        #[doc = #doc]
        pub fn #field(mut self, #value: #ty) -> #result {
            self.parts.#index = ::core::option::Option::Some(#converted);
            #end
        }
    }
}

/// One trait for each required column, for the sake of its message; and the bounds of `finish`.
fn required_traits(model: &ModelInput, states: &[Ident]) -> (TokenStream, TokenStream) {
    let krate = &model.krate;
    let mut traits = TokenStream::new();
    let mut bounds = TokenStream::new();
    for (column, state) in required(model).zip(states) {
        let name = format_ident!("Has{}", state);
        let message = format!(
            "`{}` cannot be built without its column `{}`",
            model.ident, column.field
        );
        let label = format!("call `.{}(…)` before this", column.ident);
        traits.extend(quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label)]
            #[allow(unreachable_pub, reason = "a bound of the builder's, named by no one")]
            pub trait #name {}
            impl #name for #krate::__private::Given {}
        });
        bounds.extend(quote!(#state: #name,));
    }
    (traits, bounds)
}
