//! Relations of hashed models.

use sqloquent::{ContentId, DeletedRecord, prelude::*};

use crate::fixture::{archives, links, with};

#[derive(Model, Clone, Debug, PartialEq)]
struct Board {
    #[model(id)]
    id: i64,
    name: String,
    #[model(has_many)]
    pages: Related<Vec<Page>>,
    #[model(has_one)]
    cover: Related<Option<Cover>>,
    #[model(belongs_to_many(pivot = BoardTag))]
    tags: Related<Vec<Tag>>,
}

/// Whose board it is on is part of its content.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed)]
struct Page {
    #[model(id)]
    id: ContentId,
    text: String,
    #[model(references = Board)]
    board_id: Option<i64>,
    #[model(belongs_to)]
    board: Related<Option<Board>>,
}

/// Whose board it is on is no part of its content.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed, exclude_from_hash = ["board_id"])]
struct Cover {
    #[model(id)]
    id: ContentId,
    colour: String,
    board_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed)]
struct Tag {
    #[model(id)]
    id: ContentId,
    word: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed)]
struct BoardTag {
    #[model(id)]
    id: ContentId,
    board_id: i64,
    tag_id: ContentId,
}

type All = (Board, Page, Cover, Tag, BoardTag);

async fn intact(db: &Db) -> Result<()> {
    assert!(Page::query().get(db).await?.iter().all(HashedModel::is_intact));
    assert!(Cover::query().get(db).await?.iter().all(HashedModel::is_intact));
    assert!(Tag::query().get(db).await?.iter().all(HashedModel::is_intact));
    assert!(
        BoardTag::query()
            .get(db)
            .await?
            .iter()
            .all(HashedModel::is_intact)
    );
    Ok(())
}

#[test]
fn pitfall_c12_children_whose_foreign_key_is_hashed_get_new_ids() {
    with::<All, _>(async |db| {
        let mut board = Board::new("A").insert(&db).await?;
        let page = Page::new("old").insert(&db).await?;
        board
            .pages_mut()
            .add(&page)
            .add(Page::new("new"))
            .save(&db)
            .await?;
        let pages = board.pages.try_get()?;
        assert_eq!(pages.len(), 2);
        assert!(pages.iter().all(|p| p.board_id == Some(board.id)));
        intact(&db).await?;
        let moved = Page::query().equal("text", "old").first_required(&db).await?;
        assert_ne!(moved.id, page.id);
        assert!(
            links(&db)
                .await?
                .contains(&(moved.id.to_string(), page.id.to_string()))
        );
        let kept = DeletedRecord::query()
            .equal("record_id", page.id)
            .first_required(&db)
            .await?;
        assert_eq!(kept.instance::<Page>()?, page);

        board.pages_mut().clear().save(&db).await?;
        assert!(board.pages.try_get()?.is_empty());
        assert_eq!(Page::query().is_null("board_id").count(&db).await?, 2);
        intact(&db).await?;
        assert!(
            Page::find(&db, page.id).await?.is_some(),
            "the same content has the same id again"
        );

        let mut page = Page::find_required(&db, page.id).await?;
        page.board_mut().set(&board).save(&db).await?;
        assert_eq!(page.id, moved.id);
        intact(&db).await
    });
}

#[test]
fn pitfall_c12_children_whose_foreign_key_is_not_hashed_keep_their_ids() {
    with::<All, _>(async |db| {
        let mut board = Board::new("A").insert(&db).await?;
        let cover = Cover::new("red").insert(&db).await?;
        board.cover_mut().set(&cover).save(&db).await?;
        assert_eq!(board.cover.try_get()?.as_ref().map(|c| c.id), Some(cover.id));
        board.cover_mut().clear().save(&db).await?;
        assert!(archives(&db).await?.is_empty());
        intact(&db).await
    });
}

#[test]
fn pitfall_c12_pivots_can_be_hashed_too() {
    with::<All, _>(async |db| {
        let mut board = Board::new("A").insert(&db).await?;
        let red = Tag::new("red").insert(&db).await?;
        board.tags_mut().add(&red).add(Tag::new("blue")).save(&db).await?;
        assert_eq!(board.tags.try_get()?.len(), 2);
        intact(&db).await?;
        board.tags_mut().detach(&db, [red.id]).await?;
        assert_eq!(BoardTag::query().count(&db).await?, 1);
        let kept = DeletedRecord::query()
            .equal("model_class", "BoardTag")
            .first_required(&db)
            .await?;
        assert_eq!(kept.instance::<BoardTag>()?.tag_id, red.id);
        board.tags_mut().sync(&db, [red.id]).await?;
        assert_eq!(board.tags.try_get()?.len(), 1);
        intact(&db).await
    });
}
