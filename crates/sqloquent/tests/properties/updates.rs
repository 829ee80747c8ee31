//! Many rows updated by one call, compared with the same updates one by one by query.

use proptest::prelude::*;
use sqloquent::{DynamicModel, Value, prelude::*};

use crate::{Row, filled, numbers, rows, texts};

/// A key, and what its row gets.
type Update = (i64, (Option<i64>, Option<String>));

/// Keys, some of which are missing and some repeated, each with values.
fn updates() -> impl Strategy<Value = Vec<Update>> {
    prop::collection::vec((0i64..14, (numbers(), texts())), 0..40)
}

async fn all(db: &Db) -> Result<Vec<Row>> {
    Row::query().order_by("id", Asc).get(db).await
}

/// A constraint that some of the updates break: of two rows with a number, no two have the same text.
const UNIQUE: &str = "create unique index twins on rows (t) where n > 0";

async fn one_by_one(db: &Db, updates: &[Update]) -> Result<u64> {
    let tx = db.begin().await?;
    let mut changed = 0;
    for (id, (n, t)) in updates {
        let row = Row::query().equal("id", *id);
        changed += row.update(&tx, |r| [r.n.set(*n), r.t.set(t.as_deref())]).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

fn dynamic() -> DynamicModel {
    DynamicModel::new("rows", ["id", "n", "t"])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn each_row_is_updated_as_by_a_query(
        rows in rows(),
        updates in updates(),
        constrained in any::<bool>(),
        hooked in any::<bool>(),
        inside in any::<bool>(),
        by_name in any::<bool>(),
    ) {
        pollster::block_on(async {
            let oracle = filled(&rows).await?;
            let db = filled(&rows).await?;
            if constrained && oracle.execute_script(UNIQUE).await.is_ok() {
                db.execute_script(UNIQUE).await?;
            }
            let expected = one_by_one(&oracle, &updates).await;
            if hooked {
                db.hooks().on_table_sync("rows", Event::AfterUpdate, |_| Ok(()));
            }
            let tx = if inside { Some(db.begin().await?) } else { None };
            let on: &dyn Executor = match &tx {
                Some(tx) => tx,
                None => &db,
            };
            let found = if by_name {
                let values = |(id, (n, t)): &Update| {
                    (*id, vec![t.as_deref().map_or(Value::Null, Value::from), n.map_or(Value::Null, Value::from)])
                };
                dynamic().update_each(on, ["t", "n"], updates.iter().map(values)).await
            } else {
                let updates = updates.iter().map(|(id, (n, t))| (id, (*n, t.as_deref())));
                Row::update_each(on, |r| (r.n, r.t), updates).await
            };
            // The transaction goes on, whether or not it failed.
            if let Some(tx) = tx {
                tx.commit().await?;
            }
            match (expected, found) {
                (Ok(expected), Ok(found)) => assert_eq!(found, expected),
                (Err(expected), Err(found)) => {
                    assert_eq!((found.kind(), found.table(), found.column()), (expected.kind(), expected.table(), expected.column()));
                    assert_eq!(all(&db).await?, rows.clone());
                }
                (expected, found) => panic!("{expected:?} one by one, {found:?} at once"),
            }
            assert_eq!(all(&db).await?, all(&oracle).await?);
            Ok::<_, Error>(())
        }).unwrap();
    }
}
