//! Changing relations through their handles.

use sqloquent::prelude::*;

use crate::models::*;

async fn post(db: &Db, title: &str) -> Result<Post> {
    Post::query().equal("title", title).first_required(db).await
}

async fn role(db: &Db, name: &str) -> Result<Role> {
    Role::query().equal("name", name).first_required(db).await
}

async fn titles(db: &Db, user: &User) -> Result<Vec<String>> {
    user.posts()
        .query()
        .order_by("title", Asc)
        .pluck(db, "title")
        .await
}

async fn roles(db: &Db, user: &User) -> Result<Vec<String>> {
    user.roles().query().order_by("name", Asc).pluck(db, "name").await
}

#[tokio::test]
async fn has_many_adds_and_removes_models_and_ids() -> Result<()> {
    let (_folder, db) = db().await?;
    let users = blog(&db).await?;
    let (maps, engines) = (post(&db, "Maps").await?, post(&db, "Engines").await?);
    users[0]
        .posts()
        .add(&maps)
        .remove(engines.id)
        .add(Post::new("New"))
        .save(&db)
        .await?;
    assert_eq!(titles(&db, &users[0]).await?, ["Maps", "New", "Notes"]);
    assert!(titles(&db, &users[1]).await?.is_empty());
    assert_eq!(
        post(&db, "Engines").await?.user_id,
        None,
        "it is nobody's, not deleted"
    );
    users[1].posts().set([engines.id, maps.id]).save(&db).await?;
    assert_eq!(titles(&db, &users[1]).await?, ["Engines", "Maps"]);
    assert_eq!(titles(&db, &users[0]).await?, ["New", "Notes"]);
    users[1].posts().clear().save(&db).await?;
    assert!(titles(&db, &users[1]).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn has_one_is_set_replaced_and_cleared() -> Result<()> {
    let (_folder, db) = db().await?;
    let mut users = blog(&db).await?;
    let ada = &mut users[0];
    ada.avatar_mut().set(Avatar::new("b.png")).save(&db).await?;
    assert_eq!(ada.avatar.try_get()?.as_ref().unwrap().url, "b.png");
    let old = Avatar::query().equal("url", "a.png").first_required(&db).await?;
    assert_eq!(old.user_id, None);
    ada.avatar_mut().set(old.id).save(&db).await?;
    assert_eq!(ada.avatar.try_get()?.as_ref().unwrap().url, "a.png");
    ada.avatar_mut().clear().save(&db).await?;
    assert!(ada.avatar.try_get()?.is_none());
    assert_eq!(Avatar::query().not_null("user_id").count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn belongs_to_is_set_and_cleared() -> Result<()> {
    let (_folder, db) = db().await?;
    let users = blog(&db).await?;
    let mut maps = post(&db, "Maps").await?;
    maps.author_mut().set(&users[2]).save(&db).await?;
    assert_eq!(maps.user_id.as_ref(), Some(&users[2].id));
    assert_eq!(maps.author.try_get()?.as_ref(), Some(&users[2]));
    maps.author_mut().set(&users[0].id).save(&db).await?;
    assert_eq!(
        maps.author.try_get()?.as_ref(),
        Some(&users[0]),
        "what is shown is what was set"
    );
    maps.author().set(User::new("Dot")).save(&db).await?;
    assert_eq!(
        post(&db, "Maps").await?.author().load(&db).await?.unwrap().name,
        "Dot",
        "inserted first"
    );
    maps.reload(&db).await?;
    maps.author_mut().clear().save(&db).await?;
    assert_eq!(maps.user_id, None);
    assert!(maps.author.try_get()?.is_none());
    Ok(())
}

#[tokio::test]
async fn belongs_to_by_a_column_that_is_no_id() -> Result<()> {
    let (_folder, db) = db().await?;
    Person::insert_many(&db, ["Ada", "Bob"].map(Person::new)).await?;
    let bob = Person::query().equal("name", "Bob").first_required(&db).await?;
    let mut letter = Letter::new("Ada", "Ada").insert(&db).await?;
    letter.to_mut().set(bob.id).save(&db).await?;
    assert_eq!(letter.receiver, "Bob", "the name, not the id");
    assert_eq!(bob.received().load(&db).await?.len(), 1);
    let refused = letter.to().clear().save(&db).await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.column()),
        (ErrorKind::NotNull, Some("receiver"))
    );
    Ok(())
}

#[tokio::test]
async fn pivots_are_attached_detached_synced_and_toggled() -> Result<()> {
    let (_folder, db) = db().await?;
    let mut users = blog(&db).await?;
    let (admin, author) = (role(&db, "admin").await?, role(&db, "author").await?);
    let cy = &mut users[2];
    cy.roles().attach(&db, [&admin, &author]).await?;
    assert_eq!(roles(&db, cy).await?, ["admin", "author"]);
    cy.roles().detach(&db, [admin.id]).await?;
    assert_eq!(roles(&db, cy).await?, ["author"]);
    cy.roles_mut().toggle(&db, [&admin, &author]).await?;
    assert_eq!(
        cy.roles.try_get()?.iter().map(|r| r.id).collect::<Vec<_>>(),
        [admin.id]
    );
    cy.roles_mut().sync(&db, [author.id]).await?;
    assert_eq!(cy.roles.try_get()?, std::slice::from_ref(&author));
    cy.roles_mut()
        .add(Role::new("guest"))
        .remove(&author)
        .save(&db)
        .await?;
    assert_eq!(roles(&db, cy).await?, ["guest"], "inserted first");
    cy.roles_mut().sync(&db, Vec::<i64>::new()).await?;
    assert!(cy.roles.try_get()?.is_empty());
    assert_eq!(Role::query().count(&db).await?, 3, "roles are not deleted");
    assert_eq!(roles(&db, &users[0]).await?.len(), 2, "others keep theirs");
    Ok(())
}

#[tokio::test]
async fn columns_of_the_pivot_are_written() -> Result<()> {
    let (_folder, db) = db().await?;
    let mut users = blog(&db).await?;
    let admin = role(&db, "admin").await?;
    users[2]
        .held_mut()
        .attach_with(&db, &admin, |p| [p.level.set(5)])
        .await?;
    assert_eq!(users[2].held.try_get()?[0].pivot.level, 5);
    users[2]
        .held_mut()
        .attach_with(&db, admin.id, |p| [p.level.set(6)])
        .await?;
    let held = users[2].held.try_get()?;
    assert_eq!((held.len(), held[0].pivot.level), (1, 6), "the same row");
    users[1].roles().attach(&db, [admin.id]).await?;
    let level: i64 = users[1]
        .held()
        .load(&db)
        .await?
        .iter()
        .find(|r| r.id == admin.id)
        .unwrap()
        .pivot
        .level;
    assert_eq!(level, 1, "the default");
    Ok(())
}

#[tokio::test]
async fn a_composite_pivot_and_composite_keys() -> Result<()> {
    let (_folder, db) = db().await?;
    let eve = Employee::new("Eve").insert(&db).await?;
    let ann = Employee::new("Ann").insert(&db).await?;
    eve.friends().attach(&db, [&ann, &ann]).await?;
    eve.friends().attach(&db, [&ann]).await?;
    assert_eq!(Friendship::query().count(&db).await?, 1);
    assert_eq!(eve.friends().load(&db).await?, std::slice::from_ref(&ann));
    assert!(ann.friends().load(&db).await?.is_empty(), "one way");
    eve.friends().detach(&db, [ann.id]).await?;
    assert_eq!(Friendship::query().count(&db).await?, 0);
    let mut order = Order::new("a", 1, "c").insert(&db).await?;
    let other = Line::new("b", 9, "other").insert(&db).await?;
    order
        .lines_mut()
        .add(&other)
        .add(Line::new("?", 0, "new"))
        .save(&db)
        .await?;
    let lines: Vec<_> = order
        .lines
        .try_get()?
        .iter()
        .map(|l| (l.shop.as_str(), l.order_number))
        .collect();
    assert_eq!(lines, [("a", 1), ("a", 1)]);
    let mut line = order.lines.try_get()?[0].clone();
    let elsewhere = Order::new("z", 3, "c").insert(&db).await?;
    line.order_mut().set(("z", 3)).save(&db).await?;
    assert_eq!(
        (line.shop.as_str(), line.order.try_get()?.as_ref()),
        ("z", Some(&elsewhere))
    );
    Ok(())
}

#[tokio::test]
async fn only_what_differs_is_written() -> Result<()> {
    let (_folder, db) = db().await?;
    let users = blog(&db).await?;
    let tx = db.begin().await?;
    let before = tx.raw("select total_changes()", ()).scalar::<i64>().await?;
    let engines = post(&db, "Engines").await?;
    users[0].posts().add(&engines).save(&tx).await?;
    users[0]
        .posts()
        .set(users[0].posts().load(&tx).await?)
        .save(&tx)
        .await?;
    users[0]
        .roles()
        .sync(&tx, users[0].roles().load(&tx).await?)
        .await?;
    users[0].posts().save(&tx).await?;
    engines.author().set(&users[0]).save(&tx).await?;
    let after = tx.raw("select total_changes()", ()).scalar::<i64>().await?;
    assert_eq!(after, before);
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn what_leads_nowhere_is_refused_and_nothing_is_written() -> Result<()> {
    let (_folder, db) = db().await?;
    let users = blog(&db).await?;
    let errors = [
        users[0]
            .posts()
            .add(Post::new("x"))
            .add(4711)
            .save(&db)
            .await
            .unwrap_err(),
        users[0].avatar().set(4711).save(&db).await.unwrap_err(),
        users[0].roles().attach(&db, [4711]).await.unwrap_err(),
        post(&db, "Maps")
            .await?
            .author()
            .set("nobody")
            .save(&db)
            .await
            .unwrap_err(),
        Post::new("unstored")
            .comments()
            .add(1)
            .save(&db)
            .await
            .unwrap_err(),
        Post::new("unstored")
            .author()
            .set(&users[0])
            .save(&db)
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
    assert_eq!(Post::query().count(&db).await?, 3, "nothing of it");
    assert_eq!(roles(&db, &users[0]).await?.len(), 2);
    assert!(users[0].avatar().load(&db).await?.is_some());
    Ok(())
}

#[tokio::test]
async fn a_row_that_cannot_be_without_owner_stays() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    let engines = post(&db, "Engines").await?;
    let comments = engines.comments().load(&db).await?;
    let refused = engines
        .comments()
        .remove(comments[0].id)
        .save(&db)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotNull);
    assert_eq!(
        (refused.table(), refused.column()),
        (Some("comments"), Some("post_id"))
    );
    assert!(refused.message().contains("`Post.comments`"), "{refused}");
    assert_eq!(engines.comments().query().count(&db).await?, 2);
    engines.comments().query().delete(&db).await?;
    engines.comments().clear().save(&db).await?;
    Ok(())
}

#[tokio::test]
async fn a_pivot_that_needs_more_says_so() -> Result<()> {
    #[derive(Model, Clone, Debug, PartialEq)]
    struct Team {
        #[model(id)]
        id: i64,
        #[model(belongs_to_many(pivot = Membership))]
        people: Related<Vec<Person>>,
    }
    #[derive(Model, Clone, Debug, PartialEq)]
    struct Membership {
        #[model(id)]
        id: String,
        team_id: i64,
        person_id: i64,
        since: String,
        note: Option<String>,
    }
    let (_folder, db) = db().await?;
    db.create_tables::<(Team, Membership)>().await?;
    let team = Team::new().insert(&db).await?;
    let ada = Person::new("Ada").insert(&db).await?;
    let refused = team.people().attach(&db, [&ada]).await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.column()),
        (ErrorKind::NotNull, Some("since"))
    );
    assert!(refused.message().contains("attach_with"), "{refused}");
    team.people()
        .attach_with(&db, &ada, |m| [m.since.set("1842")])
        .await?;
    let stored = Membership::query().first_required(&db).await?;
    assert_eq!(
        (stored.id.len(), stored.since.as_str(), stored.note),
        (32, "1842", None)
    );
    Ok(())
}

#[tokio::test]
async fn inside_of_a_transaction_a_save_is_a_part_of_it() -> Result<()> {
    let (_folder, db) = db().await?;
    let mut users = blog(&db).await?;
    let tx = db.begin().await?;
    users[0].posts_mut().add(Post::new("New")).save(&tx).await?;
    let failed = users[0].posts().add(Post::new("Newer")).add(4711).save(&tx).await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(
        users[0].posts().query().count(&tx).await?,
        3,
        "the first stays, the second is undone"
    );
    tx.rollback().await?;
    assert_eq!(users[0].posts().query().count(&db).await?, 2);
    let savepoint_tx = db.begin().await?;
    let savepoint = savepoint_tx.savepoint().await?;
    users[0].roles().sync(&savepoint, Vec::<i64>::new()).await?;
    savepoint.rollback().await?;
    assert_eq!(users[0].roles().query().count(&savepoint_tx).await?, 2);
    savepoint_tx.commit().await?;
    Ok(())
}
