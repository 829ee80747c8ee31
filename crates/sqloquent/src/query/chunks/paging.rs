//! Reading a whole table in pages by row id or key.
//!
//! Where short jobs run on the caller's thread a page is read in slices, each as long as such a job may be: that saves the
//! way to another thread and back. What is learnt from a slice says how many rows the next may hold.

use std::{panic::Location, time::Duration};

use sqloquent_core::{Family, Plan, Result, Value};

use crate::{
    call::{Task as _, run},
    compile,
    executor::Handle,
    expr::{BinaryOp, ColumnRef, Direction, Expr, Order, SourceRef},
    job::PageOf,
    query::{Decode, Item, Select},
    schema::ColumnType,
};

/// How many rows the first slice holds.
const FIRST_SLICE: usize = 16;

/// What a slice may take.
const SLICE: Duration = Duration::from_micros(100);

/// A slice of fewer rows is not worth it: the rows are large, and pages are read on another thread.
const LEAST_SLICE: usize = 4;

/// Where in the table the reading stands.
pub(super) struct Paging {
    key: Vec<ColumnRef>,
    last: Vec<Value>,
    /// How many rows the next slice holds, where pages are read in slices.
    slice: Option<usize>,
}

impl Paging {
    /// What a plain table is paged by: SQLite's row id, elsewhere a key of one column that is not NULL.
    pub(super) fn new(select: &Select, handle: Handle<'_>) -> Option<Self> {
        let (name, ty) = if handle.dialect().family == Family::Sqlite {
            ("_rowid_".into(), ColumnType::Int64)
        } else if let [only] = *select.base().key {
            let def = &select.base().columns[only];
            (def.name.clone(), def.ty)
        } else {
            return None;
        };
        let source = SourceRef::Slot(select.slot);
        Some(Self {
            key: vec![ColumnRef { source, name, ty }],
            last: Vec::new(),
            slice: handle.db.backend().runs_on_the_spot().then_some(FIRST_SLICE),
        })
    }

    /// Whether a row has been read.
    pub(super) fn has_begun(&self) -> bool {
        !self.last.is_empty()
    }

    /// The next rows; fewer than `size` at the end.
    pub(super) async fn page<T: Send + 'static>(
        &mut self,
        handle: Handle<'_>,
        caller: &'static Location<'static>,
        select: &Select,
        decode: &Decode<T>,
        size: usize,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::with_capacity(size.min(4_096));
        while rows.len() < size {
            let left = size - rows.len();
            let statement = compile::select(handle.dialect(), &self.select(select, size))?.into_statement();
            let (plan, wanted) = match self.slice {
                Some(slice) => (Plan::READ_BY_KEY, slice.min(left)),
                None => (Plan::READ, left),
            };
            let before = rows.len();
            let job = PageOf::new(statement, plan, decode.clone(), self.key.len(), wanted, rows);
            let page = run(handle, caller, job).await?.output()?;
            rows = page.rows;
            let read = rows.len() - before;
            if read > 0 {
                self.last = page.last;
            }
            if read < wanted {
                break;
            }
            self.slice = self.slice.and_then(|slice| next_slice(slice, read, page.took));
        }
        Ok(rows)
    }

    /// The query for what comes behind the last row.
    fn select(&self, select: &Select, size: usize) -> Select {
        let mut select = select.clone();
        let slot = select.slot;
        let columns = select.base().mapped().map(|c| ColumnRef {
            source: SourceRef::Slot(slot),
            name: c.name.clone(),
            ty: c.ty,
        });
        select.items = columns
            .chain(self.key.iter().cloned())
            .map(|c| Item {
                expr: Expr::Column(c),
                alias: None,
            })
            .collect();
        if let ([column], [value]) = (&*self.key, &*self.last) {
            let after = Expr::binary(
                BinaryOp::Gt,
                Expr::Column(column.clone()),
                Expr::Value(value.clone()),
            );
            select.filter.push(after);
        }
        select.order = self
            .key
            .iter()
            .map(|c| Order::new(Expr::Column(c.clone()), Direction::Asc))
            .collect();
        select.limit = Some(size as u64);
        select
    }
}

/// How many rows take as long as a slice may, judged by one of so many rows; none when they are too few.
fn next_slice(slice: usize, read: usize, took: Duration) -> Option<usize> {
    let each = took.as_nanos().max(1) / read.max(1) as u128;
    let fit = usize::try_from(SLICE.as_nanos() / each.max(1)).unwrap_or(usize::MAX);
    let next = fit.min(slice.saturating_mul(4));
    (next >= LEAST_SLICE).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_grow_to_what_fits_and_end_where_rows_are_large() {
        let micros = Duration::from_micros;
        assert_eq!(
            next_slice(16, 16, micros(8)),
            Some(64),
            "at most four times as many"
        );
        assert_eq!(next_slice(400, 400, micros(200)), Some(200));
        assert_eq!(next_slice(16, 16, micros(16 * 60)), None);
        assert_eq!(next_slice(16, 16, Duration::ZERO), Some(64));
    }
}
