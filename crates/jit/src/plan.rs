//! What is known of code before it is compiled: gathered on the thread that wants it, plain data from then on,
//! for whatever thread compiles it. Of the heap only what never changes is read later: the unit, its constants.
//!
//! Feedback comes from three places: the inline caches of the code, the values that its registers hold at
//! the moment (typical ones, since the code is hot), and the list of places where earlier guesses failed.

use orochi_bytecode::{CodeUnit, Instr, Op, SiteKind};
use orochi_object::layout;
use orochi_object::module::PyModule;
use orochi_object::native::{Binding, MOST_PADDED, NativeDef, PyNative};
use orochi_object::prelude::*;
use orochi_object::slots::SlotId;
use orochi_runtime::cache::{Entry, Kind as Cached};
use orochi_runtime::code::PyCode;
use orochi_runtime::feedback::{Feedback, Seen};
use orochi_runtime::frame::Frame;
use orochi_runtime::function::PyFunction;
use std::collections::{BTreeSet, HashMap};

/// One case of an attribute site: guarded by the receiver's shape and its class's version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    /// The shape's word; the receiver's own if `of_class`.
    pub key: u64,
    /// Address of the version that is compared, and its value.
    pub version_at: usize,
    pub version: u64,
    pub what: What,
}

/// What a case says of the attribute.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    /// It lies in the object, at this offset.
    Slot(usize),
    /// As `Slot`, for `__slots__`: a store need not find it set.
    Member(usize),
    /// A store adds it, at this offset, and gives the object this shape.
    Add(usize, u64),
    /// It is this value, found on the class.
    Value(u64),
    /// It is this function, to be called with the object first.
    Method(u64),
    /// The receiver is a class, this its attribute.
    OfClass(u64),
}

impl Case {
    /// The function, if the attribute is one that is called with the object first.
    fn method(&self) -> Option<u64> {
        match self.what {
            What::Method(word) => Some(word),
            _ => None,
        }
    }
}

/// What is known of one instruction.
#[derive(Clone, Debug)]
pub(crate) enum Note {
    None,
    /// A global: the globals' table, the address of the value's slot, the value now.
    Global {
        table: u64,
        slot: usize,
        value: u64,
        /// Whether the value is worth a guard: it is called, or asked for attributes.
        stable: bool,
    },
    /// A builtin: also the number of rows of the globals' table.
    Builtin {
        table: u64,
        rows: u64,
        slot: usize,
        value: u64,
        stable: bool,
    },
    /// An attribute.
    Attr(Vec<Case>),
}

/// A Python function that a call may go to directly.
#[derive(Clone, Debug)]
pub(crate) struct Callee {
    pub function: u64,
    pub code: u64,
    pub argcount: u32,
    /// The tuple of defaults that must still be the function's, where some are used.
    pub defaults: u64,
    /// The values of the parameters that get no argument.
    pub filled: Vec<u64>,
}

/// A class whose instances are made in line: an ordinary one with an `__init__` in Python.
#[derive(Clone, Debug)]
pub(crate) struct Construction {
    pub class: u64,
    pub version: u64,
    pub shape: u64,
    /// The second word of the header, and the bytes of an instance.
    pub header: u64,
    pub size: usize,
    pub init: Callee,
}

/// A native function that has a helper of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Intrinsic {
    ListAppend,
    Len,
}

/// A native function that takes a row of positional arguments as they are.
#[derive(Clone, Copy)]
pub(crate) struct Native {
    pub def: &'static NativeDef,
    /// Its parameters: those without arguments are passed as absent.
    pub params: u32,
}

/// A small function that may be done in place of a call (`emit::inline`).
pub(crate) struct Body {
    pub unit: &'static CodeUnit,
    pub consts: &'static [Value],
    /// By instruction.
    pub notes: Vec<Note>,
    feedback: Feedback,
}

impl Body {
    /// What register `r` was when the instruction at `pc` read it.
    pub(crate) fn seen(&self, pc: u32, r: u16) -> Seen {
        self.feedback.seen(pc as usize, self.unit.instrs[pc as usize], r)
    }
}

