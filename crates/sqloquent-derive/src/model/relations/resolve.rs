//! What a relation field comes down to: kinds, types and the names of the columns that take part.

use proc_macro2::Span;
use syn::{Ident, Path, Type, Visibility, ext::IdentExt as _};

use super::RelationAttribute;
use crate::{
    mistakes::{Mistakes, suggestion},
    model::{input::ModelInput, naming::snake_case, table_attributes},
    rust_type,
};

/// A relation field as written.
pub(crate) struct RelationField {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
    pub(crate) attribute: RelationAttribute,
}

/// A relation.
pub(crate) struct Relation {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    /// What the field holds: `Vec<Post>`.
    pub(crate) content: Type,
    pub(crate) span: Span,
    pub(crate) keys: Keys,
    /// The owner's columns that take part, by position.
    pub(crate) owner: Vec<usize>,
}

/// The kind of relation, with the fields of other models that take part.
pub(crate) enum Keys {
    /// The related model's.
    Has { many: bool, related: Vec<Ident> },
    /// Those of the model between, and the related model's.
    Through {
        many: bool,
        through: Path,
        owner: Vec<Ident>,
        related: Vec<Ident>,
    },
    /// The related model's; none for its id.
    BelongsTo { related: Vec<Ident> },
    /// The pivot's.
    BelongsToMany {
        pivot: Path,
        owner: Vec<Ident>,
        related: Vec<Ident>,
    },
    /// The owner's list of ids.
    Contains,
    /// The related model's list of ids.
    Within { related: Vec<Ident> },
}

impl Relation {
    pub(crate) fn resolve(model: &ModelInput, field: RelationField, mistakes: &mut Mistakes) -> Option<Self> {
        let RelationField {
            ident,
            vis,
            ty,
            attribute,
        } = field;
        check_name(&ident, mistakes);
        let Some((content, related, several)) = related_type(&ty) else {
            mistakes.at(
                &ty,
                "a relation is a field of type `Related<Option<Model>>` or `Related<Vec<Model>>`",
            );
            return None;
        };
        let word = attribute.word.as_str();
        let many = !matches!(word, "has_one" | "belongs_to");
        if many != several {
            let wanted = if many { "Vec" } else { "Option" };
            mistakes.at(
                &ty,
                format!("`{word}` is a field of type `Related<{wanted}<{related}>>`"),
            );
            return None;
        }
        let named = Named {
            model,
            attribute: &attribute,
            related: &related,
        };
        let (keys, owner) = named.keys(many, mistakes)?;
        Some(Self {
            ident,
            vis,
            content,
            span: attribute.span,
            keys,
            owner,
        })
    }
}

/// The relation is a function of the model, too.
fn check_name(ident: &Ident, mistakes: &mut Mistakes) {
    let bare = ident.unraw().to_string();
    if bare == "new" || table_attributes::TAKEN.contains(&bare.as_str()) {
        mistakes.at(
            ident,
            format!("every model has a function `{bare}` already, and the relation would be one; choose another name"),
        );
    }
}

/// What the field holds, the name of the related model, and whether there can be several.
fn related_type(ty: &Type) -> Option<(Type, String, bool)> {
    let content = rust_type::argument_of(ty, "Related")?;
    let (item, several) = match rust_type::argument_of(content, "Vec") {
        Some(item) => (item, true),
        None => (rust_type::optional(content)?, false),
    };
    let model = rust_type::argument_of(item, "Pivoted").unwrap_or(item);
    let name = rust_type::name(model)?.unraw().to_string();
    Some((content.clone(), name, several))
}

struct Named<'m> {
    model: &'m ModelInput,
    attribute: &'m RelationAttribute,
    related: &'m str,
}

