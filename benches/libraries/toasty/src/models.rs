//! The tables as models.

use harness::Sum;
use toasty::Deferred;

#[derive(Debug, toasty::Model)]
#[table = "people"]
pub struct Person {
    #[key]
    pub id: String,
    pub name: String,
    pub email: String,
    pub age: i64,
    pub score: f64,
    pub active: bool,
    pub bio: Option<String>,
}

#[derive(Debug, toasty::Model)]
#[table = "authors"]
pub struct Author {
    #[key]
    pub id: String,
    pub name: String,
    #[has_many]
    pub books: Deferred<Vec<Book>>,
}

#[derive(Debug, toasty::Model)]
#[table = "books"]
pub struct Book {
    #[key]
    pub id: String,
    #[index]
    pub author_id: String,
    #[belongs_to(key = author_id, references = id)]
    pub author: Deferred<Author>,
    #[index]
    pub publisher_id: String,
    pub title: String,
    pub pages: i64,
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
