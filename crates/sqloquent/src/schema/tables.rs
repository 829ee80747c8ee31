//! Sets of tables, and the order in which they can be made.

use super::Table;
use crate::model::Model;

/// A set of tables that are made together: a model, or a tuple of up to twelve, which may be tuples again.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no set of tables",
    note = "use a model or a tuple of models: `db.create_tables::<(User, Post)>()`"
)]
pub trait Tables {
    /// The tables, in the order of the tuple.
    fn tables() -> Vec<Table>;
}

impl<M: Model> Tables for M {
    fn tables() -> Vec<Table> {
        vec![Table::Static(M::table())]
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: Tables),+> Tables for ($($name,)+) {
            fn tables() -> Vec<Table> {
                let mut all = Vec::new();
                $(all.extend($name::tables());)+
                all
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);

/// Whether two names are those of one table. Engines differ in whether case counts; for the order it does no harm to
/// take two tables for one.
pub(crate) fn same_table(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The tables in an order in which each comes after those that its foreign keys name, as far as there are no cycles.
/// Of several definitions of one table the widest comes first, so that the others find their columns in it.
pub(crate) fn in_order(mut tables: Vec<Table>) -> Vec<Table> {
    let mut seen: Vec<Table> = Vec::with_capacity(tables.len());
    tables.sort_by_key(|t| std::cmp::Reverse(t.columns.len()));
    // Equal names next to each other, names in an order that does not depend on the caller's.
    tables.sort_by_key(|t| t.name.to_ascii_lowercase());
    let mut ordered = Visit {
        state: vec![false; tables.len()],
        order: Vec::with_capacity(tables.len()),
        tables: &tables,
    };
    for i in 0..tables.len() {
        ordered.visit(i);
    }
    seen.extend(ordered.order.into_iter().map(|i| tables[i].clone()));
    seen
}

struct Visit<'t> {
    tables: &'t [Table],
    state: Vec<bool>,
    order: Vec<usize>,
}

impl Visit<'_> {
    fn visit(&mut self, at: usize) {
        if std::mem::replace(&mut self.state[at], true) {
            return;
        }
        let tables = self.tables;
        for key in &*tables[at].foreign_keys {
            for (i, other) in tables.iter().enumerate() {
                if same_table(&other.name, &key.table) {
                    self.visit(i);
                }
            }
        }
        self.order.push(at);
    }
}
