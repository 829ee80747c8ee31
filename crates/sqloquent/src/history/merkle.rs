//! Merkle trees over a list that only grows, hashed as RFC 6962 says, from a stream and in little memory.

use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The hash of a leaf: SHA-256 of a zero byte and the data.
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Hash {
    Sha256::new()
        .chain_update([0])
        .chain_update(data)
        .finalize()
        .into()
}

/// The hash of two subtrees: SHA-256 of a one byte and both hashes.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([1])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// A Merkle tree that leaves are added to one after the other. It keeps one hash for each full subtree: 64 of them are
/// enough for any list.
///
/// ```
/// use sqloquent::history::MerkleTree;
///
/// let mut tree = MerkleTree::new();
/// tree.push(b"first");
/// let before = tree.root();
/// tree.push(b"second");
/// assert_eq!(tree.len(), 2);
/// assert_ne!(tree.root(), before);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MerkleTree {
    len: u64,
    /// The roots of the full subtrees, the largest first: one for each bit of the length.
    peaks: Vec<Hash>,
}

impl MerkleTree {
    /// A tree without leaves.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            len: 0,
            peaks: Vec::new(),
        }
    }

    /// Adds a leaf.
    pub fn push(&mut self, data: &[u8]) {
        let mut hash = leaf_hash(data);
        // Two full subtrees of one size become one.
        let mut rest = self.len;
        while rest & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
            rest >>= 1;
        }
        self.peaks.push(hash);
        self.len += 1;
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are no leaves.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The hash of the whole tree; of an empty one that of no data.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return Sha256::digest([]).into();
        };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

#[cfg(test)]
mod tests {
    use super::{Hash, MerkleTree, leaf_hash, node_hash};

    /// The leaves and roots that implementations of RFC 6962 are tested with.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn hex(hash: Hash) -> String {
        hash.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn roots_are_those_of_the_known_vectors() {
        let mut tree = MerkleTree::new();
        assert_eq!(hex(tree.root()), ROOTS[0]);
        for (leaf, root) in LEAVES.iter().zip(&ROOTS[1..]) {
            tree.push(leaf);
            assert_eq!(hex(tree.root()), *root, "{} leaves", tree.len());
        }
    }

    /// The definition of RFC 6962, section 2.1, word for word: split at the largest power of two below the length.
    fn defined(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => MerkleTree::new().root(),
            [leaf] => leaf_hash(leaf),
            _ => {
                let mut split = 1;
                while split * 2 < leaves.len() {
                    split *= 2;
                }
                node_hash(&defined(&leaves[..split]), &defined(&leaves[split..]))
            }
        }
    }

    #[test]
    fn roots_are_those_of_the_definition_for_every_length() {
        let mut tree = MerkleTree::new();
        let mut leaves = Vec::new();
        for n in 0_u32..300 {
            assert_eq!(tree.root(), defined(&leaves), "{n} leaves");
            assert!(tree.peaks.len() <= 9);
            let leaf = n.to_be_bytes().to_vec();
            tree.push(&leaf);
            leaves.push(leaf);
        }
    }
}
