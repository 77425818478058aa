//! The matrix: in which ways every language test runs. `tests/modes.txt` lists the modes.
//!
//! A line is `name: words`, where a word is an option for the interpreter (`-X jit=0` are two
//! words), a variable for its environment (`NAME=value`), or `threads=N`, which runs the file in N
//! threads at once through `tests/support/threads.py`.

use crate::case::Case;
use std::path::Path;
use std::process::Command;

/// One way to run a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mode {
    /// Its name.
    pub name: String,
    /// Options for the interpreter.
    pub options: Vec<String>,
    /// Variables for its environment.
    pub variables: Vec<(String, String)>,
    /// How many threads run the file; 1 is an ordinary run.
    pub threads: usize,
}

/// Reads the list of modes.
pub fn parse(text: &str) -> Result<Vec<Mode>, String> {
    let mut modes = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or("").trim();
        if line.is_empty() {
            continue;
        }
        let (name, words) = line.split_once(':').ok_or(format!("no ':' in mode {line:?}"))?;
        let mut mode =
            Mode { name: name.trim().into(), options: vec![], variables: vec![], threads: 1 };
        let mut after_option = false;
        for word in words.split_whitespace() {
            match word.split_once('=') {
                Some(("threads", count)) => {
                    mode.threads = count.parse().map_err(|_| format!("mode {line:?}"))?;
                }
                Some((name, value)) if !after_option && !word.starts_with('-') => {
                    mode.variables.push((name.into(), value.into()));
                }
                _ => mode.options.push(word.into()),
            }
            after_option = word == "-X" || word == "-W";
        }
        modes.push(mode);
    }
    Ok(modes)
}

impl Mode {
    /// The command that runs `case` in this mode.
    pub fn command(&self, interpreter: &[String], case: &Case, root: &Path) -> Command {
        let (program, first) = interpreter.split_first().map_or(("", &[][..]), |(p, f)| (p, f));
        let mut command = Command::new(program);
        command.args(first).args(&self.options);
        if self.threads > 1 {
            command.arg(root.join("tests/support/threads.py")).arg(self.threads.to_string());
        }
        command.arg(&case.path).args(&case.arguments);
        command.current_dir(case.path.parent().unwrap_or(root));
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONIOENCODING", "utf-8");
        for name in ["PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONWARNINGS"] {
            command.env_remove(name);
        }
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_read() {
        let modes = parse("# all\nplain:\njit: -X jit=always\nodd: A=1 -X x=2 threads=4 # why\n")
            .expect("modes");
        assert_eq!(modes.len(), 3);
        assert_eq!(modes[1].options, ["-X", "jit=always"]);
        assert_eq!(modes[2].variables, [("A".to_owned(), "1".to_owned())]);
        assert_eq!((modes[2].threads, modes[2].options.len()), (4, 2));
        assert!(parse("nothing").is_err());
    }

    #[test]
    fn the_list_of_modes_is_well_formed() {
        let text = std::fs::read_to_string(crate::root().join("tests/modes.txt")).expect("modes");
        assert!(!parse(&text).expect("modes").is_empty());
    }
}
