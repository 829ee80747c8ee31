//! How a SQLite database is opened.

mod parse;
mod suggest;

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use sqloquent_core::Result;

/// How much a commit waits for the disk (`PRAGMA synchronous`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Every commit is on the disk before it is acknowledged.
    Full,
    /// In WAL mode a commit survives a crash of the program, but a power failure may take the last ones.
    #[default]
    Normal,
    /// Nothing is flushed: a power failure may damage the file.
    Off,
}

impl Durability {
    pub(crate) const fn pragma(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Normal => "NORMAL",
            Self::Off => "OFF",
        }
    }
}

/// The journal mode that a database is switched to when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journal {
    /// Write-ahead log: readers and the writer do not block each other.
    Wal,
    /// Rollback journal, removed at each commit: SQLite's own default.
    Delete,
    /// Rollback journal, truncated at each commit.
    Truncate,
    /// Rollback journal, kept and overwritten.
    Persist,
}

impl Journal {
    pub(crate) const fn pragma(self) -> &'static str {
        match self {
            Self::Wal => "wal",
            Self::Delete => "delete",
            Self::Truncate => "truncate",
            Self::Persist => "persist",
        }
    }
}

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Memory,
    File(PathBuf),
}

/// Code of the user's that prepares each new connection.
pub(crate) type OnConnect = Arc<dyn Fn(&rusqlite::Connection) -> rusqlite::Result<()> + Send + Sync>;

/// How a SQLite database is opened: a path or memory, and settings.
///
/// ```
/// use sqloquent_sqlite::{Durability, SqliteOptions};
///
/// let options = SqliteOptions::file("app.db").readers(4).durability(Durability::Full);
/// let parsed = SqliteOptions::parse("sqlite:app.db?readers=4&synchronous=full")?;
/// assert_eq!(format!("{options:?}"), format!("{parsed:?}"));
/// # Ok::<(), sqloquent_core::Error>(())
/// ```
#[derive(Clone)]
pub struct SqliteOptions {
    pub(crate) place: Place,
    pub(crate) read_only: bool,
    pub(crate) create: bool,
    pub(crate) readers: usize,
    pub(crate) cursors: usize,
    pub(crate) threads: Option<usize>,
    pub(crate) busy_timeout: Duration,
    pub(crate) wait_timeout: Duration,
    pub(crate) durability: Durability,
    pub(crate) journal: Option<Journal>,
    pub(crate) foreign_keys: bool,
    pub(crate) on_the_spot: bool,
    pub(crate) combine: bool,
    pub(crate) statement_cache: usize,
    pub(crate) cache_bytes: Option<u64>,
    pub(crate) mmap_bytes: Option<u64>,
    pub(crate) on_connect: Vec<OnConnect>,
}

impl SqliteOptions {
    fn new(place: Place) -> Self {
        Self {
            place,
            read_only: false,
            create: true,
            readers: 2,
            cursors: 8,
            threads: None,
            busy_timeout: Duration::from_secs(5),
            wait_timeout: Duration::from_secs(30),
            durability: Durability::Normal,
            journal: None,
            foreign_keys: true,
            on_the_spot: true,
            combine: true,
            statement_cache: 256,
            cache_bytes: None,
            mmap_bytes: None,
            on_connect: Vec::new(),
        }
    }

