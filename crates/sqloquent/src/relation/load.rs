//! Loading a relation for any number of rows by one statement.

use std::{collections::HashSet, marker::PhantomData, ops::Deref, sync::Arc};

use sqloquent_core::{Dialect, Result, RowAccess, Statement, Value, ValueRef};

use super::{
    Includes, RelatedContent, RelationDef, RelationKind, RelationMeta,
    include::{Include, Loader},
    key_index::KeyIndex,
    known::{KnownColumns, KnownRow},
    list::{self, Members},
    statement::RelatedRows,
};
use crate::{job::AnyLoader, query::Select};

/// What is known of a relation, fixed in the program or made at run time.
#[derive(Clone, Debug)]
pub(crate) enum DefRef {
    Static(&'static RelationDef),
    Shared(Arc<RelationDef>),
}

impl Deref for DefRef {
    type Target = RelationDef;

    fn deref(&self) -> &RelationDef {
        match self {
            Self::Static(def) => def,
            Self::Shared(def) => def,
        }
    }
}

/// How a relation is read from, and put into, rows `P` that hold a `C`.
pub(crate) trait Ends<P, C>: Send + Sync {
    /// The values of the columns that take part.
    fn key(&self, parent: &P) -> Result<Vec<Value>>;

    /// Whether it is there already.
    fn is_loaded(&self, parent: &P) -> bool;

    /// Puts it in place.
    fn place(&self, parent: &mut P, content: Arc<C>);
}

impl<O, C: Send + Sync> Ends<O, C> for &'static RelationMeta<O, C> {
    fn key(&self, parent: &O) -> Result<Vec<Value>> {
        RelationMeta::key(self, parent)
    }

    fn is_loaded(&self, parent: &O) -> bool {
        self.get(parent).is_loaded()
    }

    fn place(&self, parent: &mut O, content: Arc<C>) {
        self.get_mut(parent).set_shared(content);
    }
}

/// Reads a related row; the number is where the pivot's columns begin.
pub(crate) type DecodeRelated<I> = Arc<dyn Fn(&dyn RowAccess, usize) -> Result<I> + Send + Sync>;

/// A relation from rows `P` to what they hold of it, `C`, as it is to be loaded.
pub(crate) struct Loaded<P, C: RelatedContent> {
    pub(crate) def: DefRef,
    pub(crate) ends: Box<dyn Ends<P, C>>,
    /// What the related rows are narrowed and ordered by.
    pub(crate) select: Select,
    /// Whether the pivot's columns are read, too.
    pub(crate) pivot: bool,
    pub(crate) decode: DecodeRelated<C::Item>,
    /// What is loaded with the related rows.
    pub(crate) nested: Includes<C::Item>,
}

impl<P: 'static, C: RelatedContent> Include<P> for Loaded<P, C> {
    fn path(&self) -> String {
        self.def.path()
    }

    fn loader(self: Arc<Self>, dialect: Dialect, missing: bool) -> Result<Box<dyn Loader<P>>> {
        self.loading(dialect, missing)
            .map(|loading| Box::new(loading) as Box<dyn Loader<P>>)
    }
}

impl<P: 'static, C: RelatedContent> Loaded<P, C> {
    pub(crate) fn loading(self: Arc<Self>, dialect: Dialect, missing: bool) -> Result<Loading<P, C>> {
        let rows = RelatedRows::new(&self.def, &self.select, self.pivot)?;
        // What is wrong with the statement shows before anything runs.
        rows.compile(dialect, vec![vec![Value::Int(0)]; rows.width()])?;
        let via = self.def.via.as_ref();
        let distinct = via.is_some_and(|via| !self.pivot && !via.is_unique())
            || self.def.kind == RelationKind::Within && !self.def.related.key.is_empty();
        let nested = self.nested.loaders(dialect, false)?;
        let mut known = KnownColumns::of_key(&rows.key_at);
        for nested in &nested {
            known.add(nested.reads());
        }
        Ok(Loading {
            nested,
            distinct,
            known,
            width: rows.width(),
            relation: self,
            rows,
            dialect,
            missing,
            index: KeyIndex::default(),
            members: Members::default(),
            passed: Vec::new(),
            parents: Vec::new(),
            stage: Stage::Start,
            groups: Vec::new(),
            run: Vec::new(),
            run_of: NONE,
            arrivals: Vec::new(),
            arrived: 0,
            seen: HashSet::new(),
            marker: PhantomData,
        })
    }
}

enum Stage {
    Start,
    Reading,
    Nested(usize),
    Over,
}

/// The number of a row that has no related ones, and of one that is left alone.
const NONE: u32 = u32::MAX;
const LEFT: u32 = u32::MAX - 1;

