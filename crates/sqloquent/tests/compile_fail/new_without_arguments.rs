//! A required column is not given to `new`.
use sqloquent::Model;

#[derive(Model)]
struct Page {
    #[model(id)]
    id: String,
    title: String,
}

fn main() {
    let _ = Page::new();
}
