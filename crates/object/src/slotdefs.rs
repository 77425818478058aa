//! The table that ties dunder names to slots, in both directions: wrappers that show a native slot
//! as a method, and generic slot functions that call a Python class's method.

use crate::args::{Args, CallArgs};
use crate::cx::Cx;
use crate::descr::PyWrapper;
use crate::error::Res;
use crate::object::Ref;
use crate::pyslots as py;
use crate::raise;
use crate::slots::*;
use crate::types::{self, PyType};
use crate::value::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Calls a slot function (a word of the right type) as a method.
pub type WrapFn = fn(&Cx, usize, Value, Args) -> Res;

/// A row: one dunder name.
pub struct SlotDef {
    pub name: &'static str,
    pub slot: SlotId,
    /// Parameters after `self`.
    pub signature: &'static str,
    /// Least and greatest number of arguments after `self`.
    arity: (usize, usize),
    pub wrap: WrapFn,
    /// The slot function that calls the Python method; 0 where another row of the slot has it.
    pub generic: fn() -> usize,
}

impl SlotDef {
    /// Binds `args` and calls the slot of the wrapper.
    pub fn call(&self, cx: &Cx, wrapper: Ref<PyWrapper>, receiver: Value, args: CallArgs) -> Res {
        let word = wrapper.word();
        if matches!(self.slot, SlotId::Call | SlotId::Init) {
            return call_with_args(cx, self.slot, word, receiver, args);
        }
        let (min, max) = self.arity;
        if args.keyword_count() > 0 {
            return raise!(cx, TYPE_ERROR, "wrapper {}() takes no keyword arguments", self.name);
        }
        let n = args.all().len();
        if min != max && (n < min || n > max) && self.name.ends_with("pow__") {
            return raise!(cx, TYPE_ERROR, "expected 1 or 2 arguments, got {n}");
        }
        let given = args.exactly(cx, self.arity_name(min, max), min, max)?;
        let mut row = [None; 2];
        for (to, from) in row.iter_mut().zip(given) {
            *to = Some(*from);
        }
        if matches!(self.slot, SlotId::GetItem | SlotId::SetItem)
            && wrapper.owner_type().has_flag(types::flag::SEQUENCE_ONLY)
            && let Some(key) = row[0]
        {
            let i = crate::ops::index_isize(cx, key, &crate::exception::OVERFLOW_ERROR)?;
            row[0] = Some(cx.new_int(i as i64)?);
        }
        (self.wrap)(cx, word, receiver, Args::new(&row))
    }

    /// The count of a fixed arity of less than two is worded without the method's name.
    fn arity_name(&self, min: usize, max: usize) -> &'static str {
        if min == max && max < 2 && self.slot != SlotId::GetBuffer { "" } else { self.name }
    }
}

/// Least and greatest number of arguments of a signature like `(a, b=None, /)`.
const fn arity_of(signature: &str) -> (usize, usize) {
    let text = signature.as_bytes();
    let (mut min, mut max, mut i) = (0, 0, 0);
    // What the parameter under way has: anything at all, a default.
    let (mut named, mut optional) = (false, false);
    while i < text.len() {
        match text[i] {
            b',' | b')' => {
                max += named as usize;
                min += (named && !optional) as usize;
                (named, optional) = (false, false);
            }
            b'=' => optional = true,
            b'(' | b' ' | b'/' => {}
            _ => named = true,
        }
        i += 1;
    }
    (min, max)
}

fn call_with_args(cx: &Cx, slot: SlotId, word: usize, receiver: Value, args: CallArgs) -> Res {
    // SAFETY: words of these slots are functions of these types.
    unsafe {
        if slot == SlotId::Call {
            return core::mem::transmute::<usize, CallFn>(word)(cx, receiver, args);
        }
        core::mem::transmute::<usize, InitFn>(word)(cx, receiver, args)?;
    }
    Ok(Value::NONE)
}

