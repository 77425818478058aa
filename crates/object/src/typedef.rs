//! Definitions of builtin types and modules as static tables, and making the objects from them.

use crate::args::{ArgRow, Args, CallArgs};
use crate::cx::Cx;
use crate::descr::GetSetDef;
use crate::error::Res;
use crate::intern;
use crate::module::PyModule;
use crate::name;
use crate::native::{Binding, NativeDef};
use crate::object::Ref;
use crate::pyslots;
use crate::raise;
use crate::slot::Slot;
use crate::slotdefs::SLOT_DEFS;
use crate::slots::{HashFn, SLOT_COUNT, SlotId, Slots};
use crate::tuple::PyTuple;
use crate::types::{self, InstanceLayout, PyType, TypeCell, flag};
use crate::value::Value;
use core::sync::atomic::Ordering;
use orochi_heap::Header;

/// A builtin type: one `static` in the file that implements it.
pub struct TypeDef {
    /// `list`, or `collections.deque` with its module.
    pub name: &'static str,
    /// Where the type object is kept.
    pub cell: &'static TypeCell,
    /// `None` is `object`.
    pub base: Option<&'static TypeCell>,
    pub layout: u16,
    /// Size of the payload struct with header.
    pub size: usize,
    /// Whether instances have a `__dict__`.
    pub dict: bool,
    pub flags: u64,
    pub slots: Slots,
    pub methods: &'static [NativeDef],
    pub getset: &'static [GetSetDef],
    pub doc: Option<&'static str>,
    /// Adds what tables cannot say.
    pub init: Option<fn(&Cx, Ref<PyType>) -> Res<()>>,
    /// What a call of the type itself gives, if there is a shorter way to it than by `new` and `init`.
    pub make: Option<fn(&Cx, CallArgs) -> Res>,
}

/// The cell of `object`, for `TypeDef::DEFAULT`.
static NO_CELL: TypeCell = TypeCell::new();

impl TypeDef {
    /// For struct update syntax. `name`, `cell`, `layout`, `size` must be given.
    pub const DEFAULT: TypeDef = TypeDef {
        name: "",
        cell: &NO_CELL,
        base: None,
        layout: crate::layout::OBJECT,
        size: size_of::<Header>(),
        dict: false,
        flags: 0,
        slots: Slots::NONE,
        methods: &[],
        getset: &[],
        doc: None,
        init: None,
        make: None,
    };

    fn memory(&self) -> InstanceLayout {
        let size = self.size.next_multiple_of(8) as u32;
        InstanceLayout {
            layout: self.layout,
            native_size: size,
            attrs_offset: if self.dict { size } else { 0 },
            capacity: 0,
            instance_bytes: if self.dict { size + 8 } else { self.size as u32 },
        }
    }

    /// The module, if it is not `builtins`.
    pub(crate) fn module(&self) -> Option<&'static str> {
        self.split_name().0
    }

    fn split_name(&self) -> (Option<&'static str>, &'static str) {
        match self.name.rsplit_once('.') {
            Some((module, name)) => (Some(module), name),
            None => (None, self.name),
        }
    }
}

/// A constant of a module.
pub enum Const {
    Int(i64),
    Float(f64),
    Str(&'static str),
    Bool(bool),
    None,
}

/// A builtin module: one `static` in the file that implements it.
pub struct ModuleDef {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub functions: &'static [NativeDef],
    pub constants: &'static [(&'static str, Const)],
    /// Types to make when the module is first imported (unless boot has made them) and to show in
    /// it under their names.
    pub types: &'static [&'static TypeDef],
    /// Adds what tables cannot say.
    pub init: Option<fn(&Cx, Ref<PyModule>) -> Res<()>>,
}

impl ModuleDef {
    /// For struct update syntax. `name` must be given.
    pub const DEFAULT: ModuleDef =
        ModuleDef { name: "", doc: None, functions: &[], constants: &[], types: &[], init: None };
}

