//! Draws the versions of a record as SVG.

use std::fmt::Write as _;

use sqloquent::{
    ContentId,
    history::{ChangeKind, History},
    prelude::*,
    verify::FindingKind,
};

use crate::{decisions::Decision, verified};

const WIDTH: usize = 200;
const HEIGHT: usize = 132;
const GAP: usize = 64;
const TOP: usize = 24;

/// A version as it is drawn.
struct Node {
    id: ContentId,
    kind: ChangeKind,
    by: String,
    text: String,
    /// What the content that is there now hashes to, where that is not the id.
    instead: Option<ContentId>,
}

/// Three versions of a decision, the last of them changed by plain SQL.
pub(crate) async fn of_a_tampered_chain() -> Result<String> {
    let db = Db::connect("sqlite::memory:").await?;
    let log = crate::decisions::decide(&db).await?;
    let id = log.granted.id;
    db.raw(
        "update decisions set euros = 36000 where id = ?",
        (&id.to_string(),),
    )
    .execute()
    .await?;
    let report = verified(&db, None).await?;
    let tampered = report
        .of(FindingKind::ContentMismatch)
        .any(|f| f.record_id == Some(id.to_string()));
    let history = Decision::history(&db, id).await?;
    let now = Decision::find(&db, id).await?.filter(|_| tampered);
    Ok(draw(&nodes(&history, now.as_ref())?))
}

fn nodes(history: &History<Decision>, now: Option<&Decision>) -> Result<Vec<Node>> {
    let versions = history.entries().iter().filter(|e| e.kind.leaves_record());
    let mut nodes = Vec::new();
    for entry in versions {
        let mut version = history.version(entry.sequence)?;
        let id = version.id;
        let mut instead = None;
        if let Some(now) = now.filter(|now| now.id == id) {
            version = now.clone();
            instead = Some(now.content_id()?);
        }
        nodes.push(Node {
            id,
            kind: entry.kind,
            by: entry.actor.clone().unwrap_or_default(),
            text: format!("{} {}, {} €", version.case, version.verdict, version.euros),
            instead,
        });
    }
    Ok(nodes)
}

fn short(id: ContentId) -> String {
    format!("{}…", &id.to_string()[..12])
}

fn draw(nodes: &[Node]) -> String {
    let width = nodes.len() * (WIDTH + GAP) - GAP + 2 * TOP;
    let height = HEIGHT + 2 * TOP;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\" role=\"img\">\n\
         <title>The versions of a record; the last one was changed behind the library's back</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    for (i, node) in nodes.iter().enumerate() {
        draw_node(&mut svg, TOP + i * (WIDTH + GAP), node, i > 0);
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw_node(svg: &mut String, x: usize, node: &Node, linked: bool) {
    let (edge, fill) = if node.instead.is_some() {
        ("#b3261e", "#fdecea")
    } else {
        ("#1f6f43", "#eaf6ef")
    };
    if linked {
        // From a version to the one that it was made of.
        let (from, to, y) = (x, x - GAP + 10, TOP + HEIGHT / 2);
        let _ = writeln!(
            svg,
            "<line x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{y}\" stroke=\"#555555\" stroke-width=\"1.5\"/>\n\
             <path d=\"M {} {y} l 10 -5 v 10 z\" fill=\"#555555\"/>\n\
             <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555555\" font-size=\"11\">made of</text>",
            x - GAP + 1,
            x - GAP / 2 + 3,
            y - 9
        );
    }
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{TOP}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"8\" fill=\"{fill}\" stroke=\"{edge}\" \
         stroke-width=\"2\"/>"
    );
    let verdict = match node.instead {
        Some(_) => "is not what its id says",
        None => "is what its id says",
    };
    let mut lines = vec![
        (format!("{} by {}", node.kind, node.by), "#222222"),
        (node.text.clone(), "#222222"),
        (format!("id {}", short(node.id)), "#222222"),
    ];
    match node.instead {
        Some(instead) => lines.push((format!("hash {}", short(instead)), edge)),
        None => lines.push((format!("hash {}", short(node.id)), "#222222")),
    }
    lines.push((verdict.to_owned(), edge));
    for (i, (line, color)) in lines.iter().enumerate() {
        let y = TOP + 24 + i * 22;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{y}\" fill=\"{color}\">{line}</text>",
            x + 14
        );
    }
}
