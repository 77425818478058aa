//! `_thread._local`: an object with a `__dict__` for each thread.
//!
//! Rules:
//! 1. A local holds the dicts of all threads, by the thread's serial number; so they die with it.
//! 2. A thread holds weak boxes of the locals it has a dict in, and removes its dicts when it ends.
//! 3. A thread reads and writes only its own row; the table's reads take no lock.

use orochi_object::cx::thread_slot;
use orochi_object::prelude::*;
use orochi_object::slots::InitFn;
use orochi_object::weakref::PyWeak;

/// A `_thread._local`.
#[repr(C)]
pub struct PyLocal {
    pub header: Header,
    /// Dict from thread serial to that thread's `__dict__`.
    dicts: Slot,
    /// What `__init__` is called with in each thread.
    args: Slot,
    kwargs: Slot,
}
// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl orochi_object::object::Object for PyLocal {
    const LAYOUT: u16 = orochi_object::layout::WORDS;
}

/// The cell of `_thread._local`.
pub static CELL: TypeCell = TypeCell::new();

fn this(v: Value) -> Ref<PyLocal> {
    // SAFETY: receivers of these slots are locals.
    unsafe { v.cast() }
}

impl PyLocal {
    fn dicts(&self) -> Ref<PyDict> {
        // SAFETY: `new` stored a dict.
        unsafe { self.dicts.or_none().cast() }
    }
}

fn serial(cx: &Cx) -> Value {
    cx.locals[thread_slot::SERIAL].get().unwrap_or(Value::int(0))
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let object_init = types::OBJECT.get().slots.init().map_or(0, |f: InitFn| f as usize);
    let own_init = class.slots.init().map_or(0, |f: InitFn| f as usize);
    if !args.is_empty() && own_init == object_init {
        return raise!(cx, TYPE_ERROR, "Initialization arguments are not supported");
    }
    let local: Ref<PyLocal> = cx.alloc_instance(class, 0)?;
    local.dicts.init(cx.new_dict()?.value());
    local.args.init(args.positional_tuple(cx)?.value());
    local.kwargs.init_opt(args.keyword_dict(cx)?.map(Ref::value));
    make_dict(cx, local)?;
    Ok(local.value())
}

/// Gives the calling thread a dict in `local`.
fn make_dict(cx: &Cx, local: Ref<PyLocal>) -> Res<Ref<PyDict>> {
    let dict = cx.new_dict()?;
    let mine = &cx.locals[thread_slot::THREAD_LOCALS];
    let list = match mine.get().and_then(Value::downcast::<PyList>) {
        Some(list) => list,
        None => {
            let list = cx.new_list(&[])?;
            mine.init(list.value());
            list
        }
    };
    let weak = cx.new_weak_box(local.value())?;
    if list.len() >= 64 && list.len().is_power_of_two() {
        prune(cx, list)?;
    }
    list.push(cx, weak.value())?;
    local.dicts().set(cx, serial(cx), dict.value())?;
    Ok(dict)
}

/// Drops the boxes of dead locals.
fn prune(cx: &Cx, list: Ref<PyList>) -> Res<()> {
    list.edit(cx, |edit| {
        let mut kept = 0;
        for i in 0..edit.len() {
            if let Some(weak) = edit.get(i)
                && weak.downcast::<PyWeak>().is_some_and(|weak| weak.target().is_some())
            {
                edit.set(kept, weak);
                kept += 1;
            }
        }
        edit.splice(kept, edit.len(), &[])
    })
}

/// The calling thread's dict; made, and `__init__` run, at the first use in a thread.
fn dict_of(cx: &Cx, local: Ref<PyLocal>) -> Res<Ref<PyDict>> {
    if let Some(dict) = local.dicts().get(cx, serial(cx))?.and_then(Value::downcast) {
        return Ok(dict);
    }
    let dict = make_dict(cx, local)?;
    let class = local.class();
    let object_init = types::OBJECT.get().slots.init().map_or(0, |f: InitFn| f as usize);
    let Some(init) = class.slots.init().filter(|f| *f as usize != object_init) else {
        return Ok(dict);
    };
    // SAFETY: `new` stored a tuple.
    let args: Ref<PyTuple> = unsafe { local.args.or_none().cast() };
    let done = match local.kwargs.get().and_then(Value::downcast::<PyDict>) {
        None => init(cx, local.value(), CallArgs::new(args.values())),
        Some(kwargs) => orochi_object::typedef::with_keywords(cx, args.values(), kwargs, |args| {
            init(cx, local.value(), args)
        }),
    };
    if let Err(raised) = done {
        local.dicts().remove(cx, serial(cx))?;
        return Err(raised);
    }
    Ok(dict)
}

/// The calling thread ends: removes its dicts.
pub(crate) fn thread_ends(cx: &Cx) {
    let list = cx.locals[thread_slot::THREAD_LOCALS].take().and_then(Value::downcast::<PyList>);
    let Some(list) = list else { return };
    for i in 0..list.len() {
        let weak = list.get(i).and_then(Value::downcast::<PyWeak>);
        if let Some(local) = weak.and_then(|weak| weak.target()) {
            let _ = this(local).dicts().remove(cx, serial(cx));
        }
    }
}

fn getattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    let dict = dict_of(cx, this(v))?;
    if name.eq_str("__dict__") {
        return Ok(dict.value());
    }
    let class = class_of(v);
    let found = class.lookup(cx, name);
    let get = found.and_then(|found| class_of(found).slots.descr_get());
    if let (Some(found), Some(get)) = (found, get)
        && class_of(found).slots.descr_set().is_some()
    {
        return get(cx, found, Some(v), Some(class.value()));
    }
    if let Some(value) = dict.get_str(name) {
        return Ok(value);
    }
    match (found, get) {
        (Some(found), Some(get)) => get(cx, found, Some(v), Some(class.value())),
        (Some(found), None) => Ok(found),
        (None, _) => Err(missing(cx, v, name)),
    }
}

fn missing(cx: &Cx, v: Value, name: Ref<PyStr>) -> Raised {
    let class = ops::full_name(cx, class_of(v));
    let text = format!("'{class}' object has no attribute '{}'", name.to_string_lossy());
    ops::attribute_error(cx, v, name, &text)
}

fn setattr(cx: &Cx, v: Value, name: Ref<PyStr>, value: Option<Value>) -> Res<()> {
    if name.eq_str("__dict__") {
        let class = ops::full_name(cx, class_of(v));
        return raise!(cx, ATTRIBUTE_ERROR, "'{class}' object attribute '__dict__' is read-only");
    }
    let dict = dict_of(cx, this(v))?;
    if let Some(found) = class_of(v).lookup(cx, name)
        && let Some(set) = class_of(found).slots.descr_set()
    {
        return set(cx, found, v, value);
    }
    match value {
        Some(value) => dict.set_str(cx, name, value),
        None => match dict.remove(cx, name.value())? {
            Some(_) => Ok(()),
            None => Err(missing(cx, v, name)),
        },
    }
}

/// The type `_thread._local`.
pub static TYPE: TypeDef = TypeDef {
    name: "_thread._local",
    cell: &CELL,
    layout: orochi_object::layout::WORDS,
    size: size_of::<PyLocal>(),
    flags: flag::BASETYPE | flag::WEAKREF,
    slots: Slots { new: Some(new), getattr: Some(getattr), setattr: Some(setattr), ..Slots::NONE },
    doc: Some("Thread-local data"),
    ..TypeDef::DEFAULT
};
