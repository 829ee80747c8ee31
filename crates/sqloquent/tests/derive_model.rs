//! What `#[derive(Model)]` knows of tables.
#![cfg(feature = "derive")]
#![allow(missing_docs, reason = "models of tests")]

use sqloquent::{ColumnType, Generated, Model, OnChange, SqlType, Value, ValueError, ValueRef};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(
    timestamps,
    index(email, age),
    unique(name = "one_nick", nick, created_at),
    name = "Person"
)]
pub struct User {
    #[model(id)]
    pub id: String,
    #[model(unique)]
    pub email: String,
    pub bio: Option<String>,
    #[model(default = true)]
    pub active: bool,
    #[model(default = -3, sql_type = "SMALLINT")]
    pub age: i32,
    #[model(default = "o'nick", index)]
    pub nick: String,
    #[model(skip)]
    pub cache: Vec<u8>,
    #[model(default_sql = "random()")]
    pub lot: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "main.Posts", new = "create", timestamps)]
pub struct Post {
    #[model(id, column = "PostId")]
    pub id: i64,
    #[model(references = User, on_delete = cascade)]
    pub user_id: String,
    #[model(foreign_key = "main.Users.Email", on_delete = set_null, on_update = "restrict")]
    pub editor: Option<String>,
    pub r#type: String,
    #[model(version)]
    pub lock: i32,
    #[model(generated)]
    pub length: i64,
    pub created_at: String,
    pub updated_at: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(id(user, role))]
pub struct RoleUser {
    pub role: i64,
    pub note: Option<String>,
    pub user: String,
}

#[derive(Model, Debug, PartialEq)]
pub struct LogCategory {
    pub line: String,
    #[model(updated_at)]
    pub seen: Option<String>,
}

/// Seconds, stored in hundredths.
mod hundredths {
    use super::{Value, ValueError, ValueRef};

    pub(crate) const TYPE: sqloquent::ColumnType = sqloquent::ColumnType::Int64;

    pub(crate) fn to_value(seconds: &f64) -> Result<Value, ValueError> {
        if seconds.is_nan() {
            return Err(ValueError::new("not a number"));
        }
        Ok(Value::Int((seconds * 100.0) as i64))
    }

