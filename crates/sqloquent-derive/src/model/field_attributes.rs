//! What `#[model(…)]` on a field says.

use proc_macro2::Span;
use syn::{Attribute, Expr, Ident, LitStr, Path};

use super::relations::{self, RelationAttribute};
use crate::{
    attribute::{self, Item},
    mistakes::{Mistakes, nearest, suggestion},
};

/// Every word that a field's attribute knows, relations included.
const WORDS: [&str; 23] = [
    "id",
    "column",
    "unique",
    "index",
    "default",
    "default_sql",
    "generated",
    "foreign_key",
    "references",
    "on_delete",
    "on_update",
    "sql_type",
    "version",
    "skip",
    "with",
    "created_at",
    "updated_at",
    "has_one",
    "has_many",
    "belongs_to",
    "belongs_to_many",
    "contains",
    "within",
];

/// Where the default of a column comes from.
pub(crate) enum DefaultValue {
    /// The type's own.
    Trait,
    /// An expression.
    Expr(Expr),
}

/// What a foreign key points to.
pub(crate) enum Target {
    /// `"table.column"`.
    Column { table: String, column: String },
    /// Another model's key.
    Model(Path),
}

/// The attribute as written.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    pub(crate) id: Option<Span>,
    /// Whether the program gives the id even where it could be made.
    pub(crate) id_given: bool,
    pub(crate) column: Option<LitStr>,
    pub(crate) unique: Option<Span>,
    pub(crate) index: Option<Span>,
    pub(crate) default: Option<(Span, DefaultValue)>,
    pub(crate) default_sql: Option<LitStr>,
    pub(crate) generated: Option<Span>,
    pub(crate) target: Option<(Span, Target)>,
    pub(crate) on_delete: Option<Ident>,
    pub(crate) on_update: Option<Ident>,
    pub(crate) sql_type: Option<LitStr>,
    pub(crate) version: Option<Span>,
    pub(crate) skip: Option<Span>,
    pub(crate) with: Option<Path>,
    pub(crate) created_at: Option<Span>,
    pub(crate) updated_at: Option<Span>,
    pub(crate) relation: Option<RelationAttribute>,
    /// Whether some word was wrong, so that what follows from its absence is not reported as well.
    pub(crate) broken: bool,
    words: usize,
}

impl FieldAttributes {
    pub(crate) fn parse(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut out = Self::default();
        for item in attribute::items(attributes, "model", &[], mistakes) {
            out.words += 1;
            if let Err(e) = out.item(&item) {
                out.broken = true;
                mistakes.add(e);
            }
        }
        out.check(mistakes);
        out
    }

