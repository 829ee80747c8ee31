//! The log: what is decided, by whom and why.

use sqloquent::{ContentId, prelude::*};

/// A decision. Its id is the hash of what was decided; its versions and who made them are in the journal.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, history)]
pub(crate) struct Decision {
    #[model(id)]
    pub(crate) id: ContentId,
    pub(crate) case: String,
    pub(crate) verdict: String,
    pub(crate) euros: i64,
}

/// The decisions that the rest of the program speaks of.
pub(crate) struct Log {
    pub(crate) granted: Decision,
    pub(crate) refused: Decision,
    pub(crate) withdrawn: Decision,
}

/// Takes a few decisions, changes one twice and withdraws another.
pub(crate) async fn decide(db: &Db) -> Result<Log> {
    db.create_tables::<(Decision,)>().await?;
    let (ada, grace) = (db.as_actor("ada"), db.as_actor("grace"));
    let mut granted = Decision::new("roof", "granted", 4_000)
        .insert(&ada.because("the roof leaks"))
        .await?;
    let refused = Decision::new("pool", "refused", 0)
        .insert(&ada.because("there is a lake"))
        .await?;
    let withdrawn = Decision::new("fence", "granted", 900)
        .insert(&grace.because("the old one fell"))
        .await?;
    granted
        .update(&grace.because("the second offer was lower"), |d| d.euros = 3_500)
        .await?;
    granted
        .update(&ada.because("agreed with the builder"), |d| d.euros = 3_600)
        .await?;
    withdrawn.delete(&grace.because("the neighbour paid")).await?;
    Ok(Log {
        granted,
        refused,
        withdrawn,
    })
}

impl Log {
    /// Everything that was done, a line for each journal row.
    pub(crate) async fn history(&self, db: &Db) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        for decision in [&self.granted, &self.refused, &self.withdrawn] {
            let history = Decision::history(db, decision.id).await?;
            for entry in history.entries() {
                let what = history.version(entry.sequence)?;
                let said = |text: &Option<String>| text.clone().unwrap_or_default();
                lines.push((
                    entry.sequence,
                    format!(
                        "{:>2} {:<7} {} {}, {} €, by {}: {}",
                        entry.sequence,
                        entry.kind,
                        what.case,
                        what.verdict,
                        what.euros,
                        said(&entry.actor),
                        said(&entry.reason)
                    ),
                ));
            }
        }
        lines.sort();
        Ok(lines.into_iter().map(|(_, line)| line).collect())
    }
}
