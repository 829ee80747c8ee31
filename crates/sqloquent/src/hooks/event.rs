//! Events: what hooks are registered for.

use std::fmt;

/// When a hook runs.
///
/// Events of a kind of write come in pairs. What is done before can change values and refuse; what is done after sees
/// the outcome and can still undo the write by failing. Both are part of the write's transaction.
/// [`AfterCommit`](Event::AfterCommit) and [`AfterRollback`](Event::AfterRollback) run once the transaction is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Event {
    /// Before one row is inserted.
    BeforeInsert,
    /// After one row was inserted.
    AfterInsert,
    /// Before many rows are inserted by one call.
    BeforeInsertMany,
    /// After many rows were inserted by one call.
    AfterInsertMany,
    /// Before a row, or the rows of a query, are updated.
    BeforeUpdate,
    /// After a row, or the rows of a query, were updated.
    AfterUpdate,
    /// Before a row is saved or upserted.
    BeforeSave,
    /// After a row was saved or upserted.
    AfterSave,
    /// Before a row, or the rows of a query, are deleted.
    BeforeDelete,
    /// After a row, or the rows of a query, were deleted.
    AfterDelete,
    /// Before an instance is read again.
    BeforeReload,
    /// After an instance was read again.
    AfterReload,
    /// Before a deleted row is restored.
    BeforeRestore,
    /// After a deleted row was restored.
    AfterRestore,
    /// After the transaction of a write was committed.
    AfterCommit,
    /// After the transaction of a write, or the write alone, was undone.
    AfterRollback,
}

impl Event {
    /// All events.
    pub const ALL: &'static [Self] = &[
        Self::BeforeInsert,
        Self::AfterInsert,
        Self::BeforeInsertMany,
        Self::AfterInsertMany,
        Self::BeforeUpdate,
        Self::AfterUpdate,
        Self::BeforeSave,
        Self::AfterSave,
        Self::BeforeDelete,
        Self::AfterDelete,
        Self::BeforeReload,
        Self::AfterReload,
        Self::BeforeRestore,
        Self::AfterRestore,
        Self::AfterCommit,
        Self::AfterRollback,
    ];

    /// The name in snake case, such as `before_insert`.
    ///
    /// ```
    /// assert_eq!(sqloquent::Event::AfterInsertMany.name(), "after_insert_many");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeforeInsert => "before_insert",
            Self::AfterInsert => "after_insert",
            Self::BeforeInsertMany => "before_insert_many",
            Self::AfterInsertMany => "after_insert_many",
            Self::BeforeUpdate => "before_update",
            Self::AfterUpdate => "after_update",
            Self::BeforeSave => "before_save",
            Self::AfterSave => "after_save",
            Self::BeforeDelete => "before_delete",
            Self::AfterDelete => "after_delete",
            Self::BeforeReload => "before_reload",
            Self::AfterReload => "after_reload",
            Self::BeforeRestore => "before_restore",
            Self::AfterRestore => "after_restore",
            Self::AfterCommit => "after_commit",
            Self::AfterRollback => "after_rollback",
        }
    }

    /// The event of that name, in snake case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|e| e.name() == name)
    }

    /// Whether values can still be changed.
    #[must_use]
    pub const fn is_before(self) -> bool {
        matches!(
            self,
            Self::BeforeInsert
                | Self::BeforeInsertMany
                | Self::BeforeUpdate
                | Self::BeforeSave
                | Self::BeforeDelete
                | Self::BeforeReload
                | Self::BeforeRestore
        )
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is done to the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// One row is inserted.
    Insert,
    /// Many rows are inserted by one call.
    InsertMany,
    /// A row, or the rows of a query, are updated.
    Update,
    /// A row is saved or upserted.
    Save,
    /// A row, or the rows of a query, are deleted.
    Delete,
    /// An instance is read again.
    Reload,
    /// A deleted row is restored.
    Restore,
}

impl Operation {
    pub(crate) const fn before(self) -> Event {
        match self {
            Self::Insert => Event::BeforeInsert,
            Self::InsertMany => Event::BeforeInsertMany,
            Self::Update => Event::BeforeUpdate,
            Self::Save => Event::BeforeSave,
            Self::Delete => Event::BeforeDelete,
            Self::Reload => Event::BeforeReload,
            Self::Restore => Event::BeforeRestore,
        }
    }

    pub(crate) const fn after(self) -> Event {
        match self {
            Self::Insert => Event::AfterInsert,
            Self::InsertMany => Event::AfterInsertMany,
            Self::Update => Event::AfterUpdate,
            Self::Save => Event::AfterSave,
            Self::Delete => Event::AfterDelete,
            Self::Reload => Event::AfterReload,
            Self::Restore => Event::AfterRestore,
        }
    }

    /// The operation that an event is of; none for the ends of transactions, which are of any.
    pub(crate) const fn of(event: Event) -> Option<Self> {
        Some(match event {
            Event::BeforeInsert | Event::AfterInsert => Self::Insert,
            Event::BeforeInsertMany | Event::AfterInsertMany => Self::InsertMany,
            Event::BeforeUpdate | Event::AfterUpdate => Self::Update,
            Event::BeforeSave | Event::AfterSave => Self::Save,
            Event::BeforeDelete | Event::AfterDelete => Self::Delete,
            Event::BeforeReload | Event::AfterReload => Self::Reload,
            Event::BeforeRestore | Event::AfterRestore => Self::Restore,
            Event::AfterCommit | Event::AfterRollback => return None,
        })
    }

    /// What the operation may fire.
    pub(crate) const fn events(self) -> Events {
        let own = Events::of(self.before()).and(Events::of(self.after()));
        match self {
            Self::Reload => own,
            // A save inserts or updates.
            Self::Save => own
                .and(Events::ENDS)
                .and(Self::Insert.events())
                .and(Self::Update.events()),
            _ => own.and(Events::ENDS),
        }
    }
}

/// A set of events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Events(pub(super) u32);

impl Events {
    pub(crate) const ENDS: Self = Self::of(Event::AfterCommit).and(Self::of(Event::AfterRollback));
    /// What makes an upsert fall into its parts.
    pub(crate) const PARTS: Self = Self::of(Event::BeforeInsert)
        .and(Self::of(Event::AfterInsert))
        .and(Self::of(Event::BeforeUpdate))
        .and(Self::of(Event::AfterUpdate));

    /// The events of an upsert.
    pub(crate) const SAVE: Self = Self::ENDS
        .and(Self::of(Event::BeforeSave))
        .and(Self::of(Event::AfterSave));

    pub(crate) const fn of(event: Event) -> Self {
        Self(1 << event as u32)
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, event: Event) -> Self {
        Self(self.0 & !Self::of(event).0)
    }

    pub(crate) const fn any_of(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl FromIterator<Event> for Events {
    fn from_iter<I: IntoIterator<Item = Event>>(events: I) -> Self {
        events
            .into_iter()
            .fold(Self::default(), |all, e| all.and(Self::of(e)))
    }
}