/// Casts a slot word to its function type.
macro_rules! cast {
    ($word:expr, $type:ty) => {
        // SAFETY: the wrapper was made from the slot of this type: see `SlotTable`.
        unsafe { core::mem::transmute::<usize, $type>($word) }
    };
}

fn unary(cx: &Cx, word: usize, v: Value, _: Args) -> Res {
    cast!(word, UnaryFn)(cx, v)
}
fn binary(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    cast!(word, BinaryFn)(cx, v, args.get(0))
}
fn reflected(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    cast!(word, BinaryFn)(cx, args.get(0), v)
}
fn power(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    cast!(word, TernaryFn)(cx, v, args.get(0), args.non_none(1))
}
fn reflected_power(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    cast!(word, TernaryFn)(cx, args.get(0), v, args.non_none(1))
}
fn hash(cx: &Cx, word: usize, v: Value, _: Args) -> Res {
    cx.new_int(cast!(word, HashFn)(cx, v)?)
}
fn next(cx: &Cx, word: usize, v: Value, _: Args) -> Res {
    // What an iterator within another left, whose end was not the other's.
    cx.stop_value.clear();
    match cast!(word, NextFn)(cx, v)? {
        Some(value) => Ok(value),
        None => Err(crate::ops::stop_iteration(cx)),
    }
}
fn getattr(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    let name = crate::ops::attribute_name(cx, args.get(0))?;
    cast!(word, GetAttrFn)(cx, v, name)
}
/// `object.__setattr__` must not be used to get round that of a builtin type.
fn check_setattr(cx: &Cx, word: usize, v: Value, what: &str) -> Res<()> {
    let mut class = types::class_of(v);
    while class.has_flag(types::flag::HEAPTYPE)
        && let Some(base) = class.base_type()
    {
        class = base;
    }
    // That of modules is the same but for the place it knows.
    let is_module = class == types::MODULE.get();
    if class.slots.word(SlotId::SetAttr as usize) != word && !is_module {
        return raise!(
            cx,
            TYPE_ERROR,
            "can't apply this {what} to {} object",
            types::class_of(v).display_name()
        );
    }
    Ok(())
}
/// The name of an attribute to set; that a builtin class has none to set is told before what the name is.
fn name_to_set(cx: &Cx, v: Value, name: Value) -> Res<crate::object::Ref<crate::str::PyStr>> {
    if name.as_str().is_none()
        && let Some(class) = v.downcast::<PyType>()
        && !class.has_flag(types::flag::HEAPTYPE)
    {
        let (name, class) = (crate::ops::repr_text(cx, name)?, class.display_name());
        let text = "attribute of immutable type";
        return raise!(cx, TYPE_ERROR, "cannot set {name} {text} '{class}'");
    }
    crate::ops::attribute_name(cx, name)
}

fn setattr(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    check_setattr(cx, word, v, "__setattr__")?;
    let name = name_to_set(cx, v, args.get(0))?;
    cast!(word, SetAttrFn)(cx, v, name, args.opt(1))?;
    Ok(Value::NONE)
}
macro_rules! compare {
    ($($name:ident $op:ident),*) => {
        $(fn $name(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
            cast!(word, CompareFn)(cx, v, args.get(0), CmpOp::$op)
        })*
    };
}
compare! { lt Lt, le Le, eq Eq, ne Ne, gt Gt, ge Ge }

