//! Whether a list of ids has an id.

use sqloquent_core::Value;

use super::{Expr, Listed, Mistake};
use crate::{
    schema::ColumnType,
    types::{ValueError, id_text},
};

impl Expr {
    /// Whether a list of ids has an id. NULL is in no list.
    pub(crate) fn listed(list: Self, id: Self) -> Self {
        if let Self::Column(column) = &list
            && !matches!(column.ty, ColumnType::IdList | ColumnType::Text | ColumnType::Any)
        {
            let e = ValueError::new(format!("a column of {} holds no list of ids", column.ty.name()));
            return Self::Mistake(Box::new(Mistake::from_error(&e.comparing("", &column.name))));
        }
        match id {
            Self::Value(Value::Null) => Self::Any(Vec::new()),
            Self::Value(value) => match id_text(value.as_ref()) {
                Ok(_) => Self::Listed(Box::new(Listed {
                    list,
                    id: Self::Value(value),
                })),
                Err(e) => Self::Mistake(Box::new(Mistake::from_error(&e.into()))),
            },
            Self::Mistake(mistake) => Self::Mistake(mistake),
            id => Self::Listed(Box::new(Listed { list, id })),
        }
    }
}
