//! Prepared statements.

use std::{
    ffi::{c_int, c_uint},
    marker::PhantomData,
    ptr::{self, NonNull},
};

use rusqlite::ffi;
use sqloquent_core::{Error, Value};

use super::{Database, failure, row::Row, value};
use crate::as_given::Held;

/// A statement of SQLite's, with what is asked of it each time.
pub(super) struct Raw {
    statement: NonNull<ffi::sqlite3_stmt>,
    parameters: usize,
    reads: bool,
    inserts: bool,
    /// How its table holds what it inserts, once that was asked.
    held: Option<Option<Box<[Held]>>>,
    /// Whether it fires programs, and how often SQLite had prepared it anew when that was asked.
    fires: Option<(bool, c_int)>,
}

// SAFETY: statements go where their connection goes, and are used by one thread at a time; SQLite binds them to none.
unsafe impl Send for Raw {}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: it is finalized here and nowhere else, while its connection is open.
        unsafe { ffi::sqlite3_finalize(self.statement.as_ptr()) };
    }
}

impl Database {
    /// Prepares a statement, or takes one that was kept; `keep` says whether it is worth keeping.
    pub(crate) fn prepare<'a>(&'a self, sql: &'a str, keep: bool) -> rusqlite::Result<Prepared<'a>> {
        let found = if keep {
            self.kept.borrow_mut().take(sql)
        } else {
            None
        };
        let (place, raw) = match found {
            Some((at, raw)) => (Place::At(at), raw),
            None if keep => (
                Place::New,
                self.prepare_anew(sql, ffi::SQLITE_PREPARE_PERSISTENT as c_uint)?,
            ),
            None => (Place::None, self.prepare_anew(sql, 0)?),
        };
        Ok(Prepared {
            database: self,
            sql,
            raw: Some(raw),
            place,
        })
    }

    #[cold]
    fn prepare_anew(&self, sql: &str, flags: c_uint) -> rusqlite::Result<Raw> {
        let Ok(length) = c_int::try_from(sql.len()) else {
            return Err(failure(&self.raw, ffi::SQLITE_TOOBIG));
        };
        let mut statement = ptr::null_mut();
        let mut tail = ptr::null();
        // SAFETY: the connection is open, the text has this length, and both pointers are places to write to.
        let code = unsafe {
            let text = sql.as_ptr().cast();
            ffi::sqlite3_prepare_v3(
                self.raw.handle(),
                text,
                length,
                flags,
                &raw mut statement,
                &raw mut tail,
            )
        };
        if code != ffi::SQLITE_OK {
            return Err(failure(&self.raw, code));
        }
        let Some(statement) = NonNull::new(statement) else {
            return Err(failure(&self.raw, ffi::SQLITE_MISUSE));
        };
        // SAFETY: the statement was made just now.
        let raw = unsafe {
            Raw {
                statement,
                parameters: usize::try_from(ffi::sqlite3_bind_parameter_count(statement.as_ptr()))
                    .unwrap_or(0),
                reads: ffi::sqlite3_stmt_readonly(statement.as_ptr()) != 0,
                inserts: is_insert(sql),
                held: None,
                fires: None,
            }
        };
        // What is left over may be a comment or a second statement: rusqlite knows what to say of it.
        let read = (tail as usize).saturating_sub(sql.as_ptr() as usize);
        if sql
            .as_bytes()
            .get(read..)
            .is_some_and(|rest| !rest.trim_ascii().is_empty())
        {
            self.raw.prepare(sql)?;
        }
        Ok(raw)
    }

    /// Runs a statement without parameters to its end.
    pub(crate) fn execute(&self, sql: &'static str) -> rusqlite::Result<()> {
        let mut prepared = self.prepare(sql, true)?;
        let mut rows = prepared.rows();
        while rows.step()? {}
        Ok(())
    }
}

/// Where a statement goes when it is no longer used.
enum Place {
    /// Nowhere.
    None,
    /// A place is to be found for it.
    New,
    At(usize),
}

/// A statement in use. Dropped, it is kept for the next time or ended.
pub(crate) struct Prepared<'a> {
    database: &'a Database,
    sql: &'a str,
    /// Only dropping takes it out.
    raw: Option<Raw>,
    place: Place,
}

impl Drop for Prepared<'_> {
    fn drop(&mut self) {
        let Some(raw) = self.raw.take() else { return };
        // SAFETY: the statement is not being stepped, since `Rows` borrow this.
        unsafe { ffi::sqlite3_clear_bindings(raw.statement.as_ptr()) };
        let left = match self.place {
            Place::None => Some(raw),
            Place::New => {
                self.database.kept.borrow_mut().add(self.sql, raw);
                None
            }
            Place::At(at) => self.database.kept.borrow_mut().put_back(at, self.sql, raw),
        };
        drop(left);
    }
}

