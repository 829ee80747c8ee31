//! Running one case.

use sqloquent::Result;

use crate::Subject;

/// What a case runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// tokio with two worker threads.
    MultiThread,
    /// tokio on the thread of the test.
    CurrentThread,
    /// No runtime: the thread blocks on the future. Cases that spawn tasks are left out.
    NoRuntime,
}

/// Runs a case on a fresh database and checks that nothing is left behind.
///
/// # Panics
/// When the case fails.
pub fn run<S, F, C>(runtime: Runtime, fresh: F, case: C)
where
    S: Into<Subject>,
    F: AsyncFnOnce() -> S,
    C: AsyncFnOnce(&Subject) -> Result<()>,
{
    let whole = async {
        let subject = fresh().await.into();
        subject.prepare().await?;
        case(&subject).await?;
        subject.finish().await
    };
    let done = match runtime {
        Runtime::MultiThread => tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime")
            .block_on(whole),
        Runtime::CurrentThread => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
            .block_on(whole),
        Runtime::NoRuntime => pollster::block_on(whole),
    };
    if let Err(error) = done {
        panic!("{error}\n{error:?}");
    }
}
