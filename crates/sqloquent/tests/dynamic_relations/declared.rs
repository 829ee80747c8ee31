//! Declaring: conventions, names, mistakes.

use sqloquent::{ColumnType, DynamicModel, ErrorKind, RelationKind, block_on, prelude::*};

use crate::world;

fn error(declare: sqloquent::dynamic::DeclareRelation) -> (ErrorKind, String) {
    let e = declare.declare().unwrap_err();
    (e.kind(), e.message().to_owned())
}

#[test]
fn columns_are_named_by_convention() {
    let users = DynamicModel::new("people", ["id", "post_ids"]).named("AppUser");
    let posts = DynamicModel::new("posts", ["id", "app_user_id", "app_user_ids"]);
    let pivot = DynamicModel::new("likes", ["app_user_id", "post_id"]);
    users.has_many("posts", &posts).declare().unwrap();
    users.has_one("post", &posts).declare().unwrap();
    posts.belongs_to("author", &users).declare().unwrap();
    users.belongs_to_many("liked", &posts, &pivot).declare().unwrap();
    users.contains("pinned", &posts).declare().unwrap();
    users.within("mentions", &posts).declare().unwrap();
    assert_eq!(
        users.relation_names(),
        ["posts", "post", "liked", "pinned", "mentions"]
    );
    assert_eq!(
        users.relation_def("liked").unwrap().kind,
        RelationKind::BelongsToMany
    );
    let key = |model: &DynamicModel, name: &str| model.relation_def(name).unwrap().cache_key();
    assert_eq!(key(&users, "posts"), "AppUser.posts has_many posts(app_user_id)");
    assert_eq!(
        key(&posts, "author"),
        "posts(app_user_id).author belongs_to AppUser"
    );
    assert_eq!(
        key(&users, "liked"),
        "AppUser.liked belongs_to_many posts via likes(app_user_id;post_id)"
    );
    assert_eq!(key(&users, "pinned"), "AppUser(post_ids).pinned contains posts");
    assert_eq!(
        key(&users, "mentions"),
        "AppUser.mentions within posts(app_user_ids)"
    );
}

#[test]
fn what_cannot_be_is_refused_when_it_is_declared() {
    let users = DynamicModel::new("users", ["id", "age"]).column("age", ColumnType::Int64);
    let posts = DynamicModel::new("posts", ["id", "author"]);
    let bare = DynamicModel::new("bare", ["x"]);
    let (kind, message) = error(users.has_many("posts", &posts));
    assert_eq!(kind, ErrorKind::UnknownColumn);
    assert_eq!(
        message,
        "the relation `users.posts`: `posts` has no column `user_id`; it has `id`, `author`; name the one that is meant"
    );
    let (kind, message) = error(users.has_many("posts", &posts).key("autor"));
    assert_eq!(kind, ErrorKind::UnknownColumn);
    assert!(message.ends_with("did you mean `author`?"), "{message}");
    let (kind, message) = error(bare.has_many("posts", &posts).key("author"));
    assert_eq!(kind, ErrorKind::Configuration);
    assert!(message.contains("`bare` has no id"), "{message}");
    let (_, message) = error(users.contains("friends", &users).key("age"));
    assert_eq!(
        message,
        "the relation `users.friends`: a column of integer holds no list of ids"
    );
    let (_, message) = error(users.has_many("posts", &posts).key(["author", "id"]));
    assert!(
        message.contains("a key of 1 columns is held by as many, not by 2"),
        "{message}"
    );
    let wide = ["a", "b", "c", "d", "e"];
    let tiles = DynamicModel::new("tiles", wide);
    let (_, message) = error(tiles.has_many("same", &tiles).owner_key(wide).key(wide));
    assert!(
        message.contains("a key of 5 columns cannot be loaded by; it has 4 at most"),
        "{message}"
    );
    let (_, message) = error(users.belongs_to_many("friends", &users, &posts));
    assert!(
        message.contains("the two columns of the pivot would be called the same"),
        "{message}"
    );
    let (_, message) = error(users.belongs_to("x", &posts).through(&bare));
    assert!(message.contains("goes through no other model"), "{message}");
    let (_, message) = error(users.has_many("a.b", &posts).key("author"));
    assert!(message.contains("cannot be the name of a relation"), "{message}");
    assert!(users.relation_names().is_empty());
}

#[test]
fn clones_have_the_relations_and_other_models_do_not() {
    let users = DynamicModel::new("users", ["id"]);
    let clone = users.clone();
    let posts = DynamicModel::new("posts", ["id", "user_id"]);
    users.has_many("posts", &posts).declare().unwrap();
    assert_eq!(clone.relation_names(), ["posts"]);
    // A model that is declared on takes them with it.
    let more = clone.column("age", ColumnType::Int64);
    assert_ne!(more, users);
    assert_eq!(more.relation_names(), ["posts"]);
    users.forget_relations();
    assert_eq!(
        (users.relation_names().len(), more.relation_names().len()),
        (0, 1)
    );
}

#[test]
fn names_that_are_no_relation_name_those_that_are() {
    block_on(async {
        let w = world().await;
        let message =
            "`users` has no relation `pots`; it has `avatar`, `posts`, `heard`, `roles`, `boss`, `reports`";
        for query in [
            w.users.query().with("pots"),
            w.users.query().with("pots.comments"),
            w.users.query().where_has("pots"),
            w.users.query().doesnt_have("pots"),
        ] {
            let e = query.get(&w.db).await.unwrap_err();
            assert_eq!((e.kind(), e.message()), (ErrorKind::InvalidQuery, message));
        }
        let e = w
            .users
            .query()
            .with("posts.coments")
            .get(&w.db)
            .await
            .unwrap_err();
        assert_eq!(
            e.message(),
            "`posts` has no relation `coments`; it has `author`, `comments`"
        );
        let e = w.roles.query().with_count("x").get(&w.db).await.unwrap_err();
        assert_eq!(e.message(), "`roles` has no relation `x`; it has `users`");
        let e = Query::from_table("users")
            .with("posts")
            .get(&w.db)
            .await
            .unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Configuration);
        let alone = DynamicModel::new("alone", ["id"]);
        let e = alone.query().with("x").get(&w.db).await.unwrap_err();
        assert_eq!(e.message(), "`alone` has no relation `x`; none is declared on it");
    });
}
