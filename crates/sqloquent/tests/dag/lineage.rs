//! Ancestors, descendants, and ids that lead nowhere.

use sqloquent::{ColumnType, DynamicModel, ErrorKind, IdList, ParentLink, block_on, prelude::*, record};

use crate::{Node, Person, Task, database, ids, list, nodes};

/// A diamond with a tail: a above b and c, which are above d, above e.
const DIAMOND: &[(&str, &[&str])] = &[
    ("a", &[]),
    ("b", &["a"]),
    ("c", &["a"]),
    ("d", &["b", "c"]),
    ("e", &["d"]),
];

#[test]
fn rows_reached_in_several_ways_come_once() {
    block_on(async {
        let db = database().await;
        nodes(&db, DIAMOND).await;
        let above = Node::query().ancestors_of("e", None, |n| n.parent_ids);
        assert_eq!(ids(above.get(&db).await.unwrap()), ["a", "b", "c", "d"]);
        assert_eq!(above.count(&db).await.unwrap(), 4);
        let below = Node::query()
            .descendants_of("a", None, |n| n.parent_ids)
            .get(&db)
            .await
            .unwrap();
        assert_eq!(ids(below), ["b", "c", "d", "e"]);
        let none = Node::query()
            .ancestors_of("a", None, |n| n.parent_ids)
            .get(&db)
            .await
            .unwrap();
        assert_eq!(none, []);
    });
}

#[test]
fn depth_bounds_the_steps() {
    block_on(async {
        let db = database().await;
        nodes(&db, DIAMOND).await;
        for (depth, reached) in [
            (0, &[][..]),
            (1, &["d"]),
            (2, &["b", "c", "d"]),
            (9, &["a", "b", "c", "d"]),
        ] {
            let above = Node::query()
                .ancestors_of("e", depth, |n| n.parent_ids)
                .get(&db)
                .await
                .unwrap();
            assert_eq!(ids(above), reached, "{depth} steps up");
        }
        for (depth, reached) in [(0, &[][..]), (1, &["b", "c"]), (2, &["b", "c", "d"])] {
            let below = Node::query()
                .descendants_of("a", depth, |n| n.parent_ids)
                .get(&db)
                .await
                .unwrap();
            assert_eq!(ids(below), reached, "{depth} steps down");
        }
    });
}

#[test]
fn depth_can_be_read_and_ordered_by() {
    block_on(async {
        let db = database().await;
        nodes(&db, DIAMOND).await;
        // A shortcut from e to b: the shortest way counts.
        let mut e = Node::find_required(&db, "e").await.unwrap();
        e.update(&db, |n| {
            n.parent_ids.insert("b").unwrap();
        })
        .await
        .unwrap();
        let above = Node::query()
            .ancestors_with_depth("e", None, |n| n.parent_ids)
            .order_by("lineage.depth", Asc)
            .order_by("id", Asc)
            .get(&db)
            .await
            .unwrap();
        let above: Vec<_> = above.into_iter().map(|(n, depth)| (n.id, depth)).collect();
        let expected = [("b", 1), ("d", 1), ("a", 2), ("c", 2)].map(|(id, d)| (id.to_owned(), d));
        assert_eq!(above, expected);
        let below = Node::query()
            .descendants_with_depth("a", 2, |n| n.parent_ids)
            .get(&db)
            .await
            .unwrap();
        let mut below: Vec<_> = below.into_iter().map(|(n, depth)| (n.id, depth)).collect();
        below.sort();
        assert_eq!(
            below,
            [("b", 1), ("c", 1), ("d", 2), ("e", 2)].map(|(id, d)| (id.to_owned(), d))
        );
    });
}

#[test]
fn cycles_end() {
    block_on(async {
        let db = database().await;
        nodes(
            &db,
            &[
                ("a", &["c"]),
                ("b", &["a"]),
                ("c", &["b"]),
                ("d", &["c"]),
                ("s", &["s"]),
            ],
        )
        .await;
        let above = Node::query()
            .ancestors_of("d", None, |n| n.parent_ids)
            .get(&db)
            .await
            .unwrap();
        assert_eq!(ids(above), ["a", "b", "c"]);
        let own = Node::query()
            .descendants_of("a", None, |n| n.parent_ids)
            .get(&db)
            .await
            .unwrap();
        assert_eq!(ids(own), ["a", "b", "c", "d"]);
        let own = Node::query()
            .ancestors_of("s", None, |n| n.parent_ids)
            .get(&db)
            .await
            .unwrap();
        assert_eq!(ids(own), ["s"]);
        let deep = Node::query()
            .ancestors_with_depth("a", None, |n| n.parent_ids)
            .get(&db)
            .await
            .unwrap();
        let mut deep: Vec<_> = deep.into_iter().map(|(n, d)| (n.id, d)).collect();
        deep.sort();
        assert_eq!(
            deep,
            [("a", 3), ("b", 2), ("c", 1)].map(|(id, d)| (id.to_owned(), d))
        );
    });
}

