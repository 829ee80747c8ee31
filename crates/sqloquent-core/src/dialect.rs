//! What dialects of SQL differ in.

/// The grammar that a dialect belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// SQLite and what speaks its SQL.
    Sqlite,
    /// PostgreSQL and what speaks its SQL.
    Postgres,
    /// MySQL, MariaDB and what speaks their SQL.
    MySql,
}

/// A dialect: a family and what this engine of it can do.
///
/// ```
/// use sqloquent_core::Dialect;
///
/// let mut old = Dialect::SQLITE;
/// old.returning = false;
/// assert!(Dialect::SQLITE.returning && !old.returning);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Dialect {
    /// The grammar.
    pub family: Family,
    /// `INSERT … RETURNING`.
    pub returning: bool,
    /// `UPDATE … RETURNING` and `DELETE … RETURNING`, which MariaDB lacks in part.
    pub returning_from_update: bool,
    /// `FULL JOIN`.
    pub full_join: bool,
    /// `RIGHT JOIN`.
    pub right_join: bool,
    /// How many parameters one statement may have.
    pub max_params: usize,
}

impl Dialect {
    /// SQLite 3.39 or newer.
    pub const SQLITE: Self = Self {
        family: Family::Sqlite,
        returning: true,
        returning_from_update: true,
        full_join: true,
        right_join: true,
        max_params: 32_766,
    };
    /// PostgreSQL 12 or newer.
    pub const POSTGRES: Self = Self {
        family: Family::Postgres,
        returning: true,
        returning_from_update: true,
        full_join: true,
        right_join: true,
        max_params: 65_535,
    };
    /// MySQL 8 or newer.
    pub const MYSQL: Self = Self {
        family: Family::MySql,
        returning: false,
        returning_from_update: false,
        full_join: false,
        right_join: true,
        max_params: 65_535,
    };
    /// MariaDB 10.5 or newer.
    pub const MARIADB: Self = Self {
        returning: true,
        ..Self::MYSQL
    };

    /// The name of the family, for messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self.family {
            Family::Sqlite => "SQLite",
            Family::Postgres => "PostgreSQL",
            Family::MySql => "MySQL",
        }
    }
}
