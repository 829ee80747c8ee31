//! Charts of ratios: bars for each workload, and one picture of all.

mod axis;
mod drawing;

use std::{fs, path::Path};

use harness::Failure;

use crate::measure::{Measured, Row};
use axis::Axis;
use drawing::{Anchor, MARKER, Mark, Shape, svg, width};

/// Height of a row of bars.
const LINE: f64 = 22.0;
/// Height of a row of markers, and what they may be moved by up or down to not hide one another.
const MARKERS: f64 = 30.0;
const MOVED: f64 = 8.5;
/// Width of the plot.
const PLOT: f64 = 400.0;
/// Between words and plot.
const GAP: f64 = 10.0;

/// Classes and shapes of rivals, in the order of the tables.
const RIVALS: [(&str, Shape); 6] = [
    ("rival0", Shape::Square),
    ("rival1", Shape::Diamond),
    ("rival2", Shape::Up),
    ("rival3", Shape::Down),
    ("rival4", Shape::Circle),
    ("rival5", Shape::Square),
];

/// Writes a chart for each workload, and one with all that libraries have in common.
pub fn write(results: &[Measured], folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    for measured in results {
        let file = folder.join(format!("{}.svg", measured.workload.name()));
        fs::write(file, svg(&bars(measured)))?;
    }
    let common: Vec<_> = results.iter().filter(|m| !m.workload.is_ours_alone()).collect();
    if !common.is_empty() {
        fs::write(folder.join("overview.svg"), svg(&overview(&common)))?;
    }
    Ok(())
}

/// The bars of one workload. They begin at the limit: to the right of it is slower.
fn bars(measured: &Measured) -> Vec<Mark> {
    let rows = &measured.rows;
    let names = rows.iter().map(|r| width(r.name)).fold(0.0, f64::max);
    let axis = Axis::over(rows.iter().map(|r| r.ratio), names + GAP, PLOT);
    let base = rows.first().map_or("", |r| r.name);
    let (top, bottom) = (44.0, 48.0 + LINE * rows.len() as f64);
    let mut marks = vec![
        text("title", 0.0, 16.0, capitalised(measured.workload.description())),
        text(
            "small",
            0.0,
            34.0,
            format!("time in relation to {base}, logarithmic: less is better"),
        ),
    ];
    marks.extend(axis.marks(top, bottom));
    for (n, row) in rows.iter().enumerate() {
        let ratio = row.ratio;
        let y = top + 2.0 + LINE * n as f64;
        let (from, to) = (axis.x(ratio.min(1.0)), axis.x(ratio.max(1.0)));
        marks.push(Mark::Text {
            class: if row.is_ours { "ours-text" } else { "" },
            x: names,
            y: y + 15.0,
            anchor: Anchor::End,
            text: row.name.to_owned(),
        });
        marks.push(Mark::Bar {
            class: if row.is_ours { "ours" } else { "bar" },
            x: from,
            y: y + 3.0,
            width: to - from,
            height: LINE - 6.0,
        });
        let class = if row.is_ours { "ours-text" } else { "" };
        marks.push(text(class, to + 5.0, y + 15.0, format!("{ratio:.2}×")));
    }
    marks
}

/// A row for each workload, a marker for each library. What it says beside the markers is our ratio.
fn overview(results: &[&Measured]) -> Vec<Mark> {
    let titles: Vec<_> = results
        .iter()
        .map(|m| capitalised(m.workload.description()))
        .collect();
    let names = titles.iter().map(|t| width(t)).fold(0.0, f64::max);
    // The limit is a line, and how it does without checkpoints is in the tables.
    let shown = |row: &&Row| row.is_ours || !row.name.starts_with("rusqlite");
    let ratios = results
        .iter()
        .flat_map(|m| m.rows.iter().filter(shown).map(|r| r.ratio));
    let axis = Axis::over(ratios, names + 2.0 * GAP, PLOT);
    let mut marks = vec![text(
        "title",
        0.0,
        16.0,
        "Time in relation to raw rusqlite on the calling thread (the dashed line)".to_owned(),
    )];
    marks.push(text(
        "small",
        0.0,
        34.0,
        "logarithmic: each line is twice the one before; less is better".to_owned(),
    ));

    let mut rivals: Vec<&str> = Vec::new();
    let rows = || results.iter().flat_map(|m| m.rows.iter().filter(shown));
    for row in rows().filter(|r| !r.is_ours) {
        if !rivals.contains(&row.name) {
            rivals.push(row.name);
        }
    }
    let style = |row_name: &str, is_ours: bool| match rivals.iter().position(|r| *r == row_name) {
        Some(place) if !is_ours => RIVALS[place % RIVALS.len()],
        _ => ("ours", Shape::Circle),
    };
    let mut x = 0.0;
    let ours = rows().find(|r| r.is_ours).map(|r| (r.name, true));
    for (name, is_ours) in ours.into_iter().chain(rivals.iter().map(|r| (*r, false))) {
        let (class, shape) = style(name, is_ours);
        marks.push(Mark::Marker {
            class,
            shape,
            x: x + MARKER,
            y: 53.0,
        });
        let class = if is_ours { "ours-text" } else { "" };
        marks.push(text(class, x + 3.0 * MARKER, 58.0, name.to_owned()));
        x += 3.0 * MARKER + width(name) + 2.0 * GAP;
    }

    let top = 74.0;
    let bottom = top + MARKERS * results.len() as f64;
    marks.extend(axis.marks(top, bottom));
    for (n, (measured, title)) in results.iter().zip(titles).enumerate() {
        let y = top + MARKERS * (n as f64 + 0.5);
        marks.push(Mark::Text {
            class: "",
            x: names,
            y: y + 4.0,
            anchor: Anchor::End,
            text: title,
        });
        // Ours keeps its place.
        let (ours, others): (Vec<&Row>, Vec<&Row>) =
            measured.rows.iter().filter(shown).partition(|r| r.is_ours);
        let mut placed: Vec<Mark> = Vec::new();
        for row in ours.into_iter().chain(others) {
            let (class, shape) = style(row.name, row.is_ours);
            let x = axis.x(row.ratio);
            let [here, above, below] = [0.0, -MOVED, MOVED].map(|by| Mark::Marker {
                class,
                shape,
                x,
                y: y + by,
            });
            let free = |mark: &&Mark| !placed.iter().any(|p| p.hides(mark));
            let mark = [&here, &above, &below].into_iter().find(free).unwrap_or(&above);
            placed.push(mark.clone());
            if row.is_ours {
                let ratio = format!("{:.2}×", row.ratio);
                marks.push(text("ours-text", names + 4.0 * GAP + PLOT, y + 4.0, ratio));
            }
        }
        marks.extend(placed);
    }
    marks
}

