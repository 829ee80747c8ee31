//! sqloquent with content-addressed rows: the same columns, the id being their hash. Beside it the same rows, with the
//! same ids, written past the hashing: what it costs shows only so, for longer ids cost more by themselves.

use std::time::{Duration, Instant};

use sqloquent::{ContentId, prelude::*};
use tokio::runtime::Handle;

use crate::{
    row::{Person, person},
    workload::{Kind, Library},
};

#[derive(Model, Clone, Debug)]
#[model(table = "people", hashed, new = false)]
pub struct HashedPeople {
    #[model(id)]
    pub id: ContentId,
    pub name: String,
    pub email: String,
    pub age: i64,
    pub score: f64,
    pub active: bool,
    pub bio: Option<String>,
}

impl From<Person> for HashedPeople {
    fn from(p: Person) -> Self {
        let Person { name, email, age, score, active, bio, .. } = p;
        Self { id: ContentId::UNSET, name, email, age, score, active, bio }
    }
}

pub struct Hashed {
    runtime: Handle,
    folder: tempfile::TempDir,
    db: Option<Db>,
    inserted: usize,
    bypass: bool,
}

impl Hashed {
    pub fn new(runtime: Handle, bypass: bool) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self { runtime, folder: tempfile::tempdir()?, db: None, inserted: 0, bypass })
    }

    /// Whether the work is another one for hashed rows.
    pub fn does(kind: Kind) -> bool {
        matches!(kind, Kind::InsertMany | Kind::InsertOneByOne)
    }
}

impl Library for Hashed {
    fn name(&self) -> &'static str {
        if self.bypass { "sqloquent, the same ids, not hashed" } else { "sqloquent, hashed" }
    }

    fn prepare(&mut self, kind: Kind, _: usize) -> Result<(), Box<dyn std::error::Error>> {
        let path = self.folder.path().join(format!("{}.db", kind as u8));
        self.db = Some(self.runtime.block_on(async {
            let db = Db::connect(&format!("sqlite:{}", path.display())).await?;
            db.create_tables::<HashedPeople>().await?;
            Ok::<_, Error>(if self.bypass { db.bypass() } else { db })
        })?);
        Ok(())
    }

    fn run(&mut self, kind: Kind, size: usize) -> Result<(Duration, u64), Box<dyn std::error::Error>> {
        let db = self.db.clone().ok_or("not prepared")?;
        let mut people: Vec<HashedPeople> = (self.inserted..self.inserted + size).map(|n| person(n).into()).collect();
        if self.bypass {
            for person in &mut people {
                person.id = person.content_id()?;
            }
        }
        self.inserted += size;
        let task = self.runtime.spawn(async move {
            let start = Instant::now();
            let mut sum = 0_u64;
            if kind == Kind::InsertMany {
                sum += HashedPeople::insert_many(&db, people).await?;
            } else {
                for p in people {
                    sum += u64::from(!p.insert(&db).await?.id.is_unset());
                }
            }
            Ok::<_, Error>((start.elapsed(), sum))
        });
        Ok(self.runtime.block_on(task)??)
    }
}
