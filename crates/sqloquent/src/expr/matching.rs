//! Construction of text matches.

use super::{Expr, Match, MatchKind};

impl Expr {
    /// A text match of this expression.
    #[must_use]
    pub(crate) fn matches(
        self,
        kind: MatchKind,
        text: impl Into<String>,
        exact: bool,
        negated: bool,
    ) -> Self {
        Self::Match(Box::new(Match {
            operand: self,
            kind,
            text: text.into(),
            exact,
            negated,
        }))
    }
}
