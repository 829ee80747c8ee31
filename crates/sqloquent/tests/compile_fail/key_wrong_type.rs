//! A number as a key where the key is text.
use sqloquent::{Key, Model};

#[derive(Model)]
struct Page {
    #[model(id)]
    id: String,
}

fn find<M: Model, K>(_: K)
where
    M::Id: Key<K>,
{
}

fn main() {
    find::<Page, _>("a");
    find::<Page, _>(7);
}
