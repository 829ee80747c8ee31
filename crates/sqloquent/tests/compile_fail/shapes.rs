//! What cannot be a model.
use sqloquent::Model;

#[derive(Model)]
struct Tuple(i64);

#[derive(Model)]
struct Unit;

#[derive(Model)]
enum Choice {
    A,
}

#[derive(Model)]
struct Generic<T> {
    id: T,
}

#[derive(Model)]
struct Nothing {
    #[model(skip)]
    a: i64,
}

fn main() {}
