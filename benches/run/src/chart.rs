//! Bar charts of ratios, as SVG that can be read on light and dark pages.

use std::{fmt::Write as _, fs, path::Path};

use harness::Failure;

use crate::measure::Measured;

const WIDTH: f64 = 420.0;
const NAMES: f64 = 170.0;
const BARS: f64 = 190.0;
const LINE: f64 = 20.0;
const HEAD: f64 = 34.0;
const GAP: f64 = 24.0;

/// Colours: one for text, one for bars, one for ours; a second set where the page is dark.
const STYLE: &str = "<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.bar { fill: #9aa4ae }
.ours { fill: #c2410c }
.limit { stroke: #57606a; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .bar { fill: #6e7781 }
  .ours { fill: #fb923c }
  .limit { stroke: #afb8c1 }
}
</style>";

/// Writes a chart for each workload, and one with all.
pub fn write(results: &[Measured], folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    for measured in results {
        let text = picture(WIDTH, height(measured), &panel(measured, 0.0, 0.0)?);
        fs::write(folder.join(format!("{}.svg", measured.workload.name())), text)?;
    }
    fs::write(folder.join("overview.svg"), overview(results)?)?;
    Ok(())
}

/// All in two columns, each panel where the column is shorter.
fn overview(results: &[Measured]) -> Result<String, Failure> {
    let mut heights = [0.0_f64; 2];
    let mut body = String::new();
    for measured in results {
        let column = usize::from(heights[1] < heights[0]);
        body += &panel(measured, column as f64 * (WIDTH + GAP), heights[column])?;
        heights[column] += height(measured) + GAP;
    }
    Ok(picture(WIDTH * 2.0 + GAP, heights[0].max(heights[1]), &body))
}

fn picture(width: f64, height: f64, body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\">\n{STYLE}\n{body}</svg>\n"
    )
}

fn height(measured: &Measured) -> f64 {
    HEAD + LINE * measured.rows.len() as f64
}

/// The bars of one workload; the dashed line is the limit.
fn panel(measured: &Measured, left: f64, top: f64) -> Result<String, Failure> {
    let mut text = String::new();
    let most = measured
        .rows
        .iter()
        .map(|r| measured.ratio(r))
        .fold(1.0, f64::max);
    let title = measured.workload.description();
    writeln!(text, "<g transform=\"translate({left} {top})\">")?;
    writeln!(
        text,
        "<text class=\"title\" x=\"0\" y=\"16\">{}{}</text>",
        title[..1].to_uppercase(),
        escaped(&title[1..])
    )?;
    for (n, row) in measured.rows.iter().enumerate() {
        let ratio = measured.ratio(row);
        let y = HEAD + LINE * n as f64 - 6.0;
        let class = if row.is_ours { "ours" } else { "bar" };
        let width = BARS * ratio / most;
        writeln!(
            text,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            NAMES - 8.0,
            y + 13.0,
            escaped(row.name)
        )?;
        writeln!(
            text,
            "<rect class=\"{class}\" x=\"{NAMES}\" y=\"{y}\" width=\"{width:.1}\" height=\"16\"/>"
        )?;
        writeln!(
            text,
            "<text x=\"{:.1}\" y=\"{}\">{ratio:.2}×</text>",
            NAMES + width + 5.0,
            y + 13.0
        )?;
    }
    let x = NAMES + BARS / most;
    let bottom = height(measured) - 8.0;
    writeln!(
        text,
        "<line class=\"limit\" x1=\"{x:.1}\" y1=\"{}\" x2=\"{x:.1}\" y2=\"{bottom}\"/>\n</g>",
        HEAD - 8.0
    )?;
    Ok(text)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
