//! Random writes by every way there is, compared with plain maps; then one thing is changed past the library, and
//! verifying has to name it.

mod face;
mod oracle;
mod tamper;

use proptest::prelude::*;
use sqloquent::{DeletedRecord, Executor, block_on, history::ChangeKind, prelude::*};

use face::{Account, Decision, Dynamic, Face, Paper, Typed};
use oracle::{Entry, Oracle};

/// What a record holds besides its id. The note is no part of the hash.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub(crate) struct Row {
    pub name: String,
    pub n: i64,
    pub note: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum Op {
    Insert(i64, Row),
    InsertMany(Vec<(i64, Row)>),
    /// Of a record that is there: the columns that the bits say.
    Update(usize, Row, u8),
    Save(usize, Row),
    Delete(usize),
    /// The note of all rows of an `n`.
    SetNote(i64, Option<String>),
    /// All rows of an `n` get another.
    Move(i64, i64),
    DeleteWhere(i64),
    /// One of the deleted records.
    BringBack(usize),
    /// A record that ever was, and which of its versions.
    RestoreVersion(usize, usize),
    /// A transaction, and whether it is committed.
    Transaction(Vec<Op>, bool),
}

fn note() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        Just(Some("x".to_owned())),
        Just(Some("é, 'y'".to_owned()))
    ]
}

fn row() -> impl Strategy<Value = Row> {
    let name = prop_oneof![Just("a"), Just("b"), Just("c,d")];
    (name, 0i64..3, note()).prop_map(|(name, n, note)| Row {
        name: name.to_owned(),
        n,
        note,
    })
}

fn op() -> impl Strategy<Value = Op> {
    let key = 1i64..6;
    let single = prop_oneof![
        4 => (key.clone(), row()).prop_map(|(key, row)| Op::Insert(key, row)),
        1 => prop::collection::vec((key, row()), 0..4).prop_map(Op::InsertMany),
        4 => (0usize..9, row(), 1u8..8).prop_map(|(pick, row, columns)| Op::Update(pick, row, columns)),
        1 => (0usize..9, row()).prop_map(|(pick, row)| Op::Save(pick, row)),
        2 => (0usize..9).prop_map(Op::Delete),
        1 => (0i64..3, note()).prop_map(|(n, note)| Op::SetNote(n, note)),
        1 => (0i64..3, 0i64..3).prop_map(|(n, to)| Op::Move(n, to)),
        1 => (0i64..3).prop_map(Op::DeleteWhere),
        2 => (0usize..9).prop_map(Op::BringBack),
        2 => (0usize..9, 0usize..9).prop_map(|(pick, version)| Op::RestoreVersion(pick, version)),
    ]
    .boxed();
    let several = prop::collection::vec(single.clone(), 1..4);
    prop_oneof![
        8 => single,
        1 => (several, any::<bool>()).prop_map(|(ops, commit)| Op::Transaction(ops, commit)),
    ]
}

/// Does to the database what the oracle did, and gives back whether that worked.
async fn write<F: Face>(face: &F, db: &dyn Executor, known: &Oracle, op: &Op) -> Result<()> {
    match op {
        Op::Insert(key, row) => face.insert(db, &known.id(*key, row), row).await,
        Op::InsertMany(rows) => {
            let rows = rows.iter().map(|(key, row)| (known.id(*key, row), row.clone()));
            face.insert_many(db, rows.collect()).await
        }
        Op::Update(pick, row, columns) => match known.pick(*pick) {
            Some((id, stored)) => face.update(db, id, &oracle::updated(stored, row, *columns)).await,
            None => Ok(()),
        },
        Op::Save(pick, row) => match known.pick(*pick) {
            Some((id, _)) => face.save(db, id, row).await,
            None => Ok(()),
        },
        Op::Delete(pick) => match known.pick(*pick) {
            Some((id, _)) => face.delete(db, id).await,
            None => Ok(()),
        },
        Op::SetNote(n, note) => face.set_note(db, *n, note.as_deref()).await,
        Op::Move(n, to) => face.shift(db, *n, *to).await,
        Op::DeleteWhere(n) => face.delete_where(db, *n).await,
        Op::BringBack(pick) => match known.archive(*pick) {
            Some((id, row)) => {
                let archives = DeletedRecord::query()
                    .equal("record_id", id.as_str())
                    .get(db)
                    .await?;
                for archive in archives {
                    if face.archived(&archive)? == *row {
                        return face.bring_back(db, &archive).await;
                    }
                }
                panic!("there is no archive of {id} that holds {row:?}")
            }
            None => Ok(()),
        },
        Op::RestoreVersion(pick, version) => match known.version(*pick, *version) {
            Some((id, sequence)) => face.restore(db, &id, sequence).await,
            None => Ok(()),
        },
        Op::Transaction(..) => unreachable!("transactions are not nested"),
    }
}

/// The journal rows behind a number: kind, record and previous id, in their order.
async fn noted(db: &dyn Executor, after: usize) -> Result<Vec<(String, String, Option<String>)>> {
    // The only model is the first.
    let rows = Query::from_table("journal").greater("id", 1_000_000_000_000 + after as i64);
    let rows = rows.order_by("id", Asc).get(db).await?;
    rows.iter()
        .map(|row| {
            Ok((
                ChangeKind::from_number(row.read("kind")?).map_or_else(String::new, |k| k.name().to_owned()),
                row.read("record_id")?,
                row.read("previous_id")?,
            ))
        })
        .collect()
}

