//! Names: globals and builtins through caches on dict rows, class and exec namespaces, cells.
//!
//! A global's cache entry names the dict's table and the row; it is good while the dict still has
//! that table (a table that grows or is cleared is replaced) and the row is live. A builtin's entry
//! also holds how many rows the globals' table had: a new global makes it void.

use orochi_object::cell::PyCell;
use orochi_object::dict::table::{Entry as Row, Table};
use orochi_object::exception::field;
use orochi_object::prelude::*;
use orochi_runtime::cache::{self, Kind, NewEntry};
use orochi_runtime::code::PyCode;
use orochi_runtime::frame::Frame;

/// The cached value of site `i`, if its guards hold.
#[inline(always)]
pub(crate) fn cached(code: Ref<PyCode>, globals: Ref<PyDict>, i: usize) -> Option<Value> {
    let entry = code.caches().get(i)?;
    let table = globals.table()?;
    if table.value().word() != entry.key_word() {
        return None;
    }
    // SAFETY: the entry's row lies in `key` (a global) or `extra` (a builtin), which it keeps.
    let row = unsafe { &*(entry.offset() as *const Row) };
    match entry.kind() {
        Kind::Global => row.value.get(),
        Kind::Builtin if table.rows().len() as u64 == entry.version() => row.value.get(),
        _ => None,
    }
}

/// Looks site `i` up in globals and builtins, and caches it.
#[cold]
#[inline(never)]
pub(crate) fn load_global(cx: &Cx, fp: *mut Frame, i: usize) -> Res {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    let name = frame.code.site_name(i);
    let globals = frame.globals;
    if !is_exact(globals.value(), &types::DICT) {
        // A subclass has a say by `__getitem__` and `__missing__`: nothing is cached.
        return match global_or_builtin(cx, frame, name)? {
            Some(value) => Ok(value),
            None => Err(undefined(cx, name)),
        };
    }
    if let Some((table, row)) = globals.row_of(name)
        && let Some(value) = row.value.get()
    {
        remember(cx, frame.code, i, Kind::Global, table, 0, row, None);
        return Ok(value);
    }
    let builtins = frame.function.builtins();
    if is_exact(builtins, &types::DICT)
        && let Some(builtins) = builtins.downcast::<PyDict>()
        && let (Some(own), Some((table, row))) = (globals.table(), builtins.row_of(name))
        && let Some(value) = row.value.get()
    {
        // Read before checking again that the globals lack the name: a racing insertion is seen
        // either here or by the row count.
        let rows = own.rows().len() as u64;
        if globals.get_str(name).is_none() {
            remember(cx, frame.code, i, Kind::Builtin, own, rows, row, Some(table.value()));
            return Ok(value);
        }
    }
    match global_or_builtin(cx, frame, name)? {
        Some(value) => Ok(value),
        None => equal_key(cx, frame, name)?.ok_or_else(|| undefined(cx, name)),
    }
}

