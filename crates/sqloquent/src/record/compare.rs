//! Equality and hashes of records: by model and content.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Header, Record};

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        match (&self.header, &other.header) {
            (Header::Of(a), Header::Of(b)) => a == b && self.values == other.values,
            (Header::Free(a), Header::Free(b)) if a == b => self.values == other.values,
            (Header::Free(_), Header::Free(_)) => {
                self.len() == other.len()
                    && self.iter().all(|(name, value)| other.get(name) == Some(value))
                    // Results may have several columns of one name.
                    && other.iter().all(|(name, value)| self.get(name) == Some(value))
            }
            _ => false,
        }
    }
}

impl Eq for Record {}

/// The same for records whose columns are in another order.
impl Hash for Record {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.model().hash(state);
        state.write_usize(self.len());
        let mut sum = 0_u64;
        for (name, value) in self.iter() {
            let mut one = DefaultHasher::new();
            name.hash(&mut one);
            value.hash(&mut one);
            sum = sum.wrapping_add(one.finish());
        }
        state.write_u64(sum);
    }
}