    pub(crate) fn from_value(value: ValueRef<'_>) -> Result<f64, ValueError> {
        match value {
            ValueRef::Int(v) => Ok(v as f64 / 100.0),
            other => Err(ValueError::mismatch("integer", other)),
        }
    }
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Lap {
    #[model(id(given))]
    pub number: i64,
    #[model(with = hundredths)]
    pub seconds: f64,
    #[model(id(given), skip)]
    #[cfg(any())]
    pub nothing: (),
}

#[test]
fn names_and_columns() {
    let table = User::table();
    assert_eq!((&*table.name, &*table.model), ("users", "Person"));
    let names: Vec<_> = table.columns.iter().map(|c| &*c.name).collect();
    assert_eq!(
        names,
        [
            "id",
            "email",
            "bio",
            "active",
            "age",
            "nick",
            "lot",
            "created_at",
            "updated_at"
        ]
    );
    assert_eq!(table.mapped().count(), 7);
    let types: Vec<_> = table.columns.iter().map(|c| (c.ty, c.nullable)).collect();
    assert_eq!(types[1], (ColumnType::Text, false));
    assert_eq!(types[2], (ColumnType::Text, true));
    assert_eq!(types[3], (ColumnType::Bool, false));
    assert_eq!(types[4], (ColumnType::Int32, false));
    assert_eq!(types[7], (ColumnType::Timestamp, false));
    assert!(table.columns[1].unique && !table.columns[2].unique);
    assert_eq!(table.columns[4].sql_type.as_deref(), Some("SMALLINT"));
    let defaults: Vec<_> = table.columns.iter().map(|c| c.default_sql.as_deref()).collect();
    assert_eq!(
        defaults[3..7],
        [Some("true"), Some("-3"), Some("'o''nick'"), Some("random()")]
    );
    assert_eq!(*table.key, [0]);
    assert_eq!(
        (table.created_at, table.updated_at, table.version),
        (Some(7), Some(8), None)
    );
    assert!(table.columns[7].hidden && table.columns[8].hidden && !table.columns[6].hidden);
}

#[test]
fn indexes() {
    let table = User::table();
    let indexes: Vec<_> = table
        .indexes
        .iter()
        .map(|i| (i.name.as_deref(), i.columns.to_vec(), i.unique))
        .collect();
    assert_eq!(
        indexes,
        [
            (None, vec![5], false),
            (None, vec![1, 4], false),
            (Some("one_nick"), vec![5, 7], true)
        ]
    );
}

#[test]
fn renamed_columns_foreign_keys_and_generated_ones() {
    let table = Post::table();
    assert_eq!(table.name, "main.Posts");
    assert_eq!(
        (&*table.columns[0].name, &*table.columns[0].field),
        ("PostId", "id")
    );
    assert_eq!(
        (&*table.columns[3].name, &*table.columns[3].field),
        ("type", "type")
    );
    assert_eq!(table.columns[0].generated, Generated::Increment);
    assert_eq!(table.columns[5].generated, Generated::Always);
    assert_eq!(
        (table.created_at, table.updated_at, table.version),
        (Some(6), Some(7), Some(4))
    );
    assert_eq!(table.columns.len(), 8);
    let [user, editor] = &*table.foreign_keys else {
        panic!("two foreign keys")
    };
    assert_eq!(
        (&*user.table, &*user.references, &*user.columns),
        ("users", &["id".into()][..], &[1][..])
    );
    assert_eq!(
        (user.on_delete, user.on_update),
        (OnChange::Cascade, OnChange::NoAction)
    );
    assert_eq!(
        (&*editor.table, &*editor.references),
        ("main.Users", &["Email".into()][..])
    );
    assert_eq!(
        (editor.on_delete, editor.on_update),
        (OnChange::SetNull, OnChange::Restrict)
    );
}

#[test]
fn keys() {
    let link = RoleUser::new(5, "u");
    assert_eq!(*RoleUser::table().key, [2, 0]);
    assert_eq!(link.id(), ("u".to_owned(), 5));
    assert_eq!(RoleUser::table().name, "role_users");
    let () = LogCategory::new("x").id();
    assert!(LogCategory::table().key.is_empty());
    assert_eq!(LogCategory::table().updated_at, Some(1));
    assert_eq!(LogCategory::table().name, "log_categories");
    assert_eq!(Lap::new(3, 1.5).id(), 3);
    assert_eq!(Lap::table().columns[0].generated, Generated::No);
}

#[test]
fn a_conversion_of_ones_own() {
    assert_eq!(Lap::table().columns[1].ty, ColumnType::Int64);
    let lap = Lap::new(1, 1.25);
    assert_eq!(lap.values().unwrap(), [Value::Int(1), Value::Int(125)]);
    let error = Lap::new(1, f64::NAN).values().unwrap_err();
    assert_eq!((error.table(), error.column()), (Some("laps"), Some("seconds")));
}

#[derive(Model, Debug)]
#[model(timestamps)]
pub struct Stamped {
    #[model(id)]
    pub id: i64,
    #[model(with = sqloquent::types::unix_seconds)]
    pub created_at: std::time::SystemTime,
    pub updated_at: sqloquent::UnixMillis<std::time::SystemTime>,
    #[model(with = sqloquent::types::unix_millis)]
    pub seen: Option<std::time::SystemTime>,
}

#[test]
fn timestamps_may_be_integers() {
    let stamped = Stamped::new();
    let values = stamped.values().unwrap();
    let (Value::Int(seconds), Value::Int(millis)) = (&values[1], &values[2]) else {
        panic!("{values:?}");
    };
    assert!(*seconds > 1_600_000_000 && millis / 1000 - seconds <= 1);
    assert_eq!(values[3], Value::Null);
    let table = Stamped::table();
    assert_eq!(
        (table.columns[1].ty, table.columns[3].nullable),
        (ColumnType::Int64, true)
    );
}

#[test]
fn defaults_of_new() {
    let user = User::new("ada@example.org", 9);
    assert_eq!(user.id.len(), 32);
    assert!(
        user.id
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    );
    assert_eq!(user.id.as_bytes()[12], b'4');
    assert_ne!(user.id, User::new("ada@example.org", 9).id);
    assert_eq!(
        (user.email.as_str(), user.bio.clone(), user.active),
        ("ada@example.org", None, true)
    );
    assert_eq!((user.age, user.nick.as_str(), user.lot), (-3, "o'nick", 9));
    let post = Post::create("u", "t");
    assert_eq!((post.id, post.lock, post.length), (0, 0, 0));
    assert_eq!((post.user_id.as_str(), post.r#type.as_str()), ("u", "t"));
    assert!(post.created_at.starts_with("20") && post.updated_at.is_none());
}

#[test]
fn the_builder_gives_columns_in_any_order() {
    let user = User::build()
        .lot(2)
        .bio(Some("b".to_owned()))
        .email("e")
        .id("chosen")
        .lot(3)
        .age(8)
        .finish();
    assert_eq!(
        (user.id.as_str(), user.email.as_str(), user.lot),
        ("chosen", "e", 3)
    );
    assert_eq!((user.bio.as_deref(), user.age, user.active), (Some("b"), 8, true));
    assert_eq!(format!("{:?}", User::build()), "UserBuilder");
    assert_eq!(Post::build().r#type("t").user_id("u").finish().r#type, "t");
}

#[test]
fn the_type_of_a_column_is_that_of_its_field() {
    assert_eq!(<String as SqlType>::TYPE, User::table().columns[0].ty);
    fn text<M>(_: sqloquent::Column<M, String>) {}
    fn number<M>(_: sqloquent::Column<M, i32>) {}
    let _ = sqloquent::Query::<User>::new().filter(|u| {
        text(u.email);
        number(u.age);
        sqloquent::Expression::eq(u.active, true)
    });
}
