//! What `git log --numstat -z` prints.
//!
//! Fields end in NUL, which neither names nor messages can hold. A commit begins with the byte 1 and has a fixed number
//! of fields; then come its files, the first after a line feed: `added TAB removed TAB path`, or, for a renamed file,
//! the same without path, and then the old and the new one as fields of their own.

use std::io::{self, BufRead, ErrorKind};

/// What git is asked for: hash, parents, author's name and address, author's time, subject.
pub(crate) const FORMAT: &str = "--format=%x01%H%x00%P%x00%aN%x00%aE%x00%at%x00%s";

/// A commit with its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) hash: String,
    pub(crate) parents: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) authored_at: i64,
    pub(crate) subject: String,
    pub(crate) changes: Vec<Change>,
}

/// A changed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) path: String,
    pub(crate) old_path: Option<String>,
    pub(crate) added: Option<i64>,
    pub(crate) removed: Option<i64>,
}

/// Reads commits one by one.
pub(crate) struct Commits<R> {
    input: R,
    /// The hash of the next commit, once its beginning was seen.
    next: Option<String>,
}

impl<R: BufRead> Commits<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, next: None }
    }

    /// The next field; none at the end of the input.
    fn field(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        self.input.read_until(0, &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.pop() != Some(0) {
            return Err(broken("it ends within a field"));
        }
        // Paths may be any bytes; what is not UTF-8 is shown as well as it can be.
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn required(&mut self) -> io::Result<String> {
        self.field()?.ok_or_else(|| broken("it ends within a commit"))
    }

    fn commit(&mut self) -> io::Result<Option<Commit>> {
        let hash = match self.next.take() {
            Some(hash) => hash,
            None => match self.field()? {
                None => return Ok(None),
                Some(field) => match field.strip_prefix('\u{1}') {
                    Some(hash) => hash.to_owned(),
                    None => return Err(broken("it does not begin with a commit")),
                },
            },
        };
        let mut commit = Commit {
            hash,
            parents: self.required()?,
            name: self.required()?,
            email: self.required()?,
            authored_at: self.required()?.parse().unwrap_or(0),
            subject: self.required()?,
            changes: Vec::new(),
        };
        while let Some(field) = self.field()? {
            if let Some(hash) = field.strip_prefix('\u{1}') {
                self.next = Some(hash.to_owned());
                break;
            }
            let change = self.change(field.strip_prefix('\n').unwrap_or(&field))?;
            commit.changes.push(change);
        }
        Ok(Some(commit))
    }

    fn change(&mut self, field: &str) -> io::Result<Change> {
        let mut parts = field.splitn(3, '\t');
        let (Some(added), Some(removed), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(broken("a file has no counts"));
        };
        let (old_path, path) = if path.is_empty() {
            (Some(self.required()?), self.required()?)
        } else {
            (None, path.to_owned())
        };
        Ok(Change {
            path,
            old_path,
            added: added.parse().ok(),
            removed: removed.parse().ok(),
        })
    }
}

impl<R: BufRead> Iterator for Commits<R> {
    type Item = io::Result<Commit>;

    fn next(&mut self) -> Option<Self::Item> {
        self.commit().transpose()
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(
        ErrorKind::InvalidData,
        format!("the answer of git cannot be read: {what}"),
    )
}
