//! The type `code`, and code objects as data for `marshal`.
//!
//! Offsets shown to Python (`f_lasti`, `co_lines`) are twice the instruction's number plus 2: offset
//! 0 stands for the entry to the code, on the line of its `def`, as CPython's first instruction
//! does. The standard library's `lasti // 2` indexes `co_positions`. `co_code` is our own encoding of
//! instructions, cache sites and names.

use crate::source::HIDES_COLUMNS;
use crate::util::{Sig, interned, names, number_or_none, slot_text, text, wrong_argument};
use core::sync::atomic::Ordering;
use orochi_bytecode::{
    CodeFlags, CodeUnit, Const, ExceptionEntry, Instr, Op, check_flow, decode, encode, positions,
    verify,
};
use orochi_object::prelude::*;
use orochi_object::slice::PySlice;
use orochi_runtime::code::{LAYOUT, PyCode, assemble, load};
use orochi_text::codec::utf8;

/// The table of `code`.
pub static TYPE: TypeDef = TypeDef {
    name: "code",
    cell: &types::CODE,
    layout: LAYOUT,
    size: size_of::<PyCode>(),
    flags: flag::WEAKREF,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        new: Some(new),
        ..Slots::NONE
    },
    methods: &[
        method("replace", REPLACE, replace),
        method("__replace__", REPLACE, replace),
        method("co_positions", "(self, /)", co_positions),
        method("co_lines", "(self, /)", co_lines),
        method("co_branches", "(self, /)", co_branches),
        method("_varname_from_oparg", "(self, oparg)", varname_from_oparg),
        method("__sizeof__", "(self, /)", |_, args| {
            let own = code(args.get(0));
            let unit = own.unit();
            let bytes = size_of::<PyCode>() + unit.instrs.len() * 8 + unit.positions.len();
            Ok(Value::int(bytes as i64))
        }),
    ],
    getset: &[
        field_getter("co_argcount", |_, v| Ok(Value::int(code(v).unit().argcount as i64))),
        field_getter("co_posonlyargcount", |_, v| {
            Ok(Value::int(code(v).unit().posonlyargcount as i64))
        }),
        field_getter("co_kwonlyargcount", |_, v| {
            Ok(Value::int(code(v).unit().kwonlyargcount as i64))
        }),
        field_getter("co_nlocals", |_, v| Ok(Value::int(code(v).unit().varnames.len() as i64))),
        field_getter("co_stacksize", |_, v| Ok(Value::int(stack_size(code(v).unit()) as i64))),
        field_getter("co_flags", |_, v| Ok(Value::int(code(v).unit().flags as i64))),
        field_getter("co_firstlineno", |_, v| Ok(Value::int(code(v).unit().firstlineno as i64))),
        getter("co_code", |cx, v| Ok(cx.new_bytes(&code_bytes(code(v).unit()))?.value())),
        getter("_co_code_adaptive", |cx, v| Ok(cx.new_bytes(&code_bytes(code(v).unit()))?.value())),
        field_getter("co_consts", |cx, v| {
            load(cx, code(v))?;
            Ok(code(v).consts.or_none())
        }),
        field_getter("co_names", |cx, v| {
            let own = code(v);
            let unit = own.unit();
            names(cx, shown_names(unit).into_iter().map(|i| &*unit.names[i]))
        }),
        getter("co_varnames", |cx, v| names(cx, code(v).unit().varnames.iter().map(|n| &**n))),
        getter("co_freevars", |cx, v| names(cx, code(v).unit().freevars.iter().map(|n| &**n))),
        getter("co_cellvars", |cx, v| names(cx, code(v).unit().cellvars.iter().map(|n| &**n))),
        field_getter("co_filename", |_, v| Ok(code(v).filename.or_none())),
        field_getter("co_name", |_, v| Ok(code(v).name.or_none())),
        field_getter("co_qualname", |_, v| Ok(code(v).qualname.or_none())),
        field_getter("co_linetable", |cx, v| Ok(cx.new_bytes(&code(v).unit().positions)?.value())),
        field_getter("co_exceptiontable", |cx, v| {
            Ok(cx.new_bytes(&exception_bytes(&code(v).unit().exceptions))?.value())
        }),
        getter("co_lnotab", lnotab),
    ],
    ..TypeDef::DEFAULT
};

