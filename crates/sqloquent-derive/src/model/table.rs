//! The definition of the table, in statics.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, spanned::Spanned as _};

use super::{
    field_attributes::{DefaultValue, Target},
    input::{ColumnField, ModelInput, Source},
};
use crate::attribute::literal;

const NOT_ONE_COLUMN: &str =
    "`references` needs a model whose key is one column; write `foreign_key = \"table.column\"`";

/// The statics, and the items of the implementation.
pub(super) fn emit(model: &ModelInput) -> (TokenStream, TokenStream) {
    let ModelInput {
        krate,
        ident,
        table,
        name,
        ..
    } = model;
    let private = quote!(#krate::__private);
    let columns = model.columns.iter().map(|c| column(model, c));
    let hidden = model
        .hidden
        .iter()
        .map(|name| quote!(#private::ColumnSpec::timestamp(#name).def()));
    let count = model.columns.len() + model.hidden.len();
    let key = &model.key;
    let key_names = model
        .key
        .iter()
        .filter_map(|&i| model.columns.get(i))
        .map(|c| &c.name);
    let indexes = model.indexes.iter().map(|index| {
        let columns = &index.columns;
        let name = option(index.name.as_ref());
        let unique = index.unique;
        quote!(#private::index(#name, &[#(#columns),*], #unique))
    });
    let index_count = model.indexes.len();
    let keys: Vec<_> = foreign_keys(model).collect();
    let key_count = keys.len();
    let mut extra = TokenStream::new();
    if !model.key.is_empty() {
        extra.extend(quote!(key: &[#(#key),*],));
    }
    let mut statics = quote! {
        static __SQLOQUENT_COLUMNS: [#krate::ColumnDef; #count] = [#(#columns,)* #(#hidden,)*];
    };
    if index_count > 0 {
        statics.extend(quote! {
            static __SQLOQUENT_INDEXES: [#krate::IndexDef; #index_count] = [#(#indexes),*];
        });
        extra.extend(quote!(indexes: &__SQLOQUENT_INDEXES,));
    }
    if key_count > 0 {
        statics.extend(quote! {
            static __SQLOQUENT_FOREIGN_KEYS: [#krate::ForeignKeyDef; #key_count] = [#(#keys),*];
        });
        extra.extend(quote!(foreign_keys: &__SQLOQUENT_FOREIGN_KEYS,));
    }
    for (word, place) in [
        ("created_at", model.created_at),
        ("updated_at", model.updated_at),
        ("version", model.version),
    ] {
        if let Some(i) = place {
            let word = Ident::new(word, proc_macro2::Span::call_site());
            extra.extend(quote!(#word: ::core::option::Option::Some(#i),));
        }
    }
    if let Some(excluded) = &model.excluded {
        extra.extend(quote!(hashed: ::core::option::Option::Some(&[#(#excluded),*]),));
    }
    if model.history {
        extra.extend(quote!(history: true,));
    }
    statics.extend(quote! {
        static __SQLOQUENT_TABLE: #krate::TableDef = #private::TableSpec {
            #extra
            ..#private::TableSpec::new(#table, #name, &__SQLOQUENT_COLUMNS)
        }
        .def();
        static __SQLOQUENT_STATEMENTS: #krate::StatementCache = #krate::StatementCache::new();
        #[automatically_derived]
        impl #private::ModelNames for #ident {
            const TABLE: &'static str = #table;
            const KEY: &'static [::std::borrow::Cow<'static, str>] =
                &[#(::std::borrow::Cow::Borrowed(#key_names)),*];
        }
    });
    let items = quote! {
        fn table() -> &'static #krate::TableDef {
            &__SQLOQUENT_TABLE
        }

        fn statements() -> &'static #krate::StatementCache {
            &__SQLOQUENT_STATEMENTS
        }
    };
    (statics, items)
}

fn option(text: Option<&String>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}

fn column(model: &ModelInput, column: &ColumnField) -> TokenStream {
    let krate = &model.krate;
    let private = quote!(#krate::__private);
    let ColumnField {
        ty,
        name,
        field,
        attributes,
        ..
    } = column;
    let mut extra = TokenStream::new();
    if attributes.unique.is_some() {
        extra.extend(quote!(unique: true,));
    }
    if attributes.generated.is_some() {
        extra.extend(quote!(generated: #krate::Generated::Always,));
    } else if matches!(column.source, Source::Id) {
        let generated = quote_spanned!(ty.span()=> <#ty as #krate::model::IdType>::GENERATED);
        extra.extend(quote!(generated: #generated,));
    }
    if let Some(sql) = default_sql(column) {
        extra.extend(quote!(default_sql: ::core::option::Option::Some(#sql),));
    }
    if let Some(sql) = &attributes.sql_type {
        extra.extend(quote!(sql_type: ::core::option::Option::Some(#sql),));
    }
    let base = if let Some(module) = &attributes.with {
        let nullable = column.optional;
        quote!(#private::ColumnSpec::new(#name, #field, #module::TYPE, #nullable))
    } else {
        let kind = quote_spanned!(ty.span()=> <#ty as #krate::SqlType>::TYPE);
        let nullable = quote_spanned!(ty.span()=> <#ty as #krate::SqlType>::NULLABLE);
        quote!(#private::ColumnSpec::new(#name, #field, #kind, #nullable))
    };
    if extra.is_empty() {
        quote!(#base.def())
    } else {
        quote!(#private::ColumnSpec { #extra ..#base }.def())
    }
}

/// The default in the database: as told, or from a literal.
fn default_sql(column: &ColumnField) -> Option<String> {
    if let Some(sql) = &column.attributes.default_sql {
        return Some(sql.value());
    }
    let Source::Default(DefaultValue::Expr(expr)) = &column.source else {
        return None;
    };
    let (minus, value) = literal(expr)?;
    let sql = match value {
        syn::Lit::Bool(b) => b.value.to_string(),
        syn::Lit::Int(i) => i.base10_digits().to_owned(),
        syn::Lit::Float(f) => f.base10_digits().to_owned(),
        // A backslash means different things to different engines.
        syn::Lit::Str(s) if !s.value().contains(['\\', '\0']) => {
            format!("'{}'", s.value().replace('\'', "''"))
        }
        _ => return None,
    };
    Some(if minus { format!("-{sql}") } else { sql })
}

fn foreign_keys(model: &ModelInput) -> impl Iterator<Item = TokenStream> {
    let krate = &model.krate;
    model.columns.iter().enumerate().filter_map(move |(i, c)| {
        let (span, target) = c.attributes.target.as_ref()?;
        let i = Literal::usize_unsuffixed(i);
        let (table, references) = match target {
            Target::Column { table, column } => (
                quote!(#table),
                quote!(const { &[::std::borrow::Cow::Borrowed(#column)] }),
            ),
            Target::Model(other) => (
                quote_spanned!(other.span()=> <#other as #krate::__private::ModelNames>::TABLE),
                quote_spanned! {*span=>
                    const {
                        let key = <#other as #krate::__private::ModelNames>::KEY;
                        ::core::assert!(key.len() == 1, #NOT_ONE_COLUMN);
                        key
                    }
                },
            ),
        };
        let action = |word: &Option<Ident>| match word {
            Some(variant) => quote!(#krate::OnChange::#variant),
            None => quote!(#krate::OnChange::NoAction),
        };
        let (on_delete, on_update) = (action(&c.attributes.on_delete), action(&c.attributes.on_update));
        Some(quote!(#krate::__private::foreign_key(&[#i], #table, #references, #on_delete, #on_update)))
    })
}
