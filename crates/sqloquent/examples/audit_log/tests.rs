//! Each kind of tampering by itself, and all together.

use sqloquent::{
    Checkpoint,
    prelude::*,
    verify::{Finding, FindingKind},
};

use crate::{
    decisions::{self, Log},
    picture, tampering, verified,
};

async fn log() -> (Db, Log, Checkpoint) {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let log = decisions::decide(&db).await.unwrap();
    let checkpoint = db.checkpoint().await.unwrap();
    (db, log, checkpoint)
}

fn is(findings: &[Finding], kind: FindingKind, id: Option<&str>) -> bool {
    findings
        .iter()
        .any(|f| f.kind == kind && f.record_id.as_deref() == id)
}

#[tokio::test]
async fn an_honest_log_is_clean_and_every_kind_of_tampering_is_named() {
    let (db, log, checkpoint) = log().await;
    let report = verified(&db, Some(&checkpoint)).await.unwrap();
    assert_eq!(report.total(), 0, "{report}");
    let named: [(FindingKind, Option<String>); 4] = [
        (FindingKind::ContentMismatch, Some(log.refused.id.to_string())),
        (FindingKind::DeletedOutside, Some(log.granted.id.to_string())),
        (FindingKind::ArchiveMismatch, Some(log.withdrawn.id.to_string())),
        (FindingKind::CutOff, None),
    ];
    for ((what, sql), (kind, id)) in tampering::all(&log).into_iter().zip(named.clone()) {
        let tx = db.begin().await.unwrap();
        tx.execute_script(&sql).await.unwrap();
        let report = sqloquent::verify::Verify::on(&tx)
            .tables::<(decisions::Decision,)>()
            .against(&checkpoint)
            .run()
            .await
            .unwrap();
        assert!(
            is(report.findings(), kind, id.as_deref()),
            "somebody {what}: {report}"
        );
        tx.rollback().await.unwrap();
    }
    for (_, sql) in tampering::all(&log) {
        db.execute_script(&sql).await.unwrap();
    }
    let report = verified(&db, Some(&checkpoint)).await.unwrap();
    for (kind, id) in named {
        assert!(is(report.findings(), kind, id.as_deref()), "{kind}: {report}");
    }
}

#[tokio::test]
async fn without_the_checkpoint_only_what_was_cut_off_goes_unnoticed() {
    let (db, log, checkpoint) = log().await;
    // The newest change undone without a trace: the row is back, its archive gone, journal and head cut.
    let (_, cut) = tampering::all(&log)[3].clone();
    db.execute_script(&cut).await.unwrap();
    db.execute_script(
        "delete from deleted_records where record_id not in (select previous_id from record_versions)",
    )
    .await
    .unwrap();
    log.withdrawn.clone().insert(&db.bypass()).await.unwrap();
    assert!(verified(&db, None).await.unwrap().is_clean());
    let report = verified(&db, Some(&checkpoint)).await.unwrap();
    assert_eq!(report.count(FindingKind::CutOff), 1, "{report}");
}

#[tokio::test]
async fn the_picture_in_the_guide_is_the_one_that_is_drawn() {
    let drawn = picture::of_a_tampered_chain().await.unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/version-chain.svg");
    let kept = std::fs::read_to_string(path).unwrap();
    assert_eq!(
        drawn, kept,
        "draw it anew with `--picture docs/guide/version-chain.svg`"
    );
}
