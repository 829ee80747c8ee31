//! Marks on a picture, and the picture as SVG that can be read on light and dark pages.

use std::fmt::{self, Display, Formatter};

/// Height of a line of text.
pub const TEXT_HEIGHT: f64 = 16.0;

/// Room between what is drawn and the edges.
const EDGE: f64 = 6.0;

/// Half of the width of a marker.
pub const MARKER: f64 = 5.0;

/// Colours, a second set where the page is dark. They can be told apart by people who see colours otherwise, too.
const STYLE: &str = "<style>
text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #24292f }
.title { font-weight: 600 }
.small { font-size: 11px; fill: #57606a }
.ours-text { font-weight: 600; fill: #c2410c }
.grid { stroke: #d0d7de }
.limit { stroke: #24292f; stroke-dasharray: 4 3; stroke-width: 1.5 }
.bar { fill: #9aa4ae }
.ours { fill: #ea580c }
.rival0 { fill: #0072b2 }
.rival1 { fill: #009e73 }
.rival2 { fill: #a0528a }
.rival3 { fill: #8a6d00 }
.rival4 { fill: #3aa0dd }
.rival5 { fill: #57606a }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .small { fill: #9da7b1 }
  .ours-text { fill: #fb923c }
  .grid { stroke: #30363d }
  .limit { stroke: #e6edf3 }
  .bar { fill: #6e7781 }
  .ours { fill: #fb923c }
  .rival0 { fill: #4aa3df }
  .rival1 { fill: #2fc79a }
  .rival2 { fill: #e29ac9 }
  .rival3 { fill: #d9b838 }
  .rival4 { fill: #8fd0f5 }
  .rival5 { fill: #aab4be }
}
</style>";

/// Where a text begins, or ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// The form of a marker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    Circle,
    Square,
    Diamond,
    Up,
    Down,
}

/// Something on a picture. `class` is one of the style.
#[derive(Clone, Debug)]
pub enum Mark {
    /// `y` is the base line.
    Text {
        class: &'static str,
        x: f64,
        y: f64,
        anchor: Anchor,
        text: String,
    },
    Bar {
        class: &'static str,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    },
    Line {
        class: &'static str,
        from: (f64, f64),
        to: (f64, f64),
    },
    /// Around its middle.
    Marker {
        class: &'static str,
        shape: Shape,
        x: f64,
        y: f64,
    },
}

/// A rectangle: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// The width that a text takes at most, in any usual font.
pub fn width(text: &str) -> f64 {
    let of = |letter| match letter {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | ' ' | ',' | '.' | '-' | '(' | ')' => 5.4,
        'm' | 'w' | 'M' | 'W' | '×' => 12.0,
        'A'..='Z' => 9.8,
        _ => 8.3,
    };
    text.chars().map(of).sum()
}

impl Mark {
    /// Whether it is a marker that hides too much of another marker.
    pub fn hides(&self, other: &Self) -> bool {
        let (Self::Marker { x, y, .. }, Self::Marker { x: at_x, y: at_y, .. }) = (self, other) else {
            return false;
        };
        (x - at_x).abs() < 1.6 * MARKER && (y - at_y).abs() < 1.6 * MARKER
    }

    /// The room that it takes.
    pub fn bounds(&self) -> Bounds {
        let (left, top, width, height) = match self {
            Self::Text {
                x, y, anchor, text, ..
            } => {
                let width = width(text);
                let left = match anchor {
                    Anchor::Start => *x,
                    Anchor::Middle => x - width / 2.0,
                    Anchor::End => x - width,
                };
                (left, y - TEXT_HEIGHT * 0.75, width, TEXT_HEIGHT)
            }
            Self::Bar {
                x, y, width, height, ..
            } => (*x, *y, *width, *height),
            Self::Line { from, to, .. } => (
                from.0.min(to.0),
                from.1.min(to.1),
                (from.0 - to.0).abs(),
                (from.1 - to.1).abs(),
            ),
            Self::Marker { x, y, .. } => (x - MARKER, y - MARKER, 2.0 * MARKER, 2.0 * MARKER),
        };
        Bounds {
            left,
            top,
            right: left + width,
            bottom: top + height,
        }
    }
}

impl Display for Mark {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text {
                class,
                x,
                y,
                anchor,
                text,
            } => {
                let anchor = match anchor {
                    Anchor::Start => "start",
                    Anchor::Middle => "middle",
                    Anchor::End => "end",
                };
                let text = text.replace('&', "&amp;").replace('<', "&lt;");
                write!(
                    f,
                    "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
                )
            }
            Self::Bar {
                class,
                x,
                y,
                width,
                height,
            } => write!(
                f,
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
            ),
            Self::Line { class, from, to } => write!(
                f,
                "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
                from.0, from.1, to.0, to.1
            ),
            Self::Marker { class, shape, x, y } => {
                let r = MARKER;
                let corners = match shape {
                    Shape::Circle => {
                        return write!(
                            f,
                            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r}\"/>"
                        );
                    }
                    Shape::Square => [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)].as_slice(),
                    Shape::Diamond => &[(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)],
                    Shape::Up => &[(0.0, -1.0), (1.0, 0.85), (-1.0, 0.85)],
                    Shape::Down => &[(0.0, 1.0), (1.0, -0.85), (-1.0, -0.85)],
                };
                write!(f, "<polygon class=\"{class}\" points=\"")?;
                for (at_x, at_y) in corners {
                    write!(f, "{:.1},{:.1} ", x + at_x * r, y + at_y * r)?;
                }
                f.write_str("\"/>")
            }
        }
    }
}

/// The picture, as large as what is on it.
pub fn svg(marks: &[Mark]) -> String {
    let end = |of: fn(&Bounds) -> f64| marks.iter().map(|m| of(&m.bounds())).fold(0.0, f64::max);
    let (width, height) = (
        end(|b| b.right).ceil() + 2.0 * EDGE,
        end(|b| b.bottom).ceil() + EDGE,
    );
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-{EDGE} 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\">\n{STYLE}\n"
    );
    for mark in marks {
        text += &mark.to_string();
        text.push('\n');
    }
    text + "</svg>\n"
}
