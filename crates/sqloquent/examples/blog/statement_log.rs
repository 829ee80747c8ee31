//! Shows the statements that are sent, and counts them.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// A subscriber for the events that the library sends for each statement.
#[derive(Clone, Default)]
pub(crate) struct StatementLog {
    sent: Arc<AtomicUsize>,
}

impl StatementLog {
    /// How many statements were sent since this was asked last.
    pub(crate) fn take(&self) -> usize {
        self.sent.swap(0, Relaxed)
    }
}

#[derive(Default)]
struct Sql(String);

impl Visit for Sql {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "sql" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

impl Subscriber for StatementLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqloquent::statement"
    }

    fn event(&self, event: &Event<'_>) {
        let mut sql = Sql::default();
        event.record(&mut sql);
        println!("    {}", sql.0);
        self.sent.fetch_add(1, Relaxed);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}
