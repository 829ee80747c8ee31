//! Loading, looking into and counting.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sqloquent::{ColumnType, DynamicModel, ErrorKind, ParentLink, block_on, prelude::*, record};

use crate::{peopled, texts, world};

#[test]
fn every_kind_is_loaded_with_the_query() {
    block_on(async {
        let w = peopled().await;
        let found = w
            .users
            .query()
            .with(["avatar", "posts.comments", "heard", "roles", "boss", "reports"])
            .order_by("id", Asc)
            .get(&w.db)
            .await
            .unwrap();
        let [ada, bob] = &found[..] else { panic_free() };
        assert_eq!(
            texts(ada.related("posts").unwrap(), "title"),
            ["On engines", "On looms"]
        );
        let first = &ada.related("posts").unwrap()[0];
        assert_eq!(
            texts(first.related("comments").unwrap(), "body"),
            ["Good", "Long"]
        );
        assert_eq!(
            texts(ada.related("heard").unwrap(), "body"),
            ["Good", "Long", "Short"]
        );
        assert_eq!(texts(ada.related("roles").unwrap(), "name"), ["Reader", "Writer"]);
        assert_eq!(texts(ada.related("reports").unwrap(), "name"), ["Bob"]);
        let avatar = ada.related_one("avatar").unwrap().unwrap();
        assert_eq!(avatar.get("url"), Some(&Value::Text("a.png".into())));
        assert_eq!(ada.related_one("boss").unwrap(), None);
        assert_eq!(texts(bob.related("boss").unwrap(), "name"), ["Ada"]);
        assert_eq!(bob.related_one("avatar").unwrap(), None);
        assert!(bob.related("posts").unwrap().is_empty());

        let steps = w
            .steps
            .query()
            .with(["after", "before"])
            .order_by("id", Asc)
            .get(&w.db)
            .await
            .unwrap();
        let both: Vec<_> = steps
            .iter()
            .map(|s| {
                (
                    texts(s.related("after").unwrap(), "id"),
                    texts(s.related("before").unwrap(), "id"),
                )
            })
            .collect();
        let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            both,
            [
                (ids(&[]), ids(&["b", "c"])),
                (ids(&["a"]), ids(&["c"])),
                (ids(&["a", "b"]), ids(&[]))
            ]
        );
    });
}

fn panic_free() -> ! {
    unreachable!("two users were inserted")
}

/// Paths that begin alike load what they have in common once.
#[test]
fn paths_that_begin_alike_meet() {
    block_on(async {
        let w = peopled().await;
        let query = w
            .users
            .query()
            .with("posts.comments")
            .with("posts.author")
            .with_only("posts", |q| q.order_by("id", Desc).limit(1));
        let before = w.db.stats().statements;
        let found = query.order_by("id", Asc).get(&w.db).await.unwrap();
        assert_eq!(w.db.stats().statements - before, 4);
        let posts = found[0].related("posts").unwrap();
        assert_eq!(texts(posts, "title"), ["On looms"]);
        assert_eq!(texts(posts[0].related("comments").unwrap(), "body"), ["Short"]);
        assert_eq!(texts(posts[0].related("author").unwrap(), "name"), ["Ada"]);
    });
}

#[test]
fn related_records_are_narrowed_for_each_owner() {
    block_on(async {
        let w = peopled().await;
        let found = w
            .users
            .query()
            .with_only("posts", |q| q.contains("title", "loom").with("comments"))
            .with_only("roles", |q| q.order_by("name", Desc).limit(1))
            .order_by("id", Asc)
            .get(&w.db)
            .await
            .unwrap();
        assert_eq!(texts(found[0].related("posts").unwrap(), "title"), ["On looms"]);
        assert_eq!(texts(found[0].related("roles").unwrap(), "name"), ["Writer"]);
        assert_eq!(texts(found[1].related("roles").unwrap(), "name"), ["Reader"]);
        let first = w
            .users
            .query()
            .with("posts")
            .order_by("id", Asc)
            .first_required(&w.db)
            .await
            .unwrap();
        assert_eq!(first.related("posts").unwrap().len(), 2);
    });
}