impl Named<'_> {
    fn keys(&self, many: bool, mistakes: &mut Mistakes) -> Option<(Keys, Vec<usize>)> {
        let a = self.attribute;
        let me = self.model.ident.unraw().to_string();
        Some(match a.word.as_str() {
            "belongs_to" => {
                let local = self.or_id(&a.key, self.related);
                let owner = self.own(&local, mistakes)?;
                if !a.owner_key.is_empty() && a.owner_key.len() != owner.len() {
                    mistakes.at(
                        a.owner_key.first(),
                        "`key` and `owner_key` name as many columns each",
                    );
                    return None;
                }
                let related = a.owner_key.clone();
                (Keys::BelongsTo { related }, owner)
            }
            "belongs_to_many" => {
                let owner = self.owner(mistakes)?;
                if me == self.related && (a.key.is_empty() || a.related_key.is_empty()) {
                    mistakes.span(
                        a.span,
                        "the two columns of the pivot would be called the same; name both: \
                         `key = …` for this side, `related_key = …` for the other",
                    );
                    return None;
                }
                let keys = Keys::BelongsToMany {
                    pivot: a.pivot.clone()?,
                    owner: self.foreign(&a.key, &me, owner.len(), mistakes)?,
                    related: self.or_id(&a.related_key, self.related),
                };
                (keys, owner)
            }
            "contains" => {
                let local = self.or_ids(&a.key, self.related);
                (Keys::Contains, self.own(&local, mistakes)?)
            }
            "within" => {
                let related = self.or_ids(&a.key, &me);
                (Keys::Within { related }, self.owner(mistakes)?)
            }
            _ => {
                let owner = self.owner(mistakes)?;
                let keys = match &a.through {
                    None => Keys::Has {
                        many,
                        related: self.foreign(&a.key, &me, owner.len(), mistakes)?,
                    },
                    Some(through) => {
                        let between = through.segments.last()?.ident.unraw().to_string();
                        Keys::Through {
                            many,
                            through: through.clone(),
                            owner: self.foreign(&a.through_key, &me, owner.len(), mistakes)?,
                            related: self.or_id(&a.key, &between),
                        }
                    }
                };
                (keys, owner)
            }
        })
    }

    /// The owner's columns: as told, or its key.
    fn owner(&self, mistakes: &mut Mistakes) -> Option<Vec<usize>> {
        let a = self.attribute;
        if !a.owner_key.is_empty() {
            return self.own(&a.owner_key, mistakes);
        }
        if self.model.key.is_empty() {
            mistakes.span(
                a.span,
                format!(
                    "`{}` needs an id that related rows can hold; mark a field `#[model(id)]`, or name one by `owner_key = …`",
                    a.word
                ),
            );
            return None;
        }
        Some(self.model.key.clone())
    }

    /// Columns of the owner by their fields.
    fn own(&self, fields: &[Ident], mistakes: &mut Mistakes) -> Option<Vec<usize>> {
        let known: Vec<&str> = self.model.columns.iter().map(|c| c.field.as_str()).collect();
        let mut out = Vec::with_capacity(fields.len());
        for field in fields {
            let bare = field.unraw().to_string();
            let Some(i) = known.iter().position(|k| *k == bare) else {
                let hint = suggestion(&bare, &known);
                mistakes.span(
                    field.span(),
                    format!(
                        "`{}` has no column `{bare}`{hint}; `key = …` names another",
                        self.model.ident
                    ),
                );
                return None;
            };
            out.push(i);
        }
        Some(out)
    }

    /// Fields of another model that hold the owner's key.
    fn foreign(
        &self,
        given: &[Ident],
        owner: &str,
        width: usize,
        mistakes: &mut Mistakes,
    ) -> Option<Vec<Ident>> {
        let names = self.or_id(given, owner);
        if names.len() == width {
            return Some(names);
        }
        let span = given.first().map_or(self.attribute.span, Ident::span);
        mistakes.span(
            span,
            format!(
                "the key of `{owner}` has {width} columns; name those that hold it, in its order: `key(a, b)`"
            ),
        );
        None
    }

    /// `user_id` for the model `User`, unless told otherwise.
    fn or_id(&self, given: &[Ident], model: &str) -> Vec<Ident> {
        self.or(given, &format!("{}_id", snake_case(model)))
    }

    /// `item_ids` for the model `Item`, unless told otherwise.
    fn or_ids(&self, given: &[Ident], model: &str) -> Vec<Ident> {
        self.or(given, &format!("{}_ids", snake_case(model)))
    }

    fn or(&self, given: &[Ident], name: &str) -> Vec<Ident> {
        if given.is_empty() {
            vec![Ident::new(name, self.attribute.span)]
        } else {
            given.to_vec()
        }
    }
}
