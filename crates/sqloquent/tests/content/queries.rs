//! Updates and deletes of the rows of queries, and upserts.

use std::collections::BTreeMap;

use proptest::prelude::{Strategy, any, prop_oneof, proptest};
use sqloquent::{ContentId, block_on, prelude::*};

use crate::fixture::{Doc, archives, links, titles, with};

#[test]
fn more_rows_than_are_read_at_a_time_are_all_changed_once() {
    with::<Doc, _>(async |db| {
        Doc::insert_many(&db, (0..1_203).map(|i| Doc::new(format!("{i}")))).await?;
        let n = Doc::query().all_rows().update(&db, |d| [d.pages.add(1)]).await?;
        assert_eq!(n, 1_203);
        let all = Doc::query().get(&db).await?;
        assert!(all.iter().all(|d| d.pages == 1 && d.is_intact()));
        assert_eq!((all.len(), archives(&db).await?.len()), (1_203, 1_203));
        assert_eq!(Doc::query().all_rows().delete(&db).await?, 1_203);
        assert_eq!(archives(&db).await?.len(), 2_406);
        Ok(())
    });
}

#[test]
fn the_database_computes_what_is_assigned() {
    with::<Doc, _>(async |db| {
        Doc::insert_many(&db, [Doc::new("b"), Doc::new("a"), Doc::new("c")]).await?;
        let changed = Doc::query()
            .order_by("title", Asc)
            .skip(1)
            .update_returning(&db, [("pages", 5)])
            .await?;
        let mut found: Vec<_> = changed.iter().map(|d| (&*d.title, d.pages)).collect();
        found.sort_unstable();
        assert_eq!(found, [("b", 5), ("c", 5)]);
        let n = Doc::query()
            .filter(|d| d.pages.gt(1))
            .update(&db, |d| [d.pages.set(d.pages + 1), d.note.set("x")])
            .await?;
        assert_eq!(n, 2);
        let gone = Doc::query().equal("pages", 6).delete_returning(&db).await?;
        assert!(
            gone.iter()
                .all(|d| d.is_intact() && d.note.as_deref() == Some("x"))
        );
        assert_eq!(titles(&db).await?, ["a"]);
        Ok(())
    });
}

#[test]
fn rows_that_take_the_content_of_others_stay_apart() {
    with::<Doc, _>(async |db| {
        const ROWS: i64 = 1_203;
        let doc = |pages| Doc {
            pages,
            ..Doc::noted("same", &pages.to_string())
        };
        Doc::insert_many(&db, (0..ROWS).map(doc)).await?;
        let moved = async |by: i64| {
            let mut all = Doc::query().get(&db).await?;
            all.sort_by_key(|d| d.pages);
            assert_eq!(all.len(), ROWS as usize);
            assert!(all.iter().all(|d| d.is_intact()));
            let notes = |d: &Doc| d.note.as_deref().and_then(|n| n.parse::<i64>().ok());
            assert!(
                all.iter()
                    .all(|d| notes(d) == Some((d.pages - by).rem_euclid(ROWS)))
            );
            Ok::<_, Error>(all[0].pages)
        };
        // A chain over all rows; then one circle of all of them.
        Doc::query().all_rows().update(&db, |d| [d.pages.add(1)]).await?;
        assert_eq!(moved(1).await?, 1);
        Doc::query()
            .all_rows()
            .update(&db, |d| [d.pages.set((d.pages + 1) % ROWS)])
            .await?;
        assert_eq!(moved(2).await?, 0);
        Ok(())
    });
}

#[test]
fn rows_that_become_equal_become_one() {
    with::<Doc, _>(async |db| {
        Doc::insert_many(&db, [Doc::noted("A", "a"), Doc::noted("B", "b")]).await?;
        assert_eq!(
            Doc::query()
                .all_rows()
                .update(&db, |d| [d.title.set("A")])
                .await?,
            2
        );
        let left = Doc::query().get(&db).await?;
        assert_eq!(left, [Doc::noted("A", "a")]);
        assert_eq!(archives(&db).await?[0].field("title"), "B".into());
        assert_eq!(
            links(&db).await?,
            [(Doc::new("A").id.to_string(), Doc::new("B").id.to_string())]
        );
        Ok(())
    });
}

