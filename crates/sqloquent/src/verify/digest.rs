//! Short forms of ids and contents, by which they are compared within one verification.

use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState};

/// Makes the short forms. They are keyed at random, anew for each verification, so that nobody can make two things that
/// share one.
#[derive(Clone, Debug, Default)]
pub(super) struct Digests {
    low: RandomState,
    high: RandomState,
}

impl Digests {
    /// Of something that is to be told from millions of others.
    pub(super) fn key(&self, text: &str) -> u128 {
        let bytes = text.as_bytes();
        u128::from(self.high.hash_one(bytes)) << 64 | u128::from(self.low.hash_one(bytes))
    }

    /// Of something that is compared with one other.
    pub(super) fn content(&self, bytes: &[u8]) -> u64 {
        self.low.hash_one(bytes)
    }
}

/// For maps whose keys are short forms: they are spread already.
#[derive(Default)]
pub(super) struct Spread(u64);

pub(super) type BuildSpread = BuildHasherDefault<Spread>;

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 ^= u64::from_ne_bytes(word);
        }
    }

    fn write_u128(&mut self, key: u128) {
        // The lower half says to which part of the records a key belongs.
        self.0 = (key >> 64) as u64;
    }
}
