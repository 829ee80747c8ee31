//! How late a timer is while a library works beside it, on the same runtime.

/// Rows of the table that is read meanwhile.
pub const LATENESS_ROWS: usize = 1_000;

/// A query that takes about half a second and gives one number.
pub const LONG_QUERY: &str = "with recursive counted (n) as \
    (select 1 union all select n + 1 from counted where n < 3000000) select count(*) from counted";

/// What goes on beside the timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// Nothing: what the timer itself is late by.
    Idle,
    /// Finding rows by id, from as many tasks as there are threads.
    FewFinds,
    /// The same, from as many tasks as in [`Workload::FindTasks`](crate::Workload::FindTasks).
    ManyFinds,
    /// [`LONG_QUERY`], from one task.
    LongQuery,
}

impl Load {
    /// All, idleness first.
    pub const ALL: [Load; 4] = [Self::Idle, Self::FewFinds, Self::ManyFinds, Self::LongQuery];

    /// What the protocol calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::FewFinds => "finds-2-tasks",
            Self::ManyFinds => "finds-64-tasks",
            Self::LongQuery => "long-query",
        }
    }

    /// What exactly goes on, for the report.
    pub fn description(self) -> &'static str {
        match self {
            Self::Idle => "nothing beside it",
            Self::FewFinds => "finds by id from 2 tasks",
            Self::ManyFinds => "finds by id from 64 tasks",
            Self::LongQuery => "a query of half a second",
        }
    }

    /// How many tasks do it.
    #[cfg(feature = "tokio")]
    fn tasks(self) -> usize {
        match self {
            Self::Idle => 0,
            Self::FewFinds => crate::THREADS,
            Self::ManyFinds => crate::FIND_TASKS,
            Self::LongQuery => 1,
        }
    }
}

/// Lets a timer of a millisecond run out `ticks` times while tasks do step after step, and notes how late it was.
///
/// `step` is handed the number of a row, below [`LATENESS_ROWS`]; what it does is up to the load.
///
/// # Errors
///
/// When a step fails, or if none was done.
#[cfg(feature = "tokio")]
pub fn lateness<S, F>(
    runtime: &tokio::runtime::Runtime,
    load: Load,
    ticks: usize,
    step: S,
) -> Result<crate::Latencies, crate::Failure>
where
    S: Fn(usize) -> F + Clone + Send + 'static,
    F: Future<Output = Result<(), crate::Failure>> + Send,
{
    use std::{
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering::Relaxed},
        },
        time::Duration,
    };
    use tokio::time::{Instant, sleep_until};

    /// Ticks that do not count: the load is still starting.
    const WARM_UP: usize = 20;

    let ended = Arc::new(AtomicBool::new(false));
    runtime.block_on(async {
        let timer = tokio::spawn({
            let ended = ended.clone();
            async move {
                let mut late = crate::Latencies::with_capacity(ticks);
                for tick in 0..WARM_UP + ticks {
                    let due = Instant::now() + Duration::from_millis(1);
                    sleep_until(due).await;
                    if tick >= WARM_UP {
                        late.note(due.elapsed());
                    }
                }
                ended.store(true, Relaxed);
                late
            }
        });
        let tasks: Vec<_> = (0..load.tasks())
            .map(|task| {
                let (ended, step) = (ended.clone(), step.clone());
                tokio::spawn(async move {
                    let mut done = 0;
                    while !ended.load(Relaxed) {
                        step((task + done * crate::FIND_TASKS) % LATENESS_ROWS).await?;
                        done += 1;
                    }
                    Ok::<_, crate::Failure>(done)
                })
            })
            .collect();
        let late = timer.await?;
        let mut done = 0;
        let loaded = !tasks.is_empty();
        for task in tasks {
            done += task.await??;
        }
        if loaded && done == 0 {
            return Err("nothing was done beside the timer".into());
        }
        Ok(late)
    })
}
