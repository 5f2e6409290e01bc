//! Charts drawn on the server: SVG with axes, a hover per value, and the table behind the picture.
//!
//! **Absent on purpose:** a script. Colours come from the stylesheet, so a chart follows the theme and the product.

use askama::{Template, filters::HtmlSafe};

use super::{Block, SafeHtml, html::rendered};
use crate::texts::Lang;

/// A value at a place on the horizontal axis.
#[derive(Clone, Debug)]
pub struct Point {
    /// The place, short: "20.11".
    pub label: String,
    /// The height; below zero is drawn as zero.
    pub value: i64,
    /// The value as people write it: "12 900 ₽".
    pub shown: String,
}

impl Point {
    /// A value and how it is shown.
    pub fn new(label: impl Into<String>, value: i64, shown: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value,
            shown: shown.into(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Bars,
    Line,
    Shares,
}

/// Values side by side.
#[derive(Clone, Debug)]
pub struct Chart {
    title: String,
    unit: String,
    shape: Shape,
    points: Vec<Point>,
}

impl Chart {
    /// Columns: amounts per day, per hour. `unit` is written at the vertical axis.
    pub fn bars(title: impl Into<String>, unit: impl Into<String>, points: impl IntoIterator<Item = Point>) -> Self {
        Self {
            title: title.into(),
            unit: unit.into(),
            shape: Shape::Bars,
            points: points.into_iter().collect(),
        }
    }

    /// A line: how a level moves.
    pub fn line(title: impl Into<String>, unit: impl Into<String>, points: impl IntoIterator<Item = Point>) -> Self {
        Self {
            shape: Shape::Line,
            ..Self::bars(title, unit, points)
        }
    }

    /// Rows with a bar each: how a whole is divided.
    pub fn shares(title: impl Into<String>, points: impl IntoIterator<Item = Point>) -> Self {
        Self {
            shape: Shape::Shares,
            ..Self::bars(title, "", points)
        }
    }

    fn most(&self) -> i64 {
        self.points.iter().map(|point| point.value).max().unwrap_or(0).max(0)
    }

    /// The same chart drawn for a screen of this many units: letters keep their size, the picture does not scale.
    fn drawing(&self, lang: &Lang, width: f64, name: &'static str) -> Drawing {
        const TOP: f64 = 12.0;
        const HEIGHT: f64 = 172.0;
        let ticks = ticks(self.most());
        let top = ticks.last().copied().unwrap_or(1);
        let written: Vec<String> = ticks.iter().map(|tick| lang.number(*tick)).collect();
        let left = 14.0 + 7.2 * real(written.iter().map(|text| text.chars().count()).max().unwrap_or(1));
        let step = (width - left - 8.0) / real(self.points.len().max(1));
        let y = |value: i64| TOP + HEIGHT * (1.0 - value.clamp(0, top) as f64 / top as f64);
        let widest = self
            .points
            .iter()
            .map(|point| point.label.chars().count())
            .max()
            .unwrap_or(1);
        let every = (1..=self.points.len())
            .find(|every| step * real(*every) > 7.2 * real(widest) + 10.0)
            .unwrap_or(1);

        let bars = self.points.iter().enumerate().map(|(place, point)| {
            let x = left + step * real(place);
            let gap = (step * 0.28).min(10.0);
            Bar {
                x: coordinate(x + gap / 2.0),
                y: coordinate(y(point.value)),
                width: coordinate((step - gap).max(0.5)),
                height: coordinate(TOP + HEIGHT - y(point.value)),
                middle: coordinate(x + step / 2.0),
                slot: coordinate(x),
                label: (place % every == 0).then(|| point.label.clone()),
                hover: format!("{}: {}", point.label, point.shown),
            }
        });
        let bars: Vec<Bar> = bars.collect();
        let line: Vec<String> = bars.iter().map(|bar| format!("{},{}", bar.middle, bar.y)).collect();
        Drawing {
            name,
            width: coordinate(width),
            left: coordinate(left),
            right: coordinate(width - 8.0),
            floor: coordinate(TOP + HEIGHT),
            step: coordinate(step),
            ticks: ticks
                .iter()
                .zip(written)
                .map(|(tick, text)| (coordinate(y(*tick)), text))
                .collect(),
            line: line.join(" "),
            ends: bars
                .first()
                .zip(bars.last())
                .map(|(first, last)| (first.middle.clone(), last.middle.clone())),
            bars,
        }
    }
}

struct Bar {
    x: String,
    y: String,
    width: String,
    height: String,
    middle: String,
    slot: String,
    label: Option<String>,
    hover: String,
}

struct Drawing {
    name: &'static str,
    width: String,
    left: String,
    right: String,
    floor: String,
    step: String,
    ticks: Vec<(String, String)>,
    line: String,
    /// Where the line begins and ends.
    ends: Option<(String, String)>,
    bars: Vec<Bar>,
}

#[derive(Template)]
#[template(path = "chart.html")]
struct ChartTemplate<'a> {
    chart: &'a Chart,
    drawings: Vec<Drawing>,
    lang: &'a Lang,
}

impl ChartTemplate<'_> {
    /// The bar's length, of 100.
    fn share(&self, point: &Point) -> String {
        coordinate(100.0 * point.value.max(0) as f64 / self.chart.most().max(1) as f64)
    }
}

