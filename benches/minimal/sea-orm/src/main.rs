//! Users and their posts with SeaORM.

use std::error::Error;

use sea_orm::{ActiveValue::Set, Database, LoaderTrait, QueryOrder, TransactionTrait, entity::prelude::*};

mod user {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        #[sea_orm(unique)]
        pub email: String,
        #[sea_orm(has_many)]
        pub posts: HasMany<super::post::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod post {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "posts")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: i64,
        pub title: String,
        pub published: bool,
        #[sea_orm(belongs_to, from = "user_id", to = "id")]
        pub user: BelongsTo<super::user::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("the path of a file is needed")?;
    let db = Database::connect(format!("sqlite:{path}?mode=rwc")).await?;
    db.get_schema_builder()
        .register(user::Entity)
        .register(post::Entity)
        .apply(&db)
        .await?;

    let ada = new_user("Ada", "ada@example.org").insert(&db).await?;
    let grace = new_user("Grace", "grace@example.org").insert(&db).await?;
    let tx = db.begin().await?;
    post::Entity::insert_many([
        new_post(&ada, "A first post"),
        new_post(&ada, "Another post"),
        new_post(&ada, "Second thoughts"),
        new_post(&grace, "A post of Grace"),
    ])
    .exec_without_returning(&tx)
    .await?;
    tx.commit().await?;

    let found = user::Entity::find_by_email("ada@example.org")
        .one(&db)
        .await?
        .ok_or("no such user")?;
    println!("found {}", found.name);
    let mut found: user::ActiveModel = found.into();
    found.name = Set("Ada Lovelace".to_owned());
    found.update(&db).await?;

    post::Entity::update_many()
        .col_expr(post::Column::Published, true.into())
        .filter(post::COLUMN.title.starts_with("A"))
        .exec(&db)
        .await?;

    let users = user::Entity::find()
        .order_by_asc(user::COLUMN.name)
        .all(&db)
        .await?;
    let published = post::Entity::find()
        .filter(post::COLUMN.published.eq(true))
        .order_by_asc(post::COLUMN.id);
    let posts = users.load_many(published, &db).await?;
    for (user, posts) in users.iter().zip(&posts) {
        let titles: Vec<&str> = posts.iter().map(|post| post.title.as_str()).collect();
        println!("{}: {}", user.name, titles.join(", "));
    }

    post::Entity::delete_many()
        .filter(post::COLUMN.user_id.eq(grace.id))
        .exec(&db)
        .await?;
    grace.delete(&db).await?;
    println!("{} posts left", post::Entity::find().count(&db).await?);
    db.close().await?;
    Ok(())
}

fn new_user(name: &str, email: &str) -> user::ActiveModel {
    user::ActiveModel {
        name: Set(name.to_owned()),
        email: Set(email.to_owned()),
        ..Default::default()
    }
}

fn new_post(user: &user::Model, title: &str) -> post::ActiveModel {
    post::ActiveModel {
        user_id: Set(user.id),
        title: Set(title.to_owned()),
        published: Set(false),
        ..Default::default()
    }
}
