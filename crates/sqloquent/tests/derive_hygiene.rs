//! The derives in places that are hard on macros, under all lints.
#![cfg(feature = "derive")]
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    rust_2018_idioms,
    unused,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
#![allow(clippy::panic_in_result_fn, reason = "tests")]

/// A module in which the usual names mean something else.
pub mod bare {
    /// Shadows what a careless macro would use.
    #[derive(::std::fmt::Debug)]
    pub struct Option;
    /// As well.
    #[derive(::std::fmt::Debug)]
    pub struct Result;
    /// As well.
    #[derive(::std::fmt::Debug)]
    pub struct Vec;
    /// As well.
    #[derive(::std::fmt::Debug)]
    pub struct String;

    /// With fields that are called like the parameters of generated functions.
    #[derive(::sqloquent::Model, ::std::fmt::Debug)]
    #[model(index(slot, values), timestamps)]
    pub struct Clash {
        /// A field.
        #[model(id)]
        pub row: ::std::string::String,
        /// A field.
        pub offset: i64,
        /// A field.
        pub self_: ::std::option::Option<i64>,
        /// A field.
        #[model(default = 1)]
        pub slot: i64,
        /// A field.
        #[model(default = "x")]
        pub values: ::std::string::String,
        /// A field.
        #[model(foreign_key = "tables.id")]
        pub table: i64,
        /// A field.
        pub r#type: bool,
        /// A field.
        #[model(default)]
        pub parts: i64,
        /// A field.
        #[model(default)]
        pub value: i64,
        /// A field.
        #[model(skip)]
        pub state: u8,
    }

    /// A state.
    #[derive(::sqloquent::SqlType, ::std::fmt::Debug, ::std::clone::Clone)]
    #[sql(as = "integer")]
    pub enum State {
        /// A variant.
        Ok,
        /// A variant.
        Err = 4,
    }

    /// A name.
    #[derive(::sqloquent::SqlType, ::std::fmt::Debug, ::std::clone::Clone)]
    #[sql(rename_all = "kebab-case")]
    pub enum Name {
        /// A variant.
        None,
        /// A variant.
        SomeThing,
    }

    /// An id.
    #[derive(::sqloquent::SqlType, ::std::fmt::Debug, ::std::clone::Clone)]
    pub struct Id(pub ::std::string::String);

    /// A result.
    #[derive(::sqloquent::FromRow, ::std::fmt::Debug)]
    pub struct Answer {
        /// A field.
        pub row: i64,
        /// A field.
        #[from_row(default)]
        pub plan: i64,
    }
}

/// Under another name of the crate.
pub mod renamed {
    use sqloquent as orm;

    /// A model.
    #[derive(orm::Model, Debug)]
    #[model(crate = orm, scope = visible)]
    pub struct Thing {
        /// A field.
        #[model(id)]
        pub id: i64,
        /// A field.
        pub kind: Kind,
        hidden: Secret,
    }

    fn visible(query: orm::Query<Thing>) -> orm::Query<Thing> {
        query.not_null("kind")
    }

    /// A kind.
    #[derive(orm::SqlType, Debug, Clone, Copy)]
    #[sql(crate = "orm")]
    pub enum Kind {
        /// A variant.
        Plain,
    }

    #[derive(orm::SqlType, Debug, Clone)]
    #[sql(crate = orm)]
    struct Secret(String);

    /// An instance.
    #[must_use]
    pub fn thing() -> Thing {
        Thing::new(Kind::Plain, Secret("s".to_owned()))
    }
}

/// Models that other macros write.
pub mod written {
    macro_rules! model {
        ($name:ident, $key:ident: $id:ty, $($field:ident: $t:ty = $default:expr),*) => {
            /// A model.
            #[derive(::sqloquent::Model, ::std::fmt::Debug)]
            pub struct $name {
                /// A field.
                #[model(id)]
                pub $key: $id,
                /// A field.
                #[model(references = crate::renamed::Thing)]
                pub thing: $id,
                $(
                    /// A field.
                    #[model(default = $default)]
                    pub $field: $t,
                )*
            }
        };
    }

    model!(Written, row: i64, offset: Option<i64> = Some(2), values: f64 = 0.5, label: String = "l");
}

#[test]
fn macros_may_write_models() {
    use sqloquent::Model as _;
    let written = written::Written::new(4);
    let stored = written.values().unwrap();
    assert_eq!(stored[2..], [2.into(), 0.5.into(), "l".into()]);
    assert_eq!((written.id(), written.thing), (0, 4));
    assert_eq!(
        written::Written::table().columns[4].default_sql.as_deref(),
        Some("'l'")
    );
}

#[test]
fn fields_may_be_called_anything() {
    use sqloquent::{Expression as _, Model as _};
    let clash = bare::Clash::new(3, 1, true);
    assert_eq!((clash.slot, clash.values.as_str(), clash.self_), (1, "x", None));
    let stored = clash.values().unwrap();
    assert_eq!(stored.len(), 9);
    let built = bare::Clash::build()
        .table(1)
        .r#type(true)
        .offset(2)
        .values("v")
        .finish();
    assert_eq!((built.values.as_str(), built.offset), ("v", 2));
    let query = sqloquent::Query::<bare::Clash>::new()
        .filter(|c| c.row.eq("x") & c.slot.gt(1) & c.offset.lt(c.table) & c.r#type.eq(true));
    assert!(query.tree().mistake.is_none());
}

#[test]
fn the_crate_may_be_called_anything() {
    assert_eq!(renamed::thing().id, 0);
    let query = sqloquent::Query::<renamed::Thing>::new();
    assert_eq!(query.tree().filter.len(), 1, "the scope narrows every query");
    assert_eq!(
        sqloquent::Query::<renamed::Thing>::unscoped().tree().filter.len(),
        0
    );
}

#[test]
fn models_may_live_in_functions() {
    use sqloquent::{FromRow, Model, SqlType};

    #[derive(Debug, Model)]
    struct Local {
        #[model(id)]
        id: i64,
        kind: Kind,
        name: Name,
    }
    #[derive(Debug, SqlType, Clone, PartialEq, Eq)]
    enum Kind {
        A,
    }
    #[derive(Debug, SqlType, Clone, PartialEq, Eq)]
    struct Name(String);
    #[derive(Debug, FromRow)]
    struct Answer {
        n: i64,
    }

    let local = Local::new(Kind::A, Name("n".to_owned()));
    assert_eq!(
        (local.id, local.kind, local.name),
        (0, Kind::A, Name("n".to_owned()))
    );
    assert_eq!(Local::table().name, "locals");
    assert_eq!(Answer { n: 1 }.n, 1);
}

/// Another module.
pub mod twice {
    /// The same name in another place is another model.
    #[derive(Debug, sqloquent::Model)]
    #[model(table = "other", new = false)]
    pub struct Thing {
        /// A field that only a builder would mind.
        pub finish: i64,
    }
}

#[test]
fn same_names_are_different_models() {
    use sqloquent::Model as _;
    assert_ne!(renamed::Thing::table().name, twice::Thing::table().name);
    assert_eq!(twice::Thing { finish: 1 }.values().unwrap().len(), 1);
}
