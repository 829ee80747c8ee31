//! An id of a type that nobody makes up.
use sqloquent::Model;

#[derive(Model)]
struct Flag {
    #[model(id)]
    id: bool,
    name: String,
}

fn main() {}