fn descr_get(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    let (object, owner) = (args.non_none(0), args.non_none(1));
    if object.is_none() && owner.is_none() {
        return raise!(cx, TYPE_ERROR, "__get__(None, None) is invalid");
    }
    cast!(word, DescrGetFn)(cx, v, object, owner)
}
fn descr_set(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    cast!(word, DescrSetFn)(cx, v, args.get(0), args.opt(1))?;
    Ok(Value::NONE)
}
fn unreachable_wrap(cx: &Cx, _: usize, _: Value, _: Args) -> Res {
    raise!(cx, SYSTEM_ERROR, "slot wrapper without arguments")
}
fn del(cx: &Cx, word: usize, v: Value, _: Args) -> Res {
    cast!(word, DelFn)(cx, v)?;
    Ok(Value::NONE)
}
fn bool_(cx: &Cx, word: usize, v: Value, _: Args) -> Res {
    Ok(Value::bool(cast!(word, BoolFn)(cx, v)?))
}
fn len(cx: &Cx, word: usize, v: Value, _: Args) -> Res {
    cx.new_uint(cast!(word, LenFn)(cx, v)? as u64)
}
fn setitem(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    cast!(word, SetItemFn)(cx, v, args.get(0), args.opt(1))?;
    Ok(Value::NONE)
}
fn contains(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    Ok(Value::bool(cast!(word, ContainsFn)(cx, v, args.get(0))?))
}
fn repeat(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    let n = crate::ops::index_isize(cx, args.get(0), &crate::exception::OVERFLOW_ERROR)?;
    cast!(word, RepeatFn)(cx, v, n)
}
fn buffer(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    let flags = crate::ops::index_isize(cx, args.get(0), &crate::exception::OVERFLOW_ERROR)?;
    let Ok(flags) = i32::try_from(flags) else {
        return raise!(cx, OVERFLOW_ERROR, "buffer flags out of range");
    };
    if flags as u32 & crate::buffer::request::WRITABLE != 0
        && cast!(word, BufferFn)(cx, v, crate::buffer::request::FULL_RO)?.readonly
    {
        return raise!(cx, BUFFER_ERROR, "Object is not writable.");
    }
    crate::ops::call_memoryview(cx, v)
}

macro_rules! rows {
    ($($name:literal $slot:ident $sig:literal $wrap:ident $generic:expr;)*) => {
        &[$(SlotDef {
            name: $name,
            slot: SlotId::$slot,
            signature: $sig,
            arity: arity_of($sig),
            wrap: $wrap,
            generic: || $generic as usize,
        }),*]
    };
}

