//! What is loaded together with the rows of a query.

use std::{any::Any, sync::Arc};

use sqloquent_core::{Dialect, Result, RowAccess, Statement};

use super::known::KnownRow;
use crate::executor::Executor;

/// A relation that is to be loaded with rows `P`, and how.
pub(crate) trait Include<P>: Send + Sync {
    /// Makes what loads it once. What is wrong with it shows here. With `missing`, instances that have it already are
    /// left alone.
    fn loader(self: Arc<Self>, dialect: Dialect, missing: bool) -> Result<Box<dyn Loader<P>>>;

    /// What the relation is called in messages.
    fn path(&self) -> String;

    /// Itself, where paths of names are added to it.
    fn as_any(&self) -> Option<&dyn Any> {
        None
    }
}

/// Loads a relation, with everything below it: learns of the rows whose relation it is, asks for the statements, takes
/// their rows and puts them in place.
pub(crate) trait Loader<P>: Send {
    /// The columns that [`parent_row`](Self::parent_row) reads.
    fn reads(&self) -> &[usize];

    /// The next of the rows, while the engine stands on it: its mapped columns come first.
    fn parent_row(&mut self, row: &KnownRow<'_>) -> Result<()>;

    /// The next of the rows, as an instance.
    fn parent(&mut self, parent: &P) -> Result<()>;

    /// The next statement; none once everything is read.
    fn next(&mut self) -> Result<Option<Statement>>;

    /// Takes a row of that statement.
    fn row(&mut self, row: &dyn RowAccess) -> Result<()>;

    /// Puts what was read into the rows, which come with their numbers in the order in which they were learned of.
    fn attach<'p>(&mut self, parents: &mut dyn Iterator<Item = (u32, &'p mut P)>)
    where
        P: 'p;

    /// Forgets what was read, and the rows unless they are kept.
    fn restart(&mut self, keep: bool);
}

/// The relations that a query loads with its rows.
pub struct Includes<P>(pub(crate) Vec<Arc<dyn Include<P>>>);

impl<P> Includes<P> {
    pub(crate) const fn none() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes note of relations that are read for one row.
    #[track_caller]
    pub(crate) fn note(&self, db: &dyn Executor) {
        let db = db.handle().db;
        for include in &self.0 {
            db.note_relation(|| include.path());
        }
    }

    pub(crate) fn loaders(&self, dialect: Dialect, missing: bool) -> Result<Vec<Box<dyn Loader<P>>>> {
        let loaders = self.0.iter().map(|i| Arc::clone(i).loader(dialect, missing));
        loaders.collect()
    }

    /// The same for rows that hold a `P`.
    pub(crate) fn within<Q: 'static>(self, lens: fn(&mut Q) -> &mut P) -> Includes<Q>
    where
        P: 'static,
    {
        let all = self.0.into_iter().map(|inner| {
            let focused: Arc<dyn Include<Q>> = Arc::new(Focused { inner, lens });
            focused
        });
        Includes(all.collect())
    }
}

impl<P> Clone for Includes<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P> std::fmt::Debug for Includes<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Includes").field(&self.0.len()).finish()
    }
}

/// What the closure of `with` may return: a relation, one that is narrowed by `only`, a tuple of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation of `{P}`",
    label = "this cannot be loaded with a `{P}`",
    note = "return a relation field, such as `|u| u.posts`, or a tuple of them"
)]
pub trait IntoIncludes<P> {
    #[doc(hidden)]
    fn include(self, into: &mut Includes<P>);
}

macro_rules! tuples {
    ($($name:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<P, $($name: IntoIncludes<P>),+> IntoIncludes<P> for ($($name,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the fields")]
            fn include(self, into: &mut Includes<P>) {
                let ($($name,)+) = self;
                $($name.include(into);)+
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

/// The relations of a part of each row.
struct Focused<P, Q> {
    inner: Arc<dyn Include<P>>,
    lens: fn(&mut Q) -> &mut P,
}

struct FocusedLoader<P, Q> {
    inner: Box<dyn Loader<P>>,
    lens: fn(&mut Q) -> &mut P,
}

impl<P: 'static, Q: 'static> Include<Q> for Focused<P, Q> {
    fn path(&self) -> String {
        self.inner.path()
    }

    fn loader(self: Arc<Self>, dialect: Dialect, missing: bool) -> Result<Box<dyn Loader<Q>>> {
        Ok(Box::new(FocusedLoader {
            inner: Arc::clone(&self.inner).loader(dialect, missing)?,
            lens: self.lens,
        }))
    }
}

impl<P, Q> Loader<Q> for FocusedLoader<P, Q> {
    fn reads(&self) -> &[usize] {
        self.inner.reads()
    }

    fn parent_row(&mut self, row: &KnownRow<'_>) -> Result<()> {
        self.inner.parent_row(row)
    }

    fn parent(&mut self, _: &Q) -> Result<()> {
        Err(sqloquent_core::Error::new(
            sqloquent_core::ErrorKind::Unsupported,
            "relations of computed rows are loaded with the query; load those of the model's instances",
        ))
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        self.inner.next()
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<()> {
        self.inner.row(row)
    }

    fn attach<'p>(&mut self, parents: &mut dyn Iterator<Item = (u32, &'p mut Q)>)
    where
        Q: 'p,
    {
        let lens = self.lens;
        self.inner.attach(&mut parents.map(|(i, q)| (i, lens(q))));
    }

    fn restart(&mut self, keep: bool) {
        self.inner.restart(keep);
    }
}
