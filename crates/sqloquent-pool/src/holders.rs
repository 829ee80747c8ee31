//! Who holds the connections: for the errors of those who wait in vain, and for closing.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    panic::Location,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tokio::sync::Notify;

/// The register of those who hold a connection.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    register: Mutex<Register>,
    left: Notify,
}

#[derive(Debug, Default)]
struct Register {
    next: u64,
    // By number and so by age: the oldest come first in messages.
    held: BTreeMap<u64, Holder>,
}

#[derive(Debug)]
struct Holder {
    what: &'static str,
    caller: &'static Location<'static>,
    since: Instant,
    /// On its way out: it uses the connection no more, but has not given it back yet.
    leaving: bool,
}

/// An entry of the register; dropping it strikes the entry out.
#[derive(Debug)]
pub(crate) struct Hold {
    holders: Arc<Holders>,
    number: u64,
}

impl Holders {
    fn lock(&self) -> MutexGuard<'_, Register> {
        self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a holder.
    pub(crate) fn enter(self: &Arc<Self>, what: &'static str, caller: &'static Location<'static>) -> Hold {
        let mut register = self.lock();
        let number = register.next;
        register.next += 1;
        let holder = Holder {
            what,
            caller,
            since: Instant::now(),
            leaving: false,
        };
        register.held.insert(number, holder);
        drop(register);
        Hold {
            holders: Arc::clone(self),
            number,
        }
    }

    /// How many use a connection.
    pub(crate) fn count(&self) -> usize {
        self.lock().present().count()
    }

    /// Waits until every connection was given back.
    pub(crate) async fn nobody(&self) {
        let mut left = pin!(self.left.notified());
        loop {
            // Listen first, then look: whoever leaves in between is heard.
            left.as_mut().enable();
            if self.lock().held.is_empty() {
                return;
            }
            left.as_mut().await;
            left.set(self.left.notified());
        }
    }

    /// Who holds what since when, for messages.
    pub(crate) fn report(&self) -> String {
        const SHOWN: usize = 5;
        let register = self.lock();
        let count = register.present().count();
        let mut text = match count {
            0 => return "nobody holds one at the moment".to_owned(),
            1 => "1 is held".to_owned(),
            n => format!("{n} are held"),
        };
        for (i, holder) in register.present().take(SHOWN).enumerate() {
            let seconds = holder.since.elapsed().as_secs_f32();
            let _ = write!(
                text,
                "{} by {} from {} for {seconds:.1} s",
                if i == 0 { ":" } else { "," },
                holder.what,
                holder.caller
            );
        }
        if count > SHOWN {
            let _ = write!(text, ", and {} more", count - SHOWN);
        }
        text
    }
}

impl Register {
    fn present(&self) -> impl Iterator<Item = &Holder> {
        self.held.values().filter(|holder| !holder.leaving)
    }
}

impl Hold {
    /// Says that the connection is about to be given back.
    pub(crate) fn leave(&self) {
        if let Some(holder) = self.holders.lock().held.get_mut(&self.number) {
            holder.leaving = true;
        }
    }

    /// Says what the connection is held for from now on.
    pub(crate) fn rename(&self, what: &'static str) {
        if let Some(holder) = self.holders.lock().held.get_mut(&self.number) {
            holder.what = what;
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let empty = {
            let mut register = self.holders.lock();
            register.held.remove(&self.number);
            register.held.is_empty()
        };
        if empty {
            self.holders.left.notify_waiters();
        }
    }
}
