//! Random graphs, with cycles and ids that lead nowhere, against walking by hand.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proptest::prelude::*;
use sqloquent::{IdList, block_on, prelude::*};

use crate::{Node, Person, database};

/// Distances from a start, not counting the start itself unless it is reached again.
fn by_hand(
    next: &BTreeMap<usize, BTreeSet<usize>>,
    start: usize,
    depth: Option<u32>,
) -> BTreeMap<usize, i64> {
    let mut reached = BTreeMap::new();
    let mut queue = VecDeque::from([(start, 0_i64)]);
    while let Some((at, steps)) = queue.pop_front() {
        if depth.is_some_and(|d| steps >= i64::from(d)) {
            continue;
        }
        for &to in next.get(&at).into_iter().flatten() {
            if let std::collections::btree_map::Entry::Vacant(place) = reached.entry(to) {
                place.insert(steps + 1);
                queue.push_back((to, steps + 1));
            }
        }
    }
    reached
}

fn turned(edges: &BTreeMap<usize, BTreeSet<usize>>) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut turned: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (from, all) in edges {
        for to in all {
            turned.entry(*to).or_default().insert(*from);
        }
    }
    turned
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn lists_are_walked_as_by_hand(
        size in 1_usize..12,
        edges in prop::collection::vec((0_usize..12, 0_usize..14), 0..30),
        start in 0_usize..12,
        depth in prop::option::of(0_u32..5),
    ) {
        let start = start % size;
        let mut parents: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let mut named: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (from, to) in edges {
            let from = from % size;
            named.entry(from).or_default().insert(to);
            if to < size {
                parents.entry(from).or_default().insert(to);
            }
        }
        block_on(async {
            let db = database().await;
            let rows = (0..size).map(|i| Node {
                id: i.to_string(),
                parent_ids: IdList::of(named.get(&i).into_iter().flatten().map(ToString::to_string)).unwrap(),
            });
            Node::insert_many(&db, rows).await.unwrap();
            for (up, edges) in [(true, parents.clone()), (false, turned(&parents))] {
                let expected = by_hand(&edges, start, depth);
                let id = start.to_string();
                let (query, depths) = if up {
                    (Node::query().ancestors_of(id.as_str(), depth, |n| n.parent_ids),
                     Node::query().ancestors_with_depth(id.as_str(), depth, |n| n.parent_ids))
                } else {
                    (Node::query().descendants_of(id.as_str(), depth, |n| n.parent_ids),
                     Node::query().descendants_with_depth(id.as_str(), depth, |n| n.parent_ids))
                };
                let found: BTreeSet<usize> =
                    query.get(&db).await.unwrap().iter().map(|n| n.id.parse().unwrap()).collect();
                prop_assert_eq!(&found, &expected.keys().copied().collect());
                let depths: BTreeMap<usize, i64> =
                    depths.get(&db).await.unwrap().iter().map(|(n, d)| (n.id.parse().unwrap(), *d)).collect();
                prop_assert_eq!(depths, expected);
            }
            let lost: BTreeSet<(usize, usize)> = Node::query()
                .dangling_ids::<Node, _>(|n| n.parent_ids).get(&db).await.unwrap()
                .iter().map(|(n, id)| (n.id.parse().unwrap(), id.parse().unwrap())).collect();
            let expected: BTreeSet<(usize, usize)> = named.iter()
                .flat_map(|(from, all)| all.iter().filter(|to| **to >= size).map(|to| (*from, *to))).collect();
            prop_assert_eq!(lost, expected);
            Ok(())
        })?;
    }

    #[test]
    fn trees_are_walked_as_by_hand(
        bosses in prop::collection::vec(prop::option::of(0_usize..12), 1..12),
        start in 0_usize..12,
        depth in prop::option::of(0_u32..5),
    ) {
        let start = start % bosses.len();
        let mut parents: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (i, boss) in bosses.iter().enumerate() {
            if let Some(boss) = boss.filter(|b| *b < bosses.len()) {
                parents.entry(i).or_default().insert(boss);
            }
        }
        block_on(async {
            let db = database().await;
            let staff = bosses.iter().enumerate().map(|(i, boss)| Person {
                id: i as i64,
                boss_id: boss.map(|b| b as i64),
            });
            Person::insert_many(&db, staff).await.unwrap();
            for (up, edges) in [(true, parents.clone()), (false, turned(&parents))] {
                let expected: BTreeSet<i64> =
                    by_hand(&edges, start, depth).into_keys().map(|i| i as i64).collect();
                let query = if up {
                    Person::query().ancestors_of(start as i64, depth, |p| p.boss_id)
                } else {
                    Person::query().descendants_of(start as i64, depth, |p| p.boss_id)
                };
                let found: BTreeSet<i64> = query.get(&db).await.unwrap().iter().map(|p| p.id).collect();
                prop_assert_eq!(found, expected);
            }
            Ok(())
        })?;
    }
}
