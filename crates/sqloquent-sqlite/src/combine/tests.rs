//! Who leads, and for how long.

use std::{
    any::Any,
    path::Path,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker},
};

use sqloquent_core::{CallContext, Flow, Job, Outcome, Plan, Result, RowAccess, Statement};
use tempfile::TempDir;

use super::{Lead, Leader, combine, lead::run_queue, member::Member};
use crate::{fairness, lease::Kind, options::SqliteOptions, shared::Shared, work::Work};

/// One statement without parameters.
struct One {
    plan: Plan,
    sql: &'static str,
    begun: bool,
}

impl Job for One {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        let first = !std::mem::replace(&mut self.begun, true);
        Ok(first.then(|| Statement::new(self.sql, Vec::new())))
    }

    fn row(&mut self, _: &dyn RowAccess) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    fn done(&mut self, _: Outcome) -> Result<()> {
        Ok(())
    }

    fn restart(&mut self) -> bool {
        self.begun = false;
        true
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

fn work(plan: Plan, sql: &'static str) -> Work<dyn Job> {
    let begun = false;
    Work::new(Box::new(One { plan, sql, begun }), None)
}

fn write() -> Work<dyn Job> {
    work(Plan::WRITE_BY_KEY, "insert into t values (null)")
}

fn read() -> Work<dyn Job> {
    work(Plan::READ_BY_KEY, "select * from t where id = 1")
}

/// A database with a table, whose writing connection is open.
fn open() -> (TempDir, Arc<Shared>) {
    let folder = TempDir::new().unwrap();
    let shared = Shared::new(SqliteOptions::file(Path::new(folder.path()).join("db"))).unwrap();
    let mut lease = shared.try_lease(Kind::Writer).unwrap();
    let connection = lease.open().unwrap();
    connection
        .raw()
        .execute_batch("create table t(id integer primary key)")
        .unwrap();
    drop(lease);
    (folder, shared)
}

fn rows(shared: &Arc<Shared>) -> i64 {
    let mut lease = shared.try_lease(Kind::Writer).unwrap();
    let connection = lease.open().unwrap();
    connection
        .raw()
        .query_row("select count(*) from t", [], |row| row.get(0))
        .unwrap()
}

fn poll<F: Future + ?Sized>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn nobody_begins_to_lead_who_has_done_enough() {
    let (_folder, shared) = open();
    fairness::use_up_the_budget();
    let cx = CallContext::here();
    let mut call = Box::pin(combine(&shared, write(), &cx));
    assert!(poll(&mut call).is_pending(), "it lets others go first");
    {
        let state = shared.combiner.lock();
        assert!(state.led.is_none());
        assert_eq!(state.queue.len(), 1, "whoever leads may run it meanwhile");
    }
    assert!(poll(&mut call).is_ready(), "then it has a budget");
    assert_eq!(rows(&shared), 1);
}

#[test]
fn who_leads_runs_what_it_took_and_then_stops_where_it_has_done_enough() {
    let (_folder, shared) = open();
    let cx = CallContext::here();
    let members: Vec<_> = (0..65).map(|_| Arc::new(Member::new(write(), cx))).collect();
    shared.combiner.lock().queue.extend(members.iter().cloned());
    let lease = shared.try_lease(Kind::Writer).unwrap();
    fairness::use_up_the_budget();
    run_queue(Lead::new(&shared), lease, &cx);
    let ended = |member: &&Arc<Member>| member.poll(&Context::from_waker(Waker::noop())).is_ready();
    assert_eq!(members.iter().filter(ended).count(), 64, "or nobody would get on");
    assert_eq!(shared.combiner.lock().queue.len(), 1);
    assert!(
        shared.combiner.lock().led.is_none(),
        "the rest is for somebody else"
    );
    assert_eq!(rows(&shared), 64);
}

#[test]
fn readers_do_not_wait_for_a_lead_on_another_thread() {
    let (_folder, shared) = open();
    let Leader::Oneself(lead) = Lead::try_new(&shared) else {
        panic!("somebody leads");
    };
    let cx = CallContext::here();
    let mut before = Box::pin(combine(&shared, read(), &cx));
    let mut writes = Box::pin(combine(&shared, write(), &cx));
    assert!(poll(&mut before).is_pending());
    assert!(poll(&mut writes).is_pending());
    lead.goes_to_thread();
    assert!(
        matches!(poll(&mut before), Poll::Ready(Err(_))),
        "it runs by itself"
    );
    let after = pin!(combine(&shared, read(), &cx));
    let after = after.poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(after, Poll::Ready(Err(_))));
    assert!(poll(&mut writes).is_pending(), "it waits for its turn");
    drop(lead);
    assert!(matches!(poll(&mut writes), Poll::Ready(Ok(Ok(_)))));
    assert!(shared.combiner.lock().queue.is_empty());
}
