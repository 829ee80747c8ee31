//! Details attached to records.

use sqloquent::{Attachment, ColumnType, HashedRecord, Models, prelude::*, record};

use crate::fixture::{Doc, archives, with};

#[derive(Model, Clone, Debug, PartialEq)]
struct User {
    #[model(id)]
    id: i64,
    email: String,
}

#[test]
fn pitfall_c16_attachments_find_the_models_of_the_program() {
    with::<(User, Doc, Attachment), _>(async |db| {
        let ada = User::new("ada@example.org").insert(&db).await?;
        let doc = Doc::new("A").insert(&db).await?;
        let mut badge = Attachment::of(&ada)?;
        assert!(badge.is_intact());
        assert_eq!((&*badge.related_model, &*badge.related_id), ("User", "1"));
        badge.set_details(packify::Value::list([1, 2]))?;
        let badge = badge.insert(&db).await?;
        assert_eq!(badge.related::<User>(&db).await?, Some(ada.clone()));
        assert_eq!(
            badge.related::<Doc>(&db).await.unwrap_err().kind(),
            ErrorKind::Configuration
        );
        let note = Attachment::of(&doc)?.insert(&db).await?;
        assert_eq!(note.related::<Doc>(&db).await?, Some(doc.clone()));
        assert_ne!(note.id, badge.id);

        let unknown = badge.related_with(db.models(), &db).await.unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::Configuration);
        db.models().register::<User>()?;
        let found = badge.related_with(db.models(), &db).await?.unwrap();
        assert_eq!(found.read::<String>("email")?, "ada@example.org");
        ada.delete(&db).await?;
        assert_eq!(badge.related::<User>(&db).await?, None);
        Ok(())
    });
}

#[test]
fn pitfall_c16_details_are_what_they_were_set_to() {
    with::<(User, Attachment), _>(async |db| {
        let ada = User::new("ada@example.org").insert(&db).await?;
        let mut made = Attachment::of(&ada)?;
        assert_eq!(made.details()?, packify::Value::None, "there are none yet");
        made.set_details(packify::Value::dict([("a", 1)]))?;
        made.set_details(packify::Value::dict::<&str, i64>([]))?;
        assert_eq!(
            made.details()?,
            packify::Value::dict::<&str, i64>([]),
            "empty ones replace those before"
        );
        for details in [
            packify::Value::None,
            true.into(),
            "text".into(),
            (*b"bytes").into(),
            1.5.into(),
            packify::Value::set([1, 2]),
            packify::Value::tuple([packify::Value::list([1]), packify::Value::None]),
            u128::MAX.into(),
        ] {
            made.set_details(details.clone())?;
            let stored = made.clone().insert(&db).await?;
            assert!(stored.is_intact());
            assert_eq!(stored.details()?, details);
        }
        assert_eq!(Attachment::query().count(&db).await?, 8);
        made.clear_details();
        let stored = made.insert(&db).await?;
        assert_eq!(stored.details, None);
        assert_eq!(stored.details()?, packify::Value::None);
        db.raw(
            "update attachments set details = x'ff' where id = ?",
            (stored.id,),
        )
        .execute()
        .await?;
        let damaged = Attachment::find_required(&db, stored.id).await?;
        assert_eq!(damaged.details().unwrap_err().kind(), ErrorKind::Decode);
        Ok(())
    });
}

#[test]
fn attachments_are_hashed_records_themselves() {
    with::<(User, Attachment), _>(async |db| {
        let ada = User::new("ada@example.org").insert(&db).await?;
        let eve = User::new("eve@example.org").insert(&db).await?;
        let mut badge = Attachment::of(&ada)?.insert(&db).await?;
        badge.attach_to(&eve)?;
        badge.save(&db).await?;
        assert!(badge.is_intact());
        assert_eq!(Attachment::query().get(&db).await?, [badge]);
        let archives = archives(&db).await?;
        assert_eq!(
            (&*archives[0].model_class, archives[0].field("related_id")),
            ("Attachment", "1".into())
        );
        assert_eq!(
            Attachment::of(&User::new("new")).unwrap_err().kind(),
            ErrorKind::NotFound
        );
        Ok(())
    });
}

#[test]
fn details_are_attached_to_records_of_dynamic_models() {
    sqloquent::block_on(async {
        let users = DynamicModel::new("users", ["id"]).column("email", ColumnType::Text);
        let users = users.column("id", ColumnType::Uuid).named("User");
        let db = Db::connect("sqlite::memory:").await?;
        db.create_table_defs([&users]).await?;
        db.create_tables::<Attachment>().await?;
        let ada = users.insert(&db, record! { "email": "ada@example.org" }).await?;
        let mut badge = Attachment::new("", "");
        badge.attach_to_record(&ada)?;
        let badge = badge.insert(&db).await?;
        let models = Models::new();
        models.register_dynamic(&users)?;
        assert_eq!(badge.related_with(&models, &db).await?, Some(ada));
        let free = Record::of([("id", 1)])?;
        let error = Attachment::new("", "").attach_to_record(&free).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        Ok::<(), Error>(())
    })
    .unwrap();
}

/// The ids are those that the Python package gives.
#[test]
fn the_described_tables_keep_their_ids() {
    let text = HashedRecord::new(Value::from("abc"));
    assert_eq!(
        text.id.to_string(),
        "219e1402b36d7f66fa088ecd72db2df8b81e992164408e9ae17f19c57c6be6ae"
    );
    let mut made = Attachment::new(
        "Doc",
        "8962f6901e80a7d5839a9b41c43eec6e9e1c972b1c3b023f35672f2c3b08b74f",
    );
    let details = packify::Value::dict([(
        "k",
        packify::Value::list([1.into(), 2.into(), packify::Value::tuple([3])]),
    )]);
    made.set_details(details).unwrap();
    let id = made.content_id().unwrap().to_string();
    assert_eq!(
        id,
        "a8209696b7810037690783615f931f0c351b7e5a824a5200125238c5af0e3dbb"
    );
}