#[test]
fn an_update_without_condition_is_refused_as_for_every_model() {
    with::<Doc, _>(async |db| {
        let update = Doc::query().update(&db, |d| [d.pages.set(1)]).await.unwrap_err();
        let delete = Doc::query().delete(&db).await.unwrap_err();
        assert_eq!([update.kind(), delete.kind()], [ErrorKind::InvalidQuery; 2]);
        let unknown = Doc::query()
            .all_rows()
            .update_columns(&db, [("pagse", 1)])
            .await
            .unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::UnknownColumn);
        Ok(())
    });
}

#[test]
fn pitfall_c13_a_foreign_key_follows_a_changed_id_or_refuses_it() {
    #[derive(Model, Clone, Debug)]
    struct Follower {
        #[model(id)]
        id: i64,
        #[model(references = Doc, on_update = cascade)]
        doc_id: ContentId,
    }
    #[derive(Model, Clone, Debug)]
    struct Keeper {
        #[model(id)]
        id: i64,
        #[model(references = Doc)]
        doc_id: ContentId,
    }
    with::<(Doc, Follower, Keeper), _>(async |db| {
        let mut doc = Doc::new("A").insert(&db).await?;
        let follower = Follower::new(doc.id).insert(&db).await?;
        doc.update(&db, |d| d.title = "B".into()).await?;
        assert_eq!(Follower::find_required(&db, follower.id).await?.doc_id, doc.id);
        Keeper::new(doc.id).insert(&db).await?;
        let error = doc.update(&db, |d| d.title = "C".into()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKey);
        assert_eq!(titles(&db).await?, ["B"]);
        assert_eq!(archives(&db).await?.len(), 1);
        Ok(())
    });
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, timestamps)]
struct Page {
    #[model(id)]
    id: ContentId,
    #[model(unique)]
    path: String,
    body: String,
    #[model(version)]
    version: i64,
    updated_at: jiff::Timestamp,
}

#[test]
fn an_upsert_changes_the_row_of_its_columns_and_its_id() {
    with::<Page, _>(async |db| {
        let first = Page::upsert(&db, Page::new("/", "one"), |p| (p.path,)).await?;
        let second = Page::upsert(&db, Page::new("/", "two"), |p| (p.path,)).await?;
        assert_eq!((&*second.body, second.version), ("two", 1));
        assert_ne!(first.id, second.id);
        assert!(second.is_intact(), "times and versions are no content");
        let same = Page::upsert(&db, Page::new("/", "two"), |p| (p.path,)).await?;
        assert_eq!(same.id, second.id);
        assert_eq!(archives(&db).await?.len(), 1);
        // Another unique column is still one.
        let error = Page::new("/", "three").insert(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unique);
        Ok(())
    });
}

#[test]
fn a_stale_version_is_refused() {
    with::<Page, _>(async |db| {
        let mut page = Page::new("/", "one").insert(&db).await?;
        let mut stale = page.clone();
        page.update(&db, |p| p.body = "two".into()).await?;
        assert_eq!(page.version, 1);
        let gone = stale.update(&db, |p| p.body = "three".into()).await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound, "its id is no longer there");
        let mut stale = Page {
            version: 0,
            ..page.clone()
        };
        let update = stale.update(&db, |p| p.body = "three".into()).await.unwrap_err();
        stale.body = "three".into();
        let save = stale.save(&db).await.unwrap_err();
        let delete = stale.delete(&db).await.unwrap_err();
        for error in [update, save, delete] {
            assert_eq!(error.kind(), ErrorKind::StaleVersion);
        }
        Ok(())
    });
}

