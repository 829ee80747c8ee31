//! Records, looked at where they are read, from what the engine lends. Of a row that is as it should be little more is
//! kept than its id; any other is taken over as it is, for a closer look.

use std::sync::{Arc, Mutex, PoisonError};

use packify::Packer;
use sha2::{Digest as _, Sha256};
use sqloquent_core::{Dialect, Family, RowAccess, Value, ValueRef};

use super::{
    digest::Digests,
    raw_row::{RawRow, is_own_form},
};
use crate::{
    content::{self, ContentId, Piece},
    history::record_id,
    query::Decode,
    schema::{ColumnType, Table},
    types::read_as,
};

/// What is to be looked at in each row.
pub(super) struct Checks {
    /// Its id and the form of its values.
    pub(super) itself: bool,
    /// Its content, for the journal.
    pub(super) content: bool,
    pub(super) digests: Digests,
}

/// A row that was read.
pub(super) enum Seen {
    /// It is as it should be by itself.
    Sound(Sound),
    Doubtful(RawRow),
}

/// What is compared with the journal.
pub(super) struct Sound {
    pub(super) id: String,
    /// The short form of the id.
    pub(super) record: u128,
    /// The short form of the content; of nothing where that is not wanted.
    pub(super) content: u64,
    /// Whether there is content.
    pub(super) is_readable: bool,
}

impl Sound {
    pub(super) fn of(id: String, content: &[u8], digests: &Digests) -> Self {
        Self {
            record: digests.key(&id),
            id,
            content: digests.content(content),
            is_readable: true,
        }
    }

    pub(super) fn unreadable(id: String, digests: &Digests) -> Self {
        Self {
            is_readable: false,
            ..Self::of(id, &[], digests)
        }
    }
}

/// What looks at rows.
struct Look {
    table: Table,
    /// The columns under the ids, if ids are to be looked at.
    hashed: Option<Vec<usize>>,
    checks_form: bool,
    wants_content: bool,
    /// The column that the journal does not keep beside the id.
    named: Option<usize>,
    digests: Digests,
}

impl Seen {
    pub(super) fn decoder(table: &Table, dialect: Dialect, checks: Checks) -> Decode<Self> {
        let hashes = checks.itself && table.hashed.is_some();
        let look = Look {
            table: table.clone(),
            hashed: hashes.then(|| table.hashed_columns().collect()),
            checks_form: checks.itself && dialect.family == Family::Sqlite,
            wants_content: checks.content,
            named: content::named_column(table),
            digests: checks.digests,
        };
        let (packer, raw) = (Mutex::new(Packer::new()), RawRow::decoder(table));
        Decode::Closure(Arc::new(move |row| {
            let sound = look.at(row, &mut packer.lock().unwrap_or_else(PoisonError::into_inner));
            match sound {
                Some(sound) => Ok(Self::Sound(sound)),
                None => raw.row(row).map(Self::Doubtful),
            }
        }))
    }
}

impl Look {
    /// What the row comes to; none for a row with anything that is not as it should be.
    fn at(&self, row: &dyn RowAccess, packer: &mut Packer) -> Option<Sound> {
        let table = &self.table;
        let mut pieces: Vec<(&str, Piece<'_>)> = Vec::with_capacity(table.columns.len());
        for (at, def) in table.mapped().enumerate() {
            let piece = piece(row.get(at).ok()?, def.ty, self.checks_form)?;
            pieces.push((&def.name, piece));
        }
        let id = match *table.key {
            [only] => match row.get(only).ok()? {
                ValueRef::Text(text) if table.columns[only].ty == ColumnType::Text => text.to_owned(),
                _ => self.id(row)?,
            },
            _ => self.id(row)?,
        };
        if let Some(hashed) = &self.hashed {
            let named = hashed.iter().filter_map(|&at| pieces.get(at));
            let preimage = content::pack_pieces(packer, table, named.map(|(name, piece)| (*name, piece)));
            let content: [u8; 32] = Sha256::digest(preimage.ok()?).into();
            if id.parse() != Ok(ContentId::from_bytes(content)) {
                return None;
            }
        }
        if !self.wants_content {
            return Some(Sound {
                id,
                record: 0,
                content: 0,
                is_readable: true,
            });
        }
        // As the journal keeps it: without an id of one text.
        let noted = pieces.iter().enumerate();
        let noted =
            noted.filter(|(at, (_, piece))| Some(*at) != self.named || !matches!(piece, Piece::Text(_)));
        let named = noted.map(|(_, (name, piece))| (*name, piece));
        let content = content::pack_pieces(packer, table, named).ok()?;
        Some(Sound::of(id, content, &self.digests))
    }

    /// The id of a key that is no single text.
    fn id(&self, row: &dyn RowAccess) -> Option<String> {
        let mut values = vec![Value::Null; self.table.columns.len()];
        for &at in &*self.table.key {
            values[at] = read_as(row.get(at).ok()?, self.table.columns[at].ty).ok()?;
        }
        Some(record_id(&self.table, &values))
    }
}

/// The piece of a stored value; none where it cannot be read, or, if that matters, is in another form than this library
/// writes.
fn piece(value: ValueRef<'_>, ty: ColumnType, checks_form: bool) -> Option<Piece<'_>> {
    let is_plain = matches!(
        (value, ty),
        (ValueRef::Null, _)
            | (_, ColumnType::Any)
            | (ValueRef::Text(_), ColumnType::Text)
            | (ValueRef::Int(_), ColumnType::Int64)
            | (ValueRef::Int(0 | 1), ColumnType::Bool)
            | (ValueRef::Float(_), ColumnType::Float64)
            | (ValueRef::Bytes(_), ColumnType::Bytes)
    );
    if !is_plain && checks_form {
        let typed = read_as(value, ty).ok()?;
        if !is_own_form(&value.to_owned(), &typed) {
            return None;
        }
    }
    Piece::of(value, ty).ok()
}
