//! The same database through models that are declared at run time.

use rust_decimal::Decimal;
use sqloquent::{ColumnType, JoinKind, prelude::*};

use crate::{dec, open};

fn tracks() -> DynamicModel {
    let columns = [
        "TrackId",
        "Name",
        "AlbumId",
        "MediaTypeId",
        "GenreId",
        "Composer",
        "Milliseconds",
        "Bytes",
    ];
    DynamicModel::new("Track", columns)
        .column("UnitPrice", ColumnType::Decimal)
        .id("TrackId")
}

fn employees() -> DynamicModel {
    DynamicModel::new("Employee", ["EmployeeId", "LastName", "FirstName", "ReportsTo"])
        .column("BirthDate", ColumnType::DateTime)
        .id("EmployeeId")
}

fn invoices() -> DynamicModel {
    DynamicModel::new("Invoice", ["InvoiceId", "CustomerId"])
        .column("Total", ColumnType::Decimal)
        .id("InvoiceId")
}

#[tokio::test]
async fn records_are_found_by_condition_and_key() -> Result<()> {
    let Some(db) = open().await? else {
        return Ok(());
    };
    let tracks = tracks();
    assert_eq!(tracks.query().get(&db).await?.len(), 3_503);
    assert_eq!(tracks.query().is_null("Composer").count(&db).await?, 977);
    assert_eq!(tracks.query().contains("Name", "LoVe").count(&db).await?, 114);
    let first = tracks.find_required(&db, 1).await?;
    assert_eq!(
        first.read::<String>("Name")?,
        "For Those About To Rock (We Salute You)"
    );
    assert_eq!(first.read::<Decimal>("UnitPrice")?, dec("0.99"));
    assert_eq!(tracks.query().equal("UnitPrice", "1.99").count(&db).await?, 213);

    let entries =
        DynamicModel::new("PlaylistTrack", ["PlaylistId", "TrackId"]).ids(["PlaylistId", "TrackId"]);
    assert_eq!(entries.query().count(&db).await?, 8_715);
    let entry = entries.find_required(&db, (1, 3_402)).await?;
    assert_eq!(entry.read::<i64>("TrackId")?, 3_402);
    Ok(())
}

#[tokio::test]
async fn the_revenue_is_exact_without_a_struct() -> Result<()> {
    let Some(db) = open().await? else {
        return Ok(());
    };
    let total = invoices()
        .query()
        .select(|i| i.col("Total").typed::<Decimal>().sum())
        .get(&db)
        .await?;
    assert_eq!(total, [Some(dec("2328.60"))]);
    Ok(())
}

#[tokio::test]
async fn records_join_themselves_and_through_the_pivot() -> Result<()> {
    let Some(db) = open().await? else {
        return Ok(());
    };
    let employees = employees();
    assert_eq!(employees.query().equal("ReportsTo", 2).count(&db).await?, 3);
    let tree = employees
        .query()
        .join_as(
            "Manager",
            &employees,
            JoinKind::Left,
            ["Employee.ReportsTo", "Manager.EmployeeId"],
        )
        .order_by("Employee.EmployeeId", Asc)
        .get(&db)
        .await?;
    assert_eq!(tree.len(), 8);
    assert!(tree[0].record("Manager").is_none(), "nobody is above the first");
    assert_eq!(tree[2].read::<String>("Manager.LastName")?, "Edwards");

    let playlists = DynamicModel::new("Playlist", ["PlaylistId", "Name"]).id("PlaylistId");
    let entries =
        DynamicModel::new("PlaylistTrack", ["PlaylistId", "TrackId"]).ids(["PlaylistId", "TrackId"]);
    let grunge = playlists
        .query()
        .join(
            &entries,
            JoinKind::Inner,
            ["Playlist.PlaylistId", "PlaylistTrack.PlaylistId"],
        )
        .join(
            tracks(),
            JoinKind::Inner,
            ["PlaylistTrack.TrackId", "Track.TrackId"],
        )
        .equal("Playlist.Name", "Grunge")
        .get(&db)
        .await?;
    assert_eq!(grunge.len(), 15);
    Ok(())
}
