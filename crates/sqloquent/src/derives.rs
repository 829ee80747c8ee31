//! The derive macros, with their documentation.

/// Makes a struct with named fields a model: a row of a table.
///
/// Every field is a column of the same name, nullable when it is an `Option`, unless an attribute says otherwise.
///
/// ```
/// use sqloquent::{Expression as _, Model, Query, SqlType};
///
/// #[derive(SqlType, Clone, Debug, PartialEq)]
/// #[sql(rename_all = "lowercase")]
/// enum Plan {
///     Free,
///     Paid,
/// }
///
/// #[derive(Model, Clone, Debug, PartialEq)]
/// #[model(timestamps, index(name, plan))]
/// struct User {
///     #[model(id)]
///     id: String,
///     #[model(unique)]
///     email: String,
///     name: String,
///     bio: Option<String>,
///     #[model(default = true)]
///     active: bool,
///     #[model(default = Plan::Free)]
///     plan: Plan,
/// }
///
/// #[derive(Model, Clone, Debug, PartialEq)]
/// #[model(table = "Posts")]
/// struct Post {
///     #[model(id, column = "PostId")]
///     id: i64,
///     #[model(references = User, on_delete = cascade)]
///     user_id: String,
///     title: String,
///     #[model(version)]
///     version: i64,
/// }
///
/// let ada = User::new("ada@example.org", "Ada");
/// assert_eq!((ada.id.len(), ada.active, ada.plan), (32, true, Plan::Free));
/// let post = Post::build().title("Notes").user_id(ada.id).finish();
/// assert_eq!(post.id, 0, "until the database has counted");
/// assert_eq!(User::table().name, "users");
/// let query = Query::<User>::new().filter(|u| u.plan.eq(Plan::Paid) & u.bio.not_null());
/// # let _ = query;
/// ```
///
/// # Attributes of the struct
///
/// | `#[model(…)]` | meaning |
/// |---|---|
/// | `table = "Users"` | The table, possibly `schema.table`. By default the struct's name in snake case and in the regular plural of English: `Category` is `categories`, `Box` is `boxes`, `Person` is `persons`. |
/// | `name = "Doc"` | What archives and attachments call the model; by default the struct's bare name. |
/// | `timestamps` | `created_at` is set at insert and `updated_at` at every write. The struct need not have the fields; the table has the columns. |
/// | `new = "create"` | Another name for `new`. |
/// | `new = false` | Neither `new` nor `build`. |
/// | `index(email, age)` | An index of one or more fields; `index(name = "by_age", age)` names it. |
/// | `unique(a, b)` | A unique index of several fields. |
/// | `id(a, b)` | The key, in another order than that of the fields. |
/// | `scope = path::to_fn` | A `fn(Query<Self>) -> Query<Self>` that narrows every query of the model; `unscoped` leaves it out. |
/// | `hashed` | The id is the hash of what the row holds: see [`content`](crate::content). The id field is a [`ContentId`](crate::ContentId) or a `String`. |
/// | `exclude_from_hash = ["note"]` | Fields that are no part of the hash: they can change without changing the id. |
/// | `history` | Every write leaves a row in the journal. |
/// | `crate = path` | Where `sqloquent` is found. |
///
/// # Attributes of fields
///
/// | `#[model(…)]` | meaning |
/// |---|---|
/// | `id` | The key; on several fields a composite one. A single id is made by `new` where it is text (a UUID as 32 hexadecimal digits) or a UUID, and counted by the database where it is an integer: 0 until stored. See [`IdType`](crate::model::IdType). |
/// | `id(given)` | The program chooses the id: `new` takes it. So it is for composite keys and for ids that are foreign keys. |
/// | `column = "Name"` | The name in the database. |
/// | `unique`, `index` | A unique index, an index of the field alone. |
/// | `default`, `default = expr` | What the field is when not given: the type's default, or the expression. A literal is the column's default in the database, too. |
/// | `default_sql = "…"` | The column's default in the database, as SQL; for rows that others write. |
/// | `generated` | The database computes it: never written. |
/// | `foreign_key = "users.id"` | A foreign key to a column. |
/// | `references = User` | A foreign key to another model's id. |
/// | `on_delete = cascade` | And `set_null`, `restrict`, `no_action` (as without), `set_default`: when the row pointed to is deleted. |
/// | `on_update = cascade` | The same for when its key changes. |
/// | `sql_type = "…"` | The SQL type in `create_tables`. |
/// | `version` | An integer that counts the row's changes; writing a stale instance is an error. |
/// | `created_at`, `updated_at` | The timestamps, when the fields are called otherwise. |
/// | `with = module` | Stored by the functions `module::to_value` and `module::from_value`, of type `module::TYPE`. |
/// | `skip` | No column; its type's default when a row is read. |
/// | `has_one`, `has_many` | On a [`Related`](crate::Related) field: the rows of the other model whose `user_id` is this `User`'s id. `has_many(key = author_id)` names another field, `key(a, b)` several, `owner_key = email` another field of this struct, `through = Post` a model between. |
/// | `belongs_to` | The row whose id is in `user_id`; `belongs_to(key = author_id)` names another field, `owner_key = email` another field of the other model. |
/// | `belongs_to_many(pivot = RoleUser)` | The rows that a row of the pivot joins to this one; `key` and `related_key` name the pivot's fields for this side and the other. |
///
/// # What it makes
///
/// Besides the implementation of [`Model`](trait@crate::Model):
///
/// - `UserColumns`, the typed columns that closures are handed.
/// - `User::build()`, which takes each column by its name and ends with `finish()`. A required column that is forgotten is
///   a compile error that names it. Required is what has no default, is not nullable and is made by nobody.
/// - `User::new(…)`, which takes the required columns in their order, where there are three at most; more are too easily
///   confused. A `String` is taken as `impl Into<String>`.
/// - `user.posts()` and `user.posts_mut()` for a relation field `posts`: the [`Relation`](crate::relation::Relation) of
///   the instance.
pub use sqloquent_derive::Model;