impl Prepared<'_> {
    fn raw(&self) -> &Raw {
        match &self.raw {
            Some(raw) => raw,
            None => unreachable!("a statement in use is there until it is dropped"),
        }
    }

    /// How many parameters it has.
    pub(crate) fn parameters(&self) -> usize {
        self.raw().parameters
    }

    /// Whether it changes nothing in the database.
    pub(crate) fn reads(&self) -> bool {
        self.raw().reads
    }

    /// Whether it is an insert that tells the key of its row: not one that may have updated a row instead.
    pub(crate) fn inserts(&self) -> bool {
        self.raw().inserts
    }

    /// How the table that it inserts into holds what is given. Asked for once as long as it is kept.
    pub(crate) fn held(&mut self, look: impl FnOnce() -> Option<Box<[Held]>>) -> Option<&[Held]> {
        let raw = self.raw.as_mut()?;
        raw.held.get_or_insert_with(look).as_deref()
    }

    /// Whether SQLite has prepared it anew by itself since, because of a change of the schema.
    pub(crate) fn was_prepared_anew(&self) -> bool {
        self.times_prepared_anew() != 0
    }

    fn times_prepared_anew(&self) -> c_int {
        // SAFETY: the statement lives; nothing is reset.
        unsafe {
            ffi::sqlite3_stmt_status(self.raw().statement.as_ptr(), ffi::SQLITE_STMTSTATUS_REPREPARE, 0)
        }
    }

    /// Whether it fires programs: triggers, or what foreign keys do to other rows. Asked for once as long as it is kept
    /// and the schema stays.
    pub(crate) fn fires(&mut self, look: impl FnOnce() -> bool) -> bool {
        let times = self.times_prepared_anew();
        match self.raw().fires {
            Some((fires, then)) if then == times => fires,
            _ => {
                let fires = look();
                if let Some(raw) = &mut self.raw {
                    raw.fires = Some((fires, times));
                }
                fires
            }
        }
    }

    /// Ends it when it is dropped, and what is known of its table with it.
    pub(crate) fn forget(&mut self) {
        self.place = Place::None;
    }

    /// Binds a parameter for each value and begins anew.
    pub(crate) fn bind<'r>(&'r mut self, set: &'r [Value]) -> Result<Rows<'r>, Bound> {
        let raw = self.raw();
        if raw.parameters != set.len() {
            return Err(Bound::Refused(value::wrong_count(raw.parameters, set.len())));
        }
        for (i, value) in set.iter().enumerate() {
            // SAFETY: the statement is at its beginning, has that many parameters, and what is bound is borrowed by the
            // rows that step it.
            match unsafe { value::bind(raw.statement.as_ptr(), i, value) } {
                Ok(ffi::SQLITE_OK) => {}
                Ok(code) => return Err(Bound::Failed(failure(&self.database.raw, code))),
                Err(error) => return Err(Bound::Refused(error)),
            }
        }
        Ok(self.rows())
    }

    fn rows(&mut self) -> Rows<'_> {
        Rows {
            database: self.database,
            statement: self.raw().statement,
            columns: None,
            begun: false,
            values: PhantomData,
        }
    }
}

/// Why values were not bound.
pub(crate) enum Bound {
    /// They cannot be.
    Refused(Error),
    /// SQLite did not take one.
    Failed(rusqlite::Error),
}

/// The rows of a statement that runs. Dropped, it is reset.
pub(crate) struct Rows<'r> {
    database: &'r Database,
    statement: NonNull<ffi::sqlite3_stmt>,
    /// How many columns its rows have, once it has given one.
    columns: Option<usize>,
    begun: bool,
    values: PhantomData<&'r [Value]>,
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        if self.begun {
            // SAFETY: the statement lives, since its owner is borrowed.
            unsafe { ffi::sqlite3_reset(self.statement.as_ptr()) };
        }
    }
}

impl Rows<'_> {
    /// Goes to the next row. False at the end.
    #[inline]
    pub(crate) fn step(&mut self) -> rusqlite::Result<bool> {
        self.begun = true;
        // SAFETY: the statement lives, and all its parameters are bound to what is borrowed.
        match unsafe { ffi::sqlite3_step(self.statement.as_ptr()) } {
            ffi::SQLITE_ROW => Ok(true),
            ffi::SQLITE_DONE => {
                // What it holds is given up at once, and stepping it again would begin anew.
                self.reset();
                Ok(false)
            }
            code => {
                let error = failure(&self.database.raw, code);
                self.reset();
                Err(error)
            }
        }
    }

    fn reset(&mut self) {
        self.begun = false;
        self.columns = Some(0);
        // SAFETY: as for stepping.
        unsafe { ffi::sqlite3_reset(self.statement.as_ptr()) };
    }

    /// The row that it stands on; one without columns where it stands on none.
    #[inline]
    pub(crate) fn row(&mut self) -> Row<'_> {
        let columns = match self.columns {
            Some(columns) => columns,
            None => {
                // SAFETY: the statement lives.
                let columns = unsafe { ffi::sqlite3_data_count(self.statement.as_ptr()) };
                *self.columns.insert(usize::try_from(columns).unwrap_or(0))
            }
        };
        Row::new(self.statement, columns)
    }
}

/// Whether a statement is an insert that tells the key of its row.
fn is_insert(sql: &str) -> bool {
    let has = |word: &str| {
        sql.as_bytes()
            .windows(word.len())
            .any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
    };
    let starts = |word: &str| {
        sql.trim_start()
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    (starts("insert") || starts("replace") || (starts("with") && has("insert into"))) && !has("do update")
}
