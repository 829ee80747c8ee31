//! Relations by lists of ids.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sqloquent::{IdList, block_on, prelude::*};

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Item {
    #[model(id(given))]
    pub id: i64,
    pub name: String,
    pub item_ids: IdList<i64>,
    #[model(contains(key = item_ids))]
    pub parents: Related<Vec<Item>>,
    #[model(within(key = item_ids))]
    pub children: Related<Vec<Item>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Song {
    #[model(id)]
    pub id: String,
    #[model(within)]
    pub mixes: Related<Vec<Mix>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Mix {
    #[model(id)]
    pub id: String,
    pub song_ids: Option<IdList<String>>,
    #[model(contains)]
    pub songs: Related<Vec<Song>>,
}

pub(crate) async fn items(all: &[(i64, &[i64])]) -> Db {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.create_tables::<(Item, Song, Mix)>().await.unwrap();
    let rows = all.iter().map(|(id, ids)| {
        Item::new(
            *id,
            format!("item {id}"),
            IdList::of(ids.iter().copied()).unwrap(),
        )
    });
    Item::insert_many(&db, rows).await.unwrap();
    db
}

pub(crate) fn ids(items: &[Item]) -> Vec<i64> {
    let mut ids: Vec<i64> = items.iter().map(|i| i.id).collect();
    ids.sort_unstable();
    ids
}

const GRAPH: &[(i64, &[i64])] = &[(1, &[]), (2, &[1]), (3, &[1, 2, 99]), (10, &[3, 1]), (12, &[10])];

#[test]
fn both_sides_are_loaded_with_the_query() {
    block_on(async {
        let db = items(GRAPH).await;
        let all = Item::query()
            .with(|i| (i.parents, i.children.with(|c| c.parents)))
            .order_by("id", Asc)
            .get(&db)
            .await
            .unwrap();
        let parents: Vec<_> = all.iter().map(|i| ids(i.parents.try_get().unwrap())).collect();
        assert_eq!(parents, [vec![], vec![1], vec![1, 2], vec![1, 3], vec![10]]);
        let children: Vec<_> = all.iter().map(|i| ids(i.children.try_get().unwrap())).collect();
        assert_eq!(children, [vec![2, 3, 10], vec![3], vec![10], vec![12], vec![]]);
        let three = all[1].children.try_get().unwrap().first().unwrap();
        assert_eq!(ids(three.parents.try_get().unwrap()), [1, 2]);
    });
}

/// A row that is in several lists counts in the limit of each.
#[test]
fn limits_and_orders_hold_for_each_owner() {
    block_on(async {
        let db = items(GRAPH).await;
        let all = Item::query()
            .with(|i| {
                (
                    i.parents.only(|q| q.order_by("id", Desc).limit(1)),
                    i.children.only(|q| q.order_by("id", Desc).skip(1).limit(1)),
                )
            })
            .order_by("id", Asc)
            .get(&db)
            .await
            .unwrap();
        let parents: Vec<_> = all.iter().map(|i| ids(i.parents.try_get().unwrap())).collect();
        assert_eq!(parents, [vec![], vec![1], vec![2], vec![3], vec![10]]);
        let children: Vec<_> = all.iter().map(|i| ids(i.children.try_get().unwrap())).collect();
        assert_eq!(children, [vec![3], vec![], vec![], vec![], vec![]]);
    });
}

#[test]
fn related_rows_are_looked_for_and_counted() {
    block_on(async {
        let db = items(GRAPH).await;
        let roots = Item::query().doesnt_have(|i| i.parents).get(&db).await.unwrap();
        assert_eq!(ids(&roots), [1]);
        let leaves = Item::query().doesnt_have(|i| i.children).get(&db).await.unwrap();
        assert_eq!(ids(&leaves), [12]);
        let below_three = Item::query()
            .where_has(|i| i.parents.only(|q| q.equal("id", 3)))
            .get(&db)
            .await
            .unwrap();
        assert_eq!(ids(&below_three), [10]);
        let counts = Item::query()
            .select_also(|i| (i.parents.count(), i.children.count(), i.children.max(|c| c.id)))
            .order_by("id", Asc)
            .get(&db)
            .await
            .unwrap();
        let counts: Vec<_> = counts.into_iter().map(|(i, counts)| (i.id, counts)).collect();
        assert_eq!(
            counts,
            [
                (1, (0, 3, Some(10))),
                (2, (1, 1, Some(3))),
                (3, (2, 1, Some(10))),
                (10, (2, 1, Some(12))),
                (12, (1, 0, None))
            ]
        );
    });
}

/// Relations of a model to itself say by which column the walk goes.
#[test]
fn walks_go_by_relations() {
    block_on(async {
        let db = items(GRAPH).await;
        for above in [
            Item::query().ancestors_of(12, None, |i| i.parents),
            Item::query().ancestors_of(12, None, |i| i.children),
            Item::query().ancestors_of(12, None, |i| i.item_ids),
        ] {
            assert_eq!(ids(&above.get(&db).await.unwrap()), [1, 2, 3, 10]);
        }
        let below = Item::query()
            .descendants_of(3, 1, |i| i.children)
            .get(&db)
            .await
            .unwrap();
        assert_eq!(ids(&below), [10]);
    });
}

/// Instances are loaded by the lists that they hold, stored or not.
#[test]
fn instances_load_what_their_lists_name() {
    block_on(async {
        let db = items(GRAPH).await;
        let mut one = Item::find_required(&db, 12).await.unwrap();
        one.item_ids.insert(2).unwrap();
        Item::load(&db, &mut one, |i| (i.parents, i.children))
            .await
            .unwrap();
        assert_eq!(ids(one.parents.try_get().unwrap()), [2, 10]);
        assert!(one.children.try_get().unwrap().is_empty());
    });
}

/// NULL, '' and odd lists of other programs: nothing, nothing, and each row once.
#[test]
fn pitfall_d9_odd_lists_lead_to_each_row_once() {
    block_on(async {
        let db = items(&[]).await;
        db.execute_script(
            "insert into songs values ('a'), ('b');
             insert into mixes values ('null', null), ('none', ''), ('odd', ',b,a,b')",
        )
        .await
        .unwrap();
        let mixes = Mix::query()
            .with(|m| m.songs)
            .order_by("id", Asc)
            .get(&db)
            .await
            .unwrap();
        let songs: Vec<_> = mixes
            .iter()
            .map(|m| {
                let mut ids: Vec<_> = m.songs.try_get().unwrap().iter().map(|s| s.id.as_str()).collect();
                ids.sort_unstable();
                (m.id.as_str(), ids)
            })
            .collect();
        assert_eq!(
            songs,
            [("none", vec![]), ("null", vec![]), ("odd", vec!["a", "b"])]
        );
        let songs = Song::query()
            .with(|s| s.mixes)
            .with_count(|s| s.mixes)
            .get(&db)
            .await
            .unwrap();
        for (song, count) in songs {
            assert_eq!(
                (song.mixes.try_get().unwrap().len(), count),
                (1, 1),
                "{}",
                song.id
            );
        }
    });
}

/// Ids that are pieces of others, and text beside numbers.
#[test]
fn pitfall_d8_relations_go_by_whole_ids() {
    block_on(async {
        let db = items(&[(1, &[]), (5, &[]), (112, &[]), (200, &[112, 5]), (201, &[11])]).await;
        let all = Item::query()
            .with(|i| i.children)
            .order_by("id", Asc)
            .get(&db)
            .await
            .unwrap();
        let children: Vec<_> = all.iter().map(|i| ids(i.children.try_get().unwrap())).collect();
        assert_eq!(children, [vec![], vec![200], vec![200], vec![], vec![]]);
        assert_eq!(
            Item::query().where_has(|i| i.children).count(&db).await.unwrap(),
            2
        );
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Loading, counting and looking give what one finds by going through the lists by hand.
    #[test]
    fn relations_are_those_of_the_lists(
        size in 1_i64..12,
        edges in prop::collection::vec((0_i64..12, 0_i64..14), 0..40),
        limit in prop::option::of(1_usize..4),
    ) {
        let mut named: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for (from, to) in edges {
            named.entry(from % size).or_default().insert(to);
        }
        block_on(async {
            let db = items(&[]).await;
            let rows = (0..size).map(|i| {
                let list = IdList::of(named.get(&i).into_iter().flatten().copied()).unwrap();
                Item::new(i, format!("item {i}"), list)
            });
            Item::insert_many(&db, rows).await.unwrap();
            let narrow = |q: Query<Item>| match limit {
                Some(limit) => q.order_by("id", Asc).limit(limit),
                None => q.order_by("id", Asc),
            };
            let all = Item::query()
                .with(|i| (i.parents.only(narrow), i.children.only(narrow)))
                .select_also(|i| (i.parents.count(), i.children.count()))
                .get(&db)
                .await
                .unwrap();
            prop_assert_eq!(all.len() as i64, size);
            for (item, (parent_count, child_count)) in all {
                let parents: Vec<i64> =
                    named.get(&item.id).into_iter().flatten().copied().filter(|p| *p < size).collect();
                let children: Vec<i64> =
                    (0..size).filter(|i| named.get(i).is_some_and(|n| n.contains(&item.id))).collect();
                prop_assert_eq!((parent_count, child_count), (parents.len() as i64, children.len() as i64));
                let keep = limit.unwrap_or(usize::MAX);
                let cut = |ids: &[i64]| ids.iter().copied().take(keep).collect::<Vec<_>>();
                prop_assert_eq!(ids(item.parents.try_get().unwrap()), cut(&parents));
                prop_assert_eq!(ids(item.children.try_get().unwrap()), cut(&children));
            }
            let with_parents: BTreeSet<i64> =
                Item::query().where_has(|i| i.parents).pluck(&db, "id").await.unwrap().into_iter().collect();
            let by_hand: BTreeSet<i64> =
                named.iter().filter(|(_, ids)| ids.iter().any(|i| *i < size)).map(|(id, _)| *id).collect();
            prop_assert_eq!(with_parents, by_hand);
            Ok(())
        })?;
    }
}