/// Makes the types of the core at boot, all at once, since they need one another. Bases come first.
pub fn boot_types(cx: &Cx, defs: &[&'static TypeDef]) -> Res<()> {
    for def in defs {
        let t = PyType::allocate(cx, None, def.memory(), def.flags)?;
        t.set_definition(def);
        def.cell.set(t);
    }
    let shape = types::TYPE.get().root_shape();
    for def in defs {
        let word = shape.value().word();
        def.cell.get().header().word.store(word, Ordering::Release);
    }
    for def in defs {
        name_type(cx, def)?;
    }
    for def in defs {
        fill_type(cx, def.cell.get(), def)?;
    }
    Ok(())
}

/// Makes one builtin type after boot, if it is not there yet. Of two threads that race to make it
/// one wins; the other's is dropped.
pub fn make_type(cx: &Cx, def: &'static TypeDef) -> Res<Ref<PyType>> {
    if def.cell.is_ready() {
        return Ok(def.cell.get());
    }
    let t = PyType::allocate(cx, Some(types::TYPE.get()), def.memory(), def.flags)?;
    t.set_definition(def);
    fill_bases(cx, t, def)?;
    let (_, name) = def.split_name();
    let name = intern::intern_text(cx, name)?.value();
    t.name.set(cx, t, name);
    t.qualname.set(cx, t, name);
    t.dict.set(cx, t, cx.new_dict()?.value());
    fill_type(cx, t, def)?;
    Ok(def.cell.set_first(t))
}

fn name_type(cx: &Cx, def: &'static TypeDef) -> Res<()> {
    let t = def.cell.get();
    let (_, name) = def.split_name();
    let name = intern::intern_text(cx, name)?.value();
    t.name.init(name);
    t.qualname.init(name);
    t.dict.init(cx.new_dict()?.value());
    fill_bases(cx, t, def)
}

fn fill_bases(cx: &Cx, t: Ref<PyType>, def: &'static TypeDef) -> Res<()> {
    let is_object = core::ptr::eq(def.cell, &types::OBJECT);
    let base = (!is_object).then(|| def.base.unwrap_or(&types::OBJECT).get());
    let mro = match base {
        None => cx.new_tuple(&[t.value()])?,
        Some(base) => {
            let above = base.mro_tuple();
            let mut all = vec![t.value()];
            all.extend_from_slice(above.values());
            cx.new_tuple(&all)?
        }
    };
    let bases = base.map(Ref::value);
    t.bases.set(cx, t, cx.new_tuple(bases.as_slice())?.value());
    t.mro.set(cx, t, mro.value());
    if let Some(base) = base {
        t.base.set(cx, t, base.value());
        add_subclass(cx, base, t)?;
    }
    Ok(())
}

/// Records `sub` among the direct subclasses of `base`, weakly. Dead entries are dropped.
pub fn add_subclass(cx: &Cx, base: Ref<PyType>, sub: Ref<PyType>) -> Res<()> {
    add_class(cx, base, &base.subclasses, sub)
}

/// Adds `heir` to the classes that inherit from `class` without having it as a base.
pub fn add_heir(cx: &Cx, class: Ref<PyType>, heir: Ref<PyType>) -> Res<()> {
    let heirs = &class.extra[types::HEIRS];
    remove_class(cx, heirs, heir)?;
    add_class(cx, class, heirs, heir)
}

/// Removes `sub` from the direct subclasses of `base`.
pub fn remove_subclass(cx: &Cx, base: Ref<PyType>, sub: Ref<PyType>) -> Res<()> {
    remove_class(cx, &base.subclasses, sub)
}

fn add_class(cx: &Cx, owner: Ref<PyType>, classes: &Slot, class: Ref<PyType>) -> Res<()> {
    let weak = cx.new_weak_box(class.value())?;
    let list = match classes.get().and_then(Value::downcast::<crate::list::PyList>) {
        Some(list) => list,
        None => {
            let list = cx.new_list(&[])?;
            classes.set(cx, owner, list.value());
            list
        }
    };
    list.edit(cx, |edit| {
        // The dead are looked for when there are twice as many as after the last time at most, so that it costs little a class.
        let len = edit.len();
        if len >= 16 && len.is_power_of_two() {
            let is_alive = |class: &Value| {
                class
                    .downcast::<crate::weakref::PyWeak>()
                    .is_some_and(|weak| weak.target().is_some())
            };
            // Nothing polls before they are back in the list.
            let alive: Vec<Value> = (0..len).filter_map(|i| edit.get(i)).filter(is_alive).collect();
            edit.splice(0, len, &alive)?;
        }
        edit.push(weak.value())
    })
}

fn remove_class(cx: &Cx, classes: &Slot, class: Ref<PyType>) -> Res<()> {
    let Some(list) = classes.get().and_then(Value::downcast::<crate::list::PyList>) else {
        return Ok(());
    };
    list.edit(cx, |edit| {
        let weak = |i| edit.get(i).and_then(Value::downcast::<crate::weakref::PyWeak>);
        let found = (0..edit.len())
            .find(|i| weak(*i).and_then(|weak| weak.target()) == Some(class.value()));
        match found {
            Some(i) => edit.splice(i, i + 1, &[]),
            None => Ok(()),
        }
    })
}

fn fill_type(cx: &Cx, t: Ref<PyType>, def: &'static TypeDef) -> Res<()> {
    let own = def.slots.words();
    inherit(cx, t, &own)?;
    let dict = t.namespace();
    if let Some(module) = def.module()
        && def.flags & flag::NO_MODULE == 0
    {
        let module = intern::intern_text(cx, module)?;
        dict.set_str(cx, name!(cx, "__module__"), module.value())?;
    }
    add_wrappers(cx, t, &own)?;
    for method in def.methods {
        let value = method_object(cx, t, method)?;
        dict.set_str(cx, intern::intern_text(cx, method.name)?, value)?;
    }
    for row in def.getset {
        let value = cx.new_row(row, t)?;
        dict.set_str(cx, intern::intern_text(cx, row.name)?, value)?;
    }
    if def.dict && !t.base_type().is_some_and(|base| base.has_dict()) {
        let key = name!(cx, "__dict__");
        if dict.get_str(key).is_none() {
            dict.set_str(cx, key, cx.new_row(&INSTANCE_DICT, t)?)?;
        }
    }
    let doc = match def.doc {
        Some(doc) => cx.new_str(doc)?.value(),
        None => Value::NONE,
    };
    dict.set_default(cx, name!(cx, "__doc__").value(), doc)?;
    if let Some(init) = def.init {
        init(cx, t)?;
    }
    Ok(())
}

fn inherit(cx: &Cx, t: Ref<PyType>, own: &[usize; SLOT_COUNT]) -> Res<()> {
    let base = t.base_type();
    let (hash, compare) = (SlotId::Hash as usize, SlotId::Compare as usize);
    let mut words = *own;
    if let Some(base) = base {
        for (slot, word) in words.iter_mut().enumerate() {
            let hash_pair = (slot == hash || slot == compare) && (own[hash] | own[compare]) != 0;
            // Other iterators, other items.
            let items = slot == SlotId::Items as usize && own[SlotId::Iter as usize] != 0;
            if *word == 0 && !hash_pair && !items && slot != SlotId::New as usize {
                *word = base.slots.word(slot);
            }
        }
        let from_object = base == types::OBJECT.get();
        if own[SlotId::New as usize] == 0 {
            if from_object {
                t.set_flag(flag::NO_NEW);
            } else {
                words[SlotId::New as usize] = base.slots.word(SlotId::New as usize);
            }
        }
        t.set_flag(base.flags() & flag::INHERITED);
        if own[hash] == 0 && own[compare] != 0 {
            words[hash] = pyslots::hash_not_implemented as HashFn as usize;
            t.namespace().set_str(cx, name!(cx, "__hash__"), Value::NONE)?;
        }
    }
    for (slot, word) in words.into_iter().enumerate() {
        t.slots.set_word(slot, word);
    }
    Ok(())
}

fn method_object(cx: &Cx, t: Ref<PyType>, method: &'static NativeDef) -> Res {
    let class = match method.binding {
        Binding::Static | Binding::Function | Binding::Outside => {
            let function = cx.new_native(method, None)?;
            function.owner.init(t.value());
            return static_method_object(cx, function.value());
        }
        Binding::Class => types::CLASSMETHOD_DESCRIPTOR.get(),
        Binding::Method | Binding::MethodOutside => types::METHOD_DESCRIPTOR.get(),
    };
    let native = cx.native_of_class(class, method, None)?;
    native.owner.init(t.value());
    Ok(native.value())
}

/// `__dict__` of instances.
pub static INSTANCE_DICT: GetSetDef =
    crate::descr::getset("__dict__", get_instance_dict, set_instance_dict);

/// `v.__dict__`.
pub fn get_instance_dict(cx: &Cx, v: Value) -> Res {
    if let Some(dict) = crate::instance::dict(cx, v)? {
        return Ok(dict.value());
    }
    // Of a class whose metaclass got this getter from a base beside `type`: the built-in base knows.
    let mut at = Some(types::class_of(v));
    while let Some(class) = at {
        if let Some(found) = class.namespace().get_str(name!(cx, "__dict__"))
            && let Some(row) = crate::descr::row_of(found)
            && !core::ptr::eq(row, &INSTANCE_DICT)
        {
            return (row.get)(cx, v);
        }
        at = class.base_type();
    }
    Ok(Value::NONE)
}

/// `v.__dict__ = d`.
pub fn set_instance_dict(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    match value.map(|value| (value, value.downcast::<crate::dict::PyDict>())) {
        Some((_, Some(dict))) => crate::instance::set_dict(cx, v, dict),
        Some((other, None)) => raise!(
            cx,
            TYPE_ERROR,
            "__dict__ must be set to a dictionary, not a '{}'",
            types::class_of(other).display_name()
        ),
        None => raise!(cx, TYPE_ERROR, "cannot delete __dict__"),
    }
}

/// A `staticmethod` around `function`, once that type exists.
pub fn static_method_object(cx: &Cx, function: Value) -> Res {
    let object: Ref<PyStaticMethod> = cx.alloc_instance(types::STATICMETHOD.get(), 0)?;
    object.callable.init(function);
    Ok(object.value())
}

/// A `staticmethod` or `classmethod`: the wrapped callable.
#[repr(C)]
pub struct PyStaticMethod {
    pub header: Header,
    pub callable: crate::slot::Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl crate::object::Object for PyStaticMethod {
    const LAYOUT: u16 = crate::layout::WORDS;
}

fn add_wrappers(cx: &Cx, t: Ref<PyType>, own: &[usize; SLOT_COUNT]) -> Res<()> {
    let dict = t.namespace();
    if own[SlotId::New as usize] != 0 {
        let new = cx.new_native(&NEW, Some(t.value()))?;
        dict.set_str(cx, name!(cx, "__new__"), new.value())?;
    }
    for def in SLOT_DEFS {
        let word = own[def.slot as usize];
        if word == 0 || def.name == "__getattr__" {
            continue;
        }
        let name = intern::intern_text(cx, def.name)?;
        if dict.get_str(name).is_none() {
            dict.set_str(cx, name, cx.new_wrapper(def, word, t)?)?;
        }
    }
    Ok(())
}

/// `T.__new__` of a builtin type, bound to T.
static NEW: NativeDef = crate::native::method("__new__", "(type, /, *args, **kwargs)", call_new);

fn call_new(cx: &Cx, args: Args) -> Res {
    // SAFETY: bound to a type by `add_wrappers`.
    let own: Ref<PyType> = unsafe { args.get(0).cast() };
    let name = own.display_name();
    let Some((class, rest)) = args.rest(1).split_first() else {
        return raise!(cx, TYPE_ERROR, "{name}.__new__(): not enough arguments");
    };
    let Some(class) = class.downcast::<PyType>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "{name}.__new__(X): X is not a type object ({})",
            types::class_of(*class).display_name()
        );
    };
    if !class.is_subtype(own) {
        let class = class.display_name();
        return raise!(
            cx,
            TYPE_ERROR,
            "{name}.__new__({class}): {class} is not a subtype of {name}"
        );
    }
    if class.instance_layout() != own.instance_layout()
        || class == types::BOOL.get() && own != class
    {
        let base = native_base(class);
        let (class, made) = (class.display_name(), base.slots.new().is_some());
        let base = base.display_name();
        if !made {
            return raise!(cx, TYPE_ERROR, "cannot create '{base}' instances");
        }
        return raise!(cx, TYPE_ERROR, "{name}.__new__({class}) is not safe, use {base}.__new__()");
    }
    let Some(new) = own.slots.new().filter(|_| !class.has_flag(flag::NO_NEW)) else {
        return raise!(cx, TYPE_ERROR, "cannot create '{}' instances", class.display_name());
    };
    match args.kwargs(2).filter(|kwargs| !kwargs.is_empty()) {
        None => new(cx, class, CallArgs::new(rest)),
        Some(kwargs) => with_keywords(cx, rest, kwargs, |args| new(cx, class, args)),
    }
}

