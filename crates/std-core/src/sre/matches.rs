//! `re.Match`.

use super::pattern::{self, Pattern};
use super::subject::Subject;
use super::template;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_regex::Matcher;

/// A match. The spans of all groups, as pairs of ints (-1: took no part), follow the struct.
#[repr(C)]
struct Match {
    header: Header,
    pattern: Slot,
    string: Slot,
    pos: Slot,
    endpos: Slot,
    /// -1 for none.
    lastindex: Slot,
    groups: Slot,
}
// SAFETY: repr(C) with a Header first; every word after it, also past the struct, is a slot.
unsafe impl Object for Match {
    const LAYOUT: u16 = layout::WORDS;
}

static CELL: TypeCell = TypeCell::new();
pub(super) static TYPE: TypeDef = TypeDef {
    name: "re.Match",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Match>(),
    slots: Slots { repr: Some(repr), getitem: Some(getitem), ..Slots::NONE },
    methods: &[
        method("group", "(self, /, *groups)", group),
        method("start", "(self, group=0, /)", |cx, args| Ok(span_arg(cx, args)?.0)),
        method("end", "(self, group=0, /)", |cx, args| Ok(span_arg(cx, args)?.1)),
        method("span", "(self, group=0, /)", |cx, args| {
            let (start, end) = span_arg(cx, args)?;
            Ok(cx.new_tuple(&[start, end])?.value())
        }),
        method("groups", "(self, /, default=None)", groups),
        method("groupdict", "(self, /, default=None)", groupdict),
        method("expand", "(self, /, template)", expand),
        method("__copy__", "(self, /)", |_, args| Ok(args.get(0))),
        method("__deepcopy__", "(self, memo, /)", |_, args| Ok(args.get(0))),
        class_method("__class_getitem__", "(cls, item, /)", ops::class_getitem),
    ],
    getset: &[
        field_getter("string", |_, v| Ok(of(v).string.or_none())),
        field_getter("re", |_, v| Ok(of(v).pattern.or_none())),
        field_getter("pos", |_, v| Ok(of(v).pos.or_none())),
        field_getter("endpos", |_, v| Ok(of(v).endpos.or_none())),
        getter("lastindex", lastindex),
        getter("lastgroup", lastgroup),
        getter("regs", regs),
    ],
    doc: Some(
        "The result of re.match() and re.search().\n\
         Match objects always have a boolean value of True.",
    ),
    ..TypeDef::DEFAULT
};

fn of(v: Value) -> Ref<Match> {
    // SAFETY: receivers of this type's methods.
    unsafe { v.cast() }
}

impl Match {
    fn group_count(&self) -> usize {
        self.groups.or_none().as_small().unwrap_or(0) as usize
    }
    fn mark(&self, i: usize) -> &Slot {
        debug_assert!(i < 2 * (self.group_count() + 1));
        // SAFETY: `make` reserved two slots for each group and the whole match.
        unsafe { &*core::ptr::from_ref(self).add(1).cast::<Slot>().add(i) }
    }
    fn pattern(&self) -> Ref<Pattern> {
        pattern::of(self.pattern.or_none())
    }
    /// The span of a group that took part.
    fn span(&self, i: usize) -> Option<(usize, usize)> {
        if i > self.group_count() {
            return None;
        }
        let at = |i| self.mark(i).or_none().as_small().unwrap_or(-1);
        let (start, end) = (at(2 * i), at(2 * i + 1));
        (start >= 0).then_some((start as usize, end as usize))
    }
}

/// The match object for the machine's last success.
pub(super) fn make(
    cx: &Cx,
    pattern: Ref<Pattern>,
    string: Value,
    pos: usize,
    endpos: usize,
    matcher: &Matcher<'_>,
) -> Res {
    let groups = pattern.group_count();
    let m: Ref<Match> = cx.alloc_instance(CELL.get(), (groups + 1) * 16)?;
    m.pattern.init(pattern.value());
    m.string.init(string);
    m.pos.init(Value::int(pos as i64));
    m.endpos.init(Value::int(endpos as i64));
    m.lastindex.init(Value::int(matcher.last_index().map_or(-1, |i| i as i64)));
    m.groups.init(Value::int(groups as i64));
    for i in 0..=groups {
        let (start, end) = match matcher.group(i) {
            Some((start, end)) => (start as i64, end as i64),
            None => (-1, -1),
        };
        m.mark(2 * i).init(Value::int(start));
        m.mark(2 * i + 1).init(Value::int(end));
    }
    Ok(m.value())
}

