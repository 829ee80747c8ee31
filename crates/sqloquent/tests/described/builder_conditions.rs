//! Conditions of the query builder.

use sqloquent::prelude::*;

use crate::fixture::{Book, books, ids, library};

/// A condition finds these books, typed and dynamic, and a column that is not there is an error of the terminal.
macro_rules! condition {
    ($test:ident, $with:ident($column:literal $(, $value:expr)*), $expected:expr) => {
        #[tokio::test]
        async fn $test() -> Result<()> {
            let (_folder, db) = library().await?;
            let found = ids(
                &db,
                &Book::query().$with($column $(, $value)*),
                &books().query().$with($column $(, $value)*),
            )
            .await?;
            assert_eq!(found, $expected);
            let wrong = Book::query().$with("colum" $(, $value)*).get(&db).await.unwrap_err();
            assert_eq!((wrong.kind(), wrong.column()), (ErrorKind::UnknownColumn, Some("colum")));
            let wrong = books().query().$with("colum" $(, $value)*).get(&db).await.unwrap_err();
            assert_eq!((wrong.kind(), wrong.column()), (ErrorKind::UnknownColumn, Some("colum")));
            Ok(())
        }
    };
}

condition!(builder_is_null, is_null("note"), [2, 3, 5]);
condition!(builder_not_null, not_null("note"), [1, 4]);
condition!(builder_equal, equal("pages", 204), [3]);
condition!(builder_not_equal, not_equal("author_id", "ursula"), [3, 4]);
condition!(builder_less, less("pages", 295), [3]);
condition!(builder_less_or_equal, less_or_equal("pages", 295), [3, 4]);
condition!(builder_greater, greater("pages", 387), [5]);
condition!(builder_greater_or_equal, greater_or_equal("pages", 387), [1, 5]);
condition!(builder_like, like("title", "the %?", "D"), [1, 4]);
condition!(builder_not_like, not_like("title", "the%?%", "d"), [3, 5]);
condition!(builder_starts_with, starts_with("title", "the "), [1, 2, 4]);
condition!(
    builder_does_not_start_with,
    does_not_start_with("title", "The"),
    [3, 5]
);
condition!(builder_contains, contains("note", "0% R"), [4]);
condition!(builder_excludes, excludes("note", "%"), [1]);
condition!(builder_ends_with, ends_with("title", "S"), [2, 3]);
condition!(
    builder_does_not_end_with,
    does_not_end_with("title", "s"),
    [1, 4, 5]
);
condition!(builder_is_in, is_in("id", [1, 3, 99]), [1, 3]);
condition!(builder_not_in, not_in("id", [1, 3, 99]), [2, 4, 5]);