/// One write.
#[derive(Clone, Debug)]
enum Act {
    Insert(u8, i64),
    Save(u8, u8),
    Update(u8, i64),
    Note(u8),
    Delete(u8),
    AddToAll(i64),
    /// Rows of so few pages get the next one's number of them, and the last that of the first.
    Turn(i64),
    DeleteMany(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let (title, pages) = (0u8..4, 0i64..3);
    prop_oneof![
        (title.clone(), pages.clone()).prop_map(|(t, p)| Act::Insert(t, p)),
        (any::<u8>(), title).prop_map(|(at, t)| Act::Save(at, t)),
        (any::<u8>(), pages.clone()).prop_map(|(at, p)| Act::Update(at, p)),
        any::<u8>().prop_map(Act::Note),
        any::<u8>().prop_map(Act::Delete),
        pages.clone().prop_map(Act::AddToAll),
        (1i64..5).prop_map(Act::Turn),
        pages.prop_map(Act::DeleteMany),
    ]
}

/// What is stored, by title and pages, with the note.
type Oracle = BTreeMap<(String, i64), Option<String>>;

async fn perform(db: &Db, act: Act, oracle: &mut Oracle) -> Result<()> {
    let at = |i: u8| oracle.keys().nth(usize::from(i) % oracle.len().max(1)).cloned();
    let load = async |key: &(String, i64)| {
        Doc::query()
            .equal("title", &*key.0)
            .equal("pages", key.1)
            .first_required(db)
            .await
    };
    match act {
        Act::Insert(title, pages) => {
            let title = title.to_string();
            Doc::build()
                .title(title.clone())
                .pages(pages)
                .finish()
                .insert(db)
                .await?;
            oracle.entry((title, pages)).or_insert(None);
        }
        Act::Save(i, title) => {
            let Some(key) = at(i) else { return Ok(()) };
            let mut doc = load(&key).await?;
            doc.title = title.to_string();
            doc.save(db).await?;
            let note = oracle.remove(&key).unwrap();
            oracle.entry((title.to_string(), key.1)).or_insert(note);
        }
        Act::Update(i, pages) => {
            let Some(key) = at(i) else { return Ok(()) };
            load(&key).await?.update(db, |d| d.pages = pages).await?;
            let note = oracle.remove(&key).unwrap();
            oracle.entry((key.0, pages)).or_insert(note);
        }
        Act::Note(i) => {
            let Some(key) = at(i) else { return Ok(()) };
            load(&key)
                .await?
                .update(db, |d| d.note = Some("noted".into()))
                .await?;
            oracle.insert(key, Some("noted".into()));
        }
        Act::Delete(i) => {
            let Some(key) = at(i) else { return Ok(()) };
            load(&key).await?.delete(db).await?;
            oracle.remove(&key);
        }
        Act::AddToAll(n) => {
            let all = Doc::query()
                .all_rows()
                .update(db, |d| [d.pages.set(d.pages + n)])
                .await?;
            assert_eq!(all, oracle.len() as u64);
            *oracle = std::mem::take(oracle)
                .into_iter()
                .map(|((t, p), note)| ((t, p + n), note))
                .collect();
        }
        Act::Turn(n) => {
            let few = Doc::query().filter(|d| d.pages.lt(n));
            let turned = few.update(db, |d| [d.pages.set((d.pages + 1) % n)]).await?;
            let before = std::mem::take(oracle);
            assert_eq!(turned, before.keys().filter(|k| k.1 < n).count() as u64);
            let after = |p| if p < n { (p + 1) % n } else { p };
            *oracle = before
                .into_iter()
                .map(|((t, p), note)| ((t, after(p)), note))
                .collect();
        }
        Act::DeleteMany(n) => {
            let gone = Doc::query().filter(|d| d.pages.le(n)).delete(db).await?;
            let before = oracle.len();
            oracle.retain(|(_, pages), _| *pages > n);
            assert_eq!(gone, (before - oracle.len()) as u64);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    /// Whatever is written, every stored record proves itself, and what is gone is archived under the id of its content.
    #[test]
    fn any_writes_leave_intact_records_and_archives(acts in proptest::collection::vec(act(), 1..24)) {
        block_on(async {
            let db = Db::connect("sqlite::memory:").await?;
            db.create_tables::<Doc>().await?;
            let mut oracle = Oracle::new();
            for act in acts {
                perform(&db, act, &mut oracle).await?;
                let all = Doc::query().get(&db).await?;
                assert!(all.iter().all(HashedModel::is_intact));
                let stored: Oracle = all.into_iter().map(|d| ((d.title, d.pages), d.note)).collect();
                assert_eq!(stored, oracle);
            }
            for archive in archives(&db).await? {
                let mut doc = Doc::new(archive.field("title").as_str().unwrap());
                doc.pages = archive.field("pages").as_i64().unwrap();
                assert_eq!(archive.record_id, doc.content_id()?.to_string());
                assert_eq!(archive.field("open"), true.into());
            }
            Ok::<(), Error>(())
        })
        .unwrap();
    }
}
