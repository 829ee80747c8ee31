//! Names and values made to break out of where they are put.

use proptest::prelude::*;
use sqloquent::{ColumnDef, ColumnType, TableDef, prelude::*};

use crate::{Row, filled};

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "'",
        "\"",
        "`",
        ";",
        "--",
        "/*",
        "*/",
        "\0",
        "\\",
        "%",
        "_",
        "[",
        "]",
        "*",
        "?",
        "??",
        "$1",
        ":a",
        "@b",
        "\n",
        "😀",
        " or 1=1",
        "drop table canary",
        "id",
        "rows.",
        "(",
        ")",
        ",",
        "null",
        "\u{feff}",
    ]);
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

const CANARY: &str = "create table canary (word text); insert into canary values ('alive')";

async fn check(db: &Db, rows: &[Row]) -> Result<()> {
    let word: String = db.raw("select word from canary", ()).scalar().await?;
    assert_eq!(word, "alive");
    assert_eq!(Row::query().order(|r| r.id.asc()).get(db).await?, rows);
    Ok(())
}

/// The right number of rows, or a typed error.
fn at_most<T>(result: Result<Vec<T>>, rows: usize) {
    match result {
        Ok(found) => assert!(found.len() <= rows),
        Err(e) => assert_ne!(e.kind(), ErrorKind::Panic),
    }
}

async fn values(text: &str) -> Result<()> {
    let rows = [
        Row {
            id: 1,
            n: Some(1),
            t: Some(text.to_owned()),
        },
        Row {
            id: 2,
            n: None,
            t: None,
        },
    ];
    let db = filled(&rows).await?;
    db.execute_script(CANARY).await?;
    let one = Row::query();
    for query in [
        one.clone().equal("t", text),
        one.clone().same_as("t", text),
        one.clone().is_in("t", [text]),
        one.clone().is_in("t", vec![text; 20]),
        one.clone().greater_or_equal("t", text).less_or_equal("t", text),
        one.clone().starts_with("t", text),
        one.clone().contains("t", text),
        one.clone().ends_with("t", text),
        one.clone().starts_with_exact("t", text),
        one.clone().contains_exact("t", text),
        one.clone().ends_with_exact("t", text),
        one.clone().filter_raw("t = ?", (text,)),
        one.clone()
            .filter(|r| r.t.or_else(text).eq(text) & r.t.not_null()),
    ] {
        assert_eq!(query.count(&db).await?, 1, "{:?}", &text[..text.len().min(40)]);
    }
    for query in [
        one.clone().not_equal("t", text),
        one.clone().excludes("t", text),
        one.clone().not_in("t", [text]),
    ] {
        assert_eq!(query.count(&db).await?, 0);
    }
    at_most(one.clone().like("t", "?", text).get(&db).await, 1);
    at_most(one.clone().like("t", text, "x").get(&db).await, 2);
    assert_eq!(
        one.clone()
            .equal("id", 2)
            .update_columns(&db, [("t", text)])
            .await?,
        1
    );
    assert_eq!(one.clone().equal("t", text).count(&db).await?, 2);
    assert_eq!(
        one.equal("id", 2)
            .update(&db, |r| r.t.set(None::<String>))
            .await?,
        1
    );
    check(&db, &rows).await
}

async fn names(name: &'static str) -> Result<()> {
    let rows = [Row {
        id: 1,
        n: Some(1),
        t: None,
    }];
    let db = filled(&rows).await?;
    db.execute_script(CANARY).await?;
    // Both pieces together are a name that is meant; a change names columns of its one table only.
    let known = ["id", "rows.id"].contains(&name);
    let settable = name == "id";
    let one = Row::query;
    let errors = [
        one().equal(name, Null).get(&db).await.is_err(),
        one().order_by(name, Asc).get(&db).await.is_err(),
        one().group_by(name).get(&db).await.is_err(),
        one().select_columns([name]).get(&db).await.is_err(),
        one()
            .equal("id", 9)
            .update_columns(&db, [(name, 9)])
            .await
            .is_err(),
    ];
    assert_eq!(errors, [!known, !known, !known, !known, !settable], "{name:?}");
    let renamed = one().select_as(name, count_all()).get(&db).await;
    let aliased = one().join_as::<Row>(name, |(a, b)| a.id.eq(b.id)).get(&db).await;
    if name.contains('\0') {
        assert_eq!(renamed.unwrap_err().kind(), ErrorKind::InvalidQuery);
        assert_eq!(aliased.unwrap_err().kind(), ErrorKind::InvalidQuery);
    } else {
        assert_eq!(renamed?[0].read::<i64>(name)?, 1);
        assert_eq!(aliased?.len(), 1);
    }
    // A table and a column of that name.
    let mut table = TableDef::new(name, vec![ColumnDef::new(name, ColumnType::Text)]);
    table.indexes = vec![sqloquent::IndexDef {
        name: Some(name.into()),
        columns: vec![0].into(),
        unique: true,
    }]
    .into();
    table.indexes.to_mut()[0].name = Some(format!("{name} index").into());
    match db.create_table_defs([table]).await {
        Ok(()) => {
            let columns: Vec<String> = db
                .raw("select name from pragma_table_info(?)", (name,))
                .scalars()
                .await?;
            assert_eq!(columns, [name]);
        }
        Err(e) => assert!(name.contains(['\0', '.']) || known, "{e}"),
    }
    check(&db, &rows).await
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn values_stay_values(text in hostile()) {
        pollster::block_on(values(&text)).unwrap();
    }

    #[test]
    fn names_stay_names(name in hostile()) {
        pollster::block_on(names(name.leak())).unwrap();
    }

    /// Floats in long lists are written as text and must be read as the very same floats.
    #[test]
    fn floats_in_long_lists_are_the_same_floats(floats in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::SUBNORMAL, 17..40)) {
        #[derive(Model, Clone, Debug, PartialEq)]
        #[model(table = "floats")]
        struct Float {
            #[model(id)]
            id: i64,
            f: f64,
        }
        pollster::block_on(async {
            let db = Db::connect("sqlite::memory:").await?;
            db.create_tables::<Float>().await?;
            Float::insert_many(&db, floats.iter().map(|f| Float::new(*f))).await?;
            let found = Float::query().is_in("f", floats.clone()).count(&db).await?;
            assert_eq!(found, floats.len() as i64);
            Ok::<_, Error>(())
        }).unwrap();
    }
}

#[test]
fn a_megabyte_is_a_value_like_others() {
    for text in ["a".repeat(1 << 20), "%'\"\\_*[é".repeat(1 << 17)] {
        pollster::block_on(values(&text)).unwrap();
    }
}