    fn item(&mut self, item: &Item) -> syn::Result<()> {
        let span = item.name.span();
        let flag = |place: &mut Option<Span>| {
            *place = Some(span);
            item.flag()
        };
        match item.name.to_string().as_str() {
            "id" => {
                self.id = Some(span);
                self.id_given = id_given(item)?;
            }
            "column" => self.column = Some(item.text()?),
            "unique" => flag(&mut self.unique)?,
            "index" => flag(&mut self.index)?,
            "default" if item.is_flag() => self.default = Some((span, DefaultValue::Trait)),
            "default" => self.default = Some((span, DefaultValue::Expr(item.expression()?))),
            "default_sql" => self.default_sql = Some(item.text()?),
            "generated" => flag(&mut self.generated)?,
            "foreign_key" | "references" if self.target.is_some() => {
                return Err(syn::Error::new(
                    span,
                    "`foreign_key` and `references` say the same; give one",
                ));
            }
            "foreign_key" => self.target = Some((span, target(&item.text()?)?)),
            "references" => self.target = Some((span, Target::Model(item.path()?))),
            "on_delete" => self.on_delete = Some(on_change(item)?),
            "on_update" => self.on_update = Some(on_change(item)?),
            "sql_type" => self.sql_type = Some(item.text()?),
            "version" => flag(&mut self.version)?,
            "skip" => flag(&mut self.skip)?,
            "with" => self.with = Some(item.path()?),
            "created_at" => flag(&mut self.created_at)?,
            "updated_at" => flag(&mut self.updated_at)?,
            word => {
                if let Some(relation) = RelationAttribute::parse(item) {
                    // A relation holds no column, whatever may be wrong with it.
                    self.skip = Some(span);
                    self.relation = Some(relation?);
                    return Ok(());
                }
                let (error, relation) = unknown(item, word);
                if relation {
                    // A relation holds no column, whatever else may be wrong with it.
                    self.skip = Some(span);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// What contradicts itself within one field.
    fn check(&self, mistakes: &mut Mistakes) {
        if let Some(span) = self.skip {
            if self.words > 1 && !self.broken {
                let word = self.relation.as_ref().map_or("skip", |r| r.word.as_str());
                let message = format!("such a field is no column, so `{word}` stands alone");
                mistakes.span(span, message);
            }
            return;
        }
        if let (Some(_), Some((span, _))) = (self.id, &self.default) {
            mistakes.span(
                *span,
                "an id has no default: `new` makes it, or the database does, or it is `id(given)`",
            );
        }
        if self.target.is_none()
            && !self.broken
            && let Some(word) = self.on_delete.as_ref().or(self.on_update.as_ref())
        {
            mistakes.at(
                word,
                "this needs a foreign key: `foreign_key = \"table.column\"` or `references = Model`",
            );
        }
        let made = [
            ("generated", self.generated),
            ("version", self.version),
            ("created_at", self.created_at),
            ("updated_at", self.updated_at),
        ];
        let mut made = made.iter().filter_map(|(word, span)| span.map(|s| (word, s)));
        if let Some((word, span)) = made.next() {
            if let Some((other, span)) = made.next() {
                mistakes.span(span, format!("a column cannot be both `{word}` and `{other}`"));
            } else if self.default.is_some() {
                mistakes.span(span, format!("a column with a default cannot be `{word}`"));
            } else if self.id.is_some() {
                mistakes.span(span, format!("an id cannot be `{word}`"));
            }
        }
    }
}

/// What to say of a word that is not known, and whether it is likely meant to be that of a relation.
fn unknown(item: &Item, word: &str) -> (syn::Error, bool) {
    /// What the same is called elsewhere.
    const ELSEWHERE: [(&str, &str); 12] = [
        ("primary_key", "`id`"),
        ("pk", "`id`"),
        ("key", "`id`"),
        ("auto_increment", "`id` on an integer"),
        ("autoincrement", "`id` on an integer"),
        ("rename", "`column = \"…\"`"),
        ("name", "`column = \"…\"`"),
        ("nullable", "a field of type `Option<…>`"),
        ("null", "a field of type `Option<…>`"),
        ("ignore", "`skip`"),
        ("fk", "`foreign_key = \"table.column\"`"),
        ("column_type", "`sql_type = \"…\"`"),
    ];
    let hint = match ELSEWHERE.iter().find(|(other, _)| *other == word) {
        Some((_, ours)) => format!("; here it is {ours}"),
        None => suggestion(word, &WORDS),
    };
    let relation = nearest(word, &WORDS).is_some_and(|near| relations::RELATIONS.contains(&near));
    let message = format!("`{word}` is no attribute of a field{hint}");
    (syn::Error::new_spanned(&item.name, message), relation)
}

fn id_given(item: &Item) -> syn::Result<bool> {
    if item.is_flag() {
        return Ok(false);
    }
    match item.words()?.as_slice() {
        [word] if word == "given" => Ok(true),
        words => Err(syn::Error::new_spanned(
            words.first(),
            "write `id`, or `id(given)` for an id that the program chooses",
        )),
    }
}

fn target(text: &LitStr) -> syn::Result<Target> {
    match text.value().rsplit_once('.') {
        Some((table, column)) if !table.is_empty() && !column.is_empty() => Ok(Target::Column {
            table: table.to_owned(),
            column: column.to_owned(),
        }),
        _ => Err(syn::Error::new_spanned(
            text,
            "write `foreign_key = \"table.column\"`",
        )),
    }
}

/// The variant of `OnChange`.
fn on_change(item: &Item) -> syn::Result<Ident> {
    const ACTIONS: [(&str, &str); 5] = [
        ("cascade", "Cascade"),
        ("set_null", "SetNull"),
        ("restrict", "Restrict"),
        ("no_action", "NoAction"),
        ("set_default", "SetDefault"),
    ];
    let word = item.word()?;
    match ACTIONS.iter().find(|(name, _)| word == name) {
        Some((_, variant)) => Ok(Ident::new(variant, word.span())),
        None => {
            let names = ACTIONS.map(|(name, _)| name);
            Err(syn::Error::new_spanned(
                &word,
                format!(
                    "`{word}` is no such action{}",
                    suggestion(&word.to_string(), &names)
                ),
            ))
        }
    }
}
