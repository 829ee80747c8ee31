//! An enum is compared with text.
use sqloquent::{Expression as _, Model, Query, SqlType};

#[derive(SqlType)]
enum Status {
    Open,
}

#[derive(Model)]
struct Ticket {
    status: Status,
}

fn main() {
    let _ = Query::<Ticket>::new().filter(|t| t.status.eq("open"));
}
