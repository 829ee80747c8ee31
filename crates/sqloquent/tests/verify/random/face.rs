//! The typed and the dynamic face of the library, so that both go through the same writes.

use std::{fmt::Debug, marker::PhantomData};

use sqloquent::{
    ColumnType, ContentId, DeletedRecord, DynamicModel, Executor,
    history::{History, HistoryModel},
    prelude::*,
    record,
    verify::Report,
};

use super::Row;

#[allow(async_fn_in_trait, reason = "is used here only, on one thread")]
pub(crate) trait Face {
    type Instance: Debug;

    fn model(&self) -> &'static str;
    fn table(&self) -> &'static str;
    fn is_hashed(&self) -> bool;
    fn has_history(&self) -> bool;
    fn row(&self, instance: &Self::Instance) -> Row;
    async fn create(&self, db: &Db) -> Result<()>;
    async fn rows(&self, db: &Db) -> Result<Vec<(String, Row)>>;
    async fn insert(&self, db: &dyn Executor, id: &str, row: &Row) -> Result<()>;
    async fn insert_many(&self, db: &dyn Executor, rows: Vec<(String, Row)>) -> Result<()>;
    async fn update(&self, db: &dyn Executor, id: &str, row: &Row) -> Result<()>;
    async fn save(&self, db: &dyn Executor, id: &str, row: &Row) -> Result<()>;
    async fn delete(&self, db: &dyn Executor, id: &str) -> Result<()>;
    async fn set_note(&self, db: &dyn Executor, n: i64, note: Option<&str>) -> Result<()>;
    async fn shift(&self, db: &dyn Executor, n: i64, to: i64) -> Result<()>;
    async fn delete_where(&self, db: &dyn Executor, n: i64) -> Result<()>;
    fn archived(&self, archive: &DeletedRecord) -> Result<Row>;
    async fn bring_back(&self, db: &dyn Executor, archive: &DeletedRecord) -> Result<()>;
    async fn history(&self, db: &dyn Executor, id: &str) -> Result<History<Self::Instance>>;
    async fn restore(&self, db: &dyn Executor, id: &str, sequence: u64) -> Result<()>;
    async fn verify(&self, db: &Db) -> Result<Report>;
}

/// Models of the same columns.
pub(crate) trait Plain: Model {
    fn of(id: &str, row: &Row) -> Self;
    fn parts(&self) -> (String, Row);
    fn set(&mut self, row: &Row);
    async fn history_of(db: &dyn Executor, id: &str) -> Result<History<Self>>;
}

macro_rules! models {
    ($($name:ident($($option:tt)*) $id:ident($($given:tt)*), $history:expr;)+) => {$(
        #[derive(Model, Clone, Debug, PartialEq)]
        #[model(new = false, $($option)*)]
        pub(crate) struct $name {
            #[model(id $($given)*)]
            pub id: $id,
            pub name: String,
            pub n: i64,
            pub note: Option<String>,
        }

        impl Plain for $name {
            fn of(id: &str, row: &Row) -> Self {
                let Row { name, n, note } = row.clone();
                Self { id: id.parse().unwrap(), name, n, note }
            }

            fn parts(&self) -> (String, Row) {
                let Self { id, name, n, note } = self.clone();
                (id.to_string(), Row { name, n, note })
            }

            fn set(&mut self, row: &Row) {
                *self = Self { id: self.id.clone(), ..Self::of(&self.id.to_string(), row) };
            }

            async fn history_of(db: &dyn Executor, id: &str) -> Result<History<Self>> {
                let read: fn(&dyn Executor, $id) -> Option<sqloquent::Call<'_, History<Self>>> = $history;
                read(db, id.parse().unwrap()).expect("a model with history").await
            }
        }
    )+};
}

models! {
    Account(history) i64((given)), |db, id| Some(Account::history(db, id));
    Paper(hashed, exclude_from_hash = ["note"]) ContentId(), |_, _| None;
    Decision(hashed, history, exclude_from_hash = ["note"]) ContentId(), |db, id| Some(Decision::history(db, id));
}

pub(crate) struct Typed<M>(PhantomData<M>);

impl<M> Typed<M> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<M: Plain + Debug + Clone> Typed<M> {
    async fn found(db: &dyn Executor, id: &str) -> Result<M> {
        let all = M::query().get(db).await?;
        Ok(all.into_iter().find(|m| m.parts().0 == id).expect("it is there"))
    }
}

