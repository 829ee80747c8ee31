//! What is handed over is compared with what the table holds.

use std::{any::Any, path::Path, sync::Arc};

use proptest::prelude::*;
use sqloquent_core::{
    AsGiven, CallContext, Error, ErrorKind, Flow, GivenColumn, Job, Outcome, Plan, Result, RowAccess,
    Statement, Value,
};

use crate::{
    connection::Connection,
    counters::Counters,
    run_statement::{Feed, Stop, run_statement},
};

/// Takes rows, or refuses them.
#[derive(Default)]
struct Rows {
    taken: Vec<Vec<Value>>,
    refuse: bool,
}

impl Job for Rows {
    fn plan(&self) -> Plan {
        Plan::WRITE_BY_KEY
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        Ok(None)
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        if self.refuse {
            return Err(Error::new(ErrorKind::Decode, "refused"));
        }
        let cells = 0..row.column_count();
        self.taken
            .push(cells.map(|i| Ok(row.get(i)?.to_owned())).collect::<Result<_>>()?);
        Ok(Flow::Continue)
    }

    fn done(&mut self, _: Outcome) -> Result<()> {
        Ok(())
    }

    fn restart(&mut self) -> bool {
        false
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

fn open(path: impl AsRef<Path>) -> Connection {
    let raw = rusqlite::Connection::open(path).unwrap();
    Connection::new(raw, "test".to_owned(), 100, &Arc::new(Counters::default())).unwrap()
}

fn with_table(table: &str) -> Connection {
    let connection = open(":memory:");
    connection.raw().execute_batch(table).unwrap();
    connection
}

/// An insert into `t(id, v)`; `id` is counted by the database unless `with_id`.
fn given(with_id: bool) -> Arc<AsGiven> {
    let (columns, marks) = if with_id { ("id, v", "?, ?") } else { ("v", "?") };
    Arc::new(AsGiven::new(
        format!("INSERT INTO t ({columns}) VALUES ({marks})"),
        "SELECT id, v FROM t WHERE _rowid_ = last_insert_rowid()",
        "t",
        vec![
            GivenColumn::new("id", with_id.then_some(0)),
            GivenColumn::new("v", Some(usize::from(with_id))),
        ],
    ))
}

fn returning(params: Vec<Value>, as_given: Option<Arc<AsGiven>>) -> Statement {
    let columns = if params.len() == 2 {
        "(id, v) VALUES (?, ?)"
    } else {
        "(v) VALUES (?)"
    };
    Statement::new(format!("INSERT INTO t {columns} RETURNING id, v"), params).or_as_given(as_given)
}

/// Inserts without having the row returned, if that is how it is done.
fn shortcut(connection: &Connection, params: Vec<Value>, job: &mut Rows) -> Result<Option<Outcome>> {
    let as_given = given(params.len() == 2);
    let statement = returning(params, None);
    let mut flush = |_: &mut Rows| Flow::Continue;
    let mut feed = Feed::new(job, &mut flush);
    super::insert(connection, &statement, &as_given, &mut feed).map_err(|stop: Stop| stop.error)
}

/// Inserts as a job does.
fn insert(connection: &Connection, params: Vec<Value>) -> Result<(Outcome, Vec<Vec<Value>>)> {
    let as_given = given(params.len() == 2);
    let mut job = Rows::default();
    let statement = returning(params, Some(as_given));
    let outcome = run_statement(
        connection,
        &statement,
        &mut job,
        &CallContext::here(),
        &mut |_| Flow::Continue,
    );
    outcome
        .map(|outcome| (outcome, job.taken))
        .map_err(|stop| stop.error)
}

/// What the table holds, in order.
fn stored(connection: &Connection) -> Vec<Vec<Value>> {
    let mut job = Rows::default();
    let statement = Statement::new("SELECT id, v FROM t ORDER BY id", Vec::new());
    run_statement(
        connection,
        &statement,
        &mut job,
        &CallContext::here(),
        &mut |_| Flow::Continue,
    )
    .map_err(|stop| stop.error)
    .unwrap();
    job.taken
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

const PLAIN: &str = "create table t(id integer primary key, v text)";

const DECLARED: [&str; 15] = [
    "INTEGER",
    "INT",
    "TEXT",
    "VARCHAR(3)",
    "clob",
    "BLOB",
    "",
    "REAL",
    "DOUBLE",
    "float",
    "NUMERIC",
    "DECIMAL(3)",
    "BOOLEAN",
    "datetime",
    "ANY",
];

fn values() -> impl Strategy<Value = Value> {
    let texts = prop_oneof![
        "[0-9]{1,5}",
        "-?[0-9]{1,3}(\\.[0-9]{1,3})?(e[0-9])?",
        " *[0-9]+ *",
        "\\PC{0,6}",
        "a\\x00b",
    ];
    let floats = prop_oneof![
        any::<f64>(),
        Just(-0.0),
        Just(0.0),
        Just(3.0),
        Just(1e300),
        Just(9_007_199_254_740_993.0),
        Just(f64::NEG_INFINITY)
    ];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        floats.prop_map(Value::Float),
        texts.clone().prop_map(Value::Text),
        texts.clone().prop_map(|v| Value::Bytes(v.into_bytes())),
        texts.prop_map(Value::Json),
        "-?[0-9]{1,9}(\\.[0-9]{1,9})?".prop_map(Value::Decimal),
        any::<[u8; 16]>().prop_map(Value::Uuid),
        any::<i32>().prop_map(|v| Value::Timestamp(i64::from(v) * 1_001)),
        any::<i32>().prop_map(|v| Value::DateTime(i64::from(v) * 1_000_000)),
        (-700_000..2_000_000_i32).prop_map(Value::Date),
        (0..86_400_000_000_i64).prop_map(Value::Time),
    ]
}

#[test]
fn what_is_handed_over_is_what_the_table_holds() {
    let tables: Vec<_> = DECLARED
        .iter()
        .map(|ty| with_table(&format!("create table t(id integer primary key, v {ty})")))
        .collect();
    let known = std::cell::Cell::new(0);
    proptest!(ProptestConfig::with_cases(1_000), |(value in values())| {
        for table in &tables {
            table.raw().execute_batch("delete from t").unwrap();
            let mut job = Rows::default();
            let ended = shortcut(table, vec![value.clone()], &mut job);
            if let Ok(Some(outcome)) = ended {
                known.set(known.get() + 1);
                prop_assert_eq!(outcome.affected, 1);
                let held = stored(table);
                prop_assert_eq!(format!("{:?}", job.taken), format!("{:?}", held));
            }
        }
    });
    assert!(known.get() > 5_000, "{}", known.get());
}

#[test]
fn a_number_that_the_database_counts_is_handed_over() {
    for table in [
        PLAIN,
        "create table t(id integer primary key autoincrement, v text)",
    ] {
        let table = with_table(table);
        table
            .raw()
            .execute_batch("insert into t values (41, 'before')")
            .unwrap();
        let mut job = Rows::default();
        let outcome = shortcut(&table, vec![text("a")], &mut job).unwrap().unwrap();
        assert_eq!(job.taken, [[Value::Int(42), text("a")]]);
        assert_eq!(outcome.last_insert_id, Some(42));
    }
}

#[test]
fn where_a_table_does_more_than_hold_rows_they_are_returned() {
    let tables = [
        "create table t(id integer primary key, v text); create trigger r after insert on t begin select 1; end",
        "create table t(id integer primary key, v text); create temp trigger r after insert on t begin select 1; end",
        "create table t(id integer primary key, v text not null on conflict replace default 'x')",
        "create table t(id int primary key, v text) without rowid",
        "create table t(id, v text); alter table t rename to u; create view t as select * from u; \
         create trigger r instead of insert on t begin insert into u values (7, new.v); end",
        "create temp table t(id integer primary key, v text)",
        "pragma encoding = 'UTF-16le'; create table t(id integer primary key, v text)",
        "create table t(id text primary key, v text)",
    ];
    for table in tables {
        let table = with_table(table);
        let mut job = Rows::default();
        assert_eq!(shortcut(&table, vec![text("a")], &mut job).unwrap(), None);
        assert_eq!(stored(&table), job.taken, "nothing is done");
    }
}

#[test]
fn a_row_that_a_trigger_leaves_out_is_not_handed_over() {
    let table = with_table(PLAIN);
    assert_eq!(insert(&table, vec![text("a")]).unwrap().1.len(), 1);
    table
        .raw()
        .execute_batch("create trigger r before insert on t begin select raise(ignore); end")
        .unwrap();
    for _ in 0..3 {
        let (outcome, rows) = insert(&table, vec![text("a")]).unwrap();
        assert_eq!((outcome.affected, rows.len()), (0, 0));
    }
    assert_eq!(stored(&table).len(), 1);
}

#[test]
fn a_table_that_another_program_made_anew_is_read_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let ours = open(&path);
    ours.raw().execute_batch(PLAIN).unwrap();
    assert_eq!(
        insert(&ours, vec![text("7")]).unwrap().1,
        [[Value::Int(1), text("7")]]
    );
    let another = rusqlite::Connection::open(&path).unwrap();
    for in_transaction in [false, true] {
        another
            .execute_batch("drop table t; create table t(id integer primary key, v integer)")
            .unwrap();
        if in_transaction {
            ours.raw().execute_batch("begin").unwrap();
        }
        for id in [1, 2] {
            let (_, rows) = insert(&ours, vec![text("7")]).unwrap();
            assert_eq!(rows, [[Value::Int(id), Value::Int(7)]]);
        }
        if in_transaction {
            ours.raw().execute_batch("commit").unwrap();
        }
        assert_eq!(stored(&ours).len(), 2);
        another
            .execute_batch("drop table t; create table t(id integer primary key, v text)")
            .unwrap();
        assert_eq!(
            insert(&ours, vec![text("7")]).unwrap().1,
            [[Value::Int(1), text("7")]]
        );
    }
}

#[test]
fn a_row_that_the_job_refuses_is_not_there() {
    let table = with_table(PLAIN);
    let mut job = Rows {
        refuse: true,
        ..Rows::default()
    };
    let refused = shortcut(&table, vec![text("a")], &mut job).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Decode);
    assert!(table.is_autocommit());
    assert!(stored(&table).is_empty());
}

#[test]
fn what_the_table_refuses_is_refused_as_ever() {
    let table = with_table("create table t(id integer primary key, v text unique check (v <> 'bad'))");
    insert(&table, vec![text("a")]).unwrap();
    for refused in ["a", "bad"] {
        let error = insert(&table, vec![text(refused)]).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Unique | ErrorKind::Check),
            "{error:?}"
        );
        assert!(error.to_string().contains("RETURNING"), "{error}");
        assert!(table.is_autocommit());
    }
    assert_eq!(stored(&table).len(), 1);
}

#[test]
fn within_a_transaction_it_is_part_of_it() {
    let table = with_table(PLAIN);
    table.raw().execute_batch("begin").unwrap();
    assert_eq!(insert(&table, vec![text("a")]).unwrap().1.len(), 1);
    assert!(!table.is_autocommit());
    table.raw().execute_batch("rollback").unwrap();
    assert!(stored(&table).is_empty());
    let (_, rows) = insert(&table, vec![Value::Int(9), text("b")]).unwrap();
    assert_eq!(rows, [[Value::Int(9), text("b")]]);
}
