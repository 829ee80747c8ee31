//! Every byte that a small database stores, flipped one after the other: verifying finds it, reading fails, or the
//! database refuses it. What is not covered by design is listed here, and nothing else may go unnoticed.

use std::collections::BTreeMap;

use sqloquent::{
    Attachment, ContentId,
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

/// Without history only its content is covered, also when it is deleted.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, exclude_from_hash = ["note"])]
pub struct Leaf {
    #[model(id)]
    pub id: ContentId,
    pub text: String,
    pub old: bool,
    pub note: Option<String>,
}

/// What nothing vouches for, by design: the model whose rows they are, none for all; table and column.
///
/// The numbers of rows of `record_versions` are good for nothing but their order, and that is looked at. Without history
/// nothing vouches for what is left out of the hash, nor for more of an archive than its content, nor for links between
/// versions.
const NOT_COVERED: [(Option<&str>, &str, &str); 9] = [
    (None, "record_versions", "sequence"),
    (Some("Leaf"), "leafs", "note"),
    (Some("Leaf"), "deleted_records", "record"),
    (Some("Leaf"), "deleted_records", "id"),
    (Some("Leaf"), "deleted_records", "timestamp"),
    (Some("Leaf"), "record_versions", "model_class"),
    (Some("Leaf"), "record_versions", "record_id"),
    (Some("Leaf"), "record_versions", "previous_id"),
    (Some("Leaf"), "record_versions", "timestamp"),
];
/// What is found, and is no damage: in the archive of a model without history a truth value, or the name of what is left
/// out of the hash, may be another form, and a model of another name may be one that was not named.
const NO_DAMAGE: [(Option<&str>, &str, &str); 2] = [
    (Some("Leaf"), "deleted_records", "record"),
    (Some("Leaf"), "deleted_records", "model_class"),
];

type All = (Doc, Account, Leaf, Attachment);

async fn made() -> Db {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.create_tables::<All>().await.unwrap();
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
    let mut attached = Attachment::of(&first).unwrap();
    attached.set_details(packify::Value::list(["k", "é"])).unwrap();
    attached.insert(&db).await.unwrap();
    let leaf = |text: &str| Leaf {
        note: Some("n".into()),
        ..Leaf::new(text, true)
    };
    let mut changed = leaf("one").insert(&db).await.unwrap();
    changed.update(&db, |l| l.text = "two".into()).await.unwrap();
    leaf("three")
        .insert(&db)
        .await
        .unwrap()
        .delete(&db)
        .await
        .unwrap();
    db
}

/// Whose the row is, where the table is one of several models.
async fn owner(db: &Db, table: &'static str, row_id: i64) -> String {
    match table {
        "leafs" => "Leaf".into(),
        "deleted_records" | "record_versions" => {
            let sql = format!("select model_class from {table} where rowid = {row_id}");
            db.with_rusqlite(move |raw| raw.query_row(&sql, (), |row| row.get(0)))
                .await
                .unwrap()
                .unwrap()
        }
        _ => String::new(),
    }
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

/// The cell with each of its bytes flipped in turn: the lowest bit, and in text also the highest, after which it is no
/// UTF-8.
fn flipped(cell: &Cell) -> Vec<Cell> {
    let bytes = |bytes: &[u8], mask: u8, make: &dyn Fn(Vec<u8>) -> Cell| -> Vec<Cell> {
        (0..bytes.len())
            .map(|at| {
                let mut changed = bytes.to_vec();
                changed[at] ^= mask;
                make(changed)
            })
            .collect()
    };
    match cell {
        Cell::Null => Vec::new(),
        Cell::Integer(n) => bytes(&n.to_be_bytes(), 1, &|b| {
            Cell::Integer(i64::from_be_bytes(b.try_into().unwrap()))
        }),
        Cell::Real(x) => bytes(&x.to_be_bytes(), 1, &|b| {
            Cell::Real(f64::from_be_bytes(b.try_into().unwrap()))
        }),
        Cell::Text(text) => [1, 0x80]
            .into_iter()
            .flat_map(|mask| bytes(text.as_bytes(), mask, &Cell::Blob))
            .collect(),
        Cell::Blob(blob) => bytes(blob, 1, &Cell::Blob),
    }
}

/// Writes bytes as text where the cell was text before.
async fn write(db: &Db, table: &'static str, row_id: i64, column: &str, cell: Cell, text: bool) -> bool {
    let value = if text { "cast(? as text)" } else { "?" };
    let sql = format!("update {table} set \"{column}\" = {value} where rowid = {row_id}");
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

type Flips = BTreeMap<(String, &'static str, String), usize>;

fn listed(flips: &Flips, by_design: &[(Option<&str>, &str, &str)]) {
    for (model, table, column) in flips.keys() {
        let is_that = |(of, in_table, cell): &(Option<&str>, &str, &str)| {
            of.is_none_or(|of| of == model) && in_table == table && cell == column
        };
        assert!(by_design.iter().any(is_that), "{table}.{column}: {flips:?}");
    }
}

#[tokio::test]
async fn every_flipped_byte_is_found_or_makes_reading_fail() {
    let db = made().await;
    let verify = || db.verify().tables::<All>().run();
    let before = verify().await.unwrap();
    assert_eq!(before.total(), 0, "{before}");
    let (mut missed, mut clean) = (Flips::new(), Flips::new());
    let (mut flips, mut found, mut failed, mut refused) = (0, 0, 0, 0);
    for table in [
        "docs",
        "accounts",
        "leafs",
        "attachments",
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
            let owner = owner(&db, table, row_id).await;
            let text = matches!(cell, Cell::Text(_));
            for other in flipped(&cell) {
                flips += 1;
                if !write(&db, table, row_id, &column, other.clone(), text).await {
                    refused += 1;
                    continue;
                }
                let cell_of = || (owner.clone(), table, column.clone());
                match verify().await {
                    Err(_) => failed += 1,
                    Ok(report) if !report.is_clean() => found += 1,
                    Ok(report) if report.total() > 0 => *clean.entry(cell_of()).or_default() += 1,
                    Ok(_) => *missed.entry(cell_of()).or_default() += 1,
                }
                let moved = moved(row_id, &other, column == row_id_column);
                assert!(write(&db, table, moved, &column, cell.clone(), false).await);
            }
        }
    }
    let sum = |flips: &Flips| flips.values().sum::<usize>();
    println!(
        "{flips} bytes flipped: {found} found by verify, {failed} made reading fail, {refused} refused by the \
         database; {} found and no damage: {clean:?}; {} not covered: {missed:?}",
        sum(&clean),
        sum(&missed)
    );
    assert_eq!(verify().await.unwrap().total(), 0);
    listed(&missed, &NOT_COVERED);
    listed(&clean, &NO_DAMAGE);
    // Of an archive nothing but the note, which is one byte, in each of the two.
    assert_eq!(missed[&("Leaf".into(), "deleted_records", "record".into())], 2);
    assert!(found > 4_000);
}
