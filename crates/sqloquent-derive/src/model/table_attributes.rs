//! What `#[model(…)]` on the struct says.

use proc_macro2::Span;
use syn::{Attribute, Ident, LitStr, Path, parse_quote};

use crate::{
    attribute::{self, Item, is_false},
    mistakes::{Mistakes, suggestion},
};

/// Every word that the struct's attribute knows.
const WORDS: [&str; 12] = [
    "table",
    "name",
    "timestamps",
    "new",
    "index",
    "unique",
    "scope",
    "id",
    "hashed",
    "exclude_from_hash",
    "history",
    "crate",
];

/// What `new` is called.
pub(crate) enum Constructor {
    /// `new` where there are few enough required columns, and `build`.
    Default,
    /// As told.
    Named(Ident),
    /// Neither `new` nor `build`.
    None,
}

/// An index as written.
pub(crate) struct IndexAttribute {
    pub(crate) name: Option<LitStr>,
    pub(crate) fields: Vec<Ident>,
    pub(crate) unique: bool,
}

/// The attribute as written.
pub(crate) struct TableAttributes {
    pub(crate) krate: Path,
    pub(crate) table: Option<LitStr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) timestamps: Option<Span>,
    pub(crate) constructor: Constructor,
    pub(crate) indexes: Vec<IndexAttribute>,
    pub(crate) scope: Option<Path>,
    pub(crate) id: Vec<Ident>,
    pub(crate) hashed: Option<Span>,
    pub(crate) excluded: Option<(Span, Vec<LitStr>)>,
    pub(crate) history: bool,
}

impl TableAttributes {
    pub(crate) fn parse(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut out = Self {
            krate: parse_quote!(::sqloquent),
            table: None,
            name: None,
            timestamps: None,
            constructor: Constructor::Default,
            indexes: Vec::new(),
            scope: None,
            id: Vec::new(),
            hashed: None,
            excluded: None,
            history: false,
        };
        for item in attribute::items(attributes, "model", &["index", "unique"], mistakes) {
            if let Err(e) = out.item(&item) {
                mistakes.add(e);
            }
        }
        out
    }

    fn item(&mut self, item: &Item) -> syn::Result<()> {
        match item.name.to_string().as_str() {
            "table" => self.table = Some(item.text()?),
            "name" => self.name = Some(item.text()?),
            "timestamps" => {
                item.flag()?;
                self.timestamps = Some(item.name.span());
            }
            "new" => {
                self.constructor = if is_false(&item.expression()?) {
                    Constructor::None
                } else {
                    Constructor::Named(constructor(&item.text()?)?)
                };
            }
            word @ ("index" | "unique") => self.indexes.push(index(item, word == "unique")?),
            "scope" => self.scope = Some(item.path()?),
            "id" => self.id = item.words()?,
            "crate" => self.krate = item.path()?,
            "hashed" => {
                item.flag()?;
                self.hashed = Some(item.name.span());
            }
            "exclude_from_hash" => self.excluded = Some((item.name.span(), item.texts()?)),
            "history" => {
                item.flag()?;
                self.history = true;
            }
            word => {
                return Err(syn::Error::new_spanned(
                    &item.name,
                    format!("`{word}` is no attribute of a model{}", suggestion(word, &WORDS)),
                ));
            }
        }
        Ok(())
    }
}

/// The functions that every model has.
pub(crate) const TAKEN: [&str; 27] = [
    "absorb",
    "build",
    "columns",
    "decode",
    "delete",
    "exists",
    "find",
    "find_many",
    "find_required",
    "id",
    "insert",
    "insert_many",
    "insert_or_ignore",
    "load",
    "load_missing",
    "query",
    "reload",
    "save",
    "save_many",
    "scope",
    "statements",
    "table",
    "unscoped",
    "update",
    "upsert",
    "upsert_many",
    "values",
];

/// A name for `new` that shadows none of the functions every model has.
fn constructor(text: &LitStr) -> syn::Result<Ident> {
    let name: Ident = text.parse()?;
    if TAKEN.iter().any(|t| name == t) {
        return Err(syn::Error::new_spanned(
            text,
            format!("every model has a function `{name}` already; choose another name"),
        ));
    }
    Ok(name)
}

fn index(item: &Item, unique: bool) -> syn::Result<IndexAttribute> {
    let mut out = IndexAttribute {
        name: None,
        fields: Vec::new(),
        unique,
    };
    for part in item.list()? {
        if part.is_flag() {
            out.fields.push(part.name);
        } else if part.name == "name" {
            out.name = Some(part.text()?);
        } else {
            return Err(syn::Error::new_spanned(
                part.name,
                "an index has fields and a `name = \"…\"`",
            ));
        }
    }
    if out.fields.is_empty() {
        let word = &item.name;
        return Err(syn::Error::new_spanned(
            word,
            format!("`{word}(…)` names at least one field"),
        ));
    }
    Ok(out)
}
