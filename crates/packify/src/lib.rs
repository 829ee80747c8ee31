//! The byte format under content ids: typed values to bytes and back, deterministic.
