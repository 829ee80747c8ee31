//! What is to become of a relation once it is saved.

use sqloquent_core::{Error, Result};

use super::member::Given;

/// Pending changes: plain sets of rows.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) add: Vec<Given>,
    pub(crate) remove: Vec<Given>,
    /// Rows that are added if they are not there, or else removed.
    pub(crate) toggle: Vec<Given>,
    /// Whether everything that is not added goes.
    pub(crate) replace: bool,
    /// The first mistake.
    mistake: Option<Error>,
}

impl Changes {
    /// Adds a row; cancels its removal.
    pub(crate) fn add(&mut self, given: Result<Given>) {
        if let Some(given) = self.check(given) {
            self.remove.retain(|r| !r.is(&given));
            self.add.retain(|a| !a.is(&given));
            self.add.push(given);
        }
    }

    /// Removes a row; cancels its addition.
    pub(crate) fn remove(&mut self, given: Result<Given>) {
        if let Some(given) = self.check(given) {
            self.add.retain(|a| !a.is(&given));
            self.remove.retain(|r| !r.is(&given));
            self.remove.push(given);
        }
    }

    /// Takes the rows for all there are to be.
    pub(crate) fn set(&mut self, all: impl IntoIterator<Item = Result<Given>>) {
        self.add.clear();
        self.remove.clear();
        self.replace = true;
        for given in all {
            self.add(given);
        }
    }

    pub(crate) fn toggle(&mut self, given: Result<Given>) {
        if let Some(given) = self.check(given) {
            self.toggle.retain(|t| !t.is(&given));
            self.toggle.push(given);
        }
    }

    /// The changes, unless there was a mistake.
    pub(crate) fn checked(mut self) -> Result<Self> {
        match self.mistake.take() {
            Some(mistake) => Err(mistake),
            None => Ok(self),
        }
    }

    fn check(&mut self, given: Result<Given>) -> Option<Given> {
        match given {
            Ok(given) => Some(given),
            Err(e) => {
                self.mistake.get_or_insert(e);
                None
            }
        }
    }
}
