//! What the operands of a code object's instructions have been: recorded for a while when code gets warm, for the
//! compiler of machine code.
//!
//! Rules:
//! 1. A [`Recording`] belongs to one thread, which writes it between instructions in the slow copy of the
//!    interpreter's loop. Nothing shared is written meanwhile.
//! 2. What was recorded becomes an immutable `bytes` object in the first cell of the array in the code's `feedback` slot:
//!    a guess, never a fact. The last one stored wins. The other cells are the classes that it names by number; threads
//!    that record the same code at once add to them without a lock, and one that is lost is a worse guess.
//! 3. A recording names its code by address and does not keep it alive. It is stored only while a frame runs that very
//!    code; one of code that is gone, or of other code at the same address, gives wrong guesses at worst.

use crate::code::PyCode;
use orochi_bytecode::{Effect, Instr, effects};
use orochi_object::layout;
use orochi_object::list::Array;
use orochi_object::prelude::*;
use orochi_object::typed::TypedArrays;

/// Operands of an instruction that are recorded.
const OPERANDS: usize = 3;
/// Instructions of one recording, of all code that runs meanwhile.
const LENGTH: u32 = 4000;
/// Further instructions in which the code must run once for the recording to be stored.
const GRACE: u32 = 4000;
/// Classes whose instances are told apart in one code object.
const CLASSES: usize = 15;

/// What an operand has been.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen {
    /// It was not read.
    Nothing,
    /// A small int.
    Int,
    /// A float.
    Float,
    /// An object of this heap layout.
    Object(u16),
    /// An `array` with this type code ([`TypedArrays`]).
    Typed(u8),
    /// An ordinary instance of the class with this number ([`Feedback::class`]).
    Instance(u16),
    /// Another word that is no object.
    Other,
    /// Now a small int, now a float.
    Number,
    /// Now this, now that.
    Mixed,
}

/// The code of the first heap layout; smaller ones are those of the other cases.
const OBJECTS: u16 = 8;
/// The code of arrays; the type code is added.
const ARRAYS: u16 = 1 << 14;
/// The code of the first class.
const INSTANCES: u16 = 1 << 15;

impl Seen {
    /// What `value` is.
    pub fn of(value: Option<Value>) -> Seen {
        match value {
            None => Seen::Other,
            Some(v) if v.is_small() => Seen::Int,
            Some(v) if is_exact(v, &types::FLOAT) => Seen::Float,
            Some(v) if let Some(code) = TypedArrays::code_of(v) => Seen::Typed(code),
            Some(v) => match v.as_object() {
                // SAFETY: a live object.
                Some(object) => Seen::Object(unsafe { (*object).layout }),
                None => Seen::Other,
            },
        }
    }

    /// The layout of the object that it was.
    pub fn layout(self) -> Option<u16> {
        match self {
            Seen::Object(layout) => Some(layout),
            Seen::Instance(_) => Some(layout::OBJECT),
            _ => None,
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Seen::Int | Seen::Float | Seen::Number)
    }

    fn and(self, other: Seen) -> Seen {
        match (self, other) {
            (Seen::Nothing, seen) | (seen, Seen::Nothing) => seen,
            (a, b) if a == b => a,
            (a, b) if a.is_number() && b.is_number() => Seen::Number,
            (a, b) if a.layout().is_some() && a.layout() == b.layout() => {
                Seen::Object(layout::OBJECT)
            }
            _ => Seen::Mixed,
        }
    }

    fn encode(self) -> u16 {
        match self {
            Seen::Nothing => 0,
            Seen::Int => 1,
            Seen::Float => 2,
            Seen::Other => 3,
            Seen::Mixed => 4,
            Seen::Number => 5,
            Seen::Object(layout) => OBJECTS + layout,
            Seen::Typed(code) => ARRAYS + u16::from(code),
            Seen::Instance(class) => INSTANCES + class,
        }
    }

    fn decode(code: u16) -> Seen {
        match code {
            0 => Seen::Nothing,
            1 => Seen::Int,
            2 => Seen::Float,
            3 => Seen::Other,
            5 => Seen::Number,
            4..OBJECTS => Seen::Mixed,
            INSTANCES.. => Seen::Instance(code - INSTANCES),
            ARRAYS.. => Seen::Typed((code - ARRAYS) as u8),
            _ => Seen::Object(code - OBJECTS),
        }
    }
}

/// The place of register `r` among the operands of an instruction.
fn operand(i: Instr, r: u16) -> Option<usize> {
    let (mut found, mut at) = (None, 0);
    effects(i, &mut |effect| {
        if let Effect::Read(own, 1) = effect {
            if own == r && at < OPERANDS {
                found.get_or_insert(at);
            }
            at += 1;
        }
    });
    found
}

/// A recording under way.
pub struct Recording {
    code: *const Header,
    /// Instructions to go, with the grace.
    left: u32,
    seen: Vec<[Seen; OPERANDS]>,
}