#[test]
fn a_tree_is_walked_by_its_column() {
    block_on(async {
        let db = database().await;
        let staff = [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2)), (5, Some(99))];
        Person::insert_many(&db, staff.map(|(id, boss_id)| Person { id, boss_id }))
            .await
            .unwrap();
        let ids = |found: Vec<Person>| found.into_iter().map(|p| p.id).collect::<Vec<_>>();
        let above = Person::query()
            .ancestors_of(4, None, |p| p.boss_id)
            .order_by("id", Asc);
        assert_eq!(ids(above.get(&db).await.unwrap()), [1, 2]);
        let below = Person::query()
            .descendants_of(1, None, |p| p.boss_id)
            .order_by("id", Desc);
        assert_eq!(ids(below.get(&db).await.unwrap()), [4, 3, 2]);
        // A boss who is not there is none.
        let lost = Person::query().ancestors_of(5, None, |p| p.boss_id);
        assert!(!lost.exists(&db).await.unwrap());
        // The column may as well be taken to name children.
        let turned = Person::query().descendants_of(4, None, |p| p.boss_id.names_children());
        assert_eq!(ids(turned.order_by("id", Asc).get(&db).await.unwrap()), [1, 2]);
    });
}

#[test]
fn walks_are_conditions_like_others() {
    block_on(async {
        let db = database().await;
        nodes(&db, DIAMOND).await;
        let below = || Node::query().descendants_of("a", None, |n| n.parent_ids);
        let both = below()
            .ancestors_of("d", None, |n| n.parent_ids)
            .get(&db)
            .await
            .unwrap();
        assert_eq!(ids(both), ["b", "c"]);
        let page = below().order_by("id", Desc).skip(1).take(&db, 2).await.unwrap();
        assert_eq!(page.into_iter().map(|n| n.id).collect::<Vec<_>>(), ["d", "c"]);
        let each = Node::query()
            .ancestors_of_each(Node::query().is_in("id", ["b", "c"]), None, |n| n.parent_ids)
            .get(&db)
            .await
            .unwrap();
        assert_eq!(ids(each), ["a"]);
        assert_eq!(
            Node::query()
                .descendants_of("b", None, |n| n.parent_ids)
                .delete(&db)
                .await
                .unwrap(),
            2
        );
        assert_eq!(ids(Node::query().get(&db).await.unwrap()), ["a", "b", "c"]);
    });
}

#[test]
fn integer_ids_and_lists_of_null() {
    block_on(async {
        let db = database().await;
        for (id, needs) in [
            (1, None),
            (2, Some(vec![1])),
            (11, Some(vec![2])),
            (3, Some(vec![11, 2])),
        ] {
            let needs = needs.map(|ids| IdList::of(ids).unwrap());
            Task { id, needs }.insert(&db).await.unwrap();
        }
        let ids = |found: Vec<Task>| found.into_iter().map(|t| t.id).collect::<Vec<_>>();
        let first = Task::query()
            .ancestors_of(3, None, |t| t.needs)
            .order_by("id", Asc);
        assert_eq!(ids(first.get(&db).await.unwrap()), [1, 2, 11]);
        let after = Task::query()
            .descendants_of(1, None, |t| t.needs)
            .order_by("id", Asc);
        assert_eq!(ids(after.get(&db).await.unwrap()), [2, 3, 11]);
    });
}

