//! Running one statement on a connection.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::ffi;
use sqloquent_core::{
    CallContext, Error, ErrorKind, Flow, Job, Outcome, Result, Statement, Value, log::StatementLog,
};

use crate::{
    as_given,
    connection::Connection,
    error_map,
    native::{Bound, Prepared, wrong_count},
    work::panicked,
};

/// Why a statement did not end well.
pub(crate) struct Stop {
    pub(crate) error: Error,
    /// SQLite's code, 0 when the error is not SQLite's.
    pub(crate) code: i32,
    /// Whether the job has seen a row of it.
    pub(crate) delivered: bool,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self {
            error,
            code: 0,
            delivered: false,
        }
    }
}

impl From<Bound> for Stop {
    #[cold]
    fn from(bound: Bound) -> Self {
        match bound {
            Bound::Refused(error) => error.into(),
            Bound::Failed(error) => error.into(),
        }
    }
}

impl From<rusqlite::Error> for Stop {
    #[cold]
    fn from(error: rusqlite::Error) -> Self {
        Self {
            code: error_map::code(&error),
            error: error_map::from_engine(error),
            delivered: false,
        }
    }
}

/// What takes the rows, and what it has seen.
pub(crate) struct Feed<'a, J: ?Sized> {
    pub(crate) job: &'a mut J,
    flush: &'a mut dyn FnMut(&mut J) -> Flow,
    pub(crate) rows: u64,
}

impl<'a, J: ?Sized> Feed<'a, J> {
    pub(crate) fn new(job: &'a mut J, flush: &'a mut dyn FnMut(&mut J) -> Flow) -> Self {
        Self { job, flush, rows: 0 }
    }
}

/// Runs a statement and feeds its rows to the job.
pub(crate) fn run_statement<J: Job + ?Sized>(
    connection: &Connection,
    statement: &Statement,
    job: &mut J,
    cx: &CallContext,
    flush: &mut dyn FnMut(&mut J) -> Flow,
) -> Result<Outcome, Stop> {
    let log = StatementLog::start(cx);
    let mut feed = Feed::new(job, flush);
    let mut result = prepare(connection, statement, &mut feed);
    let rows = feed.rows;
    if let Err(stop) = &mut result {
        stop.delivered = rows > 0;
        finish_error(connection, statement, stop);
    }
    let stopped = |stop: &Stop| stop.error.kind() == ErrorKind::Timeout;
    if connection.on_trial.get() && result.as_ref().is_err_and(stopped) {
        // Nobody hears of it: the statement runs again.
        return result;
    }
    let counted = result.as_ref().map_or(rows, |o| rows.max(o.affected));
    log.end(
        cx,
        &statement.sql,
        &statement.params,
        counted,
        &connection.name,
        result.as_ref().err().map(|s| &s.error),
    );
    result
}

/// Tells time-outs from other interrupts and adds the statement.
#[cold]
fn finish_error(connection: &Connection, statement: &Statement, stop: &mut Stop) {
    let mut error = std::mem::replace(&mut stop.error, Error::new(ErrorKind::Database, ""));
    if stop.code & 0xff == ffi::SQLITE_INTERRUPT && connection.interrupter.is_late() {
        error = Error::new(
            ErrorKind::Timeout,
            "the statement ran past its deadline and was interrupted",
        );
    }
    stop.error = error_map::with_sql(error, &statement.sql);
}

fn prepare<J: Job + ?Sized>(
    connection: &Connection,
    statement: &Statement,
    feed: &mut Feed<'_, J>,
) -> Result<Outcome, Stop> {
    if let Some(given) = &statement.as_given
        && let Some(outcome) = as_given::insert(connection, statement, given, feed)?
    {
        return Ok(outcome);
    }
    let mut prepared = connection.database.prepare(&statement.sql, statement.cached)?;
    run_sets(connection, &mut prepared, statement, feed)
}

fn run_sets<J: Job + ?Sized>(
    connection: &Connection,
    prepared: &mut Prepared<'_>,
    statement: &Statement,
    feed: &mut Feed<'_, J>,
) -> Result<Outcome, Stop> {
    let reads = prepared.reads();
    let before = connection.raw().total_changes();
    let mut affected = 0;
    if statement.sets == 1 {
        run_set(connection, prepared, &statement.params, reads, feed)?;
        if !reads && connection.raw().total_changes() != before {
            affected = connection.raw().changes();
        }
        if statement.per_set {
            feed.job.set_done(affected);
        }
    } else {
        let wanted = prepared.parameters();
        if wanted * statement.sets != statement.params.len() {
            return Err(wrong_count(wanted * statement.sets, statement.params.len()).into());
        }
        // Outside a transaction all sets happen or none.
        let own = !reads && connection.is_autocommit();
        if own {
            connection.execute("BEGIN IMMEDIATE")?;
        }
        let ran = run_all(connection, prepared, statement, reads, before, feed);
        let ended = match ran {
            Ok(n) if own => connection.execute("COMMIT").map(|()| n).map_err(Stop::from),
            other => other,
        };
        match ended {
            Ok(n) => affected = n,
            Err(stop) => {
                if own {
                    connection.roll_back();
                }
                return Err(stop);
            }
        }
    }
    let mut outcome = Outcome::affected(affected);
    if affected > 0 && prepared.inserts() {
        outcome.last_insert_id = Some(connection.raw().last_insert_rowid());
    }
    Ok(outcome)
}

fn run_all<J: Job + ?Sized>(
    connection: &Connection,
    prepared: &mut Prepared<'_>,
    statement: &Statement,
    reads: bool,
    mut seen: u64,
    feed: &mut Feed<'_, J>,
) -> Result<u64, Stop> {
    let mut affected = 0;
    for i in 0..statement.sets {
        run_set(connection, prepared, statement.set(i), reads, feed)?;
        let mut changed = 0;
        if !reads {
            let total = connection.raw().total_changes();
            if total != seen {
                changed = connection.raw().changes();
                seen = total;
            }
        }
        affected += changed;
        if statement.per_set {
            feed.job.set_done(changed);
        }
    }
    Ok(affected)
}

fn run_set<J: Job + ?Sized>(
    connection: &Connection,
    prepared: &mut Prepared<'_>,
    set: &[Value],
    reads: bool,
    feed: &mut Feed<'_, J>,
) -> Result<(), Stop> {
    let mut rows = prepared.bind(set)?;
    let mut wanted = true;
    while rows.step()? {
        if !wanted {
            continue;
        }
        feed.rows += 1;
        let flow = if reads {
            feed.job.row(&rows.row())
        } else {
            // Leaving a writing statement in the middle would commit it, so whatever happens it is stepped to its end
            // or broken off.
            catch_unwind(AssertUnwindSafe(|| feed.job.row(&rows.row())))
                .unwrap_or_else(|payload| Err(panicked(&*payload)))
        };
        match flow {
            Ok(Flow::Continue) => {}
            Ok(Flow::Flush) => {
                if (feed.flush)(feed.job) == Flow::Stop {
                    wanted = false;
                }
            }
            Ok(Flow::Stop) => wanted = false,
            Err(error) => {
                if !reads && connection.is_autocommit() {
                    connection.interrupter.break_off();
                    let _ = rows.step();
                }
                return Err(error.into());
            }
        }
        if !wanted && reads {
            break;
        }
    }
    Ok(())
}
