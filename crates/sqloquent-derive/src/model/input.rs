//! The model as the emitters see it: parsed, resolved and checked.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident, Path, Type, Visibility, ext::IdentExt as _};

use super::{
    field_attributes::{DefaultValue, FieldAttributes},
    naming::{plural, snake_case},
    relations::{Relation, RelationField},
    table_attributes::{Constructor, TableAttributes},
};
use crate::{
    mistakes::{Mistakes, suggestion},
    rust_type,
};

/// Where the value of a column comes from when nobody gives one.
pub(crate) enum Source {
    /// It has to be given.
    Required,
    /// `None`.
    None,
    /// The key is made, or 0 until the database counts.
    Id,
    /// The key is the hash of the content.
    Hash,
    /// A default.
    Default(DefaultValue),
    /// The type's default, until the database or the write path gives another.
    Unset,
    /// The current time.
    Now,
}

/// A field that is a column.
pub(crate) struct ColumnField {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// The name in the database.
    pub(crate) name: String,
    /// The name of the field, without `r#`.
    pub(crate) field: String,
    pub(crate) optional: bool,
    pub(crate) source: Source,
    pub(crate) attributes: FieldAttributes,
}

/// An index by positions.
pub(crate) struct Index {
    pub(crate) name: Option<String>,
    pub(crate) columns: Vec<usize>,
    pub(crate) unique: bool,
}

/// The model.
pub(crate) struct ModelInput {
    pub(crate) krate: Path,
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) constructor: Constructor,
    pub(crate) scope: Option<Path>,
    pub(crate) columns: Vec<ColumnField>,
    /// Fields that are no columns.
    pub(crate) skipped: Vec<Ident>,
    pub(crate) relations: Vec<Relation>,
    /// Names of timestamps without fields; their positions follow those of the columns.
    pub(crate) hidden: Vec<&'static str>,
    pub(crate) key: Vec<usize>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) created_at: Option<usize>,
    pub(crate) updated_at: Option<usize>,
    pub(crate) version: Option<usize>,
    /// Positions of what is left out of the hash; none when ids are no hashes.
    pub(crate) excluded: Option<Vec<usize>>,
    pub(crate) history: bool,
}

