//! A required column is not given to `new`, and `new` is not there when there are too many.
use sqloquent::Model;

#[derive(Model)]
struct Page {
    #[model(id)]
    id: String,
    title: String,
}

#[derive(Model)]
struct Wide {
    a: i64,
    b: i64,
    c: i64,
    d: i64,
}

fn main() {
    let _ = Page::new();
    let _ = Wide::new(1, 2, 3, 4);
}
