//! From rows to models and back.
#![cfg(feature = "derive")]
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use sqloquent::{ErrorKind, FromRow, Model, OwnedRow, Value, ValueRef};

#[derive(Model, Clone, Debug, PartialEq)]
struct User {
    #[model(id)]
    id: i64,
    email: String,
    #[model(skip)]
    cache: Option<u8>,
    bio: Option<String>,
    age: u8,
}

#[derive(Model, Debug)]
struct Big {
    small: i8,
    big: u64,
}

fn row(values: Vec<Value>) -> OwnedRow {
    let names: Arc<[Box<str>]> = (0..values.len()).map(|i| format!("c{i}").into()).collect();
    OwnedRow::new(names, values).unwrap()
}

fn named(columns: &[(&str, Value)]) -> OwnedRow {
    let names: Arc<[Box<str>]> = columns.iter().map(|c| c.0.into()).collect();
    OwnedRow::new(names, columns.iter().map(|c| c.1.clone()).collect()).unwrap()
}

fn stored() -> Vec<Value> {
    vec![1.into(), "a@b".into(), Value::Null, 30.into()]
}

#[test]
fn values_and_decode_are_inverse() {
    let user = User::decode(&row(stored()), 0).unwrap();
    assert_eq!(
        (user.id, user.email.as_str(), user.bio.clone(), user.age),
        (1, "a@b", None, 30)
    );
    assert_eq!(user.values().unwrap(), stored());
    let mut shifted = vec![Value::Null, Value::Null];
    shifted.extend(stored());
    assert_eq!(User::decode(&row(shifted), 2).unwrap(), user);
}

#[test]
fn reading_errors_name_table_and_column() {
    let mut values = stored();
    values[3] = 256.into();
    let error = User::decode(&row(values), 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!((error.table(), error.column()), (Some("users"), Some("age")));
    let mut values = stored();
    values[1] = Value::Null;
    let error = User::decode(&row(values), 0).unwrap_err();
    assert!(error.to_string().contains("`Option`"), "{error}");
    assert!(User::decode(&row(stored()), 1).is_err());
}

#[test]
fn writing_errors_name_table_and_column() {
    let error = Big {
        small: 1,
        big: u64::MAX,
    }
    .values()
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert_eq!((error.table(), error.column()), (Some("bigs"), Some("big")));
}

#[test]
fn what_was_stored_replaces_columns_and_leaves_skipped_fields() {
    let mut user = User::decode(&row(stored()), 0).unwrap();
    user.cache = Some(7);
    let mut values = stored();
    values[0] = 2.into();
    values[3] = 31.into();
    user.absorb(User::decode(&row(values), 0).unwrap());
    assert_eq!((user.id, user.age, user.cache), (2, 31, Some(7)));
}

#[derive(Model)]
struct Droppable {
    line: String,
}

impl Drop for Droppable {
    fn drop(&mut self) {
        self.line.clear();
    }
}

#[test]
fn a_model_may_implement_drop() {
    let mut a = Droppable::new("a");
    a.absorb(Droppable::new("b"));
    assert_eq!(a.line, "b");
}

#[derive(FromRow, Debug, PartialEq)]
struct PerMonth {
    month: String,
    #[from_row(column = "count(*)")]
    n: i64,
    #[from_row(default = -1)]
    sum: i64,
    #[from_row(default)]
    label: Option<String>,
    #[from_row(skip)]
    seen: bool,
    r#type: u8,
}

#[derive(FromRow, Debug, PartialEq)]
struct Pair<A, B>
where
    A: sqloquent::SqlType + Send + 'static,
    B: sqloquent::SqlType + Send + 'static,
{
    a: A,
    b: B,
}

#[test]
fn columns_are_found_by_name() {
    let row = named(&[
        ("type", 3.into()),
        ("count(*)", 5.into()),
        ("month", "2020-01".into()),
    ]);
    let plan = PerMonth::plan(&row).unwrap();
    assert_eq!(
        PerMonth::from_row(&row, &plan).unwrap(),
        PerMonth {
            month: "2020-01".into(),
            n: 5,
            sum: -1,
            label: None,
            seen: false,
            r#type: 3
        }
    );
    let row = named(&[
        ("label", "x".into()),
        ("sum", 9.into()),
        ("type", 3.into()),
        ("count(*)", 5.into()),
        ("month", "2020-01".into()),
    ]);
    let plan = PerMonth::plan(&row).unwrap();
    let read = PerMonth::from_row(&row, &plan).unwrap();
    assert_eq!((read.sum, read.label.as_deref()), (9, Some("x")));
}

#[test]
fn a_missing_or_wrong_column_is_an_error_that_names_it() {
    let row = named(&[("month", "x".into()), ("type", 1.into())]);
    let error = PerMonth::plan(&row).unwrap_err();
    assert_eq!(
        (error.kind(), error.column()),
        (ErrorKind::UnknownColumn, Some("count(*)"))
    );
    let row = named(&[("a", "x".into()), ("b", Value::Null)]);
    let plan = Pair::<String, i64>::plan(&row).unwrap();
    let error = Pair::<String, i64>::from_row(&row, &plan).unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::Decode, Some("b")));
    let pair = Pair::<String, Option<i64>>::from_row(&row, &plan).unwrap();
    assert_eq!(
        pair,
        Pair {
            a: "x".into(),
            b: None
        }
    );
}

#[test]
fn a_row_of_too_few_columns_is_an_error() {
    let error = User::decode(&row(vec![1.into()]), 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(ValueRef::Null, Value::Null.as_ref());
}
