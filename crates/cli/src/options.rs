//! The command line and the environment, as CPython reads them.

use orochi_vm::sys::{Config, Flags};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What is to be run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Run {
    Command(OsString),
    Module(OsString),
    File(OsString),
    /// `-` or nothing: standard input, or a prompt.
    Stdin,
}

/// What to do.
pub(crate) enum Parsed {
    Go(Box<Options>),
    /// Print this and end with the code; to stderr if the code is not 0.
    Print(String, i32),
}

/// Everything the command line says.
pub(crate) struct Options {
    pub(crate) run: Run,
    pub(crate) config: Config,
    pub(crate) unbuffered: bool,
    pub(crate) skip_first_line: bool,
    pub(crate) check_hash_based_pycs: &'static str,
    pub(crate) gil: bool,
    /// `-X jit`.
    pub(crate) jit: Option<orochi_vm::jit::Options>,
    /// `-X jit-stats`.
    pub(crate) jit_stats: bool,
    pub(crate) int_max_str_digits: Option<usize>,
    pub(crate) hash_seed: Option<u32>,
    /// `-X importtime`: 2 also tells of imports of what is there.
    pub(crate) import_time: u8,
}

impl Options {
    pub(crate) fn uses_environment(&self) -> bool {
        self.config.flags.ignore_environment == 0
    }
    /// The value of an `-X` option (empty if it has none) or of the variable that stands for it.
    pub(crate) fn extension(&self, name: &str, variable: &str) -> Option<String> {
        let option = self.config.xoptions.iter().rev().find(|(own, _)| own == name);
        match option {
            Some((_, value)) => Some(value.clone().unwrap_or_default()),
            None => self.variable(variable).map(|value| value.to_string_lossy().into_owned()),
        }
    }
    /// A variable of the environment, unless that is ignored; empty counts as unset.
    pub(crate) fn variable(&self, name: &str) -> Option<OsString> {
        if !self.uses_environment() {
            return None;
        }
        std::env::var_os(name).filter(|value| !value.is_empty())
    }
}

/// Options that take an argument.
const WITH_ARGUMENT: &[u8] = b"cmWX";

/// Reads the arguments (the first is the program) and the environment.
pub(crate) fn parse(args: Vec<OsString>) -> Parsed {
    let program = args.first().cloned().unwrap_or_else(|| "orochi".into());
    let mut reader = Reader {
        options: Options {
            run: Run::Stdin,
            config: Config { orig_argv: args.clone(), ..Config::default() },
            unbuffered: false,
            skip_first_line: false,
            check_hash_based_pycs: "default",
            gil: false,
            jit: Some(orochi_vm::jit::Options::default()),
            jit_stats: false,
            int_max_str_digits: None,
            hash_seed: None,
            import_time: 0,
        },
        program: program.to_string_lossy().into_owned(),
        warnings: Vec::new(),
        versions: 0,
        random_hashes: false,
    };
    reader.options.config.flags = Flags { utf8_mode: has_c_locale().into(), ..Flags::default() };
    let rest = match reader.read(&args) {
        Ok(rest) => rest,
        Err(stop) => return stop,
    };
    if reader.versions > 0 {
        return Parsed::Print(crate::help::version(reader.versions), 0);
    }
    if let Err(stop) = reader.environment() {
        return stop;
    }
    reader.finish(rest)
}

struct Reader {
    options: Options,
    program: String,
    warnings: Vec<OsString>,
    versions: u32,
    /// `-R`, which goes before `PYTHONHASHSEED`.
    random_hashes: bool,
}

type Step<T = ()> = Result<T, Parsed>;

impl Reader {
    fn usage(&self, message: &str) -> Parsed {
        Parsed::Print(format!("{message}\n{}", crate::help::usage(&self.program)), 2)
    }

