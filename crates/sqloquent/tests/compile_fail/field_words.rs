//! Words of a field's attribute that are misspelt, doubled or wrong.
use sqloquent::Model;

#[derive(Model)]
struct Words {
    #[model(id)]
    id: i64,
    #[model(uniqe)]
    a: String,
    #[model(primary_key)]
    b: String,
    #[model(column = name)]
    c: String,
    #[model(unique = true)]
    d: String,
    #[model(unique, unique)]
    e: String,
    #[model(foreign_key = "users")]
    f: i64,
    #[model(foreign_key = "users.id", on_delete = cascad)]
    g: i64,
    #[model(on_delete = cascade)]
    h: i64,
    #[model]
    i: i64,
    #[model(id(chosen))]
    j: i64,
    #[model(zzz)]
    l: i64,
    #[model(default_sql)]
    k: i64,
}

fn main() {}
