//! A service over HTTP: accounts that can be made, listed, read, changed, deleted and moved money between.
//!
//! ```text
//! cargo run --release --example axum_service --features serde -- sqlite:accounts.db 127.0.0.1:3000
//! curl -d '{"owner": "Ada", "balance": 100}' -H 'content-type: application/json' 127.0.0.1:3000/accounts
//! curl 127.0.0.1:3000/accounts.ndjson
//! ```
//!
//! It ends on Ctrl-C: requests under way are answered, then the database is closed.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that talks to people"
)]

use std::{env, future::Future};

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, Query as Parameters, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use sqloquent::prelude::*;
use tokio::net::TcpListener;

/// A model is its own JSON: serde derives stand beside that of the model.
#[derive(Model, Serialize, Clone, Debug, PartialEq)]
struct Account {
    #[model(id)]
    id: String,
    #[model(unique)]
    owner: String,
    #[model(default = 0)]
    balance: i64,
}

#[derive(Deserialize)]
struct NewAccount {
    owner: String,
    #[serde(default)]
    balance: u32,
}

#[derive(Deserialize)]
struct AccountChange {
    owner: String,
}

#[derive(Deserialize)]
struct PageOf {
    page: Option<u64>,
}

#[derive(Serialize)]
struct AccountPage {
    accounts: Vec<Account>,
    total: u64,
    page: u64,
    pages: u64,
}

#[derive(Deserialize)]
struct Transfer {
    from: String,
    to: String,
    amount: u32,
}

/// What a request can fail with. `?` makes one of every error of the database.
enum Failure {
    Database(Error),
    TooLittleMoney,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// The kind of the error says whose fault it is.
fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Unique | ErrorKind::StaleVersion => StatusCode::CONFLICT,
        ErrorKind::ForeignKey | ErrorKind::NotNull | ErrorKind::Check | ErrorKind::InvalidValue => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        ErrorKind::Busy | ErrorKind::Timeout | ErrorKind::Closed => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::TooLittleMoney => (StatusCode::CONFLICT, "there is not enough money".to_owned()),
            Self::Database(error) => {
                let status = status(error.kind());
                if status.is_server_error() {
                    // What went wrong inside is for the operator, not for the client.
                    eprintln!("{error}");
                    (status, "the service cannot do this at the moment".to_owned())
                } else {
                    (status, error.message().to_owned())
                }
            }
        };
        (status, Json(serde_json::json!({ "error": message }))).into_response()
    }
}

async fn create(
    State(db): State<Db>,
    Json(new): Json<NewAccount>,
) -> Result<(StatusCode, Json<Account>), Failure> {
    let mut account = Account::new(new.owner);
    account.balance = new.balance.into();
    Ok((StatusCode::CREATED, Json(account.insert(&db).await?)))
}

async fn list(
    State(db): State<Db>,
    Parameters(wanted): Parameters<PageOf>,
) -> Result<Json<AccountPage>, Failure> {
    let found = Account::query()
        .order(|a| a.owner.asc())
        .paginate(&db, wanted.page.unwrap_or(1).max(1), 50)
        .await?;
    let (total, page, pages) = (found.total, found.page, found.pages());
    let accounts = found.items;
    Ok(Json(AccountPage {
        accounts,
        total,
        page,
        pages,
    }))
}

async fn read(State(db): State<Db>, Path(id): Path<String>) -> Result<Json<Account>, Failure> {
    Ok(Json(Account::find_required(&db, id).await?))
}

async fn change(
    State(db): State<Db>,
    Path(id): Path<String>,
    Json(change): Json<AccountChange>,
) -> Result<Json<Account>, Failure> {
    let mut account = Account::find_required(&db, id).await?;
    account.update(&db, |a| a.owner = change.owner).await?;
    Ok(Json(account))
}

