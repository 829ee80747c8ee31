//! The versions of a record.

use std::{collections::BTreeMap, fmt, time::SystemTime};

use sqloquent_core::{Error, ErrorKind, Result, Value};

use super::{HistoryEntry, JournalQuery, head::head_of};
use crate::{
    call::Call,
    content,
    executor::Executor,
    model::ValuesRow,
    schema::TableDef,
    write::{Mapping, Origin},
};

/// A point in the history of a record: the number of a journal row, or a time.
///
/// ```
/// use std::time::SystemTime;
/// use sqloquent::history::AsOf;
///
/// assert_eq!(AsOf::from(7), AsOf::Sequence(7));
/// let now = AsOf::from(SystemTime::now());
/// # let _ = now;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// After the change of this number.
    Sequence(u64),
    /// At this time.
    Time(SystemTime),
}

impl From<u64> for AsOf {
    fn from(sequence: u64) -> Self {
        Self::Sequence(sequence)
    }
}

impl From<SystemTime> for AsOf {
    fn from(time: SystemTime) -> Self {
        Self::Time(time)
    }
}

#[cfg(feature = "jiff")]
impl From<jiff::Timestamp> for AsOf {
    fn from(time: jiff::Timestamp) -> Self {
        Self::Time(time.into())
    }
}

/// A column that differs between two versions.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The name of the column.
    pub column: String,
    /// What it held in the first of the two.
    pub before: Value,
    /// What it held in the second.
    pub after: Value,
}

/// All changes of a record, the oldest first. Of a record with a content id also those of the records that it was made
/// of, and that were made of it.
///
/// ```
/// use sqloquent::{ContentId, prelude::*};
///
/// #[derive(Model, Clone, Debug)]
/// #[model(history)]
/// struct Price {
///     #[model(id)]
///     id: i64,
///     cents: i64,
/// }
///
/// # fn main() -> Result<()> { pollster::block_on(async {
/// let db = Db::connect("sqlite::memory:").await?;
/// db.create_tables::<(Price,)>().await?;
/// let mut price = Price::new(250).insert(&db).await?;
/// price.update(&db.as_actor("ada").because("everything costs more"), |p| p.cents = 275).await?;
///
/// let history = Price::history(&db, price.id).await?;
/// let [made, changed] = history.entries() else { panic!("two changes") };
/// assert_eq!(changed.actor.as_deref(), Some("ada"));
/// assert_eq!(history.version(made.sequence)?.cents, 250);
/// assert_eq!(history.diff(made.sequence, changed.sequence)?[0].column, "cents");
/// let price = history.restore(&db, made.sequence).await?;
/// assert_eq!(price.cents, 250);
/// # Ok(()) }) }
/// ```
pub struct History<T> {
    entries: Vec<HistoryEntry>,
    mapping: Mapping<T>,
}

impl<T> fmt::Debug for History<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History").field("entries", &self.entries).finish()
    }
}

impl<T> Clone for History<T> {
    fn clone(&self) -> Self {
        Self {
            entries: self.entries.clone(),
            mapping: self.mapping.clone(),
        }
    }
}

impl<T> History<T> {
    /// The changes, the oldest first. There are none of a record that the journal does not know.
    #[must_use]
    pub fn entries(&self) -> &[HistoryEntry] {
        &self.entries
    }

    fn table(&self) -> &TableDef {
        self.mapping.table()
    }

    fn entry(&self, sequence: u64) -> Result<&HistoryEntry> {
        self.entries
            .iter()
            .find(|e| e.sequence == sequence)
            .ok_or_else(|| self.no_version(format!("change {sequence} is none of this record's")))
    }

    #[cold]
    fn no_version(&self, why: String) -> Error {
        Error::new(ErrorKind::NotFound, why).with_table(self.table().name.clone().into_owned())
    }

    /// What an entry holds; content that is not what was noted is an error.
    fn row(&self, entry: &HistoryEntry) -> Result<Vec<Value>> {
        if !entry.is_intact() {
            return Err(Error::new(
                ErrorKind::ContentMismatch,
                format!(
                    "row {} of the journal of `{}`, or the one before it, was changed after it was written; verify the database",
                    entry.sequence, entry.model
                ),
            )
            .with_table(self.table().name.clone().into_owned()));
        }
        content::unpack_noted(self.table(), &entry.content, &entry.record_id)
    }

