//! Inserting many instances at once, whose values are taken out of them.
#![cfg(all(feature = "derive", feature = "sqlite"))]
#![allow(missing_docs, reason = "models of tests")]
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use proptest::{collection::vec, prelude::*};
use sqloquent::{Db, ErrorKind, Expression as _, Model, Result, SqlType, Value, ValueError, ValueRef};

#[derive(SqlType, Clone, Debug, PartialEq)]
pub struct Email(String);

/// Upper case in the database.
mod loud {
    use super::{Value, ValueError, ValueRef};

    pub(crate) const TYPE: sqloquent::ColumnType = sqloquent::ColumnType::Text;

    pub(crate) fn to_value(text: &str) -> std::result::Result<Value, ValueError> {
        Ok(Value::Text(text.to_ascii_uppercase()))
    }

    pub(crate) fn from_value(value: ValueRef<'_>) -> std::result::Result<String, ValueError> {
        match value {
            ValueRef::Text(text) => Ok(text.to_ascii_lowercase()),
            other => Err(ValueError::mismatch("text", other)),
        }
    }
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(timestamps)]
pub struct Account {
    #[model(id)]
    pub id: i64,
    pub email: Email,
    pub name: Option<String>,
    pub note: Box<str>,
    pub key: Vec<u8>,
    #[model(with = loud)]
    pub word: String,
    #[model(default_sql = "'none'")]
    pub plan: Option<String>,
    pub visits: u64,
    #[model(skip)]
    pub seen: Vec<String>,
}

fn accounts() -> impl Strategy<Value = Vec<Account>> {
    let texts = (
        "[a-z@]{0,8}",
        proptest::option::of(".{0,6}"),
        ".{0,30}",
        "[a-z]{0,5}",
    );
    let account = (
        texts,
        any::<Vec<u8>>(),
        any::<bool>(),
        any::<bool>(),
        any::<u32>(),
    );
    let account = account.prop_map(
        |((email, name, note, word), key, numbered, planned, visits)| Account {
            id: if numbered { i64::from(visits) + 1_000 } else { 0 },
            email: Email(email),
            name,
            note: note.into(),
            key,
            word,
            plan: planned.then(|| "big".to_owned()),
            visits: visits.into(),
            seen: Vec::new(),
        },
    );
    vec(account, 0..12).prop_filter("ids that are given twice", |all| {
        let mut ids: Vec<_> = all.iter().map(|a| a.id).filter(|id| *id != 0).collect();
        ids.sort_unstable();
        ids.windows(2).all(|two| two[0] != two[1])
    })
}

async fn empty() -> Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<(Account,)>().await?;
    Ok(db)
}

fn without_ids(accounts: &[Account]) -> Vec<Account> {
    let mut all = accounts.to_vec();
    // Numbers that the database counts depend on those that it has seen.
    all.iter_mut().for_each(|a| a.id = 0);
    all
}

proptest! {
    #[test]
    fn many_at_once_are_stored_like_each_by_itself(accounts in accounts()) {
        sqloquent::block_on(async {
            let (one_by_one, at_once, given_back) = (empty().await?, empty().await?, empty().await?);
            for account in accounts.clone() {
                account.insert(&one_by_one).await?;
            }
            let count = Account::insert_many(&at_once, accounts.clone()).await?;
            let returned = Account::insert_many_returning(&given_back, accounts.clone()).await?;
            assert_eq!(count, accounts.len() as u64);
            let all = async |db: &Db| Account::query().order(|a| a.id.asc()).get(db).await;
            let expected = all(&one_by_one).await?;
            assert_eq!(expected.len(), accounts.len());
            let numbered = accounts.iter().all(|a| a.id != 0) || accounts.iter().all(|a| a.id == 0);
            for db in [&at_once, &given_back] {
                let stored = all(db).await?;
                if numbered {
                    assert_eq!(&stored, &expected);
                }
                let sorted = |of: &[Account]| {
                    let mut texts: Vec<_> = without_ids(of).iter().map(|a| format!("{a:?}")).collect();
                    texts.sort();
                    texts
                };
                assert_eq!(sorted(&stored), sorted(&expected));
            }
            assert_eq!(without_ids(&returned), without_ids(&accounts));
            Ok::<_, sqloquent::Error>(())
        })
        .unwrap();
    }
}

fn account(visits: u64) -> Account {
    Account {
        id: 0,
        email: Email(format!("{visits}@example.org")),
        name: None,
        note: "".into(),
        key: Vec::new(),
        word: "word".to_owned(),
        plan: None,
        visits,
        seen: Vec::new(),
    }
}

#[test]
fn a_value_that_cannot_be_stored_is_told_with_its_column_and_nothing_is_stored() -> Result<()> {
    sqloquent::block_on(async {
        let db = empty().await?;
        let rows = [account(1), account(2), account(u64::MAX)];
        for error in [
            Account::insert_many(&db, rows.clone()).await.unwrap_err(),
            Account::insert_many_returning(&db, rows).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
            assert_eq!(
                (error.table(), error.column()),
                (Some("accounts"), Some("visits"))
            );
        }
        assert_eq!(Account::query().count(&db).await?, 0);
        assert_eq!(Account::insert_many(&db, []).await?, 0);
        Ok(())
    })
}
