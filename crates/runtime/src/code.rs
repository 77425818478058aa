//! Code objects at run time: the immutable [`CodeUnit`], its constants as values, its inline caches.
//!
//! Rules:
//! 1. Everything but what the following rules name is immutable after publication.
//! 2. The unit is owned by the object and freed with it; frames and tracebacks that use it hold the
//!    object.
//! 3. `caches` is a row of slots, one for each site: see `cache.rs`.
//! 4. `liveness` is computed by the first full collection that meets the code: threads that mark race to
//!    publish one by compare-and-swap (Release), all read with Acquire; it is freed with the object.
//! 5. Code of the packed library is loaded when it is first run or looked into: until then
//!    `instrs` is null, and `unit`, `consts`, `names` and `caches` may be missing. [`load`]
//!    fills them under the object's lock and publishes `instrs` and then `simple_argcount` last,
//!    with Release. Pushing a frame loads, so whoever sees code in a frame sees loaded code.
//! 6. `machine` (machine code, perhaps still being made, or UNSET) is written by [`begin_machine`] under the object's
//!    lock. `entry` and then `simple_argcount` are written by [`publish_machine`], on the compiler's thread and once
//!    for each machine code, and by [`retire_machine`], which is not called while one is being made. Generated code reads
//!    `entry` with one load and calls it: what it points to is freed with the code object, and a frame holds that.
//! 7. `heat` counts samples, without read-modify-write: threads may lose each other's.
//! 8. `params` is made by whoever asks first; threads that race store tuples of the same interned strings.

use crate::cache::{self, CacheRow};
use crate::machine::MachineCode;
use core::ptr;
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use orochi_bytecode::{
    CodeFlags, CodeUnit, Const, Encoded, Instr, Liveness, Position, position_at,
};
use orochi_heap::Tracer;
use orochi_object::intern;
use orochi_object::layout::{self, HeapLayout, RUNTIME_BASE};
use orochi_object::prelude::*;
use orochi_text::codec::utf8;

/// Layout number of code objects.
pub const LAYOUT: u16 = RUNTIME_BASE;

/// The size of the largest register window of any code so far. Written when code is made, read in stops.
static MOST_REGISTERS: AtomicU32 = AtomicU32::new(0);

/// No register window is larger.
pub(crate) fn most_registers() -> usize {
    MOST_REGISTERS.load(Ordering::Relaxed) as usize
}

/// What one more sample makes of code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heat {
    /// It will be compiled if more find it running.
    Warm,
    /// It is to be compiled now.
    Hot,
    /// It was hot before.
    Past,
}

/// A `code` object.
#[repr(C)]
pub struct PyCode {
    pub header: Header,
    pub consts: Slot,
    pub names: Slot,
    pub filename: Slot,
    pub name: Slot,
    pub qualname: Slot,
    caches: Slot,
    /// [`MachineCode`] or UNSET.
    machine: Slot,
    /// The names of the parameters as a tuple of interned strings, made when first asked for.
    params: Slot,
    /// Objects made on demand for Python (`co_varnames` and the like): a dict or UNSET.
    pub extra: Slot,
    /// What `sys.monitoring` knows of this code: a dict or UNSET, see `monitor.rs`.
    pub monitor: Slot,
    /// What instructions have seen, for the compiler of machine code: an array or UNSET, see `feedback.rs`.
    pub feedback: Slot,
    unit: AtomicPtr<CodeUnit>,
    liveness: AtomicPtr<Liveness>,
    instrs: AtomicPtr<Instr>,
    /// Where machine code for a call begins; null if there is none.
    entry: AtomicPtr<()>,
    /// How often a sample found this code running.
    heat: AtomicU32,
    /// What is still to be loaded.
    encoded: Option<Encoded>,
    /// Size of the register window.
    pub nregs: u32,
    /// Registers of parameters.
    pub nparams: u32,
    /// Positional parameters.
    pub argcount: u32,
    pub flags: u32,
    /// `argcount` where a call with that many arguments needs no binding (only positional
    /// parameters, neither generator nor coroutine) and the code is loaded, else `u32::MAX`.
    simple_argcount: AtomicU32,
    /// The same, whether or not there is machine code: for calls from one to the other.
    direct_argcount: AtomicU32,
}

// SAFETY: repr(C) with a Header first; `trace_code` visits every slot.
unsafe impl Object for PyCode {
    const LAYOUT: u16 = LAYOUT;
}

/// The heap layout of code objects.
pub const CODE_LAYOUT: HeapLayout =
    HeapLayout { name: "code", trace: Some(trace_code), trace_range: None, drop: Some(drop_code) };

