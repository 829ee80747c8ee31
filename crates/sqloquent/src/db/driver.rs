//! Databases of other drivers.

use std::sync::Arc;

use sqloquent_core::{Driver, Result};
use sqloquent_pool::{Pool, PoolOptions};

use super::Db;

impl Db {
    /// A database behind any [`Driver`], whose connections are pooled. The first one is opened here, so that a wrong
    /// address is noticed.
    ///
    /// ```
    /// use sqloquent::{Db, PoolOptions, Result};
    /// use sqloquent_core::Driver;
    ///
    /// async fn open(driver: impl Driver) -> Result<Db> {
    ///     Db::with_driver(driver, PoolOptions::new().max_connections(20)).await
    /// }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) for a pool of no connections;
    /// [`ErrorKind::Connection`](crate::ErrorKind::Connection) from the driver;
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when connecting takes longer than
    /// [`connect_timeout`](PoolOptions::connect_timeout).
    #[track_caller]
    pub fn with_driver<D: Driver>(
        driver: D,
        options: PoolOptions,
    ) -> impl Future<Output = Result<Self>> + Send + use<D> {
        let opening = Pool::connect(driver, options);
        async move { Ok(Self::with_pool(opening.await?)) }
    }

    /// A database behind a pool that is set up already. [`Pool::new`] opens its first connection only when it is
    /// needed.
    #[must_use]
    pub fn with_pool<D: Driver>(pool: Pool<D>) -> Self {
        Self::from_backend(Arc::new(pool))
    }
}
