//! Relations over tables that other hands made.

use rust_decimal::Decimal;
use sqloquent::prelude::*;

use crate::{dec, open};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Artist")]
struct Artist {
    #[model(id, column = "ArtistId")]
    id: i64,
    #[model(column = "Name")]
    name: Option<String>,
    #[model(has_many)]
    albums: Related<Vec<Album>>,
    #[model(has_many(through = Album))]
    tracks: Related<Vec<Track>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Album")]
struct Album {
    #[model(id, column = "AlbumId")]
    id: i64,
    #[model(column = "Title")]
    title: String,
    #[model(column = "ArtistId")]
    artist_id: i64,
    #[model(has_many)]
    tracks: Related<Vec<Track>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Track")]
struct Track {
    #[model(id, column = "TrackId")]
    id: i64,
    #[model(column = "Name")]
    name: String,
    #[model(column = "AlbumId")]
    album_id: Option<i64>,
    #[model(column = "GenreId")]
    genre_id: Option<i64>,
    #[model(column = "Milliseconds")]
    milliseconds: i64,
    #[model(belongs_to)]
    genre: Related<Option<Genre>>,
    #[model(belongs_to_many(pivot = PlaylistTrack))]
    playlists: Related<Vec<Playlist>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Genre")]
struct Genre {
    #[model(id, column = "GenreId")]
    id: i64,
    #[model(column = "Name")]
    name: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Playlist")]
struct Playlist {
    #[model(id, column = "PlaylistId")]
    id: i64,
    #[model(column = "Name")]
    name: Option<String>,
    #[model(belongs_to_many(pivot = PlaylistTrack))]
    tracks: Related<Vec<Track>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "PlaylistTrack")]
struct PlaylistTrack {
    #[model(id, column = "PlaylistId")]
    playlist_id: i64,
    #[model(id, column = "TrackId")]
    track_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Employee")]
struct Employee {
    #[model(id, column = "EmployeeId")]
    id: i64,
    #[model(column = "LastName")]
    last_name: String,
    #[model(column = "ReportsTo")]
    reports_to: Option<i64>,
    #[model(belongs_to(key = reports_to))]
    boss: Related<Option<Employee>>,
    #[model(has_many(key = reports_to))]
    reports: Related<Vec<Employee>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Customer")]
struct Customer {
    #[model(id, column = "CustomerId")]
    id: i64,
    #[model(column = "LastName")]
    last_name: String,
    #[model(has_many)]
    invoices: Related<Vec<Invoice>>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Invoice")]
struct Invoice {
    #[model(id, column = "InvoiceId")]
    id: i64,
    #[model(column = "CustomerId")]
    customer_id: i64,
    #[model(column = "Total")]
    total: Decimal,
}

async fn number(db: &Db, sql: &'static str) -> Result<usize> {
    let n: i64 = db.raw(sql, ()).scalar().await?;
    Ok(usize::try_from(n).unwrap())
}

#[tokio::test]
async fn artists_with_albums_with_tracks_with_genre_in_four_statements() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let before = db.stats().statements;
    let artists = Artist::query()
        .with(|a| a.albums.with(|a| a.tracks.with(|t| t.genre)))
        .order_by("name", Asc)
        .get(&db)
        .await?;
    assert_eq!(db.stats().statements - before, 4);
    let albums: Vec<&Album> = artists.iter().flat_map(|a| a.albums.get().unwrap()).collect();
    let tracks: Vec<&Track> = albums.iter().flat_map(|a| a.tracks.get().unwrap()).collect();
    assert_eq!(artists.len(), number(&db, "select count(*) from Artist").await?);
    assert_eq!(albums.len(), number(&db, "select count(*) from Album").await?);
    assert_eq!(tracks.len(), number(&db, "select count(*) from Track").await?);
    assert!(
        tracks
            .iter()
            .all(|t| t.genre.get().unwrap().as_ref().map(|g| g.id) == t.genre_id)
    );
    let acdc = artists
        .iter()
        .find(|a| a.name.as_deref() == Some("AC/DC"))
        .unwrap();
    let titles: Vec<_> = acdc.albums.try_get()?.iter().map(|a| a.title.as_str()).collect();
    assert_eq!(
        titles,
        ["For Those About To Rock We Salute You", "Let There Be Rock"]
    );
    Ok(())
}

#[tokio::test]
async fn playlists_and_tracks_through_the_composite_pivot() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let before = db.stats().statements;
    let playlists = Playlist::query().with(|p| p.tracks).get(&db).await?;
    assert_eq!(db.stats().statements - before, 2);
    let pairs: usize = playlists.iter().map(|p| p.tracks.get().unwrap().len()).sum();
    assert_eq!(pairs, number(&db, "select count(*) from PlaylistTrack").await?);
    let tracks = Track::query()
        .with(|t| t.playlists.only(|q| q.order_by("id", Asc)))
        .limit(5)
        .get(&db)
        .await?;
    for track in &tracks {
        let by_hand: Vec<i64> = db
            .raw(
                "select PlaylistId from PlaylistTrack where TrackId = ? order by 1",
                (track.id,),
            )
            .scalars()
            .await?;
        let loaded: Vec<i64> = track.playlists.try_get()?.iter().map(|p| p.id).collect();
        assert_eq!(loaded, by_hand);
    }
    let longest = Playlist::query()
        .with(|p| p.tracks.only(|q| q.order_by("milliseconds", Desc).limit(3)))
        .where_has(|p| p.tracks)
        .get(&db)
        .await?;
    assert!(
        longest
            .iter()
            .all(|p| (1..=3).contains(&p.tracks.get().unwrap().len()))
    );
    Ok(())
}

#[tokio::test]
async fn employees_by_self_reference() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let all = Employee::query()
        .with(|e| (e.boss, e.reports.with(|r| r.reports)))
        .order_by("id", Asc)
        .get(&db)
        .await?;
    let adams = &all[0];
    assert!(adams.boss.try_get()?.is_none());
    let below: Vec<_> = adams
        .reports
        .try_get()?
        .iter()
        .map(|e| e.last_name.as_str())
        .collect();
    assert_eq!(below, ["Edwards", "Mitchell"]);
    let two_below: usize = adams
        .reports
        .try_get()?
        .iter()
        .map(|e| e.reports.get().unwrap().len())
        .sum();
    assert_eq!(two_below, all.len() - 3);
    assert!(all[1..].iter().all(|e| e.boss.get().unwrap().is_some()));
    Ok(())
}

#[tokio::test]
async fn totals_of_customers_by_a_relation_aggregate() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let rows = Customer::query()
        .select_also(|c| (c.invoices.count(), c.invoices.sum(|i| i.total)))
        .order(|c| c.invoices.sum(|i| i.total).desc())
        .get(&db)
        .await?;
    assert_eq!(rows.len(), 59);
    let total: Decimal = rows.iter().filter_map(|(_, (_, sum))| *sum).sum();
    assert_eq!(total, dec("2328.60"));
    let (best, (count, sum)) = &rows[0];
    assert_eq!(
        (best.last_name.as_str(), *count, *sum),
        ("Holý", 7, Some(dec("49.62")))
    );
    let invoices = best.invoices().load(&db).await?;
    assert_eq!(invoices.iter().map(|i| i.total).sum::<Decimal>(), dec("49.62"));
    let (artist, tracks) = Artist::query()
        .with_count(|a| a.tracks)
        .order(|a| a.tracks.count().desc())
        .first_required(&db)
        .await?;
    assert_eq!((artist.name.as_deref(), tracks), (Some("Iron Maiden"), 213));
    Ok(())
}
