//! The steps of a job on one connection.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use sqloquent_core::{
    Access, CallContext, Connection, Error, ErrorKind, Flow, Isolation, Job, Outcome, Result, RowAccess,
    RowSink, Statement, TxOptions, Value, log::StatementLog,
};

use crate::{
    lease::{Lease, Transaction},
    panics::{contained, guarded},
    work::Stop,
};

/// A job that has run. A type of its own, because the compiler loses sight of what a bare `Box<dyn Job>` outlives where
/// it proves futures to be `Send`.
pub(crate) struct Done(pub(crate) Box<dyn Job>);

/// Feeds the rows of a statement to a job.
struct Feed<'a> {
    job: &'a mut dyn Job,
    stop: &'a Stop,
    rows: u64,
}

impl RowSink for Feed<'_> {
    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        if self.stop.is_set() {
            return Ok(Flow::Stop);
        }
        self.rows += 1;
        guarded(|| self.job.row(row))
    }
}

/// Runs a job by itself, in a transaction of its own where its plan asks for one.
pub(crate) async fn alone<C: Connection>(
    lease: &mut Lease<C>,
    job: &mut dyn Job,
    cx: CallContext,
    stop: &Stop,
    plain_snapshots: &AtomicBool,
) -> Result<()> {
    let plan = job.plan();
    if !plan.transaction || lease.transaction() != Transaction::None {
        return steps(lease, job, cx, false, stop).await;
    }
    match plan.access {
        Access::Write => lease.begin(&TxOptions::new()).await?,
        Access::Read => begin_snapshot(lease, plain_snapshots).await?,
    }
    match steps(lease, job, cx, true, stop).await {
        Ok(()) => lease.commit().await,
        Err(error) => {
            if lease.transaction() == Transaction::Open && !lease.is_lost() {
                // What went wrong first is what matters; a rollback that fails costs the connection.
                let _ = lease.roll_back().await;
            }
            lease.forget_ended();
            Err(error)
        }
    }
}

/// Begins a transaction that sees one state, or a plain one where the driver has none such.
async fn begin_snapshot<C: Connection>(lease: &mut Lease<C>, plain: &AtomicBool) -> Result<()> {
    if !plain.load(Relaxed) {
        let snapshot = TxOptions::new()
            .deferred()
            .read_only()
            .isolation(Isolation::RepeatableRead);
        match lease.begin(&snapshot).await {
            Err(error) if error.kind() == ErrorKind::Unsupported => plain.store(true, Relaxed),
            result => return result,
        }
    }
    lease.begin(&TxOptions::new().deferred()).await
}

/// Runs the statements of a job, one after the other; `own` is whether the transaction that they run in is the job's.
async fn steps<C: Connection>(
    lease: &mut Lease<C>,
    job: &mut dyn Job,
    cx: CallContext,
    own: bool,
    stop: &Stop,
) -> Result<()> {
    loop {
        if lease.transaction() == Transaction::Ended {
            return Err(aborted());
        }
        if stop.is_set() {
            return Err(Error::new(
                ErrorKind::Interrupted,
                "nobody waits for this call any more",
            ));
        }
        let Some(statement) = guarded(|| job.next())? else {
            return Ok(());
        };
        let outcome = one(lease, job, statement, cx, own, stop).await?;
        guarded(|| job.done(outcome))?;
    }
}