/// # Safety
/// Called by the collector with a code object.
unsafe fn trace_code(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the layout is PyCode.
    let code = unsafe { &*header.cast::<PyCode>() };
    for slot in [
        &code.consts,
        &code.names,
        &code.filename,
        &code.name,
        &code.qualname,
        &code.caches,
        &code.machine,
        &code.params,
        &code.extra,
        &code.feedback,
        &code.monitor,
    ] {
        layout::visit(slot, tracer);
    }
}

/// # Safety
/// Called by the collector once, with a dead code object.
unsafe fn drop_code(header: *mut Header) {
    // SAFETY: unit and liveness were leaked from boxes and belong to this object alone.
    unsafe {
        let code = &*header.cast::<PyCode>();
        let unit = code.unit.load(Ordering::Acquire);
        if !unit.is_null() {
            drop(Box::from_raw(unit));
        }
        let liveness = code.liveness.load(Ordering::Acquire);
        if !liveness.is_null() {
            drop(Box::from_raw(liveness));
        }
    }
}

impl PyCode {
    #[inline(always)]
    pub fn unit(&self) -> &CodeUnit {
        let unit = self.unit.load(Ordering::Acquire);
        if unit.is_null() {
            return self.decode_unit();
        }
        // SAFETY: published by `publish_unit`, freed with the object.
        unsafe { &*unit }
    }
    #[cold]
    #[inline(never)]
    fn decode_unit(&self) -> &CodeUnit {
        let unit = self.encoded.and_then(|encoded| encoded.decode().ok());
        self.publish_unit(unit.map(|(unit, _)| unit).unwrap_or_default())
    }
    /// Makes `unit` the code's own, unless another thread was first; gives the code's own.
    fn publish_unit(&self, mut unit: CodeUnit) -> &CodeUnit {
        // The constants live on as values.
        unit.consts = Vec::new();
        let new = Box::into_raw(Box::new(unit));
        let none = ptr::null_mut();
        match self.unit.compare_exchange(none, new, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: the object owns it now.
            Ok(_) => unsafe { &*new },
            Err(first) => {
                // SAFETY: `new` was never shared; `first` is the object's own.
                unsafe {
                    drop(Box::from_raw(new));
                    &*first
                }
            }
        }
    }
    /// The first instruction. Only for loaded code.
    #[inline(always)]
    pub fn instrs(&self) -> *const Instr {
        self.instrs.load(Ordering::Relaxed)
    }
    /// The number of arguments that need no binding, or `u32::MAX`: also if the code is not loaded.
    #[inline(always)]
    pub fn simple_argcount(&self) -> u32 {
        self.simple_argcount.load(Ordering::Acquire)
    }
    /// Whether constants, names and caches are there.
    #[inline(always)]
    pub fn is_loaded(&self) -> bool {
        !self.instrs.load(Ordering::Acquire).is_null()
    }
    /// The number of the instruction at `pc`.
    #[inline(always)]
    pub fn index_of(&self, pc: *const Instr) -> u32 {
        // SAFETY: `pc` points into (or one past) this code's instructions.
        unsafe { pc.offset_from(self.instrs()) as u32 }
    }
    /// The constants. Only for loaded code.
    #[inline(always)]
    pub fn consts(&self) -> &'static [Value] {
        // SAFETY: `consts` holds a tuple, which lives as long as the code object.
        unsafe { self.consts.get_set().cast::<PyTuple>() }.values()
    }
    /// The interned name `i`. Only for loaded code.
    #[inline(always)]
    pub fn name(&self, i: usize) -> Ref<PyStr> {
        // SAFETY: `names` holds a tuple of strs.
        unsafe { self.names.get_set().cast::<PyTuple>().values()[i].cast() }
    }
    /// The name of site `i`.
    #[inline]
    pub fn site_name(&self, i: usize) -> Ref<PyStr> {
        self.name(self.unit().sites[i].name as usize)
    }
    /// The inline caches. Only for loaded code.
    #[inline(always)]
    pub fn caches(&self) -> Ref<CacheRow> {
        // SAFETY: set at creation.
        unsafe { self.caches.get_set().cast() }
    }
    /// Whether there is machine code to be entered.
    #[inline(always)]
    pub fn has_entry(&self) -> bool {
        !self.entry.load(Ordering::Acquire).is_null()
    }
    /// The machine code, in use or retired.
    #[inline]
    pub fn machine(&self) -> Option<Ref<MachineCode>> {
        // SAFETY: `machine` holds machine code or UNSET.
        self.machine.get().map(|machine| unsafe { machine.cast() })
    }
    /// One more sample, of the `hot` that are wanted. Further ones are not counted: all threads that run the code would
    /// write here.
    pub fn heat_up(&self, hot: u32) -> Heat {
        let heat = self.heat.load(Ordering::Relaxed);
        if heat >= hot {
            return Heat::Past;
        }
        self.heat.store(heat + 1, Ordering::Relaxed);
        if heat + 1 == hot { Heat::Hot } else { Heat::Warm }
    }
    /// Begins to count samples anew.
    pub fn cool_down(&self) {
        self.heat.store(0, Ordering::Relaxed);
    }
    /// Which temporaries are in use where; computed when first asked for.
    pub fn liveness(&self) -> &Liveness {
        let known = self.liveness.load(Ordering::Acquire);
        if !known.is_null() {
            // SAFETY: published below, freed with the object.
            return unsafe { &*known };
        }
        let fresh = Box::into_raw(Box::new(Liveness::new(self.unit())));
        let (null, order) = (core::ptr::null_mut(), Ordering::AcqRel);
        match self.liveness.compare_exchange(null, fresh, order, Ordering::Acquire) {
            // SAFETY: published, freed with the object.
            Ok(_) => unsafe { &*fresh },
            Err(other) => {
                // SAFETY: `fresh` was made above and published nowhere; `other` as `known`.
                unsafe {
                    drop(Box::from_raw(fresh));
                    &*other
                }
            }
        }
    }
    /// Source position of instruction `index`.
    pub fn position(&self, index: u32) -> Position {
        position_at(&self.unit().positions, index as usize)
    }
    /// As [`position`](Self::position), if nothing has to be decoded for it.
    pub fn known_position(&self, index: u32) -> Option<Position> {
        let unit = self.unit.load(Ordering::Acquire);
        // SAFETY: null, or published by `publish_unit` and freed with the object.
        unsafe { unit.as_ref() }.map(|unit| position_at(&unit.positions, index as usize))
    }
    pub fn is_generator_like(&self) -> bool {
        let kinds = CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;
        self.flags & kinds != 0
    }
    /// The name of local, cell or free register `i`.
    pub fn register_name(&self, i: usize) -> Option<&str> {
        let unit = self.unit();
        let mut all = unit.varnames.iter().chain(&unit.cellvars).chain(&unit.freevars);
        all.nth(i).map(|name| &**name)
    }
}

