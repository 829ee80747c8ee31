//! Text.

use std::{borrow::Cow, sync::Arc};

use sqloquent_core::{Value, ValueRef};

use super::{SqlType, ValueError, comparable::*};
use crate::schema::ColumnType;

macro_rules! text {
    ($($t:ty: $take:expr),+ $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl SqlType for $t {
            const TYPE: ColumnType = ColumnType::Text;

            #[inline]
            fn take_value(&mut self) -> Result<Value, ValueError> {
                let take: fn(&mut $t) -> String = $take;
                Ok(Value::Text(take(self)))
            }

            fn to_value(&self) -> Result<Value, ValueError> {
                Ok(Value::Text(AsRef::<str>::as_ref(self).to_owned()))
            }

            #[inline]
            fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
                match value {
                    ValueRef::Text(v) | ValueRef::Json(v) | ValueRef::Decimal(v) => Ok(v.into()),
                    other => Err(ValueError::mismatch("text", other)),
                }
            }
        }
        #[diagnostic::do_not_recommend]
        impl TextType for $t {}
        impl OrderedType for $t {
    type Nullable = Option<$t>;
}
        comparable_taken_over!($t: String, Value::Text);
        comparable!($t: Box<str>, Arc<str>, #['a] &'a String, #['a] Cow<'a, str>);
        comparable_str!($t);
        comparable_str!(Option<$t>);
        #[diagnostic::do_not_recommend]
        impl<'a> Comparable<Option<&'a str>> for Option<$t> {
            fn operand(value: Option<&'a str>) -> crate::expr::Expr {
                value.map_or_else(crate::expr::Expr::null, crate::expr::Expr::value)
            }
        }
        comparable_with_columns!($t: String, Box<str>, Arc<str>);
    )+};
}

macro_rules! comparable_str {
    ($t:ty) => {
        #[diagnostic::do_not_recommend]
        impl<'a> Comparable<&'a str> for $t {
            fn operand(value: &'a str) -> crate::expr::Expr {
                crate::expr::Expr::value(value)
            }
        }
    };
}

text!(
    String: std::mem::take,
    Box<str>: |text| std::mem::take(text).into_string(),
    Arc<str>: |text| (**text).to_owned(),
);

#[diagnostic::do_not_recommend]
impl SqlType for Cow<'_, str> {
    const TYPE: ColumnType = ColumnType::Text;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(Value::Text(self.as_ref().to_owned()))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        String::from_value(value).map(Cow::Owned)
    }
}

#[diagnostic::do_not_recommend]
impl TextType for Cow<'static, str> {}
impl OrderedType for Cow<'static, str> {
    type Nullable = Option<Cow<'static, str>>;
}
comparable_str!(Cow<'static, str>);
comparable_with_columns!(Cow<'static, str>: String);
comparable_with_columns!(String: Cow<'static, str>);

#[diagnostic::do_not_recommend]
impl Comparable<String> for Cow<'static, str> {
    fn operand(value: String) -> crate::expr::Expr {
        crate::expr::Expr::value(value)
    }
}

/// One character, as text of exactly one.
#[diagnostic::do_not_recommend]
impl SqlType for char {
    const TYPE: ColumnType = ColumnType::Text;

    fn to_value(&self) -> Result<Value, ValueError> {
        Ok(Value::Text(self.to_string()))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self, ValueError> {
        let ValueRef::Text(text) = value else {
            return Err(ValueError::mismatch("one character", value));
        };
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(c),
            _ => Err(ValueError::new("expected text of exactly one character")),
        }
    }
}

#[diagnostic::do_not_recommend]
impl TextType for char {}
impl OrderedType for char {
    type Nullable = Option<char>;
}
comparable!(char: char);
comparable_str!(char);
comparable_with_columns!(char: char, String);
