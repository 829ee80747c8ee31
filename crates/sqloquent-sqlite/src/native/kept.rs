//! Statements that are kept for the next time.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::prepared::Raw;

/// A statement's text, and the statement while nobody uses it.
struct Slot {
    sql: Box<str>,
    statement: Option<Raw>,
    /// When it was last asked for.
    used: u64,
}

/// Up to so many statements by their text; those that were not used for longest make room.
pub(super) struct Kept {
    slots: Vec<Slot>,
    by_text: HashMap<Box<str>, usize, RandomState>,
    capacity: usize,
    clock: u64,
}

impl Kept {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            slots: Vec::new(),
            by_text: HashMap::default(),
            capacity,
            clock: 0,
        }
    }

    /// Whether it keeps any.
    pub(super) fn keeps(&self) -> bool {
        self.capacity > 0
    }

    /// Takes a statement out for use, if it is there and nobody uses it.
    pub(super) fn take(&mut self, sql: &str) -> Option<(usize, Raw)> {
        let at = *self.by_text.get(sql)?;
        let slot = self.slots.get_mut(at)?;
        self.clock += 1;
        slot.used = self.clock;
        Some((at, slot.statement.take()?))
    }

    /// Puts a statement back that was taken from a place. Gives it back where that is another's now.
    pub(super) fn put_back(&mut self, at: usize, sql: &str, statement: Raw) -> Option<Raw> {
        match self.slots.get_mut(at) {
            Some(slot) if slot.statement.is_none() && *slot.sql == *sql => {
                slot.statement = Some(statement);
                None
            }
            _ => Some(statement),
        }
    }

    /// Keeps a statement that was prepared just now.
    pub(super) fn add(&mut self, sql: &str, statement: Raw) {
        if let Some(slot) = self.by_text.get(sql).and_then(|&at| self.slots.get_mut(at)) {
            // It was in use when this one was prepared.
            slot.statement = Some(statement);
            return;
        }
        self.clock += 1;
        let slot = Slot {
            sql: sql.into(),
            statement: Some(statement),
            used: self.clock,
        };
        let at = if self.slots.len() < self.capacity {
            self.slots.push(slot);
            self.slots.len() - 1
        } else {
            let Some((at, oldest)) = self
                .slots
                .iter_mut()
                .enumerate()
                .min_by_key(|(_, slot)| slot.used)
            else {
                return;
            };
            self.by_text.remove(&oldest.sql);
            *oldest = slot;
            at
        };
        self.by_text.insert(sql.into(), at);
    }

    /// Ends all of them.
    pub(super) fn clear(&mut self) {
        self.slots.clear();
        self.by_text.clear();
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::Database;

    fn text(n: usize) -> String {
        format!("select {n}")
    }

    fn kept(database: &Database) -> Vec<bool> {
        let mut kept = database.kept.borrow_mut();
        (0..5)
            .map(|n| match kept.take(&text(n)) {
                Some((at, statement)) => kept.put_back(at, &text(n), statement).is_none(),
                None => false,
            })
            .collect()
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let database = Database::new(Connection::open_in_memory().unwrap(), 3);
        for n in [0, 1, 2, 0, 3] {
            drop(database.prepare(&text(n), true).unwrap());
        }
        assert_eq!(kept(&database), [true, false, true, true, false]);
    }

    #[test]
    fn a_statement_that_is_in_use_is_prepared_once_more() {
        let database = Database::new(Connection::open_in_memory().unwrap(), 3);
        let sql = text(0);
        let one = database.prepare(&sql, true).unwrap();
        let other = database.prepare(&sql, true).unwrap();
        drop(one);
        drop(other);
        assert_eq!(kept(&database), [true, false, false, false, false]);
    }

    #[test]
    fn a_capacity_of_none_keeps_none() {
        let database = Database::new(Connection::open_in_memory().unwrap(), 0);
        drop(database.prepare(&text(0), true).unwrap());
        assert_eq!(kept(&database), [false; 5]);
    }

    #[test]
    fn the_connection_can_be_taken_away_while_it_is_lent() {
        let mut database = Database::new(Connection::open_in_memory().unwrap(), 3);
        drop(database.prepare(&text(0), true).unwrap());
        database.with_raw(|raw| {
            let other = Connection::open_in_memory().unwrap();
            std::mem::replace(raw, other).close().unwrap();
        });
        drop(database.prepare(&text(0), true).unwrap());
        assert_eq!(kept(&database), [true, false, false, false, false]);
    }
}
