//! How instances of a new class lie in memory: the best base, `__dict__`, `__slots__`.

use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::types::{ATTRS_AT_END, InstanceLayout, MOST_ATTRIBUTES};

/// Index into `PyType::extra`: a tuple of the names of the class's own `__slots__` members.
pub const MEMBERS: usize = 0;
/// Index into `PyType::extra`: how many attributes methods assign to `self`, bases included.
pub const STATIC_ATTRIBUTES: usize = 1;

/// The names of a class's own `__slots__` members.
pub fn own_members(t: Ref<PyType>) -> Option<Ref<PyTuple>> {
    t.extra[MEMBERS].get().and_then(Value::downcast).filter(|names: &Ref<PyTuple>| names.len() > 0)
}

/// Whether a class or one it inherits its layout from has `__slots__` members.
pub fn has_members(t: Ref<PyType>) -> bool {
    chain(t).any(|class| own_members(class).is_some())
}

/// A class and the bases that fix its layout.
fn chain(t: Ref<PyType>) -> impl Iterator<Item = Ref<PyType>> {
    core::iter::successors(Some(t), |t| t.base_type())
}

/// The nearest class in the chain of bases that adds something of its own to the memory.
pub fn solid_base(t: Ref<PyType>) -> Ref<PyType> {
    chain(t)
        .find(|class| match class.base_type() {
            None => true,
            Some(_) if class.has_flag(flag::HEAPTYPE) => own_members(*class).is_some(),
            Some(base) => {
                class.instance_layout() != base.instance_layout()
                    || class.native_size != base.native_size
            }
        })
        .unwrap_or(t)
}

/// The base that fixes the memory layout.
pub fn best_base(cx: &Cx, bases: Ref<PyTuple>) -> Res<Ref<PyType>> {
    let mut best: Option<(Ref<PyType>, Ref<PyType>)> = None;
    for base in bases.values() {
        let Some(base) = base.downcast::<PyType>() else {
            return raise!(cx, TYPE_ERROR, "bases must be types");
        };
        if !base.has_flag(flag::BASETYPE) {
            return raise!(
                cx,
                TYPE_ERROR,
                "type '{}' is not an acceptable base type",
                ops::full_name(cx, base)
            );
        }
        let solid = solid_base(base);
        best = match best {
            None => Some((base, solid)),
            Some((_, winner)) if winner.is_subtype(solid) => best,
            Some((_, winner)) if solid.is_subtype(winner) => Some((base, solid)),
            Some(_) => {
                return raise!(cx, TYPE_ERROR, "multiple bases have instance lay-out conflict");
            }
        };
    }
    match best {
        Some((base, _)) => Ok(base),
        None => Ok(types::OBJECT.get()),
    }
}

/// Whether objects of one class can become objects of the other.
pub fn same_layout(a: Ref<PyType>, b: Ref<PyType>) -> bool {
    let (x, y) = (a.memory(), b.memory());
    if x.layout != y.layout
        || x.native_size != y.native_size
        || x.attrs_offset != y.attrs_offset
        || a.has_flag(flag::WEAKREF) != b.has_flag(flag::WEAKREF)
    {
        return false;
    }
    let last = |t| chain(t).find_map(|class| Some((class, own_members(class)?)));
    match (last(a), last(b)) {
        (None, None) => true,
        (Some((own, names)), Some((other, others))) => {
            let same =
                own == other || own.base_type() == other.base_type() && same_names(names, others);
            same && x.instance_bytes == y.instance_bytes
        }
        _ => false,
    }
}

fn same_names(a: Ref<PyTuple>, b: Ref<PyTuple>) -> bool {
    let same = |(x, y): (&Value, &Value)| match (x.as_str(), y.as_str()) {
        (Some(x), Some(y)) => x.same(&y),
        _ => false,
    };
    a.len() == b.len() && a.values().iter().zip(b.values()).all(same)
}

/// Whether instances vary in size, so that attributes lie at their end.
pub fn is_variable(t: Ref<PyType>) -> bool {
    matches!(t.instance_layout(), layout::INT | layout::STR | layout::TUPLE | layout::BYTES)
}

/// Whether instances keep attributes in a dict of their own kind.
fn has_other_dict(t: Ref<PyType>) -> bool {
    matches!(t.instance_layout(), layout::TYPE | layout::MODULE)
}

/// What `__slots__` asks for.
pub struct Wanted {
    pub dict: bool,
    pub weakref: bool,
    /// Mangled, sorted names of members.
    pub members: Option<Ref<PyTuple>>,
}

/// Whether a class derived from `base` can add a `__dict__`.
pub fn may_add_dict(base: Ref<PyType>) -> bool {
    !base.has_dict() && !has_other_dict(base)
}

/// Whether a class derived from `base` can add weak references.
pub fn may_add_weakref(base: Ref<PyType>) -> bool {
    let variable = is_variable(base) && base.instance_layout() != layout::STR;
    !base.has_flag(flag::WEAKREF) && !variable
}

