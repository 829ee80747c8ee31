//! Loading with the query and later.

use futures_util::TryStreamExt as _;
use sqloquent::prelude::*;

use crate::models::*;

fn titles(user: &User) -> Vec<&str> {
    user.posts
        .get()
        .unwrap()
        .iter()
        .map(|p| p.title.as_str())
        .collect()
}

#[tokio::test]
async fn one_statement_for_each_relation_and_level() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    let query = User::query()
        .with(|u| {
            (
                u.posts.with(|p| (p.comments, p.author)),
                u.avatar,
                u.roles,
                u.comments,
            )
        })
        .order_by("name", Asc);
    let (users, n) = statements(&db, query.get(&db)).await?;
    assert_eq!(
        n, 7,
        "users, posts, their comments and authors, avatars, roles, comments"
    );
    assert_eq!(titles(&users[0]), ["Engines", "Notes"]);
    assert_eq!(titles(&users[1]), ["Maps"]);
    assert!(titles(&users[2]).is_empty());
    let engines = &users[0].posts.try_get()?[0];
    assert_eq!(engines.comments.try_get()?.len(), 2);
    assert_eq!(engines.author.try_get()?.as_ref().unwrap().name, "Ada");
    assert_eq!(users[0].avatar.try_get()?.as_ref().unwrap().url, "a.png");
    assert!(users[1].avatar.try_get()?.is_none());
    assert_eq!(users[0].roles.try_get()?.len(), 2);
    assert_eq!(users[0].comments.try_get()?.len(), 2, "through posts");
    assert!(users[1].comments.try_get()?.is_empty());
    Ok(())
}

#[tokio::test]
async fn one_hop_for_all_levels() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    let before = db.stats();
    User::query()
        .with(|u| u.posts.with(|p| p.comments))
        .get(&db)
        .await?;
    let after = db.stats();
    assert_eq!(after.handed_over - before.handed_over, 1);
    assert_eq!(after.on_the_spot, before.on_the_spot);
    Ok(())
}

#[tokio::test]
async fn nothing_is_asked_for_nobody() -> Result<()> {
    let (_folder, db) = db().await?;
    let (none, n) = statements(&db, User::query().with(|u| u.posts.with(|p| p.comments)).get(&db)).await?;
    assert!(none.is_empty());
    assert_eq!(n, 1);
    let mut nobody: Vec<User> = Vec::new();
    let ((), n) = statements(&db, User::load(&db, &mut nobody, |u| u.posts)).await?;
    assert_eq!(n, 0);
    Ok(())
}

#[tokio::test]
async fn related_rows_are_narrowed_ordered_and_limited_for_each_owner() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    let query = |limit: u64, skip: u64| {
        User::query()
            .with(move |u| {
                u.posts
                    .only(|q| q.order_by("title", Desc).limit(limit).skip(skip))
            })
            .order_by("name", Asc)
    };
    let users = query(1, 0).get(&db).await?;
    assert_eq!(titles(&users[0]), ["Notes"]);
    assert_eq!(titles(&users[1]), ["Maps"]);
    let users = query(1, 1).get(&db).await?;
    assert_eq!(titles(&users[0]), ["Engines"]);
    assert!(titles(&users[1]).is_empty());
    let long = User::query().with(|u| {
        u.posts
            .only(|q| q.filter(|p| p.length.gt(9)).order_by("length", Desc))
    });
    let users = long.order_by("name", Asc).get(&db).await?;
    assert_eq!(titles(&users[0]), ["Notes", "Engines"]);
    assert!(titles(&users[1]).is_empty());
    let roles = User::query()
        .with(|u| u.roles.only(|q| q.order_by("name", Desc).limit(1)))
        .order_by("name", Asc)
        .get(&db)
        .await?;
    let names = |u: &User| {
        u.roles
            .get()
            .unwrap()
            .iter()
            .map(|r| r.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (names(&roles[0]), names(&roles[1])),
        (vec!["author".to_owned()], vec!["author".to_owned()])
    );
    Ok(())
}

