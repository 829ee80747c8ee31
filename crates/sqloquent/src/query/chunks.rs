//! Going through many rows in constant memory.

use std::{
    collections::VecDeque,
    fmt,
    future::Future,
    panic::Location,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use sqloquent_core::{Cursor, Error, ErrorKind, Family, Plan, Result, Value};

use super::{Decode, Item, Query, Select, terminals::narrowed};
use crate::{
    call::{Task as _, run},
    compile,
    db::Db,
    executor::{Executor, Handle},
    expr::{BinaryOp, ColumnRef, Direction, Expr, Order, SourceRef},
    job::{Chunked, Collect, PageOf},
    schema::ColumnType,
};

/// How many rows a stream asks for at a time.
const STREAM_CHUNK: usize = 1_000;

/// The rows of a query, a chunk at a time.
///
/// A plain query over a table is read in pages by row id or key, and its connection is free between pages: each row
/// that is there throughout comes exactly once, and writers are not held up. Any other query (ordered, filtered,
/// joined, grouped) runs once and is read from one state of the database as the chunks are asked for; until it ends or
/// is dropped it occupies a connection of its own. Dropping it early frees the connection.
#[must_use = "chunks are read by awaiting `next`"]
pub struct Chunks<'a, T> {
    source: Target<'a>,
    caller: &'static Location<'static>,
    size: usize,
    select: Select,
    decode: Decode<T>,
    state: State<T>,
}

enum Target<'a> {
    Borrowed(&'a dyn Executor),
    Owned(Db),
}

impl Target<'_> {
    fn handle(&self) -> Handle<'_> {
        match self {
            Self::Borrowed(db) => db.handle(),
            Self::Owned(db) => db.handle(),
        }
    }
}

enum State<T> {
    Failed(Error),
    Start,
    Paging { key: Vec<ColumnRef>, last: Vec<Value> },
    Cursor(Box<dyn Cursor>),
    Gathered(VecDeque<T>),
    Over,
}

impl<T> fmt::Debug for Chunks<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks")
            .field("size", &self.size)
            .field("select", &self.select)
            .finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Chunks<'_, T> {
    /// The next rows, at most as many as the chunk's size; none at the end.
    ///
    /// # Errors
    /// As [`Query::get`]. After an error the chunks are at their end.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>> {
        let result = self.step().await;
        if !matches!(result, Ok(Some(_))) {
            self.state = State::Over;
        }
        result
    }

    async fn step(&mut self) -> Result<Option<Vec<T>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Over) {
                State::Over => return Ok(None),
                State::Failed(e) => return Err(e),
                State::Start => self.state = self.start().await?,
                State::Paging { key, last } => match self.page(&key, &last).await {
                    Err(e) if last.is_empty() && no_row_id(&e) => self.state = self.whole().await?,
                    Err(e) => return Err(e),
                    Ok((rows, last)) => {
                        if rows.is_empty() {
                            return Ok(None);
                        }
                        if rows.len() >= self.size {
                            self.state = State::Paging { key, last };
                        }
                        return Ok(Some(rows));
                    }
                },
                State::Cursor(mut cursor) => {
                    let Some(chunk) = cursor.next().await? else {
                        return Ok(None);
                    };
                    self.state = State::Cursor(cursor);
                    let rows = chunk.downcast::<Vec<T>>().map_err(|_| {
                        Error::new(ErrorKind::Panic, "the backend gave back rows of another type")
                    })?;
                    return Ok(Some(*rows));
                }
                State::Gathered(mut rows) => {
                    if rows.is_empty() {
                        return Ok(None);
                    }
                    let rest = rows.split_off(self.size.min(rows.len()));
                    self.state = State::Gathered(rest);
                    return Ok(Some(rows.into()));
                }
            }
        }
    }

    async fn start(&mut self) -> Result<State<T>> {
        let handle = self.source.handle();
        let single = handle.session.is_none() && handle.db.backend().single_connection();
        let select = &self.select;
        let plain = select.sources.len() == 1
            && select.items.is_empty()
            && !select.base().columns.is_empty()
            && select.order.is_empty()
            && !narrowed(select)
            && (select.filter.is_empty() || single);
        if plain && let Some(key) = paging_key(select, handle) {
            return Ok(State::Paging {
                key,
                last: Vec::new(),
            });
        }
        self.whole().await
    }

    /// Runs the query once.
    async fn whole(&mut self) -> Result<State<T>> {
        let handle = self.source.handle();
        let statement = compile::select(handle.dialect(), &self.select)?.into_statement();
        if handle.session.is_none() && handle.db.backend().single_connection() {
            // The only connection must stay free for what is done with the rows; they are in memory already.
            let job = Collect::new(statement, Plan::READ, self.decode.clone());
            let rows = run(handle, self.caller, job).await?.output()?;
            return Ok(State::Gathered(rows.into()));
        }
        let job = Chunked::new(statement, self.decode.clone(), self.size);
        let cursor = handle.cursor(Box::new(job), handle.context(self.caller)).await?;
        Ok(State::Cursor(cursor))
    }

    async fn page(&mut self, key: &[ColumnRef], last: &[Value]) -> Result<(Vec<T>, Vec<Value>)> {
        let handle = self.source.handle();
        let mut select = self.select.clone();
        select.items = select
            .base()
            .mapped()
            .map(|c| ColumnRef {
                source: SourceRef::Slot(select.slot),
                name: c.name.clone(),
                ty: c.ty,
            })
            .chain(key.iter().cloned())
            .map(|c| Item {
                expr: Expr::Column(c),
                alias: None,
            })
            .collect();
        if let ([column], [value]) = (key, last) {
            let after = Expr::binary(
                BinaryOp::Gt,
                Expr::Column(column.clone()),
                Expr::Value(value.clone()),
            );
            select.filter.push(after);
        }
        select.order = key
            .iter()
            .map(|c| Order::new(Expr::Column(c.clone()), Direction::Asc))
            .collect();
        select.limit = Some(self.size as u64);
        let statement = compile::select(handle.dialect(), &select)?.into_statement();
        let job = PageOf::new(statement, self.decode.clone(), key.len(), self.size);
        run(handle, self.caller, job).await?.output()
    }
}