/// Gives code the machine code that is being made for it, whose roots hold the code's earlier one, since frames may
/// still run that. Says no if some is being made already.
pub fn begin_machine(cx: &Cx, code: Ref<PyCode>, machine: Ref<MachineCode>) -> bool {
    code.locked_inside(cx, || {
        let begun = code.machine().is_some_and(|known| known.is_pending());
        if !begun {
            code.machine.set(cx, code, machine.value());
        }
        !begun
    })
}

/// Publishes finished machine code, on whatever thread: no reference is written. The quick way of calls is closed
/// from now on, so that they come where machine code is looked for.
pub fn publish_machine(code: Ref<PyCode>, machine: Ref<MachineCode>) {
    code.entry.store(machine.entry().cast_mut(), Ordering::Release);
    code.simple_argcount.store(u32::MAX, Ordering::Release);
}

/// Nobody enters the machine code any more; frames that run it go on with it.
pub fn retire_machine(cx: &Cx, code: Ref<PyCode>) {
    code.locked_inside(cx, || {
        code.entry.store(ptr::null_mut(), Ordering::Release);
        code.simple_argcount.store(simple_argcount(code.unit()), Ordering::Release);
    });
}

impl PyCode {
    /// Offset of the entry of machine code, for generated code.
    pub const ENTRY_OFFSET: usize = core::mem::offset_of!(PyCode, entry);
    /// Offset of the machine code object, for generated code. It is set before `entry` is.
    pub const MACHINE_OFFSET: usize = core::mem::offset_of!(PyCode, machine);
    /// Offset of the number of arguments that a direct call needs, four bytes, for generated code.
    pub const DIRECT_ARGCOUNT_OFFSET: usize = core::mem::offset_of!(PyCode, direct_argcount);
}

/// The names of the parameters, as interned strings.
pub fn params(cx: &Cx, code: Ref<PyCode>) -> Res<Ref<PyTuple>> {
    if let Some(known) = code.params.get() {
        // SAFETY: `params` holds a tuple or UNSET.
        return Ok(unsafe { known.cast() });
    }
    let names = &code.unit().varnames[..code.nparams as usize];
    let params = PyTuple::new_internal(cx, names.len())?;
    for (slot, name) in params.items().iter().zip(names) {
        slot.set(cx, params, intern::intern_text(cx, name)?.value());
    }
    // Another thread's tuple would hold the same strings.
    code.params.set(cx, code, params.value());
    Ok(params)
}

