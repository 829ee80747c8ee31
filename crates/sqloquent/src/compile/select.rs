//! Queries.

use std::borrow::Cow;

use sqloquent_core::{Error, ErrorKind, Family, Result, Value};

use super::{Writer, writer::unsupported};
use crate::{
    query::{Item, JoinKind, Select},
    schema::{Table, derived::DerivedRows},
};

impl Writer {
    /// Writes a query as it stands.
    pub(crate) fn select(&mut self, tree: &Select) -> Result<()> {
        self.query(tree, |w| w.items(tree))
    }

    /// Writes a query of one column inside another; selects its key when it selects nothing of its own.
    pub(super) fn subquery_of_one(&mut self, tree: &Select) -> Result<()> {
        let free = tree.items.is_empty();
        let one = if free {
            tree.base().key.len()
        } else {
            tree.items.len()
        };
        if one != 1 && tree.mistake.is_none() {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                if free {
                    "a sub-query needs one column to be looked through, and its table has no key of one column; select one"
                } else {
                    "a sub-query that is looked through selects exactly one column"
                },
            )
            .with_table(tree.base().name.clone().into_owned()));
        }
        // MySQL knows no limits here, but for tables made on the way.
        let limited = tree.limit.is_some() || tree.offset.is_some();
        let wrapped = limited && self.family() == Family::MySql;
        if wrapped {
            self.push("SELECT * FROM (");
        }
        self.subquery(tree)?;
        if wrapped {
            self.push(") AS limited");
        }
        Ok(())
    }

    /// Writes a query inside another; selects its key, or 1, when it selects nothing of its own.
    pub(super) fn subquery(&mut self, tree: &Select) -> Result<()> {
        self.query(tree, |w| {
            if !tree.items.is_empty() {
                return w.items(tree);
            }
            match *tree.base().key {
                [only] => {
                    let name = w.source_name(0);
                    w.name(&name)?;
                    w.push(".");
                    w.name(&tree.base().columns[only].name)
                }
                _ => {
                    w.push("1");
                    Ok(())
                }
            }
        })
    }

    /// Writes how many rows a query gives: of a plain query directly, else of the query as a table.
    pub(crate) fn count(&mut self, tree: &Select) -> Result<()> {
        let plain = !tree.distinct
            && tree.group.is_empty()
            && tree.having.is_empty()
            && tree.limit.is_none()
            && tree.offset.is_none()
            && !aggregates(tree);
        if plain {
            let unordered = unordered(tree);
            return self.query(&unordered, |w| {
                w.push("count(*)");
                Ok(())
            });
        }
        self.push("SELECT count(*) FROM (");
        self.rows(tree)?;
        self.push(") AS counted");
        Ok(())
    }

    /// Writes an aggregate over the rows of a query: of a plain query directly, else of the query as a table.
    pub(crate) fn aggregate(&mut self, tree: &Select, aggregate: &crate::expr::Expr) -> Result<()> {
        if crate::query::narrowed(tree) {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                "an aggregate of a limited, distinct or grouped query is not clear; use `select` with `group`, or raw SQL",
            ));
        }
        let bare = unordered(tree);
        self.query(&bare, |w| w.expr(aggregate))
    }

    /// Writes whether a query gives any row.
    pub(crate) fn any(&mut self, tree: &Select) -> Result<()> {
        self.push("SELECT EXISTS (");
        let apart = self.kept_apart(tree);
        self.push(if apart { "SELECT 1 FROM (" } else { "" });
        self.rows(tree)?;
        self.push(if apart { ") AS counted)" } else { ")" });
        Ok(())
    }

    /// Writes a query of which only matters whether it gives any row, as a condition of another.
    pub(super) fn existing(&mut self, tree: &Select) -> Result<()> {
        let apart = self.kept_apart(tree);
        self.push(if apart { "SELECT 1 FROM (" } else { "" });
        self.subquery(tree)?;
        self.push(if apart { ") AS found" } else { "" });
        Ok(())
    }

    /// SQLite takes `DISTINCT` for idle inside of `EXISTS`, although rows are skipped only after equal ones became one.
    fn kept_apart(&self, tree: &Select) -> bool {
        self.family() == Family::Sqlite && tree.distinct && tree.offset.is_some()
    }

    /// Writes a query of which only the number of rows matters. What is selected matters to that only when equal rows
    /// count once, or when aggregates make one row of all.
    fn rows(&mut self, tree: &Select) -> Result<()> {
        let free = tree.limit.is_none() && tree.offset.is_none();
        let bare = if free {
            unordered(tree)
        } else {
            Cow::Borrowed(tree)
        };
        // Groups, conditions and orders may refer to what is selected by its name.
        let named = bare.items.iter().any(|i| i.alias.is_some());
        let whole = bare.distinct || named || aggregates(&bare) || !bare.having.is_empty();
        self.query(&bare, |w| {
            if whole {
                // Columns of the same name in two tables would clash in the table that is counted.
                return w.numbered_items(&bare);
            }
            w.push("1");
            Ok(())
        })
    }

    pub(super) fn query(&mut self, tree: &Select, items: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if let Some(mistake) = &tree.mistake {
            return Err(mistake.to_error());
        }
        self.enter(tree)?;
        self.push(if tree.distinct {
            "SELECT DISTINCT "
        } else {
            "SELECT "
        });
        items(self)?;
        self.push(" FROM ");
        self.sources(tree)?;
        self.conditions(" WHERE ", &tree.filter)?;
        if !tree.group.is_empty() {
            self.push(" GROUP BY ");
            self.list(&tree.group, ", ", Self::expr)?;
        }
        self.conditions(" HAVING ", &tree.having)?;
        self.order(&tree.order)?;
        self.limits(tree.limit, tree.offset)?;
        self.leave();
        Ok(())
    }

    /// Writes what is selected: the items, or all mapped columns of all tables.
    fn items(&mut self, tree: &Select) -> Result<()> {
        if !tree.items.is_empty() {
            return self.list(&tree.items, ", ", Self::item);
        }
        let qualified = self.scopes.len() > 1 || tree.sources.len() > 1;
        let mut first = true;
        for (i, source) in tree.sources.iter().enumerate() {
            let name = if qualified {
                self.source_name(i)
            } else {
                Cow::Borrowed("")
            };
            if source.table.columns.is_empty() {
                if !std::mem::take(&mut first) {
                    self.push(", ");
                }
                if qualified {
                    self.name(&name)?;
                    self.push(".");
                }
                self.push("*");
            }
            for column in source.table.mapped() {
                if !std::mem::take(&mut first) {
                    self.push(", ");
                }
                if qualified {
                    self.name(&name)?;
                    self.push(".");
                }
                self.name(&column.name)?;
            }
        }
        Ok(())
    }

    fn item(&mut self, item: &Item) -> Result<()> {
        self.expr(&item.expr)?;
        if let Some(alias) = &item.alias {
            self.push(" AS ");
            self.name(alias)?;
        }
        Ok(())
    }

    fn numbered_items(&mut self, tree: &Select) -> Result<()> {
        if tree
            .items
            .iter()
            .any(|i| matches!(i.expr, crate::expr::Expr::Raw(_)))
            || tree.items.is_empty() && tree.sources.len() == 1
        {
            return self.items(tree);
        }
        let mut n = 0;
        let mut numbered = |w: &mut Self| {
            n += 1;
            w.push(" AS ");
            w.name(&format!("c{n}"))
        };
        if !tree.items.is_empty() {
            return self.list(&tree.items, ", ", |w, item| {
                w.expr(&item.expr)?;
                // A name that conditions may refer to stays.
                match &item.alias {
                    Some(alias) => {
                        w.push(" AS ");
                        w.name(alias)
                    }
                    None => numbered(w),
                }
            });
        }
        let all: Vec<_> = tree
            .sources
            .iter()
            .enumerate()
            .flat_map(|(i, s)| s.table.mapped().map(move |c| (i, c.name.clone())))
            .collect();
        self.list(all, ", ", |w, (i, column)| {
            let name = w.source_name(i);
            w.name(&name)?;
            w.push(".");
            w.name(&column)?;
            numbered(w)
        })
    }

    fn sources(&mut self, tree: &Select) -> Result<()> {
        for (i, source) in tree.sources.iter().enumerate() {
            let made = match &source.table {
                Table::Derived(derived) => Some(derived.rows()),
                _ => None,
            };
            if let Some(DerivedRows::Ids(ids)) = made {
                let name = self.source_name(i);
                self.ids(ids, &name, i > 0)?;
                continue;
            }
            if let Some(join) = &source.join {
                self.push(match join.kind {
                    JoinKind::Inner => " JOIN ",
                    JoinKind::Left => " LEFT JOIN ",
                    JoinKind::Right if !self.dialect.right_join => {
                        return Err(unsupported(
                            self.dialect,
                            "right joins; turn the join round and use left_join",
                        ));
                    }
                    JoinKind::Right => " RIGHT JOIN ",
                    JoinKind::Full if !self.dialect.full_join => {
                        return Err(unsupported(
                            self.dialect,
                            "full joins; unite a left and a right join",
                        ));
                    }
                    JoinKind::Full => " FULL JOIN ",
                    JoinKind::Cross => " CROSS JOIN ",
                });
            }
            match made {
                Some(DerivedRows::Recursive(rows)) => self.recursive(rows)?,
                _ => self.table_name(&source.table.name)?,
            }
            let name = self.source_name(i);
            if made.is_some() || name != *source.table.name {
                self.push(" AS ");
                self.name(&name)?;
            }
            if let Some(on) = source.join.as_ref().and_then(|j| j.on.as_ref()) {
                self.push(" ON ");
                self.expr(on)?;
            } else if source.join.as_ref().is_some_and(|j| j.kind != JoinKind::Cross) {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    "a join needs a condition; use a cross join for none",
                ));
            }
        }
        Ok(())
    }

    pub(super) fn limits(&mut self, limit: Option<u64>, offset: Option<u64>) -> Result<()> {
        let number = |n: u64| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
        match (limit, offset) {
            (Some(limit), _) => {
                self.push(" LIMIT ");
                if self.family() == Family::Sqlite {
                    // SQLite plans by the limit: a parameter here has it prepare the statement anew at each run.
                    self.push(&i64::try_from(limit).unwrap_or(i64::MAX).to_string());
                } else {
                    self.param_owned(number(limit))?;
                }
            }
            (None, Some(_)) => match self.family() {
                Family::Sqlite => self.push(" LIMIT -1"),
                Family::MySql => self.push(" LIMIT 18446744073709551615"),
                _ => {}
            },
            (None, None) => {}
        }
        if let Some(offset) = offset {
            self.push(" OFFSET ");
            self.param_owned(number(offset))?;
        }
        Ok(())
    }
}