/// What a call instruction calls, where that is known.
#[derive(Clone)]
pub(crate) enum Target {
    Function(Callee),
    Class(Construction),
    Intrinsic(Intrinsic),
    Native(Native),
}

impl Target {
    /// Whether both are guarded by the same comparison.
    fn same(&self, other: &Target) -> bool {
        match (self, other) {
            (Target::Function(a), Target::Function(b)) => a.code == b.code,
            (Target::Class(a), Target::Class(b)) => a.class == b.class,
            _ => false,
        }
    }
}

/// Guesses at one call.
const MOST_GUESSES: usize = 3;

/// All there is to know.
pub(crate) struct Plan {
    /// The code's own, which the code object keeps.
    pub unit: &'static CodeUnit,
    pub code: Ref<PyCode>,
    /// What each register held when the code was found hot.
    held: Vec<Seen>,
    /// What was recorded of each instruction's operands.
    feedback: Feedback,
    /// By instruction.
    pub notes: Vec<Note>,
    /// Instructions where nothing is guessed.
    pub unlearned: Vec<u32>,
    /// The values generated code may contain.
    pub roots: Vec<Value>,
    pub consts: &'static [Value],
    /// What a call of this word with so many arguments calls.
    targets: HashMap<(u64, u32), Target>,
    /// What the call at an instruction has been seen to call, where what it calls is not known.
    guesses: HashMap<u32, Vec<Target>>,
    /// Functions that may be done in place, by their code's word.
    bodies: HashMap<u64, Body>,
}

// SAFETY: the heap's objects are named by address and none is moved. Whoever hands a plan to another
// thread keeps its roots alive; what is read through them is immutable, or a word read atomically.
unsafe impl Send for Plan {}

/// Numbers in the list of failed guesses that stand for parameters at a call, not for instructions.
pub(crate) const PARAMETER: u32 = 1 << 31;

impl Plan {
    /// Gathers what is known of the running frame's code. It does not poll.
    pub(crate) fn gather(cx: &Cx, frame: &Frame, unlearned: Vec<u32>) -> Plan {
        let code = frame.code;
        // SAFETY: the unit lives as long as the code object, which is among the roots.
        let unit: &'static CodeUnit = unsafe { &*core::ptr::from_ref(code.unit()) };
        // SAFETY: registers of the frame's window.
        let held = (0..code.nregs as usize).map(|r| Seen::of(unsafe { frame.reg(r) })).collect();
        let mut plan = Plan {
            unit,
            code,
            held,
            feedback: Feedback::of(code),
            notes: Vec::new(),
            unlearned,
            roots: vec![code.value()],
            consts: code.consts(),
            targets: HashMap::new(),
            guesses: HashMap::new(),
            bodies: HashMap::new(),
        };
        plan.notes = plan.all_notes(code, unit);
        plan.find_targets(cx);
        plan.find_guesses(cx, frame);
        plan
    }

    /// Whether register `r` may be read from instruction `pc` on, or is named.
    pub(crate) fn is_live(&self, pc: u32, r: usize) -> bool {
        self.code.liveness().is_live(pc as usize, r)
    }

    /// What a call of the value with this word and so many positional arguments calls.
    pub(crate) fn target(&self, word: u64, nargs: u32) -> Option<&Target> {
        self.targets.get(&(word, nargs))
    }

    /// Looks at every known value that some call of the code may call.
    fn find_targets(&mut self, cx: &Cx) {
        let counts = |plan: &Plan, op: Op| {
            let calls = plan.unit.instrs.iter().filter(|i| i.operation() == op);
            calls.map(|i| u32::from(i.c)).collect::<BTreeSet<u32>>()
        };
        let (plain, methods) = (counts(self, Op::Call), counts(self, Op::CallMethod));
        let mut known = BTreeSet::new();
        for note in &self.notes {
            match note {
                Note::Global { value, stable: true, .. }
                | Note::Builtin { value, stable: true, .. } => {
                    known.extend(plain.iter().map(|n| (*value, *n)));
                }
                Note::Attr(cases) if cases.len() == 1 => {
                    if let What::Method(word) = cases[0].what {
                        // What is found on the class is called with a receiver.
                        known.extend(methods.iter().map(|n| (word, *n + 1)));
                    }
                }
                _ => {}
            }
        }
        for (word, nargs) in known {
            if let Some(target) = self.find_target(cx, word, nargs) {
                self.targets.insert((word, nargs), target);
            }
        }
    }