impl ModelInput {
    /// Reads the struct; nothing when it is none that could be a model.
    pub(crate) fn parse(input: &DeriveInput, mistakes: &mut Mistakes) -> Option<Self> {
        let attributes = TableAttributes::parse(&input.attrs, mistakes);
        let fields = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) if !fields.named.is_empty() => &fields.named,
                Fields::Named(_) | Fields::Unit => {
                    mistakes.at(&input.ident, "a model has at least one field");
                    return None;
                }
                Fields::Unnamed(_) => {
                    mistakes.at(
                        &input.ident,
                        "a model has named fields; for a newtype derive `SqlType`",
                    );
                    return None;
                }
            },
            Data::Enum(_) => {
                mistakes.at(&input.ident, "a model is a struct; for an enum derive `SqlType`");
                return None;
            }
            Data::Union(_) => {
                mistakes.at(&input.ident, "a model is a struct");
                return None;
            }
        };
        if !input.generics.params.is_empty() {
            mistakes.at(
                &input.generics,
                "a model has no generic parameters: it stands for one table of known columns",
            );
            return None;
        }
        let bare = input.ident.unraw().to_string();
        let mut model = Self {
            table: attributes
                .table
                .as_ref()
                .map_or_else(|| plural(&snake_case(&bare)), syn::LitStr::value),
            name: attributes.name.as_ref().map_or(bare, syn::LitStr::value),
            krate: attributes.krate.clone(),
            ident: input.ident.clone(),
            vis: input.vis.clone(),
            constructor: Constructor::Default,
            scope: attributes.scope.clone(),
            columns: Vec::new(),
            skipped: Vec::new(),
            relations: Vec::new(),
            hidden: Vec::new(),
            key: Vec::new(),
            indexes: Vec::new(),
            created_at: None,
            updated_at: None,
            version: None,
            excluded: None,
            history: false,
        };
        let mut relations = Vec::new();
        for field in fields {
            relations.extend(model.field(field, mistakes));
        }
        if model.columns.is_empty() {
            mistakes.at(
                &input.ident,
                "a model has at least one column; all fields are skipped",
            );
            return None;
        }
        model.timestamps(&attributes, mistakes);
        model.key(&attributes, mistakes);
        model.sources(mistakes);
        model.hashed(&attributes, mistakes);
        model.indexes(&attributes, mistakes);
        for field in relations {
            let relation = Relation::resolve(&model, field, mistakes);
            model.relations.extend(relation);
        }
        model.constructor = attributes.constructor;
        Some(model)
    }

    /// The fields that hold no column, as they are in an instance that was just made. Relations know their names.
    pub(crate) fn skipped_fields(&self) -> Vec<TokenStream> {
        let field = |ident: &Ident| {
            if !self.relations.iter().any(|r| r.ident == *ident) {
                return quote!(#ident: ::core::default::Default::default());
            }
            let krate = &self.krate;
            let (owner, name) = (self.ident.unraw().to_string(), ident.unraw().to_string());
            quote! {
                #ident: #krate::relation::Related::of_field(
                    const { &#krate::relation::RelationName::new(#owner, #name) }
                )
            }
        };
        self.skipped.iter().map(field).collect()
    }

    /// Takes in a field; gives back one that is a relation, which needs to know the others.
    fn field(&mut self, field: &syn::Field, mistakes: &mut Mistakes) -> Option<RelationField> {
        let ident = field.ident.clone()?;
        let attributes = FieldAttributes::parse(&field.attrs, mistakes);
        if attributes.skip.is_some() {
            self.skipped.push(ident.clone());
            return attributes.relation.map(|attribute| RelationField {
                ident,
                vis: field.vis.clone(),
                ty: field.ty.clone(),
                attribute,
            });
        }
        let bare = ident.unraw().to_string();
        let name = attributes
            .column
            .as_ref()
            .map_or_else(|| bare.clone(), syn::LitStr::value);
        if let Some(other) = self.columns.iter().find(|c| c.name == name) {
            let message = format!("`{}` is stored in the column `{name}` already", other.field);
            match &attributes.column {
                Some(text) => mistakes.at(text, message),
                None => mistakes.at(&ident, message),
            }
        }
        let position = self.columns.len();
        let place =
            |slot: &mut Option<usize>, span: Option<proc_macro2::Span>, word: &str, m: &mut Mistakes| {
                if let Some(span) = span
                    && slot.replace(position).is_some()
                {
                    m.span(span, format!("a model has one `{word}` column at most"));
                }
            };
        place(
            &mut self.created_at,
            attributes.created_at,
            "created_at",
            mistakes,
        );
        place(
            &mut self.updated_at,
            attributes.updated_at,
            "updated_at",
            mistakes,
        );
        place(&mut self.version, attributes.version, "version", mistakes);
        if attributes.version.is_some() && !rust_type::is_integer(&field.ty) {
            mistakes.at(&field.ty, "a version is an integer, such as `i64`");
        }
        self.columns.push(ColumnField {
            optional: rust_type::optional(&field.ty).is_some(),
            ty: field.ty.clone(),
            ident,
            name,
            field: bare,
            source: Source::Required,
            attributes,
        });
        None
    }

    fn timestamps(&mut self, attributes: &TableAttributes, mistakes: &mut Mistakes) {
        let Some(span) = attributes.timestamps else { return };
        for (word, created) in [("created_at", true), ("updated_at", false)] {
            let place = if created { self.created_at } else { self.updated_at };
            let found = place.or_else(|| self.columns.iter().position(|c| c.field == word));
            let position = found.unwrap_or_else(|| {
                if self.columns.iter().any(|c| c.name == word) {
                    mistakes.span(span, format!("another field is stored in the column `{word}`"));
                }
                self.hidden.push(word);
                self.columns.len() + self.hidden.len() - 1
            });
            if created {
                self.created_at = Some(position);
            } else {
                self.updated_at = Some(position);
            }
        }
    }

    fn key(&mut self, attributes: &TableAttributes, mistakes: &mut Mistakes) {
        let marked = |(i, c): (usize, &ColumnField)| c.attributes.id.map(|span| (i, span));
        if attributes.id.is_empty() {
            self.key = self
                .columns
                .iter()
                .enumerate()
                .filter_map(marked)
                .map(|(i, _)| i)
                .collect();
        } else {
            if let Some((_, span)) = self.columns.iter().enumerate().find_map(marked) {
                mistakes.span(span, "the struct's `id(…)` names the key already");
            }
            self.key = self.positions(&attributes.id, mistakes);
        }
        if self.key.len() > 4 {
            mistakes.at(&self.ident, "a key has four columns at most");
        }
        for &i in &self.key {
            if let Some(column) = self.columns.get(i)
                && column.optional
            {
                mistakes.at(
                    &column.ty,
                    "an id cannot be NULL; without `Option`, an integer is 0 and text is made until the row is stored",
                );
            }
        }
    }

    fn sources(&mut self, mistakes: &mut Mistakes) {
        for (i, column) in self.columns.iter_mut().enumerate() {
            let a = &mut column.attributes;
            column.source = if self.key.contains(&i) {
                if self.key.len() > 1 || a.id_given || a.target.is_some() {
                    Source::Required
                } else {
                    Source::Id
                }
            } else if let Some((_, default)) = a.default.take() {
                if self.created_at == Some(i) || self.updated_at == Some(i) {
                    mistakes.at(
                        &column.ident,
                        "a timestamp has no default: it is set at every write",
                    );
                }
                Source::Default(default)
            } else if column.optional {
                Source::None
            } else if self.created_at == Some(i) || self.updated_at == Some(i) {
                Source::Now
            } else if a.generated.is_some() || a.version.is_some() {
                Source::Unset
            } else {
                Source::Required
            };
        }
    }

    fn indexes(&mut self, attributes: &TableAttributes, mistakes: &mut Mistakes) {
        for (i, column) in self.columns.iter().enumerate() {
            if let Some(span) = column.attributes.index {
                if column.attributes.unique.is_some() {
                    mistakes.span(span, "`unique` makes an index already");
                }
                self.indexes.push(Index {
                    name: None,
                    columns: vec![i],
                    unique: false,
                });
            }
        }
        for index in &attributes.indexes {
            let columns = self.positions(&index.fields, mistakes);
            self.indexes.push(Index {
                name: index.name.as_ref().map(syn::LitStr::value),
                columns,
                unique: index.unique,
            });
        }
    }

    /// The positions of fields by their names.
    fn positions(&self, fields: &[Ident], mistakes: &mut Mistakes) -> Vec<usize> {
        let mut out = Vec::with_capacity(fields.len());
        let hidden = self.hidden.iter().copied();
        let known: Vec<&str> = self
            .columns
            .iter()
            .map(|c| c.field.as_str())
            .chain(hidden)
            .collect();
        for field in fields {
            let bare = field.unraw().to_string();
            match known.iter().position(|k| *k == bare) {
                Some(i) if out.contains(&i) => mistakes.at(field, format!("`{bare}` is named twice")),
                Some(i) => out.push(i),
                None => mistakes.span(
                    field.span(),
                    format!(
                        "`{}` has no column `{bare}`{}",
                        self.ident,
                        suggestion(&bare, &known)
                    ),
                ),
            }
        }
        out
    }
}
