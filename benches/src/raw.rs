//! Raw rusqlite on the calling thread, with cached statements: the limit.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};

use crate::{
    row::{Person, Pet, SCHEMA, id, person, pet},
    workload::{CHILDREN, Kind, Library, rows_for},
};

pub struct Raw {
    autocheckpoint: bool,
    folder: tempfile::TempDir,
    connection: Connection,
    inserted: usize,
}

const INSERT: &str = "insert into people (id, name, email, age, score, active, bio) values (?,?,?,?,?,?,?)";
const PETS: &str =
    "select id, people_id, name, age from pets where people_id in (select value from json_each(?))";
const COLUMNS: &str = "select id, name, email, age, score, active, bio from people";

impl Raw {
    pub fn new(autocheckpoint: bool) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self {
            autocheckpoint,
            folder: tempfile::tempdir()?,
            connection: Connection::open_in_memory()?,
            inserted: 0,
        })
    }

    fn insert(&self, p: &Person) -> rusqlite::Result<usize> {
        self.connection.prepare_cached(INSERT)?.execute(params![
            p.id, p.name, p.email, p.age, p.score, p.active, p.bio
        ])
    }
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        age: row.get(3)?,
        score: row.get(4)?,
        active: row.get(5)?,
        bio: row.get(6)?,
    })
}

impl Library for Raw {
    fn name(&self) -> &'static str {
        if self.autocheckpoint { "raw rusqlite" } else { "raw, no autocheckpoint" }
    }

    fn prepare(&mut self, kind: Kind, size: usize) -> Result<(), Box<dyn std::error::Error>> {
        let c = Connection::open(self.folder.path().join(format!("{}.db", kind as u8)))?;
        c.execute_batch("pragma journal_mode=wal; pragma synchronous=normal; pragma foreign_keys=on; pragma temp_store=memory")?;
        if !self.autocheckpoint {
            c.execute_batch("pragma wal_autocheckpoint=0")?;
        }
        c.set_prepared_statement_cache_capacity(256);
        c.execute_batch(SCHEMA)?;
        self.connection = c;
        self.connection.execute_batch("begin")?;
        for n in 0..rows_for(kind, size) {
            self.insert(&person(n))?;
        }
        if kind == Kind::EagerLoad {
            for p in (0..size * CHILDREN).map(|n| pet(n, CHILDREN)) {
                let sql = "insert into pets (id, people_id, name, age) values (?,?,?,?)";
                self.connection.prepare_cached(sql)?.execute(params![p.id, p.people_id, p.name, p.age])?;
            }
        }
        self.connection.execute_batch("commit; pragma wal_checkpoint(truncate)")?;
        Ok(())
    }

    fn run(&mut self, kind: Kind, size: usize) -> Result<(Duration, u64), Box<dyn std::error::Error>> {
        let c = &self.connection;
        let mut sum = 0_u64;
        let start;
        match kind {
            Kind::FindById => {
                let ids: Vec<_> = (0..size).map(id).collect();
                start = Instant::now();
                for id in &ids {
                    let p = c.prepare_cached(find_text())?.query_row([id], read)?;
                    sum += p.name.len() as u64;
                }
            }
            Kind::CountFiltered => {
                start = Instant::now();
                for n in 0..size {
                    let count: i64 = c
                        .prepare_cached("select count(*) from people where age = ?")?
                        .query_row([(n % 90) as i64], |r| r.get(0))?;
                    sum += count as u64;
                }
            }
            Kind::EagerLoad => {
                start = Instant::now();
                c.execute_batch("begin")?;
                let people: Vec<Person> =
                    c.prepare_cached(COLUMNS)?.query_map([], read)?.collect::<Result<_, _>>()?;
                let mut ids = String::with_capacity(people.len() * 35 + 2);
                ids.push('[');
                for (i, p) in people.iter().enumerate() {
                    ids.push_str(if i > 0 { ",\"" } else { "\"" });
                    ids.push_str(&p.id);
                    ids.push('"');
                }
                ids.push(']');
                let mut pets: HashMap<String, Vec<Pet>> = HashMap::with_capacity(people.len());
                let mut statement = c.prepare_cached(PETS)?;
                let mut rows = statement.query([ids])?;
                while let Some(r) = rows.next()? {
                    let pet = Pet { id: r.get(0)?, people_id: r.get(1)?, name: r.get(2)?, age: r.get(3)? };
                    match pets.get_mut(&pet.people_id) {
                        Some(group) => group.push(pet),
                        None => {
                            pets.insert(pet.people_id.clone(), vec![pet]);
                        }
                    }
                }
                drop(rows);
                c.execute_batch("commit")?;
                let all: Vec<(Person, Vec<Pet>)> = people
                    .into_iter()
                    .map(|p| {
                        let pets = pets.remove(&p.id).unwrap_or_default();
                        (p, pets)
                    })
                    .collect();
                for (person, pets) in &all {
                    sum += person.name.len() as u64;
                    sum += pets.iter().map(|p| (p.name.len() as i64 + p.age) as u64).sum::<u64>();
                }
            }
            Kind::SelectAll | Kind::GoThrough | Kind::UnloadedRelations => {
                start = Instant::now();
                let mut statement = c.prepare_cached(COLUMNS)?;
                if kind != Kind::GoThrough {
                    let all: Vec<Person> = statement.query_map([], read)?.collect::<Result<_, _>>()?;
                    sum += all.iter().map(|p| p.name.len() as u64).sum::<u64>();
                } else {
                    let mut chunk = Vec::with_capacity(1_000);
                    let mut rows = statement.query([])?;
                    while let Some(row) = rows.next()? {
                        chunk.push(read(row)?);
                        if chunk.len() == 1_000 {
                            sum += chunk.iter().map(|p| p.name.len() as u64).sum::<u64>();
                            chunk.clear();
                        }
                    }
                    sum += chunk.iter().map(|p| p.name.len() as u64).sum::<u64>();
                }
            }
            Kind::InsertOneByOne => {
                let people: Vec<_> = (self.inserted..self.inserted + size).map(person).collect();
                start = Instant::now();
                for p in &people {
                    sum += self.insert(p)? as u64;
                }
                self.inserted += size;
            }
            Kind::InsertMany => {
                let people: Vec<_> = (self.inserted..self.inserted + size).map(person).collect();
                start = Instant::now();
                c.execute_batch("begin immediate")?;
                for p in &people {
                    sum += self.insert(p)? as u64;
                }
                c.execute_batch("commit")?;
                self.inserted += size;
            }
            Kind::UpdateInTransaction => {
                let ids: Vec<_> = (0..size).map(id).collect();
                start = Instant::now();
                c.execute_batch("begin immediate")?;
                for id in &ids {
                    sum += c.prepare_cached("update people set age = age + 1 where id = ?")?.execute([id])? as u64;
                }
                c.execute_batch("commit")?;
            }
        }
        Ok((start.elapsed(), sum))
    }
}

fn find_text() -> &'static str {

    static TEXT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    TEXT.get_or_init(|| format!("{COLUMNS} where id = ?"))
}
