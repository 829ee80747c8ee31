//! The tables that belong to content-addressed records.

use std::sync::LazyLock;

use crate::{
    history,
    schema::{ColumnDef, ColumnType, Generated, IndexDef, Table, TableDef},
};

fn column(name: &'static str, ty: ColumnType) -> ColumnDef {
    ColumnDef {
        nullable: false,
        ..ColumnDef::new(name, ty)
    }
}

fn index(columns: &[usize]) -> IndexDef {
    IndexDef {
        name: None,
        columns: columns.to_vec().into(),
        unique: false,
    }
}

/// Where archives have the names of their models.
pub(crate) const ARCHIVED_MODEL: usize = 1;
/// Where archives have the ids of their records.
pub(crate) const ARCHIVED_ID: usize = 2;

/// Where a table of attachments has the model and the id of what they are attached to; none for any other table.
pub(crate) fn attached_to(table: &TableDef) -> Option<(usize, usize)> {
    if table.hashed.is_none() || !crate::schema::same_table(&table.name, "attachments") {
        return None;
    }
    let at = |name: &str| table.mapped().position(|def| def.name == name);
    Some((at("related_model")?, at("related_id")?))
}

/// Records that were deleted, or replaced by a newer version.
pub(crate) fn deleted_records() -> Table {
    static DEF: LazyLock<TableDef> = LazyLock::new(|| {
        let columns = vec![
            column("id", ColumnType::Text),
            column("model_class", ColumnType::Text),
            column("record_id", ColumnType::Text),
            column("record", ColumnType::Bytes),
            column("timestamp", ColumnType::Text),
        ];
        let mut table = TableDef::new("deleted_records", columns);
        table.model = "DeletedModel".into();
        table.key = vec![0].into();
        table.indexes = vec![index(&[2])].into();
        table
    });
    Table::Static(&DEF)
}

/// Which record came to be by a change of which.
pub(crate) fn record_versions() -> Table {
    static DEF: LazyLock<TableDef> = LazyLock::new(|| {
        let mut sequence = column("sequence", ColumnType::Int64);
        sequence.generated = Generated::Increment;
        let columns = vec![
            sequence,
            column("model_class", ColumnType::Text),
            column("record_id", ColumnType::Text),
            column("previous_id", ColumnType::Text),
            column("timestamp", ColumnType::Text),
        ];
        let mut table = TableDef::new("record_versions", columns);
        table.model = "RecordVersion".into();
        table.key = vec![0].into();
        table.indexes = vec![index(&[3]), index(&[2, 1, 0])].into();
        table
    });
    Table::Static(&DEF)
}

/// The tables that others cannot do without.
pub(crate) fn companions(tables: &[Table]) -> Vec<Table> {
    let hashed = tables.iter().any(|t| t.hashed.is_some());
    let mut own = Vec::new();
    if hashed {
        own.extend([deleted_records(), record_versions()]);
    }
    if tables.iter().any(|t| t.history) {
        own.extend([history::journal(), history::journal_heads()]);
    }
    own.retain(|companion| {
        !tables
            .iter()
            .any(|t| crate::schema::same_table(&t.name, &companion.name))
    });
    own
}
