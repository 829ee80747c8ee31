//! Joins of dynamic models and tables.

use std::borrow::Cow;

use sqloquent_core::ErrorKind;

use crate::{
    expr::{BinaryOp, Expr, Mistake},
    query::{Decode, Join, JoinKind, Query, Select, Source},
    record::{JoinedRecord, Record},
    schema::Table,
};

/// What a join compares: the names of two columns, with an operator between them where it is not `=`.
///
/// `["users.id", "posts.user_id"]`, `["users.id", "=", "posts.user_id"]`. A name without a table is looked for on its
/// own side: the first in the tables that are there, the last in the one that is joined.
pub trait JoinTerms {
    /// The terms, in order.
    fn into_terms(self) -> Vec<String>;
}

macro_rules! terms {
    ($([$($generics:tt)*] $t:ty),+ $(,)?) => {$(
        impl<N: AsRef<str>, $($generics)*> JoinTerms for $t {
            fn into_terms(self) -> Vec<String> {
                self.into_iter().map(|n| n.as_ref().to_owned()).collect()
            }
        }
    )+};
}

terms!([const K: usize] [N; K], [const K: usize] &[N; K], [] Vec<N>, [] &Vec<N>, [] &[N]);

impl<A: AsRef<str>, B: AsRef<str>> JoinTerms for (A, B) {
    fn into_terms(self) -> Vec<String> {
        vec![self.0.as_ref().to_owned(), self.1.as_ref().to_owned()]
    }
}

impl<A: AsRef<str>, B: AsRef<str>, C: AsRef<str>> JoinTerms for (A, B, C) {
    fn into_terms(self) -> Vec<String> {
        vec![
            self.0.as_ref().to_owned(),
            self.1.as_ref().to_owned(),
            self.2.as_ref().to_owned(),
        ]
    }
}

/// No condition, for cross joins.
impl JoinTerms for () {
    fn into_terms(self) -> Vec<String> {
        Vec::new()
    }
}

fn operator(text: &str) -> Result<BinaryOp, Mistake> {
    Ok(match text.trim().to_ascii_lowercase().as_str() {
        "=" | "==" => BinaryOp::Eq,
        "<>" | "!=" => BinaryOp::Ne,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::Le,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::Ge,
        "is" => BinaryOp::Same,
        "is not" => BinaryOp::Different,
        _ => {
            return Err(Mistake::query(format!(
                "`{}` is no operator of a join; there are =, <>, <, <=, >, >=, is and is not",
                text.escape_debug()
            )));
        }
    })
}

/// The condition of a join whose table is the last of the query.
fn condition(select: &Select, terms: &[String]) -> Result<Expr, Mistake> {
    let (left, op, right) = match terms {
        [left, right] => (left, BinaryOp::Eq, right),
        [left, op, right] => (left, operator(op)?, right),
        _ => {
            return Err(Mistake::query(format!(
                "a join compares two columns, with an operator between them if need be; {} terms were given",
                terms.len()
            )));
        }
    };
    let joined = select.sources.len() - 1;
    let left = select.column(left)?;
    let own = |name: &str| {
        let table = &select.sources[joined].table;
        !name.contains('.') || table.columns.iter().any(|c| c.name == name)
    };
    let right = if own(right) {
        select.column_of(joined, right)?
    } else {
        select.column(right)?
    };
    Ok(Expr::Binary {
        op,
        sides: Box::new((Expr::Column(left), Expr::Column(right))),
    })
}

/// Adds a table to a query; a mistake is kept in it.
fn add(select: &mut Select, table: Table, alias: Option<String>, kind: JoinKind, terms: &[String]) {
    if let Table::Dynamic(model) = &table
        && let Err(e) = model.check()
    {
        select.fail(Mistake::from_error(&e));
    }
    if alias.as_deref().is_some_and(|a| a.is_empty() || a.contains('\0')) {
        select.fail(Mistake::new(
            ErrorKind::InvalidQuery,
            "the name of a joined table is empty or holds a NUL",
        ));
    }
    select.sources.push(Source {
        table,
        alias: alias.map(Cow::Owned),
        join: Some(Join { kind, on: None }),
    });
    let on = match (kind, terms) {
        (JoinKind::Cross, []) => None,
        (JoinKind::Cross, _) => {
            select.fail(Mistake::query("a cross join has no condition; give it `()`"));
            None
        }
        _ => match condition(select, terms) {
            Ok(on) => Some(on),
            Err(mistake) => {
                select.fail(mistake.clone());
                Some(Expr::Mistake(Box::new(mistake)))
            }
        },
    };
    if let Some(source) = select.sources.last_mut() {
        source.join = Some(Join { kind, on });
    }
}

macro_rules! joins {
    ($($t:ty),+) => {$(
        impl Query<$t> {
            /// Joins a model, or a table by name, on columns named as [`JoinTerms`] says. Rows become [`JoinedRecord`]s.
            ///
            /// ```
            /// use sqloquent::{Dialect, DynamicModel, JoinKind};
            ///
            /// let users = DynamicModel::new("users", ["id", "email"]);
            /// let posts = DynamicModel::new("posts", ["id", "user_id", "title"]);
            /// let query = users.query().join(&posts, JoinKind::Left, ["users.id", "posts.user_id"]);
            /// let (sql, _) = query.to_sql(Dialect::SQLITE)?;
            /// assert!(sql.ends_with(r#"FROM "users" LEFT JOIN "posts" ON "users"."id" = "posts"."user_id""#), "{sql}");
            /// # Ok::<(), sqloquent::Error>(())
            /// ```
            pub fn join(self, table: impl Into<Table>, kind: JoinKind, on: impl JoinTerms) -> Query<JoinedRecord> {
                self.joined(table.into(), None, kind, on)
            }

            /// The same under a name, so that a table can be joined to itself and its columns told apart.
            pub fn join_as(
                self,
                alias: impl Into<String>,
                table: impl Into<Table>,
                kind: JoinKind,
                on: impl JoinTerms,
            ) -> Query<JoinedRecord> {
                self.joined(table.into(), Some(alias.into()), kind, on)
            }

            fn joined(
                self,
                table: Table,
                alias: Option<String>,
                kind: JoinKind,
                on: impl JoinTerms,
            ) -> Query<JoinedRecord> {
                let mut select = self.select;
                add(&mut select, table, alias, kind, &on.into_terms());
                let decode: Decode<JoinedRecord> = JoinedRecord::decoder(&select);
                Query::from_parts(select, decode)
            }
        }
    )+};
}

joins!(Record, JoinedRecord);
