//! Statements of a model that never change, rendered once per dialect.

use std::sync::{Arc, OnceLock};

use sqloquent_core::{AsGiven, Dialect, Family, Result, Sql};

/// The fixed statements of a model.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fixed {
    Find = 0,
    Insert = 1,
}

const KINDS: usize = 2;
const FAMILIES: usize = 4;

/// Where a model's fixed statements are kept. One per model, made by the derive.
#[derive(Debug)]
pub struct StatementCache {
    texts: [OnceLock<Sql>; KINDS * FAMILIES],
    /// What goes with the insert, for SQLite.
    as_given: OnceLock<Option<Arc<AsGiven>>>,
}

impl StatementCache {
    /// An empty cache.
    #[must_use]
    #[allow(
        clippy::new_without_default,
        reason = "only the derive makes one, in a static"
    )]
    pub const fn new() -> Self {
        Self {
            texts: [const { OnceLock::new() }; KINDS * FAMILIES],
            as_given: OnceLock::new(),
        }
    }

    pub(crate) fn get(
        &self,
        fixed: Fixed,
        dialect: Dialect,
        render: impl FnOnce() -> Result<String>,
    ) -> Result<Sql> {
        let family = match dialect.family {
            Family::Sqlite if dialect == Dialect::SQLITE => 0,
            Family::Postgres if dialect == Dialect::POSTGRES => 1,
            Family::MySql if dialect == Dialect::MYSQL => 2,
            Family::MySql if dialect == Dialect::MARIADB => 3,
            _ => return Ok(render()?.into()),
        };
        let cell = &self.texts[fixed as usize * FAMILIES + family];
        if let Some(sql) = cell.get() {
            return Ok(sql.clone());
        }
        let sql: Sql = render()?.into();
        Ok(cell.get_or_init(|| sql).clone())
    }

    /// How the insert does without giving its row back.
    pub(crate) fn as_given(
        &self,
        dialect: Dialect,
        make: impl FnOnce() -> Option<AsGiven>,
    ) -> Option<Arc<AsGiven>> {
        if dialect != Dialect::SQLITE {
            return None;
        }
        self.as_given.get_or_init(|| make().map(Arc::new)).clone()
    }
}
