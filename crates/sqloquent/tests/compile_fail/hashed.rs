//! Hashed models that contradict themselves.
use sqloquent::{ContentId, HashedModel as _, Model};

#[derive(Model)]
#[model(hashed)]
struct Keyless {
    text: String,
}

#[derive(Model)]
#[model(hashed)]
struct Composite {
    #[model(id)]
    a: ContentId,
    #[model(id)]
    b: ContentId,
}

#[derive(Model)]
#[model(hashed, exclude_from_hash = ["nota", "id", "note", "note"])]
struct Doc {
    #[model(id(given))]
    id: ContentId,
    note: String,
}

#[derive(Model)]
#[model(exclude_from_hash = ["note"])]
struct Plain {
    #[model(id)]
    id: i64,
    note: String,
}

#[derive(Model)]
#[model(hashed)]
struct Counted {
    #[model(id)]
    id: i64,
    note: String,
}

fn main() {
    let _ = Plain::new("x").content_id();
}
