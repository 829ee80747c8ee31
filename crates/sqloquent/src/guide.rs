//! The README and the guide, whose code runs as tests of documentation.

macro_rules! chapters {
    ($($name:ident $file:literal;)+) => {$(
        #[doc = include_str!(concat!("../../../", $file))]
        mod $name {}
    )+};
}

chapters! {
    readme "README.md";
    models "docs/guide/1-models.md";
    queries "docs/guide/2-queries.md";
    writing "docs/guide/3-writing.md";
    transactions "docs/guide/4-transactions.md";
    streams "docs/guide/5-streams.md";
    raw_sql "docs/guide/6-raw-sql.md";
    errors "docs/guide/7-errors.md";
    sqlite "docs/guide/8-sqlite.md";
    hooks "docs/guide/9-hooks.md";
    relations "docs/guide/10-relations.md";
    graphs "docs/guide/11-graphs.md";
    content "docs/guide/13-content.md";
    dynamic_relations "docs/guide/12-dynamic-relations.md";
    history "docs/guide/14-history.md";
}
