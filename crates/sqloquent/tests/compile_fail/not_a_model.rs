//! The derive was forgotten.
use sqloquent::Query;

struct Plain {
    id: i64,
}

fn main() {
    let _ = Query::<Plain>::new();
}
