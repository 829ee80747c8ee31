//! The tables and their rows: always the same.

/// The tables. Each library works on a copy of one file with them.
pub const SCHEMA: &str = "
create table people (
    id text primary key, name text not null, email text not null, age integer not null,
    score real not null, active integer not null, bio text);
create table authors (id text primary key, name text not null);
create table publishers (id text primary key, name text not null);
create table books (
    id text primary key, author_id text not null references authors (id),
    publisher_id text not null references publishers (id), title text not null, pages integer not null);
create index books_by_author on books (author_id);
create index books_by_publisher on books (publisher_id);
";

/// Books of each author.
pub const BOOKS_EACH: usize = 10;

/// Publishers, however many books there are.
pub const PUBLISHERS: usize = 100;

/// A row of seven columns before it belongs to any library.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub email: String,
    pub age: i64,
    pub score: f64,
    pub active: bool,
    pub bio: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Author {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug)]
pub struct Publisher {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug)]
pub struct Book {
    pub id: String,
    pub author_id: String,
    pub publisher_id: String,
    pub title: String,
    pub pages: i64,
}

/// The person of a number.
pub fn person(n: usize) -> Person {
    Person {
        id: id(n),
        name: format!("Person {n}"),
        email: format!("person{n}@example.org"),
        age: (n % 90) as i64,
        score: n as f64 / 7.0,
        active: !n.is_multiple_of(3),
        bio: n
            .is_multiple_of(2)
            .then(|| "some words about a person that are a little longer".to_owned()),
    }
}

/// The author of a number.
pub fn author(n: usize) -> Author {
    Author {
        id: id(n),
        name: format!("Author {n}"),
    }
}

/// The publisher of a number.
pub fn publisher(n: usize) -> Publisher {
    Publisher {
        id: id(n),
        name: format!("Publisher {n}"),
    }
}

/// The book of a number.
pub fn book(n: usize) -> Book {
    Book {
        id: id(n),
        author_id: id(n / BOOKS_EACH),
        publisher_id: id(n % PUBLISHERS),
        title: format!("Book {n}"),
        pages: (100 + n % 400) as i64,
    }
}

/// The id of a number: spread like a random one.
pub fn id(n: usize) -> String {
    let mut x = n as u64 ^ 0x9E37_79B9_7F4A_7C15;
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    format!("{:016x}{n:016x}", x ^ (x >> 31))
}

/// A sum over what a workload gave, in any order: equal for all libraries, or they did not do the same work.
///
/// It looks at every field, and costs nanoseconds a row, the same for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum(pub u64);

impl Sum {
    /// Adds a number: of rows, for example.
    pub fn add(&mut self, n: u64) {
        self.0 = self.0.wrapping_add(n);
    }

    /// Adds a person.
    #[expect(
        clippy::too_many_arguments,
        reason = "the columns of a row, which each library has in a type of its own"
    )]
    pub fn person(
        &mut self,
        id: &str,
        name: &str,
        email: &str,
        age: i64,
        score: f64,
        active: bool,
        bio: Option<&str>,
    ) {
        self.person_without_age(id, name, email, score, active, bio);
        self.add(age as u64);
    }

    /// Adds a person whose age other tasks change at the same time.
    pub fn person_without_age(
        &mut self,
        id: &str,
        name: &str,
        email: &str,
        score: f64,
        active: bool,
        bio: Option<&str>,
    ) {
        let texts = text(id) ^ text(name).rotate_left(8) ^ text(email).rotate_left(16);
        let bio = bio.map_or(7, |b| text(b) << 24);
        self.add(
            texts
                .wrapping_add(bio)
                .wrapping_add(score.to_bits() >> 20)
                .wrapping_add(u64::from(active) << 40),
        );
    }

    /// Adds an author of an eager load.
    pub fn author(&mut self, id: &str, name: &str) {
        self.add(text(id) ^ text(name).rotate_left(8));
    }

    /// Adds a book of an eager load.
    pub fn book(&mut self, id: &str, author_id: &str, publisher_id: &str, title: &str, pages: i64) {
        let texts = text(id) ^ text(author_id).rotate_left(8) ^ text(publisher_id).rotate_left(16);
        self.add((texts ^ text(title).rotate_left(24)).wrapping_add(pages as u64));
    }

    /// Adds a row of the join.
    pub fn joined(&mut self, title: &str, pages: i64, author: &str, publisher: &str) {
        let texts = text(title) ^ text(author).rotate_left(8) ^ text(publisher).rotate_left(16);
        self.add(texts.wrapping_add(pages as u64));
    }
}

/// Length and last letters.
fn text(s: &str) -> u64 {
    s.bytes()
        .rev()
        .take(4)
        .fold(s.len() as u64, |sum, byte| sum * 31 + u64::from(byte))
}
