//! Records through serde: maps of names to values.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap as _,
};
use sqloquent_core::{Result, Value};

use super::{IntoRecord, JoinedRecord, Record, data::gather};

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// A record of no model; [`DynamicModel::record`](crate::DynamicModel::record) makes it one of a model, with values of
/// its columns' types.
impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = Record;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of names to values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
                let mut pairs: Vec<(String, _)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    pairs.push((name, Ok(value)));
                }
                gather(pairs).map_err(serde::de::Error::custom)
            }
        }

        deserializer.deserialize_map(Names)
    }
}

/// A map of tables to records; null for what an outer join did not find.
impl Serialize for JoinedRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// Objects of JSON as data to store.
impl IntoRecord for &serde_json::Value {
    fn into_record(self) -> Result<Record> {
        Record::deserialize(self).map_err(refused)
    }
}

impl IntoRecord for serde_json::Value {
    fn into_record(self) -> Result<Record> {
        Record::deserialize(self).map_err(refused)
    }
}

#[cold]
fn refused(e: serde_json::Error) -> sqloquent_core::Error {
    sqloquent_core::Error::new(
        sqloquent_core::ErrorKind::InvalidValue,
        format!("the JSON is no record: {e}"),
    )
    .with_source(e)
}
