//! Lists of ids in a column.

use proptest::prelude::*;
use sqloquent::{
    ColumnType, Dialect, DynamicModel, ErrorKind, IdList, SqlType, ValueRef, block_on, prelude::*, record,
    types::coerce,
};

use crate::{Node, Person, Task, database, ids, list, nodes};

#[test]
fn ids_are_kept_sorted_by_their_text() {
    let mut ids = IdList::<i64>::of([10, 9, 1, 10]).unwrap();
    assert_eq!(ids.as_slice(), [1, 10, 9]);
    assert_eq!(ids.to_value().unwrap(), Value::Text("1,10,9".into()));
    assert!(ids.insert(100).unwrap() && !ids.insert(9).unwrap());
    assert_eq!(ids.to_value().unwrap(), Value::Text("1,10,100,9".into()));
    assert!(ids.remove(&10) && !ids.remove(&10) && !ids.contains(&10) && ids.contains(&9));
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), [1, 100, 9]);
}

#[test]
fn ids_that_cannot_be_told_apart_in_a_list_are_refused() {
    for bad in ["", "a,b", ","] {
        assert!(IdList::<String>::of([bad]).is_err(), "{bad:?}");
        assert!(list(&["x"]).insert(bad).is_err(), "{bad:?}");
    }
    assert!(IdList::<Vec<u8>>::of([vec![1_u8]]).is_err());
}

#[test]
fn null_and_empty_text_are_empty_lists() {
    for empty in [ValueRef::Null, ValueRef::Text(""), ValueRef::Text(",")] {
        assert!(IdList::<String>::from_value(empty).unwrap().is_empty());
    }
    assert_eq!(
        Option::<IdList<String>>::from_value(ValueRef::Null).unwrap(),
        None
    );
    assert_eq!(
        IdList::<String>::new().to_value().unwrap(),
        Value::Text(String::new())
    );
}

#[test]
fn what_is_no_list_of_such_ids_is_an_error() {
    assert!(IdList::<String>::from_value(ValueRef::Int(1)).is_err());
    for wrong in ["1,x", "007", "1, 2", "+1"] {
        assert!(
            IdList::<i64>::from_value(ValueRef::Text(wrong)).is_err(),
            "{wrong:?}"
        );
    }
    assert!(IdList::<i16>::from_value(ValueRef::Text("70000")).is_err());
}

proptest! {
    /// Any ids come back from their text; the text is the same whatever order they came in.
    #[test]
    fn lists_survive_the_way_through_text(ids in prop::collection::vec("[^,\0]{1,8}", 0..12)) {
        let forth = IdList::<String>::of(ids.clone()).unwrap();
        let back = IdList::<String>::of(ids.iter().rev().cloned()).unwrap();
        prop_assert_eq!(&forth, &back);
        let text = forth.to_value().unwrap();
        prop_assert_eq!(&IdList::<String>::from_value(text.as_ref()).unwrap(), &forth);
        let mut sorted: Vec<String> = ids;
        sorted.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        sorted.dedup();
        prop_assert_eq!(forth.into_iter().collect::<Vec<_>>(), sorted.clone());
        prop_assert_eq!(text, Value::Text(sorted.join(",")));
    }

    /// The database finds exactly the rows whose lists have the id, as one does by hand.
    #[test]
    fn has_finds_whole_ids(
        lists in prop::collection::vec(prop::collection::vec("[ab1%_'\"é\\\\]{1,3}", 0..5), 1..8),
        wanted in "[ab1%_'\"é\\\\]{1,3}",
    ) {
        block_on(async {
            let db = database().await;
            let rows = lists.iter().enumerate().map(|(i, ids)| Node {
                id: format!("n{i}"),
                parent_ids: IdList::of(ids.iter().cloned()).unwrap(),
            });
            let rows: Vec<Node> = rows.collect();
            Node::insert_many(&db, rows.clone()).await.unwrap();
            let by_hand: Vec<String> =
                rows.iter().filter(|r| r.parent_ids.contains(wanted.as_str())).map(|r| r.id.clone()).collect();
            let found = Node::query().filter(|n| n.parent_ids.has(wanted.as_str())).get(&db).await.unwrap();
            prop_assert_eq!(ids(found), by_hand.clone());
            let others = Node::query().filter(|n| !n.parent_ids.has(wanted.as_str())).count(&db).await.unwrap();
            prop_assert_eq!(others as usize, rows.len() - by_hand.len());
            // As a column of another row.
            Node::new(&wanted, IdList::new()).insert(&db).await.unwrap();
            let joined = Node::query()
                .join_as::<Node>("listed", |(n, listed)| n.parent_ids.has(listed.id))
                .get(&db)
                .await
                .unwrap();
            let joined: Vec<Node> = joined.into_iter().map(|(n, _)| n).collect();
            prop_assert_eq!(ids(joined), by_hand);
            Ok(())
        })?;
    }
}

