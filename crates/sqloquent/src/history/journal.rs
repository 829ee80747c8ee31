//! The tables of the journal.

use std::sync::LazyLock;

use crate::schema::{ColumnDef, ColumnType, Generated, IndexDef, Table, TableDef, Tables};

pub(crate) const TABLE: &str = "journal";
pub(crate) const HEADS: &str = "journal_heads";

/// The columns of the journal, in their order.
pub(crate) const COLUMNS: [&str; 11] = [
    "id",
    "time",
    "actor",
    "reason",
    "kind",
    "record_id",
    "previous_id",
    "archive_id",
    "content",
    "hash",
    "record_key",
];

pub(crate) const ID: usize = 0;
pub(crate) const RECORD_ID: usize = 5;
pub(crate) const HASH: usize = 9;
pub(crate) const RECORD_KEY: usize = 10;

/// Where heads have the names of their models.
pub(crate) const HEAD_MODEL: usize = 1;

fn column(name: &'static str, ty: ColumnType, nullable: bool) -> ColumnDef {
    ColumnDef {
        nullable,
        ..ColumnDef::new(name, ty)
    }
}

/// One row for each change.
pub(crate) fn table() -> Table {
    static DEF: LazyLock<TableDef> = LazyLock::new(|| {
        let columns = COLUMNS.iter().map(|&name| match name {
            "id" | "time" => column(name, ColumnType::Int64, false),
            "kind" => column(name, ColumnType::Int16, false),
            "record_key" => column(name, ColumnType::Int32, false),
            "content" | "hash" => column(name, ColumnType::Bytes, false),
            "record_id" => column(name, ColumnType::Text, false),
            _ => column(name, ColumnType::Text, true),
        });
        let mut table = TableDef::new(TABLE, columns.collect());
        table.model = "Journal".into();
        table.key = vec![ID].into();
        table.indexes = vec![IndexDef {
            name: None,
            // Of numbers, because an index of ids that come in no order would make every write slow.
            columns: vec![RECORD_KEY].into(),
            unique: false,
        }]
        .into();
        table
    });
    Table::Static(&DEF)
}

/// One row for each model: the number of the model, and the number and the hash of its newest row. It is locked by
/// whoever adds the next.
pub(crate) fn heads() -> Table {
    static DEF: LazyLock<TableDef> = LazyLock::new(|| {
        let mut number = column("number", ColumnType::Int64, false);
        number.generated = Generated::Increment;
        let mut model = column("model", ColumnType::Text, false);
        model.unique = true;
        let mut table = TableDef::new(
            HEADS,
            vec![
                number,
                model,
                column("sequence", ColumnType::Int64, false),
                column("hash", ColumnType::Bytes, false),
            ],
        );
        table.model = "JournalHead".into();
        table.key = vec![0].into();
        table
    });
    Table::Static(&DEF)
}

/// The tables of the journal, for `create_tables`. Models with history bring them along by themselves.
///
/// ```
/// # fn main() -> Result<(), sqloquent::Error> { pollster::block_on(async {
/// # use sqloquent::{Db, history::Journal};
/// # let db = Db::connect("sqlite::memory:").await?;
/// db.create_tables::<(Journal,)>().await?;
/// # Ok(()) }) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Journal;

impl Tables for Journal {
    fn tables() -> Vec<Table> {
        vec![table(), heads()]
    }
}
