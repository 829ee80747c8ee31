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

    /// The name, as the journal has it.
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

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
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
