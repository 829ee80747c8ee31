//! Checking the archives of deleted records.

use packify::Packer;
use sqloquent_core::{Plan, Result, Value};

use super::{
    FindingKind, Stage,
    ledger::{Ledger, Standing},
    raw_row::RawRow,
    rows::{Match, matches_id},
    run::Run,
};
use crate::{
    call::{Task as _, run},
    compile, content,
    expr::{BinaryOp, ColumnRef, Expr, SourceRef},
    job::Collect,
    query::{Decode, Query, Select},
    schema::Table,
};

/// How many archives are read at a time.
const CHUNK: usize = 200;

/// An archive row that could be read.
struct Archive {
    id: String,
    model: String,
    record_id: String,
    record: Vec<u8>,
    timestamp: Option<String>,
}

/// Whose archives are looked at.
pub(super) enum Of<'l> {
    /// Those of all models but the ones with history.
    Plain,
    /// Those of a model with history, of the records in a part.
    Noted(&'l Table, &'l mut Ledger),
}

impl Run<'_> {
    /// Checks archive rows, where there are any.
    pub(super) async fn archives(&mut self, mut of: Of<'_>) -> Result<()> {
        let table = content::deleted_records();
        if !self.exists(&table).await? {
            return Ok(());
        }
        let mut select = Select::from_table(table.clone());
        if let Of::Noted(of, _) = &of {
            let def = &table.columns[content::ARCHIVED_MODEL];
            let model = Expr::Column(ColumnRef {
                source: SourceRef::Slot(select.slot),
                name: def.name.clone(),
                ty: def.ty,
            });
            let name = Value::Text(of.model.clone().into_owned());
            select
                .filter
                .push(Expr::binary(BinaryOp::Eq, model, Expr::Value(name)));
        }
        let query = Query::<(), RawRow>::from_parts(select, RawRow::decoder(&table));
        let mut chunks = query.chunk(self.db, CHUNK);
        let mut packer = Packer::new();
        while let Some(rows) = chunks.next().await? {
            for row in rows {
                match archive(row) {
                    Ok(archive) => self.archive(&archive, &mut of, &mut packer),
                    Err(id) => {
                        let detail = "the archive row cannot be read".into();
                        self.report.archives += 1;
                        self.found(FindingKind::Unreadable, &table.model, Some(id), None, detail);
                    }
                }
            }
            self.progress(Stage::Archives, &table.model);
        }
        Ok(())
    }

    fn archive(&mut self, archive: &Archive, of: &mut Of<'_>, packer: &mut Packer) {
        let (table, ledger) = match of {
            Of::Noted(table, ledger) => (Some((*table).clone()), Some(ledger)),
            Of::Plain => (
                self.table_of(&archive.model)
                    .filter(|t| t.hashed.is_some())
                    .cloned(),
                None,
            ),
        };
        if ledger.is_none() && table.as_ref().is_some_and(|t| t.history) {
            return;
        }
        let id = || Some(archive.record_id.clone());
        if ledger.as_ref().is_none_or(|l| l.is_first()) {
            self.report.archives += 1;
            let wrong = match &table {
                Some(table) => verdict(packer, table, archive).err(),
                None => Some((
                    FindingKind::UnknownModel,
                    "the archive is of a model that the verification was not told of",
                )),
            };
            if let Some((kind, detail)) = wrong {
                self.found(kind, &archive.model, id(), None, detail.into());
            }
        }
        if let Some((kind, detail)) = ledger.and_then(|ledger| unnoted(archive, ledger)) {
            self.found(kind, &archive.model, id(), None, detail.into());
        }
    }

    /// Whether the database has the table.
    pub(super) async fn exists(&self, table: &Table) -> Result<bool> {
        let look = compile::compile(self.dialect, |w| w.existing_columns(&table.name))?;
        let job = Collect::new(look.into_statement(), Plan::READ, Decode::Function(|_| Ok(())));
        let caller = std::panic::Location::caller();
        let columns = run(self.db.handle(), caller, job).await?.output()?;
        Ok(!columns.is_empty())
    }
}

/// The archive of a row, or the id of a row that is none.
fn archive(row: RawRow) -> Result<Archive, String> {
    let mut cells = row.stored.into_iter();
    let id = cells.next().unwrap_or_default().to_string();
    match (cells.next(), cells.next(), cells.next(), cells.next()) {
        (Some(Value::Text(model)), Some(Value::Text(record_id)), Some(Value::Bytes(record)), timestamp) => {
            Ok(Archive {
                id,
                model,
                record_id,
                record,
                timestamp: timestamp.map(|t| t.to_string()),
            })
        }
        _ => Err(id),
    }
}

/// What is wrong with an archive by what the journal says of deletions.
fn unnoted(archive: &Archive, ledger: &mut Ledger) -> Option<(FindingKind, &'static str)> {
    let record = ledger.digests.key(&archive.record_id);
    if !ledger.owns(record) {
        return None;
    }
    let timestamp = archive.timestamp.as_deref().unwrap_or_default();
    match ledger.meet(&archive.id, record, &archive.record, timestamp) {
        Standing::Sound => None,
        Standing::Unknown => Some((
            FindingKind::NotInJournal,
            "the journal says nothing of the deletion that the archive is of",
        )),
        Standing::Other => Some((
            FindingKind::ArchiveMismatch,
            "the archive is not what the journal says was deleted, or not from then",
        )),
    }
}

/// What is wrong with an archive by itself.
fn verdict(packer: &mut Packer, table: &Table, archive: &Archive) -> Result<(), (FindingKind, &'static str)> {
    let row = content::unpack_row(table, &archive.record)
        .map_err(|_| (FindingKind::Unreadable, "what the archive holds cannot be read"))?;
    let mismatch = (
        FindingKind::ArchiveMismatch,
        "the archive does not hold the content that the record's id is of",
    );
    let id = content::id_at(table).ok().and_then(|at| row.get(at));
    if !matches!(id, Some(Value::Text(id)) if *id == archive.record_id) {
        return Err(mismatch);
    }
    let exact = match matches_id(table, &row, &archive.record_id) {
        Match::No => return Err(mismatch),
        Match::OtherForm => false,
        Match::Exact => content::pack_row(packer, table, &row).is_ok_and(|bytes| bytes == archive.record),
    };
    if exact {
        Ok(())
    } else {
        Err((
            FindingKind::OtherForm,
            "the archive holds the right content with values in another form, such as 1 for true",
        ))
    }
}
