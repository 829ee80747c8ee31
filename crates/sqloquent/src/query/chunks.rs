//! Going through many rows in constant memory.

mod paging;
mod stream;

use std::{collections::VecDeque, fmt, panic::Location};

use sqloquent_core::{Cursor, Error, ErrorKind, Plan, Result};

use self::paging::Paging;
pub use self::stream::Rows;
use super::{Decode, Query, Select, terminals::narrowed};
use crate::{
    call::{Task as _, run},
    compile,
    db::Db,
    executor::{Executor, Handle},
    job::{Chunked, Collect, LoadRelated},
    relation::{Includes, Loader},
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
    includes: Includes<T>,
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
    Paging(Paging),
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
        let mut result = self.step().await;
        if let Ok(Some(rows)) = &mut result
            && !self.includes.is_empty()
            && let Err(e) = load(self.source.handle(), self.caller, &self.includes, rows).await
        {
            result = Err(e);
        }
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
                State::Paging(mut paging) => {
                    let begun = paging.has_begun();
                    let handle = self.source.handle();
                    let page = paging.page(handle, self.caller, &self.select, &self.decode, self.size);
                    match page.await {
                        Err(e) if !begun && no_row_id(&e) => self.state = self.whole().await?,
                        Err(e) => return Err(e),
                        Ok(rows) if rows.is_empty() => return Ok(None),
                        Ok(rows) => {
                            if rows.len() >= self.size {
                                self.state = State::Paging(paging);
                            }
                            return Ok(Some(rows));
                        }
                    }
                }
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
        if plain && let Some(paging) = Paging::new(select, handle) {
            return Ok(State::Paging(paging));
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
}

/// Loads what belongs to the rows of a chunk.
fn load<'l, T: Send + 'static>(
    handle: Handle<'l>,
    caller: &'static Location<'static>,
    includes: &Includes<T>,
    rows: &'l mut [T],
) -> impl Future<Output = Result<()>> + Send + use<'l, T> {
    let loaders = includes.loaders(handle.dialect(), false).and_then(|mut loaders| {
        for loader in &mut loaders {
            for row in &*rows {
                loader.parent(row)?;
            }
        }
        Ok(loaders)
    });
    async move {
        let job = LoadRelated::<Box<dyn Loader<T>>>::new(loaders?);
        for loader in &mut run(handle, caller, job).await?.output()? {
            loader.attach(&mut (0..).zip(&mut *rows));
        }
        Ok(())
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
            includes: self.includes.clone(),
            state,
        }
    }
}
