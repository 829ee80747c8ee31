//! Attributes that contradict each other.
use sqloquent::Model;

#[derive(Model)]
struct Both {
    #[model(id, default = 3)]
    id: i64,
    #[model(version)]
    a: i64,
    #[model(version)]
    b: i64,
    #[model(version)]
    c: String,
    #[model(skip, unique)]
    d: i64,
    #[model(generated, default = 1)]
    e: i64,
    #[model(column = "a")]
    f: i64,
    #[model(unique, index)]
    g: i64,
    #[model(version, updated_at)]
    h: Option<String>,
    finish: i64,
}

#[derive(Model)]
#[model(id(a, b))]
struct Twice {
    #[model(id)]
    a: i64,
}

#[derive(Model)]
struct Nullable {
    #[model(id)]
    id: Option<i64>,
}

fn main() {}
