//! Defaults and skipped fields of the wrong types.
use sqloquent::Model;

struct Cache;

#[derive(Model)]
struct Settings {
    #[model(id)]
    id: i64,
    #[model(default = "three")]
    count: i64,
    #[model(default = 0)]
    ratio: f64,
    #[model(skip)]
    cache: Cache,
}

fn main() {}
