//! Performing writes: at once where no hook is registered, or else in a transaction between its hooks.

use std::{any::Any, panic::Location, sync::Arc};

use sqloquent_core::{Dialect, Job, Result};

use super::{Data, Origin, Seen, Subject, scope::Scope};
use crate::{
    call::{Call, Finish, Task, concrete, run, run_boxed},
    executor::Handle,
    hooks::{Active, Operation, Pending, WriteState, fire},
};

/// A write that is ready to be performed: `compile` makes its job of what the hooks leave of its data.
pub(crate) struct Write<'a, J, C> {
    origin: Origin<'a>,
    way: Way<J, C>,
}

enum Way<J, C> {
    /// No hook is registered: the job itself.
    Plain(Box<J>),
    Hooked(Box<Hooked<C>>),
}

/// A write with hooks.
pub(crate) struct Hooked<C> {
    active: Active,
    subject: Subject,
    operation: Operation,
    data: Data,
    compile: C,
}

impl<'a, J, C> Write<'a, J, C>
where
    J: Task,
    J::Output: Send,
    C: Fn(Dialect, &Subject, Data) -> Result<J> + Send + Sync + 'a,
{
    /// Describes a write. What is wrong with it shows here, before any hook runs.
    pub(crate) fn new(
        origin: Origin<'a>,
        operation: Operation,
        subject: Subject,
        data: Data,
        compile: C,
    ) -> Result<Self> {
        let active = origin.handle.hooks(operation, || subject.clone());
        Self::with(origin, active, operation, subject, data, compile)
    }

    /// The same where the hooks are known.
    pub(crate) fn with(
        origin: Origin<'a>,
        active: Option<Active>,
        operation: Operation,
        subject: Subject,
        data: Data,
        compile: C,
    ) -> Result<Self> {
        let dialect = origin.handle.dialect();
        origin.handle.check_not_kept(&subject.table)?;
        let way = match active {
            None => Way::Plain(Box::new(compile(dialect, &subject, data)?)),
            Some(active) => {
                compile(dialect, &subject, data.clone())?;
                Way::Hooked(Box::new(Hooked {
                    active,
                    subject,
                    operation,
                    data,
                    compile,
                }))
            }
        };
        Ok(Self { origin, way })
    }

    /// Performs the write. `settle` says whether it failed, `seen` what the hooks after it are told.
    pub(crate) async fn run<R: Send>(
        self,
        settle: impl FnOnce(J::Output) -> Result<R> + Send,
        seen: impl FnOnce(&R) -> Result<Seen> + Send,
    ) -> Result<R> {
        let Origin { handle, caller } = self.origin;
        match self.way {
            Way::Plain(job) => settle(run_boxed(handle, caller, job).await?.output()?),
            Way::Hooked(write) => {
                Box::pin(write.perform(handle, caller, |job: Box<J>| settle(job.output()?), seen)).await
            }
        }
    }

    /// The write as a call that needs nothing of its surroundings.
    pub(crate) fn call<R: Send + 'a>(
        this: Result<Self>,
        finish: Finish<R>,
        seen: impl FnOnce(&R) -> Result<Seen> + Send + 'a,
    ) -> Call<'a, R> {
        match this {
            Err(e) => Call::failed(e),
            Ok(Self {
                origin,
                way: Way::Plain(job),
            }) => Call::ready(origin.handle, origin.caller, job, finish),
            Ok(Self {
                origin: Origin { handle, caller },
                way: Way::Hooked(write),
            }) => Call::steps(write.perform(
                handle,
                caller,
                move |job: Box<J>| finish(job as Box<dyn Any + Send>),
                seen,
            )),
        }
    }
}

impl<C> Hooked<C> {
    async fn perform<J, R>(
        self,
        handle: Handle<'_>,
        caller: &'static Location<'static>,
        settle: impl FnOnce(Box<J>) -> Result<R> + Send,
        seen: impl FnOnce(&R) -> Result<Seen> + Send,
    ) -> Result<R>
    where
        J: Job,
        R: Send,
        C: Fn(Dialect, &Subject, Data) -> Result<J> + Send + Sync,
    {
        let Self {
            active,
            subject,
            operation,
            data,
            compile,
        } = self;
        let state = Arc::new(WriteState::new(subject, operation, data)?);
        let scope = Scope::open(handle, caller, Pending::new(&active, &state)).await?;
        let done = between_hooks(scope.handle(), caller, &active, &state, &compile, settle, seen).await;
        scope.close(done).await
    }
}

/// Runs the hooks before a write, the write, and the hooks after it.
pub(super) async fn between_hooks<J, R>(
    handle: Handle<'_>,
    caller: &'static Location<'static>,
    active: &Active,
    state: &WriteState,
    compile: &(impl Fn(Dialect, &Subject, Data) -> Result<J> + Send + Sync),
    settle: impl FnOnce(Box<J>) -> Result<R> + Send,
    seen: impl FnOnce(&R) -> Result<Seen> + Send,
) -> Result<R>
where
    J: Job,
    R: Send,
{
    fire(handle, active, state.operation().before(), state).await?;
    let job = compile(handle.dialect(), state.subject(), state.data())?;
    let done = settle(run(handle, caller, job).await?)?;
    let seen = seen(&done)?;
    let happened = seen.happened;
    state.saw(seen);
    if happened {
        fire(handle, active, state.operation().after(), state).await?;
    }
    Ok(done)
}

/// The result of a job that gives it by itself.
pub(super) fn output<J: Task>(job: Box<dyn Any + Send>) -> Result<J::Output> {
    concrete::<J>(job)?.output()
}
