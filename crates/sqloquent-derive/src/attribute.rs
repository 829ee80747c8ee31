//! The items of an attribute: `name`, `name = value`, `name(list)`.

use proc_macro2::TokenStream;
use syn::{
    Attribute, Expr, ExprLit, ExprUnary, Ident, Lit, LitStr, Meta, Path, Token, UnOp,
    ext::IdentExt as _,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

use crate::mistakes::Mistakes;

/// One item.
pub(crate) struct Item {
    pub(crate) name: Ident,
    value: ItemValue,
}

enum ItemValue {
    None,
    Expr(Box<Expr>),
    List(TokenStream),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            ItemValue::Expr(Box::new(input.parse()?))
        } else if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            ItemValue::List(content.parse()?)
        } else {
            ItemValue::None
        };
        Ok(Self { name, value })
    }
}

/// The items of all attributes of a name. One that is given twice is a mistake, unless it may repeat.
pub(crate) fn items(
    attributes: &[Attribute],
    namespace: &str,
    repeatable: &[&str],
    mistakes: &mut Mistakes,
) -> Vec<Item> {
    let mut all: Vec<Item> = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident(namespace)) {
        let Meta::List(list) = &attribute.meta else {
            mistakes.at(attribute, format!("write `#[{namespace}(…)]`"));
            continue;
        };
        let parsed = list.parse_args_with(Punctuated::<Item, Token![,]>::parse_terminated);
        for item in mistakes.check(parsed).into_iter().flatten() {
            let twice = all.iter().any(|i| i.name == item.name);
            if twice && !repeatable.iter().any(|r| item.name == r) {
                mistakes.at(&item.name, format!("`{}` is given twice", item.name));
            } else {
                all.push(item);
            }
        }
    }
    all
}

impl Item {
    fn error<T>(&self, wanted: &str) -> syn::Result<T> {
        let name = &self.name;
        Err(match &self.value {
            ItemValue::None => syn::Error::new_spanned(name, format!("write `{name}{wanted}`")),
            ItemValue::Expr(e) => syn::Error::new_spanned(e, format!("write `{name}{wanted}`")),
            ItemValue::List(l) => syn::Error::new_spanned(l, format!("write `{name}{wanted}`")),
        })
    }

    /// `name`, without a value.
    pub(crate) fn flag(&self) -> syn::Result<()> {
        match self.value {
            ItemValue::None => Ok(()),
            _ => Err(syn::Error::new_spanned(
                &self.name,
                format!("`{}` takes no value", self.name),
            )),
        }
    }

    /// Whether the item is the word alone.
    pub(crate) fn is_flag(&self) -> bool {
        matches!(self.value, ItemValue::None)
    }

    /// Whether the item has a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.value, ItemValue::List(_))
    }

    /// The expression, without the group that another macro may have put it in.
    fn bare(&self) -> Option<&Expr> {
        let ItemValue::Expr(expr) = &self.value else {
            return None;
        };
        let mut expr = &**expr;
        while let Expr::Group(group) = expr {
            expr = &group.expr;
        }
        Some(expr)
    }

    /// `name = "text"`.
    pub(crate) fn text(&self) -> syn::Result<LitStr> {
        match self.bare() {
            Some(Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            })) if !text.value().is_empty() => Ok(text.clone()),
            _ => self.error(" = \"…\""),
        }
    }

    /// `name = ["text", "text"]`, with at least one text.
    pub(crate) fn texts(&self) -> syn::Result<Vec<LitStr>> {
        let Some(Expr::Array(array)) = self.bare() else {
            return self.error(" = [\"…\", \"…\"]");
        };
        let texts: Option<Vec<LitStr>> = array
            .elems
            .iter()
            .map(|element| match element {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text), ..
                }) => Some(text.clone()),
                _ => None,
            })
            .collect();
        match texts {
            Some(texts) if !texts.is_empty() => Ok(texts),
            _ => self.error(" = [\"…\", \"…\"]"),
        }
    }

    /// `name = a::path`, or the path as text.
    pub(crate) fn path(&self) -> syn::Result<Path> {
        match self.bare() {
            Some(Expr::Path(p)) if p.qself.is_none() => Ok(p.path.clone()),
            Some(Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            })) => text.parse(),
            _ => self.error(" = path::to::it"),
        }
    }

    /// `name = word`, or the word as text.
    pub(crate) fn word(&self) -> syn::Result<Ident> {
        let path = self.path()?;
        path.get_ident()
            .cloned()
            .ok_or_else(|| syn::Error::new_spanned(&path, "one word is wanted here"))
    }

    /// `name = expression`.
    pub(crate) fn expression(&self) -> syn::Result<Expr> {
        match &self.value {
            ItemValue::Expr(e) => Ok((**e).clone()),
            _ => self.error(" = value"),
        }
    }

    /// `name(item, item)`.
    pub(crate) fn list(&self) -> syn::Result<Vec<Item>> {
        let ItemValue::List(tokens) = &self.value else {
            return self.error("(…)");
        };
        let parser = Punctuated::<Item, Token![,]>::parse_terminated;
        Ok(syn::parse::Parser::parse2(parser, tokens.clone())?
            .into_iter()
            .collect())
    }

    /// `name(word, word)` with at least one word.
    pub(crate) fn words(&self) -> syn::Result<Vec<Ident>> {
        let list = self.list()?;
        if list.is_empty() {
            return Err(syn::Error::new_spanned(
                &self.name,
                format!("`{}(…)` names at least one field", self.name),
            ));
        }
        list.into_iter()
            .map(|i| match i.value {
                ItemValue::None => Ok(i.name),
                _ => Err(syn::Error::new_spanned(
                    i.name,
                    "the name of a field is wanted here",
                )),
            })
            .collect()
    }
}

/// Whether an expression is `false`.
pub(crate) fn is_false(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(ExprLit { lit: Lit::Bool(b), .. }) if !b.value)
}

/// A literal, with the minus before it if there is one.
pub(crate) fn literal(expr: &Expr) -> Option<(bool, &Lit)> {
    match expr {
        // What another macro passes on comes in a group.
        Expr::Group(group) => literal(&group.expr),
        Expr::Lit(ExprLit { lit, .. }) => Some((false, lit)),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => match literal(expr)? {
            (false, lit @ (Lit::Int(_) | Lit::Float(_))) => Some((true, lit)),
            _ => None,
        },
        _ => None,
    }
}