async fn one<C: Connection>(
    lease: &mut Lease<C>,
    job: &mut dyn Job,
    statement: Statement,
    cx: CallContext,
    own: bool,
    stop: &Stop,
) -> Result<Outcome> {
    let log = begin_statement(lease, cx);
    let (sql, rows, result);
    let mut shown = statement.params;
    sql = statement.sql;
    let (per_set, savepoint) = (statement.per_set, statement.savepoint);
    if statement.sets == 1 {
        let mut feed = Feed { job, stop, rows: 0 };
        let connection = lease.start()?;
        let fetched = contained(connection.fetch(&sql, &shown, &mut feed)).await;
        rows = feed.rows;
        result = lease.finish(fetched);
        if let (true, Ok(outcome)) = (per_set, &result) {
            let affected = outcome.affected;
            guarded(|| {
                job.set_done(affected);
                Ok(())
            })?;
        }
    } else {
        let width = shown.len().checked_div(statement.sets).unwrap_or(0);
        let mut values = std::mem::take(&mut shown).into_iter();
        let sets: Vec<Vec<_>> = (0..statement.sets)
            .map(|_| values.by_ref().take(width).collect())
            .collect();
        rows = 0;
        let part = savepoint
            && !own
            && job.plan().access == Access::Write
            && lease.transaction() == Transaction::Open;
        if part {
            command(lease, "SAVEPOINT sqloquent_sets").await?;
        }
        let ran = if per_set {
            each(lease, job, &sql, &sets).await
        } else {
            many(lease, &sql, &sets).await
        };
        result = if part { end_part(lease, ran).await } else { ran };
        // The first set stands for all of them in the log.
        shown = sets.into_iter().next().unwrap_or_default();
    }
    let affected = result.as_ref().map_or(0, |outcome: &Outcome| outcome.affected);
    log.end(
        &cx,
        &sql,
        &shown,
        rows.max(affected),
        "pool",
        result.as_ref().err(),
    );
    result.map_err(|error| error.with_sql(sql.to_string()))
}

/// Keeps what was done since the savepoint of a statement of many sets, or undoes it when it failed: all sets happen or
/// none, in a transaction that goes on afterwards too.
async fn end_part<C: Connection>(lease: &mut Lease<C>, ran: Result<Outcome>) -> Result<Outcome> {
    if ran.is_ok() {
        command(lease, "RELEASE SAVEPOINT sqloquent_sets").await?;
    } else if lease.transaction() == Transaction::Open {
        // What it failed with is what matters.
        let _ = command(lease, "ROLLBACK TO SAVEPOINT sqloquent_sets").await;
        let _ = command(lease, "RELEASE SAVEPOINT sqloquent_sets").await;
    }
    ran
}

async fn command<C: Connection>(lease: &mut Lease<C>, sql: &str) -> Result<()> {
    let connection = lease.start()?;
    let done = contained(connection.execute_script(sql)).await;
    lease.finish(done)
}

/// Runs a statement once for each set.
async fn many<C: Connection>(lease: &mut Lease<C>, sql: &str, sets: &[Vec<Value>]) -> Result<Outcome> {
    let connection = lease.start()?;
    let executed = contained(connection.execute_many(sql, sets)).await;
    lease.finish(executed)
}

/// Runs a statement once for each set, and tells the job what each did.
async fn each<C: Connection>(
    lease: &mut Lease<C>,
    job: &mut dyn Job,
    sql: &str,
    sets: &[Vec<Value>],
) -> Result<Outcome> {
    let mut total = Outcome::default();
    for set in sets {
        let connection = lease.start()?;
        let executed = contained(connection.execute(sql, set)).await;
        let one = lease.finish(executed)?;
        guarded(|| {
            job.set_done(one.affected);
            Ok(())
        })?;
        total.affected += one.affected;
        total.last_insert_id = one.last_insert_id.or(total.last_insert_id);
    }
    Ok(total)
}

/// Runs a script.
pub(crate) async fn script<C: Connection>(lease: &mut Lease<C>, sql: &str, cx: CallContext) -> Result<()> {
    let log = begin_statement(lease, cx);
    // It may hold BEGIN.
    lease.set_unsure();
    let connection = lease.start()?;
    let result = contained(connection.execute_script(sql)).await;
    let result = lease.finish(result);
    log.end(&cx, sql, &[], 0, lease.name(), result.as_ref().err());
    result.map_err(|error| error.with_sql(sql.to_owned()))
}

fn begin_statement<C: Connection>(lease: &Lease<C>, cx: CallContext) -> StatementLog {
    if let Some(common) = lease.common() {
        common.counters.statements.fetch_add(1, Relaxed);
    }
    StatementLog::start(&cx)
}

/// The error of every call on a transaction that is no more.
#[cold]
pub(crate) fn aborted() -> Error {
    Error::new(
        ErrorKind::TransactionAborted,
        "the transaction has ended inside the database and takes no more calls; begin a new one",
    )
}
