//! Benchmarks that time themselves: `bench/classic`, `bench/sharing` and `bench/builtins`.
//!
//! Such a script prints a line of JSON a measurement, with a `name`, a `measure` and `seconds`. Every round runs
//! it on every interpreter. A name with the measures `one thread` and `N threads` also has a speedup.

use super::{Peer, Plan, Suite};
use crate::measure;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

const ALONE: &str = "one thread";
const DRIVER: &str = "bench/classic/driver.py";

/// What was measured: its name and how.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    measure: String,
    name: String,
}

/// Everything measured, by peer; measurements in the order in which they first came.
#[derive(Default)]
pub(super) struct Results {
    order: Vec<Key>,
    samples: BTreeMap<(Key, usize), Vec<f64>>,
    failures: Vec<String>,
    lines: Vec<Value>,
}

/// The words after the interpreter's, in the order of a round: what they run is interleaved.
fn commands(plan: &Plan, cold: &[String]) -> Vec<Vec<String>> {
    let script = match plan.suite {
        Suite::Programs => return Vec::new(),
        Suite::Classic => {
            let warm = |name: &String| {
                [words(&[DRIVER, "warm", name]), words(&[DRIVER, "threads", "2", name])]
            };
            return cold.iter().flat_map(warm).collect();
        }
        Suite::Sharing => "bench/sharing/patterns.py",
        Suite::Contended => "bench/sharing/contended.py",
        Suite::Builtins => "bench/builtins/operations.py",
    };
    let script = [script.to_owned()].into_iter();
    vec![script.chain(plan.chosen.iter().cloned()).collect()]
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Runs a suite `plan.runs` times on every peer, in turn.
pub(super) fn run(root: &Path, plan: &Plan) -> Result<Results, String> {
    let mut results = Results::default();
    let cold = if plan.suite == Suite::Classic { names(root, plan)? } else { Vec::new() };
    let commands = commands(plan, &cold);
    for round in 0..plan.runs {
        for words in &commands {
            for (index, peer) in plan.peers.iter().enumerate() {
                let output = output(root, peer, words)?;
                results.take(&output, index, peer)?;
            }
        }
        for name in &cold {
            for (index, peer) in plan.peers.iter().enumerate() {
                let seconds = process(root, peer, name)?;
                results.add(
                    json!({ "name": name, "measure": "whole process", "seconds": [seconds] }),
                    index,
                    peer,
                );
            }
        }
        eprintln!("round {} of {}", round + 1, plan.runs);
    }
    Ok(results)
}

/// The classic programs, or those of them that are chosen.
fn names(root: &Path, plan: &Plan) -> Result<Vec<String>, String> {
    if !plan.chosen.is_empty() {
        return Ok(plan.chosen.clone());
    }
    let peer = plan.peers.first().ok_or("there is no peer")?;
    let output = output(root, peer, &words(&[DRIVER, "list"]))?;
    Ok(output.split_whitespace().map(str::to_owned).collect())
}

fn command(root: &Path, peer: &Peer) -> Result<Command, String> {
    let (first, rest) = peer.words.split_first().ok_or("a peer's command is empty")?;
    let mut command = Command::new(first);
    command.args(rest).current_dir(root);
    Ok(command)
}

/// Seconds of one run of a classic program, start and end of the interpreter included.
fn process(root: &Path, peer: &Peer, name: &str) -> Result<f64, String> {
    let mut command = command(root, peer)?;
    command.args([DRIVER, "cold", name]);
    let (sample, _, succeeded) = measure::run(&mut command)?;
    if !succeeded {
        return Err(format!("{name} failed on {}", peer.name));
    }
    Ok(sample.wall)
}

fn output(root: &Path, peer: &Peer, words: &[String]) -> Result<String, String> {
    let mut command = command(root, peer)?;
    command.args(words).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{}: {} failed: {}", peer.name, words.join(" "), output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

impl Results {
    fn take(&mut self, output: &str, index: usize, peer: &Peer) -> Result<(), String> {
        for line in output.lines() {
            let value = serde_json::from_str(line)
                .map_err(|error| format!("{}: {line}: {error}", peer.name))?;
            self.add(value, index, peer);
        }
        Ok(())
    }

    fn add(&mut self, mut value: Value, index: usize, peer: &Peer) {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let key = Key { name: text("name"), measure: text("measure") };
        if value.get("error").is_some() {
            let failure = format!("{} on {}: {}", key.name, peer.name, text("error"));
            if !self.failures.contains(&failure) {
                self.failures.push(failure);
            }
            return;
        }
        let seconds = value["seconds"].as_array().into_iter().flatten().filter_map(Value::as_f64);
        if !self.order.contains(&key) {
            self.order.push(key.clone());
        }
        self.samples.entry((key, index)).or_default().extend(seconds);
        value["peer"] = json!(peer.name);
        self.lines.push(value);
    }

    fn least(&self, key: &Key, peer: usize) -> Option<f64> {
        self.samples.get(&(key.clone(), peer))?.iter().copied().reduce(f64::min)
    }

    /// How many times the work of one thread the threads of `key` did in the same time.
    fn speedup(&self, key: &Key, peer: usize) -> Option<f64> {
        let threads: f64 = key.measure.strip_suffix(" threads")?.parse().ok()?;
        let alone = Key { measure: ALONE.into(), name: key.name.clone() };
        Some(threads * self.least(&alone, peer)? / self.least(key, peer)?)
    }

    /// A table for each measure, and one of speedups.
    pub(super) fn table(&self, plan: &Plan) -> String {
        let mut text = String::new();
        let mut measures: Vec<&str> = Vec::new();
        for key in &self.order {
            if !measures.contains(&key.measure.as_str()) {
                measures.push(&key.measure);
            }
        }
        for measure in measures {
            let keys: Vec<&Key> = self.order.iter().filter(|key| key.measure == measure).collect();
            self.times(&mut text, plan, measure, &keys);
            if keys.iter().any(|key| self.speedup(key, 0).is_some()) {
                self.speedups(&mut text, plan, measure, &keys);
            }
        }
        for failure in &self.failures {
            text.push_str(&format!("failed: {failure}\n"));
        }
        text
    }

    fn times(&self, text: &mut String, plan: &Plan, measure: &str, keys: &[&Key]) {
        head(text, plan, &format!("least time, {measure}"));
        let mut logarithms = vec![Vec::new(); plan.peers.len()];
        for key in keys {
            text.push_str(&format!("{:32}", key.name));
            let reference = self.least(key, 0).unwrap_or(f64::NAN);
            for (index, logarithms) in logarithms.iter_mut().enumerate() {
                let Some(least) = self.least(key, index) else {
                    text.push_str(&format!("{:>20}", "-"));
                    continue;
                };
                let ratio = least / reference;
                if ratio.is_finite() {
                    logarithms.push(ratio.ln());
                }
                text.push_str(&format!("{:>13}{ratio:6.2}x", time(least)));
            }
            text.push('\n');
        }
        text.push_str(&format!("{:32}", "geometric mean"));
        for logarithms in &logarithms {
            text.push_str(&format!("{:19.3}x", mean(logarithms)));
        }
        text.push_str("\n\n");
    }

    /// The worst of the first interpreter come first.
    fn speedups(&self, text: &mut String, plan: &Plan, measure: &str, keys: &[&Key]) {
        head(text, plan, &format!("speedup, {measure}"));
        let mut sorted: Vec<&Key> = keys.to_vec();
        sorted.sort_by(|a, b| {
            let order = |key| self.speedup(key, 0).unwrap_or(f64::MAX);
            order(a).total_cmp(&order(b))
        });
        for key in sorted {
            text.push_str(&format!("{:32}", key.name));
            for index in 0..plan.peers.len() {
                let speedup = self.speedup(key, index).map_or("-".into(), |it| format!("{it:.2}"));
                text.push_str(&format!("{speedup:>20}"));
            }
            text.push('\n');
        }
        text.push_str(&format!("{:32}", "geometric mean"));
        for index in 0..plan.peers.len() {
            let logarithms: Vec<f64> =
                keys.iter().filter_map(|key| self.speedup(key, index)).map(f64::ln).collect();
            text.push_str(&format!("{:20.3}", mean(&logarithms)));
        }
        text.push_str("\n\n");
    }

    /// Every line that was printed, with who printed it.
    pub(super) fn lines(&self) -> &[Value] {
        &self.lines
    }
}

fn head(text: &mut String, plan: &Plan, title: &str) {
    text.push_str(&format!("{title:32}"));
    for peer in &plan.peers {
        text.push_str(&format!("{:>20}", peer.name));
    }
    text.push('\n');
}

/// The geometric mean, given logarithms.
fn mean(logarithms: &[f64]) -> f64 {
    (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp()
}

/// Seconds in a unit that suits.
fn time(seconds: f64) -> String {
    if seconds >= 1e-2 {
        format!("{seconds:.4} s")
    } else if seconds >= 1e-5 {
        format!("{:.1} us", seconds * 1e6)
    } else {
        format!("{:.1} ns", seconds * 1e9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speedups_come_from_the_least_times() {
        let mut results = Results::default();
        let peer = Peer { name: "one".into(), words: Vec::new() };
        let lines = r#"{"name": "a", "measure": "one thread", "seconds": [3.0, 2.0]}
{"name": "a", "measure": "2 threads", "seconds": [2.5, 4.0]}
{"name": "b", "error": "no"}"#;
        assert!(results.take(lines, 0, &peer).is_ok());
        let key = Key { name: "a".into(), measure: "2 threads".into() };
        assert_eq!(results.speedup(&key, 0), Some(1.6));
        assert_eq!(results.speedup(&results.order[0], 0), None);
        assert_eq!(results.failures, ["b on one: no"]);
    }
}