#[test]
fn related_records_are_looked_for_and_counted() {
    block_on(async {
        let w = peopled().await;
        let names = async |query: Query<Record>| texts(&query.get(&w.db).await.unwrap(), "name");
        assert_eq!(names(w.users.query().where_has("posts")).await, ["Ada"]);
        assert_eq!(names(w.users.query().doesnt_have("posts")).await, ["Bob"]);
        assert_eq!(names(w.users.query().where_has("posts.comments")).await, ["Ada"]);
        let short = |q: Query<Record>| q.equal("body", "Nothing");
        assert!(
            names(w.users.query().where_has_only("posts.comments", short))
                .await
                .is_empty()
        );
        assert_eq!(
            names(w.users.query().doesnt_have_only("heard", short)).await,
            ["Ada", "Bob"]
        );
        assert_eq!(
            names(w.users.query().where_has_only("roles", |q| q.equal("id", "r2"))).await,
            ["Ada"]
        );
        let counted = w
            .users
            .query()
            .with("roles")
            .with_count("heard")
            .order_by("id", Asc)
            .get(&w.db)
            .await;
        let counted = counted.unwrap();
        assert_eq!(counted.iter().map(|(_, n)| *n).collect::<Vec<_>>(), [3, 0]);
        assert_eq!(counted[0].0.related("roles").unwrap().len(), 2);
        let counted = w
            .steps
            .query()
            .with_count("before")
            .order_by("id", Asc)
            .get(&w.db)
            .await
            .unwrap();
        assert_eq!(counted.iter().map(|(_, n)| *n).collect::<Vec<_>>(), [2, 1, 0]);
        let some = w.steps.query().with_count_only("after", |q| q.equal("id", "a"));
        let some = some.order_by("id", Asc).get(&w.db).await.unwrap();
        assert_eq!(some.iter().map(|(_, n)| *n).collect::<Vec<_>>(), [0, 1, 1]);
        let limited = w
            .users
            .query()
            .with_count_only("posts", |q| q.limit(1))
            .get(&w.db)
            .await;
        assert_eq!(limited.unwrap_err().kind(), ErrorKind::InvalidQuery);
    });
}

#[test]
fn walks_go_by_the_names_of_relations() {
    block_on(async {
        let w = peopled().await;
        let eve = record! { "id": "eve", "name": "Eve", "boss_id": "bob" };
        w.users.insert(&w.db, eve).await.unwrap();
        let link = ParentLink::relation;
        let names = async |query: Query<Record>| texts(&query.get(&w.db).await.unwrap(), "id");
        assert_eq!(
            names(w.users.query().ancestors_of("eve", None, link("boss"))).await,
            ["ada", "bob"]
        );
        assert_eq!(
            names(w.users.query().descendants_of("ada", None, link("reports"))).await,
            ["bob", "eve"]
        );
        assert_eq!(
            names(w.steps.query().ancestors_of("c", None, link("after"))).await,
            ["a", "b"]
        );
        assert_eq!(
            names(w.steps.query().descendants_of("a", None, link("before"))).await,
            ["b", "c"]
        );
        let e = w
            .users
            .query()
            .ancestors_of("eve", None, link("posts"))
            .get(&w.db)
            .await
            .unwrap_err();
        assert_eq!(
            e.message(),
            "`users.posts` is no relation of a table to itself by a column, but a `has_many` to `posts`"
        );
        let e = w
            .users
            .query()
            .ancestors_of("eve", None, link("bos"))
            .get(&w.db)
            .await
            .unwrap_err();
        assert!(e.message().starts_with("`users` has no relation `bos`"), "{e}");
    });
}

