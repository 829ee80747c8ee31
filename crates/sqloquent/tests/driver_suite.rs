//! The suite of every driver on the bundled one: files, memory, everything on executor threads, with each runtime and
//! with none.
#![cfg(feature = "sqlite")]

use driver_tests::Subject;
use sqloquent::{Db, SqliteOptions};

async fn open(options: SqliteOptions) -> Db {
    Db::connect_with(options).await.expect("the database opens")
}

/// A file; a third reader, so that two cursors can be open at once.
async fn file() -> Subject {
    in_folder(|options| options).await
}

/// A file of which nothing is read or written on the caller's thread.
async fn handed_over() -> Subject {
    in_folder(|options| options.on_the_spot(false)).await
}

async fn in_folder(with: impl FnOnce(SqliteOptions) -> SqliteOptions) -> Subject {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let options = SqliteOptions::file(folder.path().join("suite.db")).readers(3);
    Subject::new(open(with(options)).await).keeping(folder)
}

async fn memory() -> Subject {
    Subject::new(open(SqliteOptions::memory()).await).one_connection()
}

driver_tests::suite!(file_multi_thread, MultiThread, file);
driver_tests::suite!(file_current_thread, CurrentThread, file);
driver_tests::suite!(file_no_runtime, NoRuntime, file);
driver_tests::suite!(memory_multi_thread, MultiThread, memory);
driver_tests::suite!(memory_current_thread, CurrentThread, memory);
driver_tests::suite!(handed_over_multi_thread, MultiThread, handed_over);
driver_tests::suite!(handed_over_current_thread, CurrentThread, handed_over);