/// The nearest builtin class that fixes the layout.
fn native_base(class: Ref<PyType>) -> Ref<PyType> {
    let mut at = class;
    while at.has_flag(flag::HEAPTYPE) {
        match at.base_type() {
            Some(base) => at = base,
            None => break,
        }
    }
    at
}

/// Calls `f` with positional values and a dict of keywords as call arguments.
pub fn with_keywords<R>(
    cx: &Cx,
    positional: &[Value],
    keywords: Ref<crate::dict::PyDict>,
    f: impl FnOnce(CallArgs) -> Res<R>,
) -> Res<R> {
    let pairs = keywords.snapshot(cx)?;
    let names = PyTuple::new_internal(cx, pairs.len() / 2)?;
    // The row is a heap tuple so that the collector sees it during the call.
    let row = PyTuple::new_internal(cx, positional.len() + names.len())?;
    for (to, from) in row.items().iter().zip(positional) {
        to.init(*from);
    }
    for (i, pair) in pairs.values().chunks_exact(2).enumerate() {
        if pair[0].as_str().is_none() {
            return raise!(cx, TYPE_ERROR, "keywords must be strings");
        }
        names.items()[i].init(pair[0]);
        row.items()[positional.len() + i].init(pair[1]);
    }
    f(ArgRow::new(row.values(), Some(names)).args())
}