    fn made(&self, row: &[Value]) -> Result<T> {
        self.mapping.decode.row(&ValuesRow {
            table: self.table(),
            values: row,
        })
    }

    /// The record as it was after the change of this number, or as it was when that change removed it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a number that is none of this record's; [`ErrorKind::ContentMismatch`] when the
    /// journal row was changed; a value that does not fit the model as it is now.
    pub fn version(&self, sequence: u64) -> Result<T> {
        self.made(&self.row(self.entry(sequence)?)?)
    }

    /// The record as it was at a time, or after the change of a number of the model; none when it was not there.
    ///
    /// # Errors
    /// As [`version`](Self::version).
    pub fn as_of(&self, at: impl Into<AsOf>) -> Result<Option<T>> {
        let mut last = None;
        match at.into() {
            AsOf::Sequence(sequence) => {
                last = self.entries.iter().rfind(|e| e.sequence <= sequence);
            }
            AsOf::Time(time) => {
                for entry in &self.entries {
                    if entry.time() <= time {
                        last = Some(entry);
                    }
                }
            }
        }
        match last {
            Some(entry) if entry.kind.leaves_record() => self.made(&self.row(entry)?).map(Some),
            _ => Ok(None),
        }
    }

    /// The columns that differ between two versions, given by the numbers of their changes.
    ///
    /// # Errors
    /// As [`version`](Self::version).
    pub fn diff(&self, before: u64, after: u64) -> Result<Vec<Difference>> {
        let (old, new) = (self.row(self.entry(before)?)?, self.row(self.entry(after)?)?);
        let pairs = self.table().mapped().zip(old.into_iter().zip(new));
        Ok(pairs
            .filter(|(_, (before, after))| before != after)
            .map(|(def, (before, after))| Difference {
                column: def.name.clone().into_owned(),
                before,
                after,
            })
            .collect())
    }
}

impl<T: Send + 'static> History<T> {
    /// Makes the record again what it was in a version: updates it where it is there, or else inserts it. The journal
    /// notes that as a restore; hooks of updates or inserts run.
    ///
    /// # Errors
    /// As [`version`](Self::version), and as an update or insert.
    #[track_caller]
    pub fn restore<'a>(&self, db: &'a dyn Executor, sequence: u64) -> Call<'a, T> {
        let origin = Origin::here(db);
        let mapping = self.mapping.clone();
        let rows = self.entry(sequence).and_then(|entry| {
            let row = self.row(entry)?;
            let newest = self.entries.iter().rfind(|e| e.kind.leaves_record());
            let newest = newest.map_or(Ok(row.clone()), |e| self.row(e))?;
            Ok((row, newest))
        });
        match rows {
            Ok((row, newest)) => Call::steps(super::restore::restore(origin, mapping, row, newest)),
            Err(e) => Call::failed(e),
        }
    }
}

/// Reads all changes of a record.
pub(crate) async fn load<T>(db: &dyn Executor, mapping: Mapping<T>, id: String) -> Result<History<T>> {
    let Some(head) = head_of(db, &mapping.table().model).await? else {
        return Ok(History {
            entries: Vec::new(),
            mapping,
        });
    };
    let chain = head.chain;
    let mut known: BTreeMap<u64, HistoryEntry> = BTreeMap::new();
    let mut ids = vec![id];
    let mut asked: Vec<String> = Vec::new();
    while !ids.is_empty() {
        asked.extend(ids.iter().cloned());
        let found = JournalQuery::of(&chain).of_records(ids).get(db).await?;
        let mut next: Vec<String> = found.iter().filter_map(|e| e.previous_id.clone()).collect();
        // What a replaced record became is in the row behind it.
        let behind: Vec<i64> = found
            .iter()
            .filter(|e| e.kind == super::ChangeKind::Replace)
            .filter_map(|e| i64::try_from(e.sequence + 1).ok())
            .collect();
        if !behind.is_empty() {
            let made = JournalQuery::of(&chain).numbered(behind).get(db).await?;
            next.extend(made.into_iter().map(|e| e.record_id));
        }
        known.extend(found.into_iter().map(|e| (e.sequence, e)));
        next.sort_unstable();
        next.dedup();
        next.retain(|id| !asked.contains(id));
        ids = next;
    }
    Ok(History {
        entries: known.into_values().collect(),
        mapping,
    })
}
