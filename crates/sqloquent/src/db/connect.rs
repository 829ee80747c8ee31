//! Opening databases.

use sqloquent_core::{Error, ErrorKind, Result};

use super::Db;

impl Db {
    /// Opens a database by connection string: `sqlite:app.db` (made if it is not there), `sqlite::memory:`.
    ///
    /// ```
    /// # fn main() -> Result<(), sqloquent::Error> { pollster::block_on(async {
    /// let db = sqloquent::Db::connect("sqlite::memory:").await?;
    /// let two: i64 = db.raw("select 1 + ?", (1,)).scalar().await?;
    /// assert_eq!(two, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] for a string that says nothing known; whatever opening finds.
    pub fn connect(url: &str) -> impl Future<Output = Result<Self>> + Send + use<> {
        let opening = Self::opening(url);
        async move { opening?.await }
    }

    /// Opens the database that the environment variable `DATABASE_URL` names.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] when it is not set; as [`connect`](Self::connect).
    pub fn from_env() -> impl Future<Output = Result<Self>> + Send + use<> {
        let opening = std::env::var("DATABASE_URL")
            .map_err(|e| {
                Error::new(
                    ErrorKind::Configuration,
                    "the environment variable DATABASE_URL is not set; set it to a connection string such as sqlite:app.db",
                )
                .with_source(e)
            })
            .and_then(|url| Self::opening(&url));
        async move { opening?.await }
    }

    #[cfg(feature = "sqlite")]
    fn opening(url: &str) -> Result<impl Future<Output = Result<Self>> + Send + use<>> {
        if !url.starts_with("sqlite:") {
            return Err(unknown_scheme(url));
        }
        Ok(Self::connect_with(sqloquent_sqlite::SqliteOptions::parse(url)?))
    }

    #[cfg(not(feature = "sqlite"))]
    fn opening(url: &str) -> Result<std::future::Ready<Result<Self>>> {
        Err(unknown_scheme(url))
    }

    /// Opens a SQLite database by options.
    ///
    /// # Errors
    /// Whatever opening finds, with what to do about it.
    #[cfg(feature = "sqlite")]
    pub fn connect_with(
        options: sqloquent_sqlite::SqliteOptions,
    ) -> impl Future<Output = Result<Self>> + Send + use<> {
        let opening = sqloquent_sqlite::SqliteBackend::open(options);
        async move { Ok(Self::from_backend(opening.await?)) }
    }
}

#[cold]
fn unknown_scheme(url: &str) -> Error {
    // Only the scheme is shown: what follows may hold a password.
    let scheme = url.split(':').next().unwrap_or("");
    let known = if cfg!(feature = "sqlite") {
        "`sqlite:path`"
    } else {
        "none (no driver feature is on)"
    };
    Error::new(
        ErrorKind::Configuration,
        format!(
            "no driver for connection strings that begin with `{}`; known are {known}",
            scheme.escape_debug()
        ),
    )
}
