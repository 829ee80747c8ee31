//! What is known of the relations of a dynamic model.

use std::{
    borrow::Cow,
    sync::{Arc, PoisonError, RwLock},
};

use sqloquent_core::{Error, ErrorKind, Result};

use crate::{
    dynamic::DynamicModel,
    relation::{RelationDef, RelationKind, Via},
};

/// A relation as it was declared. The models on the way to the related one are none where they are the owner itself, so
/// that a model does not hold itself.
#[derive(Clone, Debug)]
pub(crate) struct DeclaredRelation {
    pub(super) name: String,
    pub(super) kind: RelationKind,
    pub(super) owner_key: Box<[usize]>,
    pub(super) related: Option<DynamicModel>,
    pub(super) related_key: Box<[usize]>,
    pub(super) via: Option<DeclaredVia>,
}

/// The table between.
#[derive(Clone, Debug)]
pub(super) struct DeclaredVia {
    pub(super) model: Option<DynamicModel>,
    pub(super) owner_key: Box<[usize]>,
    pub(super) related_key: Box<[usize]>,
}

/// The relations of a model, shared by its clones.
#[derive(Debug, Default)]
pub(crate) struct Declared(RwLock<Vec<Arc<DeclaredRelation>>>);

impl Clone for Declared {
    fn clone(&self) -> Self {
        Self(RwLock::new(self.all()))
    }
}

impl Declared {
    fn all(&self) -> Vec<Arc<DeclaredRelation>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn find(&self, name: &str) -> Option<Arc<DeclaredRelation>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|r| r.name == name).map(Arc::clone)
    }

    /// Adds a relation, or puts it in the place of the one of that name.
    pub(super) fn declare(&self, relation: DeclaredRelation) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let relation = Arc::new(relation);
        match all.iter_mut().find(|r| r.name == relation.name) {
            Some(known) => *known = relation,
            None => all.push(relation),
        }
    }

    pub(super) fn clear(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A relation of a dynamic model, with the models that it leads to.
#[derive(Clone, Debug)]
pub(crate) struct DynamicRelation {
    pub(crate) def: Arc<RelationDef>,
    pub(crate) owner: DynamicModel,
    pub(crate) related: DynamicModel,
    /// The pivot, or the model between.
    pub(crate) via: Option<DynamicModel>,
}

impl DynamicModel {
    /// The relation of a name.
    pub(crate) fn relation(&self, name: &str) -> Result<DynamicRelation> {
        self.check()?;
        let declared = self
            .relations()
            .find(name)
            .ok_or_else(|| self.unknown_relation(name))?;
        let of = |model: &Option<Self>| model.clone().unwrap_or_else(|| self.clone());
        let related = of(&declared.related);
        let via = declared.via.as_ref().map(|via| (of(&via.model), via));
        let def = RelationDef {
            name: Cow::Owned(declared.name.clone()),
            kind: declared.kind,
            owner: self.as_table(),
            owner_key: declared.owner_key.clone(),
            related: related.as_table(),
            related_key: declared.related_key.clone(),
            via: via.as_ref().map(|(model, via)| Via {
                table: model.as_table(),
                owner_key: via.owner_key.clone(),
                related_key: via.related_key.clone(),
            }),
        };
        Ok(DynamicRelation {
            def: Arc::new(def),
            owner: self.clone(),
            related,
            via: via.map(|(model, _)| model),
        })
    }

    /// The names of the relations that were declared on the model.
    #[must_use]
    pub fn relation_names(&self) -> Vec<String> {
        self.relations().all().iter().map(|r| r.name.clone()).collect()
    }

    /// What is known of a relation.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`] for a name that is no relation; it names those that there are.
    pub fn relation_def(&self, name: &str) -> Result<RelationDef> {
        self.relation(name).map(|r| (*r.def).clone())
    }

    /// Forgets the relations of the model. Models that are related to each other keep each other in memory until this
    /// is called; it matters to programs that make models without end.
    pub fn forget_relations(&self) {
        self.relations().clear();
    }

    #[cold]
    pub(crate) fn unknown_relation(&self, name: &str) -> Error {
        let there: Vec<String> = self.relation_names().iter().map(|n| format!("`{n}`")).collect();
        let has = if there.is_empty() {
            "none is declared on it".to_owned()
        } else {
            format!("it has {}", there.join(", "))
        };
        Error::new(
            ErrorKind::InvalidQuery,
            format!(
                "`{}` has no relation `{}`; {has}",
                self.name(),
                name.escape_debug()
            ),
        )
        .with_table(self.table().name.clone().into_owned())
    }
}
