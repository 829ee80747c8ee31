//! From rows to Rust.

use std::{fmt, sync::Arc};

use sqloquent_core::{Error, ErrorKind, Result, RowAccess};

use crate::types::SqlType;

type DecodeFn<T> = dyn Fn(&dyn RowAccess) -> Result<T> + Send + Sync;

/// How a row of the result becomes a `T`.
pub enum Decode<T> {
    /// By code known at compile time.
    Function(fn(&dyn RowAccess) -> Result<T>),
    /// By code made at run time.
    Closure(Arc<DecodeFn<T>>),
}

impl<T> Decode<T> {
    /// Reads a row.
    ///
    /// # Errors
    /// A value that does not fit.
    #[inline]
    pub fn row(&self, row: &dyn RowAccess) -> Result<T> {
        match self {
            Self::Function(f) => f(row),
            Self::Closure(f) => f(row),
        }
    }
}

impl<T> Clone for Decode<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Function(f) => Self::Function(*f),
            Self::Closure(f) => Self::Closure(Arc::clone(f)),
        }
    }
}

impl<T> fmt::Debug for Decode<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decode")
    }
}

/// The positions of the columns that a [`FromRow`] type reads; found once per result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowPlan(Vec<usize>);

impl RowPlan {
    /// Finds columns by name.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`] that names the missing column and those that there are.
    pub fn find(row: &dyn RowAccess, names: &[&str]) -> Result<Self> {
        names
            .iter()
            .map(|name| find(row, name))
            .collect::<Result<_>>()
            .map(Self)
    }

    /// Finds columns by name; those marked `true` may be missing.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    #[doc(hidden)]
    pub fn find_some(row: &dyn RowAccess, names: &[(&str, bool)]) -> Result<Self> {
        let position = |(name, optional): &(&str, bool)| match find(row, name) {
            Err(_) if *optional => Ok(usize::MAX),
            found => found,
        };
        names.iter().map(position).collect::<Result<_>>().map(Self)
    }

    /// Whether the result has the `index`th column of the type.
    #[must_use]
    pub fn has(&self, index: usize) -> bool {
        self.position(index) != usize::MAX
    }

    /// The first `n` columns in order.
    #[must_use]
    pub fn first(n: usize) -> Self {
        Self((0..n).collect())
    }

    /// The position of the `index`th column of the type.
    #[must_use]
    pub fn position(&self, index: usize) -> usize {
        self.0.get(index).copied().unwrap_or(usize::MAX)
    }

    /// Reads the `index`th column of the type.
    ///
    /// # Errors
    /// A value that does not fit, with the column's name.
    pub fn read<T: SqlType>(&self, row: &dyn RowAccess, index: usize) -> Result<T> {
        read(row, self.position(index))
    }
}

/// The position of a column.
fn find(row: &dyn RowAccess, name: &str) -> Result<usize> {
    let n = row.column_count();
    (0..n).find(|&i| row.column_name(i) == name).ok_or_else(|| {
        let there: Vec<_> = (0..n).map(|i| format!("`{}`", row.column_name(i))).collect();
        Error::new(
            ErrorKind::UnknownColumn,
            format!("the result has no column `{name}`; it has {}", there.join(", ")),
        )
        .with_column(name.to_owned())
    })
}

/// Reads the column at a position.
pub(crate) fn read<T: SqlType>(row: &dyn RowAccess, position: usize) -> Result<T> {
    T::from_value(row.get(position)?).map_err(|e| {
        let name = row.column_name(position).to_owned();
        Error::new(ErrorKind::Decode, format!("cannot read `{name}`: {e}")).with_column(name)
    })
}

/// A type that is read from the columns of a result by name. Derive it for results that are no model.
#[diagnostic::on_unimplemented(
    message = "a row cannot be read as `{Self}`",
    note = "add `#[derive(FromRow)]` to the struct, or read a tuple of column types"
)]
pub trait FromRow: Sized + Send + 'static {
    /// Finds the columns; done once per result.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`] when one is missing.
    fn plan(row: &dyn RowAccess) -> Result<RowPlan>;

    /// Reads a row.
    ///
    /// # Errors
    /// A value that does not fit.
    fn from_row(row: &dyn RowAccess, plan: &RowPlan) -> Result<Self>;
}

macro_rules! tuples {
    ($n:literal: $($name:ident $i:literal)+) => {
        /// By position.
        impl<$($name: SqlType + Send + 'static),+> FromRow for ($($name,)+) {
            fn plan(row: &dyn RowAccess) -> Result<RowPlan> {
                let found = row.column_count();
                if found == $n {
                    Ok(RowPlan::first($n))
                } else {
                    let message = format!("the result has {found} columns, not {}", $n);
                    Err(Error::new(ErrorKind::Decode, message))
                }
            }

            fn from_row(row: &dyn RowAccess, plan: &RowPlan) -> Result<Self> {
                Ok(($(plan.read::<$name>(row, $i)?,)+))
            }
        }
    };
}

tuples!(1: A 0);
tuples!(2: A 0 B 1);
tuples!(3: A 0 B 1 C 2);
tuples!(4: A 0 B 1 C 2 D 3);
tuples!(5: A 0 B 1 C 2 D 3 E 4);
tuples!(6: A 0 B 1 C 2 D 3 E 4 F 5);
tuples!(7: A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuples!(8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
