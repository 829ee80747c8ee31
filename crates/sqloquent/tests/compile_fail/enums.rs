//! Enums and structs that cannot be the type of a column.
use sqloquent::SqlType;

#[derive(SqlType)]
enum Shape {
    Round(f64),
    Square,
}

#[derive(SqlType)]
#[sql(rename_all = "snakecase", ass = "integer")]
enum Status {
    #[sql(renam = "o")]
    Open,
    #[sql(rename = "Open")]
    Closed,
}

#[derive(SqlType)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(SqlType)]
struct Wrapper(std::thread::Thread);

fn main() {}