/// Makes a module object from its definition.
pub fn make_module(cx: &Cx, def: &'static ModuleDef) -> Res<Ref<PyModule>> {
    let name = intern::intern_text(cx, def.name)?;
    let module = cx.new_module(name)?;
    fill_module(cx, module, def)?;
    if def.name == "builtins" {
        crate::module::BUILTINS.set(module.value());
    }
    Ok(module)
}

/// Fills a module from its definition.
pub fn fill_module(cx: &Cx, module: Ref<PyModule>, def: &'static ModuleDef) -> Res<()> {
    let dict = module.namespace();
    let name = intern::intern_text(cx, def.name)?;
    if let Some(doc) = def.doc {
        dict.set_str(cx, name!(cx, "__doc__"), cx.new_str(doc)?.value())?;
    }
    for function in def.functions {
        let native = cx.new_native(function, None)?;
        native.module.init(name.value());
        dict.set_str(cx, intern::intern_text(cx, function.name)?, native.value())?;
    }
    for (key, constant) in def.constants {
        let value = match constant {
            Const::Int(n) => cx.new_int(*n)?,
            Const::Float(f) => cx.new_float(*f)?,
            Const::Str(s) => cx.new_str(s)?.value(),
            Const::Bool(b) => Value::bool(*b),
            Const::None => Value::NONE,
        };
        dict.set_str(cx, intern::intern_text(cx, key)?, value)?;
    }
    for t in def.types {
        let (_, name) = t.split_name();
        let class = make_type(cx, t)?;
        dict.set_str(cx, intern::intern_text(cx, name)?, class.value())?;
    }
    match def.init {
        Some(init) => init(cx, module),
        None => Ok(()),
    }
}