#[test]
fn records_are_walked_too() {
    block_on(async {
        let db = database().await;
        nodes(&db, DIAMOND).await;
        // Columns of which nothing is declared.
        let model = DynamicModel::new("nodes", ["id", "parent_ids"]);
        let link = || ParentLink::list("parent_ids");
        let above = model.query().ancestors_of("d", None, link()).order_by("id", Asc);
        let names: Vec<String> = above.pluck(&db, "id").await.unwrap();
        assert_eq!(names, ["a", "b", "c"]);
        let below = model.query().descendants_with_depth("b", None, link());
        let below = below.order_by("lineage.depth", Asc).get(&db).await.unwrap();
        let below: Vec<(String, i64)> = below
            .iter()
            .map(|(r, d)| (r.read::<String>("id").unwrap(), *d))
            .collect();
        assert_eq!(below, [("d".to_owned(), 1), ("e".to_owned(), 2)]);
        let wrong = model
            .query()
            .ancestors_of("d", None, ParentLink::list("parents"))
            .get(&db)
            .await;
        assert_eq!(wrong.unwrap_err().kind(), ErrorKind::UnknownColumn);
        let number = model
            .query()
            .ancestors_of("d", None, ParentLink::columns(["id", "parent_ids"]));
        assert_eq!(number.get(&db).await.unwrap_err().kind(), ErrorKind::InvalidQuery);
        let unknown = Query::from_table("nodes")
            .ancestors_of("d", None, link())
            .get(&db)
            .await;
        assert_eq!(unknown.unwrap_err().kind(), ErrorKind::Configuration);
    });
}

/// Keys of several columns are walked by as many.
#[test]
fn composite_keys_are_walked() {
    block_on(async {
        let db = database().await;
        let model = DynamicModel::new("places", ["country", "code", "in_country", "in_code"])
            .column("country", ColumnType::Text)
            .column("code", ColumnType::Int64)
            .ids(["country", "code"]);
        db.execute_script(
            "create table places (country text, code integer, in_country text, in_code integer, primary key (country, code))",
        )
        .await
        .unwrap();
        for (country, code, inside) in [
            ("de", 1, None),
            ("at", 1, None),
            ("de", 2, Some(1)),
            ("de", 3, Some(2)),
            ("at", 2, Some(1)),
        ] {
            let data = record! {
                "country": country, "code": code, "in_country": inside.map(|_| country), "in_code": inside,
            };
            model.insert(&db, data).await.unwrap();
        }
        let link = || ParentLink::columns(["in_country", "in_code"]);
        let codes = |found: Vec<Record>| {
            let mut all: Vec<_> = found
                .iter()
                .map(|r| {
                    (
                        r.read::<String>("country").unwrap(),
                        r.read::<i64>("code").unwrap(),
                    )
                })
                .collect();
            all.sort();
            all
        };
        let above = model
            .query()
            .ancestors_of(("de", 3), None, link())
            .get(&db)
            .await
            .unwrap();
        assert_eq!(codes(above), [("de".to_owned(), 1), ("de".to_owned(), 2)]);
        let below = model
            .query()
            .descendants_of(("de", 1), None, link())
            .get(&db)
            .await
            .unwrap();
        assert_eq!(codes(below), [("de".to_owned(), 2), ("de".to_owned(), 3)]);
        let deep = model
            .query()
            .descendants_with_depth(("de", 1), None, link())
            .get(&db)
            .await
            .unwrap();
        assert_eq!(deep.iter().map(|(_, d)| *d).sum::<i64>(), 3);
    });
}

#[test]
fn ids_that_lead_nowhere_are_found() {
    block_on(async {
        let db = database().await;
        nodes(
            &db,
            &[("a", &["x"]), ("b", &["a", "y", "x"]), ("c", &["a"]), ("d", &[])],
        )
        .await;
        let lost = Node::query()
            .order_by("id", Asc)
            .dangling_ids::<Node, _>(|n| n.parent_ids);
        let found = lost.get(&db).await.unwrap();
        let found: Vec<_> = found.iter().map(|(n, id)| (n.id.as_str(), id.as_str())).collect();
        assert_eq!(found, [("a", "x"), ("b", "x"), ("b", "y")]);
        let mut chunks = lost.chunk(&db, 2);
        let mut sizes = Vec::new();
        while let Some(rows) = chunks.next().await.unwrap() {
            sizes.push(rows.len());
        }
        assert_eq!(sizes, [2, 1]);

        Task::new(1).insert(&db).await.unwrap();
        let needs = Some(IdList::of([1, 7]).unwrap());
        let second = Task { id: 2, needs }.insert(&db).await.unwrap();
        let lost = Task::query()
            .dangling_ids::<Task, _>(|t| t.needs)
            .get(&db)
            .await
            .unwrap();
        assert_eq!(lost, [(second, 7)]);

        let model = DynamicModel::new("nodes", ["id", "parent_ids"]);
        let lost = model
            .query()
            .equal("id", "b")
            .dangling_ids("parent_ids", &model)
            .get(&db)
            .await
            .unwrap();
        let lost: Vec<&str> = lost.iter().map(|(_, id)| id.as_str()).collect();
        assert_eq!(lost, ["x", "y"]);
        assert_eq!(list(&["x"]).len(), 1);
    });
}