async fn run<F: Face>(face: &F, ops: &[Op], tampering: (usize, usize)) -> Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    face.create(&db).await?;
    let mut oracle = Oracle::new(face.is_hashed(), face.has_history());
    for op in ops {
        match op {
            Op::Transaction(several, commit) => {
                let tx = db.begin().await?;
                let mut within = oracle.clone();
                for op in several {
                    both(face, &tx, &mut within, op).await?;
                }
                if *commit {
                    tx.commit().await?;
                    oracle = within;
                } else {
                    tx.rollback().await?;
                }
            }
            op => both(face, &db, &mut oracle, op).await?,
        }
        assert_eq!(face.rows(&db).await?, oracle.rows(), "after {op:?}");
    }
    if face.is_hashed() {
        let mut archives = Vec::new();
        for archive in DeletedRecord::query().get(&db).await? {
            archives.push((archive.record_id.clone(), face.archived(&archive)?));
        }
        archives.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(archives, oracle.archives());
    }
    if face.has_history() {
        for id in oracle.ids() {
            compare(face, &db, &oracle, &id).await?;
        }
    }
    let report = face.verify(&db).await?;
    assert_eq!(report.total(), 0, "{report}");
    tamper::tamper(face, &db, &oracle, tampering).await
}

async fn both<F: Face>(face: &F, db: &dyn Executor, oracle: &mut Oracle, op: &Op) -> Result<()> {
    let before = oracle.clone();
    let expected = oracle.apply(op);
    let done = write(face, db, &before, op).await;
    assert_eq!(done.is_ok(), expected, "{op:?}: {done:?}");
    if let Err(error) = done {
        assert_eq!(error.kind(), ErrorKind::Unique, "{op:?}: {error}");
        *oracle = before;
    }
    if face.has_history() {
        oracle.adopt(noted(db, oracle.settled()).await?);
    }
    Ok(())
}

/// The history of a record, against the oracle's.
async fn compare<F: Face>(face: &F, db: &Db, oracle: &Oracle, id: &str) -> Result<()> {
    let history = face.history(db, id).await?;
    let expected = oracle.history(id);
    let entries: Vec<Entry> = history
        .entries()
        .iter()
        .map(|e| {
            Ok(Entry {
                sequence: e.sequence as usize,
                kind: e.kind.name(),
                id: e.record_id.clone(),
                previous: e.previous_id.clone(),
                row: face.row(&history.version(e.sequence)?),
            })
        })
        .collect::<Result<_>>()?;
    assert_eq!(entries, expected, "history of {id}");
    for sequence in 0..=oracle.settled() {
        let then = history.as_of(sequence as u64)?.map(|record| face.row(&record));
        let last = expected.iter().rfind(|e| e.sequence <= sequence);
        let known = last.filter(|e| e.leaves_record()).map(|e| e.row.clone());
        assert_eq!(then, known, "{id} as of {sequence}");
        // Where the record was never linked to another, it is what the whole table was then.
        if expected.iter().all(|e| e.id == id) {
            assert_eq!(then.as_ref(), oracle.table_as_of(sequence).get(id));
        }
    }
    for pair in expected.windows(2) {
        let [a, b] = pair else { continue };
        let columns: Vec<String> = history
            .diff(a.sequence as u64, b.sequence as u64)?
            .into_iter()
            .map(|d| d.column)
            .collect();
        let differs = [
            ("id", a.id != b.id),
            ("name", a.row.name != b.row.name),
            ("n", a.row.n != b.row.n),
            ("note", a.row.note != b.row.note),
        ];
        let known: Vec<&str> = differs.into_iter().filter(|d| d.1).map(|d| d.0).collect();
        assert_eq!(columns, known);
    }
    Ok(())
}

fn check<F: Face>(face: &F, ops: &[Op], tampering: (usize, usize)) {
    block_on(run(face, ops, tampering)).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn plain_models_with_history(ops in prop::collection::vec(op(), 1..20), t in (0usize..64, 0usize..64)) {
        check(&Typed::<Account>::new(), &ops, t);
    }

    #[test]
    fn hashed_models(ops in prop::collection::vec(op(), 1..20), t in (0usize..64, 0usize..64)) {
        check(&Typed::<Paper>::new(), &ops, t);
    }

    #[test]
    fn hashed_models_with_history(ops in prop::collection::vec(op(), 1..20), t in (0usize..64, 0usize..64)) {
        check(&Typed::<Decision>::new(), &ops, t);
    }

    #[test]
    fn dynamic_models_with_history(ops in prop::collection::vec(op(), 1..20), t in (0usize..64, 0usize..64)) {
        check(&Dynamic::plain(), &ops, t);
    }

    #[test]
    fn dynamic_hashed_models_with_history(ops in prop::collection::vec(op(), 1..20), t in (0usize..64, 0usize..64)) {
        check(&Dynamic::hashed(), &ops, t);
    }
}
