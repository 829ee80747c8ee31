//! The ids of records as the journal has them, and the numbers by which it finds them.

use sqloquent_core::Value;

use crate::schema::TableDef;

/// The id of a record as text, for the journal and in reports: the value as people write it; the values of a composite
/// key behind each other, with commas between them.
///
/// ```
/// use sqloquent::{ColumnDef, ColumnType, TableDef, Value, history::record_id};
///
/// let mut seats = TableDef::new(
///     "seats",
///     vec![ColumnDef::new("row", ColumnType::Text), ColumnDef::new("number", ColumnType::Int64)],
/// );
/// seats.key = vec![0, 1].into();
/// assert_eq!(record_id(&seats, &["A,1".to_owned().into(), 7.into()]), "A\\,1,7");
/// ```
#[must_use]
pub fn record_id(table: &TableDef, row: &[Value]) -> String {
    let value = |at: usize| row.get(at).unwrap_or(&Value::Null);
    match *table.key {
        [only] => match value(only) {
            Value::Text(text) => text.clone(),
            other => other.to_string(),
        },
        _ => {
            let mut id = String::new();
            for (i, &at) in table.key.iter().enumerate() {
                if i > 0 {
                    id.push(',');
                }
                // Each part can be told from the next.
                for c in value(at).to_string().chars() {
                    if matches!(c, ',' | '\\') {
                        id.push('\\');
                    }
                    id.push(c);
                }
            }
            id
        }
    }
}

/// A number of 32 bits made of the id, by which the journal is indexed: the same in every release. Ids may share one;
/// more bits would only make the index larger.
pub(crate) fn record_key(id: &str) -> i64 {
    // FNV-1a of 64 bits.
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let [.., a, b, c, d] = (hash ^ (hash >> 32)).to_be_bytes();
    i32::from_be_bytes([a, b, c, d]).into()
}