    /// A database in a file, created when there is none.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::new(Place::File(path.into()))
    }

    /// A database in memory: one connection; two of them are two databases.
    #[must_use]
    pub fn memory() -> Self {
        Self::new(Place::Memory)
    }

    /// Reads a connection string: `sqlite:path?option=value&…` or `sqlite::memory:`.
    ///
    /// The path may be relative (`sqlite:app.db`) or absolute (`sqlite:/var/lib/app.db`, `sqlite:///var/lib/app.db`);
    /// `%20` and the like are decoded, so a `?`, `#` or `%` in a path is written `%3F`, `%23`, `%25`. Options: `mode`
    /// (`rwc`, `rw`, `ro`, `memory`), `journal` (`wal`, `delete`, `truncate`, `persist`), `synchronous` (`full`,
    /// `normal`, `off`), `foreign_keys`, `on_the_spot` and `combine` (`on`, `off`), `readers`, `cursors`, `threads`,
    /// `statement_cache` (numbers), `busy_timeout` and `wait_timeout` (milliseconds), `cache` and `mmap` (bytes, or `64k`, `16m`, `1g`).
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](sqloquent_core::ErrorKind::Configuration) for an unknown option or a value that
    /// does not fit, saying what would.
    pub fn parse(url: &str) -> Result<Self> {
        parse::parse(url)
    }

    /// Opens the file for reading only. Works in folders where nothing can be written: a WAL database whose shared
    /// memory file cannot be made is then opened as immutable, which must not be done while another program writes.
    #[must_use]
    pub fn read_only(mut self, on: bool) -> Self {
        self.read_only = on;
        self
    }

    /// Whether a missing file is created (default) or an error.
    #[must_use]
    pub fn create(mut self, on: bool) -> Self {
        self.create = on;
        self
    }

    /// How many connections serve reads beside the writer, 1 to 64; 2 by default. They are opened when first needed.
    /// More help long reads only: every commit makes each reader forget its page cache.
    #[must_use]
    pub fn readers(mut self, n: usize) -> Self {
        self.readers = n.clamp(1, 64);
        self
    }

    /// How many cursors can be open at a time, 1 to 64; 8 by default. Each has a connection and a thread of its own
    /// while it is open: chunks and streams of ordered, filtered or joined queries are read through one.
    #[must_use]
    pub fn cursors(mut self, n: usize) -> Self {
        self.cursors = n.clamp(1, 64);
        self
    }

    /// At most how many threads run what is not run on the caller's, 1 to 16. They are started when first needed and
    /// none is free, so that one or two do in most programs. Without this limit there can be one for each connection
    /// and one for checkpoints; with a lower one, long reads may keep everything else waiting.
    #[must_use]
    pub fn threads(mut self, n: usize) -> Self {
        self.threads = Some(n.clamp(1, 16));
        self
    }

    /// How long a statement is tried again while another program holds the lock; 5 s by default.
    #[must_use]
    pub fn busy_timeout(mut self, time: Duration) -> Self {
        self.busy_timeout = time;
        self
    }

    /// How long a call waits for a connection of this database; 30 s by default.
    #[must_use]
    pub fn wait_timeout(mut self, time: Duration) -> Self {
        self.wait_timeout = time;
        self
    }

    /// How much a commit waits for the disk; [`Durability::Normal`] by default.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Switches the file to a journal mode. Without it a new file gets WAL and an existing one keeps what it has.
    #[must_use]
    pub fn journal(mut self, journal: Journal) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Whether foreign keys are enforced; on by default.
    #[must_use]
    pub fn foreign_keys(mut self, on: bool) -> Self {
        self.foreign_keys = on;
        self
    }

    /// Whether statements by key may run on the caller's thread (default), or all go to an executor thread: for
    /// slow disks under servers that care for latency more than for speed.
    #[must_use]
    pub fn on_the_spot(mut self, on: bool) -> Self {
        self.on_the_spot = on;
        self
    }

    /// Whether short calls of many tasks may share a transaction (default): single statements by key that meet on the
    /// way to the database. Each still succeeds or fails by itself, and is answered after the commit. With
    /// [`Durability::Full`], writes that wait at the same time wait for one flush of the disk.
    #[must_use]
    pub fn combine(mut self, on: bool) -> Self {
        self.combine = on;
        self
    }

    /// How many prepared statements each connection keeps; 256 by default.
    #[must_use]
    pub fn statement_cache(mut self, statements: usize) -> Self {
        self.statement_cache = statements;
        self
    }

    /// The page cache of each connection in bytes. When it is not given the writer has up to 16 MiB and each reader
    /// SQLite's default of 2 MiB; memory is taken as pages are used.
    #[must_use]
    pub fn cache_bytes(mut self, bytes: u64) -> Self {
        self.cache_bytes = Some(bytes);
        self
    }

    /// How many bytes of the file are mapped into memory; none by default.
    #[must_use]
    pub fn mmap_bytes(mut self, bytes: u64) -> Self {
        self.mmap_bytes = Some(bytes);
        self
    }

    /// Runs code on each connection when it is opened: to define functions and collations, or set pragmas. Several
    /// run in the order in which they were added.
    #[must_use]
    pub fn on_connect(
        mut self,
        f: impl Fn(&rusqlite::Connection) -> rusqlite::Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.on_connect.push(Arc::new(f));
        self
    }
}

impl fmt::Debug for SqliteOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteOptions")
            .field("place", &self.place)
            .field("read_only", &self.read_only)
            .field("create", &self.create)
            .field("readers", &self.readers)
            .field("cursors", &self.cursors)
            .field("threads", &self.threads)
            .field("busy_timeout", &self.busy_timeout)
            .field("wait_timeout", &self.wait_timeout)
            .field("durability", &self.durability)
            .field("journal", &self.journal)
            .field("foreign_keys", &self.foreign_keys)
            .field("on_the_spot", &self.on_the_spot)
            .field("combine", &self.combine)
            .field("statement_cache", &self.statement_cache)
            .field("cache_bytes", &self.cache_bytes)
            .field("mmap_bytes", &self.mmap_bytes)
            .field("on_connect", &self.on_connect.len())
            .finish()
    }
}
