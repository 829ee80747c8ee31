//! `docs/coverage.md` is complete and true.

use std::{collections::BTreeSet, fs, path::Path};

/// The classes that have their lines.
const CLASSES: [&str; 29] = [
    "AsyncCursorProtocol",
    "AsyncDBContextProtocol",
    "AsyncSqliteContext",
    "AsyncJoinedModelProtocol",
    "AsyncJoinedModel",
    "AsyncModelProtocol",
    "AsyncSqlModel",
    "AsyncQueryBuilderProtocol",
    "AsyncSqlQueryBuilder",
    "AsyncDeletedModel",
    "AsyncHashedModel",
    "AsyncAttachment",
    "async_dynamic_sqlmodel",
    "AsyncRelatedCollection",
    "AsyncRelatedModel",
    "AsyncRelationProtocol",
    "AsyncRelation",
    "AsyncHasOne",
    "AsyncHasMany",
    "AsyncBelongsTo",
    "AsyncBelongsToMany",
    "AsyncContains",
    "AsyncWithin",
    "async_has_one",
    "async_has_many",
    "async_belongs_to",
    "async_belongs_to_many",
    "async_contains",
    "async_within",
];

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The lines of the table: item, Rust item, test.
fn lines() -> Vec<[String; 3]> {
    let text = fs::read_to_string(repository().join("docs/coverage.md")).unwrap();
    text.lines()
        .filter(|l| l.starts_with("| Async") || l.starts_with("| async_"))
        .map(|l| {
            let mut cells = l.trim_matches('|').split('|').map(|c| c.trim().to_owned());
            [
                cells.next().unwrap(),
                cells.next().unwrap(),
                cells.next().unwrap(),
            ]
        })
        .collect()
}

fn in_scope(item: &str) -> bool {
    let (class, _) = item.split_once('.').unwrap_or((item, ""));
    CLASSES.contains(&class)
}

#[test]
fn every_described_item_has_a_line() {
    let all = fs::read_to_string(repository().join("docs/coverage_items.txt")).unwrap();
    let listed: BTreeSet<String> = lines().into_iter().map(|[item, ..]| item).collect();
    let missing: Vec<_> = all
        .lines()
        .filter(|i| in_scope(i) && !listed.contains(*i))
        .collect();
    assert!(missing.is_empty(), "docs/coverage.md lacks {missing:?}");
    let unknown: Vec<_> = listed.iter().filter(|i| !all.lines().any(|a| a == *i)).collect();
    assert!(
        unknown.is_empty(),
        "docs/coverage.md lists what is not described: {unknown:?}"
    );
}

#[test]
fn every_line_names_a_test_that_exists() {
    let mut sources = String::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                sources.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    sources.retain(|c| !c.is_whitespace());
    for [item, rust, test] in lines() {
        assert!(!rust.is_empty(), "{item} names no Rust item");
        let name = test.trim_matches('`');
        let there =
            sources.contains(&format!("fn{name}()")) || sources.contains(&format!("condition!({name},"));
        assert!(there, "{item} names the test `{name}`, which is not there");
    }
}
