//! What is known of code before it is compiled: gathered on the thread that wants it, plain data from then on,
//! for whatever thread compiles it. Of the heap only what never changes is read later: the unit, its constants.
//!
//! Feedback comes from three places: the inline caches of the code, the values that its registers hold at
//! the moment (typical ones, since the code is hot), and the list of places where earlier guesses failed.

use crate::callee::{Passed, Target, bound};
use crate::operators::Operator;
use crate::supers::Super;
use core::sync::atomic::Ordering;
use orochi_bytecode::{CodeUnit, Instr, Op, SiteKind};
use orochi_object::cell::PyCell;
use orochi_object::descr::PyProperty;
use orochi_object::iters::RangeIter;
use orochi_object::module::PyModule;
use orochi_object::native::{Binding, PyNative};
use orochi_object::prelude::*;
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
    /// The receiver is a module with this table of attributes: the address of the value's slot, the value now.
    OfModule { table: u64, slot: usize, value: u64 },
    /// It is what this function, a property's getter, gives for the object.
    Getter(u64),
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

/// A small function that may be done in place of a call (`emit::inline`).
pub(crate) struct Body {
    pub unit: &'static CodeUnit,
    pub consts: &'static [Value],
    /// By instruction.
    pub notes: Vec<Note>,
    /// What operators of classes made by Python code call, by instruction.
    pub operators: HashMap<u32, Operator>,
    feedback: Feedback,
}

impl Body {
    /// What register `r` was when the instruction at `pc` read it.
    pub(crate) fn seen(&self, pc: u32, r: u16) -> Seen {
        self.feedback.seen(pc as usize, self.unit.instrs[pc as usize], r)
    }

    /// What the argument in register `r` of the call at `pc` was when it was moved there.
    pub(crate) fn argument_seen(&self, pc: u32, r: u16) -> Seen {
        let mut before = (0..pc).rev().map(|at| (at, self.unit.instrs[at as usize]));
        match before.find(|(_, i)| i.a == r) {
            Some((at, i)) if i.operation() == Op::Move => self.seen(at, i.b),
            _ => Seen::Nothing,
        }
    }
}

/// So far ahead of a call its callable is looked for: arguments are put between.
const MOST_BETWEEN: usize = 24;

/// Guesses at one call.
const MOST_GUESSES: usize = 3;

/// All there is to know.
pub(crate) struct Plan {
    /// The code's own, which the code object keeps.
    pub unit: &'static CodeUnit,
    pub code: Ref<PyCode>,
    /// What each register held when the code was found hot.
    held: Vec<Seen>,
    /// Instructions that jumps go to.
    targets_of_jumps: BTreeSet<u32>,
    /// Registers that hold an iterator over a range whose step is not 1.
    pub strides: BTreeSet<u16>,
    /// What was recorded of each instruction's operands.
    feedback: Feedback,
    /// By instruction.
    pub notes: Vec<Note>,
    /// Instructions where nothing is guessed.
    pub unlearned: Vec<u32>,
    /// The values generated code may contain.
    pub roots: Vec<Value>,
    pub consts: &'static [Value],
    /// What a call of this word with such arguments calls.
    targets: HashMap<(u64, Passed), Target>,
    /// What the call at an instruction has been seen to call, where what it calls is not known.
    guesses: HashMap<u32, Vec<Target>>,
    /// Functions that may be done in place, by their code's word.
    bodies: HashMap<u64, Body>,
    /// How many functions call each other down to the one that is looked at.
    depth: usize,
    /// What operators of classes made by Python code call, by instruction.
    pub(crate) operators: HashMap<u32, Operator>,
    /// By shape of an instance: the address of its class's version, and the version.
    versions: HashMap<u64, (usize, u64)>,
    /// What calls of methods of `super()` call, by instruction.
    pub(crate) supers: HashMap<u32, Super>,
}

// SAFETY: the heap's objects are named by address and none is moved. Whoever hands a plan to another
// thread keeps its roots alive; what is read through them is immutable, or a word read atomically.
unsafe impl Send for Plan {}

/// Numbers in the list of failed guesses that stand for parameters at a call, not for instructions.
pub(crate) const PARAMETER: u32 = 1 << 31;

/// Numbers in that list that stand for a register at a loop's entry (`flow::promise`).
pub(crate) const LOOP: u32 = 1 << 30;

