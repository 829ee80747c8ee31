//! What a verification finds.

use std::{borrow::Cow, fmt};

/// What is wrong with a record, an archive or a journal row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingKind {
    /// What the record holds is not what its id is the hash of.
    ContentMismatch,
    /// What an archive row holds is not what its record's id is the hash of, or not what was deleted.
    ArchiveMismatch,
    /// The record differs from what the journal last says of it.
    ChangedOutside,
    /// The journal does not know the record, or says that it is gone.
    NotInJournal,
    /// The journal says that the record is there, but it is not: a deletion without a journal row.
    DeletedOutside,
    /// A journal row does not fit the one before it, its own hash, or the head.
    ChainBreak,
    /// The journal is not what it was when the checkpoint was made.
    Rewritten,
    /// The journal has fewer rows than when the checkpoint was made.
    CutOff,
    /// A record names another one that is not there; an attachment one that is not among the deleted records either.
    DanglingReference,
    /// An attachment is to a record that is not there, of a model that keeps no deleted records: whether it was deleted
    /// as it should, nobody can tell.
    Orphan,
    /// What is stored cannot be read as the column's type.
    Unreadable,
    /// An archive, or what an attachment is to, is of a model that the verification was not told of.
    UnknownModel,
    /// The content is right, but stored, or hashed, in another form than this library writes: a truth value as a
    /// number, a time with a `T` in it. Databases of other libraries hold such records; it is no tampering.
    OtherForm,
}

impl FindingKind {
    /// All kinds, the gravest first.
    pub const ALL: &'static [Self] = &[
        Self::ContentMismatch,
        Self::ArchiveMismatch,
        Self::ChangedOutside,
        Self::NotInJournal,
        Self::DeletedOutside,
        Self::ChainBreak,
        Self::Rewritten,
        Self::CutOff,
        Self::DanglingReference,
        Self::Unreadable,
        Self::Orphan,
        Self::UnknownModel,
        Self::OtherForm,
    ];

    /// A few words for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ContentMismatch => "content mismatch",
            Self::ArchiveMismatch => "archive mismatch",
            Self::ChangedOutside => "changed outside",
            Self::NotInJournal => "not in the journal",
            Self::DeletedOutside => "deleted outside",
            Self::ChainBreak => "chain break",
            Self::Rewritten => "journal rewritten",
            Self::CutOff => "journal cut off",
            Self::DanglingReference => "dangling reference",
            Self::Orphan => "orphan",
            Self::Unreadable => "unreadable",
            Self::UnknownModel => "unknown model",
            Self::OtherForm => "other form",
        }
    }

    /// Whether anything is in doubt. Another form of the same content is not; of an unknown model nothing can be said,
    /// nor of what is attached to a record that its model let go without a trace.
    #[must_use]
    pub const fn is_damage(self) -> bool {
        !matches!(self, Self::OtherForm | Self::UnknownModel | Self::Orphan)
    }

    pub(super) fn position(self) -> usize {
        Self::ALL.iter().position(|k| *k == self).unwrap_or(0)
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// The name of the model.
    pub model: String,
    /// The id of the record as text; none where the finding is about the journal as a whole.
    pub record_id: Option<String>,
    /// The number of the journal row, where the finding is about one.
    pub sequence: Option<u64>,
    /// More about it, without values of the record.
    pub detail: Cow<'static, str>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.model)?;
        if let Some(id) = &self.record_id {
            write!(f, " {id}")?;
        }
        if let Some(sequence) = self.sequence {
            write!(f, " (journal row {sequence})")?;
        }
        write!(f, ": {}", self.detail)
    }
}