fn code(v: Value) -> Ref<PyCode> {
    // SAFETY: slots and rows of `code`, whose instances are PyCode.
    unsafe { v.cast() }
}

fn stack_size(unit: &CodeUnit) -> usize {
    (unit.nregs as usize).saturating_sub(unit.temp_base())
}

fn repr(cx: &Cx, v: Value) -> Res {
    let own = code(v);
    let (name, file) = (slot_text(&own.name), slot_text(&own.filename));
    let line = own.unit().firstlineno;
    text(cx, &format!("<code object {name} at {:#x}, file \"{file}\", line {line}>", v.word()))
}

/// Instructions, sites, window size and names: what is not shown by other attributes.
fn code_bytes(unit: &CodeUnit) -> Vec<u8> {
    encode(&CodeUnit {
        instrs: unit.instrs.clone(),
        sites: unit.sites.clone(),
        names: unit.names.clone(),
        nregs: unit.nregs,
        ..CodeUnit::default()
    })
}

fn exception_bytes(rows: &[ExceptionEntry]) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        for word in [row.start, row.end, row.target, row.reg as u32] {
            out.extend_from_slice(&word.to_le_bytes());
        }
    }
    out
}

fn exceptions_from(bytes: &[u8]) -> Option<Vec<ExceptionEntry>> {
    let (rows, rest) = bytes.as_chunks::<16>();
    let word = |row: &[u8; 16], i: usize| {
        u32::from_le_bytes([row[i * 4], row[i * 4 + 1], row[i * 4 + 2], row[i * 4 + 3]])
    };
    rest.is_empty().then(|| {
        rows.iter()
            .map(|row| ExceptionEntry {
                start: word(row, 0),
                end: word(row, 1),
                target: word(row, 2),
                reg: word(row, 3) as u16,
            })
            .collect()
    })
}

/// Indices of the names that CPython would show: those of globals, attributes and imports, not
/// those kept for the messages about unbound variables.
fn shown_names(unit: &CodeUnit) -> Vec<usize> {
    let mut shown = vec![false; unit.names.len()];
    let used = unit.sites.iter().map(|site| site.name as usize);
    let imported = unit
        .instrs
        .iter()
        .filter(|i| i.op == Op::ImportName as u16 || i.op == Op::ImportFrom as u16)
        .map(|i| i.c as usize);
    used.chain(imported).for_each(|i| {
        if let Some(shown) = shown.get_mut(i) {
            *shown = true;
        }
    });
    (0..shown.len()).filter(|i| shown[*i]).collect()
}

// Comparison.

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let Some(other) = w.downcast::<PyCode>() else { return Ok(Value::NOT_IMPLEMENTED) };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same = v.is(w) || same_code(cx, code(v), other)?;
    Ok(Value::bool(same == (op == CmpOp::Eq)))
}

