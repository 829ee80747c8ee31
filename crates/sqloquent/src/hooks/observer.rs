//! Observers: hooks for several events in one type, with state of its own.

use std::future::Future;

use sqloquent_core::Result;

use super::{Event, HookCx};

macro_rules! observer {
    ($($(#[$doc:meta])+ $name:ident),+ $(,)?) => {
        /// Hooks for several events of a model in one type. Write the functions that are wanted as `async fn`; the
        /// others do nothing.
        ///
        /// ```
        /// use std::sync::atomic::{AtomicU64, Ordering};
        /// use sqloquent::{hooks::{HookCx, Observer}, prelude::*};
        ///
        /// #[derive(Default)]
        /// struct Audit {
        ///     seen: AtomicU64,
        /// }
        ///
        /// impl Observer for Audit {
        ///     async fn after_insert(&self, cx: &HookCx<'_>) -> Result<()> {
        ///         self.seen.fetch_add(1, Ordering::Relaxed);
        ///         let line = format!("insert into {}", cx.table().name);
        ///         cx.db().raw("insert into audit values (?)", (line,)).execute().await?;
        ///         Ok(())
        ///     }
        ///
        ///     fn events(&self) -> &[Event] {
        ///         &[Event::AfterInsert]
        ///     }
        /// }
        ///
        /// # fn main() -> Result<()> { pollster::block_on(async {
        /// # let db = Db::connect("sqlite::memory:").await?;
        /// db.hooks().observe_table("notes", Audit::default());
        /// # Ok(()) }) }
        /// ```
        pub trait Observer: Send + Sync + 'static {
            /// The events that the observer has functions for: all, unless it says otherwise. Say it: a write that
            /// nobody observes is as fast as without hooks, and a save that neither inserts nor updates are observed
            /// of is one statement.
            fn events(&self) -> &[Event] {
                Event::ALL
            }

            $(
                $(#[$doc])+
                ///
                /// # Errors
                /// Whatever the hook returns.
                fn $name(&self, cx: &HookCx<'_>) -> impl Future<Output = Result<()>> + Send {
                    let _ = cx;
                    async { Ok(()) }
                }
            )+
        }
    };
}

observer! {
    /// Before one row is inserted.
    before_insert,
    /// After one row was inserted.
    after_insert,
    /// Before many rows are inserted by one call.
    before_insert_many,
    /// After many rows were inserted by one call.
    after_insert_many,
    /// Before a row, or the rows of a query, are updated.
    before_update,
    /// After a row, or the rows of a query, were updated.
    after_update,
    /// Before a row is saved or upserted.
    before_save,
    /// After a row was saved or upserted.
    after_save,
    /// Before a row, or the rows of a query, are deleted.
    before_delete,
    /// After a row, or the rows of a query, were deleted.
    after_delete,
    /// Before an instance is read again.
    before_reload,
    /// After an instance was read again.
    after_reload,
    /// Before a deleted row is restored.
    before_restore,
    /// After a deleted row was restored.
    after_restore,
    /// After the transaction of a write was committed.
    after_commit,
    /// After the transaction of a write, or the write alone, was undone.
    after_rollback,
}
