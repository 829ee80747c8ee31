//! What `#[derive(SqlType)]` makes of enums and newtypes.
#![cfg(feature = "derive")]
#![allow(missing_docs, reason = "types of tests")]

use sqloquent::{
    ColumnType, Expr, Expression as _, Generated, Model, Query, SqlType, Value, ValueRef, expr::BinaryOp,
    model::IdType,
};

#[derive(SqlType, Clone, Copy, Debug, PartialEq)]
#[sql(rename_all = "snake_case")]
enum Status {
    Open,
    InProgress,
    #[sql(rename = "done!")]
    Closed,
}

#[derive(SqlType, Clone, Copy, Debug, PartialEq)]
#[sql(as = "integer")]
enum Level {
    Low = -1,
    Middle,
    High = 10,
}

#[derive(SqlType, Clone, Debug, PartialEq)]
struct TicketId(i64);

#[derive(SqlType, Clone, Debug, PartialEq)]
struct Title {
    text: String,
}

#[derive(SqlType, Clone, Debug, PartialEq)]
struct Note(Option<String>);

#[derive(Model, Clone, Debug, PartialEq)]
struct Ticket {
    #[model(id)]
    id: TicketId,
    parent: Option<TicketId>,
    title: Title,
    #[model(default = Status::Open)]
    status: Status,
    level: Option<Level>,
}

fn operand(query: &Query<Ticket>) -> Expr {
    match query.tree().filter.last() {
        Some(Expr::Binary {
            op: BinaryOp::Eq,
            sides,
        }) => sides.1.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn enums_are_text_or_integers() {
    assert_eq!(Status::TYPE, ColumnType::Text);
    for (status, text) in [
        (Status::Open, "open"),
        (Status::InProgress, "in_progress"),
        (Status::Closed, "done!"),
    ] {
        assert_eq!(status.to_value(), Ok(Value::from(text)));
        assert_eq!(Status::from_value(ValueRef::Text(text)), Ok(status));
    }
    assert_eq!(Level::TYPE, ColumnType::Int64);
    for (level, number) in [(Level::Low, -1), (Level::Middle, 0), (Level::High, 10)] {
        assert_eq!(level.to_value(), Ok(Value::Int(number)));
        assert_eq!(Level::from_value(ValueRef::Int(number)), Ok(level));
    }
}

#[test]
fn unknown_variants_are_errors_that_list_the_known_ones() {
    let error = Status::from_value(ValueRef::Text("secret"))
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "expected `open`, `in_progress` or `done!`, found other text"
    );
    let error = Level::from_value(ValueRef::Int(7)).unwrap_err().to_string();
    assert_eq!(error, "expected -1, 0 or 10, found another integer");
    assert!(Status::from_value(ValueRef::Int(1)).is_err());
    assert!(Level::from_value(ValueRef::Text("1")).is_err());
    let error = Status::from_value(ValueRef::Null).unwrap_err().to_string();
    assert!(error.contains("`Option`"), "{error}");
}

#[test]
fn newtypes_are_what_they_wrap() {
    assert_eq!(TicketId::TYPE, ColumnType::Int64);
    assert_eq!(TicketId(7).to_value(), Ok(Value::Int(7)));
    assert_eq!(TicketId::GENERATED, Generated::Increment);
    assert_eq!(TicketId::unset(), TicketId(0));
    assert_eq!(
        Title::from_value(ValueRef::Text("x")),
        Ok(Title { text: "x".into() })
    );
    assert!(Title::from_value(ValueRef::Int(1)).is_err());
    const { assert!(Note::NULLABLE && !Title::NULLABLE) }
    assert_eq!(Note::from_value(ValueRef::Null), Ok(Note(None)));
}

#[test]
fn newtypes_and_enums_compare() {
    let own = TicketId(3);
    let seven = [
        operand(&Query::new().filter(|t: TicketColumns| t.id.eq(7))),
        operand(&Query::new().filter(|t: TicketColumns| t.id.eq(TicketId(7)))),
        operand(&Query::new().filter(|t: TicketColumns| t.parent.eq(TicketId(7)))),
        operand(&Query::new().filter(|t: TicketColumns| t.parent.eq(Some(TicketId(7))))),
        operand(&Query::new().filter(|t: TicketColumns| t.parent.eq(&TicketId(7)))),
        operand(&Query::new().filter(|t: TicketColumns| t.parent.eq(7_i64))),
    ];
    for operand in seven {
        assert!(matches!(operand, Expr::Value(Value::Int(7))), "{operand:?}");
    }
    for operand in [
        operand(&Query::new().filter(|t: TicketColumns| t.title.eq("a"))),
        operand(&Query::new().filter(|t: TicketColumns| t.title.eq("a".to_owned()))),
        operand(&Query::new().filter(|t: TicketColumns| t.title.eq(Title { text: "a".into() }))),
    ] {
        assert!(
            matches!(&operand, Expr::Value(Value::Text(t)) if t == "a"),
            "{operand:?}"
        );
    }
    let query = Query::<Ticket>::new()
        .filter(|t| t.id.eq(t.parent) & t.parent.eq(t.id) & t.parent.is_null() & t.id.is_in([&own]))
        .filter(|t| t.status.is_in([Status::Open, Status::Closed]) & t.level.eq(Level::High))
        .filter(|t| t.title.starts_with("x") & t.status.ne(&Status::Closed) & t.level.ne(None::<Level>));
    assert!(query.tree().mistake.is_none());
    let _ = Query::<Ticket>::new().select(|t| (t.id.max(), t.level.min(), t.id.sum()));
}

#[test]
fn a_newtype_of_a_counted_integer_is_counted() {
    let ticket = Ticket::new(Title { text: "t".into() });
    assert_eq!(ticket.id, TicketId(0));
    assert_eq!(ticket.status, Status::Open);
    assert_eq!(Ticket::table().columns[0].generated, Generated::Increment);
    assert_eq!(Ticket::table().columns[3].default_sql, None);
}

#[test]
fn derived_types_are_values_by_the_names_of_columns() {
    let id = TicketId(4);
    let query = Query::<Ticket>::new()
        .equal("status", Status::Open)
        .equal("id", &id)
        .equal("level", Some(Level::High))
        .not_equal("title", Title { text: "t".into() });
    assert!(query.tree().mistake.is_none());
}
