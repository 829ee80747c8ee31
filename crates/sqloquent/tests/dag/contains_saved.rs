//! Changing relations by lists of ids.

use proptest::prelude::*;
use sqloquent::{ErrorKind, IdList, block_on, prelude::*};

use crate::contains::{Item, Mix, Song, ids, items};

async fn stored(db: &Db, id: i64) -> String {
    let text = db
        .raw("select item_ids from items where id = ?", (id,))
        .scalar::<Option<String>>();
    text.await.unwrap().unwrap_or_else(|| "NULL".to_owned())
}

#[test]
fn the_owner_s_list_is_changed_in_order() {
    block_on(async {
        let db = items(&[(1, &[]), (10, &[]), (9, &[]), (5, &[9])]).await;
        let mut five = Item::find_required(&db, 5).await.unwrap();
        five.parents_mut().add(10).add(1).save(&db).await.unwrap();
        assert_eq!(stored(&db, 5).await, "1,10,9");
        assert_eq!(five.item_ids.as_slice(), [1, 10, 9]);
        assert_eq!(ids(five.parents.try_get().unwrap()), [1, 9, 10]);
        five.parents_mut().remove(9).remove(1).save(&db).await.unwrap();
        assert_eq!((stored(&db, 5).await.as_str(), five.item_ids.len()), ("10", 1));
        five.parents_mut().set([1, 9]).save(&db).await.unwrap();
        assert_eq!(stored(&db, 5).await, "1,9");
        five.parents_mut().clear().save(&db).await.unwrap();
        assert_eq!(stored(&db, 5).await, "");
        assert!(five.parents.try_get().unwrap().is_empty());
        five.parents_mut().reload(&db).await.unwrap();
        assert!(five.parents.try_get().unwrap().is_empty());
    });
}

#[test]
fn the_lists_of_the_others_are_changed() {
    block_on(async {
        let db = items(&[(1, &[]), (2, &[]), (3, &[1, 2]), (4, &[2])]).await;
        let mut one = Item::find_required(&db, 1).await.unwrap();
        one.children_mut().add(4).remove(3).save(&db).await.unwrap();
        assert_eq!(
            (stored(&db, 3).await, stored(&db, 4).await),
            ("2".into(), "1,2".into())
        );
        assert_eq!(ids(one.children.try_get().unwrap()), [4]);
        // Set: those not among them lose it.
        one.children().set([2, 3]).save(&db).await.unwrap();
        let lists = (stored(&db, 2).await, stored(&db, 3).await, stored(&db, 4).await);
        assert_eq!(lists, ("1".into(), "1,2".into(), "2".into()));
        one.children().clear().save(&db).await.unwrap();
        let children = one.children().query().count(&db).await.unwrap();
        assert_eq!((children, stored(&db, 2).await), (0, String::new()));
        assert_eq!(stored(&db, 3).await, "2");
    });
}

/// Rows that are not stored yet are stored first, on either side.
#[test]
fn new_rows_are_stored_first() {
    block_on(async {
        let db = items(&[(1, &[])]).await;
        let mut one = Item::find_required(&db, 1).await.unwrap();
        let child = Item::new(7, "child", IdList::of([3]).unwrap());
        one.children_mut().add(child).save(&db).await.unwrap();
        assert_eq!(stored(&db, 7).await, "1,3");
        one.parents_mut()
            .add(Item::new(8, "parent", IdList::new()))
            .save(&db)
            .await
            .unwrap();
        assert_eq!(
            (stored(&db, 1).await, stored(&db, 8).await),
            ("8".into(), String::new())
        );

        // Ids of text that are made here, and a list that is NULL.
        let mut mix = Mix::new().insert(&db).await.unwrap();
        assert_eq!(mix.song_ids, None);
        let song = Song::new();
        mix.songs_mut().add(&song).save(&db).await.unwrap();
        assert_eq!(
            mix.song_ids.as_ref().unwrap().as_slice(),
            std::slice::from_ref(&song.id)
        );
        assert_eq!(song.mixes().query().count(&db).await.unwrap(), 1);
    });
}

