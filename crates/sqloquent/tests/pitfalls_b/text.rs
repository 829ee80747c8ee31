//! Text matching.

use sqloquent::prelude::*;

use crate::{User, empty};

/// A match by name, to be compared with what it should find.
type Look = fn(&str) -> Query<User>;

#[tokio::test]
async fn pitfall_b12_wildcards_are_characters_and_case_is_ascii() -> Result<()> {
    let db = empty().await?;
    let long = "é%_".repeat(4_000);
    let texts = [
        "", "a", "A", "aB", "é", "É", "a%b", "a_b", "axb", "a!b", "a\\b", "a*b", "a?b", "a[b]", "[", "]",
        "^", "a\0b", "b\0", "\0", "%", "_", "it's", "--", "😀", &long,
    ];
    for text in texts {
        User::new(text).insert(&db).await?;
    }
    let fold = |text: &str| text.to_ascii_lowercase();
    let same = |text: &str| text.to_owned();
    type Fold = fn(&str) -> String;
    type Test = fn(&str, &str) -> bool;
    let (starts, holds, ends): (Test, Test, Test) = (
        |t, s| t.starts_with(s),
        |t, s| t.contains(s),
        |t, s| t.ends_with(s),
    );
    let cases: [(Look, Fold, Test, bool); 9] = [
        (|s| User::query().starts_with("email", s), fold, starts, true),
        (|s| User::query().contains("email", s), fold, holds, true),
        (|s| User::query().ends_with("email", s), fold, ends, true),
        (
            |s| User::query().does_not_start_with("email", s),
            fold,
            starts,
            false,
        ),
        (|s| User::query().excludes("email", s), fold, holds, false),
        (|s| User::query().does_not_end_with("email", s), fold, ends, false),
        (
            |s| User::query().starts_with_exact("email", s),
            same,
            starts,
            true,
        ),
        (|s| User::query().contains_exact("email", s), same, holds, true),
        (|s| User::query().ends_with_exact("email", s), same, ends, true),
    ];
    for (n, (look, fold, test, wanted)) in cases.into_iter().enumerate() {
        for sought in texts {
            let found: Vec<String> = look(sought).order_by("id", Asc).pluck(&db, "email").await?;
            let expected: Vec<&str> = texts
                .into_iter()
                .filter(|t| test(&fold(t), &fold(sought)) == wanted)
                .collect();
            assert!(
                found == expected,
                "case {n}, {:?}",
                &sought[..sought.len().min(9)]
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn pitfall_b12_patterns_are_for_like() -> Result<()> {
    let db = empty().await?;
    for text in ["ann", "ANNA", "joann", "a!n"] {
        User::new(text).insert(&db).await?;
    }
    let found = |query: Query<User>| {
        let db = &db;
        async move { query.order_by("id", Asc).pluck::<String>(db, "email").await }
    };
    assert_eq!(
        found(User::query().like("email", "?%", "ann")).await?,
        ["ann", "ANNA"]
    );
    assert_eq!(
        found(User::query().like("email", "%?", "a_n")).await?,
        ["ann", "joann", "a!n"]
    );
    assert_eq!(
        found(User::query().not_like("email", "%?%", "nn")).await?,
        ["a!n"]
    );
    assert_eq!(
        found(User::query().filter(|u| u.email.like("a!n"))).await?,
        ["a!n"]
    );
    Ok(())
}
