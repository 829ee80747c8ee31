// What the examples of the documentation stand on: two models and a database in memory with one user.

pub use sqloquent::prelude::*;

#[derive(Model, Clone, Debug, PartialEq)]
pub struct User {
    #[model(id)]
    pub id: String,
    #[model(unique)]
    pub email: String,
    pub bio: Option<String>,
    #[model(default = true)]
    pub active: bool,
    #[model(default = 0)]
    pub logins: i64,
    pub age: Option<i32>,
    #[model(has_many)]
    pub posts: Related<Vec<Post>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Post {
    #[model(id)]
    pub id: i64,
    #[model(references = User)]
    pub user_id: String,
    pub title: String,
    #[model(belongs_to)]
    pub user: Related<Option<User>>,
}

pub fn example(f: impl AsyncFnOnce(Db, User) -> Result<()>) -> Result<()> {
    sqloquent::block_on(async {
        let db = Db::connect("sqlite::memory:").await?;
        db.create_tables::<(User, Post)>().await?;
        let ada = User::new("ada@example.org").insert(&db).await?;
        Post::new(&ada.id, "On engines").insert(&db).await?;
        f(db, ada).await
    })
}
