//! Checkpoints: what the journal was, in a few lines to keep elsewhere.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sqloquent_core::{Error, ErrorKind, text_form};

use super::{
    Hash, MerkleTree,
    hex::{hex, read_hex},
};

/// The first line of the text.
const LABEL: &str = "sqloquent checkpoint 1";

/// The head of the Merkle tree over the journal rows of one model: RFC 6962, the leaves are the hashes of the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// The name of the model.
    pub model: String,
    /// How many rows the tree covers: those with the numbers 1 to this.
    pub size: u64,
    /// The hash of the tree.
    pub root: Hash,
}

/// What the journal of a database was at a time.
///
/// Keep it where whoever may write to the database cannot: in a mail, on paper, in another system. Later,
/// [`Db::verify_against`](crate::Db::verify_against) finds any rewriting of what it covers. It has a text of a few lines,
/// by `Display` and `FromStr`.
///
/// ```
/// use sqloquent::history::Checkpoint;
///
/// # fn main() -> Result<(), sqloquent::Error> { pollster::block_on(async {
/// # let db = sqloquent::Db::connect("sqlite::memory:").await?;
/// # db.create_tables::<(sqloquent::history::Journal,)>().await?;
/// let kept = db.checkpoint().await?.to_string();
/// let checkpoint: Checkpoint = kept.parse()?;
/// assert!(db.verify_against(&checkpoint).await?.is_clean());
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checkpoint {
    /// When it was made, in microseconds since 1970-01-01T00:00:00Z.
    pub micros: i64,
    /// The trees of all models that have journal rows, in the order of their names.
    pub trees: Vec<TreeHead>,
}

impl Checkpoint {
    /// When it was made.
    #[must_use]
    pub fn time(&self) -> SystemTime {
        let since = Duration::from_micros(self.micros.unsigned_abs());
        if self.micros < 0 {
            UNIX_EPOCH.checked_sub(since).unwrap_or(UNIX_EPOCH)
        } else {
            UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
        }
    }

    /// How many journal rows it covers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.trees.iter().map(|t| t.size).sum()
    }

    /// One hash for everything: the root of a Merkle tree whose leaves are the lines of the models.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut tree = MerkleTree::new();
        for head in &self.trees {
            tree.push(head.to_string().as_bytes());
        }
        tree.root()
    }
}

/// `size root model` on one line; a line break in a model's name is escaped.
impl fmt::Display for TreeHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.size, hex(&self.root), escape(&self.model))
    }
}

fn escape(model: &str) -> String {
    model.replace('\\', "\\\\").replace('\n', "\\n")
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

/// A line that says what it is, the time, a line for each model, and the root.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{LABEL}\ntime {}", text_form::datetime_text(self.micros))?;
        for head in &self.trees {
            writeln!(f, "{head}")?;
        }
        write!(f, "root {}", hex(&self.root()))
    }
}

impl FromStr for Checkpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut lines = text.trim().lines().map(str::trim_end);
        let label = lines.next() == Some(LABEL);
        let time = lines.next().and_then(|l| l.strip_prefix("time "));
        let micros = time.and_then(text_form::read_datetime).filter(|_| label);
        let micros = micros.ok_or_else(unreadable)?;
        let mut trees = Vec::new();
        let mut root = None;
        for line in lines {
            if root.is_some() {
                return Err(unreadable());
            }
            if let Some(hash) = line.strip_prefix("root ") {
                root = Some(read_hex(hash).ok_or_else(unreadable)?);
                continue;
            }
            let mut parts = line.splitn(3, ' ');
            let head = (|| {
                Some(TreeHead {
                    size: parts.next()?.parse().ok()?,
                    root: read_hex(parts.next()?)?,
                    model: unescape(parts.next()?),
                })
            })();
            trees.push(head.ok_or_else(unreadable)?);
        }
        let checkpoint = Self { micros, trees };
        if root != Some(checkpoint.root()) {
            return Err(unreadable());
        }
        Ok(checkpoint)
    }
}

#[cold]
fn unreadable() -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        "this is no checkpoint, or not the whole of one: it begins with its label and time, has a line for each model, \
         and ends in the root of them",
    )
}

#[cfg(test)]
mod tests {
    use super::{Checkpoint, TreeHead};

    #[test]
    fn a_checkpoint_is_read_back_from_its_text_and_a_changed_text_is_refused() {
        let head = |model: &str, size| TreeHead {
            model: model.into(),
            size,
            root: [size as u8; 32],
        };
        let checkpoint = Checkpoint {
            micros: 1_700_000_000_123_456,
            trees: vec![head("Doc", 3), head("a b\\c\nd", 200)],
        };
        let text = checkpoint.to_string();
        assert_eq!(text.lines().count(), 5);
        assert_eq!(text.parse::<Checkpoint>().ok(), Some(checkpoint));
        for (at, c) in text.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
            let other = if c == '9' { '8' } else { '9' };
            let mut changed = text.clone();
            changed.replace_range(at..=at, &other.to_string());
            let read = changed.parse::<Checkpoint>();
            // The time is not part of what is hashed; everything else is.
            let in_time = changed.lines().nth(1) != text.lines().nth(1);
            let in_label = changed.lines().next() != text.lines().next();
            assert!(read.is_err() || in_time && !in_label, "{changed}");
        }
        let cut = text.rsplit_once('\n').map_or("", |(cut, _)| cut);
        assert!(cut.parse::<Checkpoint>().is_err());
    }
}
