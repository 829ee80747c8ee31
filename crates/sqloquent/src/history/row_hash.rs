//! The hash of a journal row.

use sha2::{Digest as _, Sha256};

use super::{ChangeKind, Hash};

/// What the hash of a journal row begins with, so that it is the hash of nothing else.
const LABEL: &[u8] = b"sqloquent journal 2\n";

/// What stands for the hash of the row before the first.
pub(crate) const NO_HASH: Hash = [0; 32];

/// What the hash of a row covers beside the name of the model and the hash of the row before: everything in it but the
/// hash itself, and the key, which is made of the record's id.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'f> {
    /// The number of the row.
    pub(crate) id: i64,
    pub(crate) micros: i64,
    pub(crate) actor: Option<&'f str>,
    pub(crate) reason: Option<&'f str>,
    pub(crate) kind: ChangeKind,
    pub(crate) record_id: &'f str,
    pub(crate) previous_id: Option<&'f str>,
    pub(crate) archive_id: Option<&'f str>,
    pub(crate) content: &'f [u8],
}

/// A hash that lacks only the hash of the row before.
#[derive(Clone)]
pub(crate) struct Unchained(Sha256);

impl Unchained {
    /// The hash of the row, behind a row of such a hash.
    pub(crate) fn behind(&self, previous: &Hash) -> Hash {
        self.0.clone().chain_update(previous).finalize().into()
    }
}

/// Hashes rows of one model.
pub(crate) struct RowHasher {
    /// What all begin with, and behind it the rest of the row that was hashed last.
    bytes: Vec<u8>,
    begin: usize,
}

impl RowHasher {
    pub(crate) fn new(model: &str) -> Self {
        let mut bytes = Vec::with_capacity(512);
        bytes.extend_from_slice(LABEL);
        put(&mut bytes, model.as_bytes());
        let begin = bytes.len();
        Self { bytes, begin }
    }

    /// SHA-256 of the label, the name of the model, the fields one behind the other, and, when it is known, the hash of
    /// the row before. Integers have their most significant byte first, text and bytes their length in eight bytes
    /// before them, what may be NULL a byte that says whether it is not. So each row has bytes of its own.
    pub(crate) fn unchained(&mut self, fields: &Fields<'_>) -> Unchained {
        Unchained(Sha256::new_with_prefix(self.write(fields)))
    }

    /// The hash of a row, behind a row of such a hash.
    pub(crate) fn hashed(&mut self, fields: &Fields<'_>, previous: &Hash) -> Hash {
        self.write(fields);
        self.bytes.extend_from_slice(previous);
        Sha256::digest(&self.bytes).into()
    }

    fn write(&mut self, fields: &Fields<'_>) -> &[u8] {
        let out = &mut self.bytes;
        out.truncate(self.begin);
        out.extend_from_slice(&fields.id.to_be_bytes());
        out.extend_from_slice(&fields.micros.to_be_bytes());
        put_optional(out, fields.actor);
        put_optional(out, fields.reason);
        out.extend_from_slice(&fields.kind.number().to_be_bytes());
        put(out, fields.record_id.as_bytes());
        put_optional(out, fields.previous_id);
        put_optional(out, fields.archive_id);
        put(out, fields.content);
        out
    }
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    out.extend_from_slice(bytes);
}

fn put_optional(out: &mut Vec<u8>, text: Option<&str>) {
    out.push(u8::from(text.is_some()));
    if let Some(text) = text {
        put(out, text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, NO_HASH, RowHasher};
    use crate::history::{ChangeKind, hex::hex};

    const FIELDS: Fields<'static> = Fields {
        id: 1_000_000_000_001,
        micros: 1_700_000_000_123_456,
        actor: Some("ada"),
        reason: None,
        kind: ChangeKind::Insert,
        record_id: "7",
        previous_id: None,
        archive_id: Some("x"),
        content: &[1, 2, 3],
    };

    /// Journals outlive releases: whoever changes what is hashed changes the label with it.
    #[test]
    fn the_hash_stays_what_it_is() {
        let hash = RowHasher::new("Doc").hashed(&FIELDS, &NO_HASH);
        assert_eq!(
            hex(&hash),
            "e1e317848612b6b0a5e0d618b1510b473a6d2be9b51d31eb4ca5aedaeaa1a742"
        );
        assert_eq!(RowHasher::new("Doc").unchained(&FIELDS).behind(&NO_HASH), hash);
    }

    #[test]
    fn whatever_differs_the_hash_does_too() {
        let others = [
            Fields {
                id: 1_000_000_000_002,
                ..FIELDS
            },
            Fields {
                id: 2_000_000_000_001,
                ..FIELDS
            },
            Fields { micros: 0, ..FIELDS },
            Fields {
                actor: None,
                reason: Some("ada"),
                ..FIELDS
            },
            Fields {
                actor: Some("ad"),
                ..FIELDS
            },
            Fields {
                reason: Some(""),
                ..FIELDS
            },
            Fields {
                kind: ChangeKind::Update,
                ..FIELDS
            },
            Fields {
                record_id: "8",
                ..FIELDS
            },
            Fields {
                record_id: "",
                previous_id: Some("7"),
                ..FIELDS
            },
            Fields {
                previous_id: Some("x"),
                archive_id: None,
                ..FIELDS
            },
            Fields {
                content: &[1, 2],
                ..FIELDS
            },
        ];
        let mut hashes: Vec<_> = others
            .iter()
            .chain([&FIELDS])
            .map(|fields| RowHasher::new("Doc").hashed(fields, &NO_HASH))
            .collect();
        hashes.push(RowHasher::new("Do").hashed(&FIELDS, &NO_HASH));
        hashes.push(RowHasher::new("Doc").hashed(&FIELDS, &[1; 32]));
        let count = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), count);
    }
}
