//! Couples a client crate that knows nothing of sqloquent, here `tokio-rusqlite`, which keeps each connection on a
//! thread of its own. What a driver has to do is the same for any client; the README goes through it step by step.

mod connection;
mod driver;
mod errors;
mod values;

pub use connection::TokioRusqliteConnection;
pub use driver::TokioRusqliteDriver;
