//! Pages with totals.

use sqloquent_core::{Error, ErrorKind, Plan};

use super::Query;
use crate::{
    call::{Call, Task as _, concrete},
    compile,
    executor::Executor,
    job::{Eager, Pair, Single},
};

/// A page of rows and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// How many rows all pages hold.
    pub total: u64,
    /// Which page this is; the first is 1.
    pub page: u64,
    /// How many rows a full page holds.
    pub per_page: u64,
}

impl<T> Page<T> {
    /// How many pages there are.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(self.per_page)
    }

    /// Whether another page follows.
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.page < self.pages()
    }
}

impl<S, T: Send + 'static> Query<S, T> {
    /// A page of the rows and how many there are in all, both from one state of the database. The first page is 1.
    /// Give the query an order, or rows may appear on two pages.
    ///
    /// # Errors
    /// As [`get`](Self::get); [`ErrorKind::InvalidQuery`] for page 0 or pages of 0 rows.
    #[track_caller]
    pub fn paginate<'a>(&self, db: &'a dyn Executor, page: u64, per_page: u64) -> Call<'a, Page<T>> {
        let rows = page
            .checked_sub(1)
            .filter(|_| per_page > 0)
            .and_then(|before| before.checked_mul(per_page));
        let Some(before) = rows else {
            return Call::failed(Error::new(
                ErrorKind::InvalidQuery,
                "pages are counted from 1 and hold at least one row",
            ));
        };
        let mut window = self.select.clone();
        let inside = window
            .limit
            .map_or(per_page, |limit| limit.saturating_sub(before).min(per_page));
        window.limit = Some(inside);
        window.offset = Some(window.offset.unwrap_or(0).saturating_add(before));
        let dialect = db.handle().dialect();
        let task = compile::count(dialect, &self.select).and_then(|count| {
            let rows = compile::select(dialect, &window)?;
            Ok(Pair::new(
                Single::<i64>::new(count.into_statement(), Plan::READ),
                Eager::new(rows.into_statement(), self.decode.clone(), self.loaders(dialect)?),
            ))
        });
        let call = Call::task_with(db, task, |job| {
            let (total, items) = concrete::<Pair<Single<i64>, Eager<T>>>(job)?.output()?;
            Ok((u64::try_from(total).unwrap_or(0), items))
        });
        Call::steps(async move {
            let (total, items) = call.await?;
            Ok(Page {
                items,
                total,
                page,
                per_page,
            })
        })
    }
}