fn repr(cx: &Cx, v: Value) -> Res {
    let (start, end) = of(v).span(0).unwrap_or((0, 0));
    let text = ops::repr_text(cx, text_of(cx, of(v), 0, Value::NONE)?)?;
    let class = class_of(v).display_name();
    let class = if class == "Match" { "re.Match" } else { &class };
    Ok(cx.new_str(&format!("<{class} object; span=({start}, {end}), match={text}>"))?.value())
}

/// The number of the group an argument names.
fn index(cx: &Cx, m: Ref<Match>, v: Value) -> Res<usize> {
    let mut n = None;
    if v.is_int() || class_of(v).slots.index().is_some() {
        n = ops::index(cx, v)?.as_i64();
    } else if let Some(names) = m.pattern().groupindex.get().and_then(Value::downcast::<PyDict>) {
        n = match names.get(cx, v) {
            Ok(found) => found.and_then(Value::as_i64),
            Err(raised) if raised.is(&exception::TYPE_ERROR) => None,
            Err(raised) => return Err(raised),
        };
    }
    match n {
        Some(n) if n >= 0 && n as usize <= m.group_count() => Ok(n as usize),
        _ => raise!(cx, INDEX_ERROR, "no such group"),
    }
}

fn text_of(cx: &Cx, m: Ref<Match>, i: usize, default: Value) -> Res {
    let Some((start, end)) = m.span(i) else { return Ok(default) };
    Subject::new(cx, m.string.or_none())?.slice(cx, start, end)
}

fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    let m = of(v);
    text_of(cx, m, index(cx, m, key)?, Value::NONE)
}

fn group(cx: &Cx, args: Args) -> Res {
    let m = of(args.get(0));
    match args.rest(1) {
        [] => text_of(cx, m, 0, Value::NONE),
        [one] => getitem(cx, m.value(), *one),
        all => {
            let result = PyTuple::new_internal(cx, all.len())?;
            result.items().iter().for_each(|item| item.init(Value::NONE));
            for (to, which) in result.items().iter().zip(all) {
                to.set(cx, result, getitem(cx, m.value(), *which)?);
            }
            Ok(result.value())
        }
    }
}

fn span_arg(cx: &Cx, args: Args) -> Res<(Value, Value)> {
    let m = of(args.get(0));
    let i = match args.opt(1) {
        Some(v) => index(cx, m, v)?,
        None => 0,
    };
    Ok((m.mark(2 * i).or_none(), m.mark(2 * i + 1).or_none()))
}

fn groups(cx: &Cx, args: Args) -> Res {
    let (m, default) = (of(args.get(0)), args.or(1, Value::NONE));
    let subject = Subject::new(cx, m.string.or_none())?;
    let result = PyTuple::new_internal(cx, m.group_count())?;
    for (i, item) in result.items().iter().enumerate() {
        item.init(subject.group(cx, m.span(i + 1))?.unwrap_or(default));
    }
    Ok(result.value())
}

fn groupdict(cx: &Cx, args: Args) -> Res {
    let (m, default) = (of(args.get(0)), args.or(1, Value::NONE));
    let result = cx.new_dict()?;
    let Some(names) = m.pattern().groupindex.get().and_then(Value::downcast::<PyDict>) else {
        return Ok(result.value());
    };
    for pair in names.snapshot(cx)?.values().chunks_exact(2) {
        let i = pair[1].as_i64().unwrap_or(-1);
        let text = if i < 0 { default } else { text_of(cx, m, i as usize, default)? };
        result.set(cx, pair[0], text)?;
    }
    Ok(result.value())
}

fn expand(cx: &Cx, args: Args) -> Res {
    let m = of(args.get(0));
    let subject = Subject::new(cx, m.string.or_none())?;
    template::expand_match(cx, m.pattern(), args.get(1), &subject, |i| m.span(i))
}

fn lastindex(_: &Cx, v: Value) -> Res {
    let last = of(v).lastindex.or_none();
    Ok(if last.as_small().unwrap_or(-1) < 0 { Value::NONE } else { last })
}

fn lastgroup(_: &Cx, v: Value) -> Res {
    let m = of(v);
    let last = m.lastindex.or_none().as_small().unwrap_or(-1);
    let names = m.pattern().indexgroup.get().and_then(Value::downcast::<PyTuple>);
    match names {
        Some(names) if last >= 0 => Ok(names.get(last as usize).unwrap_or(Value::NONE)),
        _ => Ok(Value::NONE),
    }
}

fn regs(cx: &Cx, v: Value) -> Res {
    let m = of(v);
    let result = PyTuple::new_internal(cx, m.group_count() + 1)?;
    for (i, item) in result.items().iter().enumerate() {
        let pair = [m.mark(2 * i).or_none(), m.mark(2 * i + 1).or_none()];
        item.init(cx.new_tuple(&pair)?.value());
    }
    Ok(result.value())
}