fn same_code(cx: &Cx, a: Ref<PyCode>, b: Ref<PyCode>) -> Res<bool> {
    cx.check_native_stack()?;
    let (x, y) = (a.unit(), b.unit());
    let plain = x.name == y.name
        && x.argcount == y.argcount
        && x.posonlyargcount == y.posonlyargcount
        && x.kwonlyargcount == y.kwonlyargcount
        && x.flags == y.flags
        && x.firstlineno == y.firstlineno
        && x.instrs == y.instrs
        && x.names == y.names
        && x.varnames == y.varnames
        && x.cellvars == y.cellvars
        && x.freevars == y.freevars
        && x.positions == y.positions
        && x.exceptions == y.exceptions;
    if !plain {
        return Ok(false);
    }
    load(cx, a)?;
    load(cx, b)?;
    if a.consts().len() != b.consts().len() {
        return Ok(false);
    }
    for (p, q) in a.consts().iter().zip(b.consts()) {
        if !same_const(cx, *p, *q)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether two constants are the same to a program: equal, of one class, down to the sign of zero.
fn same_const(cx: &Cx, p: Value, q: Value) -> Res<bool> {
    if p.is(q) {
        return Ok(true);
    }
    if class_of(p) != class_of(q) {
        return Ok(false);
    }
    if let (Some(x), Some(y)) = (p.as_float(), q.as_float()) {
        return Ok(x.to_bits() == y.to_bits());
    }
    if let (Some(x), Some(y)) = (p.downcast::<PyTuple>(), q.downcast::<PyTuple>()) {
        if x.len() != y.len() {
            return Ok(false);
        }
        for (p, q) in x.values().iter().zip(y.values()) {
            if !same_const(cx, *p, *q)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if let (Some(x), Some(y)) = (p.downcast::<PyCode>(), q.downcast::<PyCode>()) {
        return same_code(cx, x, y);
    }
    ops::eq(cx, p, q)
}

fn hash(_: &Cx, v: Value) -> Res<i64> {
    let own = code(v);
    let unit = own.unit();
    let mut bytes = unit.name.as_bytes().to_vec();
    for n in [unit.argcount, unit.posonlyargcount, unit.kwonlyargcount, unit.firstlineno] {
        bytes.extend_from_slice(&n.to_le_bytes());
    }
    for i in &unit.instrs {
        for part in [i.op, i.a, i.b, i.c] {
            bytes.extend_from_slice(&part.to_le_bytes());
        }
    }
    Ok(orochi_object::hash::bytes(&bytes))
}

// Positions.

fn co_positions(cx: &Cx, args: Args) -> Res {
    let list = cx.new_list(&[])?;
    if code(args.get(0)).unit().positions.is_empty() {
        // Taken away by `replace`.
        return cx.new_tuple_iter(None, 0);
    }
    let entry = Value::int(entry_line(code(args.get(0)).unit()).into());
    let hides_columns = HIDES_COLUMNS.load(Ordering::Relaxed);
    let at = if hides_columns { Value::NONE } else { Value::int(0) };
    list.push(cx, cx.new_tuple(&[entry, entry, at, at])?.value())?;
    for (p, n) in positions(&code(args.get(0)).unit().positions) {
        let row = match hides_columns {
            true => [p.line, p.line, -1, -1],
            false => [p.line, p.end_line, p.col, p.end_col],
        };
        let row = row.map(number_or_none);
        let row = cx.new_tuple(&row)?.value();
        for _ in 0..n {
            list.push(cx, row)?;
        }
    }
    cx.new_tuple_iter(Some(list.snapshot(cx)?), 0)
}

/// Runs of instructions of one line: (first, one past the last, line).
pub(crate) fn line_runs(unit: &CodeUnit) -> Vec<(u32, u32, i32)> {
    let mut runs: Vec<(u32, u32, i32)> = Vec::new();
    let mut at = 0;
    for (p, n) in positions(&unit.positions) {
        match runs.last_mut() {
            Some(last) if last.2 == p.line => last.1 += n,
            _ => runs.push((at, at + n, p.line)),
        }
        at += n;
    }
    runs
}

/// The line of the entry: that of the `def`, 0 for modules.
fn entry_line(unit: &CodeUnit) -> i32 {
    if &*unit.name == "<module>" { 0 } else { unit.firstlineno as i32 }
}

fn co_lines(cx: &Cx, args: Args) -> Res {
    let list = cx.new_list(&[])?;
    let own = code(args.get(0));
    if own.unit().positions.is_empty() {
        return cx.new_tuple_iter(None, 0);
    }
    let mut runs = line_runs(own.unit());
    runs.iter_mut().for_each(|run| (run.0, run.1) = (run.0 + 1, run.1 + 1));
    let entry = entry_line(own.unit());
    match runs.first_mut() {
        Some(first) if first.2 == entry => first.0 = 0,
        _ => runs.insert(0, (0, 1, entry)),
    }
    for (start, end, line) in runs {
        let row = [Value::int(start as i64 * 2), Value::int(end as i64 * 2), number_or_none(line)];
        list.push(cx, cx.new_tuple(&row)?.value())?;
    }
    cx.new_tuple_iter(Some(list.snapshot(cx)?), 0)
}

/// Conditional jumps: (offset, offset of the next instruction, offset of the target).
fn co_branches(cx: &Cx, args: Args) -> Res {
    let list = cx.new_list(&[])?;
    let own = code(args.get(0));
    let unit = own.unit();
    // Each turn of a `for` loop ends with a branch that counts as the one where the loop begins.
    let is_again = |at: usize, i: &Instr| {
        let first = i.jump_offset().map(|by| at.wrapping_add_signed(by as isize));
        let first = first.and_then(|first| unit.instrs.get(first));
        i.operation() == Op::ForLoop && first.is_some_and(|i| i.operation() == Op::ForIter)
    };
    for (at, i) in unit.instrs.iter().enumerate().filter(|(at, i)| !is_again(*at, i)) {
        let one_way = [Op::Jump, Op::Loop, Op::Send, Op::YieldDelegate];
        if let Some(offset) = i.jump_offset().filter(|_| !one_way.contains(&i.operation())) {
            let next = at as i64 + 2;
            let (mut left, mut right) = (next, next + offset as i64);
            if offset < 0 {
                // To go on with the loop is to go left.
                core::mem::swap(&mut left, &mut right);
            }
            let row = [at as i64 + 1, left, right].map(|n| Value::int(n * 2));
            list.push(cx, cx.new_tuple(&row)?.value())?;
        }
    }
    cx.new_tuple_iter(Some(list.snapshot(cx)?), 0)
}

fn lnotab(cx: &Cx, v: Value) -> Res {
    let message = "co_lnotab is deprecated, use co_lines instead.";
    orochi_object::hooks::warn(cx, &exception::DEPRECATION_WARNING, message, 1)?;
    let own = code(v);
    let unit = own.unit();
    let (mut out, mut offset, mut last) = (Vec::new(), 0, unit.firstlineno as i32);
    for (start, _, line) in line_runs(unit).into_iter().filter(|run| run.2 >= 0) {
        let (mut step, mut delta) = (start as i32 * 2 - offset, line - last);
        while step > 255 {
            out.extend([255, 0]);
            step -= 255;
        }
        while !(-128..=127).contains(&delta) {
            let part = delta.clamp(-128, 127);
            out.extend([step as u8, part as i8 as u8]);
            (step, delta) = (0, delta - part);
        }
        if step != 0 || delta != 0 {
            out.extend([step as u8, delta as i8 as u8]);
        }
        (offset, last) = (start as i32 * 2, line);
    }
    Ok(cx.new_bytes(&out)?.value())
}

fn varname_from_oparg(cx: &Cx, args: Args) -> Res {
    let i = ops::to_i32(cx, args.get(1))?;
    match code(args.get(0)).register_name(i.max(0) as usize).filter(|_| i >= 0) {
        Some(name) => interned(cx, name),
        None => raise!(cx, INDEX_ERROR, "tuple index out of range"),
    }
}

// Making.

static NEW: Sig = Sig::new(
    "code",
    "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, \
     names, varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, \
     freevars=(), cellvars=(), /)",
);

const REPLACE: &str = "(self, /, *, co_argcount=0, co_posonlyargcount=0, co_kwonlyargcount=0, \
                       co_nlocals=0, co_stacksize=0, co_flags=0, co_code=0, co_consts=0, \
                       co_names=0, co_varnames=0, co_filename=0, co_name=0, co_qualname=0, \
                       co_firstlineno=0, co_linetable=0, co_exceptiontable=0, co_freevars=0, \
                       co_cellvars=0)";

/// The given parts of a code object, in the order of the constructor.
struct Parts<'a>(&'a dyn Fn(usize) -> Option<Value>, bool);

impl Parts<'_> {
    fn number(&self, cx: &Cx, i: usize, what: &str, into: &mut u32) -> Res<()> {
        if let Some(v) = (self.0)(i) {
            match u32::try_from(ops::to_i32(cx, v)?) {
                Ok(n) => *into = n,
                Err(_) if self.1 => {
                    return raise!(cx, VALUE_ERROR, "co_{what} must be a positive integer");
                }
                Err(_) => return raise!(cx, VALUE_ERROR, "code: {what} must not be negative"),
            }
        }
        Ok(())
    }
    fn wrong<T>(&self, cx: &Cx, i: usize, what: &str, wanted: &str, v: Value) -> Res<T> {
        let place = if self.1 {
            let what = if what == "codestring" { "code" } else { what };
            let what = if what == "constants" { "consts" } else { what };
            format!("replace() argument 'co_{what}'")
        } else {
            format!("code() argument {}", i + 1)
        };
        wrong_argument(cx, &place, wanted, v)
    }
    fn bytes(&self, cx: &Cx, i: usize, what: &str) -> Res<Option<Ref<PyBytes>>> {
        match (self.0)(i) {
            None => Ok(None),
            Some(v) => match v.downcast::<PyBytes>() {
                Some(bytes) => Ok(Some(bytes)),
                None => self.wrong(cx, i, what, "bytes", v),
            },
        }
    }
    fn str(&self, cx: &Cx, i: usize, what: &str) -> Res<Option<Ref<PyStr>>> {
        match (self.0)(i) {
            None => Ok(None),
            Some(v) => match v.as_str() {
                Some(s) => Ok(Some(s)),
                None => self.wrong(cx, i, what, "str", v),
            },
        }
    }
    fn tuple(&self, cx: &Cx, i: usize, what: &str) -> Res<Option<Ref<PyTuple>>> {
        match (self.0)(i) {
            None => Ok(None),
            Some(v) => match v.downcast::<PyTuple>() {
                Some(t) => Ok(Some(t)),
                None => self.wrong(cx, i, what, "tuple", v),
            },
        }
    }
    fn names(&self, cx: &Cx, i: usize, what: &str) -> Res<Option<Vec<Box<str>>>> {
        let Some(tuple) = self.tuple(cx, i, what)? else { return Ok(None) };
        let mut all = Vec::new();
        for v in tuple.values() {
            match v.as_str() {
                Some(name) => all.push(name.to_string_lossy().into_boxed_str()),
                None => {
                    return raise!(
                        cx,
                        TYPE_ERROR,
                        "name tuples must contain only strings, not '{}'",
                        class_of(*v).display_name()
                    );
                }
            }
        }
        Ok(Some(all))
    }

    /// Changes `unit` by the parts and makes a code object of it.
    fn make(&self, cx: &Cx, mut unit: CodeUnit, old: Option<Ref<PyCode>>) -> Res {
        self.number(cx, 0, "argcount", &mut unit.argcount)?;
        self.number(cx, 1, "posonlyargcount", &mut unit.posonlyargcount)?;
        self.number(cx, 2, "kwonlyargcount", &mut unit.kwonlyargcount)?;
        self.number(cx, 5, "flags", &mut unit.flags)?;
        if let Some(bytes) = self.bytes(cx, 6, "codestring")? {
            match decode(bytes.data()) {
                Ok(body) => {
                    unit.instrs = body.instrs;
                    unit.sites = body.sites;
                    unit.names = body.names;
                    unit.nregs = body.nregs;
                }
                Err(_) => return raise!(cx, VALUE_ERROR, "code: co_code is malformed"),
            }
        }
        let consts = match (self.tuple(cx, 7, "constants")?, old) {
            (Some(consts), _) => consts,
            (None, Some(old)) => {
                load(cx, old)?;
                cx.new_tuple(old.consts())?
            }
            (None, None) => cx.new_tuple(&[])?,
        };
        if let Some(names) = self.names(cx, 8, "names")? {
            let shown = shown_names(&unit);
            if shown.len() != names.len() {
                return raise!(cx, VALUE_ERROR, "code: co_names does not fit co_code");
            }
            for (i, name) in shown.into_iter().zip(names) {
                unit.names[i] = name;
            }
        }
        if let Some(names) = self.names(cx, 9, "varnames")? {
            unit.varnames = names;
        }
        let filename = match (self.str(cx, 10, "filename")?, old) {
            (Some(name), _) => name,
            (None, Some(old)) => cx.new_str(&slot_text(&old.filename))?,
            (None, None) => cx.new_str("")?,
        };
        unit.filename = filename.to_string_lossy().into_boxed_str();
        if let Some(name) = self.str(cx, 11, "name")? {
            unit.name = name.to_string_lossy().into_boxed_str();
        }
        if let Some(name) = self.str(cx, 12, "qualname")? {
            unit.qualname = name.to_string_lossy().into_boxed_str();
        }
        self.number(cx, 13, "firstlineno", &mut unit.firstlineno)?;
        if let Some(bytes) = self.bytes(cx, 14, "linetable")? {
            unit.positions = bytes.data().to_vec();
        }
        if let Some(bytes) = self.bytes(cx, 15, "exceptiontable")? {
            match exceptions_from(bytes.data()) {
                Some(rows) => unit.exceptions = rows,
                None => return raise!(cx, VALUE_ERROR, "code: co_exceptiontable is malformed"),
            }
        }
        if let Some(names) = self.names(cx, 16, "freevars")? {
            unit.freevars = names;
        }
        if let Some(names) = self.names(cx, 17, "cellvars")? {
            unit.cellvars = names;
        }
        let mut locals = unit.varnames.len() as u32;
        self.number(cx, 3, "nlocals", &mut locals)?;
        if locals as usize != unit.varnames.len() {
            return raise!(cx, VALUE_ERROR, "code: co_nlocals != len(co_varnames)");
        }
        let mut stack = stack_size(&unit) as u32;
        let least = stack;
        self.number(cx, 4, "stacksize", &mut stack)?;
        unit.nregs += stack.clamp(least, least.saturating_add(1 << 12)) - least;
        finish(cx, unit, consts, filename)
    }
}

/// Verifies the unit, with these constants, and makes the object.
fn finish(cx: &Cx, mut unit: CodeUnit, consts: Ref<PyTuple>, filename: Ref<PyStr>) -> Res {
    let stand_in = |v: &Value| match v.downcast::<PyCode>() {
        Some(_) => Const::Code(Box::new(CodeUnit {
            instrs: vec![Instr::new(Op::ReturnNone, 0, 0, 0)],
            ..CodeUnit::default()
        })),
        None => Const::None,
    };
    unit.consts = consts.values().iter().map(stand_in).collect();
    if let Err(why) = verify(&unit).and_then(|()| check_flow(&unit)) {
        return raise!(cx, VALUE_ERROR, "code: {}", why.what);
    }
    let wants_code = unit.instrs.iter().filter(|i| i.op == Op::MakeFunction as u16);
    for i in wants_code {
        if consts.values()[i.bc() as usize].downcast::<PyCode>().is_none() {
            return raise!(cx, VALUE_ERROR, "code: a function's constant must be a code object");
        }
    }
    if unit.docstring().is_some() && consts.values()[0].as_str().is_none() {
        unit.flags &= !CodeFlags::HAS_DOCSTRING;
    }
    Ok(assemble(cx, unit, consts, filename)?.value())
}

fn new(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    NEW.bind(cx, args, |args| Parts(&|i| args.opt(i), false).make(cx, CodeUnit::default(), None))
}

fn replace(cx: &Cx, args: Args) -> Res {
    let old = code(args.get(0));
    Parts(&|i| args.opt(i + 1), true).make(cx, old.unit().clone(), Some(old))
}

// Data.

/// The code object as plain data, nested ones included: what `marshal` writes.
///
/// # Errors
/// ValueError if a constant is no constant of the language.
pub fn to_unit(cx: &Cx, own: Ref<PyCode>) -> Res<CodeUnit> {
    cx.check_native_stack()?;
    let mut unit = own.unit().clone();
    unit.filename = slot_text(&own.filename).into_boxed_str();
    load(cx, own)?;
    for v in own.consts() {
        unit.consts.push(to_const(cx, *v)?);
    }
    Ok(unit)
}

fn to_consts(cx: &Cx, all: &[Value]) -> Res<Vec<Const>> {
    all.iter().map(|v| to_const(cx, *v)).collect()
}

fn to_const(cx: &Cx, v: Value) -> Res<Const> {
    if v.is_none() {
        return Ok(Const::None);
    }
    if let Some(b) = v.as_bool() {
        return Ok(if b { Const::True } else { Const::False });
    }
    if v.is(Value::ELLIPSIS) {
        return Ok(Const::Ellipsis);
    }
    if let Some(n) = v.as_i64() {
        return Ok(Const::Int(n));
    }
    if let Some(big) = v.to_big() {
        let mut limbs: Vec<u32> =
            big.mag.iter().flat_map(|limb| [*limb as u32, (*limb >> 32) as u32]).collect();
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        return Ok(Const::BigInt { negative: big.neg, limbs });
    }
    if let Some(f) = v.as_float() {
        return Ok(Const::Float(f));
    }
    if let Some((re, im)) = v.as_complex() {
        return Ok(Const::Complex(re, im));
    }
    if let Some(s) = v.as_str() {
        return Ok(Const::wtf8(&utf8::to_wtf8(s.units())));
    }
    if let Some(bytes) = v.downcast::<PyBytes>() {
        return Ok(Const::Bytes(bytes.data().into()));
    }
    if let Some(tuple) = v.downcast::<PyTuple>() {
        return Ok(Const::Tuple(to_consts(cx, tuple.values())?));
    }
    if is_exact(v, &types::FROZENSET)
        && let Some(set) = v.downcast::<PySet>()
    {
        return Ok(Const::FrozenSet(to_consts(cx, set.snapshot(cx)?.values())?));
    }
    if let Some(slice) = v.downcast::<PySlice>() {
        let part = |slot: &Slot| to_const(cx, slot.or_none());
        let parts = [part(&slice.start)?, part(&slice.stop)?, part(&slice.step)?];
        return Ok(Const::Slice(Box::new(parts)));
    }
    if let Some(nested) = v.downcast::<PyCode>() {
        return Ok(Const::Code(Box::new(to_unit(cx, nested)?)));
    }
    raise!(cx, VALUE_ERROR, "unmarshallable object")
}

/// Serialises a code object.
pub fn to_bytes(cx: &Cx, own: Ref<PyCode>) -> Res<Vec<u8>> {
    Ok(encode(&to_unit(cx, own)?))
}

/// The code object serialised by [`to_bytes`]; ValueError if the bytes are not one.
pub fn from_bytes(cx: &Cx, bytes: &[u8]) -> Res<Ref<PyCode>> {
    match decode(bytes) {
        Ok(unit) if verify(&unit).and_then(|()| check_flow(&unit)).is_ok() => {
            orochi_runtime::code::new_code(cx, unit)
        }
        _ => raise!(cx, VALUE_ERROR, "bad marshal data (code object)"),
    }
}