/// All dunder names that are slots.
pub static SLOT_DEFS: &[SlotDef] = rows! {
    "__repr__" Repr "()" unary py::repr as UnaryFn;
    "__hash__" Hash "()" hash py::hash as HashFn;
    "__call__" Call "(*args, **kwargs)" unreachable_wrap py::call as CallFn;
    "__str__" Str "()" unary py::str as UnaryFn;
    "__getattribute__" GetAttr "(name, /)" getattr py::getattr as GetAttrFn;
    "__getattr__" GetAttr "(name, /)" getattr py::getattr as GetAttrFn;
    "__setattr__" SetAttr "(name, value, /)" setattr py::setattr as SetAttrFn;
    "__delattr__" SetAttr "(name, /)" setattr_del py::setattr as SetAttrFn;
    "__lt__" Compare "(value, /)" lt py::compare as CompareFn;
    "__le__" Compare "(value, /)" le py::compare as CompareFn;
    "__eq__" Compare "(value, /)" eq py::compare as CompareFn;
    "__ne__" Compare "(value, /)" ne py::compare as CompareFn;
    "__gt__" Compare "(value, /)" gt py::compare as CompareFn;
    "__ge__" Compare "(value, /)" ge py::compare as CompareFn;
    "__iter__" Iter "()" unary py::iter as UnaryFn;
    "__next__" Next "()" next py::next as NextFn;
    "__get__" DescrGet "(instance, owner=None, /)" descr_get py::descr_get as DescrGetFn;
    "__set__" DescrSet "(instance, value, /)" descr_set py::descr_set as DescrSetFn;
    "__delete__" DescrSet "(instance, /)" descr_delete py::descr_set as DescrSetFn;
    "__init__" Init "(*args, **kwargs)" unreachable_wrap py::init as InitFn;
    "__del__" Del "()" del py::del as DelFn;
    "__await__" Await "()" unary py::await_ as UnaryFn;
    "__aiter__" AIter "()" unary py::aiter as UnaryFn;
    "__anext__" ANext "()" unary py::anext as UnaryFn;
    "__add__" Add "(value, /)" binary py::add as BinaryFn;
    "__radd__" Add "(value, /)" reflected py::add as BinaryFn;
    "__sub__" Sub "(value, /)" binary py::sub as BinaryFn;
    "__rsub__" Sub "(value, /)" reflected py::sub as BinaryFn;
    "__mul__" Mul "(value, /)" binary py::mul as BinaryFn;
    "__rmul__" Mul "(value, /)" reflected py::mul as BinaryFn;
    "__mod__" Mod "(value, /)" binary py::mod_ as BinaryFn;
    "__rmod__" Mod "(value, /)" reflected py::mod_ as BinaryFn;
    "__divmod__" DivMod "(value, /)" binary py::divmod as BinaryFn;
    "__rdivmod__" DivMod "(value, /)" reflected py::divmod as BinaryFn;
    "__pow__" Pow "(value, mod=None, /)" power py::pow as TernaryFn;
    "__rpow__" Pow "(value, mod=None, /)" reflected_power py::pow as TernaryFn;
    "__neg__" Neg "()" unary py::neg as UnaryFn;
    "__pos__" Pos "()" unary py::pos as UnaryFn;
    "__abs__" Abs "()" unary py::abs as UnaryFn;
    "__bool__" Bool "()" bool_ py::bool_ as BoolFn;
    "__invert__" Invert "()" unary py::invert as UnaryFn;
    "__lshift__" LShift "(value, /)" binary py::lshift as BinaryFn;
    "__rlshift__" LShift "(value, /)" reflected py::lshift as BinaryFn;
    "__rshift__" RShift "(value, /)" binary py::rshift as BinaryFn;
    "__rrshift__" RShift "(value, /)" reflected py::rshift as BinaryFn;
    "__and__" And "(value, /)" binary py::and as BinaryFn;
    "__rand__" And "(value, /)" reflected py::and as BinaryFn;
    "__xor__" Xor "(value, /)" binary py::xor as BinaryFn;
    "__rxor__" Xor "(value, /)" reflected py::xor as BinaryFn;
    "__or__" Or "(value, /)" binary py::or as BinaryFn;
    "__ror__" Or "(value, /)" reflected py::or as BinaryFn;
    "__int__" Int "()" unary py::int as UnaryFn;
    "__float__" Float "()" unary py::float as UnaryFn;
    "__iadd__" IAdd "(value, /)" binary py::iadd as BinaryFn;
    "__isub__" ISub "(value, /)" binary py::isub as BinaryFn;
    "__imul__" IMul "(value, /)" binary py::imul as BinaryFn;
    "__imod__" IMod "(value, /)" binary py::imod as BinaryFn;
    "__ipow__" IPow "(value, /)" binary py::ipow as BinaryFn;
    "__ilshift__" ILShift "(value, /)" binary py::ilshift as BinaryFn;
    "__irshift__" IRShift "(value, /)" binary py::irshift as BinaryFn;
    "__iand__" IAnd "(value, /)" binary py::iand as BinaryFn;
    "__ixor__" IXor "(value, /)" binary py::ixor as BinaryFn;
    "__ior__" IOr "(value, /)" binary py::ior as BinaryFn;
    "__floordiv__" FloorDiv "(value, /)" binary py::floordiv as BinaryFn;
    "__rfloordiv__" FloorDiv "(value, /)" reflected py::floordiv as BinaryFn;
    "__truediv__" TrueDiv "(value, /)" binary py::truediv as BinaryFn;
    "__rtruediv__" TrueDiv "(value, /)" reflected py::truediv as BinaryFn;
    "__ifloordiv__" IFloorDiv "(value, /)" binary py::ifloordiv as BinaryFn;
    "__itruediv__" ITrueDiv "(value, /)" binary py::itruediv as BinaryFn;
    "__index__" Index "()" unary py::index as UnaryFn;
    "__matmul__" MatMul "(value, /)" binary py::matmul as BinaryFn;
    "__rmatmul__" MatMul "(value, /)" reflected py::matmul as BinaryFn;
    "__imatmul__" IMatMul "(value, /)" binary py::imatmul as BinaryFn;
    "__len__" Len "()" len py::len as LenFn;
    "__getitem__" GetItem "(key, /)" binary py::getitem as BinaryFn;
    "__setitem__" SetItem "(key, value, /)" setitem py::setitem as SetItemFn;
    "__delitem__" SetItem "(key, /)" delitem py::setitem as SetItemFn;
    "__contains__" Contains "(key, /)" contains py::contains as ContainsFn;
    "__add__" Concat "(value, /)" binary 0usize;
    "__mul__" Repeat "(value, /)" repeat 0usize;
    "__rmul__" Repeat "(value, /)" repeat 0usize;
    "__iadd__" InplaceConcat "(value, /)" binary 0usize;
    "__imul__" InplaceRepeat "(value, /)" repeat 0usize;
    "__buffer__" GetBuffer "(flags, /)" buffer py::buffer as BufferFn;
};

