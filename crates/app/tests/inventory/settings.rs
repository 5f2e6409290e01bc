//! What operators have in their files and scripts: settings, commands, metrics.

use std::{fmt::Write as _, fs, path::Path};

use clap::CommandFactory;
use karavan_app::{cli::Cli, config::keys, metrics};
use karavan_kernel::metric::{Metric, MetricKind, MetricUnit};
use karavan_testkit::{ANNA, app_test};

use crate::{
    program::{Program, Samples},
    same::Inventory,
};

#[test]
fn settings_are_as_committed() {
    let mut lines = Vec::new();
    for key in keys::known() {
        let secret = if key.secret { "  (secret)" } else { "" };
        lines.push(format!(
            "{} = {}  {}{secret}",
            key.path,
            key.default,
            key.default.type_str()
        ));
        lines.push(format!("    {}", key.doc));
    }
    let inventory = Inventory {
        file: "settings.txt",
        what: "a setting",
        question: "is a name gone? Names are what operators have in their files: an unknown one stops their next start.",
    };
    inventory.assert_same(&lines.join("\n"));
}

#[test]
fn every_setting_is_explained_to_operators() {
    let guide = document("docs/configuration.md");
    for key in keys::known() {
        let (section, name) = key.path.rsplit_once('.').unwrap_or(("", &key.path));
        let part = match section {
            "" => guide.as_str(),
            section => guide.split(&format!("### `[{section}]`")).nth(1).unwrap_or_default(),
        };
        let part = part.split("\n### ").next().unwrap_or_default();
        assert!(
            section.is_empty() && guide.contains(&format!("| `{name}` |")) || part.contains(&format!("| `{name}` |")),
            "docs/configuration.md has no row for {}",
            key.path
        );
    }
}

#[test]
fn the_help_of_every_command_is_as_committed() {
    let mut command = Cli::command();
    // Fills in the global options and `help`.
    command.build();
    let mut text = String::new();
    help(&mut command, "karavan", &mut text);
    let inventory = Inventory {
        file: "help.txt",
        what: "the command line",
        question: "is a command or an option gone? Scripts and documents use these names: a removed one stops them.",
    };
    inventory.assert_same(&text.replace(env!("CARGO_PKG_VERSION"), "[version]"));
}

fn help(command: &mut clap::Command, path: &str, text: &mut String) {
    writeln!(text, "$ {path} --help\n{}", command.render_long_help()).unwrap();
    let below: Vec<_> = command
        .get_subcommands_mut()
        .filter(|command| command.get_name() != "help")
        .collect();
    for command in below {
        let path = format!("{path} {}", command.get_name());
        help(command, &path, text);
    }
}

#[test]
fn metrics_are_as_committed() {
    let lines = metrics::known().into_iter().map(|Metric { name, kind, unit, help }| {
        let kind = match kind {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Histogram => "histogram",
        };
        let unit = match unit {
            MetricUnit::Count => "count",
            MetricUnit::Seconds => "seconds",
            MetricUnit::Bytes => "bytes",
        };
        format!("{name}  {kind}  {unit}\n    {help}")
    });
    let inventory = Inventory {
        file: "metrics.txt",
        what: "a metric",
        question: "is a name gone? Dashboards and alerts use names: a renamed metric silences them.",
    };
    inventory.assert_same(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_metric_is_explained_to_operators() {
    let guide = document("docs/operating.md");
    for metric in metrics::known() {
        assert!(
            guide.contains(&format!("`{}`", metric.name)),
            "docs/operating.md does not say what {} means",
            metric.name
        );
    }
}

// If you are here because this failed: you count something under a name that is not in the `METRICS` of its crate, so that
// nobody who reads /metrics would know what it is. Name it there.
#[app_test]
async fn whatever_is_counted_is_described(t: Program) {
    let handle = metrics::builder()
        .install_recorder()
        .expect("each test has a process of its own");
    metrics::describe();
    Samples::make(&t).await;
    t.person(ANNA).starts("guests").await;
    t.run_jobs().await;
    t.anonymous().browser().get("/").await;
    metrics::sample(t.platform.db.clone())();
    let shown = handle.render();
    let known = metrics::known();
    let mut seen = 0;
    for line in shown.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').unwrap();
        let Some(metric) = known.iter().find(|metric| metric.name == name) else {
            panic!("{name} ({kind}) is counted, and nobody has described it");
        };
        assert_eq!(format!("{:?}", metric.kind).to_lowercase(), kind, "{name}");
        assert!(
            shown.contains(&format!("# HELP {name} {}", metric.help)),
            "{name} has no sentence"
        );
        seen += 1;
    }
    assert!(seen >= 8, "hardly anything was counted:\n{shown}");
}

fn document(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}