#[tokio::test]
async fn pivot_columns_are_read() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    let users = User::query()
        .with(|u| u.held.with(|r| r.users))
        .order_by("name", Asc)
        .get(&db)
        .await?;
    let held = users[0].held.try_get()?;
    let levels: Vec<_> = held.iter().map(|r| (r.name.as_str(), r.pivot.level)).collect();
    assert_eq!(levels, [("admin", 9), ("author", 1)]);
    assert_eq!(held[1].users.try_get()?.len(), 2, "relations of the model inside");
    Ok(())
}

#[tokio::test]
async fn a_duplicate_pivot_row_counts_once_but_shows_with_its_columns() -> Result<()> {
    let (_folder, db) = db().await?;
    let users = blog(&db).await?;
    let role = Role::query().equal("name", "admin").first_required(&db).await?;
    RoleUser::new(role.id, &users[0].id).insert(&db).await?;
    let ada = User::query()
        .with(|u| (u.roles, u.held))
        .equal("name", "Ada")
        .first_required(&db)
        .await?;
    assert_eq!(ada.roles.try_get()?.len(), 2);
    assert_eq!(ada.held.try_get()?.len(), 3);
    let limited = User::query()
        .with(|u| u.roles.only(|q| q.order_by("name", Asc).limit(2)))
        .equal("name", "Ada")
        .first_required(&db)
        .await?;
    assert_eq!(limited.roles.try_get()?.len(), 2, "the limit counts it once, too");
    let counted = User::query()
        .with_count(|u| u.roles)
        .equal("name", "Ada")
        .first_required(&db)
        .await?;
    assert_eq!(counted.1, 2);
    Ok(())
}

#[tokio::test]
async fn instances_are_loaded_later() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    let mut users = User::query().order_by("name", Asc).get(&db).await?;
    let ((), n) = statements(
        &db,
        User::load(&db, &mut users, |u| (u.posts.with(|p| p.comments), u.roles)),
    )
    .await?;
    assert_eq!(n, 3);
    assert_eq!(titles(&users[0]), ["Engines", "Notes"]);
    let mut ada = User::query().equal("name", "Ada").first_required(&db).await?;
    User::load(&db, &mut ada, |u| u.avatar).await?;
    assert!(ada.avatar.try_get()?.is_some());
    let mut some = User::query().order_by("name", Asc).get(&db).await?;
    User::load(&db, &mut some[1..], |u| u.posts).await?;
    assert!(!some[0].posts.is_loaded() && some[1].posts.is_loaded());
    Ok(())
}

#[tokio::test]
async fn only_what_is_missing_is_loaded() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    let mut users = User::query().order_by("name", Asc).get(&db).await?;
    users[0].posts.set_loaded(Vec::new());
    User::load_missing(&db, &mut users, |u| u.posts).await?;
    assert!(titles(&users[0]).is_empty(), "as it was");
    assert_eq!(titles(&users[1]), ["Maps"]);
    let ((), n) = statements(&db, User::load_missing(&db, &mut users, |u| u.posts)).await?;
    assert_eq!(n, 0);
    Ok(())
}

#[tokio::test]
async fn every_terminal_loads() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    let query = User::query().with(|u| u.posts).order_by("name", Asc);
    assert_eq!(titles(&query.first(&db).await?.unwrap()).len(), 2);
    assert_eq!(titles(&query.take(&db, 1).await?[0]).len(), 2);
    let page = query.paginate(&db, 2, 1).await?;
    assert_eq!((titles(&page.items[0]), page.total), (vec!["Maps"], 3));
    let mut seen = 0;
    let mut chunks = query.chunk(&db, 2);
    while let Some(users) = chunks.next().await? {
        seen += users.iter().map(|u| titles(u).len()).sum::<usize>();
    }
    assert_eq!(seen, 3);
    let users: Vec<User> = User::query().with(|u| u.posts).stream(&db).try_collect().await?;
    assert_eq!(users.iter().map(|u| titles(u).len()).sum::<usize>(), 3);
    let none = User::query()
        .with(|u| u.posts)
        .equal("name", "Nobody")
        .first_required(&db)
        .await;
    assert_eq!(none.unwrap_err().kind(), ErrorKind::NotFound);
    let tx = db.begin().await?;
    Comment::query().all_rows().delete(&tx).await?;
    Post::query().all_rows().delete(&tx).await?;
    assert!(
        titles(&query.first_required(&tx).await?).is_empty(),
        "what the transaction sees"
    );
    let mut chunks = query.chunk(&tx, 2);
    while let Some(users) = chunks.next().await? {
        assert!(users.iter().all(|u| titles(u).is_empty()));
    }
    drop(chunks);
    tx.rollback().await?;
    Ok(())
}

