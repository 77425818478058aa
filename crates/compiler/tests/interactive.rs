//! Interactive mode: what is complete, what asks for more, what is wrong.

use orochi_compiler::{Mode, Options, Source, compile};

/// `Some(true)`: more input could help; `Some(false)`: an error; `None`: complete.
fn state(text: &str) -> Option<bool> {
    let source = Source::from_text(text).expect("source");
    let options = Options { dont_imply_dedent: true, ..Options::default() };
    compile(&source, "<stdin>", Mode::Single, &options).err().map(|e| e.is_incomplete())
}

#[test]
fn completeness() {
    for text in
        ["x = 1", "if x: pass\n", "if x:\n  pass\n", "f(1,\n2)", "x = 1; y = 2\n", "x # c\n"]
    {
        assert_eq!(state(text), None, "{text:?}");
    }
    let more = [
        "if x:",
        "if x:\n",
        "x = (",
        "'''abc",
        "def f():\n  x = [\n",
        "try:\n  x\n",
        "@a\n",
        "x = \\",
        "if x:\n  y",
        "if x: pass",
    ];
    for text in more {
        assert_eq!(state(text), Some(true), "{text:?}");
    }
    for text in ["x = ", "a b", "x = 1\ny = 2", "'abc", ")", "if x", "x = 1 +", "  x"] {
        assert_eq!(state(text), Some(false), "{text:?}");
    }
}
