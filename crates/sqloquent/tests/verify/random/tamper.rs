//! One change past the library, which verifying has to name.

use sqloquent::{
    Db, Result,
    verify::{FindingKind, Report},
};

use super::{Face, oracle::Oracle};

#[derive(Clone, Copy, Debug)]
enum Tampering {
    ChangeRow,
    RemoveRow,
    AddRow,
    ChangeEntry,
    RemoveEntry,
    MoveHead,
    ChangeArchive,
    RemoveArchive,
    CopyArchive,
    RetimeArchive,
    RemoveLink,
    TurnLink,
    AddLink,
}

impl Tampering {
    const ALL: [Self; 13] = [
        Self::ChangeRow,
        Self::RemoveRow,
        Self::AddRow,
        Self::ChangeEntry,
        Self::RemoveEntry,
        Self::MoveHead,
        Self::ChangeArchive,
        Self::RemoveArchive,
        Self::CopyArchive,
        Self::RetimeArchive,
        Self::RemoveLink,
        Self::TurnLink,
        Self::AddLink,
    ];

    /// Whether there is anything to change so, and whether the model covers it.
    fn is_possible<F: Face>(self, face: &F, oracle: &Oracle) -> bool {
        let archives = !oracle.archives().is_empty();
        match self {
            Self::ChangeRow => !oracle.rows().is_empty(),
            Self::RemoveRow => face.has_history() && !oracle.rows().is_empty(),
            Self::AddRow => face.has_history() && !face.is_hashed(),
            Self::ChangeEntry | Self::RemoveEntry | Self::MoveHead => !oracle.entries().is_empty(),
            Self::ChangeArchive => archives,
            Self::RemoveArchive | Self::CopyArchive | Self::RetimeArchive => face.has_history() && archives,
            Self::RemoveLink | Self::TurnLink | Self::AddLink => links(oracle).next().is_some(),
        }
    }
}

/// The ids of records that were made of others, with those.
fn links(oracle: &Oracle) -> impl Iterator<Item = (&str, &str)> {
    let entries = oracle.entries().iter();
    entries.filter_map(|e| Some((&*e.id, e.previous.as_deref()?)))
}

