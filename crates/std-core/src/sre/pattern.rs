//! `re.Pattern`.

use super::matches;
use super::scanner;
use super::subject::{Subject, bounds, run};
use super::template::{self, Filter};
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_regex::{Matcher, Mode};

/// A compiled pattern. Immutable.
#[repr(C)]
pub(super) struct Pattern {
    header: Header,
    pub(super) pattern: Slot,
    pub(super) flags: Slot,
    pub(super) groups: Slot,
    pub(super) groupindex: Slot,
    pub(super) indexgroup: Slot,
    /// The code words, as bytes in native order.
    code: Slot,
    /// What the first characters of a match can be: see `orochi_regex::tables`.
    tables: Slot,
}
// SAFETY: repr(C) with a Header first; every word after it is a slot.
unsafe impl Object for Pattern {
    const LAYOUT: u16 = layout::WORDS;
}

pub(super) static CELL: TypeCell = TypeCell::new();
pub(super) static TYPE: TypeDef = TypeDef {
    name: "re.Pattern",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Pattern>(),
    flags: types::flag::WEAKREF,
    slots: Slots { repr: Some(repr), hash: Some(hash), compare: Some(compare), ..Slots::NONE },
    methods: &[
        method("match", "(self, /, string, pos=0, endpos=sys.maxsize)", |cx, args| {
            one(cx, args, Mode::Match)
        }),
        method("fullmatch", "(self, /, string, pos=0, endpos=sys.maxsize)", |cx, args| {
            one(cx, args, Mode::Full)
        }),
        method("search", "(self, /, string, pos=0, endpos=sys.maxsize)", |cx, args| {
            one(cx, args, Mode::Search)
        }),
        method("findall", "(self, /, string, pos=0, endpos=sys.maxsize)", findall),
        method("finditer", "(self, /, string, pos=0, endpos=sys.maxsize)", scanner::finditer),
        method("scanner", "(self, /, string, pos=0, endpos=sys.maxsize)", scanner::scanner),
        method("split", "(self, /, string, maxsplit=0)", split),
        method("sub", "(self, /, repl, string, count=0)", |cx, args| substitute(cx, args, false)),
        method("subn", "(self, /, repl, string, count=0)", |cx, args| substitute(cx, args, true)),
        method("__copy__", "(self, /)", |_, args| Ok(args.get(0))),
        method("__deepcopy__", "(self, memo, /)", |_, args| Ok(args.get(0))),
        class_method("__class_getitem__", "(cls, item, /)", ops::class_getitem),
    ],
    getset: &[
        field_getter("pattern", |_, v| Ok(of(v).pattern.or_none())),
        field_getter("flags", |_, v| Ok(of(v).flags.or_none())),
        field_getter("groups", |_, v| Ok(of(v).groups.or_none())),
        getter("groupindex", groupindex),
    ],
    doc: Some("Compiled regular expression object."),
    ..TypeDef::DEFAULT
};

/// A receiver as a pattern.
pub(super) fn of(v: Value) -> Ref<Pattern> {
    // SAFETY: receivers of this type's methods, and values checked by `is_pattern`.
    unsafe { v.cast() }
}

pub(super) fn is_pattern(v: Value) -> bool {
    class_of(v) == CELL.get()
}

impl Pattern {
    /// Whether it searches bytes; `None` for a pattern made from neither str nor bytes.
    pub(super) fn is_bytes(&self) -> Option<bool> {
        let source = self.pattern.or_none();
        if source.is_none() { None } else { Some(source.as_str().is_none()) }
    }
    pub(super) fn group_count(&self) -> usize {
        self.groups.or_none().as_small().unwrap_or(0) as usize
    }
}

impl Pattern {
    /// The code words, valid while the pattern is on the caller's stack.
    fn code<'a>(&self) -> &'a [u32] {
        let Some(bytes) = self.code.get().and_then(Value::downcast::<PyBytes>) else { return &[] };
        let data = bytes.data();
        if data.as_ptr().align_offset(align_of::<u32>()) != 0 {
            return &[];
        }
        // SAFETY: aligned, and the bytes object, which the pattern holds, never moves.
        unsafe { core::slice::from_raw_parts(data.as_ptr().cast(), data.len() / 4) }
    }
    pub(super) fn matcher<'a>(&self, subject: &Subject, end: usize) -> Matcher<'a> {
        let tables = self.tables.get().and_then(Value::downcast::<PyBytes>);
        // Valid as the code is.
        let tables = tables.map_or(&[][..], |bytes| bytes.data());
        Matcher::new(Pattern::code(self), tables, self.group_count(), subject.units(), end)
    }
}

