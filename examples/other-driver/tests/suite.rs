//! What every driver must pass, on this one.

use driver_tests::Subject;
use other_driver::TokioRusqliteDriver;
use sqloquent::{Db, PoolOptions};

async fn fresh() -> Subject {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let driver = TokioRusqliteDriver::new(folder.path().join("suite.db"));
    let options = PoolOptions::new().max_connections(4);
    let db = Db::with_driver(driver, options)
        .await
        .expect("the database opens");
    Subject::new(db).keeping(folder)
}

driver_tests::suite!(multi_thread, MultiThread, fresh);
driver_tests::suite!(current_thread, CurrentThread, fresh);