    /// What the call at `pc` may call.
    pub(crate) fn guesses(&self, pc: u32) -> &[Target] {
        self.guesses.get(&pc).map_or(&[], Vec::as_slice)
    }

    /// For every call: the methods its receiver's classes had, or what its register held last.
    fn find_guesses(&mut self, cx: &Cx, frame: &Frame) {
        for pc in 0..self.unit.instrs.len() as u32 {
            let i = self.at(pc);
            let receiver = match i.operation() {
                Op::Call => 0,
                Op::CallMethod => 1,
                _ => continue,
            };
            let mut seen = self.methods_for(pc, i.b);
            if seen.is_empty() && receiver == 0 {
                // SAFETY: a register of the frame's window.
                seen.extend(unsafe { frame.reg(i.b as usize) }.map(Value::word));
            }
            let mut found: Vec<Target> = Vec::new();
            for word in seen {
                match self.find_target(cx, word, u32::from(i.c) + receiver) {
                    Some(target @ (Target::Function(_) | Target::Class(_)))
                        if found.len() < MOST_GUESSES && !found.iter().any(|t| t.same(&target)) =>
                    {
                        found.push(target);
                    }
                    _ => {}
                }
            }
            if !found.is_empty() {
                self.guesses.insert(pc, found);
            }
        }
    }

    /// The functions that the `LoadMethod` for the call at `pc` has found on classes.
    fn methods_for(&self, pc: u32, register: u16) -> Vec<u64> {
        let mut before = (0..pc).rev();
        let loads = |at: &u32| {
            let i = self.at(*at);
            i.operation() == Op::LoadMethod && i.a == register
        };
        match before.find(loads).map(|at| &self.notes[at as usize]) {
            Some(Note::Attr(cases)) => cases.iter().filter_map(Case::method).collect(),
            _ => Vec::new(),
        }
    }

    fn find_target(&mut self, cx: &Cx, word: u64, nargs: u32) -> Option<Target> {
        if let Some(callee) = self.callee(word, nargs) {
            return Some(Target::Function(callee));
        }
        if let Some(made) = self.construction(cx, word, nargs) {
            return Some(Target::Class(made));
        }
        let of_its_own = intrinsic(word, nargs).map(Target::Intrinsic);
        of_its_own.or_else(|| native(word, nargs).map(Target::Native))
    }

    /// What the code with this word does, if it may be done in place.
    pub(crate) fn body(&self, code: u64) -> Option<&Body> {
        self.bodies.get(&code)
    }

    /// Looks at a function that is called.
    fn find_body(&mut self, code: Ref<PyCode>) {
        let word = code.value().word();
        // SAFETY: the unit lives as long as the code object, which is among the roots.
        let unit: &'static CodeUnit = unsafe { &*core::ptr::from_ref(code.unit()) };
        let small = unit.instrs.len() <= MOST_INLINED;
        if self.bodies.contains_key(&word) || !small || code == self.code {
            return;
        }
        let notes = self.all_notes(code, unit);
        let body = Body { unit, consts: code.consts(), notes, feedback: Feedback::of(code) };
        self.bodies.insert(word, body);
    }

    /// What register `r` was when the instruction at `pc` read it; if it has not run while it was recorded, what the
    /// register held last.
    pub(crate) fn seen(&self, pc: u32, r: u16) -> Seen {
        match self.feedback.seen(pc as usize, self.at(pc), r) {
            Seen::Nothing => self.held[r as usize],
            seen => seen,
        }
    }

    /// What parameter `r` held last.
    pub(crate) fn parameter(&self, r: u16) -> Seen {
        self.held[r as usize]
    }