/// A global or builtin under a key that is no plain str and says that it equals the name.
#[cold]
fn equal_key(cx: &Cx, frame: &Frame, name: Ref<PyStr>) -> Res<Option<Value>> {
    for map in [frame.globals.value(), frame.function.builtins()] {
        if is_exact(map, &types::DICT)
            && let Some(dict) = map.downcast::<PyDict>()
            && let Some(value) = dict.get(cx, name.value())?
        {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

#[allow(clippy::too_many_arguments, reason = "the parts of one cache entry")]
fn remember(
    cx: &Cx,
    code: Ref<PyCode>,
    i: usize,
    kind: Kind,
    key: Ref<Table>,
    version: u64,
    row: &Row,
    extra: Option<Value>,
) {
    let offset = core::ptr::from_ref(row) as usize;
    let key = key.value();
    cache::add(cx, code.caches(), i, NewEntry { kind, key, version, offset, value: None, extra });
}

fn global_or_builtin(cx: &Cx, frame: &Frame, name: Ref<PyStr>) -> Res<Option<Value>> {
    match lookup(cx, frame.globals.value(), name)? {
        Some(value) => Ok(Some(value)),
        None => builtin(cx, frame, name),
    }
}

/// A builtin as the frame sees it.
pub(crate) fn builtin(cx: &Cx, frame: &Frame, name: Ref<PyStr>) -> Res<Option<Value>> {
    lookup(cx, frame.function.builtins(), name)
}

#[cold]
fn undefined(cx: &Cx, name: Ref<PyStr>) -> Raised {
    name_error(cx, name, &format!("name '{}' is not defined", name.to_string_lossy()))
}

fn name_error(cx: &Cx, name: Ref<PyStr>, message: &str) -> Raised {
    let raised = cx.error(&exception::NAME_ERROR, message);
    if raised.is(&exception::NAME_ERROR) {
        raised.exception().set_field(cx, field::NAME, name.value());
    }
    raised
}

/// `global name = value`.
pub(crate) fn store_global(cx: &Cx, fp: *mut Frame, i: usize, value: Value) -> Res<()> {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    frame.globals.set_str(cx, frame.code.site_name(i), value)
}

/// `del` of a global.
pub(crate) fn del_global(cx: &Cx, fp: *mut Frame, i: usize) -> Res<()> {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    let name = frame.code.site_name(i);
    match frame.globals.remove(cx, name.value())? {
        Some(_) => Ok(()),
        None => Err(undefined(cx, name)),
    }
}

/// The frame's namespace: its own, else the globals.
fn namespace(frame: &Frame) -> Value {
    frame.locals.unwrap_or(frame.globals.value())
}

fn lookup(cx: &Cx, map: Value, name: Ref<PyStr>) -> Res<Option<Value>> {
    if let Some(dict) = map.downcast::<PyDict>()
        && is_exact(map, &types::DICT)
    {
        return Ok(dict.get_str(name));
    }
    match ops::getitem(cx, map, name.value()) {
        Ok(value) => Ok(Some(value)),
        Err(raised) if raised.is(&exception::KEY_ERROR) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// A name of module, class or exec code.
pub(crate) fn load_name(cx: &Cx, fp: *mut Frame, i: usize) -> Res {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    from_dict_or_globals(cx, fp, namespace(frame), i)
}

/// A name in `map`, else in the globals, else a builtin.
pub(crate) fn from_dict_or_globals(cx: &Cx, fp: *mut Frame, map: Value, i: usize) -> Res {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    let name = frame.code.site_name(i);
    if let Some(value) = lookup(cx, map, name)? {
        return Ok(value);
    }
    match global_or_builtin(cx, frame, name)? {
        Some(value) => Ok(value),
        None => equal_key(cx, frame, name)?.ok_or_else(|| undefined(cx, name)),
    }
}

/// Stores a name of module, class or exec code.
pub(crate) fn store_name(cx: &Cx, fp: *mut Frame, i: usize, value: Value) -> Res<()> {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    let (map, name) = (namespace(frame), frame.code.site_name(i));
    match map.downcast::<PyDict>() {
        Some(dict) if is_exact(map, &types::DICT) => dict.set_str(cx, name, value),
        _ => ops::setitem(cx, map, name.value(), value),
    }
}

/// Deletes a name of module, class or exec code.
pub(crate) fn del_name(cx: &Cx, fp: *mut Frame, i: usize) -> Res<()> {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    let name = frame.code.site_name(i);
    match ops::delitem(cx, namespace(frame), name.value()) {
        Err(raised) if raised.is(&exception::KEY_ERROR) => Err(undefined(cx, name)),
        result => result,
    }
}

/// `locals()` as the frame sees it: its namespace, or a snapshot of its variables.
pub(crate) fn load_locals(cx: &Cx, fp: *mut Frame) -> Res {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    match frame.locals {
        Some(locals) => Ok(locals),
        None if frame.code.flags & orochi_bytecode::CodeFlags::OPTIMIZED == 0 => {
            Ok(frame.globals.value())
        }
        None => Ok(snapshot_locals(cx, frame)?.value()),
    }
}

/// A dict of the frame's bound variables.
pub(crate) fn snapshot_locals(cx: &Cx, frame: &Frame) -> Res<Ref<PyDict>> {
    let dict = cx.new_dict()?;
    let unit = frame.code.unit();
    let (first_cell, end) = (unit.cell_base(), unit.temp_base());
    for i in 0..end {
        // SAFETY: named registers of the running frame.
        let mut value = unsafe { frame.reg(i) };
        if i >= first_cell {
            value = value.and_then(cell_content);
        }
        if let (Some(value), Some(name)) = (value, frame.code.register_name(i))
            && !name.starts_with('.')
        {
            dict.set_str(cx, orochi_object::intern::intern_text(cx, name)?, value)?;
        }
    }
    Ok(dict)
}

/// What a cell holds.
#[inline(always)]
pub(crate) fn cell_content(cell: Value) -> Option<Value> {
    // SAFETY: the compiler's cell registers hold cells.
    let cell: Ref<PyCell> = unsafe { cell.cast() };
    cell.content.get()
}

/// Stores into a cell.
#[inline(always)]
pub(crate) fn store_cell(cx: &Cx, cell: Value, value: Option<Value>) {
    // SAFETY: the compiler's cell registers hold cells.
    let cell: Ref<PyCell> = unsafe { cell.cast() };
    cell.content.set_opt(cx, cell, value);
}

/// A name in a mapping, else in a cell.
pub(crate) fn from_dict_or_deref(
    cx: &Cx,
    code: Ref<PyCode>,
    map: Value,
    cell: Value,
    name: u16,
) -> Res {
    let name = code.name(name as usize);
    if let Some(value) = lookup(cx, map, name)? {
        return Ok(value);
    }
    match cell_content(cell) {
        Some(value) => Ok(value),
        None => Err(free_unbound(cx, name)),
    }
}

/// The UnboundLocalError of a local variable.
#[cold]
pub(crate) fn unbound(cx: &Cx, code: Ref<PyCode>, name: u16) -> Raised {
    local_unbound(cx, code.name(name as usize))
}

fn local_unbound(cx: &Cx, name: Ref<PyStr>) -> Raised {
    let message = format!(
        "cannot access local variable '{}' where it is not associated with a value",
        name.to_string_lossy()
    );
    // Unlike a NameError it tells no name: another one is not what was meant.
    cx.error(&exception::UNBOUND_LOCAL_ERROR, &message)
}

fn free_unbound(cx: &Cx, name: Ref<PyStr>) -> Raised {
    let message = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing \
         scope",
        name.to_string_lossy()
    );
    name_error(cx, name, &message)
}

/// The error for an empty cell in register `register`.
#[cold]
pub(crate) fn empty_cell(cx: &Cx, code: Ref<PyCode>, register: u16, name: u16) -> Raised {
    let name = code.name(name as usize);
    if register as usize >= code.unit().free_base() {
        free_unbound(cx, name)
    } else {
        local_unbound(cx, name)
    }
}