impl<M: Plain + Debug + Clone> Face for Typed<M> {
    type Instance = M;

    fn model(&self) -> &'static str {
        &M::table().model
    }

    fn table(&self) -> &'static str {
        &M::table().name
    }

    fn is_hashed(&self) -> bool {
        M::table().hashed.is_some()
    }

    fn has_history(&self) -> bool {
        M::table().history
    }

    fn row(&self, instance: &M) -> Row {
        instance.parts().1
    }

    async fn create(&self, db: &Db) -> Result<()> {
        db.create_tables::<M>().await
    }

    async fn rows(&self, db: &Db) -> Result<Vec<(String, Row)>> {
        let rows = M::query().order_by("id", Asc).get(db).await?;
        Ok(rows.iter().map(M::parts).collect())
    }

    async fn insert(&self, db: &dyn Executor, id: &str, row: &Row) -> Result<()> {
        M::of(id, row).insert(db).await.map(|_| ())
    }

    async fn insert_many(&self, db: &dyn Executor, rows: Vec<(String, Row)>) -> Result<()> {
        let rows: Vec<M> = rows.iter().map(|(id, row)| M::of(id, row)).collect();
        M::insert_many(db, rows).await.map(|_| ())
    }

    async fn update(&self, db: &dyn Executor, id: &str, row: &Row) -> Result<()> {
        let mut found = Self::found(db, id).await?;
        found.update(db, |m| m.set(row)).await
    }

    async fn save(&self, db: &dyn Executor, id: &str, row: &Row) -> Result<()> {
        let mut found = Self::found(db, id).await?;
        found.set(row);
        found.save(db).await
    }

    async fn delete(&self, db: &dyn Executor, id: &str) -> Result<()> {
        Self::found(db, id).await?.delete(db).await
    }

    async fn set_note(&self, db: &dyn Executor, n: i64, note: Option<&str>) -> Result<()> {
        let set = M::query().equal("n", n).update_columns(db, [("note", note)]);
        set.await.map(|_| ())
    }

    async fn shift(&self, db: &dyn Executor, n: i64, to: i64) -> Result<()> {
        let set = M::query().equal("n", n).update_columns(db, [("n", to)]);
        set.await.map(|_| ())
    }

    async fn delete_where(&self, db: &dyn Executor, n: i64) -> Result<()> {
        M::query().equal("n", n).delete(db).await.map(|_| ())
    }

    fn archived(&self, archive: &DeletedRecord) -> Result<Row> {
        Ok(archive.instance::<M>()?.parts().1)
    }

    async fn bring_back(&self, db: &dyn Executor, archive: &DeletedRecord) -> Result<()> {
        archive.restore::<M>(db).await.map(|_| ())
    }

    async fn history(&self, db: &dyn Executor, id: &str) -> Result<History<M>> {
        M::history_of(db, id).await
    }

    async fn restore(&self, db: &dyn Executor, id: &str, sequence: u64) -> Result<()> {
        let history = M::history_of(db, id).await?;
        history.restore(db, sequence).await.map(|_| ())
    }

    async fn verify(&self, db: &Db) -> Result<Report> {
        db.verify().tables::<M>().run().await
    }
}

pub(crate) struct Dynamic(DynamicModel);

impl Dynamic {
    pub(crate) fn plain() -> Self {
        let model = Self::declared().column("id", ColumnType::Int64).given_id();
        Self(model.history())
    }

    pub(crate) fn hashed() -> Self {
        Self(Self::declared().exclude_from_hash(["note"]).history())
    }

    fn declared() -> DynamicModel {
        DynamicModel::new("things", ["id", "name", "n", "note"])
            .column("name", ColumnType::Text)
            .column("n", ColumnType::Int64)
            .column("note", ColumnType::Text)
            .nullable("note")
    }

    async fn found(&self, db: &dyn Executor, id: &str) -> Result<Record> {
        let all = self.0.query().get(db).await?;
        Ok(all.into_iter().find(|r| key(r) == id).expect("it is there"))
    }

    fn made(&self, id: &str, row: &Row) -> Result<Record> {
        let mut columns = columns(row);
        if !self.is_hashed() {
            columns.set("id", id.parse::<i64>().unwrap())?;
        }
        self.0.record(columns)
    }
}