#[test]
fn records_at_hand_are_loaded_later() {
    block_on(async {
        let w = peopled().await;
        let mut found = w.users.query().order_by("id", Asc).get(&w.db).await.unwrap();
        let e = found[0].related("posts").unwrap_err();
        assert_eq!(e.kind(), ErrorKind::RelationNotLoaded);
        assert!(
            e.message().starts_with("`users.posts`, asked for at ") && e.message().contains("loaded.rs"),
            "{e}"
        );
        assert_eq!(
            found[0].related("pots").unwrap_err().kind(),
            ErrorKind::InvalidQuery
        );
        assert_eq!(
            Record::new().related("posts").unwrap_err().kind(),
            ErrorKind::Configuration
        );

        w.users
            .load(&w.db, &mut found, ["posts.comments", "boss"])
            .await
            .unwrap();
        assert_eq!(found[0].related("posts").unwrap().len(), 2);
        assert_eq!(texts(found[1].related("boss").unwrap(), "name"), ["Ada"]);

        // What is there is left alone.
        w.posts.query().all_rows().delete(&w.db).await.unwrap();
        found[1].unload("posts");
        w.users.load_missing(&w.db, &mut found, "posts").await.unwrap();
        assert_eq!(
            (
                found[0].related("posts").unwrap().len(),
                found[1].related("posts").unwrap().len()
            ),
            (2, 0)
        );
        found[0].load(&w.db, "posts").await.unwrap();
        assert!(found[0].related("posts").unwrap().is_empty() && found[0].is_loaded("boss"));
    });
}

#[test]
fn records_of_another_model_are_refused_with_both_names() {
    block_on(async {
        let w = peopled().await;
        let mut post = w.posts.find_required(&w.db, 1).await.unwrap();
        let e = w.users.load(&w.db, &mut post, "posts").await.unwrap_err();
        assert_eq!(e.kind(), ErrorKind::InvalidValue);
        assert!(
            e.message().contains("`users`") && e.message().contains("`posts`"),
            "{e}"
        );
    });
}

/// What is loaded is no part of what a record is.
#[test]
fn loaded_relations_do_not_count_in_comparisons() {
    block_on(async {
        let w = peopled().await;
        let plain = w.users.find_required(&w.db, "ada").await.unwrap();
        let mut loaded = plain.clone();
        loaded.load(&w.db, "posts").await.unwrap();
        assert_eq!(plain, loaded);
        let mut again = loaded.clone();
        again.related_mut("posts").unwrap().clear();
        assert_eq!(
            (
                loaded.related("posts").unwrap().len(),
                again.related("posts").unwrap().len()
            ),
            (2, 0)
        );
        loaded.update(&w.db, [("name", "Countess")]).await.unwrap();
        assert_eq!(loaded.related("posts").unwrap().len(), 2);
    });
}