pub(super) fn compile(cx: &Cx, args: Args) -> Res {
    let Some(code) = args.get(2).downcast::<PyList>() else {
        let class = class_of(args.get(2)).display_name();
        return raise!(cx, TYPE_ERROR, "compile() argument 'code' must be list, not {class}");
    };
    let mut words = Vec::with_capacity(code.len());
    for word in code.snapshot(cx)?.values() {
        match u32::try_from(ops::to_i64(cx, *word)?) {
            Ok(n) => words.push(n),
            Err(_) => {
                return raise!(cx, OVERFLOW_ERROR, "regular expression code size limit exceeded");
            }
        }
    }
    let groups = ops::to_i64(cx, args.get(3))?;
    if groups < 0 || groups > words.len() as i64 {
        return raise!(cx, RUNTIME_ERROR, "invalid SRE code");
    }
    if args.get(4).downcast::<PyDict>().is_none() {
        return raise!(cx, TYPE_ERROR, "compile() argument 'groupindex' must be dict");
    }
    let source = args.get(0);
    if !source.is_none() && source.as_str().is_none() {
        Subject::new(cx, source)?;
    }
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    let code = cx.new_bytes(&bytes)?.value();
    let tables = cx.new_bytes(&orochi_regex::tables(&words))?.value();
    let pattern: Ref<Pattern> = cx.alloc_instance(CELL.get(), 0)?;
    pattern.pattern.init(source);
    pattern.flags.init(ops::index(cx, args.get(1))?);
    pattern.groups.init(Value::int(groups));
    pattern.groupindex.init(args.get(4));
    pattern.indexgroup.init(args.get(5));
    pattern.code.init(code);
    pattern.tables.init(tables);
    Ok(pattern.value())
}

fn groupindex(cx: &Cx, v: Value) -> Res {
    let proxy = cx.import_from("types", "MappingProxyType")?;
    ops::call(cx, proxy, &[of(v).groupindex.or_none()])
}

const FLAG_NAMES: [(i64, &str); 8] = [
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (32, "re.UNICODE"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
];

fn repr(cx: &Cx, v: Value) -> Res {
    let pattern = of(v);
    let mut flags = pattern.flags.or_none().as_small().unwrap_or(0);
    if pattern.is_bytes() == Some(false) && flags & (4 | 32 | 256) == 32 {
        flags &= !32;
    }
    let source: String = ops::repr_text(cx, pattern.pattern.or_none())?.chars().take(200).collect();
    let mut names = Vec::new();
    for (bit, name) in FLAG_NAMES {
        if flags & bit != 0 {
            names.push(name.to_string());
            flags &= !bit;
        }
    }
    if flags != 0 {
        names.push(format!("{flags:#x}"));
    }
    let text = match names.is_empty() {
        true => format!("re.compile({source})"),
        false => format!("re.compile({source}, {})", names.join("|")),
    };
    Ok(cx.new_str(&text)?.value())
}

fn hash(cx: &Cx, v: Value) -> Res<i64> {
    let pattern = of(v);
    let mut hash = ops::hash(cx, pattern.pattern.or_none())?;
    hash ^= ops::hash(cx, pattern.code.or_none())?;
    hash ^= pattern.flags.or_none().as_small().unwrap_or(0);
    hash ^= pattern.group_count() as i64;
    Ok(if hash == -1 { -2 } else { hash })
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) || !is_pattern(w) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (of(v), of(w));
    let same = v.is(w)
        || a.flags.or_none().is(b.flags.or_none())
            && a.is_bytes() == b.is_bytes()
            && ops::eq(cx, a.code.or_none(), b.code.or_none())?
            && ops::eq(cx, a.pattern.or_none(), b.pattern.or_none())?;
    Ok(Value::bool(same == (op == CmpOp::Eq)))
}