/// Makes constants, names and caches of code that has only its head so far.
#[inline(always)]
pub fn load(cx: &Cx, code: Ref<PyCode>) -> Res<()> {
    if code.is_loaded() { Ok(()) } else { load_encoded(cx, code) }
}

/// The docstring, or `None`.
pub fn docstring(cx: &Cx, code: Ref<PyCode>) -> Res {
    if code.flags & CodeFlags::HAS_DOCSTRING == 0 {
        return Ok(Value::NONE);
    }
    load(cx, code)?;
    Ok(code.consts()[0])
}

/// Makes a code object, with all nested ones, from its unit.
pub fn new_code(cx: &Cx, mut unit: CodeUnit) -> Res<Ref<PyCode>> {
    let filename = cx.new_str(&unit.filename)?;
    build(cx, &mut unit, filename)
}

fn build(cx: &Cx, unit: &mut CodeUnit, filename: Ref<PyStr>) -> Res<Ref<PyCode>> {
    let consts = PyTuple::new_internal(cx, unit.consts.len())?;
    for (slot, constant) in consts.items().iter().zip(&mut unit.consts) {
        let value = match constant {
            Const::Code(nested) => {
                let mut inner = core::mem::take(&mut **nested);
                let code = build(cx, &mut inner, filename)?;
                code.value()
            }
            other => const_value(cx, other)?,
        };
        slot.set(cx, consts, value);
    }
    assemble(cx, core::mem::take(unit), consts, filename)
}

/// A code object of encoded code that passes the verifier; the rest is decoded when it is wanted.
pub fn new_encoded(cx: &Cx, encoded: Encoded, filename: Ref<PyStr>) -> Res<Ref<PyCode>> {
    let Ok(head) = encoded.head() else { return malformed(cx) };
    let name = intern::intern_text(cx, head.name)?;
    let qualname = intern::intern_text(cx, head.qualname)?;
    let code: Ref<PyCode> = cx.alloc_instance(types::CODE.get(), 0)?;
    code.filename.init(filename.value());
    code.name.init(name.value());
    code.qualname.init(qualname.value());
    // SAFETY: fresh and unpublished.
    unsafe {
        let raw = code.as_ptr();
        (*raw).encoded = Some(encoded);
        (*raw).nregs = head.nregs;
        MOST_REGISTERS.fetch_max(head.nregs, Ordering::Relaxed);
        (*raw).nparams = head.parameters;
        (*raw).argcount = head.argcount;
        (*raw).flags = head.flags;
    }
    code.simple_argcount.store(u32::MAX, Ordering::Relaxed);
    code.direct_argcount.store(u32::MAX, Ordering::Relaxed);
    Ok(code)
}

#[cold]
fn malformed<T>(cx: &Cx) -> Res<T> {
    raise!(cx, SYSTEM_ERROR, "the code of the packed library is damaged")
}

#[cold]
#[inline(never)]
fn load_encoded(cx: &Cx, code: Ref<PyCode>) -> Res<()> {
    let Some(Ok((unit, nested))) = code.encoded.map(Encoded::decode) else { return malformed(cx) };
    // SAFETY: set to a str at creation.
    let filename = unsafe { code.filename.get_set().cast() };
    let consts = PyTuple::new_internal(cx, unit.consts.len())?;
    let mut nested = nested.into_iter();
    for (slot, constant) in consts.items().iter().zip(&unit.consts) {
        let value = match constant {
            Const::Code(_) => match nested.next() {
                Some(encoded) => new_encoded(cx, encoded, filename)?.value(),
                None => return malformed(cx),
            },
            other => const_value(cx, other)?,
        };
        slot.set(cx, consts, value);
    }
    let names = names_of(cx, &unit)?;
    let caches = cache::new_row(cx, unit.sites.len())?;
    let unit = code.publish_unit(unit);
    code.locked_inside(cx, || {
        if code.is_loaded() {
            return;
        }
        code.consts.set(cx, code, consts.value());
        code.names.set(cx, code, names.value());
        code.caches.set(cx, code, caches.value());
        code.direct_argcount.store(simple_argcount(unit), Ordering::Release);
        code.instrs.store(unit.instrs.as_ptr().cast_mut(), Ordering::Release);
        code.simple_argcount.store(simple_argcount(unit), Ordering::Release);
    });
    Ok(())
}