    /// Reads options up to what is to be run; gives `sys.argv`.
    fn read(&mut self, args: &[OsString]) -> Step<Vec<OsString>> {
        let mut at = 1;
        while at < args.len() {
            let bytes = args[at].as_bytes();
            if bytes == b"-" || !bytes.starts_with(b"-") {
                break;
            }
            at += 1;
            if bytes == b"--" {
                break;
            }
            if let Some(long) = bytes.strip_prefix(b"--") {
                at += self.long(long, args.get(at))?;
                continue;
            }
            let mut letters = &bytes[1..];
            while let Some((&letter, rest)) = letters.split_first() {
                letters = rest;
                if !WITH_ARGUMENT.contains(&letter) {
                    self.letter(letter)?;
                    continue;
                }
                let argument = if rest.is_empty() {
                    let Some(argument) = args.get(at) else {
                        let letter = letter as char;
                        return Err(
                            self.usage(&format!("Argument expected for the -{letter} option"))
                        );
                    };
                    at += 1;
                    argument.clone()
                } else {
                    OsString::from_vec(rest.to_vec())
                };
                letters = &[];
                match letter {
                    b'c' => {
                        self.options.run = Run::Command(argument);
                        return Ok(with_first("-c", &args[at..]));
                    }
                    b'm' => {
                        self.options.run = Run::Module(argument);
                        return Ok(with_first("-m", &args[at..]));
                    }
                    b'W' => self.warnings.push(argument),
                    _ => self.extension(&argument)?,
                }
            }
        }
        match args.get(at) {
            None => Ok(vec![OsString::new()]),
            Some(name) if name == "-" => Ok(args[at..].to_vec()),
            Some(name) => {
                self.options.run = Run::File(name.clone());
                Ok(args[at..].to_vec())
            }
        }
    }

    fn letter(&mut self, letter: u8) -> Step {
        let flags = &mut self.options.config.flags;
        match letter {
            b'b' => flags.bytes_warning += 1,
            b'B' => flags.dont_write_bytecode += 1,
            b'd' => flags.debug += 1,
            b'E' => flags.ignore_environment += 1,
            b'i' => {
                flags.inspect += 1;
                flags.interactive += 1;
            }
            b'I' => {
                flags.isolated += 1;
                flags.ignore_environment += 1;
                flags.no_user_site += 1;
                flags.safe_path = true;
            }
            b'O' => flags.optimize += 1,
            b'P' => flags.safe_path = true,
            b'q' => flags.quiet += 1,
            b'R' => self.random_hashes = true,
            b't' => {}
            b's' => flags.no_user_site += 1,
            b'S' => flags.no_site += 1,
            b'u' => self.options.unbuffered = true,
            b'v' => flags.verbose += 1,
            b'V' => self.versions += 1,
            b'x' => self.options.skip_first_line = true,
            b'h' | b'?' => {
                return Err(Parsed::Print(crate::help::text(&self.program), 0));
            }
            other => {
                return Err(self.usage(&format!("Unknown option: -{}", other as char)));
            }
        }
        Ok(())
    }

    /// A long option; gives how many further arguments it took.
    fn long(&mut self, name: &[u8], next: Option<&OsString>) -> Step<usize> {
        match name {
            b"help" => Err(Parsed::Print(crate::help::text(&self.program), 0)),
            b"help-env" => Err(Parsed::Print(crate::help::environment(), 0)),
            b"help-xoptions" => Err(Parsed::Print(crate::help::extensions(), 0)),
            b"help-all" => {
                let parts = [
                    crate::help::text(&self.program),
                    crate::help::environment(),
                    crate::help::extensions(),
                ];
                Err(Parsed::Print(parts.join("\n"), 0))
            }
            b"version" => {
                self.versions += 1;
                Ok(0)
            }
            b"check-hash-based-pycs" => {
                let Some(value) = next else {
                    return Err(
                        self.usage("Argument expected for the --check-hash-based-pycs options")
                    );
                };
                self.options.check_hash_based_pycs = match value.as_bytes() {
                    b"default" => "default",
                    b"always" => "always",
                    b"never" => "never",
                    _ => {
                        return Err(self.usage(
                            "--check-hash-based-pycs must be one of 'default', 'always', or 'never'",
                        ));
                    }
                };
                Ok(1)
            }
            other => {
                let other = String::from_utf8_lossy(other);
                Err(self.usage(&format!("Unknown option: --{other}")))
            }
        }
    }

    fn set_gil(&mut self, on: bool) {
        self.options.gil = on;
        self.options.config.flags.gil = Some(on);
    }

    fn set_jit(&mut self, value: &str) -> Step {
        let old = self.options.jit.take().unwrap_or_default();
        self.options.jit = match value {
            "0" => None,
            "1" => Some(orochi_vm::jit::Options { always: false, ..old }),
            "always" => Some(orochi_vm::jit::Options { always: true, ..old }),
            _ => {
                return Err(fatal(
                    "config_read_jit: PYTHON_JIT / -X jit must be \"0\", \"1\" or \"always\"",
                ));
            }
        };
        Ok(())
    }

