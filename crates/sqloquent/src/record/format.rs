//! How records are shown.

use std::fmt;

use super::Record;

impl Record {
    fn title(&self) -> &str {
        self.model().map_or("Record", |model| model.name())
    }
}

/// `User { id: Int(1), email: Text("ada@example.org") }`.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut d = f.debug_struct(self.title());
        for (name, value) in self.iter() {
            d.field(name, value);
        }
        d.finish()
    }
}

/// `User(id=1, email=ada@example.org)`.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.title())?;
        for (i, (name, value)) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{name}={value}")?;
        }
        f.write_str(")")
    }
}
