//! Calls: the futures that terminals return.

use std::{
    any::Any,
    fmt,
    future::Future,
    panic::Location,
    pin::Pin,
    task::{Context, Poll},
};

use sqloquent_core::{BoxFuture, Error, ErrorKind, Job, Result, Tried};

use crate::executor::{Executor, Handle};

/// A call to the database that has compiled its statement and waits to be awaited.
///
/// Nothing touches the database before the first poll. Dropping it interrupts a read; a write has then either not begun
/// or completes.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<'a, T>(State<'a, T>);

/// Makes the result of the job that comes back.
pub(crate) type Finish<T> = fn(Box<dyn Any + Send>) -> Result<T>;

enum State<'a, T> {
    Failed(Error),
    Ready {
        handle: Handle<'a>,
        caller: &'static Location<'static>,
        job: Box<dyn Job>,
        finish: Finish<T>,
    },
    Running {
        future: BoxFuture<'a, Result<Box<dyn Job>>>,
        finish: Finish<T>,
    },
    Boxed(BoxFuture<'a, Result<T>>),
    Over,
}

/// A job that ends in a result.
pub(crate) trait Task: Job + Sized {
    type Output;

    /// The result, once the job has run.
    fn output(self) -> Result<Self::Output>;
}

/// Makes the job that a finisher gets back concrete again.
pub(crate) fn concrete<J: Job>(job: Box<dyn Any + Send>) -> Result<Box<J>> {
    job.downcast::<J>().map_err(|_| {
        Error::new(
            ErrorKind::Panic,
            "the backend gave back another job than it was given",
        )
    })
}

impl<'a, T> Call<'a, T> {
    /// A call of one job.
    #[track_caller]
    pub(crate) fn task<J: Task<Output = T>>(db: &'a dyn Executor, task: Result<J>) -> Self {
        Self::task_with::<J>(db, task, |job| concrete::<J>(job)?.output())
    }

    /// A call of one job whose result is made into something else.
    #[track_caller]
    pub(crate) fn task_with<J: Job>(db: &'a dyn Executor, task: Result<J>, finish: Finish<T>) -> Self {
        match task {
            Ok(task) => Self::ready(db.handle(), Location::caller(), Box::new(task), finish),
            Err(e) => Self::failed(e),
        }
    }

    /// A call of one job on a handle.
    pub(crate) fn ready(
        handle: Handle<'a>,
        caller: &'static Location<'static>,
        job: Box<dyn Job>,
        finish: Finish<T>,
    ) -> Self {
        Self(State::Ready {
            handle,
            caller,
            job,
            finish,
        })
    }

    /// A call that has failed before it began.
    pub(crate) fn failed(error: Error) -> Self {
        Self(State::Failed(error))
    }

    /// A call of several steps.
    pub(crate) fn steps(future: impl Future<Output = Result<T>> + Send + 'a) -> Self {
        Self(State::Boxed(Box::pin(future)))
    }

    /// Runs the call to its end on this thread, without a runtime: for code that is not async. Inside async code, await
    /// the call instead: this would block the thread.
    ///
    /// # Errors
    /// As awaiting the call.
    pub fn now(self) -> Result<T> {
        pollster::block_on(self)
    }
}

/// Runs a job within a call of several steps.
pub(crate) async fn run<J: Job>(
    handle: Handle<'_>,
    caller: &'static Location<'static>,
    job: J,
) -> Result<Box<J>> {
    run_boxed(handle, caller, Box::new(job)).await
}

/// Runs a job that is boxed already.
pub(crate) async fn run_boxed<J: Job>(
    handle: Handle<'_>,
    caller: &'static Location<'static>,
    job: Box<J>,
) -> Result<Box<J>> {
    let cx = handle.context(caller);
    let job = match handle.try_run(job, cx) {
        Tried::Done(done) => done?,
        Tried::NotNow(job) => handle.run(job, cx).await?,
    };
    concrete::<J>(job.into_any())
}

impl<T> Unpin for Call<'_, T> {}

impl<T> Future for Call<'_, T> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let this = self.get_mut();
        loop {
            match std::mem::replace(&mut this.0, State::Over) {
                State::Failed(e) => return Poll::Ready(Err(e)),
                State::Ready {
                    handle,
                    caller,
                    job,
                    finish,
                } => {
                    let context = handle.context(caller);
                    match handle.try_run(job, context) {
                        Tried::Done(Ok(job)) => return Poll::Ready(finish(job.into_any())),
                        Tried::Done(Err(e)) => return Poll::Ready(Err(e)),
                        Tried::NotNow(job) => {
                            this.0 = State::Running {
                                future: handle.run(job, context),
                                finish,
                            };
                        }
                    }
                }
                State::Running { mut future, finish } => match future.as_mut().poll(cx) {
                    Poll::Ready(done) => return Poll::Ready(done.and_then(|job| finish(job.into_any()))),
                    Poll::Pending => {
                        this.0 = State::Running { future, finish };
                        return Poll::Pending;
                    }
                },
                State::Boxed(mut future) => match future.as_mut().poll(cx) {
                    Poll::Ready(done) => return Poll::Ready(done),
                    Poll::Pending => {
                        this.0 = State::Boxed(future);
                        return Poll::Pending;
                    }
                },
                State::Over => {
                    return Poll::Ready(Err(Error::new(
                        ErrorKind::InvalidQuery,
                        "a call was polled after it ended",
                    )));
                }
            }
        }
    }
}

impl<T> fmt::Debug for Call<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.0 {
            State::Failed(e) => return f.debug_tuple("Call").field(e).finish(),
            State::Ready { .. } => "ready",
            State::Running { .. } | State::Boxed(_) => "running",
            State::Over => "over",
        };
        f.debug_tuple("Call").field(&state).finish()
    }
}

/// Runs a future to its end on this thread, without a runtime: for programs, tests and examples that have none.
///
/// ```
/// assert_eq!(sqloquent::block_on(async { 1 + 1 }), 2);
/// ```
pub fn block_on<F: Future>(future: F) -> F::Output {
    pollster::block_on(future)
}
