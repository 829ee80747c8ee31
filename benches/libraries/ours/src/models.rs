//! The tables as models.

use harness::Sum;
use sqloquent::{ContentId, prelude::*};

#[derive(Model, Clone, Debug)]
#[model(table = "people", new = false)]
pub struct Person {
    #[model(id)]
    pub id: String,
    pub name: String,
    pub email: String,
    pub age: i64,
    pub score: f64,
    pub active: bool,
    pub bio: Option<String>,
}

#[derive(Model, Clone, Debug)]
#[model(new = false)]
pub struct Author {
    #[model(id)]
    pub id: String,
    pub name: String,
    #[model(has_many)]
    pub books: Related<Vec<Book>>,
}

#[derive(Model, Clone, Debug)]
#[model(new = false)]
pub struct Publisher {
    #[model(id)]
    pub id: String,
    pub name: String,
}

#[derive(Model, Clone, Debug)]
#[model(new = false)]
pub struct Book {
    #[model(id)]
    pub id: String,
    #[model(references = Author, index)]
    pub author_id: String,
    #[model(references = Publisher, index)]
    pub publisher_id: String,
    pub title: String,
    pub pages: i64,
}

/// The same table, with relations.
#[derive(Model, Clone, Debug)]
#[model(table = "people", new = false)]
pub struct Owner {
    #[model(id)]
    pub id: String,
    pub name: String,
    pub email: String,
    pub age: i64,
    pub score: f64,
    pub active: bool,
    pub bio: Option<String>,
    #[model(has_many(key = author_id))]
    pub written: Related<Vec<Book>>,
    #[model(has_one(key = author_id))]
    pub first: Related<Option<Book>>,
    #[model(has_many(key = publisher_id))]
    pub published: Related<Vec<Book>>,
    #[model(has_one(key = publisher_id))]
    pub newest: Related<Option<Book>>,
    #[model(has_many(key = author_id))]
    pub read: Related<Vec<Book>>,
}

/// The same columns with content ids, or what is as long as one.
macro_rules! records {
    ($(#[$documentation:meta])* $name:ident $(, $word:ident)*) => {
        $(#[$documentation])*
        #[derive(Model, Clone, Debug)]
        #[model(new = false $(, $word)*)]
        pub struct $name {
            #[model(id)]
            pub id: ContentId,
            pub name: String,
            pub email: String,
            pub age: i64,
            pub score: f64,
            pub active: bool,
            pub bio: Option<String>,
        }

        impl From<harness::Person> for $name {
            fn from(p: harness::Person) -> Self {
                Self {
                    // Where ids are hashes, this one gives way to the hash when the record is stored.
                    id: long_id(&p.id),
                    name: p.name,
                    email: p.email,
                    age: p.age,
                    score: p.score,
                    active: p.active,
                    bio: p.bio,
                }
            }
        }
    };
}

records!(
    /// Nothing is kept of it.
    Plain
);
records!(
    /// The id is the hash of the other columns.
    Hashed,
    hashed
);
records!(
    /// Each change is noted in the journal.
    Noted,
    history
);
records!(
    /// Both.
    HashedNoted,
    hashed,
    history
);

/// As long as a content id.
pub fn long_id(id: &str) -> ContentId {
    let mut bytes = [0; 32];
    for (byte, letter) in bytes.iter_mut().zip(id.bytes()) {
        *byte = letter;
    }
    ContentId::from_bytes(bytes)
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

impl Owner {
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