impl Recording {
    /// Begins to record what `code` does; `None` without memory.
    pub fn begin(code: Ref<PyCode>) -> Option<Box<Recording>> {
        let mut seen = Vec::new();
        let n = code.unit().instrs.len();
        seen.try_reserve_exact(n).ok()?;
        seen.resize(n, [Seen::Nothing; OPERANDS]);
        Some(Box::new(Recording {
            code: code.value().word() as *const _,
            left: LENGTH + GRACE,
            seen,
        }))
    }

    /// Whether it is `code` that is recorded.
    pub fn is_of(&self, code: Ref<PyCode>) -> bool {
        self.code == code.value().word() as *const _
    }

    /// Ahead of instruction `index` of `code`, whose registers `read` reads. Gives whether to go on.
    pub fn note(
        &mut self,
        cx: &Cx,
        code: Ref<PyCode>,
        index: usize,
        read: impl Fn(u16) -> Option<Value>,
    ) -> bool {
        self.left = self.left.saturating_sub(1);
        if !self.is_of(code) {
            return self.left > 0;
        }
        if let Some(row) = self.seen.get_mut(index) {
            let mut row = row.iter_mut();
            effects(code.unit().instrs[index], &mut |effect| {
                if let Effect::Read(r, 1) = effect
                    && let Some(seen) = row.next()
                {
                    *seen = seen.and(what(cx, code, read(r)));
                }
            });
        }
        self.left > GRACE
    }

    /// Stores what was recorded, if it is `code` that was: a frame runs it.
    pub fn store(&self, cx: &Cx, code: Ref<PyCode>) {
        if !self.is_of(code) || self.seen.len() != code.unit().instrs.len() {
            return;
        }
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(self.seen.len() * OPERANDS * 2).is_err() {
            return;
        }
        for seen in self.seen.iter().flatten() {
            bytes.extend_from_slice(&seen.encode().to_le_bytes());
        }
        if let (Ok(bytes), Some(array)) = (cx.new_bytes(&bytes), array_of(cx, code)) {
            array.cells()[0].set(cx, array, bytes.value());
        }
    }
}

/// What `value` is, with the number of its class.
fn what(cx: &Cx, code: Ref<PyCode>, value: Option<Value>) -> Seen {
    let seen = Seen::of(value);
    let (Seen::Object(layout::OBJECT), Some(value)) = (seen, value) else { return seen };
    class_number(cx, code, class_of(value)).map_or(seen, Seen::Instance)
}

/// The number of a class among those that the code's feedback names.
fn class_number(cx: &Cx, code: Ref<PyCode>, class: Ref<PyType>) -> Option<u16> {
    let array = array_of(cx, code)?;
    for (number, cell) in array.cells()[1..].iter().enumerate() {
        match cell.get() {
            Some(known) if known.is(class.value()) => return Some(number as u16),
            Some(_) => {}
            None => {
                cell.set(cx, array, class.value());
                return Some(number as u16);
            }
        }
    }
    None
}

/// The array of the code's feedback; `None` without memory.
fn array_of(cx: &Cx, code: Ref<PyCode>) -> Option<Ref<Array>> {
    if let Some(array) = code.feedback.get() {
        // SAFETY: only arrays are stored there.
        return Some(unsafe { array.cast() });
    }
    let array = Array::new(cx, 1 + CLASSES).ok()?;
    code.feedback.set(cx, code, array.value());
    Some(array)
}

/// What was recorded of a code object, for those who read it apart from the heap.
#[derive(Default)]
pub struct Feedback {
    rows: Vec<u16>,
    /// By number; the code's feedback keeps them.
    classes: Vec<Ref<PyType>>,
}

impl Feedback {
    /// What is known of `code`: empty if nothing was recorded.
    pub fn of(code: Ref<PyCode>) -> Feedback {
        let Some(array) = code.feedback.get() else { return Feedback::default() };
        // SAFETY: only arrays are stored there.
        let array: Ref<Array> = unsafe { array.cast() };
        let (first, classes) = (&array.cells()[0], &array.cells()[1..]);
        let rows = first.get().and_then(Value::downcast::<PyBytes>).map(|bytes| {
            let pairs = bytes.data().as_chunks::<2>().0;
            pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect()
        });
        let classes = classes.iter().map_while(|cell| cell.get()?.downcast()).collect();
        Feedback { rows: rows.unwrap_or_default(), classes }
    }

    /// What register `r` was when instruction `index`, which is `i`, read it.
    pub fn seen(&self, index: usize, i: Instr, r: u16) -> Seen {
        let code = operand(i, r).and_then(|at| self.rows.get(index * OPERANDS + at));
        code.map_or(Seen::Nothing, |code| Seen::decode(*code))
    }

    /// The class that [`Seen::Instance`] names.
    pub fn class(&self, number: u16) -> Option<Ref<PyType>> {
        self.classes.get(number as usize).copied()
    }
}
