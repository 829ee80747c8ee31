//! The statement log.

use std::{
    sync::{Arc, Mutex},
    thread::{self, ThreadId},
};

use sqloquent_core::{Backend, CallContext, Plan, Value};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::support::*;

/// Keeps `field=value` of each event of one thread: other tests run beside this one.
#[derive(Clone)]
struct Keep(Arc<Mutex<Vec<String>>>, ThreadId);

impl Keep {
    fn new() -> Self {
        Self(Arc::default(), thread::current().id())
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        use std::fmt::Write;
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

impl Subscriber for Keep {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqloquent::statement"
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        if thread::current().id() != self.1 {
            return;
        }
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[test]
fn each_statement_is_one_event_with_its_connection() {
    let kept = Keep::new();
    tracing::subscriber::set_global_default(kept.clone()).unwrap();
    pollster::block_on(async {
        let db = TestDb::with_table().await;
        read(&db, "select 1", vec![]).await.unwrap();
        let cx = CallContext::here();
        let insert = || {
            one(
                Plan::WRITE_BY_KEY,
                "insert into t(n) values (?)",
                vec![Value::Text("secret".into())],
            )
        };
        db.run(insert(), cx).await.unwrap();
        db.run(insert(), cx.with_params_logged(true)).await.unwrap();
        db.run(one(Plan::READ_BY_KEY, "select * from t", vec![]), cx)
            .await
            .unwrap();
        let failing = one(Plan::READ_BY_KEY, "select * from nowhere", vec![]);
        db.run(failing, cx).await.map(|_| ()).unwrap_err();
    });
    let lines = kept.0.lock().unwrap().clone();
    assert_eq!(lines.len(), 4, "{lines:#?}");
    assert!(
        lines[0].contains("connection=\"writer\"") && lines[0].contains("rows=1"),
        "{lines:#?}"
    );
    assert!(
        !lines[0].contains("secret") && lines[1].contains("secret"),
        "{lines:#?}"
    );
    assert!(
        lines[2].contains("connection=\"reader-1\"") && lines[2].contains("rows=2"),
        "{lines:#?}"
    );
    assert!(lines[3].contains("UnknownTable"), "{lines:#?}");
}
