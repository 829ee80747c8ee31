//! The bundled SQLite driver of sqloquent.
