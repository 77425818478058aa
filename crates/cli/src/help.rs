//! What `-h`, `-V` and wrong options print.

/// The Python version we implement.
const VERSION: (i64, i64, i64) = orochi_vm::sys::VERSION;

/// `-V`, and with more than one of them the long form.
pub(crate) fn version(times: u32) -> String {
    let (major, minor, micro) = VERSION;
    if times == 1 {
        return format!("Python {major}.{minor}.{micro}\n");
    }
    format!("Python {major}.{minor}.{micro} (main) [Orochi {}]\n", env!("CARGO_PKG_VERSION"))
}

/// The two lines after a wrong option.
pub(crate) fn usage(program: &str) -> String {
    format!(
        "usage: {program} [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `python -h' for \
         more information.\n"
    )
}

/// What is printed where starting fails.
pub(crate) fn fatal(message: &str, state: &str) -> String {
    format!("Fatal Python error: {message}\nPython runtime state: {state}\n\n")
}

/// `-h`.
pub(crate) fn text(program: &str) -> String {
    let mut text =
        format!("usage: {program} [option] ... [-c cmd | -m mod | file | -] [arg] ...\nOptions:\n");
    for (option, meaning) in OPTIONS {
        text += &format!("{option:<16}{meaning}\n");
    }
    text
}

/// `--help-env`.
pub(crate) fn environment() -> String {
    let mut text = String::from("Environment variables that change behavior:\n");
    for (name, meaning) in VARIABLES {
        text += &format!("{name:<26}{meaning}\n");
    }
    text
}

/// `--help-xoptions`.
pub(crate) fn extensions() -> String {
    let mut text = String::from("The following implementation-specific options are available:\n");
    for (name, meaning) in EXTENSIONS {
        text += &format!("-X {name:<28}{meaning}\n");
    }
    text
}

const OPTIONS: &[(&str, &str)] = &[
    (
        "-b",
        "warn when bytes and str (or int) are compared or bytes are turned into str; -bb: errors",
    ),
    ("-B", "write no .pyc files"),
    ("-c cmd", "run the text that follows; ends the options"),
    ("-d", "debugging output of the parser (accepted, no effect)"),
    ("-E", "ignore the PYTHON* environment variables"),
    ("-h", "show this help (also -? and --help)"),
    ("-i", "show the prompt after the program has ended"),
    ("-I", "isolated: no user site, no environment, a safe path (implies -E, -P, -s)"),
    ("-m mod", "run a library module as a program; ends the options"),
    ("-O", "drop assert statements; marks .pyc files opt-1"),
    ("-OO", "as -O, and drop docstrings; marks .pyc files opt-2"),
    ("-P", "put no unsafe folder at the front of sys.path"),
    ("-q", "show no version and copyright at the prompt"),
    ("-R", "random hashes (the default)"),
    ("-s", "leave the user's site-packages out of sys.path"),
    ("-S", "do not import site at start"),
    ("-u", "do not buffer stdout and stderr"),
    ("-v", "trace imports; -vv: also what is tried"),
    ("-V", "show the version (also --version); -VV: with more detail"),
    ("-W arg", "a warning filter: action:message:category:module:lineno"),
    ("-x", "skip the first line of the source"),
    ("-X opt", "an implementation-specific option (see --help-xoptions)"),
    ("--check-hash-based-pycs always|default|never", ""),
    ("", "which hash-based .pyc files are checked against their source"),
    ("--help-env", "show the environment variables"),
    ("--help-xoptions", "show the -X options"),
    ("--help-all", "show all of the help"),
    ("file", "a program, a folder or archive with __main__.py, or a notebook (.ipynb)"),
    ("-", "read the program from stdin (the default; a prompt on a terminal)"),
    ("arg ...", "arguments, in sys.argv[1:]"),
];

const VARIABLES: &[(&str, &str)] = &[
    ("PYTHONBREAKPOINT", "what breakpoint() calls"),
    ("PYTHONDEVMODE", "-X dev"),
    ("PYTHONDONTWRITEBYTECODE", "-B"),
    ("PYTHONHASHSEED", "0 or a number: fixed hashes; 'random': the default"),
    ("PYTHONINSPECT", "-i"),
    ("PYTHONINTMAXSTRDIGITS", "-X int_max_str_digits"),
    ("PYTHONIOENCODING", "encoding[:errors] of the standard streams"),
    ("PYTHONNOUSERSITE", "-s"),
    ("PYTHONOPTIMIZE", "-O"),
    ("PYTHONPATH", "folders to put at the front of sys.path"),
    ("PYTHONPYCACHEPREFIX", "where .pyc files go"),
    ("PYTHONSAFEPATH", "-P"),
    ("PYTHONSTARTUP", "a file to run before the first prompt"),
    ("PYTHONUNBUFFERED", "-u"),
    ("PYTHONVERBOSE", "-v"),
    ("PYTHONWARNINGS", "-W, separated by commas"),
    ("PYTHON_BASIC_REPL", "the simple prompt"),
    ("PYTHON_COLORS", "0 or 1: colours in messages"),
    ("PYTHON_CPU_COUNT", "what os.process_cpu_count() says"),
    ("PYTHON_GIL", "-X gil"),
];

const EXTENSIONS: &[(&str, &str)] = &[
    ("cpu_count=N", "what os.cpu_count() says"),
    ("dev", "more checks at run time"),
    ("faulthandler", "dump tracebacks on fatal signals"),
    ("gil=[0|1]", "1: one global lock, to see what it does; 0: threads in parallel (the default)"),
    ("importtime", "show how long imports take"),
    ("int_max_str_digits=N", "limit of digits in int/str conversions; 0: none"),
    ("pycache_prefix=PATH", "where .pyc files go"),
    ("utf8[=0|1]", "UTF-8 mode"),
    ("warn_default_encoding", "warn where the locale's encoding is used by default"),
];
