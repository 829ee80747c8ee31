//! The workloads.

use std::time::Instant;

use harness::{Failure, Outcome, PIECE, Run, Sum, Workload, id, person};
use toasty::{Db, sql, stmt::Value};

use crate::{
    models::{Author, Person},
    tasks,
};

/// Rows of one `insert`: statements of up to 4,680 rows are allowed, but the larger ones took longer.
const BATCH: usize = 500;

/// Toasty has no joins. Columns of relations can be selected, but that is a query for each table with a list of keys,
/// which SQLite searches for each row: about 20 times as long with 10,000 rows.
const JOIN: &str = "select b.title, b.pages, a.name, p.name from books b
    join authors a on a.id = b.author_id join publishers p on p.id = b.publisher_id";

/// Does the work once.
pub async fn work(mut db: Db, run: Run) -> Result<Outcome, Failure> {
    let Run {
        workload,
        size,
        first,
    } = run;
    let mut sum = Sum::default();
    let ids: Vec<String> = match workload {
        Workload::Find | Workload::Update | Workload::UpdateAwaited => (0..size).map(id).collect(),
        _ => Vec::new(),
    };
    let people: Vec<harness::Person> = if workload.inserts() {
        (first..first + size).map(person).collect()
    } else {
        Vec::new()
    };
    let start = Instant::now();
    match workload {
        Workload::Find => {
            for id in &ids {
                Person::get_by_id(&mut db, id).await?.add_to(&mut sum);
            }
        }
        Workload::FindTasks => return tasks::find(&db, size).await,
        Workload::Count => {
            for n in 0..size {
                let of_age = Person::filter(Person::fields().age().eq((n % 90) as i64));
                sum.add(of_age.count().exec(&mut db).await?);
            }
        }
        Workload::Select => {
            for p in Person::all().exec(&mut db).await? {
                p.add_to(&mut sum);
            }
        }
        // A query gives its rows when it has all of them, so pieces are pages, each of which goes on behind the last.
        Workload::GoThrough => {
            let query = Person::all().order_by(Person::fields().id().asc());
            let mut page = Some(query.paginate(PIECE).exec(&mut db).await?);
            while let Some(people) = page {
                people.iter().for_each(|p| p.add_to(&mut sum));
                page = people.next(&mut db).await?;
            }
        }
        Workload::Insert => {
            for p in people {
                let stored = insert(p).exec(&mut db).await?;
                sum.add(u64::from(!stored.id.is_empty()));
            }
        }
        Workload::InsertMany => {
            let mut tx = db.transaction().await?;
            let mut people = people.into_iter();
            loop {
                let piece = people
                    .by_ref()
                    .take(BATCH)
                    .fold(Person::create_many(), |many, p| many.item(insert(p)));
                let stored = piece.exec(&mut tx).await?;
                if stored.is_empty() {
                    break;
                }
                sum.add(stored.len() as u64);
            }
            tx.commit().await?;
        }
        // How many rows were changed is not told; what is in the file is compared afterwards.
        Workload::Update | Workload::UpdateAwaited => {
            let mut tx = db.transaction().await?;
            for (n, id) in ids.iter().enumerate() {
                Person::update_by_id(id)
                    .age((first + n) as i64)
                    .exec(&mut tx)
                    .await?;
                sum.add(1);
            }
            tx.commit().await?;
        }
        // It compares each book with a list of the authors, without an index: more authors, more time for each.
        Workload::Eager => {
            for a in Author::all()
                .include(Author::fields().books())
                .exec(&mut db)
                .await?
            {
                sum.author(&a.id, &a.name);
                for b in a.books.get() {
                    sum.book(&b.id, &b.author_id, &b.publisher_id, &b.title, b.pages);
                }
            }
        }
        Workload::Join => {
            let rows = sql::query(JOIN).exec(&mut db).await?;
            let all: Vec<(String, i64, String, String)> =
                rows.into_iter().map(joined).collect::<Result<_, Failure>>()?;
            for (title, pages, author, publisher) in &all {
                sum.joined(title, *pages, author, publisher);
            }
        }
        Workload::Mixed => return tasks::mixed(&db, size, first).await,
        other => return Err(format!("{} is not for this program", other.name()).into()),
    }
    Ok(Outcome::new(start.elapsed(), sum))
}

fn insert(p: harness::Person) -> <Person as toasty::schema::Model>::Create {
    toasty::create!(Person {
        id: p.id,
        name: p.name,
        email: p.email,
        age: p.age,
        score: p.score,
        active: p.active,
        bio: p.bio,
    })
}

fn joined(row: Value) -> Result<(String, i64, String, String), Failure> {
    let mut columns = row.into_record().into_iter();
    let mut next = || columns.next().ok_or("a row without all columns");
    Ok((
        next()?.try_into()?,
        next()?.try_into()?,
        next()?.try_into()?,
        next()?.try_into()?,
    ))
}
