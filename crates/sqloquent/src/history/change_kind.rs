//! What a journal row says was done.

use std::fmt;

/// What was done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// It was made.
    Insert,
    /// It was changed; for records with content ids: made out of another one, which [`Replace`](Self::Replace) names.
    Update,
    /// It was changed into a record with another content id, and is there no longer.
    Replace,
    /// It was deleted.
    Delete,
    /// It was there no longer, and came back.
    Restore,
}

impl ChangeKind {
    const ALL: [Self; 5] = [
        Self::Insert,
        Self::Update,
        Self::Replace,
        Self::Delete,
        Self::Restore,
    ];

    /// The name.
    ///
    /// ```
    /// assert_eq!(sqloquent::history::ChangeKind::Delete.name(), "delete");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }

    /// The number that stands for it in the journal.
    ///
    /// ```
    /// use sqloquent::history::ChangeKind;
    ///
    /// assert_eq!(ChangeKind::Delete.number(), 4);
    /// assert_eq!(ChangeKind::from_number(4), Some(ChangeKind::Delete));
    /// ```
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Insert => 1,
            Self::Update => 2,
            Self::Replace => 3,
            Self::Delete => 4,
            Self::Restore => 5,
        }
    }

    /// The kind that a number stands for.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| i64::from(kind.number()) == number)
    }

    /// Whether the record is there after this.
    #[must_use]
    pub const fn leaves_record(self) -> bool {
        !matches!(self, Self::Replace | Self::Delete)
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
