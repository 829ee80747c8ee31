//! The tables, and the rows as structs.

use diesel::prelude::*;
use harness::Sum;

diesel::table! {
    people (id) {
        id -> Text,
        name -> Text,
        email -> Text,
        age -> BigInt,
        score -> Double,
        active -> Bool,
        bio -> Nullable<Text>,
    }
}

diesel::table! {
    authors (id) {
        id -> Text,
        name -> Text,
    }
}

diesel::table! {
    publishers (id) {
        id -> Text,
        name -> Text,
    }
}

diesel::table! {
    books (id) {
        id -> Text,
        author_id -> Text,
        publisher_id -> Text,
        title -> Text,
        pages -> BigInt,
    }
}

diesel::joinable!(books -> authors (author_id));
diesel::joinable!(books -> publishers (publisher_id));
diesel::allow_tables_to_appear_in_same_query!(authors, books, publishers);

// A `None` that stood for the column's default would keep the statement out of the cache.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = people, treat_none_as_default_value = false, check_for_backend(diesel::sqlite::Sqlite))]
pub struct Person {
    pub id: String,
    pub name: String,
    pub email: String,
    pub age: i64,
    pub score: f64,
    pub active: bool,
    pub bio: Option<String>,
}

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = authors, check_for_backend(diesel::sqlite::Sqlite))]
pub struct Author {
    pub id: String,
    pub name: String,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = books, belongs_to(Author), check_for_backend(diesel::sqlite::Sqlite))]
pub struct Book {
    pub id: String,
    pub author_id: String,
    pub publisher_id: String,
    pub title: String,
    pub pages: i64,
}

impl From<harness::Person> for Person {
    fn from(p: harness::Person) -> Self {
        Self {
            id: p.id,
            name: p.name,
            email: p.email,
            age: p.age,
            score: p.score,
            active: p.active,
            bio: p.bio,
        }
    }
}

impl Person {
    pub fn add_to(&self, sum: &mut Sum) {
        sum.person(
            &self.id,
            &self.name,
            &self.email,
            self.age,
            self.score,
            self.active,
            self.bio.as_deref(),
        );
    }
}
