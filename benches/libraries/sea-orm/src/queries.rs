//! What is asked of the database.

use futures_util::TryStreamExt;
use harness::{PIECE, Sum};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, LoaderTrait, PaginatorTrait,
    QueryFilter, QuerySelect, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::entities::{author, book, person, publisher};

/// A row to be inserted.
pub fn row(p: harness::Person) -> person::ActiveModel {
    person::ActiveModel {
        id: Set(p.id),
        name: Set(p.name),
        email: Set(p.email),
        age: Set(p.age),
        score: Set(p.score),
        active: Set(p.active),
        bio: Set(p.bio),
    }
}

/// Adds a row to a sum.
pub fn add(sum: &mut Sum, p: &person::Model) {
    sum.person(
        &p.id,
        &p.name,
        &p.email,
        p.age,
        p.score,
        p.active,
        p.bio.as_deref(),
    );
}

/// The documented form. It binds its limit of one row, and SQLite prepares a statement anew whenever a limit is bound.
pub async fn find(db: &DatabaseConnection, id: &str) -> Result<person::Model, DbErr> {
    person::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("a person".into()))
}

pub async fn count(db: &DatabaseConnection, age: i64) -> Result<u64, DbErr> {
    person::Entity::find()
        .filter(person::COLUMN.age.eq(age))
        .count(db)
        .await
}

/// Adds all people to the sum, a piece at a time.
pub async fn go_through(db: &DatabaseConnection, sum: &mut Sum) -> Result<(), DbErr> {
    let mut people = person::Entity::find().stream(db).await?;
    let mut piece = Vec::with_capacity(PIECE);
    while let Some(person) = people.try_next().await? {
        piece.push(person);
        if piece.len() == PIECE {
            piece.drain(..).for_each(|p| add(sum, &p));
        }
    }
    piece.iter().for_each(|p| add(sum, p));
    Ok(())
}

pub async fn insert(db: &DatabaseConnection, p: person::ActiveModel) -> Result<u64, DbErr> {
    person::Entity::insert(p).exec_without_returning(db).await
}

/// A thousand rows in a statement, all in one transaction: more rows, which parameters would allow, were no faster.
pub async fn insert_many(db: &DatabaseConnection, people: Vec<person::ActiveModel>) -> Result<u64, DbErr> {
    let mut rows = 0;
    let tx = db.begin_with_options(for_writing()).await?;
    let mut people = people.into_iter().peekable();
    while people.peek().is_some() {
        rows += person::Entity::insert_many(people.by_ref().take(PIECE))
            .exec_without_returning(&tx)
            .await?;
    }
    tx.commit().await?;
    Ok(rows)
}

pub async fn set_age(db: &impl ConnectionTrait, id: String, age: i64) -> Result<u64, DbErr> {
    let done = person::Entity::update_many()
        .col_expr(person::Column::Age, age.into())
        .filter(person::COLUMN.id.eq(id))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Sets the age of each, counting up from the first.
pub async fn set_ages(db: &DatabaseConnection, ids: Vec<String>, first: i64) -> Result<u64, DbErr> {
    let mut rows = 0;
    let tx = db.begin_with_options(for_writing()).await?;
    for (age, id) in (first..).zip(ids) {
        rows += set_age(&tx, id, age).await?;
    }
    tx.commit().await?;
    Ok(rows)
}

/// Authors, and the books of each.
pub async fn eager(db: &DatabaseConnection) -> Result<(Vec<author::Model>, Vec<Vec<book::Model>>), DbErr> {
    let tx = db.begin().await?;
    let authors = author::Entity::find().all(&tx).await?;
    let books = authors.load_many(book::Entity, &tx).await?;
    tx.commit().await?;
    Ok((authors, books))
}

/// Title, pages, author and publisher of all books.
pub async fn joined(db: &DatabaseConnection) -> Result<Vec<(String, i64, String, String)>, DbErr> {
    book::Entity::find()
        .inner_join(author::Entity)
        .inner_join(publisher::Entity)
        .select_only()
        .columns([book::Column::Title, book::Column::Pages])
        .column_as(author::Column::Name, "author")
        .column_as(publisher::Column::Name, "publisher")
        .into_tuple()
        .all(db)
        .await
}

/// A transaction that waits for its turn to write when it begins.
fn for_writing() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    }
}