fn names_of(cx: &Cx, unit: &CodeUnit) -> Res<Ref<PyTuple>> {
    let names = PyTuple::new_internal(cx, unit.names.len())?;
    for (slot, name) in names.items().iter().zip(&unit.names) {
        slot.set(cx, names, intern::intern_text(cx, name)?.value());
    }
    Ok(names)
}

/// The number of arguments that need no binding, by the code's kind.
pub fn simple_argcount(unit: &CodeUnit) -> u32 {
    if takes_fixed(unit) && unit.kwonlyargcount == 0 { unit.argcount } else { u32::MAX }
}

/// Whether a call of the code has a value for each parameter, no more, and runs the code.
pub fn takes_fixed(unit: &CodeUnit) -> bool {
    let special = CodeFlags::VARARGS
        | CodeFlags::VARKEYWORDS
        | CodeFlags::GENERATOR
        | CodeFlags::COROUTINE
        | CodeFlags::ASYNC_GENERATOR;
    unit.flags & special == 0
}

/// A code object of a unit that has passed the verifier, with other objects as constants (as many
/// as the unit has; nested code where `MakeFunction` wants it).
pub fn assemble(
    cx: &Cx,
    unit: CodeUnit,
    consts: Ref<PyTuple>,
    filename: Ref<PyStr>,
) -> Res<Ref<PyCode>> {
    let names = names_of(cx, &unit)?;
    let name = intern::intern_text(cx, &unit.name)?;
    let qualname = intern::intern_text(cx, &unit.qualname)?;
    let caches = cache::new_row(cx, unit.sites.len())?;
    let code: Ref<PyCode> = cx.alloc_instance(types::CODE.get(), 0)?;
    code.consts.init(consts.value());
    code.names.init(names.value());
    code.filename.init(filename.value());
    code.name.init(name.value());
    code.qualname.init(qualname.value());
    code.caches.init(caches.value());
    let unit = code.publish_unit(unit);
    // SAFETY: fresh and unpublished.
    unsafe {
        let raw = code.as_ptr();
        (*raw).encoded = None;
        (*raw).nregs = unit.nregs;
        MOST_REGISTERS.fetch_max(unit.nregs, Ordering::Relaxed);
        (*raw).nparams = unit.parameter_count() as u32;
        (*raw).argcount = unit.argcount;
        (*raw).flags = unit.flags;
    }
    code.simple_argcount.store(simple_argcount(unit), Ordering::Relaxed);
    code.direct_argcount.store(simple_argcount(unit), Ordering::Relaxed);
    code.instrs.store(unit.instrs.as_ptr().cast_mut(), Ordering::Release);
    Ok(code)
}

/// A constant as a value.
pub fn const_value(cx: &Cx, constant: &Const) -> Res {
    Ok(match constant {
        Const::None => Value::NONE,
        Const::True => Value::TRUE,
        Const::False => Value::FALSE,
        Const::Ellipsis => Value::ELLIPSIS,
        Const::Int(n) => cx.new_int(*n)?,
        Const::BigInt { negative, limbs } => {
            let mag = limbs
                .chunks(2)
                .map(|pair| u64::from(pair[0]) | u64::from(pair.get(1).copied().unwrap_or(0)) << 32)
                .collect();
            cx.int_from_big(&orochi_num::Int::new(*negative, mag))?
        }
        Const::Float(f) => cx.new_float(*f)?,
        Const::Complex(re, im) => cx.new_complex(*re, *im)?,
        Const::Str(bytes, is_name) => {
            let s = cx.str_from_buf(&utf8::from_wtf8(bytes))?;
            if *is_name { intern::intern(cx, s)?.value() } else { s.value() }
        }
        Const::Bytes(bytes) => cx.new_bytes(bytes)?.value(),
        Const::Tuple(items) => tuple_of(cx, items)?.value(),
        Const::FrozenSet(items) => {
            let items = tuple_of(cx, items)?;
            let set = cx.new_set(types::FROZENSET.get())?;
            for item in items.values() {
                set.add(cx, *item)?;
            }
            set.value()
        }
        Const::Slice(parts) => {
            let [start, stop, step] = &**parts;
            let (start, stop) = (const_value(cx, start)?, const_value(cx, stop)?);
            cx.new_slice(start, stop, const_value(cx, step)?)?.value()
        }
        Const::Code(unit) => new_code(cx, (**unit).clone())?.value(),
    })
}

fn tuple_of(cx: &Cx, items: &[Const]) -> Res<Ref<PyTuple>> {
    let tuple = PyTuple::new_internal(cx, items.len())?;
    for (slot, item) in tuple.items().iter().zip(items) {
        slot.set(cx, tuple, const_value(cx, item)?);
    }
    Ok(tuple)
}
