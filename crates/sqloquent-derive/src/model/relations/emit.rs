//! The code for relations: what is known of them, and the functions that give their handles.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, ext::IdentExt as _, spanned::Spanned as _};

use super::{Keys, Relation};
use crate::model::{input::ModelInput, rows};

/// What stands at several places.
#[derive(Default)]
pub(crate) struct Emitted {
    /// Fields of the struct of columns.
    pub(crate) fields: TokenStream,
    /// Their values.
    pub(crate) places: TokenStream,
    /// Statics, and the functions of the model.
    pub(crate) items: TokenStream,
}

pub(crate) fn emit(model: &ModelInput) -> Emitted {
    let mut out = Emitted::default();
    let mut functions = TokenStream::new();
    for relation in &model.relations {
        let (ident, vis, krate) = (&relation.ident, &relation.vis, &model.krate);
        let (owner, content) = (&model.ident, &relation.content);
        let bare = ident.unraw();
        let meta = format_ident!("__SQLOQUENT_RELATION_{}", bare.to_string().to_uppercase());
        let kind = kind(model, relation);
        let field = quote_spanned! {relation.ty_span()=>
            #krate::relation::RelationField<#owner, #content, #kind>
        };
        let doc = format!("The relation `{bare}`.");
        out.fields.extend(quote!(#[doc = #doc] pub #ident: #field,));
        out.places
            .extend(quote!(#ident: #krate::relation::RelationField::new(slot, &#meta),));
        out.items.extend(meta_static(model, relation, &meta));
        let mutable = format_ident!("{}_mut", bare, span = ident.span());
        let doc = format!("The relation `{bare}` of this instance.");
        let doc_mut = format!("The same; what is saved or loaded through it is shown by the field `{bare}`.");
        functions.extend(quote! {
            #[doc = #doc]
            #[allow(dead_code, reason = "not every relation is used by itself")]
            #vis fn #ident(&self) -> #krate::relation::Relation<&Self, #content, #kind> {
                #krate::relation::Relation::of(self, &#meta)
            }
            #[doc = #doc_mut]
            #[allow(dead_code, reason = "not every relation is used by itself")]
            #vis fn #mutable(&mut self) -> #krate::relation::Relation<&mut Self, #content, #kind> {
                #krate::relation::Relation::of(self, &#meta)
            }
        });
    }
    if !functions.is_empty() {
        let ident = &model.ident;
        out.items.extend(quote! {
            #[automatically_derived]
            impl #ident { #functions }
        });
    }
    out
}

impl Relation {
    fn ty_span(&self) -> proc_macro2::Span {
        self.content.span()
    }
}

/// The kind as a type.
fn kind(model: &ModelInput, relation: &Relation) -> TokenStream {
    let krate = &model.krate;
    match &relation.keys {
        Keys::Has { many: true, .. } => quote!(#krate::relation::HasMany),
        Keys::Has { many: false, .. } => quote!(#krate::relation::HasOne),
        Keys::Through {
            many: true, through, ..
        } => quote!(#krate::relation::HasManyThrough<#through>),
        Keys::Through {
            many: false, through, ..
        } => quote!(#krate::relation::HasOneThrough<#through>),
        Keys::BelongsTo { .. } => quote!(#krate::relation::BelongsTo),
        Keys::BelongsToMany { pivot, .. } => quote!(#krate::relation::BelongsToMany<#pivot>),
        Keys::Contains => quote!(#krate::relation::Contains),
        Keys::Within { .. } => quote!(#krate::relation::Within),
    }
}

fn meta_static(model: &ModelInput, relation: &Relation, meta: &Ident) -> TokenStream {
    let (krate, owner, content, ident) = (&model.krate, &model.ident, &relation.content, &relation.ident);
    let def = def(model, relation);
    let pushes = relation.owner.iter().map(|&i| {
        let column = &model.columns[i];
        let field = &column.ident;
        let to_value = rows::conversion(krate, column, "to_value");
        quote! {
            #krate::__private::push_key(#to_value, &owner.#field, into, &__SQLOQUENT_TABLE, #i)?;
        }
    });
    quote! {
        static #meta: #krate::relation::RelationMeta<#owner, #content> =
            #krate::relation::RelationMeta::new(
                || {
                    static DEF: ::std::sync::OnceLock<#krate::relation::RelationDef> =
                        ::std::sync::OnceLock::new();
                    DEF.get_or_init(|| #def)
                },
                |owner| &owner.#ident,
                |owner| &mut owner.#ident,
                |owner, into| {
                    #(#pushes)*
                    ::core::result::Result::Ok(())
                },
            );
    }
}

/// The call that makes the definition. The columns are looked up in the structs of columns, so that the compiler finds
/// wrong names and types.
fn def(model: &ModelInput, relation: &Relation) -> TokenStream {
    let (krate, me) = (&model.krate, &model.ident);
    let (content, span) = (&relation.content, relation.span);
    let name = relation.ident.unraw().to_string();
    let private = quote!(#krate::__private::relation);
    let related = quote_spanned! {content.span()=>
        <<#content as #krate::relation::RelatedContent>::Item as #krate::relation::RelatedItem>::Model
    };
    let own = relation.owner.iter().map(|&i| {
        let field = Ident::new(&model.columns[i].ident.to_string(), span);
        quote_spanned!(span=> owner.#field)
    });
    let own = quote_spanned!(span=> &(#(#own,)*));
    let of = |table: &str, fields: &[Ident]| {
        let table = Ident::new(table, span);
        let fields = fields.iter().map(|f| {
            let span = f.span();
            quote_spanned!(span=> #table.#f)
        });
        quote_spanned!(span=> &(#(#fields,)*))
    };
    let owner = quote_spanned! {span=>
        let owner = <#me as #krate::Model>::columns(#private::slot());
    };
    let columns = |model: &TokenStream| quote!(<#model as #krate::Model>::columns(#private::slot()));
    match &relation.keys {
        Keys::Has { many, related: key } => {
            let (key, columns) = (of("related", key), columns(&related));
            quote_spanned! {span=> {
                #owner
                let related = #columns;
                #private::has::<#me, #related, _, _>(#name, #many, #own, #key)
            }}
        }
        Keys::Through {
            many,
            through,
            owner: first,
            related: second,
        } => {
            let between = columns(&quote!(#through));
            let (first, second, columns) = (of("through", first), of("related", second), columns(&related));
            quote_spanned! {span=> {
                #owner
                let through = #between;
                let related = #columns;
                #private::has_through::<#me, #through, #related, _, _, _>(#name, #many, #own, #first, #second)
            }}
        }
        Keys::BelongsTo { related: key } if key.is_empty() => quote_spanned! {span=> {
            #owner
            #private::belongs_to::<#me, #related, _>(#name, #own)
        }},
        Keys::BelongsTo { related: key } => {
            let (key, columns) = (of("related", key), columns(&related));
            quote_spanned! {span=> {
                #owner
                let related = #columns;
                #private::belongs_to_key::<#me, #related, _, _>(#name, #own, #key)
            }}
        }
        Keys::BelongsToMany {
            pivot,
            owner: first,
            related: second,
        } => {
            let between = columns(&quote!(#pivot));
            let (first, second) = (of("pivot", first), of("pivot", second));
            quote_spanned! {span=> {
                #owner
                let pivot = #between;
                #private::belongs_to_many::<#me, #pivot, #related, _, _, _>(#name, #own, #first, #second)
            }}
        }
        Keys::Contains => quote_spanned! {span=> {
            #owner
            #private::contains::<#me, #related, _>(#name, #own)
        }},
        Keys::Within { related: key } => {
            let (key, columns) = (of("related", key), columns(&related));
            quote_spanned! {span=> {
                let related = #columns;
                #private::within::<#me, #related, _>(#name, #key)
            }}
        }
    }
}
