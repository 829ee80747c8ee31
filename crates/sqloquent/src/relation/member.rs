//! What is added to and removed from relations: models, or their ids.

use sqloquent_core::{Error, ErrorKind, Result, Value};

use crate::{
    expr::Assignment,
    model::{Key, Model},
    write::{key_of, unset_key},
};

/// A related row that is given by its model.
#[derive(Clone, Copy, Debug)]
pub struct ByModel;

/// A related row that is given by its id.
#[derive(Clone, Copy, Debug)]
pub struct ById;

/// What can be added to a relation to `M`: a model, a reference to one, or an id. `Way` says which; it is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a `{M}` nor the id of one",
    label = "the relation leads to `{M}`",
    note = "pass a model, a reference to one, or its id"
)]
pub trait Member<M, Way> {
    #[doc(hidden)]
    fn member(self) -> Result<Given>;
}

/// A related row as it was given.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Given {
    /// None for a row that has no id yet.
    pub(crate) key: Option<Vec<Value>>,
    /// What the row would store, where that is known.
    pub(crate) row: Option<Vec<Value>>,
    /// What the columns of the pivot's own are set to.
    pub(crate) pivot: Vec<Assignment>,
}

impl Given {
    fn model<M: Model>(model: &M) -> Result<Self> {
        let (table, row) = (M::table(), model.values()?);
        if table.key.is_empty() {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "`{}` has no id, so its rows cannot be related one by one; mark a field `#[model(id)]`",
                    table.model
                ),
            )
            .with_table(table.name.clone().into_owned()));
        }
        let key = (!unset_key(table, &row)).then(|| key_of(table, &row));
        Ok(Self {
            key,
            row: Some(row),
            pivot: Vec::new(),
        })
    }

    /// Whether the two are the same row. Rows without id are never the same.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.key.is_some() && self.key == other.key
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> Member<M, ByModel> for M {
    fn member(self) -> Result<Given> {
        Given::model(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> Member<M, ByModel> for &M {
    fn member(self) -> Result<Given> {
        Given::model(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, V> Member<M, ById> for V
where
    M::Id: Key<V>,
{
    fn member(self) -> Result<Given> {
        Ok(Given {
            key: Some(<M::Id as Key<V>>::key_values(self)?),
            row: None,
            pivot: Vec::new(),
        })
    }
}