    /// Whether guesses may be made at `pc`.
    pub(crate) fn may_guess(&self, pc: u32) -> bool {
        !self.unlearned.contains(&pc)
    }

    /// The instruction at `pc`.
    pub(crate) fn at(&self, pc: u32) -> Instr {
        self.unit.instrs[pc as usize]
    }

    fn root(&mut self, word: u64) {
        if let Some(value) = Value::from_word(word).filter(|v| v.is_object()) {
            self.roots.push(value);
        }
    }

    fn all_notes(&mut self, code: Ref<PyCode>, unit: &CodeUnit) -> Vec<Note> {
        unit.instrs.iter().map(|i| self.note(code, unit, *i)).collect()
    }

    fn note(&mut self, code: Ref<PyCode>, unit: &CodeUnit, i: Instr) -> Note {
        let site = match i.operation() {
            Op::LoadGlobal | Op::LoadAttr | Op::StoreAttr | Op::LoadMethod => i.c as usize,
            _ => return Note::None,
        };
        let Some(entry) = code.caches().get(site) else { return Note::None };
        if unit.sites[site].kind == SiteKind::Name {
            return self.name(entry);
        }
        let mut cases = Vec::new();
        let mut next = Some(entry);
        while let Some(entry) = next {
            cases.extend(self.case(entry));
            next = entry.next();
        }
        if cases.is_empty() { Note::None } else { Note::Attr(cases) }
    }

    fn name(&mut self, entry: Ref<Entry>) -> Note {
        let table = entry.key_word();
        let slot = entry.offset() + core::mem::offset_of!(orochi_object::dict::table::Entry, value);
        // SAFETY: the row lies in `key` or `extra`, which the entry holds.
        let value = unsafe { &*(slot as *const Slot) }.get().map_or(0, Value::word);
        self.root(table);
        self.root(value);
        let stable = is_stable(value);
        match entry.kind() {
            Cached::Global => Note::Global { table, slot, value, stable },
            Cached::Builtin => {
                self.root(entry.extra().map_or(0, Value::word));
                Note::Builtin { table, rows: entry.version(), slot, value, stable }
            }
            _ => Note::None,
        }
    }

    fn case(&mut self, entry: Ref<Entry>) -> Option<Case> {
        let key = Value::from_word(entry.key_word())?;
        let payload = entry.payload().word();
        let what = match entry.kind() {
            Cached::Slot => What::Slot(entry.offset()),
            Cached::Member => What::Member(entry.offset()),
            Cached::Add => What::Add(entry.offset(), entry.extra()?.word()),
            Cached::Class => What::Value(payload),
            Cached::Method => What::Method(payload),
            Cached::OfClass => What::OfClass(payload),
            _ => return None,
        };
        let class: Ref<PyType> = match what {
            What::OfClass(_) => key.downcast()?,
            // SAFETY: the key of such an entry is a shape.
            _ => unsafe { key.cast::<orochi_object::shape::Shape>() }.owner(),
        };
        if class.version() != entry.version() || !takes_instances(payload, class) {
            return None;
        }
        self.root(key.word());
        self.root(payload);
        if let What::Add(_, shape) = what {
            self.root(shape);
        }
        Some(Case {
            key: key.word(),
            version_at: class.value().word() as usize + PyType::VERSION_OFFSET,
            version: entry.version(),
            what,
        })
    }

    /// The Python function with this word, if it can be called with just `nargs` positional arguments.
    fn callee(&mut self, word: u64, nargs: u32) -> Option<Callee> {
        let function: Ref<PyFunction> = Value::from_word(word)?.downcast()?;
        let code = function.code();
        if !code.is_loaded() {
            return None;
        }
        let argcount = orochi_runtime::code::simple_argcount(code.unit());
        let defaults = function.defaults();
        if argcount == u32::MAX || nargs > argcount || (argcount - nargs) as usize > defaults.len()
        {
            return None;
        }
        let filled: Vec<u64> = defaults[defaults.len() - (argcount - nargs) as usize..]
            .iter()
            .map(|value| value.word())
            .collect();
        let tuple = function.defaults.get().map_or(0, Value::word);
        self.root(word);
        self.root(code.value().word());
        self.root(tuple);
        self.find_body(code);
        Some(Callee {
            function: word,
            code: code.value().word(),
            argcount,
            defaults: tuple,
            filled,
        })
    }