#[tokio::test]
async fn models_that_are_related_to_themselves() -> Result<()> {
    let (_folder, db) = db().await?;
    let boss = Employee::new("Eve").insert(&db).await?;
    for name in ["Ann", "Ben"] {
        let mut employee = Employee::new(name);
        employee.reports_to = Some(boss.id);
        let employee = employee.insert(&db).await?;
        Friendship::new(boss.id, employee.id).insert(&db).await?;
    }
    let all = Employee::query()
        .with(|e| {
            (
                e.boss.with(|b| b.reports),
                e.reports,
                e.friends.only(|q| q.order_by("name", Desc)),
            )
        })
        .order_by("id", Asc)
        .get(&db)
        .await?;
    let names = |list: &[Employee]| list.iter().map(|e| e.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(all[0].reports.try_get()?), ["Ann", "Ben"]);
    assert!(all[0].boss.try_get()?.is_none(), "NULL leads nowhere");
    let above = all[2].boss.try_get()?.as_ref().unwrap();
    assert_eq!(
        (above.name.as_str(), names(above.reports.try_get()?)),
        ("Eve", vec!["Ann".to_owned(), "Ben".to_owned()])
    );
    assert_eq!(names(all[0].friends.try_get()?), ["Ben", "Ann"]);
    Ok(())
}

#[tokio::test]
async fn composite_keys_and_keys_that_are_no_ids() -> Result<()> {
    let (_folder, db) = db().await?;
    for (shop, number) in [("a", 1), ("a", 2), ("b", 1)] {
        Order::new(shop, number, "c").insert(&db).await?;
        Line::new(shop, number, format!("{shop}{number}"))
            .insert(&db)
            .await?;
    }
    let orders = Order::query()
        .with(|o| o.lines.with(|l| l.order))
        .get(&db)
        .await?;
    for order in &orders {
        let lines = order.lines.try_get()?;
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].item, format!("{}{}", order.shop, order.number));
        assert_eq!(lines[0].order.try_get()?.as_ref(), Some(order));
    }
    Person::insert_many(&db, ["Ada", "Bob"].map(Person::new)).await?;
    Letter::new("Ada", "Bob").insert(&db).await?;
    let letter = Letter::query()
        .with(|l| (l.from, l.to))
        .first_required(&db)
        .await?;
    assert_eq!(letter.from.try_get()?.as_ref().unwrap().name, "Ada");
    assert_eq!(letter.to.try_get()?.as_ref().unwrap().name, "Bob");
    let people = Person::query()
        .with(|p| (p.sent, p.received))
        .order_by("name", Asc)
        .get(&db)
        .await?;
    assert_eq!(
        (
            people[0].sent.try_get()?.len(),
            people[0].received.try_get()?.len()
        ),
        (1, 0)
    );
    assert_eq!(
        (
            people[1].sent.try_get()?.len(),
            people[1].received.try_get()?.len()
        ),
        (0, 1)
    );
    Ok(())
}

