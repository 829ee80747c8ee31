//! `#[derive(FromRow)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{
    Data, DeriveInput, Expr, Fields, Ident, Path, Type, ext::IdentExt as _, parse_quote,
    spanned::Spanned as _,
};

use crate::{
    attribute,
    mistakes::{Mistakes, suggestion},
};

/// A field that is read from a column.
struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    column: String,
    /// What stands in for a column that the result does not have.
    default: Option<TokenStream>,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let krate = crate_path(input, &mut mistakes);
    let Data::Struct(syn::DataStruct {
        fields: Fields::Named(fields),
        ..
    }) = &input.data
    else {
        mistakes.at(
            &input.ident,
            "`FromRow` is derived for a struct with named fields; a row can be read as a tuple, too",
        );
        return mistakes.into_tokens();
    };
    let mut columns = Vec::new();
    let mut skipped = Vec::new();
    for field in &fields.named {
        let Some(ident) = &field.ident else { continue };
        match parse_field(ident, field, &mut mistakes) {
            Some(column) => columns.push(column),
            None => skipped.push(ident),
        }
    }
    let names: Vec<_> = columns.iter().map(|c| &c.column).collect();
    let optional = columns.iter().map(|c| c.default.is_some());
    let reads = columns.iter().enumerate().map(|(i, c)| {
        let (field, ty) = (c.ident, c.ty);
        let read = quote_spanned!(ty.span()=> plan.read::<#ty>(row, #i)?);
        match &c.default {
            None => quote!(#field: #read),
            Some(default) => quote!(#field: if plan.has(#i) { #read } else { #default }),
        }
    });
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let mistakes = mistakes.into_tokens();
    quote! {
        #mistakes
        #[automatically_derived]
        impl #generics #krate::FromRow for #ident #arguments #bounds {
            fn plan(row: &dyn #krate::RowAccess) -> #krate::Result<#krate::RowPlan> {
                #krate::RowPlan::find_some(row, &[#((#names, #optional)),*])
            }

            fn from_row(row: &dyn #krate::RowAccess, plan: &#krate::RowPlan) -> #krate::Result<Self> {
                ::core::result::Result::Ok(Self {
                    #(#reads,)*
                    #(#skipped: ::core::default::Default::default(),)*
                })
            }
        }
    }
}

fn crate_path(input: &DeriveInput, mistakes: &mut Mistakes) -> Path {
    let mut krate = parse_quote!(::sqloquent);
    for item in attribute::items(&input.attrs, "from_row", &[], mistakes) {
        let result = if item.name == "crate" {
            item.path().map(|path| krate = path)
        } else {
            let word = item.name.to_string();
            Err(syn::Error::new_spanned(
                &item.name,
                format!(
                    "`{word}` is no attribute of the struct{}",
                    suggestion(&word, &["crate"])
                ),
            ))
        };
        mistakes.check(result);
    }
    krate
}

/// The column of a field, or nothing when it is skipped.
fn parse_field<'a>(ident: &'a Ident, field: &'a syn::Field, mistakes: &mut Mistakes) -> Option<Field<'a>> {
    let ty = &field.ty;
    let mut out = Field {
        ident,
        ty,
        column: ident.unraw().to_string(),
        default: None,
    };
    let mut skip = false;
    for item in attribute::items(&field.attrs, "from_row", &[], mistakes) {
        let word = item.name.to_string();
        let result = match word.as_str() {
            "column" => item.text().map(|text| out.column = text.value()),
            "skip" => {
                skip = true;
                item.flag()
            }
            "default" if item.is_flag() => {
                out.default = Some(quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default()));
                Ok(())
            }
            "default" => item
                .expression()
                .map(|expr: Expr| out.default = Some(quote!(#expr))),
            _ => Err(syn::Error::new_spanned(
                &item.name,
                format!(
                    "`{word}` is no attribute of a field{}",
                    suggestion(&word, &["column", "default", "skip"])
                ),
            )),
        };
        mistakes.check(result);
    }
    (!skip).then_some(out)
}