/// A relation while it is loaded.
pub(crate) struct Loading<P, C: RelatedContent> {
    relation: Arc<Loaded<P, C>>,
    rows: RelatedRows,
    /// What is read of a related row to know whose it is, and by what is loaded with it.
    known: KnownColumns,
    /// How many of these are the owner's key.
    width: usize,
    dialect: Dialect,
    missing: bool,
    /// Whether related rows that come twice for an owner count once.
    distinct: bool,
    index: KeyIndex,
    /// The ids in the owners' lists, where they have such.
    members: Members,
    /// How many related rows of each key came by, where only some are kept.
    passed: Vec<u64>,
    /// The group of each row whose relation it is.
    parents: Vec<u32>,
    stage: Stage,
    nested: Vec<Box<dyn Loader<C::Item>>>,
    /// The related rows of each key.
    groups: Vec<Vec<C::Item>>,
    /// The rows that came last and belong to the same key: they often come together, and then a group takes no more
    /// memory than it needs.
    run: Vec<C::Item>,
    run_of: u32,
    /// The numbers of the related rows, where something is loaded with them.
    arrivals: Vec<Vec<u32>>,
    arrived: u32,
    seen: HashSet<(u32, Vec<Value>)>,
    marker: PhantomData<fn() -> P>,
}

/// The values of a row at some places, up to the four that a key may have.
fn values<'r>(row: &'r dyn RowAccess, at: &[usize], into: &mut [ValueRef<'r>; 4]) -> Result<usize> {
    let width = at.len().min(into.len());
    for (place, &i) in into.iter_mut().zip(at) {
        *place = row.get(i)?;
    }
    Ok(width)
}

impl<P: 'static, C: RelatedContent> Loading<P, C> {
    fn kind(&self) -> RelationKind {
        self.relation.def.kind
    }

    fn learn(&mut self, key: &[ValueRef<'_>]) -> Result<()> {
        let def = &self.relation.def;
        let group = match def.kind {
            RelationKind::Contains => self.members.learn(def, &mut self.index, key)?,
            RelationKind::Within => {
                let id = list::listed_key(def, key)?;
                id.and_then(|id| self.index.insert(&[id.as_ref()]))
            }
            _ => self.index.insert(key),
        };
        self.parents.push(group.unwrap_or(NONE));
        Ok(())
    }

    /// The keys that are looked for.
    fn wanted(&self) -> &KeyIndex {
        match self.kind() {
            RelationKind::Contains => &self.members.ids,
            _ => &self.index,
        }
    }

    fn wanted_mut(&mut self) -> &mut KeyIndex {
        match self.kind() {
            RelationKind::Contains => &mut self.members.ids,
            _ => &mut self.index,
        }
    }

    fn take(&mut self, row: &dyn RowAccess) -> Result<()> {
        let known = self.known;
        let mut row = known.of(row);
        row.read()?;
        let key = row.values().get(..self.width).unwrap_or_default();
        if self.kind() == RelationKind::Contains {
            let groups = self.members.of(key);
            return groups.into_iter().try_for_each(|group| self.put(group, &row));
        }
        match self.index.find(key) {
            Some(group) => self.put(group, &row),
            None => Ok(()),
        }
    }

    /// Whether the next row of an owner is one of those that are kept.
    fn keeps(&mut self, group: u32) -> bool {
        let share = self.rows.share;
        if share.skip == 0 && share.limit.is_none() {
            return true;
        }
        let group = group as usize;
        self.passed.resize(self.passed.len().max(group + 1), 0);
        let place = self.passed[group];
        self.passed[group] += 1;
        place >= share.skip && share.limit.is_none_or(|limit| place - share.skip < limit)
    }

    /// Takes a row in for an owner.
    fn put(&mut self, group: u32, row: &KnownRow<'_>) -> Result<()> {
        if !self.keeps(group) {
            return Ok(());
        }
        let Some(items) = self.groups.get_mut(group as usize) else {
            return Ok(());
        };
        if !C::MANY && !items.is_empty() {
            return Ok(());
        }
        if self.distinct {
            let def = &self.relation.def;
            let key = match def.kind {
                RelationKind::Within => &*def.related.key,
                _ => &*def.related_key,
            };
            let key = key.iter().map(|&i| row.get(i).map(|v| v.to_owned()));
            if !self.seen.insert((group, key.collect::<Result<_>>()?)) {
                return Ok(());
            }
        }
        for nested in &mut self.nested {
            nested.parent_row(row)?;
        }
        let item = (self.relation.decode)(row, self.rows.pivot_at)?;
        if C::MANY {
            if self.run_of != group {
                self.end_run();
                self.run_of = group;
            }
            self.run.push(item);
        } else {
            items.reserve_exact(1);
            items.push(item);
        }
        if !self.nested.is_empty() {
            self.arrivals[group as usize].push(self.arrived);
            self.arrived += 1;
        }
        Ok(())
    }

    /// Puts the rows that came last where they belong.
    fn end_run(&mut self) {
        if let Some(items) = self.groups.get_mut(self.run_of as usize) {
            items.append(&mut self.run);
        }
        self.run_of = NONE;
    }

    /// What was read for the only row that was learned of.
    pub(crate) fn into_content(mut self) -> C {
        self.attach_nested();
        let group = self.parents.first().copied().unwrap_or(NONE);
        let items = self.groups.get_mut(group as usize).map(std::mem::take);
        C::gather(items.unwrap_or_default())
    }

    fn attach_nested(&mut self) {
        for nested in &mut self.nested {
            let groups = self.arrivals.iter().zip(&mut self.groups);
            let mut rows = groups.flat_map(|(numbers, items)| numbers.iter().copied().zip(items));
            nested.attach(&mut rows);
        }
    }
}