    /// The class with this word, if calling it with `nargs` positional arguments makes an instance and runs
    /// an `__init__` in Python, and nothing else.
    fn construction(&mut self, cx: &Cx, word: u64, nargs: u32) -> Option<Construction> {
        let class: Ref<PyType> = Value::from_word(word)?.downcast()?;
        let version = class.version();
        let object_new = types::OBJECT.get().slots.word(SlotId::New as usize);
        let plain = class.class() == types::TYPE.get()
            && class.slots.word(SlotId::New as usize) == object_new
            && !class.has_flag(flag::ABSTRACT | flag::HAS_DEL)
            && class.instance_layout() == layout::OBJECT;
        let name = orochi_object::intern::intern_text(cx, "__init__").ok()?;
        let init = class.lookup(cx, name).filter(|_| plain)?;
        let init = self.callee(init.word(), nargs + 1)?;
        let (header, size) =
            Header::template(layout::OBJECT, class.instance_size() - size_of::<Header>());
        if size > MOST_INLINE_BYTES || class.version() != version {
            return None;
        }
        let shape = class.root_shape().value().word();
        self.root(word);
        self.root(shape);
        Some(Construction { class: word, version, shape, header, size, init })
    }
}

/// What the native function with this word is, if it has a helper of its own for `nargs` arguments.
fn intrinsic(word: u64, nargs: u32) -> Option<Intrinsic> {
    let native: Ref<PyNative> = Value::from_word(word)?.downcast()?;
    let of = |cell: &TypeCell| native.owner.get() == Some(cell.get().value());
    match (native.def().name, nargs) {
        ("append", 2) if of(&types::LIST) => Some(Intrinsic::ListAppend),
        ("len", 1) if native.owner.is_unset() && native.def().binding == Binding::Function => {
            Some(Intrinsic::Len)
        }
        _ => None,
    }
}

/// The native function with this word, if it takes `nargs` positional arguments without more ado.
fn native(word: u64, nargs: u32) -> Option<Native> {
    let native: Ref<PyNative> = Value::from_word(word)?.downcast()?;
    let signature = native.signature();
    let params = signature.params.len();
    let fits = matches!(native.def().binding, Binding::Function | Binding::Method)
        && native.bound.is_unset()
        && signature.is_plain(nargs as usize)
        && params <= MOST_PADDED;
    fits.then(|| Native { def: native.def(), params: params as u32 })
}

/// Whether the value with this word, found on `class`, may be called with an instance without a test: native methods
/// trust that they get one of their own class.
fn takes_instances(word: u64, class: Ref<PyType>) -> bool {
    match Value::from_word(word).and_then(Value::downcast::<PyNative>) {
        Some(native) => native.owner.get().is_none_or(|owner| {
            owner.downcast::<PyType>().is_some_and(|owner| class.is_subtype(owner))
        }),
        None => true,
    }
}

/// Whether a native function with this word takes an instance of its class first.
pub(crate) fn wants_instance(word: u64) -> bool {
    let native: Option<Ref<PyNative>> = Value::from_word(word).and_then(Value::downcast);
    native.is_some_and(|native| native.def().binding != Binding::Function)
}

/// Whether a global's value is worth a guard: one that is called or whose attributes are asked for.
fn is_stable(word: u64) -> bool {
    Value::from_word(word).is_some_and(|value| {
        value.downcast::<PyFunction>().is_some()
            || value.downcast::<PyType>().is_some()
            || value.downcast::<PyNative>().is_some()
            || value.downcast::<PyModule>().is_some()
    })
}

/// Functions with more instructions are always called.
const MOST_INLINED: usize = 48;

/// Larger instances are made by the interpreter.
const MOST_INLINE_BYTES: usize = 1024;
