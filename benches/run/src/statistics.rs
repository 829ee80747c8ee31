//! Medians and quartiles.

/// The middle of some figures and how far they spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

impl Spread {
    /// Median and quartiles, between the nearest two figures where there is none at the place itself.
    pub fn of(figures: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = figures.collect();
        sorted.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let place = sorted.len().saturating_sub(1) as f64 * part;
            let (below, above) = (
                sorted.get(place.floor() as usize),
                sorted.get(place.ceil() as usize),
            );
            match (below, above) {
                (Some(below), Some(above)) => below + (above - below) * place.fract(),
                _ => 0.0,
            }
        };
        Self {
            low: at(0.25),
            median: at(0.5),
            high: at(0.75),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn quartiles_lie_between_figures() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0].into_iter());
        assert_eq!(
            spread,
            Spread {
                low: 1.75,
                median: 2.5,
                high: 3.25
            }
        );
    }

    #[test]
    fn one_figure_is_its_own_median() {
        assert_eq!(
            Spread::of([7.0].into_iter()),
            Spread {
                low: 7.0,
                median: 7.0,
                high: 7.0
            }
        );
    }
}