impl Block for Chart {
    fn html(&self, lang: &Lang) -> SafeHtml {
        let drawings = match self.shape {
            Shape::Shares => Vec::new(),
            // One is shown, by the width of its place.
            Shape::Bars | Shape::Line => [(920.0, "wide"), (600.0, "medium"), (340.0, "narrow")]
                .map(|(width, name)| self.drawing(lang, width, name))
                .into(),
        };
        rendered(&ChartTemplate {
            chart: self,
            drawings,
            lang,
        })
    }
}

/// A line of some twenty values without axes, beside a number.
#[derive(Clone, Debug, Template)]
#[template(
    source = "<svg class=\"spark\" viewBox=\"0 0 100 28\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><polygon class=\"spark-area\" points=\"0,28 {{ points }} 100,28\"></polygon><polyline class=\"spark-line\" points=\"{{ points }}\"></polyline></svg>",
    ext = "html"
)]
pub struct Spark {
    points: String,
}

impl Spark {
    /// A line through these values; `None` for fewer than two.
    pub fn new(values: &[i64]) -> Option<Self> {
        let (least, most) = (values.iter().min()?, values.iter().max()?);
        let span = (most.saturating_sub(*least)).max(1) as f64;
        let last = values.len().checked_sub(1).filter(|last| *last > 0)?;
        let place = |(place, value): (usize, &i64)| {
            let x = 100.0 * real(place) / real(last);
            let y = 26.0 - 23.0 * value.saturating_sub(*least) as f64 / span;
            format!("{},{}", coordinate(x), coordinate(y))
        };
        Some(Self {
            points: values.iter().enumerate().map(place).collect::<Vec<_>>().join(" "),
        })
    }
}

impl HtmlSafe for Spark {}

/// Zero and two to five round numbers, the last not below `most`.
fn ticks(most: i64) -> Vec<i64> {
    let mut step: i64 = 1;
    'search: loop {
        for factor in [1, 2, 5] {
            let candidate = step.saturating_mul(factor);
            if candidate.saturating_mul(4) >= most {
                step = candidate;
                break 'search;
            }
        }
        step = step.saturating_mul(10);
    }
    let count = most.div_euclid(step) + i64::from(most % step != 0);
    (0..=count.max(1)).map(|tick| step.saturating_mul(tick)).collect()
}

fn real(count: usize) -> f64 {
    count as f64
}

/// One decimal is finer than a screen.
fn coordinate(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_round_numbers() {
        assert_eq!(ticks(0), [0, 1]);
        assert_eq!(ticks(3), [0, 1, 2, 3]);
        assert_eq!(ticks(97), [0, 50, 100]);
        assert_eq!(ticks(12_345), [0, 5_000, 10_000, 15_000]);
        for most in [7, 99, 1_001, i64::MAX] {
            let ticks = ticks(most);
            assert!(
                (2..=6).contains(&ticks.len()) && *ticks.last().unwrap() >= most,
                "{most}: {ticks:?}"
            );
        }
    }

    #[test]
    fn a_line_needs_two_values() {
        assert!(Spark::new(&[]).is_none());
        assert!(Spark::new(&[5]).is_none());
        assert_eq!(Spark::new(&[0, 0, 10]).unwrap().points, "0.0,26.0 50.0,26.0 100.0,3.0");
        assert!(Spark::new(&[i64::MIN, i64::MAX]).is_some());
    }
}