#[test]
fn what_leads_nowhere_is_refused_and_nothing_is_written() {
    block_on(async {
        let db = items(&[(1, &[]), (2, &[99])]).await;
        let one = Item::find_required(&db, 1).await.unwrap();
        let e = one.parents().add(2).add(77).save(&db).await.unwrap_err();
        assert_eq!(e.kind(), ErrorKind::NotFound);
        assert_eq!(stored(&db, 1).await, "");
        let e = one.children().add(2).add(77).save(&db).await.unwrap_err();
        assert_eq!(
            (e.kind(), stored(&db, 2).await.as_str()),
            (ErrorKind::NotFound, "99")
        );
        // An id that leads nowhere can be taken out.
        let two = Item::find_required(&db, 2).await.unwrap();
        two.parents().remove(99).save(&db).await.unwrap();
        assert_eq!(stored(&db, 2).await, "");
        let gone = Item::new(50, "gone", IdList::new());
        let e = gone.parents().add(1).save(&db).await.unwrap_err();
        assert_eq!(e.kind(), ErrorKind::NotFound);
        let comma = Song {
            id: "a,b".into(),
            mixes: Related::default(),
        };
        let mix = Mix::new().insert(&db).await.unwrap();
        let e = mix.songs().add(comma).save(&db).await.unwrap_err();
        assert_eq!(
            (e.kind(), Song::query().count(&db).await.unwrap()),
            (ErrorKind::InvalidValue, 0)
        );
    });
}

/// What another program wrote since the owner was read is kept, and lists that stay the same are not written.
#[test]
fn changes_are_made_to_what_is_stored() {
    block_on(async {
        let db = items(&[(1, &[]), (2, &[]), (3, &[])]).await;
        let mut three = Item::find_required(&db, 3).await.unwrap();
        db.raw("update items set item_ids = '2' where id = 3", ())
            .execute()
            .await
            .unwrap();
        three.parents_mut().add(1).save(&db).await.unwrap();
        assert_eq!((stored(&db, 3).await.as_str(), three.item_ids.len()), ("1,2", 2));
        db.raw("update items set item_ids = ',2,1' where id = 3", ())
            .execute()
            .await
            .unwrap();
        three.parents_mut().add(1).save(&db).await.unwrap();
        assert_eq!(stored(&db, 3).await, ",2,1");
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Any changes give the sets that one gets by hand, from either side.
    #[test]
    fn changes_are_those_of_sets(
        changes in prop::collection::vec((any::<bool>(), 0_i64..6, 0_i64..6, 0_u8..3), 1..14),
    ) {
        let mut edges: std::collections::BTreeSet<(i64, i64)> = Default::default();
        block_on(async {
            let none: Vec<(i64, &[i64])> = (0..6).map(|i| (i, &[][..])).collect();
            let db = items(&none).await;
            for (from_child, child, parent, what) in changes {
                let mut owner = Item::find_required(&db, if from_child { child } else { parent }).await.unwrap();
                let other = if from_child { parent } else { child };
                macro_rules! change {
                    ($relation:expr) => {
                        match what {
                            0 => $relation.add(other).save(&db).await.unwrap(),
                            1 => $relation.remove(other).save(&db).await.unwrap(),
                            _ => $relation.set([other]).save(&db).await.unwrap(),
                        }
                    };
                }
                if from_child {
                    change!(owner.parents_mut());
                } else {
                    change!(owner.children_mut());
                }
                match what {
                    0 => { edges.insert((child, parent)); }
                    1 => { edges.remove(&(child, parent)); }
                    _ => {
                        edges.retain(|(c, p)| if from_child { *c != child } else { *p != parent });
                        edges.insert((child, parent));
                    }
                }
                let all = Item::query().order_by("id", Asc).get(&db).await.unwrap();
                let found: std::collections::BTreeSet<(i64, i64)> =
                    all.iter().flat_map(|i| i.item_ids.iter().map(|p| (i.id, *p))).collect();
                prop_assert_eq!(&found, &edges);
            }
            Ok(())
        })?;
    }
}
