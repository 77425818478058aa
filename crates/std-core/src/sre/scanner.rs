//! Scanners and the iterator of `finditer`: searches that go on where the last match ended.

use super::matches;
use super::pattern::{self, Pattern};
use super::subject::{Subject, bounds, run};
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_regex::Mode;

/// A search in progress.
#[repr(C)]
struct Scanner {
    header: Header,
    pattern: Slot,
    string: Slot,
    /// What matches report as `pos`.
    pos: Slot,
    end: Slot,
    /// Where the next search starts (-1 when done), twice; plus one when it must advance. One word,
    /// so that racing threads see a rational state.
    state: Slot,
}
// SAFETY: repr(C) with a Header first; every word after it is a slot.
unsafe impl Object for Scanner {
    const LAYOUT: u16 = layout::WORDS;
}

static CELL: TypeCell = TypeCell::new();
pub(super) static TYPE: TypeDef = TypeDef {
    name: "_sre.SRE_Scanner",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Scanner>(),
    methods: &[
        method("match", "(self, /)", |cx, args| step(cx, args.get(0), Mode::Match)),
        method("search", "(self, /)", |cx, args| step(cx, args.get(0), Mode::Search)),
    ],
    getset: &[getter("pattern", |_, v| Ok(of(v).pattern.or_none()))],
    ..TypeDef::DEFAULT
};

static ITERATOR: TypeCell = TypeCell::new();
pub(super) static ITERATOR_TYPE: TypeDef = TypeDef {
    name: "callable_iterator",
    cell: &ITERATOR,
    layout: layout::WORDS,
    size: size_of::<Scanner>(),
    slots: Slots {
        iter: Some(|_, v| Ok(v)),
        next: Some(|cx, v| Ok(step(cx, v, Mode::Search)?.non_none())),
        ..Slots::NONE
    },
    ..TypeDef::DEFAULT
};

fn of(v: Value) -> Ref<Scanner> {
    // SAFETY: receivers of the methods of these two types.
    unsafe { v.cast() }
}

fn make(cx: &Cx, args: Args, class: &TypeCell) -> Res {
    let pattern = pattern::of(args.get(0));
    let subject = Subject::suiting(cx, pattern, args.get(1))?;
    let (start, end) = bounds(cx, subject.len(), args.opt(2), args.opt(3))?;
    let scanner: Ref<Scanner> = cx.alloc_instance(class.get(), 0)?;
    scanner.pattern.init(pattern.value());
    scanner.string.init(subject.value);
    scanner.pos.init(Value::int(start as i64));
    scanner.end.init(Value::int(end as i64));
    scanner.state.init(Value::int(start as i64 * 2));
    Ok(scanner.value())
}

pub(super) fn scanner(cx: &Cx, args: Args) -> Res {
    make(cx, args, &CELL)
}

pub(super) fn finditer(cx: &Cx, args: Args) -> Res {
    make(cx, args, &ITERATOR)
}

fn step(cx: &Cx, v: Value, mode: Mode) -> Res {
    let scanner = of(v);
    let state = scanner.state.or_none().as_small().unwrap_or(-2);
    if state < 0 {
        return Ok(Value::NONE);
    }
    let (start, must_advance) = (state as usize / 2, state & 1 != 0);
    // SAFETY: set by `make` to a pattern.
    let pattern: Ref<Pattern> = unsafe { scanner.pattern.or_none().cast() };
    let subject = Subject::suiting(cx, pattern, scanner.string.or_none())?;
    let number = |slot: &Slot| slot.or_none().as_small().unwrap_or(0) as usize;
    let (pos, end) = (number(&scanner.pos), number(&scanner.end).min(subject.len()));
    let mut matcher = pattern.matcher(&subject, end);
    if !run(cx, &mut matcher, mode, start, must_advance)? {
        scanner.state.init(Value::int(-2));
        return Ok(Value::NONE);
    }
    let (from, to) = matcher.span();
    scanner.state.init(Value::int(to as i64 * 2 + (from == to) as i64));
    matches::make(cx, pattern, subject.value, pos, end, &matcher)
}