    /// `-X name[=value]`.
    fn extension(&mut self, argument: &OsStr) -> Step {
        let text = argument.to_string_lossy().into_owned();
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name.to_string(), Some(value.to_string())),
            None => (text, None),
        };
        let flags = &mut self.options.config.flags;
        match (name.as_str(), value.as_deref()) {
            ("dev", _) => flags.dev_mode = true,
            ("utf8", None | Some("1")) => flags.utf8_mode = 1,
            ("utf8", Some("0")) => flags.utf8_mode = 0,
            ("utf8", _) => {
                return Err(early_fatal("preconfig_init_utf8_mode: invalid -X utf8 option value"));
            }
            ("warn_default_encoding", _) => flags.warn_default_encoding = 1,
            ("importtime", None | Some("" | "1" | "true")) => self.options.import_time = 1,
            ("importtime", Some("2")) => self.options.import_time = 2,
            ("importtime", _) => {
                return Err(fatal(
                    "config_init_import_time: -X importtime: values other than 1 and 2 are reserved \
                     for future use.",
                ));
            }
            ("gil", Some("1")) => self.set_gil(true),
            ("gil", Some("0")) => self.set_gil(false),
            ("gil", _) => {
                return Err(fatal("config_read_gil: PYTHON_GIL / -X gil must be \"0\" or \"1\""));
            }
            ("jit", value) => self.set_jit(value.unwrap_or("1"))?,
            ("jit-stats", _) => self.options.jit_stats = true,
            ("perf", _) => self.options.jit.get_or_insert_default().map = true,
            ("jit-dump", value) => {
                let jit = self.options.jit.get_or_insert_default();
                jit.dump = Some(value.unwrap_or_default().to_string());
            }
            ("int_max_str_digits", value) => {
                self.options.int_max_str_digits = Some(digits(value).ok_or_else(|| {
                    fatal(
                        "config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must \
                         be >= 640 or 0 for unlimited.",
                    )
                })?);
            }
            ("cpu_count", Some("default")) => {}
            ("cpu_count", value) => {
                let count = value.and_then(|n| n.parse().ok()).filter(|n| *n > 0);
                self.options.config.cpu_count = Some(count.ok_or_else(|| {
                    fatal(
                        "config_init_cpu_count: -X cpu_count=n option: n is missing or an invalid \
                         number, n must be greater than 0",
                    )
                })?);
            }
            ("thread_inherit_context", value) => flags.thread_inherit_context = value != Some("0"),
            ("context_aware_warnings", value) => flags.context_aware_warnings = value != Some("0"),
            ("pycache_prefix", value) => {
                self.options.config.pycache_prefix =
                    value.filter(|value| !value.is_empty()).map(OsString::from);
            }
            _ => {}
        }
        self.options.config.xoptions.push((name, value));
        Ok(())
    }

    fn environment(&mut self) -> Step {
        self.options.config.hides_columns =
            self.options.config.xoptions.iter().any(|(option, _)| option == "no_debug_ranges");
        if !self.options.uses_environment() {
            return Ok(());
        }
        if !self.options.config.xoptions.iter().any(|(option, _)| option == "utf8") {
            self.options.config.flags.utf8_mode = match std::env::var("PYTHONUTF8").as_deref() {
                Err(_) | Ok("") => self.options.config.flags.utf8_mode,
                Ok("0") => 0,
                Ok("1") => 1,
                Ok(_) => {
                    return Err(early_fatal(
                        "preconfig_init_utf8_mode: invalid PYTHONUTF8 environment variable value",
                    ));
                }
            };
        }
        let number = |name: &str| -> i32 {
            match std::env::var(name) {
                Ok(text) if !text.is_empty() => text.trim().parse().unwrap_or(1).max(0),
                _ => 0,
            }
        };
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let flags = &mut self.options.config.flags;
        flags.debug = flags.debug.max(number("PYTHONDEBUG").min(1));
        flags.verbose = flags.verbose.max(number("PYTHONVERBOSE"));
        flags.optimize = flags.optimize.max(number("PYTHONOPTIMIZE"));
        let no_bytecode = number("PYTHONDONTWRITEBYTECODE").min(1);
        flags.dont_write_bytecode = flags.dont_write_bytecode.max(no_bytecode);
        flags.inspect = flags.inspect.max(is_set("PYTHONINSPECT").into());
        flags.no_user_site = flags.no_user_site.max(is_set("PYTHONNOUSERSITE").into());
        flags.safe_path |= is_set("PYTHONSAFEPATH");
        flags.dev_mode |= std::env::var("PYTHONDEVMODE").is_ok_and(|v| !v.is_empty() && v != "0");
        flags.warn_default_encoding |= i32::from(is_set("PYTHONWARNDEFAULTENCODING"));
        self.options.unbuffered |= is_set("PYTHONUNBUFFERED");
        if self.options.import_time == 0 {
            self.options.import_time = number("PYTHONPROFILEIMPORTTIME").clamp(0, 2) as u8;
        }
        if let Ok(seed) = std::env::var("PYTHONHASHSEED")
            && !self.random_hashes
            && !seed.is_empty()
            && seed != "random"
        {
            let Ok(number) = seed.parse::<u32>() else {
                return Err(fatal(
                    "config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range \
                     [0; 4294967295]",
                ));
            };
            self.options.hash_seed = Some(number);
            self.options.config.flags.hash_randomization = i32::from(number != 0);
        }
        let has = |options: &Options, name: &str| {
            options.config.xoptions.iter().any(|(option, _)| option == name)
        };
        self.options.config.hides_columns |= is_set("PYTHONNODEBUGRANGES");
        if let Ok(gil) = std::env::var("PYTHON_GIL")
            && !gil.is_empty()
            && !has(&self.options, "gil")
        {
            match gil.as_str() {
                "0" => self.set_gil(false),
                "1" => self.set_gil(true),
                _ => {
                    return Err(fatal(
                        "config_read_gil: PYTHON_GIL / -X gil must be \"0\" or \"1\"",
                    ));
                }
            }
        }
        if let Ok(jit) = std::env::var("PYTHON_JIT")
            && !jit.is_empty()
            && !has(&self.options, "jit")
        {
            self.set_jit(&jit)?;
        }
        if let Ok(limit) = std::env::var("PYTHONINTMAXSTRDIGITS")
            && !limit.is_empty()
            && !has(&self.options, "int_max_str_digits")
        {
            self.options.int_max_str_digits = Some(digits(Some(&limit)).ok_or_else(|| {
                fatal(
                    "config_init_int_max_str_digits: PYTHONINTMAXSTRDIGITS: invalid limit; must be \
                     >= 640 or 0 for unlimited.",
                )
            })?);
        }
        if let Ok(count) = std::env::var("PYTHON_CPU_COUNT")
            && !has(&self.options, "cpu_count")
            && !matches!(count.as_str(), "" | "default")
        {
            let count = count.parse().ok().filter(|n| *n > 0);
            self.options.config.cpu_count = Some(count.ok_or_else(|| {
                fatal(
                    "config_init_cpu_count: PYTHON_CPU_COUNT=\"PYTHON_CPU_COUNT\": n is an invalid \
                     number, n must be greater than 0",
                )
            })?);
        }
        if self.options.config.pycache_prefix.is_none() && !has(&self.options, "pycache_prefix") {
            self.options.config.pycache_prefix =
                std::env::var_os("PYTHONPYCACHEPREFIX").filter(|value| !value.is_empty());
        }
        for (name, flag) in [
            (
                "PYTHON_THREAD_INHERIT_CONTEXT",
                &mut self.options.config.flags.thread_inherit_context,
            ),
            (
                "PYTHON_CONTEXT_AWARE_WARNINGS",
                &mut self.options.config.flags.context_aware_warnings,
            ),
        ] {
            match std::env::var(name).as_deref() {
                Ok("0") => *flag = false,
                Ok("1") => *flag = true,
                _ => {}
            }
        }
        Ok(())
    }

    fn finish(mut self, argv: Vec<OsString>) -> Parsed {
        let mut warnings = Vec::new();
        if self.options.config.flags.dev_mode {
            warnings.push(OsString::from("default"));
        }
        if let Some(list) = self.options.variable("PYTHONWARNINGS") {
            let list = list.to_string_lossy().into_owned();
            warnings.extend(list.split(',').map(OsString::from));
        }
        warnings.append(&mut self.warnings);
        match self.options.config.flags.bytes_warning {
            0 => {}
            1 => warnings.push("default::BytesWarning".into()),
            _ => warnings.push("error::BytesWarning".into()),
        }
        self.options.config.warnoptions = warnings;
        self.options.config.argv = argv;
        crate::paths::fill(&mut self.options);
        Parsed::Go(Box::new(self.options))
    }
}

fn digits(text: Option<&str>) -> Option<usize> {
    let n: usize = text?.trim().parse().ok()?;
    (n == 0 || n >= 640).then_some(n)
}

fn fatal(message: &str) -> Parsed {
    Parsed::Print(crate::help::fatal(message, "preinitialized"), 1)
}

fn early_fatal(message: &str) -> Parsed {
    Parsed::Print(crate::help::fatal(message, "preinitializing"), 1)
}

/// Whether the locale for text is `C` or `POSIX`.
fn has_c_locale() -> bool {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let value = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    value.is_none_or(|value| value == "C" || value == "POSIX")
}

fn with_first(first: &str, rest: &[OsString]) -> Vec<OsString> {
    core::iter::once(OsString::from(first)).chain(rest.iter().cloned()).collect()
}