/// What a plain table is paged by: SQLite's row id, elsewhere a key of one column that is not NULL.
fn paging_key(select: &Select, handle: Handle<'_>) -> Option<Vec<ColumnRef>> {
    let source = SourceRef::Slot(select.slot);
    if handle.dialect().family == Family::Sqlite {
        return Some(vec![ColumnRef {
            source,
            name: "_rowid_".into(),
            ty: ColumnType::Int64,
        }]);
    }
    match *select.base().key {
        [only] => {
            let def = &select.base().columns[only];
            Some(vec![ColumnRef {
                source,
                name: def.name.clone(),
                ty: def.ty,
            }])
        }
        _ => None,
    }
}

/// Whether an error says that what looked like a table has no row id: a view, or a table without.
fn no_row_id(error: &Error) -> bool {
    error.kind() == ErrorKind::UnknownColumn
}

impl<S, T: Send + 'static> Query<S, T> {
    /// Goes through the rows in chunks of a size, in constant memory. See [`Chunks`].
    ///
    /// ```
    /// # mod fixture { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/fixture.rs")); }
    /// # use fixture::*;
    /// # fn main() -> Result<()> { example(async |db, ada| {
    /// let mut chunks = User::query().chunk(&db, 1_000);
    /// while let Some(users) = chunks.next().await? {
    ///     assert!(users.len() <= 1_000);
    /// }
    /// # Ok(()) }) }
    /// ```
    #[track_caller]
    pub fn chunk<'a>(&self, db: &'a dyn Executor, size: usize) -> Chunks<'a, T> {
        self.chunks(Target::Borrowed(db), size)
    }

    /// The rows as a stream, read in constant memory. See [`Chunks`].
    #[track_caller]
    pub fn stream<'a>(&self, db: &'a dyn Executor) -> Rows<'a, T> {
        Rows::new(self.chunks(Target::Borrowed(db), STREAM_CHUNK))
    }

    /// The rows as a stream that borrows nothing, such as the body of a response.
    #[track_caller]
    pub fn stream_owned(&self, db: Db) -> Rows<'static, T> {
        Rows::new(self.chunks(Target::Owned(db), STREAM_CHUNK))
    }

    #[track_caller]
    fn chunks<'a>(&self, source: Target<'a>, size: usize) -> Chunks<'a, T> {
        let state = if size == 0 {
            State::Failed(Error::new(
                ErrorKind::InvalidQuery,
                "a chunk holds at least one row",
            ))
        } else {
            State::Start
        };
        Chunks {
            source,
            caller: Location::caller(),
            size,
            select: self.select.clone(),
            decode: self.decode.clone(),
            state,
        }
    }
}

type Step<'a, T> = Pin<Box<dyn Future<Output = (Chunks<'a, T>, Result<Option<Vec<T>>>)> + Send + 'a>>;

/// The rows of a query as a [`Stream`].
#[must_use = "streams do nothing until they are polled"]
pub struct Rows<'a, T> {
    ready: std::vec::IntoIter<T>,
    idle: Option<Chunks<'a, T>>,
    step: Option<Step<'a, T>>,
}

impl<T> Unpin for Rows<'_, T> {}

impl<T> fmt::Debug for Rows<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("ready", &self.ready.len())
            .finish_non_exhaustive()
    }
}

impl<'a, T> Rows<'a, T> {
    fn new(chunks: Chunks<'a, T>) -> Self {
        Self {
            ready: Vec::new().into_iter(),
            idle: Some(chunks),
            step: None,
        }
    }
}

impl<'a, T: Send + 'static> Stream for Rows<'a, T> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let this = self.get_mut();
        loop {
            if let Some(row) = this.ready.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            if let Some(step) = &mut this.step {
                let (chunks, result) = match step.as_mut().poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(done) => done,
                };
                this.step = None;
                match result {
                    Ok(Some(rows)) => {
                        this.ready = rows.into_iter();
                        this.idle = Some(chunks);
                    }
                    Ok(None) => return Poll::Ready(None),
                    Err(e) => return Poll::Ready(Some(Err(e))),
                }
                continue;
            }
            let Some(mut chunks) = this.idle.take() else {
                return Poll::Ready(None);
            };
            let step: Step<'a, T> = Box::pin(async move {
                let result = chunks.next().await;
                (chunks, result)
            });
            this.step = Some(step);
        }
    }
}