impl<P: 'static, C: RelatedContent> AnyLoader for Loading<P, C> {
    fn next(&mut self) -> Result<Option<Statement>> {
        Loader::next(self)
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<()> {
        Loader::row(self, row)
    }

    fn again(&mut self) {
        self.restart(true);
    }
}

impl<P: 'static, C: RelatedContent> Loader<P> for Loading<P, C> {
    fn reads(&self) -> &[usize] {
        &self.relation.def.owner_key
    }

    fn parent_row(&mut self, row: &KnownRow<'_>) -> Result<()> {
        let mut key = [ValueRef::Null; 4];
        let width = values(row, &self.relation.def.owner_key, &mut key)?;
        self.learn(&key[..width])
    }

    fn parent(&mut self, parent: &P) -> Result<()> {
        if self.missing && self.relation.ends.is_loaded(parent) {
            self.parents.push(LEFT);
            return Ok(());
        }
        let key = self.relation.ends.key(parent)?;
        let key: Vec<ValueRef<'_>> = key.iter().map(Value::as_ref).collect();
        self.learn(&key)
    }

    fn next(&mut self) -> Result<Option<Statement>> {
        loop {
            match self.stage {
                Stage::Start if self.wanted().len() == 0 => self.stage = Stage::Over,
                Stage::Start => {
                    self.stage = Stage::Reading;
                    self.groups.resize_with(self.index.len(), Vec::new);
                    if !self.nested.is_empty() {
                        self.arrivals.resize_with(self.index.len(), Vec::new);
                    }
                    let width = self.width;
                    let lists = self.wanted_mut().take_lists(width);
                    let (compiled, lists) = self.rows.compile(self.dialect, lists)?;
                    self.wanted_mut().give_back(lists);
                    return Ok(Some(compiled.into_statement()));
                }
                Stage::Reading => {
                    self.end_run();
                    self.stage = Stage::Nested(0);
                }
                Stage::Nested(i) => match self.nested.get_mut(i) {
                    None => self.stage = Stage::Over,
                    Some(nested) => match nested.next()? {
                        Some(statement) => return Ok(Some(statement)),
                        None => self.stage = Stage::Nested(i + 1),
                    },
                },
                Stage::Over => return Ok(None),
            }
        }
    }

    fn row(&mut self, row: &dyn RowAccess) -> Result<()> {
        match self.stage {
            Stage::Nested(i) => match self.nested.get_mut(i) {
                Some(nested) => nested.row(row),
                None => Ok(()),
            },
            _ => self.take(row),
        }
    }

    fn attach<'p>(&mut self, parents: &mut dyn Iterator<Item = (u32, &'p mut P)>)
    where
        P: 'p,
    {
        self.attach_nested();
        let groups = std::mem::take(&mut self.groups);
        let contents: Vec<Arc<C>> = groups.into_iter().map(|g| Arc::new(C::gather(g))).collect();
        for (number, parent) in parents {
            let group = self.parents.get(number as usize).copied().unwrap_or(NONE);
            if group == LEFT {
                continue;
            }
            let content = match contents.get(group as usize) {
                Some(content) => Arc::clone(content),
                None => Arc::new(C::gather(Vec::new())),
            };
            self.relation.ends.place(parent, content);
        }
    }

    fn restart(&mut self, keep: bool) {
        self.stage = Stage::Start;
        self.groups.clear();
        self.run.clear();
        self.run_of = NONE;
        self.arrivals.clear();
        self.arrived = 0;
        self.seen.clear();
        self.passed.clear();
        if !keep {
            self.members = Members::default();
            self.parents.clear();
            self.index.clear();
        }
        for nested in &mut self.nested {
            nested.restart(false);
        }
    }
}
