//! Noticing the use of a `Db` inside the closure of its own transaction: which transactions are open is noted per thread
//! while the closure's future is polled. Needs no runtime.

use std::{
    cell::RefCell,
    future::Future,
    panic::Location,
    pin::Pin,
    task::{Context, Poll},
};

thread_local! {
    static OPEN: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Whether this thread is polling the closure of a transaction on that database.
pub(crate) fn inside(db: usize) -> bool {
    OPEN.with(|open| open.try_borrow().is_ok_and(|open| open.contains(&db)))
}

/// Reports a read beside one's own transaction.
pub(crate) fn warn(caller: &'static Location<'static>) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "sqloquent::transaction",
        caller = %caller,
        "the database is read inside the closure of its own transaction, whose changes it does not see; use the closure's `tx`"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = caller;
}

/// The future of a transaction's closure.
pub(crate) struct Scoped<F> {
    db: usize,
    future: Pin<Box<F>>,
}

impl<F> Scoped<F> {
    pub(crate) fn new(db: usize, future: F) -> Self {
        Self {
            db,
            future: Box::pin(future),
        }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        /// Takes the note back also when the closure panics.
        struct Note;
        impl Drop for Note {
            fn drop(&mut self) {
                OPEN.with(|open| {
                    if let Ok(mut open) = open.try_borrow_mut() {
                        open.pop();
                    }
                });
            }
        }
        OPEN.with(|open| {
            if let Ok(mut open) = open.try_borrow_mut() {
                open.push(self.db);
            }
        });
        let _note = Note;
        self.future.as_mut().poll(cx)
    }
}
