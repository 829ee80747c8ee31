//! Records as rows of queries.

use sqloquent_core::{Result, RowAccess};

use super::DynamicColumns;
use crate::{
    expr::Slot,
    query::{Select, Shape},
    record::{JoinedRecord, Record},
    schema::{Table, TableDef},
};

/// The columns of a table of which nothing is known.
fn unknown(slot: Slot) -> DynamicColumns {
    let table = TableDef::new("", Vec::new());
    DynamicColumns::of(&Select::at(slot, Table::Shared(table.into())))
}

macro_rules! shapes {
    ($($t:ty: $decode:expr;)+) => {$(
        impl Shape for $t {
            type Columns = DynamicColumns;
            type Optional = Self;
            const TABLES: u16 = 1;

            fn columns(slot: Slot) -> DynamicColumns {
                unknown(slot)
            }

            fn columns_of(select: &Select) -> DynamicColumns {
                DynamicColumns::of(select)
            }

            fn decode(row: &dyn RowAccess, offset: &mut usize) -> Result<Self> {
                let rest = Record::rest(row, *offset)?;
                *offset = row.column_count();
                Ok($decode(rest))
            }
        }
    )+};
}

shapes! {
    Record: |record| record;
    JoinedRecord: |record| JoinedRecord::single(String::new(), record);
}
