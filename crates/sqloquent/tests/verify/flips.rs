//! Every byte that a small database stores, flipped one after the other: verifying finds it, reading fails, or the
//! database refuses it. What is not covered by design is listed here, and nothing else may go unnoticed.

use std::collections::BTreeMap;

use sqloquent::{
    ContentId,
    prelude::*,
    rusqlite::{self, types::Value as Cell},
};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, history, exclude_from_hash = ["note"])]
pub struct Doc {
    #[model(id)]
    pub id: ContentId,
    pub title: String,
    pub draft: bool,
    pub pages: i64,
    pub score: Option<f64>,
    pub body: Vec<u8>,
    pub note: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(history)]
pub struct Account {
    #[model(id)]
    pub id: i64,
    pub owner: String,
    pub cents: i64,
    pub changed_at: std::time::SystemTime,
}

/// What nothing vouches for, by design: the number of a row of `record_versions`. The order of the rows is looked at, and
/// the numbers are good for nothing else.
const NOT_COVERED: [(&str, &str); 1] = [("record_versions", "sequence")];

async fn made() -> Db {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.create_tables::<(Doc, Account)>().await.unwrap();
    let ada = db.as_actor("ada").because("it has to be");
    let doc = |title: &str, pages: i64| Doc {
        id: ContentId::UNSET,
        title: title.into(),
        draft: pages % 2 == 0,
        pages,
        score: (pages > 1).then_some(1.5),
        body: vec![0, 200, 7],
        note: (pages > 1).then(|| "n".to_owned()),
    };
    let mut first = doc("First", 1).insert(&ada).await.unwrap();
    doc("Second é", 2).insert(&db).await.unwrap();
    let gone = doc("Gone", 3).insert(&db).await.unwrap();
    first
        .update(&db.as_actor("bob"), |d| d.title = "Fi rst".into())
        .await
        .unwrap();
    first.update(&db, |d| d.note = Some("seen".into())).await.unwrap();
    first.update(&db, |d| d.pages = 9).await.unwrap();
    gone.delete(&ada).await.unwrap();
    let mut account = Account {
        changed_at: std::time::UNIX_EPOCH + std::time::Duration::from_micros(1_700_000_000_123_456),
        ..Account::new("grace", 100, std::time::UNIX_EPOCH)
    }
    .insert(&db)
    .await
    .unwrap();
    account.update(&ada, |a| a.cents = 250).await.unwrap();
    db
}

/// The cells of a table: row id, column, value.
async fn cells(db: &Db, table: &'static str) -> Vec<(i64, String, Cell)> {
    db.with_rusqlite(move |raw| {
        let mut statement = raw.prepare(&format!("select rowid, * from {table}")).unwrap();
        let names: Vec<String> = statement
            .column_names()
            .skip(1)
            .map(|n| (*n).to_owned())
            .collect();
        let rows = statement.query_map((), |row| {
            let row_id: i64 = row.get(0)?;
            let cells = names.iter().enumerate();
            cells
                .map(|(i, name)| Ok((row_id, name.clone(), row.get(i + 1)?)))
                .collect::<rusqlite::Result<Vec<_>>>()
        });
        rows.unwrap().flat_map(Result::unwrap).collect()
    })
    .await
    .unwrap()
}

/// The cell with each of its bytes flipped in turn.
fn flipped(cell: &Cell) -> Vec<Cell> {
    let bytes = |bytes: &[u8], make: &dyn Fn(Vec<u8>) -> Cell| -> Vec<Cell> {
        (0..bytes.len())
            .map(|at| {
                let mut changed = bytes.to_vec();
                changed[at] ^= 1;
                make(changed)
            })
            .collect()
    };
    match cell {
        Cell::Null => Vec::new(),
        Cell::Integer(n) => bytes(&n.to_be_bytes(), &|b| {
            Cell::Integer(i64::from_be_bytes(b.try_into().unwrap()))
        }),
        Cell::Real(x) => bytes(&x.to_be_bytes(), &|b| {
            Cell::Real(f64::from_be_bytes(b.try_into().unwrap()))
        }),
        Cell::Text(text) => bytes(text.as_bytes(), &|b| Cell::Text(String::from_utf8(b).unwrap())),
        Cell::Blob(blob) => bytes(blob, &Cell::Blob),
    }
}

async fn write(db: &Db, table: &'static str, row_id: i64, column: &str, cell: Cell) -> bool {
    let sql = format!("update {table} set \"{column}\" = ? where rowid = {row_id}");
    db.with_rusqlite(move |raw| raw.execute(&sql, [cell]).is_ok())
        .await
        .unwrap()
}

/// Where the row is once the cell was changed: changing a key that is the row id moves the row.
fn moved(row_id: i64, cell: &Cell, is_row_id: bool) -> i64 {
    match cell {
        Cell::Integer(n) if is_row_id => *n,
        _ => row_id,
    }
}

#[tokio::test]
async fn every_flipped_byte_is_found_or_makes_reading_fail() {
    let db = made().await;
    let verify = || db.verify().tables::<(Doc, Account)>().run();
    let before = verify().await.unwrap();
    assert_eq!(before.total(), 0, "{before}");
    let mut missed: BTreeMap<(String, String), usize> = BTreeMap::new();
    let (mut flips, mut found, mut failed, mut refused) = (0, 0, 0, 0);
    for table in [
        "docs",
        "accounts",
        "deleted_records",
        "record_versions",
        "journal",
        "journal_heads",
    ] {
        let row_id_column = match table {
            "accounts" => "id",
            "record_versions" => "sequence",
            "journal" => "id",
            "journal_heads" => "number",
            _ => "",
        };
        for (row_id, column, cell) in cells(&db, table).await {
            for other in flipped(&cell) {
                flips += 1;
                if !write(&db, table, row_id, &column, other.clone()).await {
                    refused += 1;
                    continue;
                }
                match verify().await {
                    Err(_) => failed += 1,
                    Ok(report) if report.total() > 0 => found += 1,
                    Ok(_) => *missed.entry((table.into(), column.clone())).or_default() += 1,
                }
                let moved = moved(row_id, &other, column == row_id_column);
                assert!(write(&db, table, moved, &column, cell.clone()).await);
            }
        }
    }
    let not_found: usize = missed.values().sum();
    println!(
        "{flips} bytes flipped: {found} found by verify, {failed} made reading fail, {refused} refused by the \
         database, {not_found} not covered: {missed:?}"
    );
    assert_eq!(verify().await.unwrap().total(), 0);
    for (table, column) in missed.keys() {
        assert!(
            NOT_COVERED.contains(&(table.as_str(), column.as_str())),
            "flips of {table}.{column} go unnoticed: {missed:?}"
        );
    }
    assert!(found > 1_000);
}
