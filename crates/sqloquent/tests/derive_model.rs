//! What `#[derive(Model)]` makes.
#![allow(missing_docs, reason = "models of tests")]
use sqloquent::{Generated, Model};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(timestamps, index(email, age))]
pub struct User {
    #[model(id)]
    pub id: String,
    #[model(unique)]
    pub email: String,
    pub bio: Option<String>,
    #[model(default = true)]
    pub active: bool,
    #[model(default = 3)]
    pub age: i32,
}

#[test]
fn smoke() {
    let u = User::new("a@b");
    assert_eq!(u.id.len(), 32);
    let t = User::table();
    assert_eq!(t.name, "users");
    assert_eq!(t.columns.len(), 7);
    assert_eq!(t.columns[0].generated, Generated::No);
    let b = User::build().email("x").age(4).finish();
    assert_eq!(b.age, 4);
    assert_eq!(u.values().unwrap().len(), 5);
}