/// Reads `__slots__`. `namespace` is the class's own.
pub fn read_slots(
    cx: &Cx,
    base: Ref<PyType>,
    bases: Ref<PyTuple>,
    class_name: Ref<PyStr>,
    namespace: Ref<PyDict>,
) -> Res<Wanted> {
    let (may_dict, may_weak) = (may_add_dict(base), may_add_weakref(base));
    let Some(slots) = namespace.get_str(name!(cx, "__slots__")) else {
        return Ok(Wanted { dict: may_dict, weakref: may_weak, members: None });
    };
    let given = match slots.as_str() {
        Some(_) => cx.new_tuple(&[slots])?,
        None => ops::to_tuple(cx, slots)?,
    };
    if given.len() > 0 && is_variable(base) && base.instance_layout() != layout::STR {
        return raise!(
            cx,
            TYPE_ERROR,
            "nonempty __slots__ not supported for subtype of '{}'",
            base.display_name()
        );
    }
    let (mut dict, mut weakref) = (false, false);
    let members = cx.new_list(&[])?;
    for item in given.values() {
        let name = slot_name(cx, *item)?;
        if name.eq_str("__dict__") {
            if !may_dict || dict {
                return raise!(cx, TYPE_ERROR, "__dict__ slot disallowed: we already got one");
            }
            dict = true;
        } else if name.eq_str("__weakref__") {
            if !may_weak || weakref {
                return raise!(cx, TYPE_ERROR, "__weakref__ slot disallowed: we already got one");
            }
            weakref = true;
        } else {
            members.push(cx, member_name(cx, class_name, name, namespace)?.value())?;
        }
    }
    ops::call_method(cx, members.value(), name!(cx, "sort"), &[])?;
    for other in bases.values().iter().filter_map(|base| base.downcast::<PyType>()) {
        dict |= may_dict && other.has_dict();
        weakref |= may_weak && other.has_flag(flag::WEAKREF);
    }
    Ok(Wanted { dict, weakref, members: Some(members.snapshot(cx)?) })
}

fn slot_name(cx: &Cx, item: Value) -> Res<Ref<PyStr>> {
    let Some(name) = item.as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "__slots__ items must be strings, not '{}'",
            class_of(item).display_name()
        );
    };
    let identifier = ops::call_method(cx, item, name!(cx, "isidentifier"), &[])?;
    if !ops::truth(cx, identifier)? {
        return raise!(cx, TYPE_ERROR, "__slots__ must be identifiers");
    }
    Ok(name)
}

fn member_name(
    cx: &Cx,
    class_name: Ref<PyStr>,
    name: Ref<PyStr>,
    namespace: Ref<PyDict>,
) -> Res<Ref<PyStr>> {
    let mangled = mangle(cx, class_name, name)?;
    let own = ["__qualname__", "__classcell__", "__classdictcell__"];
    if !own.iter().any(|own| mangled.eq_str(own)) && namespace.get_str(mangled).is_some() {
        return raise!(
            cx,
            VALUE_ERROR,
            "{} in __slots__ conflicts with class variable",
            ops::repr_text(cx, mangled.value())?
        );
    }
    Ok(mangled)
}

/// `__name` in class `C` is `_C__name`.
fn mangle(cx: &Cx, class_name: Ref<PyStr>, name: Ref<PyStr>) -> Res<Ref<PyStr>> {
    let text = name.to_string_lossy();
    let class = class_name.to_string_lossy();
    let class = class.trim_start_matches('_');
    if !text.starts_with("__") || text.ends_with("__") || class.is_empty() {
        return orochi_object::intern::intern(cx, name);
    }
    orochi_object::intern::intern_text(cx, &format!("_{class}{text}"))
}

/// How instances lie in memory, and the offset of the first member (0 where members of a
/// variable-size type live in the dict).
pub fn memory(base: Ref<PyType>, wanted: &Wanted, attributes: u32) -> (InstanceLayout, u32) {
    let mut memory = base.memory();
    let members = wanted.members.map_or(0, |members| members.len() as u32);
    if is_variable(base) {
        if wanted.dict || members > 0 {
            memory.attrs_offset = ATTRS_AT_END;
        }
        return (memory, 0);
    }
    let mut end = memory.instance_bytes.next_multiple_of(8);
    // Objects come in 16 bytes: an odd number of attribute slots fills them after the dict word.
    let capacity = attributes.clamp(3, MOST_ATTRIBUTES) | 1;
    if wanted.dict {
        memory.attrs_offset = end;
        memory.capacity = capacity;
        end += 8 + 8 * capacity;
    } else if base.has_dict() && end == memory.attrs_offset + 8 + 8 * memory.capacity {
        memory.capacity = memory.capacity.max(capacity);
        end = memory.attrs_offset + 8 + 8 * memory.capacity;
    }
    let first = end;
    memory.instance_bytes = end + 8 * members;
    (memory, first)
}

/// Creates the member descriptors of `__slots__`.
pub fn add_members(cx: &Cx, t: Ref<PyType>, members: Ref<PyTuple>, first: u32) -> Res<()> {
    for (i, name) in members.values().iter().enumerate() {
        let Some(text) = name.as_str() else { continue };
        let offset = if first == 0 { 0 } else { first + 8 * i as u32 };
        let member = cx.new_member(*name, t, offset)?;
        t.namespace().set_str(cx, text, member)?;
    }
    if t.has_dict() && members.len() > 0 {
        t.set_flag(flag::HAS_SLOTS_AFTER_ATTRS);
    }
    t.extra[MEMBERS].set(cx, t, members.value());
    Ok(())
}