#[tokio::test]
async fn an_instance_reads_its_own() -> Result<()> {
    let (_folder, db) = db().await?;
    let users = blog(&db).await?;
    let ada = &users[0];
    assert_eq!(ada.posts().load(&db).await?.len(), 2);
    assert_eq!(ada.avatar().load(&db).await?.unwrap().url, "a.png");
    assert!(users[2].avatar().load(&db).await?.is_none());
    assert_eq!(ada.roles().load(&db).await?.len(), 2);
    assert_eq!(ada.held().load(&db).await?[0].pivot.level, 9);
    assert_eq!(ada.comments().load(&db).await?.len(), 2);
    let post = ada
        .posts()
        .query()
        .equal("title", "Notes")
        .first_required(&db)
        .await?;
    assert_eq!(post.author().load(&db).await?.as_ref(), Some(ada));
    assert_eq!(ada.roles().query().count(&db).await?, 2);
    assert_eq!(
        ada.comments()
            .query()
            .update(&db, |c| [c.text.set("seen")])
            .await?,
        2
    );
    assert_eq!(ada.posts().query().equal("title", "Notes").delete(&db).await?, 1);
    assert_eq!(Post::query().count(&db).await?, 2);
    let order = Order::new("a", 1, "c").insert(&db).await?;
    Line::new("a", 1, "x").insert(&db).await?;
    Line::new("a", 2, "y").insert(&db).await?;
    assert_eq!(order.lines().load(&db).await?.len(), 1);
    assert_eq!(order.lines().query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_owner_without_id_is_an_error() -> Result<()> {
    let (_folder, db) = db().await?;
    let mut post = Post::new("not stored");
    let errors = [
        post.comments().load(&db).await.unwrap_err(),
        post.comments().query().count(&db).await.unwrap_err(),
        Post::load(&db, &mut post, |p| p.comments).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.message().contains("`Post` has no id yet"), "{error}");
    }
    assert!(post.author().load(&db).await?.is_none(), "it belongs to nobody");
    Ok(())
}

#[tokio::test]
async fn a_key_that_leads_nowhere_is_none() -> Result<()> {
    let (_folder, db) = db().await?;
    let mut post = Post::new("orphan");
    post.user_id = Some("nobody".into());
    post.insert(&db).await?;
    let post = Post::query().with(|p| p.author).first_required(&db).await?;
    assert!(post.author.try_get()?.is_none());
    Ok(())
}

#[tokio::test]
async fn what_several_share_is_there_once() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    let posts = Post::query()
        .with(|p| p.author.with(|u| u.posts))
        .equal("title", "Engines")
        .get(&db)
        .await?;
    assert_eq!(titles(posts[0].author.try_get()?.as_ref().unwrap()).len(), 2);
    let posts = Post::query()
        .with(|p| p.author)
        .order_by("id", Asc)
        .get(&db)
        .await?;
    let (a, b) = (
        posts[0].author.shared().unwrap(),
        posts[1].author.shared().unwrap(),
    );
    assert!(std::sync::Arc::ptr_eq(&a, &b));
    Ok(())
}

#[tokio::test]
async fn mistakes_come_before_anything_runs() -> Result<()> {
    let (_folder, db) = db().await?;
    let before = db.stats().statements;
    let wrong = User::query()
        .with(|u| u.posts.only(|q| q.equal("titel", "x")))
        .get(&db)
        .await
        .unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::UnknownColumn);
    let grouped = User::query()
        .with(|u| u.posts.only(|q| q.group_by("title")))
        .get(&db)
        .await
        .unwrap_err();
    assert_eq!(grouped.kind(), ErrorKind::InvalidQuery);
    assert!(
        grouped
            .message()
            .contains("`User.posts` cannot be loaded grouped"),
        "{grouped}"
    );
    let selected = User::query()
        .with(|u| u.posts)
        .select(|u| u.id)
        .get(&db)
        .await
        .unwrap_err();
    assert!(selected.message().contains("leave out `with`"), "{selected}");
    let joined = User::query()
        .with(|u| u.posts)
        .join::<Post>(|(u, p)| u.id.eq(p.user_id))
        .get(&db)
        .await
        .unwrap_err();
    assert_eq!(joined.kind(), ErrorKind::InvalidQuery);
    assert_eq!(db.stats().statements, before);
    Ok(())
}