pub(crate) async fn tamper<F: Face>(face: &F, db: &Db, oracle: &Oracle, how: (usize, usize)) -> Result<()> {
    let possible: Vec<Tampering> = Tampering::ALL
        .into_iter()
        .filter(|t| t.is_possible(face, oracle))
        .collect();
    let Some(tampering) = how.0.checked_rem(possible.len()).map(|n| possible[n]) else {
        return Ok(());
    };
    let (table, pick) = (face.table(), how.1);
    let live = oracle.rows();
    let row = || live[pick % live.len()].0.clone();
    let archive = || async {
        let sql = "select rowid, record_id from deleted_records order by rowid";
        let all: Vec<(i64, String)> = db.raw(sql, ()).get_as().await?;
        Ok::<_, sqloquent::Error>(all[pick % all.len()].clone())
    };
    let link = || async {
        let sql = "select sequence, record_id from record_versions order by sequence";
        let all: Vec<(i64, String)> = db.raw(sql, ()).get_as().await?;
        Ok::<_, sqloquent::Error>(all[pick % all.len()].clone())
    };
    let run = async |sql: String, params: Vec<sqloquent::Value>| {
        let changed = db.raw(sqloquent::TrustedSql::new(sql), params).execute().await?;
        assert_eq!(changed, 1, "{tampering:?}");
        Ok::<_, sqloquent::Error>(())
    };
    use FindingKind::{
        ArchiveMismatch, ChainBreak, ChangedOutside, ContentMismatch, DeletedOutside, NotInJournal,
    };
    let (kinds, record): (&[FindingKind], Option<String>) = match tampering {
        Tampering::ChangeRow => {
            let id = row();
            let sql = format!("update {table} set name = name || '!' where id = ?");
            run(sql, vec![id.clone().into()]).await?;
            (&[ContentMismatch, ChangedOutside], Some(id))
        }
        Tampering::RemoveRow => {
            let id = row();
            run(
                format!("delete from {table} where id = ?"),
                vec![id.clone().into()],
            )
            .await?;
            (&[DeletedOutside], Some(id))
        }
        Tampering::AddRow => {
            let sql = format!("insert into {table} (id, name, n) values (99, 'new', 0)");
            run(sql, Vec::new()).await?;
            (&[NotInJournal], Some("99".to_owned()))
        }
        Tampering::ChangeEntry => {
            let entry = &oracle.entries()[pick % oracle.entries().len()];
            let sql = "update journal set actor = 'nobody' where id % 1000000000000 = ?".to_owned();
            run(sql, vec![(entry.sequence as i64).into()]).await?;
            (&[ChainBreak], Some(entry.id.clone()))
        }
        Tampering::RemoveEntry => {
            let entry = &oracle.entries()[pick % oracle.entries().len()];
            let sql = "delete from journal where id % 1000000000000 = ?".to_owned();
            run(sql, vec![(entry.sequence as i64).into()]).await?;
            (&[ChainBreak], None)
        }
        Tampering::MoveHead => {
            run(
                "update journal_heads set sequence = sequence + 1".into(),
                Vec::new(),
            )
            .await?;
            (&[ChainBreak], None)
        }
        Tampering::ChangeArchive => {
            let (at, id) = archive().await?;
            let sql =
                "update deleted_records set record = substr(record, 1, length(record) - 1) where rowid = ?";
            run(sql.into(), vec![(at).into()]).await?;
            (&[FindingKind::Unreadable, ArchiveMismatch], Some(id))
        }
        Tampering::RemoveArchive => {
            let (at, id) = archive().await?;
            run(
                "delete from deleted_records where rowid = ?".into(),
                vec![(at).into()],
            )
            .await?;
            (&[DeletedOutside], Some(id))
        }
        Tampering::CopyArchive => {
            let (at, id) = archive().await?;
            let sql = "insert into deleted_records select 'copy', model_class, record_id, record, timestamp \
                       from deleted_records where rowid = ?";
            run(sql.into(), vec![(at).into()]).await?;
            (&[NotInJournal], Some(id))
        }
        Tampering::RetimeArchive => {
            let (at, id) = archive().await?;
            let sql = "update deleted_records set timestamp = timestamp - 1 where rowid = ?";
            run(sql.into(), vec![(at).into()]).await?;
            (&[ArchiveMismatch], Some(id))
        }
        Tampering::RemoveLink => {
            let (at, id) = link().await?;
            run(
                "delete from record_versions where sequence = ?".into(),
                vec![(at).into()],
            )
            .await?;
            (&[DeletedOutside], Some(id))
        }
        Tampering::TurnLink => {
            let (at, id) = link().await?;
            let sql = "update record_versions set record_id = previous_id, previous_id = record_id where sequence = ?";
            run(sql.into(), vec![(at).into()]).await?;
            (&[DeletedOutside], Some(id))
        }
        Tampering::AddLink => {
            let (at, id) = link().await?;
            let sql = "insert into record_versions (model_class, record_id, previous_id, timestamp) \
                       select model_class, record_id, previous_id, timestamp from record_versions where sequence = ?";
            run(sql.into(), vec![(at).into()]).await?;
            (&[NotInJournal], Some(id))
        }
    };
    named(
        &face.verify(db).await?,
        tampering,
        face.model(),
        kinds,
        record.as_deref(),
    );
    Ok(())
}

fn named(report: &Report, tampering: Tampering, model: &str, kinds: &[FindingKind], record: Option<&str>) {
    let found = report.findings().iter().any(|finding| {
        finding.model == model
            && kinds.contains(&finding.kind)
            && record.is_none_or(|id| finding.record_id.as_deref() == Some(id))
    });
    assert!(found, "{tampering:?} of {record:?}: {report}");
}
