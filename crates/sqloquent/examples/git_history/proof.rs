//! What came before a commit, and whether everything is still what its id says.

use std::time::Instant;

use sqloquent::{
    prelude::*,
    verify::{Report, Verify},
};

use crate::records::Commit;

/// The newest commit that no other follows.
pub(crate) async fn newest(db: &Db) -> Result<Option<Commit>> {
    Commit::query()
        .doesnt_have(|c| c.children)
        .order(|c| c.authored_at.desc())
        .first(db)
        .await
}

/// How many commits came before one.
pub(crate) async fn before(db: &Db, commit: &Commit) -> Result<i64> {
    Commit::query()
        .ancestors_of(commit.id, None, |c| c.parent_ids)
        .count(db)
        .await
}

/// Verifies all commits: that each is what its id says, and that the parents of each are there.
pub(crate) async fn verify(db: &dyn Executor) -> Result<Report> {
    Verify::on(db)
        .tables::<(Commit,)>()
        .references::<Commit, Commit, _>(|c| c.parent_ids)
        .run()
        .await
}

/// Changes the subject of a commit by plain SQL, verifies, and undoes it.
pub(crate) async fn tampered(db: &Db, commit: &Commit) -> Result<Report> {
    let tx = db.begin().await?;
    tx.raw(
        "update commits set subject = subject || '!' where id = ?",
        (commit.id,),
    )
    .execute()
    .await?;
    let report = verify(&tx).await;
    tx.rollback().await?;
    report
}

/// Shows all of that.
pub(crate) async fn print(db: &Db) -> Result<()> {
    let Some(newest) = newest(db).await? else {
        return Ok(());
    };
    let began = Instant::now();
    println!(
        "{} commits came before {:.12} ({:.2?}).",
        before(db, &newest).await?,
        newest.id,
        began.elapsed()
    );
    let began = Instant::now();
    println!("Verified: {} ({:.2?}).", verify(db).await?, began.elapsed());
    println!(
        "After somebody changes a subject by plain SQL: {}.",
        tampered(db, &newest).await?
    );
    Ok(())
}
