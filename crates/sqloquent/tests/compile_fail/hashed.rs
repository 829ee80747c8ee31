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

#[derive(Model)]
#[model(hashed, exclude_from_hash = ["editor_id"])]
struct Page {
    #[model(id)]
    id: ContentId,
    #[model(foreign_key = "docs.id", on_delete = cascade)]
    a: ContentId,
    #[model(foreign_key = "docs.id", on_delete = set_null)]
    b: Option<ContentId>,
    #[model(foreign_key = "docs.id", on_delete = restrict, on_update = cascade)]
    c: ContentId,
    #[model(foreign_key = "users.id", on_delete = set_null, on_update = cascade)]
    editor_id: Option<i64>,
}

fn main() {
    let _ = Plain::new("x").content_id();
}
