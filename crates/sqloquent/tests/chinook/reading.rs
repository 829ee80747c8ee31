//! Rows, keys, conditions, joins.

use jiff::civil::date;
use sqloquent::prelude::*;

use crate::{dec, models::*, open};

/// Reads every row of a table as its model.
async fn all<M: Model>(db: &Db) -> Result<usize> {
    M::query().get(db).await.map(|rows| rows.len())
}

#[tokio::test]
async fn every_row_of_every_table_is_read() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    assert_eq!(all::<Artist>(&db).await?, 275);
    assert_eq!(all::<Album>(&db).await?, 347);
    assert_eq!(all::<Genre>(&db).await?, 25);
    assert_eq!(all::<MediaType>(&db).await?, 5);
    assert_eq!(all::<Track>(&db).await?, 3_503);
    assert_eq!(all::<Playlist>(&db).await?, 18);
    assert_eq!(all::<PlaylistTrack>(&db).await?, 8_715);
    assert_eq!(all::<Employee>(&db).await?, 8);
    assert_eq!(all::<Customer>(&db).await?, 59);
    assert_eq!(all::<Invoice>(&db).await?, 412);
    assert_eq!(all::<InvoiceLine>(&db).await?, 2_240);
    db.close().await
}

#[tokio::test]
async fn chunks_bring_each_row_once() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let mut ids = Vec::new();
    let mut chunks = Track::query().chunk(&db, 500);
    while let Some(tracks) = chunks.next().await? {
        ids.extend(tracks.into_iter().map(|t| t.id));
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3_503);

    // A table without a single-column key.
    let mut pairs = Vec::new();
    let mut chunks = PlaylistTrack::query().chunk(&db, 1_000);
    while let Some(entries) = chunks.next().await? {
        pairs.extend(entries.into_iter().map(|e| (e.playlist_id, e.track_id)));
    }
    pairs.sort_unstable();
    pairs.dedup();
    assert_eq!(pairs.len(), 8_715);
    Ok(())
}

#[tokio::test]
async fn keys_of_one_and_of_two_columns_find_rows() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let track = Track::find_required(&db, 1).await?;
    assert_eq!(track.name, "For Those About To Rock (We Salute You)");
    assert_eq!(track.unit_price, dec("0.99"));
    assert!(Track::find(&db, 0).await?.is_none());

    let entry = PlaylistTrack::find_required(&db, (1, 3_402)).await?;
    assert_eq!(entry.id(), (1, 3_402));
    assert!(PlaylistTrack::find(&db, (1, 0)).await?.is_none());
    let found = PlaylistTrack::find_many(&db, [(1, 3_402), (1, 3_389), (1, 0)]).await?;
    assert_eq!(found.len(), 2);
    Ok(())
}

#[tokio::test]
async fn conditions_find_what_the_data_holds() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let without_composer = Track::query().filter(|t| t.composer.is_null());
    assert_eq!(without_composer.count(&db).await?, 977);
    assert_eq!(Track::query().is_null("Composer").count(&db).await?, 977);

    let love = Track::query().filter(|t| t.name.contains("love"));
    assert_eq!(love.count(&db).await?, 114);
    assert_eq!(Track::query().contains("Name", "LOVE").count(&db).await?, 114);
    assert!(Track::query().contains_exact("Name", "love").count(&db).await? < 114);

    let names = Employee::query()
        .filter(|e| e.reports_to.eq(2))
        .order(|e| e.last_name.asc())
        .values(&db, |e| e.last_name)
        .await?;
    assert_eq!(names, ["Johnson", "Park", "Peacock"]);

    let munich = Customer::query()
        .equal("FirstName", "František")
        .first_required(&db)
        .await?;
    assert_eq!(munich.last_name, "Wichterlová");
    Ok(())
}

#[tokio::test]
async fn decimals_and_date_times_compare_as_what_they_are() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    // Prices are floats in the file; as text, "10.91" would come before "9.94".
    let dear = Invoice::query()
        .filter(|i| i.total.gt(dec("9.94")))
        .count(&db)
        .await?;
    let all = Invoice::query().values(&db, |i| i.total).await?;
    let by_hand = all.iter().filter(|t| **t > dec("9.94")).count();
    assert_eq!(dear, i64::try_from(by_hand).unwrap());
    assert_eq!(Invoice::query().max(&db, |i| i.total).await?, Some(dec("25.86")));
    assert_eq!(
        Track::query().equal("UnitPrice", dec("1.99")).count(&db).await?,
        213
    );

    let andrew = Employee::find_required(&db, 1).await?;
    assert_eq!(andrew.birth_date, Some(date(1962, 2, 18).at(0, 0, 0, 0)));
    let first = Invoice::query()
        .order(|i| i.invoice_date.asc())
        .first_required(&db)
        .await?;
    assert_eq!(first.invoice_date, date(2021, 1, 1).at(0, 0, 0, 0));
    let in_2022 = Invoice::query()
        .filter(|i| {
            i.invoice_date.gt(date(2021, 12, 31).at(12, 0, 0, 0))
                & i.invoice_date.lt(date(2022, 12, 31).at(12, 0, 0, 0))
        })
        .count(&db)
        .await?;
    assert_eq!(in_2022, 83);
    Ok(())
}

#[tokio::test]
async fn the_pivot_joins_playlists_with_their_tracks() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let grunge: Vec<(Playlist, PlaylistTrack, Track)> = Playlist::query()
        .join::<PlaylistTrack>(|(p, pt)| p.id.eq(pt.playlist_id))
        .join::<Track>(|(_, pt, t)| pt.track_id.eq(t.id))
        .filter(|(p, ..)| p.name.eq("Grunge"))
        .order(|(.., t)| t.name.asc())
        .get(&db)
        .await?;
    assert_eq!(grunge.len(), 15);
    assert!(grunge.iter().any(|(.., t)| t.name == "Man In The Box"));

    let empty = Playlist::query()
        .left_join::<PlaylistTrack>(|(p, pt)| p.id.eq(pt.playlist_id))
        .filter(|(_, pt)| pt.track_id.is_null())
        .get(&db)
        .await?;
    assert_eq!(empty.len(), 4, "playlists without tracks");
    assert!(empty.iter().all(|(_, entry)| entry.is_none()));
    Ok(())
}

#[tokio::test]
async fn nothing_can_be_written() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let error = Genre::new().insert(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    Ok(())
}

#[tokio::test]
async fn date_times_stored_without_fraction_equal_themselves() -> Result<()> {
    let Some(db) = open().await? else {
        return Ok(());
    };
    let new_year = date(2021, 1, 1).at(0, 0, 0, 0);
    let on = Invoice::query().filter(|i| i.invoice_date.eq(new_year));
    assert_eq!(on.count(&db).await?, 1);
    let from = Invoice::query().filter(|i| i.invoice_date.ge(new_year));
    assert_eq!(from.count(&db).await?, 412);
    Ok(())
}
