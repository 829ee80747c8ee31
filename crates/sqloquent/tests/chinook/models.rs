//! The tables as they are: names in PascalCase, keys of integers, a pivot with a key of two columns.

use jiff::civil::DateTime;
use rust_decimal::Decimal;
use sqloquent::prelude::*;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Artist")]
pub(crate) struct Artist {
    #[model(id, column = "ArtistId")]
    pub(crate) id: i64,
    #[model(column = "Name")]
    pub(crate) name: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Album")]
pub(crate) struct Album {
    #[model(id, column = "AlbumId")]
    pub(crate) id: i64,
    #[model(column = "Title")]
    pub(crate) title: String,
    #[model(column = "ArtistId", references = Artist)]
    pub(crate) artist_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Genre")]
pub(crate) struct Genre {
    #[model(id, column = "GenreId")]
    pub(crate) id: i64,
    #[model(column = "Name")]
    pub(crate) name: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "MediaType")]
pub(crate) struct MediaType {
    #[model(id, column = "MediaTypeId")]
    pub(crate) id: i64,
    #[model(column = "Name")]
    pub(crate) name: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Track")]
pub(crate) struct Track {
    #[model(id, column = "TrackId")]
    pub(crate) id: i64,
    #[model(column = "Name")]
    pub(crate) name: String,
    #[model(column = "AlbumId", references = Album)]
    pub(crate) album_id: Option<i64>,
    #[model(column = "MediaTypeId", references = MediaType)]
    pub(crate) media_type_id: i64,
    #[model(column = "GenreId", references = Genre)]
    pub(crate) genre_id: Option<i64>,
    #[model(column = "Composer")]
    pub(crate) composer: Option<String>,
    #[model(column = "Milliseconds")]
    pub(crate) milliseconds: i64,
    #[model(column = "Bytes")]
    pub(crate) bytes: Option<i64>,
    #[model(column = "UnitPrice")]
    pub(crate) unit_price: Decimal,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Playlist")]
pub(crate) struct Playlist {
    #[model(id, column = "PlaylistId")]
    pub(crate) id: i64,
    #[model(column = "Name")]
    pub(crate) name: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "PlaylistTrack")]
pub(crate) struct PlaylistTrack {
    #[model(id, column = "PlaylistId", references = Playlist)]
    pub(crate) playlist_id: i64,
    #[model(id, column = "TrackId", references = Track)]
    pub(crate) track_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Employee")]
pub(crate) struct Employee {
    #[model(id, column = "EmployeeId")]
    pub(crate) id: i64,
    #[model(column = "LastName")]
    pub(crate) last_name: String,
    #[model(column = "FirstName")]
    pub(crate) first_name: String,
    #[model(column = "Title")]
    pub(crate) title: Option<String>,
    #[model(column = "ReportsTo", foreign_key = "Employee.EmployeeId")]
    pub(crate) reports_to: Option<i64>,
    #[model(column = "BirthDate")]
    pub(crate) birth_date: Option<DateTime>,
    #[model(column = "HireDate")]
    pub(crate) hire_date: Option<DateTime>,
    #[model(column = "Address")]
    pub(crate) address: Option<String>,
    #[model(column = "City")]
    pub(crate) city: Option<String>,
    #[model(column = "State")]
    pub(crate) state: Option<String>,
    #[model(column = "Country")]
    pub(crate) country: Option<String>,
    #[model(column = "PostalCode")]
    pub(crate) postal_code: Option<String>,
    #[model(column = "Phone")]
    pub(crate) phone: Option<String>,
    #[model(column = "Fax")]
    pub(crate) fax: Option<String>,
    #[model(column = "Email")]
    pub(crate) email: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Customer")]
pub(crate) struct Customer {
    #[model(id, column = "CustomerId")]
    pub(crate) id: i64,
    #[model(column = "FirstName")]
    pub(crate) first_name: String,
    #[model(column = "LastName")]
    pub(crate) last_name: String,
    #[model(column = "Company")]
    pub(crate) company: Option<String>,
    #[model(column = "Address")]
    pub(crate) address: Option<String>,
    #[model(column = "City")]
    pub(crate) city: Option<String>,
    #[model(column = "State")]
    pub(crate) state: Option<String>,
    #[model(column = "Country")]
    pub(crate) country: Option<String>,
    #[model(column = "PostalCode")]
    pub(crate) postal_code: Option<String>,
    #[model(column = "Phone")]
    pub(crate) phone: Option<String>,
    #[model(column = "Fax")]
    pub(crate) fax: Option<String>,
    #[model(column = "Email")]
    pub(crate) email: String,
    #[model(column = "SupportRepId", references = Employee)]
    pub(crate) support_rep_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Invoice")]
pub(crate) struct Invoice {
    #[model(id, column = "InvoiceId")]
    pub(crate) id: i64,
    #[model(column = "CustomerId", references = Customer)]
    pub(crate) customer_id: i64,
    #[model(column = "InvoiceDate")]
    pub(crate) invoice_date: DateTime,
    #[model(column = "BillingAddress")]
    pub(crate) billing_address: Option<String>,
    #[model(column = "BillingCity")]
    pub(crate) billing_city: Option<String>,
    #[model(column = "BillingState")]
    pub(crate) billing_state: Option<String>,
    #[model(column = "BillingCountry")]
    pub(crate) billing_country: Option<String>,
    #[model(column = "BillingPostalCode")]
    pub(crate) billing_postal_code: Option<String>,
    #[model(column = "Total")]
    pub(crate) total: Decimal,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "InvoiceLine")]
pub(crate) struct InvoiceLine {
    #[model(id, column = "InvoiceLineId")]
    pub(crate) id: i64,
    #[model(column = "InvoiceId", references = Invoice)]
    pub(crate) invoice_id: i64,
    #[model(column = "TrackId", references = Track)]
    pub(crate) track_id: i64,
    #[model(column = "UnitPrice")]
    pub(crate) unit_price: Decimal,
    #[model(column = "Quantity")]
    pub(crate) quantity: i64,
}
