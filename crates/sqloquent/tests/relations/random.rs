//! Random graphs of rows: what is loaded with a query is what each row reads by itself.

use proptest::prelude::*;
use sqloquent::{block_on, prelude::*};

use crate::models::{Avatar, Comment, Employee, Friendship, Line, Order, Post, Role, RoleUser, User};

/// Which row each row leads to; past the end for none or for nowhere.
#[derive(Clone, Debug)]
struct Graph {
    users: usize,
    posts: Vec<usize>,
    comments: Vec<usize>,
    avatars: Vec<usize>,
    roles: usize,
    held: Vec<(usize, usize)>,
    bosses: Vec<usize>,
    friends: Vec<(usize, usize)>,
    lines: Vec<(usize, usize)>,
}

fn graph() -> impl Strategy<Value = Graph> {
    let to = |n: usize, most: usize| prop::collection::vec(0..n, 0..most);
    (
        (0usize..5, to(7, 12), to(12, 20), to(7, 6)),
        (0usize..4, prop::collection::vec((0usize..5, 0usize..4), 0..10)),
        to(9, 8),
        prop::collection::vec((0usize..8, 0usize..8), 0..8),
        prop::collection::vec((0usize..3, 0usize..3), 0..8),
    )
        .prop_map(
            |((users, posts, comments, avatars), (roles, held), bosses, friends, lines)| Graph {
                users,
                posts,
                comments,
                avatars,
                roles,
                held,
                bosses,
                friends,
                lines,
            },
        )
}

async fn filled(graph: &Graph) -> Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    db.create_tables::<(User, Avatar, Post, Comment, Role, RoleUser)>()
        .await?;
    db.create_tables::<(Employee, Friendship, Order, Line)>().await?;
    db.raw("pragma foreign_keys = off", ()).execute().await?;
    let mut ids = Vec::new();
    for i in 0..graph.users {
        let mut user = User::new(format!("u{i}"));
        user.id = format!("{i}");
        ids.push(user.insert(&db).await?.id);
    }
    // One past the last is NULL, two past it a key that leads nowhere.
    let user = |i: &usize| match *i {
        5 => None,
        i => Some(format!("{i}")),
    };
    for (i, to) in graph.posts.iter().enumerate() {
        let mut post = Post::new(format!("p{i}"));
        post.user_id = user(to);
        post.insert(&db).await?;
    }
    Comment::insert_many(&db, graph.comments.iter().map(|to| Comment::new(*to as i64, "c"))).await?;
    for (i, to) in graph.avatars.iter().enumerate() {
        let mut avatar = Avatar::new(format!("a{i}"));
        avatar.user_id = user(to);
        avatar.insert(&db).await?;
    }
    Role::insert_many(&db, (0..graph.roles).map(|i| Role::new(format!("r{i}")))).await?;
    let held = graph
        .held
        .iter()
        .map(|(u, r)| RoleUser::new(*r as i64, format!("{u}")));
    RoleUser::insert_many(&db, held).await?;
    for (i, boss) in graph.bosses.iter().enumerate() {
        let mut employee = Employee::new(format!("e{i}"));
        employee.reports_to = (*boss > 0).then_some(*boss as i64);
        employee.insert(&db).await?;
    }
    for (a, b) in &graph.friends {
        Friendship::insert_or_ignore(&db, Friendship::new(*a as i64, *b as i64)).await?;
    }
    for (shop, number) in [("0", 0), ("0", 1), ("1", 0)] {
        Order::new(shop, number, "c").insert(&db).await?;
    }
    let lines = graph
        .lines
        .iter()
        .map(|(s, n)| Line::new(format!("{s}"), *n as i64, "x"));
    Line::insert_many(&db, lines).await?;
    Ok(db)
}

/// Equal but for the order.
fn same<T: std::fmt::Debug>(loaded: &[T], read: &[T]) -> bool {
    let sorted = |rows: &[T]| {
        let mut rows: Vec<_> = rows.iter().map(|r| format!("{r:?}")).collect();
        rows.sort();
        rows
    };
    sorted(loaded) == sorted(read)
}

