//! Hashed nodes that name each other.

use sqloquent::{ContentId, DeletedRecord, IdList, prelude::*};

use crate::fixture::with;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(hashed)]
struct Node {
    #[model(id)]
    id: ContentId,
    text: String,
    parent_ids: IdList<ContentId>,
}

async fn node(db: &Db, text: &str, parents: &[&Node]) -> Result<Node> {
    let parents = IdList::of(parents.iter().map(|p| p.id))?;
    Node::new(text, parents).insert(db).await
}

#[test]
fn pitfall_c13_editing_a_node_leaves_its_children_as_they_are_and_what_they_name_is_found() {
    with::<Node, _>(async |db| {
        let mut root = node(&db, "root", &[]).await?;
        let other = node(&db, "other", &[]).await?;
        let child = node(&db, "child", &[&root, &other]).await?;
        let before = root.id;
        root.update(&db, |n| n.text = "edited".into()).await?;
        let found = Node::find_required(&db, child.id).await?;
        assert_eq!(found, child, "what a node says never changes under its id");
        assert!(found.is_intact());
        let dangling = Node::query()
            .dangling_ids::<Node, _>(|n| n.parent_ids)
            .get(&db)
            .await?;
        assert_eq!(dangling, [(child.clone(), before)]);
        // The old version is kept, and can be had back beside the new one.
        let deleted = DeletedRecord::query()
            .equal("record_id", before)
            .first_required(&db)
            .await?;
        deleted.restore::<Node>(&db).await?;
        assert!(
            Node::query()
                .dangling_ids::<Node, _>(|n| n.parent_ids)
                .get(&db)
                .await?
                .is_empty()
        );
        Ok(())
    });
}

#[test]
fn the_order_in_which_ids_are_given_does_not_matter_to_the_hash() {
    with::<Node, _>(async |db| {
        let (a, b) = (node(&db, "a", &[]).await?, node(&db, "b", &[]).await?);
        assert_eq!(node(&db, "c", &[&a, &b]).await?, node(&db, "c", &[&b, &a]).await?);
        Ok(())
    });
}
