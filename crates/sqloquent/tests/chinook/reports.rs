//! What a store would ask of its data: sums, groups, trees.

use rust_decimal::Decimal;
use sqloquent::{prelude::*, raw};

use crate::{dec, models::*, open};

#[tokio::test]
async fn the_revenue_is_exact_to_the_cent() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let total = Invoice::query().sum(&db, |i| i.total).await?;
    assert_eq!(total, Some(dec("2328.60")));
    // The same from the lines: price times quantity, one exact product a row.
    let lines = InvoiceLine::query()
        .values(&db, |l| (l.unit_price, l.quantity))
        .await?;
    let of_lines: Decimal = lines.iter().map(|(price, n)| price * Decimal::from(*n)).sum();
    assert_eq!(of_lines, dec("2328.60"));
    Ok(())
}

#[tokio::test]
async fn genres_by_number_of_tracks() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let top: Vec<(Option<String>, i64)> = Track::query()
        .join::<Genre>(|(t, g)| t.genre_id.eq(g.id))
        .group(|(_, g)| (g.id, g.name))
        .select(|(t, g)| (g.name, t.id.count()))
        .order(|(t, _)| t.id.count().desc())
        .take(&db, 3)
        .await?;
    let expected = [("Rock", 1_297), ("Latin", 579), ("Metal", 374)];
    assert_eq!(top, expected.map(|(name, n)| (Some(name.to_owned()), n)));
    Ok(())
}

#[derive(FromRow, Debug, PartialEq)]
struct Best {
    name: String,
    total: Decimal,
    invoices: i64,
}

#[tokio::test]
async fn customers_by_what_they_spent() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let spent = Customer::query()
        .join::<Invoice>(|(c, i)| c.id.eq(i.customer_id))
        .group(|(c, _)| c.id)
        .order(|(c, i)| (i.total.sum().desc(), c.id.asc()));
    let best: Vec<(i64, String, Option<Decimal>, i64)> = spent
        .clone()
        .select(|(c, i)| (c.id, c.last_name, i.total.sum(), i.id.count()))
        .having(|(_, i)| i.total.sum().gt(dec("45")))
        .get(&db)
        .await?;
    assert_eq!(
        best,
        [
            (6, "Holý".to_owned(), Some(dec("49.62")), 7),
            (26, "Cunningham".to_owned(), Some(dec("47.62")), 7),
            (57, "Rojas".to_owned(), Some(dec("46.62")), 7),
            (45, "Kovács".to_owned(), Some(dec("45.62")), 7),
            (46, "O'Reilly".to_owned(), Some(dec("45.62")), 7),
        ]
    );

    // The same by names of the result's columns.
    let named: Vec<Best> = spent
        .select_as("name", raw::<String>("LastName", ()))
        .select_raw("sqloquent_decimal_sum(Total) as total, count(*) as invoices", ())
        .limit(1)
        .get_as(&db)
        .await?;
    let holy = Best {
        name: "Holý".to_owned(),
        total: dec("49.62"),
        invoices: 7,
    };
    assert_eq!(named, [holy]);

    // All totals together are the revenue.
    let all = Customer::query()
        .join::<Invoice>(|(c, i)| c.id.eq(i.customer_id))
        .group(|(c, _)| c.id)
        .select(|(_, i)| i.total.sum())
        .get(&db)
        .await?;
    assert_eq!(all.len(), 59);
    assert_eq!(all.into_iter().flatten().sum::<Decimal>(), dec("2328.60"));
    Ok(())
}

#[tokio::test]
async fn employees_with_their_managers() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    let pairs: Vec<(String, Option<String>)> = Employee::query()
        .left_join_as::<Employee>("Manager", |(e, m)| e.reports_to.eq(m.id))
        .order(|(e, _)| e.id.asc())
        .select(|(e, m)| (e.last_name, m.last_name.nullable()))
        .get(&db)
        .await?;
    let managers = [
        ("Adams", None),
        ("Edwards", Some("Adams")),
        ("Peacock", Some("Edwards")),
        ("Park", Some("Edwards")),
        ("Johnson", Some("Edwards")),
        ("Mitchell", Some("Adams")),
        ("King", Some("Mitchell")),
        ("Callahan", Some("Mitchell")),
    ];
    assert_eq!(pairs, managers.map(|(e, m)| (e.to_owned(), m.map(str::to_owned))));

    let whole: Vec<(Employee, Option<Employee>)> = Employee::query()
        .left_join_as::<Employee>("Manager", |(e, m)| e.reports_to.eq(m.id))
        .filter(|(_, m)| m.last_name.eq("Edwards"))
        .get(&db)
        .await?;
    assert_eq!(whole.len(), 3);
    Ok(())
}

#[tokio::test]
async fn sub_queries_groups_and_pages() -> Result<()> {
    let Some(db) = open().await? else { return Ok(()) };
    // Artists without albums, by sub-query.
    let none = Artist::query()
        .filter(|ar| not_exists(Album::query().filter(|al| al.artist_id.eq(ar.id))))
        .count(&db)
        .await?;
    assert_eq!(none, 71);

    // The artist with most albums, over two joins and a condition on groups.
    let most = Artist::query()
        .join::<Album>(|(ar, al)| ar.id.eq(al.artist_id))
        .group(|(ar, _)| (ar.id, ar.name))
        .having(|(_, al)| al.id.count().ge(14))
        .order(|(_, al)| al.id.count().desc())
        .select(|(ar, al)| (ar.name, al.id.count()))
        .get(&db)
        .await?;
    assert_eq!(
        most,
        [
            (Some("Iron Maiden".to_owned()), 21),
            (Some("Led Zeppelin".to_owned()), 14)
        ]
    );

    let page = Track::query()
        .order_by("Name", Asc)
        .paginate(&db, 36, 100)
        .await?;
    assert_eq!((page.total, page.items.len(), page.has_next()), (3_503, 3, false));
    Ok(())
}
