//! A foreign key to what is no model, and to a model whose key is not one column.
use sqloquent::Model;

struct Plain;

#[derive(Model)]
struct Log {
    line: String,
}

#[derive(Model)]
struct A {
    #[model(id)]
    id: i64,
    #[model(references = Plain)]
    plain: i64,
}

#[derive(Model)]
struct B {
    #[model(id)]
    id: i64,
    #[model(references = Log)]
    log: i64,
}

fn main() {}
