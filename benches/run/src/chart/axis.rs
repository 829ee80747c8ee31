//! A logarithmic axis of ratios: whoever is twice as slow is as far from the next as at any other place.

use super::drawing::{Anchor, Mark};

/// Where ratios are on a picture.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    left: f64,
    width: f64,
    /// Powers of two at both ends.
    powers: (i32, i32),
}

impl Axis {
    /// An axis that has room for all of some ratios, and always for a half to four.
    pub fn over(ratios: impl Iterator<Item = f64>, left: f64, width: f64) -> Self {
        let mut powers = (-1, 2);
        for power in ratios.filter(|r| r.is_finite() && *r > 0.0).map(f64::log2) {
            powers = (
                powers.0.min(power.floor() as i32),
                powers.1.max(power.ceil() as i32),
            );
        }
        Self { left, width, powers }
    }

    /// The place of a ratio.
    pub fn x(&self, ratio: f64) -> f64 {
        let (low, high) = (f64::from(self.powers.0), f64::from(self.powers.1));
        let power = ratio.max(f64::MIN_POSITIVE).log2().clamp(low, high);
        self.left + self.width * (power - low) / (high - low)
    }

    /// Lines from `top` to `bottom` with their ratios below, and that of the limit.
    pub fn marks(&self, top: f64, bottom: f64) -> Vec<Mark> {
        let mut marks = Vec::new();
        // As many as have room for their labels.
        let step = ((self.powers.1 - self.powers.0) as f64 * 56.0 / self.width)
            .ceil()
            .max(1.0) as i32;
        for power in (self.powers.0..=self.powers.1).filter(|p| p % step == 0) {
            let x = self.x(f64::from(power).exp2());
            marks.push(Mark::Line {
                class: if power == 0 { "limit" } else { "grid" },
                from: (x, top),
                to: (x, bottom),
            });
            marks.push(Mark::Text {
                class: "small",
                x,
                y: bottom + 14.0,
                anchor: Anchor::Middle,
                text: label(power),
            });
        }
        marks
    }
}

fn label(power: i32) -> String {
    let ratio = f64::from(power.abs()).exp2();
    if power < 0 {
        format!("1/{ratio}×")
    } else {
        format!("{ratio}×")
    }
}