fn setattr_del(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    check_setattr(cx, word, v, "__delattr__")?;
    let name = name_to_set(cx, v, args.get(0))?;
    cast!(word, SetAttrFn)(cx, v, name, None)?;
    Ok(Value::NONE)
}
fn descr_delete(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    cast!(word, DescrSetFn)(cx, v, args.get(0), None)?;
    Ok(Value::NONE)
}
fn delitem(cx: &Cx, word: usize, v: Value, args: Args) -> Res {
    cast!(word, SetItemFn)(cx, v, args.get(0), None)?;
    Ok(Value::NONE)
}

/// The rows of each name and of each slot.
struct Index {
    by_name: HashMap<&'static str, Vec<&'static SlotDef>>,
    by_slot: Vec<Vec<&'static SlotDef>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index { by_name: HashMap::new(), by_slot: vec![Vec::new(); SLOT_COUNT] };
    for def in SLOT_DEFS {
        index.by_name.entry(def.name).or_default().push(def);
        index.by_slot[def.slot as usize].push(def);
    }
    index
});

fn rows_of_name(name: &str) -> &'static [&'static SlotDef] {
    INDEX.by_name.get(name).map_or(&[], |rows| rows)
}

/// Recomputes the slots of a class made by Python code, from what its MRO defines. Type lock held.
pub fn update_slots(cx: &Cx, t: Ref<PyType>) -> Res<()> {
    if let Some(base) = sole_base(t) {
        return inherit_slots(cx, t, base);
    }
    for slot in 0..SLOT_COUNT {
        update_slot(cx, t, slot)?;
    }
    Ok(())
}

/// The base, if names are looked up in the class itself and then exactly as in the base.
fn sole_base(t: Ref<PyType>) -> Option<Ref<PyType>> {
    let base = t.base_type()?;
    let (own, rest) = t.mro_tuple().values().split_first()?;
    let its = base.mro_tuple().values();
    let same = rest.len() == its.len() && rest.iter().zip(its).all(|(a, b)| a.is(*b));
    (same && own.is(t.value()) && t.has_flag(types::flag::HEAPTYPE)).then_some(base)
}

/// Takes the slots of the base and recomputes those that the class's own names have a say in.
fn inherit_slots(cx: &Cx, t: Ref<PyType>, base: Ref<PyType>) -> Res<()> {
    for slot in 0..SLOT_COUNT {
        t.slots.set_word(slot, base.slots.word(slot));
    }
    if t.slots.word(SlotId::Del as usize) != 0 {
        t.set_flag(types::flag::HAS_DEL);
    }
    update_new(cx, t)?;
    for pair in t.namespace().snapshot(cx)?.values().chunks_exact(2) {
        let Some(name) = pair[0].as_str() else { continue };
        let Some(name) = name.as_ascii().filter(|name| name.starts_with("__")) else { continue };
        for def in rows_of_name(name) {
            update_slot(cx, t, def.slot as usize)?;
        }
    }
    Ok(())
}