/// The query without its order, which changes neither how many rows there are nor whether there are any.
fn unordered(tree: &Select) -> Cow<'_, Select> {
    if tree.order.is_empty() {
        return Cow::Borrowed(tree);
    }
    let mut bare = tree.clone();
    bare.order.clear();
    Cow::Owned(bare)
}

/// Whether a query without groups selects aggregates, so that all its rows make one.
fn aggregates(tree: &Select) -> bool {
    use crate::expr::{Expr, Function};
    fn holds(expr: &Expr) -> bool {
        match expr {
            Expr::Function { function, args, .. } => {
                matches!(
                    function,
                    Function::Count | Function::Sum | Function::Avg | Function::Min | Function::Max
                ) || args.iter().any(holds)
            }
            Expr::Binary { sides, .. } => holds(&sides.0) || holds(&sides.1),
            Expr::Not(operand)
            | Expr::IsNull { operand, .. }
            | Expr::InList { operand, .. }
            | Expr::InQuery { operand, .. } => holds(operand),
            Expr::All(all) | Expr::Any(all) | Expr::InRows { operands: all, .. } => all.iter().any(holds),
            Expr::Match(m) => holds(&m.operand),
            Expr::Listed(l) => holds(&l.list) || holds(&l.id),
            Expr::Raw(_) => true,
            Expr::Column(_) | Expr::Value(_) | Expr::Exists { .. } | Expr::Scalar(_) | Expr::Mistake(_) => {
                false
            }
        }
    }
    tree.items.iter().any(|i| holds(&i.expr))
}
