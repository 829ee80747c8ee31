//! Models with history whose rows the engine would change by itself.
use sqloquent::{ContentId, Model};

#[derive(Model)]
#[model(history)]
struct Line {
    #[model(id)]
    id: i64,
    #[model(foreign_key = "accounts.id", on_delete = cascade)]
    account_id: i64,
    #[model(foreign_key = "users.id", on_delete = set_null, on_update = restrict)]
    user_id: Option<i64>,
    #[model(foreign_key = "places.id", on_delete = no_action, on_update = cascade)]
    place_id: i64,
}

#[derive(Model)]
#[model(hashed, history, exclude_from_hash = ["editor_id"])]
struct Page {
    #[model(id)]
    id: ContentId,
    #[model(foreign_key = "users.id", on_delete = set_null)]
    editor_id: Option<i64>,
}

fn main() {}