async fn check(db: &Db) -> Result<bool> {
    let mut fine = true;
    let users = User::query()
        .with(|u| (u.avatar, u.posts, u.comments, u.roles, u.held))
        .get(db)
        .await?;
    for user in &users {
        fine &= user.avatar.try_get()? == &user.avatar().load(db).await?;
        let first = user.avatar().query().order_by("id", Asc).first(db).await?;
        fine &= user.avatar.try_get()? == &first;
        fine &= same(user.posts.try_get()?, &user.posts().query().get(db).await?);
        fine &= same(user.comments.try_get()?, &user.comments().query().get(db).await?);
        fine &= same(user.roles.try_get()?, &user.roles().query().get(db).await?);
        let pivots = RoleUser::query().equal("user_id", &user.id).get(db).await?;
        let mut held = Vec::new();
        for pivot in pivots {
            if let Some(role) = Role::find(db, pivot.role_id).await? {
                held.push((role, pivot));
            }
        }
        let loaded: Vec<_> = user
            .held
            .try_get()?
            .iter()
            .map(|r| (r.model.clone(), r.pivot.clone()))
            .collect();
        fine &= same(&loaded, &held);
    }
    let posts = Post::query()
        .with(|p| (p.author.with(|u| u.posts), p.comments.with(|c| c.post)))
        .get(db)
        .await?;
    for post in &posts {
        let author = match &post.user_id {
            Some(id) => User::find(db, id).await?,
            None => None,
        };
        fine &= post.author.try_get()? == &author;
        if let (Some(loaded), Some(author)) = (post.author.try_get()?, author) {
            fine &= same(loaded.posts.try_get()?, &author.posts().query().get(db).await?);
        }
        let comments = Comment::query().equal("post_id", post.id).get(db).await?;
        let loaded = post.comments.try_get()?;
        fine &= loaded
            .iter()
            .all(|c| matches!(c.post.get(), Some(Some(p)) if p == post));
        let bare: Vec<_> = loaded
            .iter()
            .map(|c| Comment {
                post: Related::unloaded(),
                ..c.clone()
            })
            .collect();
        fine &= same(&bare, &comments);
    }
    let mut employees = Employee::query().get(db).await?;
    Employee::load(db, &mut employees, |e| (e.boss, e.reports, e.friends)).await?;
    for employee in &employees {
        fine &= employee.boss.try_get()? == &employee.boss().query().first(db).await?;
        fine &= same(
            employee.reports.try_get()?,
            &employee.reports().query().get(db).await?,
        );
        fine &= same(
            employee.friends.try_get()?,
            &employee.friends().query().get(db).await?,
        );
    }
    for order in Order::query().with(|o| o.lines).get(db).await? {
        fine &= same(order.lines.try_get()?, &order.lines().query().get(db).await?);
    }
    // Counted and looked into as it is loaded.
    let counted = User::query()
        .select_also(|u| {
            (
                u.posts.count(),
                u.roles.count(),
                u.comments.count(),
                u.avatar.count(),
            )
        })
        .get(db)
        .await?;
    for ((_, (posts, roles, comments, avatar)), user) in counted.iter().zip(&users) {
        fine &= *posts == user.posts.try_get()?.len() as i64;
        fine &= *roles == user.roles.try_get()?.len() as i64;
        fine &= *comments == user.comments.try_get()?.len() as i64;
        fine &= (*avatar > 0) == user.avatar.try_get()?.is_some();
    }
    let limited = User::query()
        .with(|u| {
            (
                u.posts.only(|q| q.order_by("id", Desc).skip(1).limit(2)),
                u.roles.only(|q| q.order_by("id", Asc).limit(1)),
            )
        })
        .get(db)
        .await?;
    for user in &limited {
        let posts = user
            .posts()
            .query()
            .order_by("id", Desc)
            .skip(1)
            .take(db, 2)
            .await?;
        fine &= user.posts.try_get()? == &posts;
        let role = user.roles().query().order_by("id", Asc).first(db).await?;
        fine &= user.roles.try_get()?.first() == role.as_ref() && user.roles.try_get()?.len() <= 1;
    }
    Ok(fine)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn loading_with_the_query_gives_what_each_row_reads_by_itself(graph in graph()) {
        let fine = block_on(async { check(&filled(&graph).await?).await });
        prop_assert!(matches!(fine, Ok(true)), "{fine:?}");
    }
}
