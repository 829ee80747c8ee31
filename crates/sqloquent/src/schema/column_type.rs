//! The logical types of columns.

/// What a column holds, independent of the engine; each dialect has its own storage for it.
///
/// | type | SQLite | PostgreSQL | MySQL |
/// |---|---|---|---|
/// | `Bool` | `INTEGER` 0/1 | `boolean` | `tinyint(1)` |
/// | `Int16`, `Int32`, `Int64` | `INTEGER` | `smallint`, `integer`, `bigint` | `smallint`, `int`, `bigint` |
/// | `Float32`, `Float64` | `REAL` | `real`, `double precision` | `float`, `double` |
/// | `Text` | `TEXT` | `text` | `text` (`varchar(255)` for keys) |
/// | `Bytes` | `BLOB` | `bytea` | `longblob` (`varbinary(255)` for keys) |
/// | `Uuid` | `TEXT`, hyphenated | `uuid` | `char(36)` |
/// | `Decimal` | `TEXT`, canonical | `numeric` | `decimal(38,10)` |
/// | `Json` | `TEXT` | `jsonb` | `json` |
/// | `Timestamp` | `TEXT`, UTC | `timestamptz` | `datetime(6)` |
/// | `DateTime` | `TEXT` | `timestamp` | `datetime(6)` |
/// | `Date`, `Time` | `TEXT` | `date`, `time` | `date`, `time(6)` |
/// | `IdList` | `TEXT` | `text` | `longtext` |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ColumnType {
    /// A truth value.
    Bool,
    /// An integer of at most 16 bits.
    Int16,
    /// An integer of at most 32 bits.
    Int32,
    /// An integer of at most 64 bits.
    Int64,
    /// A 32-bit float.
    Float32,
    /// A 64-bit float.
    Float64,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A UUID.
    Uuid,
    /// An exact decimal number.
    Decimal,
    /// A JSON document.
    Json,
    /// An instant, to the microsecond.
    Timestamp,
    /// A date-time without zone, to the microsecond.
    DateTime,
    /// A date.
    Date,
    /// A time of day, to the microsecond.
    Time,
    /// Ids of other rows as text, sorted and joined by commas: see [`IdList`](crate::IdList).
    IdList,
    /// Whatever the engine gives: an untyped column of a dynamic model.
    #[default]
    Any,
}

impl ColumnType {
    /// The name of the type, for messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "boolean",
            Self::Int16 => "16-bit integer",
            Self::Int32 => "32-bit integer",
            Self::Int64 => "integer",
            Self::Float32 | Self::Float64 => "float",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Uuid => "uuid",
            Self::Decimal => "decimal",
            Self::Json => "json",
            Self::Timestamp => "timestamp",
            Self::DateTime => "date-time",
            Self::Date => "date",
            Self::Time => "time",
            Self::IdList => "list of ids",
            Self::Any => "any value",
        }
    }
}