/// Reads a struct from the columns of a result by name, for results that are no model.
///
/// ```
/// use sqloquent::FromRow;
///
/// #[derive(FromRow, Debug)]
/// struct PerMonth {
///     month: String,
///     #[from_row(column = "count(*)")]
///     n: i64,
///     #[from_row(default)]
///     note: Option<String>,
/// }
/// ```
///
/// | `#[from_row(…)]` | meaning |
/// |---|---|
/// | `column = "…"` | The name in the result; by default the field's. |
/// | `default`, `default = expr` | What the field is when the result has no such column. Otherwise that is an error. |
/// | `skip` | Not read; its type's default. |
/// | `crate = path` | On the struct: where `sqloquent` is found. |
///
/// A column that is NULL needs an `Option`. Results can be read as tuples, too, by position.
pub use sqloquent_derive::FromRow;

/// Makes an enum of unit variants, or a struct of one field, the type of a column.
///
/// ```
/// use sqloquent::{SqlType, Value, ValueRef};
///
/// #[derive(SqlType, Clone, Copy, Debug, PartialEq)]
/// #[sql(rename_all = "snake_case")]
/// enum Status {
///     InProgress,
///     #[sql(rename = "finished")]
///     Done,
/// }
///
/// #[derive(SqlType, Clone, Copy, Debug, PartialEq)]
/// #[sql(as = "integer")]
/// enum Level {
///     Low = 1,
///     High = 10,
/// }
///
/// #[derive(SqlType, Clone, Debug, PartialEq)]
/// struct UserId(String);
///
/// assert_eq!(Status::InProgress.to_value(), Ok(Value::from("in_progress")));
/// assert_eq!(Level::from_value(ValueRef::Int(10)), Ok(Level::High));
/// assert!(Status::from_value(ValueRef::Text("lost")).is_err(), "lists the known ones");
/// ```
///
/// | `#[sql(…)]` | meaning |
/// |---|---|
/// | `rename_all = "snake_case"` | On an enum: how variants are written. Also `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE`. Without it, as in Rust. |
/// | `rename = "…"` | On a variant: how it is written. |
/// | `as = "integer"` | On an enum: stored as the discriminants. |
/// | `crate = path` | Where `sqloquent` is found. |
///
/// A newtype is stored as its field is, and has what its field's type has: text matching, sums, order, being made or
/// counted as an id. It compares with values of its own type, with those of its field and, where that is text, with
/// `&str`. An enum compares with its own values.
pub use sqloquent_derive::SqlType;
