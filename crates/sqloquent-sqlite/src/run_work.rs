//! Running a whole job on a connection: its transaction, its statements, and what to do when one fails.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqloquent_core::{Access, CallContext, Error, ErrorKind, Flow, Job};

use crate::{
    connection::Connection,
    error_map,
    run_statement::{Stop, run_statement},
    work::{Halt, Work, panicked},
};

/// What the job runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// By itself, on a connection that goes back to its pool afterwards.
    Pool,
    /// In a session, which may have a transaction open, or leave one open.
    Session,
}

/// Makes one attempt at a job. Panics of the job's code become errors.
pub(crate) fn run_work<J: Job + ?Sized>(
    connection: &Connection,
    work: &mut Work<J>,
    cx: &CallContext,
    scope: Scope,
    flush: &mut dyn FnMut(&mut J) -> Flow,
) -> Result<(), Halt> {
    let own = work.plan.transaction && connection.is_autocommit();
    catch_unwind(AssertUnwindSafe(|| run(connection, work, cx, scope, own, flush))).unwrap_or_else(
        |payload| {
            if own || scope == Scope::Pool {
                roll_back(connection);
            }
            Err(Halt::Failed(panicked(&*payload)))
        },
    )
}

fn run<J: Job + ?Sized>(
    connection: &Connection,
    work: &mut Work<J>,
    cx: &CallContext,
    scope: Scope,
    own: bool,
    flush: &mut dyn FnMut(&mut J) -> Flow,
) -> Result<(), Halt> {
    // A pooled connection is at rest before a job.
    let outside = scope == Scope::Pool || connection.is_autocommit();
    if own {
        let begin = match work.plan.access {
            Access::Read => "BEGIN",
            Access::Write => "BEGIN IMMEDIATE",
        };
        connection.execute(begin).map_err(refused)?;
    }
    if let Err(stop) = run_statements(connection, work, cx, own, flush) {
        let stale = error_map::is_stale_snapshot(stop.code);
        if own {
            roll_back(connection);
        } else if scope == Scope::Pool {
            connection.roll_back();
        }
        let again = if !error_map::is_busy(stop.code) || (stale && !outside) {
            false
        } else if own {
            start_over(work)
        } else {
            // What went before is committed, or part of the session's transaction: only this statement runs again.
            work.resume.is_some() || (work.plan.access == Access::Read && start_over(work))
        };
        return Err(if again {
            Halt::Busy(stop.error)
        } else {
            Halt::Failed(stop.error)
        });
    }
    if own {
        if let Err(error) = connection.execute("COMMIT") {
            roll_back(connection);
            let busy = error_map::is_busy(error_map::code(&error));
            let error = error_map::from_engine(error);
            work.resume = None;
            return Err(if busy && start_over(work) {
                Halt::Busy(error)
            } else {
                Halt::Failed(error)
            });
        }
        connection.counters.commits.add();
    } else if scope == Scope::Pool && connection.roll_back() {
        connection.counters.rollbacks.add();
        return Err(Halt::Failed(Error::new(
            ErrorKind::InvalidQuery,
            "the statement left a transaction open on a connection that goes back to the pool, so it was rolled back; \
             begin transactions through the library",
        )));
    }
    Ok(())
}

/// Whether the job is at its beginning again; a statement that did nothing yet need not be asked for again.
fn start_over<J: Job + ?Sized>(work: &mut Work<J>) -> bool {
    if !work.progressed {
        return true;
    }
    work.begin_again()
}

fn run_statements<J: Job + ?Sized>(
    connection: &Connection,
    work: &mut Work<J>,
    cx: &CallContext,
    own: bool,
    flush: &mut dyn FnMut(&mut J) -> Flow,
) -> Result<(), Stop> {
    while let Some(statement) = work.next()? {
        connection.tally.statements.add_alone();
        // All sets of parameters or none, in a transaction that goes on afterwards too.
        let part = statement.sets > 1
            && statement.savepoint
            && !own
            && work.plan.access == Access::Write
            && !connection.is_autocommit();
        let mut run = || run_statement(connection, &statement, &mut *work.job, cx, flush);
        let ran = if part {
            in_savepoint(connection, run)
        } else {
            run()
        };
        match ran {
            Ok(outcome) => {
                work.progressed = true;
                work.job.take_back(statement);
                work.job.done(outcome)?;
            }
            Err(stop) => {
                if error_map::is_busy(stop.code) && !stop.delivered {
                    work.resume = Some(statement);
                } else {
                    work.progressed |= stop.delivered;
                    work.job.take_back(statement);
                }
                return Err(stop);
            }
        }
    }
    Ok(())
}

/// Runs something of which nothing is to stay when it fails, though the transaction around it may go on.
fn in_savepoint<T>(connection: &Connection, run: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
    connection.execute("SAVEPOINT sqloquent_sets")?;
    let ran = run();
    if ran.is_err() {
        // What it failed with is what matters, and may have ended the transaction, savepoint and all.
        let _ = connection.execute("ROLLBACK TO sqloquent_sets");
        let _ = connection.execute("RELEASE sqloquent_sets");
    } else {
        connection.execute("RELEASE sqloquent_sets")?;
    }
    ran
}

fn roll_back(connection: &Connection) {
    connection.roll_back();
    connection.counters.rollbacks.add();
}

/// What a refused `BEGIN` means: nothing has happened yet.
pub(crate) fn refused(error: rusqlite::Error) -> Halt {
    let busy = error_map::is_busy(error_map::code(&error));
    let error = error_map::from_engine(error);
    if busy {
        Halt::Busy(error)
    } else {
        Halt::Failed(error)
    }
}
