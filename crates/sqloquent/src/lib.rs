//! An async ORM: models, a typed query builder, relations, hooks and records that can prove themselves.
