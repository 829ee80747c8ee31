//! A field of a type that no column can have.
use sqloquent::Model;

struct Address;

#[derive(Model)]
struct Customer {
    #[model(id)]
    id: i64,
    address: Address,
}

fn main() {}
