//! The models of the tests: every kind of relation, keys of several types, names of one's own.

use sqloquent::prelude::*;
use tempfile::TempDir;

#[derive(Model, Clone, Debug, PartialEq)]
pub struct User {
    #[model(id)]
    pub id: String,
    pub name: String,
    #[model(has_one)]
    pub avatar: Related<Option<Avatar>>,
    #[model(has_many)]
    pub posts: Related<Vec<Post>>,
    #[model(has_many(through = Post))]
    pub comments: Related<Vec<Comment>>,
    #[model(belongs_to_many(pivot = RoleUser))]
    pub roles: Related<Vec<Role>>,
    #[model(belongs_to_many(pivot = RoleUser))]
    pub held: Related<Vec<Pivoted<Role, RoleUser>>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Avatar {
    #[model(id)]
    pub id: i64,
    pub url: String,
    #[model(references = User)]
    pub user_id: Option<String>,
    #[model(belongs_to)]
    pub user: Related<Option<User>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Post {
    #[model(id)]
    pub id: i64,
    pub title: String,
    #[model(default = 0)]
    pub length: i64,
    #[model(index)]
    pub user_id: Option<String>,
    #[model(belongs_to(key = user_id))]
    pub author: Related<Option<User>>,
    #[model(has_many)]
    pub comments: Related<Vec<Comment>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Comment {
    #[model(id)]
    pub id: i64,
    #[model(references = Post)]
    pub post_id: i64,
    pub text: String,
    #[model(belongs_to)]
    pub post: Related<Option<Post>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Role {
    #[model(id)]
    pub id: i64,
    pub name: String,
    #[model(belongs_to_many(pivot = RoleUser))]
    pub users: Related<Vec<User>>,
}

/// A pivot with an id and columns of its own, which does not forbid the same pair twice.
#[derive(Model, Clone, Debug, PartialEq)]
pub struct RoleUser {
    #[model(id)]
    pub id: i64,
    pub role_id: i64,
    pub user_id: String,
    #[model(default = 1)]
    pub level: i64,
}

/// Related to itself twice.
#[derive(Model, Clone, Debug, PartialEq)]
pub struct Employee {
    #[model(id, column = "EmployeeId")]
    pub id: i64,
    #[model(column = "Name")]
    pub name: String,
    #[model(column = "ReportsTo", foreign_key = "employees.EmployeeId")]
    pub reports_to: Option<i64>,
    #[model(belongs_to(key = reports_to))]
    pub boss: Related<Option<Employee>>,
    #[model(has_many(key = "reports_to"))]
    pub reports: Related<Vec<Employee>>,
    #[model(belongs_to_many(pivot = Friendship, key = from_id, related_key = to_id))]
    pub friends: Related<Vec<Employee>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Friendship {
    #[model(id)]
    pub from_id: i64,
    #[model(id)]
    pub to_id: i64,
}

/// A composite key, and a key that is no id.
#[derive(Model, Clone, Debug, PartialEq)]
pub struct Order {
    #[model(id)]
    pub shop: String,
    #[model(id)]
    pub number: i64,
    pub customer: String,
    #[model(has_many(key(shop, order_number)))]
    pub lines: Related<Vec<Line>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Line {
    #[model(id)]
    pub id: i64,
    pub shop: String,
    pub order_number: i64,
    pub item: String,
    #[model(belongs_to(key(shop, order_number)))]
    pub order: Related<Option<Order>>,
}

/// Two relations between the same two models, by a column that is no id.
#[derive(Model, Clone, Debug, PartialEq)]
pub struct Letter {
    #[model(id)]
    pub id: i64,
    pub sender: String,
    pub receiver: String,
    #[model(belongs_to(key = sender, owner_key = name))]
    pub from: Related<Option<Person>>,
    #[model(belongs_to(key = receiver, owner_key = name))]
    pub to: Related<Option<Person>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Person {
    #[model(id)]
    pub id: i64,
    #[model(unique)]
    pub name: String,
    #[model(has_many(key = sender, owner_key = name))]
    pub sent: Related<Vec<Letter>>,
    #[model(has_many(key = receiver, owner_key = name))]
    pub received: Related<Vec<Letter>>,
}

pub async fn db() -> Result<(TempDir, Db)> {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite:{}", folder.path().join("test.db").display())).await?;
    db.create_tables::<(User, Avatar, Post, Comment, Role, RoleUser)>()
        .await?;
    db.create_tables::<(Employee, Friendship, Order, Line, Person, Letter)>()
        .await?;
    Ok((folder, db))
}

/// Ada with two posts, of which the first has two comments; Bob with one; Cy with none. Ada is admin and author, Bob
/// author.
pub async fn blog(db: &Db) -> Result<Vec<User>> {
    let mut users = Vec::new();
    for name in ["Ada", "Bob", "Cy"] {
        users.push(User::new(name).insert(db).await?);
    }
    for (user, title, length) in [(0, "Engines", 10), (0, "Notes", 20), (1, "Maps", 5)] {
        let mut post = Post::new(title);
        post.length = length;
        post.user_id = Some(users[user].id.clone());
        let post = post.insert(db).await?;
        if title == "Engines" {
            Comment::insert_many(db, ["fine", "good"].map(|t| Comment::new(post.id, t))).await?;
        }
    }
    let mut avatar = Avatar::new("a.png");
    avatar.user_id = Some(users[0].id.clone());
    avatar.insert(db).await?;
    let admin = Role::new("admin").insert(db).await?;
    let author = Role::new("author").insert(db).await?;
    for (role, user, level) in [(&admin, 0, 9), (&author, 0, 1), (&author, 1, 2)] {
        let mut pivot = RoleUser::new(role.id, &users[user].id);
        pivot.level = level;
        pivot.insert(db).await?;
    }
    Ok(users)
}

/// How many statements a call runs.
pub async fn statements<T>(db: &Db, call: impl Future<Output = Result<T>>) -> Result<(T, u64)> {
    let before = db.stats().statements;
    let done = call.await?;
    Ok((done, db.stats().statements - before))
}
