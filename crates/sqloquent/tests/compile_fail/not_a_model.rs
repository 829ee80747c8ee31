//! The derive was forgotten.
use sqloquent::Query;

struct Plain {
    id: i64,
}

fn all<M: sqloquent::Model>() {}

fn main() {
    all::<Plain>();
    let _ = Query::<Plain>::new();
}
