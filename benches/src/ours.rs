//! sqloquent in its plain form.

use std::time::{Duration, Instant};

use sqloquent::prelude::*;
use tokio::runtime::Handle;

use crate::{
    row::{Person, SCHEMA, id, person, pet},
    workload::{CHILDREN, Kind, Library, rows_for},
};

#[derive(Model, Clone, Debug)]
#[model(table = "people", new = false)]
pub struct People {
    #[model(id)]
    pub id: String,
    pub name: String,
    pub email: String,
    pub age: i64,
    pub score: f64,
    pub active: bool,
    pub bio: Option<String>,
}

/// A child.
#[derive(Model, Clone, Debug)]
#[model(table = "pets", new = false)]
pub struct Pets {
    #[model(id)]
    pub id: i64,
    pub people_id: String,
    pub name: String,
    pub age: i64,
}

/// The same table with relations.
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
    #[model(has_many(key = people_id))]
    pub pets: Related<Vec<Pets>>,
    #[model(has_one(key = people_id))]
    pub first: Related<Option<Pets>>,
    #[model(has_many(key = people_id))]
    pub dogs: Related<Vec<Pets>>,
    #[model(has_many(key = people_id))]
    pub cats: Related<Vec<Pets>>,
    #[model(has_many(key = people_id))]
    pub birds: Related<Vec<Pets>>,
}

impl From<Person> for People {
    fn from(p: Person) -> Self {
        Self { id: p.id, name: p.name, email: p.email, age: p.age, score: p.score, active: p.active, bio: p.bio }
    }
}

pub struct Ours {
    runtime: Handle,
    folder: tempfile::TempDir,
    db: Option<Db>,
    inserted: usize,
}

impl Ours {
    pub fn new(runtime: Handle) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self { runtime, folder: tempfile::tempdir()?, db: None, inserted: 0 })
    }
}

impl Library for Ours {
    fn name(&self) -> &'static str {
        "sqloquent"
    }

    fn prepare(&mut self, kind: Kind, size: usize) -> Result<(), Box<dyn std::error::Error>> {
        let path = self.folder.path().join(format!("{}.db", kind as u8));
        self.db = Some(self.runtime.block_on(async {
            let db = Db::connect(&format!("sqlite:{}", path.display())).await?;
            db.execute_script(SCHEMA).await?;
            People::insert_many(&db, (0..rows_for(kind, size)).map(|n| person(n).into())).await?;
            if kind == Kind::EagerLoad {
                let pets = (0..size * CHILDREN).map(|n| pet(n, CHILDREN));
                let pets = pets.map(|p| Pets { id: p.id, people_id: p.people_id, name: p.name, age: p.age });
                Pets::insert_many(&db, pets).await?;
            }
            Ok::<_, Error>(db)
        })?);
        Ok(())
    }

    fn run(&mut self, kind: Kind, size: usize) -> Result<(Duration, u64), Box<dyn std::error::Error>> {
        let db = self.db.clone().ok_or("not prepared")?;
        let first = self.inserted;
        if matches!(kind, Kind::InsertMany | Kind::InsertOneByOne) {
            self.inserted += size;
        }
        let task = self.runtime.spawn(async move { work(&db, kind, size, first).await });
        Ok(self.runtime.block_on(task)??)
    }
}

async fn work(db: &Db, kind: Kind, size: usize, first: usize) -> Result<(Duration, u64)> {
    let mut sum = 0_u64;
    let start;
    match kind {
        Kind::FindById => {
            let ids: Vec<_> = (0..size).map(id).collect();
            start = Instant::now();
            for id in &ids {
                sum += People::find_required(db, id).await?.name.len() as u64;
            }
        }
        Kind::CountFiltered => {
            start = Instant::now();
            for n in 0..size {
                sum += People::query().equal("age", (n % 90) as i64).count(db).await? as u64;
            }
        }
        Kind::SelectAll => {
            start = Instant::now();
            let all = People::query().get(db).await?;
            sum += all.iter().map(|p| p.name.len() as u64).sum::<u64>();
        }
        Kind::UnloadedRelations => {
            start = Instant::now();
            let all = Owner::query().get(db).await?;
            sum += all.iter().map(|p| p.name.len() as u64).sum::<u64>();
        }
        Kind::EagerLoad => {
            start = Instant::now();
            let all = Owner::query().with(|o| o.pets).get(db).await?;
            for owner in &all {
                sum += owner.name.len() as u64;
                sum += owner.pets.try_get()?.iter().map(|p| (p.name.len() as i64 + p.age) as u64).sum::<u64>();
            }
        }
        Kind::GoThrough => {
            start = Instant::now();
            let mut chunks = People::query().chunk(db, 1_000);
            while let Some(people) = chunks.next().await? {
                sum += people.iter().map(|p| p.name.len() as u64).sum::<u64>();
            }
        }
        Kind::InsertOneByOne => {
            let people: Vec<People> = (first..first + size).map(|n| person(n).into()).collect();
            start = Instant::now();
            for p in people {
                sum += u64::from(!p.insert(db).await?.id.is_empty());
            }
        }
        Kind::InsertMany => {
            let people: Vec<People> = (first..first + size).map(|n| person(n).into()).collect();
            start = Instant::now();
            sum += People::insert_many(db, people).await?;
        }
        Kind::UpdateInTransaction => {
            let ids: Vec<_> = (0..size).map(id).collect();
            start = Instant::now();
            let tx = db.begin().await?;
            for id in &ids {
                sum += People::query().filter(|p| p.id.eq(id)).update(&tx, |p| [p.age.add(1)]).await?;
            }
            tx.commit().await?;
        }
    }
    Ok((start.elapsed(), sum))
}