fn one(cx: &Cx, args: Args, mode: Mode) -> Res {
    let pattern = of(args.get(0));
    let subject = Subject::suiting(cx, pattern, args.get(1))?;
    let (start, end) = bounds(cx, subject.len(), args.opt(2), args.opt(3))?;
    let mut matcher = pattern.matcher(&subject, end);
    if !run(cx, &mut matcher, mode, start, false)? {
        return Ok(Value::NONE);
    }
    matches::make(cx, pattern, subject.value, start, end, &matcher)
}

fn findall(cx: &Cx, args: Args) -> Res {
    let pattern = of(args.get(0));
    let subject = Subject::suiting(cx, pattern, args.get(1))?;
    let (mut start, end) = bounds(cx, subject.len(), args.opt(2), args.opt(3))?;
    let mut matcher = pattern.matcher(&subject, end);
    let groups = pattern.group_count();
    let list = cx.new_list(&[])?;
    let mut must_advance = false;
    while run(cx, &mut matcher, Mode::Search, start, must_advance)? {
        let (from, to) = matcher.span();
        let text = |i: usize| {
            let (from, to) = matcher.group(i).unwrap_or((0, 0));
            subject.slice(cx, from, to)
        };
        let item = match groups {
            0 => subject.slice(cx, from, to)?,
            1 => text(1)?,
            n => {
                let tuple = PyTuple::new_internal(cx, n)?;
                for (i, item) in tuple.items().iter().enumerate() {
                    item.init(text(i + 1)?);
                }
                tuple.value()
            }
        };
        list.push(cx, item)?;
        must_advance = from == to;
        start = to;
    }
    Ok(list.value())
}

fn split(cx: &Cx, args: Args) -> Res {
    let pattern = of(args.get(0));
    let subject = Subject::suiting(cx, pattern, args.get(1))?;
    let most = match args.opt(2) {
        Some(v) => ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?,
        None => 0,
    };
    let len = subject.len();
    let mut matcher = pattern.matcher(&subject, len);
    let list = cx.new_list(&[])?;
    let (mut start, mut last, mut n, mut must_advance) = (0, 0, 0, false);
    while (most == 0 || n < most) && run(cx, &mut matcher, Mode::Search, start, must_advance)? {
        let (from, to) = matcher.span();
        list.push(cx, subject.slice(cx, last, from)?)?;
        for i in 1..=pattern.group_count() {
            list.push(cx, subject.group(cx, matcher.group(i))?.unwrap_or(Value::NONE))?;
        }
        n += 1;
        must_advance = from == to;
        (start, last) = (to, to);
    }
    list.push(cx, subject.slice(cx, last, len)?)?;
    Ok(list.value())
}

fn substitute(cx: &Cx, args: Args, count_too: bool) -> Res {
    let pattern = of(args.get(0));
    let filter = template::filter(cx, pattern, args.get(1))?;
    let subject = Subject::suiting(cx, pattern, args.get(2))?;
    let most = match args.opt(3) {
        Some(v) => ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?,
        None => 0,
    };
    let len = subject.len();
    let mut matcher = pattern.matcher(&subject, len);
    let mut out = template::Output::new(subject.is_bytes);
    let (mut start, mut last, mut n, mut must_advance) = (0, 0, 0, false);
    while (most == 0 || n < most) && run(cx, &mut matcher, Mode::Search, start, must_advance)? {
        let (from, to) = matcher.span();
        out.push_range(&subject, last, from);
        match filter {
            Filter::Literal(text) => out.push_value(cx, text)?,
            Filter::Template(t) => template::expand(cx, t, &subject, &matcher, &mut out)?,
            Filter::Callable(f) => {
                let found = matches::make(cx, pattern, subject.value, 0, len, &matcher)?;
                let text = ops::call(cx, f, &[found])?;
                if !text.is_none() {
                    out.push_value(cx, text)?;
                }
            }
        }
        n += 1;
        must_advance = from == to;
        (start, last) = (to, to);
    }
    let result = if n == 0 {
        subject.slice(cx, 0, len)?
    } else {
        out.push_range(&subject, last, len);
        out.finish(cx)?
    };
    if !count_too {
        return Ok(result);
    }
    Ok(cx.new_tuple(&[result, Value::int(n as i64)])?.value())
}