impl Plan {
    /// Gathers what is known of the running frame's code. It does not poll.
    pub(crate) fn gather(cx: &Cx, frame: &Frame, unlearned: Vec<u32>) -> Plan {
        let code = frame.code;
        // SAFETY: the unit lives as long as the code object, which is among the roots.
        let unit: &'static CodeUnit = unsafe { &*core::ptr::from_ref(code.unit()) };
        // SAFETY: registers of the frame's window.
        let held = (0..code.nregs as usize).map(|r| Seen::of(unsafe { frame.reg(r) })).collect();
        let strides = (0..code.nregs as u16).filter(|r| {
            // SAFETY: a register of the frame's window.
            let held = unsafe { frame.reg(*r as usize) };
            let iterator: Option<Ref<RangeIter>> = held.and_then(Value::downcast);
            iterator.is_some_and(|iterator| iterator.step.load(Ordering::Relaxed) != 1)
        });
        let targets_of_jumps = (0u32..)
            .zip(&unit.instrs)
            .filter_map(|(pc, i)| Some((i64::from(pc) + 1 + i64::from(i.jump_offset()?)) as u32))
            .collect();
        let mut plan = Plan {
            targets_of_jumps,
            strides: strides.collect(),
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
            depth: 0,
            operators: HashMap::new(),
            versions: HashMap::new(),
            supers: HashMap::new(),
        };
        plan.keep_feedback(code);
        plan.notes = plan.all_notes(code, unit);
        plan.find_supers(frame);
        plan.find_targets(cx);
        plan.find_guesses(cx, frame);
        plan.find_operators(cx);
        plan
    }

    /// Whether register `r` may be read from instruction `pc` on, or is named.
    pub(crate) fn is_live(&self, pc: u32, r: usize) -> bool {
        self.code.liveness().is_live(pc as usize, r)
    }

    /// What a call of the value with this word and such arguments calls.
    pub(crate) fn target(&self, word: u64, passed: Passed) -> Option<&Target> {
        self.targets.get(&(word, passed))
    }

    /// The arguments of the call at `pc`, a receiver not counted; `None` if they are not known.
    pub(crate) fn passed(&self, pc: u32) -> Option<Passed> {
        let i = self.at(pc);
        let count = u32::from(i.c);
        match i.operation() {
            Op::Call | Op::CallMethod => Some(Passed::positional(count)),
            Op::CallKw => {
                // The compiler loads the names just before the call.
                let load = self.at(pc.checked_sub(1)?);
                let loads = load.operation() == Op::LoadConst && load.a == i.b + 2 + i.c;
                let is_it = loads && self.follows(pc);
                let names = is_it.then(|| self.consts[load.bc() as usize].word())?;
                Some(Passed { count, names })
            }
            _ => None,
        }
    }

    /// Looks at every known value that some call of the code may call.
    fn find_targets(&mut self, cx: &Cx) {
        let calls: BTreeSet<Passed> =
            (0..self.unit.instrs.len() as u32).filter_map(|pc| self.passed(pc)).collect();
        let mut known = called(&self.notes, &calls);
        for found in self.supers.values() {
            known.extend(calls.iter().map(|passed| (found.function, passed.with_receiver())));
        }
        self.find_all(cx, known);
    }

