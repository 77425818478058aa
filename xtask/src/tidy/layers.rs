//! Which crate may depend on which: `layers.toml` against what Cargo says.

use super::Report;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The prefix of our package names.
const PREFIX: &str = "orochi-";

/// The table: crates by layer, lowest first, and the arrows within a layer.
#[derive(Default, Debug)]
struct Table {
    layer: BTreeMap<String, usize>,
    within: BTreeMap<String, Vec<String>>,
    tools: Vec<String>,
}

pub(crate) fn check(root: &Path, report: &mut Report) -> Result<(), String> {
    let path = root.join("layers.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table = parse(&text)?;
    for (name, dependencies) in workspace(root)? {
        check_crate(&table, &name, &dependencies, report);
    }
    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
    report.notes.push(format!("{} packages in Cargo.lock", lock.matches("[[package]]").count()));
    Ok(())
}

fn check_crate(table: &Table, name: &str, dependencies: &[String], report: &mut Report) {
    if table.tools.iter().any(|tool| tool == name) {
        return;
    }
    let Some(&own) = table.layer.get(name) else {
        report.errors.push(format!("layers.toml does not place the crate {name}"));
        return;
    };
    for dependency in dependencies {
        if table.tools.contains(dependency) {
            report.errors.push(format!("{name} depends on the tool {dependency}"));
            continue;
        }
        let Some(&other) = table.layer.get(dependency) else { continue };
        let listed = || table.within.get(name).is_some_and(|names| names.contains(dependency));
        if other > own || (other == own && !listed()) {
            report.errors.push(format!(
                "{name} (layer {own}) may not depend on {dependency} (layer {other}); see layers.toml"
            ));
        }
    }
}

/// Our packages with those of our packages that they depend on, build dependencies apart.
fn workspace(root: &Path) -> Result<BTreeMap<String, Vec<String>>, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    let value: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
        format!("cargo metadata: {error}\n{}", String::from_utf8_lossy(&output.stderr))
    })?;
    let mut packages = BTreeMap::new();
    for package in value["packages"].as_array().into_iter().flatten() {
        let Some(name) = package["name"].as_str().and_then(|name| name.strip_prefix(PREFIX)) else {
            continue;
        };
        let dependencies = package["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|dependency| dependency["kind"].is_null())
            .filter_map(|dependency| dependency["name"].as_str()?.strip_prefix(PREFIX))
            .map(str::to_owned)
            .collect();
        packages.insert(name.to_owned(), dependencies);
    }
    Ok(packages)
}

/// Reads the part of TOML that the table needs: sections, and keys with lists of strings on one line.
fn parse(text: &str) -> Result<Table, String> {
    let mut table = Table::default();
    let mut section = "";
    let mut layer = 0;
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or("").trim();
        if line.is_empty() {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            continue;
        }
        let (key, value) = line.split_once('=').ok_or(format!("layers.toml: {line:?}"))?;
        let key = key.trim().trim_matches('"');
        let names = value.split('"').skip(1).step_by(2).map(str::to_owned);
        match section {
            "layers" => {
                table.layer.extend(names.map(|name| (name, layer)));
                layer += 1;
            }
            "within" => {
                table.within.insert(key.to_owned(), names.collect());
            }
            "tools" => table.tools.extend(names),
            _ => return Err(format!("layers.toml: unknown section {section:?}")),
        }
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "
[layers] # lowest first
ground = [\"base\", \"num\"]
model = [\"object\"]
[within]
num = [\"base\"]
[tools]
all = [\"testkit\"]
";

    #[test]
    fn edges_are_judged() {
        let table = parse(TABLE).expect("table");
        let judge = |name: &str, dependency: &str| {
            let mut report = Report::default();
            check_crate(&table, name, &[dependency.to_owned()], &mut report);
            report.errors.len()
        };
        assert_eq!(judge("object", "base"), 0);
        assert_eq!(judge("num", "base"), 0);
        assert_eq!(judge("base", "num"), 1);
        assert_eq!(judge("base", "object"), 1);
        assert_eq!(judge("testkit", "object"), 0);
        assert_eq!(judge("object", "testkit"), 1);
        assert_eq!(judge("unknown", "base"), 1);
    }
}