async fn delete(State(db): State<Db>, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    Account::find_required(&db, id).await?.delete(&db).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Both accounts change, or neither: the first `Err` rolls everything back.
async fn transfer(State(db): State<Db>, Json(transfer): Json<Transfer>) -> Result<StatusCode, Failure> {
    let Transfer { from, to, amount } = transfer;
    let amount = i64::from(amount);
    db.transaction(async |tx| {
        let mut giver = Account::find_required(tx, &from).await?;
        if giver.balance < amount {
            return Err(Failure::TooLittleMoney);
        }
        giver.update(tx, |a| a.balance -= amount).await?;
        let mut taker = Account::find_required(tx, &to).await?;
        taker.update(tx, |a| a.balance += amount).await?;
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All accounts, one a line, however many: rows are read as the client takes them.
async fn export(State(db): State<Db>) -> impl IntoResponse {
    let lines = Account::query().stream_owned(db).and_then(async |account| {
        let mut line = serde_json::to_string(&account).map_err(Error::custom)?;
        line.push('\n');
        Ok(line)
    });
    (
        [(header::CONTENT_TYPE, "application/x-ndjson")],
        Body::from_stream(lines),
    )
}

fn router(db: Db) -> Router {
    Router::new()
        .route("/accounts", get(list).post(create))
        .route("/accounts/{id}", get(read).patch(change).delete(delete))
        .route("/accounts.ndjson", get(export))
        .route("/transfers", post(transfer))
        .with_state(db)
}

/// Answers until `stop` is done, then lets requests under way end and closes the database.
async fn serve(
    listener: TcpListener,
    db: Db,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    db.create_tables::<Account>().await?;
    axum::serve(listener, router(db.clone()))
        .with_graceful_shutdown(stop)
        .await?;
    db.close().await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut arguments = env::args().skip(1);
    let url = arguments
        .next()
        .unwrap_or_else(|| "sqlite:accounts.db".to_owned());
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let db = Db::connect(&url).await?;
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let stop = async {
        // Without signals there is no other way to end than being killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    serve(listener, db, stop).await
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
        sync::oneshot,
    };

    use super::*;

    /// Sends a request over a socket and reads the status and the body.
    async fn ask(address: std::net::SocketAddr, method: &str, path: &str, body: Value) -> (u16, String) {
        let mut socket = TcpStream::connect(address).await.unwrap();
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let length = body.len();
        // Of a request in HTTP 1.0 the answer is plain and ends with the connection.
        let request = format!(
            "{method} {path} HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    fn json(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[tokio::test]
    async fn the_service_answers_over_a_socket_and_closes_its_database() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("accounts.db");
        let options = sqloquent_sqlite::SqliteOptions::file(&file);
        let db = Db::connect_with(options.clone()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let service = tokio::spawn(serve(listener, db.clone(), async {
            let _ = stopped.await;
        }));
        let ask =
            |method: &'static str, path: String, body| async move { ask(address, method, &path, body).await };

        // Made and read.
        let (status, ada) = ask(
            "POST",
            "/accounts".into(),
            json!({ "owner": "Ada", "balance": 100 }),
        )
        .await;
        assert_eq!(status, 201);
        let ada = json(&ada)["id"].as_str().unwrap().to_owned();
        let (_, bob) = ask("POST", "/accounts".into(), json!({ "owner": "Bob" })).await;
        let bob = json(&bob)["id"].as_str().unwrap().to_owned();
        let (status, text) = ask("GET", format!("/accounts/{ada}"), Value::Null).await;
        assert_eq!((status, json(&text)["balance"].as_i64()), (200, Some(100)));

        // What cannot be is told apart.
        let twice = ask("POST", "/accounts".into(), json!({ "owner": "Ada" })).await;
        assert_eq!(twice.0, 409, "{}", twice.1);
        let (status, text) = ask("GET", "/accounts/none".into(), Value::Null).await;
        assert_eq!(status, 404);
        assert!(json(&text)["error"].as_str().unwrap().contains("Account"));

        // Money moves altogether or not at all.
        let order = |to: &str, amount: u32| json!({ "from": &ada, "to": to, "amount": amount });
        assert_eq!(ask("POST", "/transfers".into(), order(&bob, 30)).await.0, 204);
        assert_eq!(ask("POST", "/transfers".into(), order(&bob, 500)).await.0, 409);
        assert_eq!(ask("POST", "/transfers".into(), order("none", 30)).await.0, 404);
        let (_, text) = ask("GET", "/accounts".into(), Value::Null).await;
        let page = json(&text);
        assert_eq!(
            (page["total"].as_i64(), page["accounts"][0]["balance"].as_i64()),
            (Some(2), Some(70))
        );

        // Changed and deleted.
        let (status, text) = ask("PATCH", format!("/accounts/{bob}"), json!({ "owner": "Robert" })).await;
        assert_eq!((status, json(&text)["owner"].as_str()), (200, Some("Robert")));
        assert_eq!(
            ask("DELETE", format!("/accounts/{bob}"), Value::Null).await.0,
            204
        );
        assert_eq!(
            ask("DELETE", format!("/accounts/{bob}"), Value::Null).await.0,
            404
        );

        // More rows than one chunk holds come as one stream.
        Account::insert_many(&db, (0..2_500).map(|i| Account::new(format!("owner {i}"))))
            .await
            .unwrap();
        let (status, text) = ask("GET", "/accounts.ndjson".into(), Value::Null).await;
        assert_eq!((status, text.lines().count()), (200, 2_501));
        assert!(text.lines().all(|line| json(line)["owner"].is_string()));

        // Stopped, the service closes the database, and everything is in the file.
        stop.send(()).unwrap();
        service.await.unwrap().unwrap();
        let closed = Account::query().count(&db).await.unwrap_err();
        assert_eq!(closed.kind(), ErrorKind::Closed);
        let again = Db::connect_with(options).await.unwrap();
        assert_eq!(Account::query().count(&again).await.unwrap(), 2_501);
    }
}
