//! Inserting a row without having SQLite return it, where it is known that the table holds it just as it is given.
//!
//! What is known of a table goes with the prepared insert. A statement that SQLite prepares anew by itself, because the
//! schema is another one, is forgotten together with it, and its row read from the table.

mod given_row;
mod look;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqloquent_core::{AsGiven, Job, Outcome, RowAccess, Statement};

use crate::{
    connection::Connection,
    native::Prepared,
    run_statement::{Feed, Stop},
    work::panicked,
};

pub(crate) use look::Held;

use given_row::GivenRow;
use look::look;

/// Inserts the row and hands it to the job. None, with nothing done, where it is not known what the table will hold.
pub(crate) fn insert<J: Job + ?Sized>(
    connection: &Connection,
    statement: &Statement,
    given: &AsGiven,
    feed: &mut Feed<'_, J>,
) -> Result<Option<Outcome>, Stop> {
    if !statement.cached || statement.sets != 1 || !connection.database.keeps() {
        return Ok(None);
    }
    let mut prepared = connection.database.prepare(&given.sql, true)?;
    // Asked after it was prepared: if the schema changes in between, SQLite prepares it anew.
    let Some(held) = prepared.held(|| look(connection.raw(), given)) else {
        return Ok(None);
    };
    let Some(row) = GivenRow::new(given, held, &statement.params) else {
        return Ok(None);
    };
    // In a transaction, so that a row that the job refuses is not there.
    let own = connection.is_autocommit();
    if own {
        connection.execute("BEGIN IMMEDIATE")?;
    }
    let done = run(connection, statement, given, &mut prepared, row, feed);
    let ended = match done {
        Ok(outcome) if own => connection.execute("COMMIT").map(|()| outcome).map_err(Stop::from),
        other => other,
    };
    if ended.is_err() && own {
        connection.roll_back();
    }
    ended.map(Some)
}

fn run<J: Job + ?Sized>(
    connection: &Connection,
    statement: &Statement,
    given: &AsGiven,
    prepared: &mut Prepared<'_>,
    mut row: GivenRow<'_>,
    feed: &mut Feed<'_, J>,
) -> Result<Outcome, Stop> {
    let before = connection.raw().total_changes();
    let mut rows = prepared.bind(&statement.params)?;
    while rows.step()? {}
    drop(rows);
    if connection.raw().total_changes() == before {
        return Ok(Outcome::affected(0));
    }
    let outcome = Outcome::affected(connection.raw().changes());
    let number = connection.raw().last_insert_rowid();
    if prepared.was_prepared_anew() {
        prepared.forget();
        read_back(connection, given, feed)?;
    } else {
        row.number = number;
        give(feed, &row)?;
    }
    Ok(outcome.with_last_insert_id(number))
}

/// Hands the row that was inserted last to the job as the table holds it.
#[cold]
fn read_back<J: Job + ?Sized>(
    connection: &Connection,
    given: &AsGiven,
    feed: &mut Feed<'_, J>,
) -> Result<(), Stop> {
    let mut prepared = connection.database.prepare(&given.read_back, false)?;
    let mut rows = prepared.bind(&[])?;
    while rows.step()? {
        give(feed, &rows.row())?;
    }
    Ok(())
}

fn give<J: Job + ?Sized>(feed: &mut Feed<'_, J>, row: &dyn RowAccess) -> Result<(), Stop> {
    feed.rows += 1;
    // What panics must not leave the transaction open.
    catch_unwind(AssertUnwindSafe(|| feed.job.row(row)))
        .unwrap_or_else(|payload| Err(panicked(&*payload)))?;
    Ok(())
}
