//! Questions to the history.

use std::time::Instant;

use comfy_table::{CellAlignment, Table, presets};
use sqloquent::{prelude::*, raw};

use crate::records::{Author, Change, Commit};

/// Commits that change more files than this say little about which belong together.
const FEW_FILES: i64 = 30;

/// A month in which there were commits.
#[derive(FromRow, Debug, PartialEq)]
pub(crate) struct Month {
    pub(crate) month: String,
    pub(crate) commits: i64,
    pub(crate) authors: i64,
}

/// Commits a month, newest first.
pub(crate) async fn months(db: &Db, rows: u32) -> Result<Vec<Month>> {
    Commit::query()
        .select_raw("strftime('%Y-%m', authored_at) as month", ())
        .select_raw("count(*) as commits, count(distinct author_id) as authors", ())
        .group_raw("month", ())
        .order(|_| raw::<String>("month", ()).desc())
        .limit(rows)
        .get_as(db)
        .await
}

/// Authors by commits: name, commits, lines added, lines removed.
pub(crate) async fn authors(db: &Db, rows: u32) -> Result<Vec<(String, i64, Option<i64>, Option<i64>)>> {
    Author::query()
        .join::<Commit>(|(a, c)| a.id.eq(c.author_id))
        .left_join::<Change>(|(_, c, ch)| c.id.eq(ch.commit_id))
        .group(|(a, ..)| (a.id, a.name))
        .order(|(a, c, _)| (c.id.count_distinct().desc(), a.name.asc()))
        .select(|(a, c, ch)| (a.name, c.id.count_distinct(), ch.added.sum(), ch.removed.sum()))
        .take(db, rows)
        .await
}

/// Files by commits that changed them: path, commits, lines added and removed.
pub(crate) async fn files(db: &Db, rows: u32) -> Result<Vec<(String, i64, Option<i64>, Option<i64>)>> {
    Change::query()
        .group(|ch| ch.path)
        .order(|ch| (count_all().desc(), ch.path.asc()))
        .select(|ch| (ch.path, count_all(), ch.added.sum(), ch.removed.sum()))
        .take(db, rows)
        .await
}

/// Files that were changed by the same commits, at least twice: the paths, and by how many commits.
pub(crate) async fn pairs(db: &Db, rows: u32) -> Result<Vec<(String, String, i64)>> {
    Change::query()
        .join_as::<Change>("other", |(ch, other)| {
            ch.commit_id.eq(other.commit_id) & ch.path.lt(other.path)
        })
        .join::<Commit>(|(ch, _, c)| ch.commit_id.eq(c.id))
        .filter(|(_, _, c)| c.files.le(FEW_FILES))
        .group(|(ch, other, _)| (ch.path, other.path))
        .having(|_| count_all().ge(2))
        .order(|(ch, other, _)| (count_all().desc(), ch.path.asc(), other.path.asc()))
        .select(|(ch, other, _)| (ch.path, other.path, count_all()))
        .take(db, rows)
        .await
}

/// Asks all questions and prints the answers, with the time that each query took.
pub(crate) async fn print(db: &Db, rows: u32) -> Result<()> {
    let began = Instant::now();
    let found = months(db, rows).await?;
    let lines = found
        .into_iter()
        .map(|m| [m.month, m.commits.to_string(), m.authors.to_string()]);
    show("Commits a month", began, ["month", "commits", "authors"], lines);

    let began = Instant::now();
    let found = authors(db, rows).await?;
    let lines = found
        .into_iter()
        .map(|(name, n, added, removed)| [name, n.to_string(), count(added), count(removed)]);
    show(
        "Authors",
        began,
        ["name", "commits", "lines added", "lines removed"],
        lines,
    );

    let began = Instant::now();
    let found = files(db, rows).await?;
    let lines = found
        .into_iter()
        .map(|(path, n, added, removed)| [path, n.to_string(), count(added), count(removed)]);
    show(
        "Files changed most often",
        began,
        ["path", "commits", "lines added", "lines removed"],
        lines,
    );

    let began = Instant::now();
    let found = pairs(db, rows).await?;
    let lines = found
        .into_iter()
        .map(|(path, other, n)| [path, other, n.to_string()]);
    show(
        "Files that change together",
        began,
        ["path", "other path", "commits"],
        lines,
    );
    Ok(())
}

/// A number that may be missing: no line was counted.
fn count(number: Option<i64>) -> String {
    number.map_or_else(|| "-".to_owned(), |n| n.to_string())
}

fn show<const N: usize>(
    title: &str,
    began: Instant,
    head: [&str; N],
    lines: impl Iterator<Item = [String; N]>,
) {
    let took = began.elapsed();
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(head);
    for line in lines {
        // Names may hold anything; what would move the cursor is shown, not obeyed.
        table.add_row(line.map(|cell| cell.replace(char::is_control, "\u{fffd}")));
    }
    for (i, name) in head.iter().enumerate() {
        let number = ["commits", "authors", "lines added", "lines removed"].contains(name);
        if let (true, Some(column)) = (number, table.column_mut(i)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    println!("{title} ({:.2} ms)\n{table}\n", took.as_secs_f64() * 1e3);
}
