//! Pitfalls of relations, by their rows in the list of pitfalls.

use sqloquent::prelude::*;

use crate::models::*;

#[tokio::test]
async fn pitfall_d1_what_is_loaded_belongs_to_the_instance() -> Result<()> {
    let (_folder, db) = db().await?;
    blog(&db).await?;
    let first = User::query()
        .with(|u| u.posts)
        .equal("name", "Ada")
        .first_required(&db)
        .await?;
    let mut later = Post::new("Later");
    later.user_id = Some(first.id.clone());
    later.insert(&db).await?;
    let fresh = User::find_required(&db, &first.id).await?;
    assert!(!fresh.posts.is_loaded(), "another instance knows nothing of it");
    assert_eq!(fresh.posts().load(&db).await?.len(), 3);
    assert_eq!(first.posts.try_get()?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn pitfall_d2_loading_is_one_statement_and_its_errors_surface() -> Result<()> {
    let (_folder, db) = db().await?;
    for i in 0..50 {
        let user = User::new(format!("u{i}")).insert(&db).await?;
        user.posts()
            .add(Post::new("a"))
            .add(Post::new("b"))
            .save(&db)
            .await?;
    }
    let (users, n) = statements(&db, User::query().with(|u| u.posts.with(|p| p.comments)).get(&db)).await?;
    assert_eq!((users.len(), n), (50, 3));
    assert!(users.iter().all(|u| u.posts.get().is_some_and(|p| p.len() == 2)));
    db.execute_script("drop table comments").await?;
    let error = User::query()
        .with(|u| u.posts.with(|p| p.comments))
        .get(&db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownTable);
    db.execute_script("update posts set length = 'long' where id = 1")
        .await?;
    let error = User::query().with(|u| u.posts).get(&db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.column()),
        (ErrorKind::Decode, Some("length"))
    );
    Ok(())
}

#[tokio::test]
async fn pitfall_d3_adding_again_makes_no_second_pivot_row() -> Result<()> {
    let (_folder, db) = db().await?;
    let users = blog(&db).await?;
    let role = Role::query().equal("name", "admin").first_required(&db).await?;
    let before = RoleUser::query().count(&db).await?;
    users[0].roles().add(&role).add(role.id).save(&db).await?;
    users[0].roles().attach(&db, [role.id, role.id]).await?;
    assert_eq!(RoleUser::query().count(&db).await?, before);
    Ok(())
}

#[tokio::test]
async fn pitfall_d4_pending_changes_are_plain_sets() -> Result<()> {
    let (_folder, db) = db().await?;
    let users = blog(&db).await?;
    let all = Role::query().order_by("id", Asc).get(&db).await?;
    users[2].roles().set(&all).set([&all[0]]).save(&db).await?;
    assert_eq!(
        users[2].roles().load(&db).await?,
        [all[0].clone()],
        "the last counts"
    );
    users[2].roles().remove(&all[0]).add(&all[0]).save(&db).await?;
    assert_eq!(users[2].roles().query().count(&db).await?, 1, "added again");
    users[2].roles().add(&all[1]).remove(&all[1]).save(&db).await?;
    assert_eq!(users[2].roles().query().count(&db).await?, 1, "removed again");
    Ok(())
}

#[tokio::test]
async fn pitfall_d6_no_pivot_rows_are_an_empty_relation() -> Result<()> {
    let (_folder, db) = db().await?;
    let mut users = blog(&db).await?;
    users[2].roles_mut().reload(&db).await?;
    assert!(users[2].roles.try_get()?.is_empty());
    assert!(users[2].roles().load(&db).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn pitfall_d7_setting_to_empty_is_valid() -> Result<()> {
    let (_folder, db) = db().await?;
    let mut users = blog(&db).await?;
    users[0].roles_mut().set(Vec::<Role>::new()).save(&db).await?;
    users[0].posts_mut().set(Vec::<Post>::new()).save(&db).await?;
    assert!(users[0].roles.try_get()?.is_empty() && users[0].posts.try_get()?.is_empty());
    users[0].roles_mut().clear().save(&db).await?;
    assert_eq!(users[1].roles().query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn pitfall_d10_has_one_can_be_set_to_none() -> Result<()> {
    let (_folder, db) = db().await?;
    let mut users = blog(&db).await?;
    users[0].avatar_mut().clear().save(&db).await?;
    assert_eq!(users[0].avatar.try_get()?, &None);
    users[0].avatar_mut().clear().save(&db).await?;
    Ok(())
}

#[tokio::test]
async fn pitfall_d11_the_right_columns_whatever_they_are_called() -> Result<()> {
    let (_folder, db) = db().await?;
    let boss = Employee::new("Eve").insert(&db).await?;
    let mut ann = Employee::new("Ann").insert(&db).await?;
    ann.boss_mut().set(&boss).save(&db).await?;
    let raw: i64 = db
        .raw("select \"ReportsTo\" from employees where \"Name\" = 'Ann'", ())
        .scalar()
        .await?;
    assert_eq!(raw, boss.id);
    assert_eq!(ann.boss.try_get()?.as_ref(), Some(&boss));
    boss.reports().remove(&ann).save(&db).await?;
    assert_eq!(boss.reports().query().count(&db).await?, 0);
    Ok(())
}

#[test]
fn pitfall_d12_unloaded_relations_cost_two_words_each() {
    assert_eq!(
        size_of::<User>(),
        2 * size_of::<String>() + 5 * 2 * size_of::<usize>()
    );
}

#[tokio::test]
async fn pitfall_d14_a_save_of_several_steps_is_all_or_nothing() -> Result<()> {
    let (_folder, db) = db().await?;
    let users = blog(&db).await?;
    db.execute_script(
        "create trigger no_more before insert on role_users begin select raise(abort, 'no more'); end",
    )
    .await?;
    let failed = users[1].roles().sync(&db, [1]).await;
    assert!(failed.is_err());
    let names: Vec<String> = users[1].roles().query().pluck(&db, "name").await?;
    assert_eq!(names, ["author"], "the removal is undone");
    let failed = users[2].roles().add(Role::new("guest")).save(&db).await;
    assert!(failed.is_err());
    assert_eq!(Role::query().count(&db).await?, 2, "and so is the new role");
    Ok(())
}