    fn find_all(&mut self, cx: &Cx, known: BTreeSet<(u64, Passed)>) {
        for (word, passed) in known {
            if self.targets.contains_key(&(word, passed)) {
                continue;
            }
            if let Some(target) = self.find_target(cx, word, passed) {
                self.targets.insert((word, passed), target);
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
            let (i, Some(passed)) = (self.at(pc), self.passed(pc)) else { continue };
            let mut seen = self.methods_for(pc, i.b);
            let passed = match (i.operation(), seen.is_empty()) {
                (Op::Call | Op::CallKw, true) => {
                    seen.extend(self.callable(frame, pc, i.b));
                    passed
                }
                (Op::CallMethod, _) => passed.with_receiver(),
                _ => continue,
            };
            let mut found: Vec<Target> = Vec::new();
            for word in seen {
                match bound(word, passed.count).or_else(|| self.find_target(cx, word, passed)) {
                    Some(target @ (Target::Function(_) | Target::Class(_) | Target::Bound(_)))
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

    /// What the call at `pc` calls now: the word that was put into `register` for it from another one or from a cell, if they have
    /// it still, or that it holds.
    fn callable(&self, frame: &Frame, pc: u32, register: u16) -> Option<u64> {
        let mut before = (0..pc).rev().take(MOST_BETWEEN).map(|at| self.at(at));
        let put =
            before.find(|i| i.a == register && matches!(i.operation(), Op::Move | Op::LoadDeref));
        // SAFETY: registers of the frame's window.
        let held = |r: u16| unsafe { frame.reg(r as usize) };
        match put.map(|i| (i.operation(), held(i.b))) {
            Some((Op::Move, value)) => value.map(Value::word),
            Some((_, cell)) => cell?.downcast::<PyCell>()?.content.get().map(Value::word),
            None => held(register).map(Value::word),
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

    /// What the code with this word does, if it may be done in place.
    pub(crate) fn body(&self, code: u64) -> Option<&Body> {
        self.bodies.get(&code)
    }

    /// The classes that feedback names live as long as the machine code.
    fn keep_feedback(&mut self, code: Ref<PyCode>) {
        self.root(code.feedback.get().map_or(0, Value::word));
    }

    /// Looks at a function that is called.
    pub(crate) fn find_body(&mut self, cx: &Cx, code: Ref<PyCode>) {
        let word = code.value().word();
        // SAFETY: the unit lives as long as the code object, which is among the roots.
        let unit: &'static CodeUnit = unsafe { &*core::ptr::from_ref(code.unit()) };
        let small = unit.instrs.len() <= MOST_INLINED;
        let enough = self.depth >= DEEPEST || self.bodies.len() >= MOST_BODIES;
        if self.bodies.contains_key(&word) || !small || enough || code == self.code {
            return;
        }
        self.keep_feedback(code);
        let notes = self.all_notes(code, unit);
        let calls = |i: &Instr| matches!(i.operation(), Op::Call | Op::CallMethod);
        let calls = unit.instrs.iter().filter(|i| calls(i));
        let calls = calls.map(|i| Passed::positional(u32::from(i.c))).collect();
        let known = called(&notes, &calls);
        let feedback = Feedback::of(code);
        let operators = HashMap::new();
        let body = Body { unit, consts: code.consts(), notes, operators, feedback };
        self.bodies.insert(word, body);
        self.depth += 1;
        self.find_all(cx, known);
        let operators = self.operators_of(cx, unit, &Feedback::of(code));
        self.depth -= 1;
        if let Some(body) = self.bodies.get_mut(&word) {
            body.operators = operators;
        }
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

    /// Whether the instruction at `pc` comes only after the one before it.
    pub(crate) fn follows(&self, pc: u32) -> bool {
        !self.targets_of_jumps.contains(&pc)
    }

    /// The address and value of the version of the class whose instances have this shape; `None` for a class that
    /// does not change.
    pub(crate) fn version_of(&self, shape: u64) -> Option<(usize, u64)> {
        self.versions.get(&shape).copied()
    }

    /// Whether guesses may be made at `pc`.
    pub(crate) fn may_guess(&self, pc: u32) -> bool {
        !self.unlearned.contains(&pc)
    }

    /// The instruction at `pc`.
    pub(crate) fn at(&self, pc: u32) -> Instr {
        self.unit.instrs[pc as usize]
    }

    pub(crate) fn root(&mut self, word: u64) {
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
            Cached::Module => of_module(entry)?,
            Cached::Property => {
                let property: Ref<PyProperty> = entry.payload().downcast()?;
                What::Getter(property.getter.get()?.downcast::<PyFunction>()?.value().word())
            }
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
        match what {
            What::Add(_, shape) => self.root(shape),
            What::Getter(function) => self.root(function),
            What::OfModule { table, value, .. } => {
                self.root(table);
                self.root(value);
            }
            _ => {}
        }
        let version_at = class.value().word() as usize + PyType::VERSION_OFFSET;
        if let What::Add(_, shape) = what {
            self.versions.insert(shape, (version_at, entry.version()));
        }
        self.versions.insert(key.word(), (version_at, entry.version()));
        Some(Case { key: key.word(), version_at, version: entry.version(), what })
    }
}

/// The attribute of a module that an entry names.
fn of_module(entry: Ref<Entry>) -> Option<What> {
    let slot = entry.offset() + core::mem::offset_of!(orochi_object::dict::table::Entry, value);
    // SAFETY: the row lies in `extra`, which the entry holds.
    let value = unsafe { &*(slot as *const Slot) }.get()?.word();
    Some(What::OfModule { table: entry.extra()?.word(), slot, value })
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

/// What calls with such arguments may call by what is known of globals and attributes.
fn called(notes: &[Note], calls: &BTreeSet<Passed>) -> BTreeSet<(u64, Passed)> {
    let mut known = BTreeSet::new();
    for note in notes {
        match note {
            Note::Global { value, stable: true, .. }
            | Note::Builtin { value, stable: true, .. } => {
                known.extend(calls.iter().map(|passed| (*value, *passed)));
            }
            Note::Attr(cases) => {
                for case in cases {
                    match case.what {
                        // What is found on the class is called with a receiver.
                        What::Method(word) => {
                            known.extend(calls.iter().map(|p| (word, p.with_receiver())));
                        }
                        What::OfModule { value, .. } => {
                            known.extend(calls.iter().map(|passed| (value, *passed)));
                        }
                        What::Getter(word) => {
                            known.insert((word, Passed::positional(1)));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    known
}

/// Whether a global's value is worth a guard: one that is called or whose attributes are asked for.
pub(crate) fn is_stable(word: u64) -> bool {
    Value::from_word(word).is_some_and(|value| {
        value.downcast::<PyFunction>().is_some()
            || value.downcast::<PyType>().is_some()
            || value.downcast::<PyNative>().is_some()
            || value.downcast::<PyModule>().is_some()
    })
}

/// Functions further down are always called, and those that are found after so many.
const DEEPEST: usize = 5;
const MOST_BODIES: usize = 64;

/// Functions with more instructions are always called.
const MOST_INLINED: usize = 48;