fn text(class: &'static str, x: f64, y: f64, text: String) -> Mark {
    Mark::Text {
        class,
        x,
        y,
        anchor: Anchor::Start,
        text,
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use harness::Workload;

    use super::{Mark, bars, overview};
    use crate::{
        contender::CONTENDERS,
        measure::{Measured, Row},
        statistics::Spread,
    };

    const NAMES: [&str; 8] = [
        CONTENDERS[0].name,
        CONTENDERS[1].name,
        "sqloquent",
        "tokio-rusqlite",
        "sqlx",
        "SeaORM",
        "Toasty",
        "Diesel",
    ];

    /// Eight libraries, far from each other or close together.
    fn measured(workload: Workload, ratios: [f64; 8]) -> Measured {
        let row = |(name, ratio): (&'static str, f64)| Row {
            name,
            is_ours: name == "sqloquent",
            time: Spread::of([ratio].into_iter()),
            ratio,
            added: ratio - 1.0,
            figures: Vec::new(),
        };
        Measured {
            workload,
            size: 1,
            rows: NAMES.into_iter().zip(ratios).map(row).collect(),
        }
    }

    fn all() -> Vec<Measured> {
        let ratios = [
            [1.0, 0.9, 1.15, 9.0, 18.3, 40.5, 38.9, 1.4],
            [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
            [1.0, 0.01, 0.02, 300.0, 5_000.0, 1.1, 1.05, 0.5],
        ];
        Workload::ALL
            .into_iter()
            .zip(ratios.into_iter().cycle())
            .map(|(workload, ratios)| measured(workload, ratios))
            .collect()
    }

    /// No two texts lie over one another, no bar lies over one, and nothing is beyond the edges.
    fn must_be_readable(marks: &[Mark]) {
        for (n, mark) in marks.iter().enumerate() {
            let a = mark.bounds();
            assert!(a.left >= 0.0 && a.top >= 0.0, "{mark} is clipped");
            let Mark::Text { .. } = mark else { continue };
            for (m, other) in marks.iter().enumerate() {
                if n == m || matches!(other, Mark::Line { .. }) {
                    continue;
                }
                let b = other.bounds();
                let beside = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
                assert!(beside, "{mark} lies over {other}");
            }
        }
    }

    #[test]
    fn bars_and_their_words_do_not_overlap() {
        for measured in all() {
            must_be_readable(&bars(&measured));
        }
    }

    #[test]
    fn the_overview_can_be_read_with_all_libraries() {
        let all = all();
        must_be_readable(&overview(&all.iter().collect::<Vec<_>>()));
        for measured in &all {
            must_be_readable(&overview(&[measured]));
        }
    }

    #[test]
    fn of_three_equal_libraries_none_is_hidden() {
        let ratios = [1.0, 1.0, 1.5, 1.5, 1.51, 4.0, 8.0, 16.0];
        let marks = overview(&[&measured(Workload::Find, ratios)]);
        for (n, mark) in marks.iter().enumerate() {
            assert!(!marks[n + 1..].iter().any(|m| m.hides(mark)), "{mark} is hidden");
        }
    }

    #[test]
    fn slower_libraries_have_longer_bars() {
        let marks = bars(&measured(
            Workload::Find,
            [1.0, 1.1, 1.2, 2.0, 4.0, 8.0, 16.0, 40.0],
        ));
        let widths: Vec<f64> = marks
            .iter()
            .filter_map(|m| match m {
                Mark::Bar { width, .. } => Some(*width),
                _ => None,
            })
            .collect();
        assert_eq!(widths.len(), 8);
        assert!(widths.is_sorted_by(|a, b| a < b), "{widths:?}");
        assert_eq!(widths[0], 0.0);
    }
}