#[test]
fn composite_keys_and_columns_other_than_the_id() {
    block_on(async {
        let db = Db::connect("sqlite::memory:").await.unwrap();
        db.execute_script(
            "create table places (country text, code integer, name text, primary key (country, code));
             create table visits (id integer primary key, country text, code integer, by_name text);
             insert into places values ('de', 1, 'Ulm'), ('de', 2, 'Kiel'), ('at', 1, 'Linz');
             insert into visits values (1, 'de', 1, 'Kiel'), (2, 'at', 1, 'Ulm'), (3, 'de', 1, null), (4, null, 1, 'x')",
        )
        .await
        .unwrap();
        let places = DynamicModel::new("places", ["country", "code", "name"])
            .column("code", ColumnType::Int64)
            .ids(["country", "code"]);
        let visits = DynamicModel::new("visits", ["id", "country", "code", "by_name"]).assigned_id();
        places
            .has_many("visits", &visits)
            .key(["country", "code"])
            .declare()
            .unwrap();
        visits
            .belongs_to("place", &places)
            .key(["country", "code"])
            .declare()
            .unwrap();
        visits
            .belongs_to("named", &places)
            .key("by_name")
            .owner_key("name")
            .declare()
            .unwrap();
        let found = places
            .query()
            .with("visits.named")
            .order_by("name", Asc)
            .get(&db)
            .await
            .unwrap();
        let ids: Vec<_> = found
            .iter()
            .map(|p| texts(p.related("visits").unwrap(), "id"))
            .collect();
        let ids_of = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(ids, [ids_of(&[]), ids_of(&["2"]), ids_of(&["1", "3"])]);
        let linz = &found[1].related("visits").unwrap()[0];
        assert_eq!(texts(linz.related("named").unwrap(), "name"), ["Ulm"]);
        let all = visits
            .query()
            .with("place")
            .order_by("id", Asc)
            .get(&db)
            .await
            .unwrap();
        let placed: Vec<_> = all
            .iter()
            .map(|v| texts(v.related("place").unwrap(), "name"))
            .collect();
        assert_eq!(
            placed,
            [ids_of(&["Ulm"]), ids_of(&["Linz"]), ids_of(&["Ulm"]), ids_of(&[])]
        );
        assert_eq!(places.query().where_has("visits").count(&db).await.unwrap(), 2);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Loading for all at once gives what loading for each alone gives.
    #[test]
    fn loading_at_once_equals_loading_one_by_one(
        users in 1_usize..6,
        posts in prop::collection::vec(prop::option::of(0_usize..8), 0..12),
        pivot in prop::collection::btree_set((0_usize..6, 0_usize..4), 0..14),
        lists in prop::collection::vec(prop::collection::btree_set(0_usize..7, 0..4), 0..6),
    ) {
        block_on(async {
            let w = world().await;
            let rows = (0..users).map(|i| {
                record! { "id": i.to_string(), "name": format!("user {i}"), "boss_id": (i > 0).then(|| (i / 2).to_string()) }
            });
            w.users.insert_many(&w.db, rows).await.unwrap();
            w.roles.insert_many(&w.db, (0..4).map(|i| record! { "id": i.to_string() })).await.unwrap();
            let rows = posts.iter().map(|author| record! { "author_id": author.map(|a| a.to_string()) });
            w.posts.insert_many(&w.db, rows).await.unwrap();
            let rows = pivot.iter().map(|(u, r)| record! { "user_id": u.to_string(), "role_id": r.to_string() });
            w.pivot.insert_many(&w.db, rows).await.unwrap();
            let rows = lists.iter().enumerate().map(|(i, ids)| {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                record! { "id": i.to_string(), "step_ids": ids.join(",") }
            });
            w.steps.insert_many(&w.db, rows).await.unwrap();
            for (model, names) in [
                (&w.users, &["posts", "roles", "boss", "reports"][..]),
                (&w.posts, &["author"]),
                (&w.steps, &["after", "before"]),
            ] {
                let at_once = model.query().with(names.to_vec()).get(&w.db).await.unwrap();
                for record in at_once {
                    let mut alone = model.find_required(&w.db, record.get("id").unwrap()).await.unwrap();
                    let mut expected: BTreeMap<&str, Vec<String>> = BTreeMap::new();
                    for name in names {
                        alone.load(&w.db, *name).await.unwrap();
                        expected.insert(name, texts(alone.related(name).unwrap(), "id"));
                    }
                    for name in names {
                        prop_assert_eq!(&texts(record.related(name).unwrap(), "id"), &expected[name], "{}", name);
                    }
                }
            }
            // And what one finds by hand.
            for (i, ids) in lists.iter().enumerate() {
                let mut step = w.steps.find_required(&w.db, i.to_string()).await.unwrap();
                step.load(&w.db, ["after", "before"]).await.unwrap();
                let after: Vec<String> = ids.iter().filter(|j| **j < lists.len()).map(ToString::to_string).collect();
                prop_assert_eq!(texts(step.related("after").unwrap(), "id"), after);
                let before: Vec<String> = (0..lists.len()).filter(|j| lists[*j].contains(&i)).map(|j| j.to_string()).collect();
                prop_assert_eq!(texts(step.related("before").unwrap(), "id"), before);
            }
            Ok(())
        })?;
    }
}
