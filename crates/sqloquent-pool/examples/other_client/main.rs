//! Couples another client crate, pools its connections and runs statements through them.
//!
//! `cargo run -p sqloquent-pool --example other_client`

mod driver;

use std::any::Any;

use driver::TokioRusqliteDriver;
use sqloquent_core::{
    Backend, CallContext, Flow, Job, Outcome, Plan, Result, RowAccess, Statement, TxOptions, Value, ValueRef,
};
use sqloquent_pool::{Pool, PoolOptions};

/// A job of one statement that keeps the first integer it is given. The ORM makes such jobs of queries.
struct One {
    plan: Plan,
    statement: Option<Statement>,
    number: Option<i64>,
}

impl One {
    fn new(plan: Plan, sql: &'static str, params: Vec<Value>) -> Box<Self> {
        let statement = Some(Statement::new(sql, params));
        Box::new(Self {
            plan,
            statement,
            number: None,
        })
    }
}

impl Job for One {
    fn plan(&self) -> Plan {
        self.plan
    }
    fn next(&mut self) -> Result<Option<Statement>> {
        Ok(self.statement.take())
    }
    fn row(&mut self, row: &dyn RowAccess) -> Result<Flow> {
        if let ValueRef::Int(number) = row.get(0)? {
            self.number = Some(number);
        }
        Ok(Flow::Stop)
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

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let driver = TokioRusqliteDriver::new(folder.path().join("notes.db"));
    let pool = Pool::connect(driver, PoolOptions::new().max_connections(4)).await?;
    let here = CallContext::here;

    let setup = pool.acquire(here()).await?;
    setup
        .script("create table notes (text text not null)".into(), here())
        .await?;
    setup.commit().await?;

    let transaction = pool.begin(TxOptions::new(), here()).await?;
    for text in ["one", "two"] {
        let insert = One::new(Plan::WRITE, "insert into notes values (?)", vec![text.into()]);
        transaction.run(insert, here()).await?;
    }
    transaction.commit().await?;

    let count = One::new(Plan::READ, "select count(*) from notes", Vec::new());
    let counted = pool.run(count, here()).await?.into_any().downcast::<One>();
    assert_eq!(counted.ok().and_then(|job| job.number), Some(2));
    pool.close().await?;
    Ok(())
}