fn key(record: &Record) -> String {
    record.get("id").unwrap().to_string()
}

fn columns(row: &Row) -> Record {
    record! { "name": row.name.as_str(), "n": row.n, "note": row.note.as_deref() }.unwrap()
}

impl Face for Dynamic {
    type Instance = Record;

    fn model(&self) -> &'static str {
        "things"
    }

    fn table(&self) -> &'static str {
        "things"
    }

    fn is_hashed(&self) -> bool {
        self.0.table().hashed.is_some()
    }

    fn has_history(&self) -> bool {
        true
    }

    fn row(&self, record: &Record) -> Row {
        Row {
            name: record.read("name").unwrap(),
            n: record.read("n").unwrap(),
            note: record.read("note").unwrap(),
        }
    }

    async fn create(&self, db: &Db) -> Result<()> {
        db.models().register_dynamic(&self.0)?;
        db.create_table_defs([self.0.clone()]).await
    }

    async fn rows(&self, db: &Db) -> Result<Vec<(String, Row)>> {
        let rows = self.0.query().order_by("id", Asc).get(db).await?;
        Ok(rows.iter().map(|r| (key(r), self.row(r))).collect())
    }

    async fn insert(&self, db: &dyn Executor, id: &str, row: &Row) -> Result<()> {
        self.0.insert(db, self.made(id, row)?).await.map(|_| ())
    }

    async fn insert_many(&self, db: &dyn Executor, rows: Vec<(String, Row)>) -> Result<()> {
        let rows: Vec<Record> = rows
            .iter()
            .map(|(id, row)| self.made(id, row))
            .collect::<Result<_>>()?;
        self.0.insert_many(db, rows).await.map(|_| ())
    }

    async fn update(&self, db: &dyn Executor, id: &str, row: &Row) -> Result<()> {
        self.found(db, id).await?.update(db, columns(row)).await
    }

    async fn save(&self, db: &dyn Executor, id: &str, row: &Row) -> Result<()> {
        let mut found = self.found(db, id).await?;
        found.set("name", row.name.as_str())?;
        found.set("n", row.n)?;
        found.set("note", row.note.as_deref())?;
        found.save(db).await
    }

    async fn delete(&self, db: &dyn Executor, id: &str) -> Result<()> {
        self.found(db, id).await?.delete(db).await
    }

    async fn set_note(&self, db: &dyn Executor, n: i64, note: Option<&str>) -> Result<()> {
        let set = self.0.query().equal("n", n).update_columns(db, [("note", note)]);
        set.await.map(|_| ())
    }

    async fn shift(&self, db: &dyn Executor, n: i64, to: i64) -> Result<()> {
        let set = self.0.query().equal("n", n).update_columns(db, [("n", to)]);
        set.await.map(|_| ())
    }

    async fn delete_where(&self, db: &dyn Executor, n: i64) -> Result<()> {
        self.0.query().equal("n", n).delete(db).await.map(|_| ())
    }

    fn archived(&self, archive: &DeletedRecord) -> Result<Row> {
        let packify::Value::Dict(columns) = archive.unpacked()? else {
            panic!("an archive is a dict")
        };
        let text = |name: &str| match columns.field(name) {
            Some(packify::Value::Str(text)) => Some(text.clone()),
            _ => None,
        };
        Ok(Row {
            name: text("name").unwrap(),
            n: columns.field("n").and_then(packify::Value::as_i64).unwrap(),
            note: text("note"),
        })
    }

    async fn bring_back(&self, db: &dyn Executor, archive: &DeletedRecord) -> Result<()> {
        let models = sqloquent::Models::new();
        models.register_dynamic(&self.0)?;
        archive.restore_with(&models, db).await.map(|_| ())
    }

    async fn history(&self, db: &dyn Executor, id: &str) -> Result<History<Record>> {
        match id.parse::<i64>() {
            Ok(id) if !self.is_hashed() => self.0.history_of(db, id).await,
            _ => self.0.history_of(db, id).await,
        }
    }

    async fn restore(&self, db: &dyn Executor, id: &str, sequence: u64) -> Result<()> {
        let history = self.history(db, id).await?;
        history.restore(db, sequence).await.map(|_| ())
    }

    async fn verify(&self, db: &Db) -> Result<Report> {
        db.verify().table(&self.0).run().await
    }
}