/// Id 1 is not in "112,5", and NULL has no id: neither of them is left out by the opposite question.
#[test]
fn pitfall_d8_lists_are_matched_by_whole_ids() {
    block_on(async {
        let db = database().await;
        let all = [
            (1, Some(vec![112, 5])),
            (2, Some(vec![1, 5])),
            (3, None),
            (4, Some(vec![])),
        ];
        for (id, needs) in all {
            let needs = needs.map(|ids| IdList::of(ids).unwrap());
            Task { id, needs }.insert(&db).await.unwrap();
        }
        let with = Task::query().filter(|t| t.needs.has(1)).get(&db).await.unwrap();
        assert_eq!(with.iter().map(|t| t.id).collect::<Vec<_>>(), [2]);
        let without = Task::query()
            .filter(|t| !t.needs.has(1))
            .count(&db)
            .await
            .unwrap();
        assert_eq!(without, 3);
        // Two ids of a list at once are no id of it.
        nodes(&db, &[("a", &["1", "2", "3"]), ("1,2", &[])]).await;
        let refused = Node::query()
            .filter(|n| n.parent_ids.has("1,2"))
            .get(&db)
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidValue);
        let joined = Node::query()
            .join_as::<Node>("listed", |(n, listed)| n.parent_ids.has(listed.id))
            .count(&db)
            .await
            .unwrap();
        assert_eq!(joined, 0);
    });
}

/// NULL, '' and what came of '' by adding to it are read as the ids that they hold; removals are stored.
#[test]
fn pitfall_d9_lists_of_other_programs_are_read_and_put_in_order() {
    block_on(async {
        let db = database().await;
        db.execute_script(
            "create table loose (id text primary key, parent_ids text);
             insert into loose values ('a', null), ('b', ''), ('c', ',1'), ('d', '2,1')",
        )
        .await
        .unwrap();
        #[derive(Model, Clone, Debug)]
        #[model(table = "loose")]
        struct Loose {
            #[model(id(given))]
            pub id: String,
            pub parent_ids: IdList<i64>,
        }
        let read = Loose::query().order_by("id", Asc).get(&db).await.unwrap();
        let lists: Vec<_> = read.iter().map(|l| l.parent_ids.as_slice()).collect();
        assert_eq!(lists, [&[][..], &[], &[1], &[1, 2]]);
        let has = Loose::query()
            .filter(|l| l.parent_ids.has(1))
            .pluck::<String>(&db, "id")
            .await
            .unwrap();
        assert_eq!(has, ["c", "d"]);

        let mut d = read.into_iter().next_back().unwrap();
        d.update(&db, |l| {
            l.parent_ids.remove(&1);
        })
        .await
        .unwrap();
        let stored = DynamicModel::new("loose", ["id", "parent_ids"]);
        let stored = stored.find_required(&db, "d").await.unwrap();
        assert_eq!(stored.get("parent_ids"), Some(&Value::Text("2".into())));
    });
}

#[test]
fn declared_columns_of_records_hold_lists_in_their_one_form() {
    block_on(async {
        let db = database().await;
        let nodes = DynamicModel::new("nodes", ["id"]).column("parent_ids", ColumnType::IdList);
        let stored = nodes
            .insert(&db, record! { "id": "x", "parent_ids": "b,a,b" })
            .await
            .unwrap();
        assert_eq!(stored.get("parent_ids"), Some(&Value::Text("a,b".into())));
        assert_eq!(
            stored.read::<IdList<String>>("parent_ids").unwrap(),
            list(&["a", "b"])
        );
        let found = nodes
            .query()
            .filter(|c| c.col("parent_ids").has("b"))
            .get(&db)
            .await
            .unwrap();
        assert_eq!(found, [stored]);
        let wrong = nodes
            .insert(&db, record! { "id": "y", "parent_ids": 5 })
            .await
            .unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::InvalidValue);
        assert_eq!(
            coerce(Value::Text(",2,1".into()), ColumnType::IdList, false).unwrap(),
            Value::Text("1,2".into())
        );
        let number = DynamicModel::new("staff", ["id"]).column("boss_id", ColumnType::Int64);
        let refused = number
            .query()
            .filter(|c| c.col("boss_id").has(1))
            .to_sql(Dialect::SQLITE);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidValue);
    });
}

#[test]
fn lists_are_compared_with_lists() {
    block_on(async {
        let db = database().await;
        nodes(&db, &[("a", &[]), ("b", &["a"])]).await;
        let empty = Node::query()
            .filter(|n| n.parent_ids.eq(IdList::new()))
            .get(&db)
            .await
            .unwrap();
        assert_eq!(ids(empty), ["a"]);
        let same = Node::query()
            .equal("parent_ids", list(&["a"]))
            .get(&db)
            .await
            .unwrap();
        assert_eq!(ids(same), ["b"]);
        assert_eq!(Person::query().count(&db).await.unwrap(), 0);
    });
}
