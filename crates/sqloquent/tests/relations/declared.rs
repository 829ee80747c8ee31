//! What a declaration says, and what the field is.

use std::hash::{DefaultHasher, Hash, Hasher};

use sqloquent::{RelationKind, prelude::*};

use crate::models::*;

#[test]
fn a_related_field_is_two_words() {
    assert_eq!(size_of::<Related<Vec<Post>>>(), 2 * size_of::<usize>());
    assert_eq!(size_of::<Related<Option<User>>>(), 2 * size_of::<usize>());
}

#[test]
fn names_follow_the_conventions() {
    let columns = |def: &sqloquent::RelationDef| {
        let names: Vec<String> = def.related_columns().map(|c| c.name.to_string()).collect();
        names.join(",")
    };
    let user = User::new("Ada");
    let posts = user.posts();
    assert_eq!(
        (posts.def().kind, columns(posts.def())),
        (RelationKind::HasMany, "user_id".into())
    );
    assert_eq!(posts.def().path(), "User.posts");
    let through = user.comments();
    assert_eq!(columns(through.def()), "post_id");
    assert_eq!(through.def().via.as_ref().unwrap().table.name, "posts");
    let role = Role::new("admin");
    let users = role.users();
    let via = users.def().via.as_ref().unwrap();
    assert_eq!(via.table.columns[via.owner_key[0]].name, "role_id");
    assert_eq!(via.table.columns[via.related_key[0]].name, "user_id");
    assert_eq!(
        columns(Employee::new("Eve").reports().def()),
        "ReportsTo",
        "the column, not the field"
    );
    assert_eq!(
        columns(Order::new("x", 1, "c").lines().def()),
        "shop,order_number"
    );
}

#[test]
fn cache_keys_differ_between_relations() {
    let person = Person::new("Ada");
    let (sent, received) = (
        person.sent().def().cache_key(),
        person.received().def().cache_key(),
    );
    assert_eq!(sent, "Person.sent has_many Letter(sender)");
    assert_eq!(received, "Person.received has_many Letter(receiver)");
    let letter = Letter::new("a", "b");
    assert_eq!(
        letter.from().def().cache_key(),
        "Letter(sender).from belongs_to Person"
    );
    assert_eq!(
        User::new("Ada").roles().def().cache_key(),
        "User.roles belongs_to_many Role via RoleUser(user_id;role_id)"
    );
}

#[test]
fn what_is_loaded_is_no_part_of_the_model() {
    let hash = |related: &Related<Vec<Post>>| {
        let mut hasher = DefaultHasher::new();
        related.hash(&mut hasher);
        hasher.finish()
    };
    let user = User::new("Ada");
    let mut other = user.clone();
    other.posts.set_loaded(vec![Post::new("x")]);
    assert_eq!(user, other);
    assert_eq!(hash(&user.posts), hash(&other.posts));
    assert_eq!(format!("{:?}", user.posts), "<not loaded>");
    assert!(format!("{:?}", other.posts).contains("title: \"x\""));
}

#[test]
fn a_loaded_field_can_be_changed_and_taken() {
    let mut user = User::new("Ada");
    assert!(user.posts.get_mut().is_none());
    user.posts.set_loaded(vec![Post::new("x")]);
    let copy = user.clone();
    user.posts.get_mut().unwrap().push(Post::new("y"));
    assert_eq!(copy.posts.get().unwrap().len(), 1, "a clone keeps what it had");
    assert_eq!(user.posts.take().unwrap().len(), 2);
    assert!(!user.posts.is_loaded());
    user.avatar = Some(Avatar::new("a.png")).into();
    assert_eq!(user.avatar.get().unwrap().as_ref().unwrap().url, "a.png");
}

#[test]
fn an_unloaded_relation_says_what_loads_it() {
    let user = User::new("Ada");
    let error = user.posts.try_get().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RelationNotLoaded);
    assert_eq!(error.table(), Some("posts"));
    let message = error.message();
    for part in ["`User.posts`", "declared.rs", ".with(|m| m.posts)", "User::load"] {
        assert!(message.contains(part), "{part} in {message}");
    }
}

#[cfg(feature = "serde")]
#[test]
fn serde_leaves_related_models_out() {
    let related = Related::loaded(vec![1]);
    assert_eq!(serde_json::to_string(&related).unwrap(), "null");
    let read: Related<Vec<i32>> = serde_json::from_str("[1, 2]").unwrap();
    assert!(!read.is_loaded());
}
