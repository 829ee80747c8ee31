//! How deep writes of hooks nest, so that hooks that call each other without end are told so. Noted per thread while a
//! hook's future is polled, so that it counts whatever executor the hook uses.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use sqloquent_core::{Error, ErrorKind, Result};

use super::Operation;
use crate::schema::TableDef;

/// Writes of hooks of writes of hooks … may be so deep.
pub(super) const DEEPEST: u8 = 16;

thread_local! {
    static DEPTH: Cell<u8> = const { Cell::new(0) };
}

/// Refuses a write that is too deep.
pub(crate) fn check(table: &TableDef, operation: Operation) -> Result<u8> {
    let depth = DEPTH.get();
    if depth < DEEPEST {
        return Ok(depth);
    }
    Err(too_deep(table, operation))
}

#[cold]
fn too_deep(table: &TableDef, operation: Operation) -> Error {
    Error::new(
        ErrorKind::Hook,
        format!(
            "hooks of `{}` on {} cause each other without end: this write is {DEEPEST} hooks deep; write through \
             `cx.db().muted()` where a hook changes its own model",
            table.model,
            operation.before(),
        ),
    )
    .with_table(table.name.clone().into_owned())
}

/// The future of hooks, one deeper than the write that they belong to.
pub(super) struct Deeper<F> {
    depth: u8,
    future: Pin<Box<F>>,
}

impl<F> Deeper<F> {
    pub(super) fn new(depth: u8, future: F) -> Self {
        Self {
            depth: depth.saturating_add(1),
            future: Box::pin(future),
        }
    }
}

impl<F: Future> Future for Deeper<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        /// Sets the note back also when a hook panics.
        struct Before(u8);
        impl Drop for Before {
            fn drop(&mut self) {
                DEPTH.set(self.0);
            }
        }
        let _before = Before(DEPTH.replace(self.depth));
        self.future.as_mut().poll(cx)
    }
}
