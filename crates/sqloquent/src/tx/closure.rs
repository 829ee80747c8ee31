//! Transactions as closures.

use std::{future::Future, panic::Location, time::Instant};

use sqloquent_core::{Error, Result, TxOptions};

use super::{Tx, retry};
use crate::db::{Db, own_transaction::Scoped};

/// An asynchronous closure whose future is `Send`: lets [`Db::transaction`] borrow what is around it.
///
/// Implemented for every `async |tx| …`; not to be named by users.
pub trait AsyncOnce<A, R>: AsyncFnOnce(A) -> R + FnOnce(A) -> <Self as AsyncOnce<A, R>>::Fut {
    /// The closure's future.
    type Fut: Future<Output = R>;
}

impl<F, A, Fut, R> AsyncOnce<A, R> for F
where
    F: AsyncFnOnce(A) -> R + FnOnce(A) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}

impl Db {
    /// Runs a closure in a transaction: committed when it returns `Ok`, rolled back when it returns `Err`, panics or is
    /// dropped. The closure may borrow what is around it.
    ///
    /// ```
    /// # use sqloquent::{Db, Error};
    /// # fn main() -> Result<(), Error> { pollster::block_on(async {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// db.transaction(async |tx| {
    ///     tx.raw("create table t (n integer)", ()).execute().await?;
    ///     tx.raw("insert into t values (?)", (5,)).execute().await?;
    ///     Ok::<_, Error>(())
    /// })
    /// .await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// The closure's own error after rolling back; or what beginning or committing reports.
    #[track_caller]
    pub fn transaction<'a, R, E, F>(
        &'a self,
        f: F,
    ) -> impl Future<Output = Result<R, E>> + Send + use<'a, R, E, F>
    where
        for<'t> F:
            AsyncFnOnce(&'t Tx) -> Result<R, E> + AsyncOnce<&'t Tx, Result<R, E>, Fut: Send> + Send + 'a,
        R: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        let caller = Location::caller();
        async move {
            let tx = self.begin_at(TxOptions::new(), caller).await?;
            let done = Scoped::new(self.id(), f(&tx)).await;
            match done {
                Ok(value) => tx.commit().await.map(|()| value).map_err(E::from),
                Err(error) => {
                    // The closure's error is the one that matters; a failed rollback throws the connection away.
                    let _ = tx.rollback().await;
                    Err(error)
                }
            }
        }
    }

    /// Runs a closure in a transaction with options; after a conflict with others (busy, serialization, deadlock) it
    /// runs again, up to [`TxOptions::retries`] times, with a growing, jittered pause between. Each attempt runs a clone
    /// of the closure.
    ///
    /// ```
    /// # use sqloquent::{Db, Error, TxOptions};
    /// # fn main() -> Result<(), Error> { pollster::block_on(async {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// let n: i64 = db
    ///     .transaction_with(TxOptions::new().retries(3), async |tx| tx.raw("select 7", ()).scalar().await)
    ///     .await?;
    /// assert_eq!(n, 7);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// The error of the last attempt.
    #[track_caller]
    pub fn transaction_with<'a, R, E, F>(
        &'a self,
        options: TxOptions,
        f: F,
    ) -> impl Future<Output = Result<R, E>> + Send + use<'a, R, E, F>
    where
        for<'t> F: AsyncFnOnce(&'t Tx) -> Result<R, E>
            + AsyncOnce<&'t Tx, Result<R, E>, Fut: Send>
            + Clone
            + Send
            + 'a,
        R: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        let caller = Location::caller();
        async move {
            let began = Instant::now();
            let mut attempt = 0;
            loop {
                let outcome = match self.begin_at(options, caller).await {
                    Ok(tx) => {
                        let (done, conflict) = retry::watch(Scoped::new(self.id(), f.clone()(&tx))).await;
                        match done {
                            Ok(value) => match tx.commit().await {
                                Ok(()) => return Ok(value),
                                Err(error) => (error.is_retryable(), E::from(error)),
                            },
                            Err(error) => {
                                let _ = tx.rollback().await;
                                (conflict, error)
                            }
                        }
                    }
                    Err(error) => (error.is_retryable(), E::from(error)),
                };
                let (conflict, error) = outcome;
                let in_time = options.timeout.is_none_or(|limit| began.elapsed() < limit);
                if !conflict || attempt >= options.retries || !in_time {
                    return Err(error);
                }
                retry::pause(attempt).await;
                attempt += 1;
            }
        }
    }

    /// Runs a closure in a transaction that is always rolled back: for tests that share a database.
    ///
    /// # Errors
    /// The closure's own error; or what beginning or rolling back reports.
    #[track_caller]
    pub fn rolled_back<'a, R, E, F>(
        &'a self,
        f: F,
    ) -> impl Future<Output = Result<R, E>> + Send + use<'a, R, E, F>
    where
        for<'t> F:
            AsyncFnOnce(&'t Tx) -> Result<R, E> + AsyncOnce<&'t Tx, Result<R, E>, Fut: Send> + Send + 'a,
        R: Send + 'a,
        E: From<Error> + Send + 'a,
    {
        let caller = Location::caller();
        async move {
            let tx = self.begin_at(TxOptions::new(), caller).await?;
            let done = Scoped::new(self.id(), f(&tx)).await;
            tx.rollback().await?;
            done
        }
    }
}