/// Recomputes the slots that `name` has a say in, in `t` and its subclasses. Type lock held.
pub fn update_slots_for(cx: &Cx, t: Ref<PyType>, name: &str) -> Res<()> {
    for def in rows_of_name(name) {
        update_slot(cx, t, def.slot as usize)?;
    }
    if name == "__new__" {
        update_slot(cx, t, SlotId::New as usize)?;
    }
    let mut result = Ok(());
    types::for_each_subclass(t, &mut |sub| {
        if result.is_ok() {
            result = update_slots_for(cx, sub, name);
        }
    });
    result
}

fn update_slot(cx: &Cx, t: Ref<PyType>, slot: usize) -> Res<()> {
    if !t.has_flag(types::flag::HEAPTYPE) {
        return Ok(());
    }
    if slot == SlotId::New as usize {
        return update_new(cx, t);
    }
    let inherited = t.base_type().map_or(0, |base| base.slots.word(slot));
    let mut specific = None;
    let mut generic = 0;
    let mut use_generic = false;
    let mut found_any = false;
    let rows = &INDEX.by_slot[slot];
    for def in rows {
        let name = crate::intern::intern_text(cx, def.name)?;
        let Some((owner, found)) = t.lookup_where(name) else { continue };
        let wrapper = found.downcast::<PyWrapper>().filter(|w| t.is_subtype(w.owner_type()));
        // A sequence's `+` and `*` have slots of their own, under the names of a number's.
        if wrapper.is_some_and(|w| w.def().slot as usize != slot && w.def().name == def.name) {
            continue;
        }
        let wrapper = wrapper.filter(|w| w.def().slot as usize == slot);
        // A builtin class's method beside its slot does what the slot does.
        let is_method = !owner.has_flag(types::flag::HEAPTYPE)
            && found.downcast::<crate::native::PyNative>().is_some();
        let beside = Some(owner.slots.word(slot)).filter(|word| is_method && *word != 0);
        match wrapper.map(|wrapper| wrapper.word()).or(beside) {
            Some(word) => {
                found_any = true;
                if specific.is_some_and(|other| other != word) {
                    use_generic = true;
                }
                specific = Some(word);
            }
            None if (def.generic)() == 0 => continue,
            None if found.is_none() && slot == SlotId::Hash as usize => {
                found_any = true;
                specific = Some(py::hash_not_implemented as HashFn as usize);
            }
            None => {
                found_any = true;
                use_generic = true;
            }
        }
        generic = generic.max((def.generic)());
    }
    let word = match (found_any, use_generic, specific) {
        (true, true, _) if generic != 0 => generic,
        (true, _, Some(word)) => word,
        _ if rows.iter().any(|def| (def.generic)() != 0) => 0,
        _ => inherited,
    };
    t.slots.set_word(slot, word);
    if slot == SlotId::Del as usize && word != 0 {
        t.set_flag(types::flag::HAS_DEL);
    }
    Ok(())
}

/// `__new__` is a static method; the slot is inherited unless Python code defines it.
fn update_new(cx: &Cx, t: Ref<PyType>) -> Res<()> {
    let name = crate::name!(cx, "__new__");
    let word = match t.lookup_where(name) {
        Some((owner, found)) => match found.downcast::<crate::native::PyNative>() {
            Some(_) if !owner.has_flag(types::flag::HEAPTYPE) => {
                owner.slots.word(SlotId::New as usize)
            }
            _ => py::new as NewFn as usize,
        },
        None => t.base_type().map_or(0, |base| base.slots.word(SlotId::New as usize)),
    };
    t.slots.set_word(SlotId::New as usize, word);
    Ok(())
}
