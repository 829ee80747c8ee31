//! The table of seven columns that all workloads run on.

/// The table.
pub const SCHEMA: &str = "create table if not exists people (
    id text primary key, name text not null, email text not null, age integer not null,
    score real not null, active integer not null, bio text);
    create table if not exists pets (
    id integer primary key, people_id text not null, name text not null, age integer not null);
    create index if not exists pets_people on pets (people_id); ";

/// A child of a row: its number gives whose.
pub struct Pet {
    pub id: i64,
    pub people_id: String,
    pub name: String,
    pub age: i64,
}

/// The child of a number, where each row has so many.
pub fn pet(n: usize, children: usize) -> Pet {
    Pet { id: n as i64 + 1, people_id: id(n / children), name: format!("Pet {n}"), age: (n % 20) as i64 }
}

/// A row before it belongs to any library.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub email: String,
    pub age: i64,
    pub score: f64,
    pub active: bool,
    pub bio: Option<String>,
}

/// The row of a number: always the same.
pub fn person(n: usize) -> Person {
    Person {
        id: id(n),
        name: format!("Person {n}"),
        email: format!("person{n}@example.org"),
        age: (n % 90) as i64,
        score: n as f64 / 7.0,
        active: n % 3 != 0,
        bio: (n % 2 == 0).then(|| "some words about a person that are a little longer".to_owned()),
    }
}

/// The id of a number: spread like a random one, always the same.
pub fn id(n: usize) -> String {
    let mut x = n as u64 ^ 0x9E37_79B9_7F4A_7C15;
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    format!("{:016x}{n:016x}", x ^ (x >> 31))
}
