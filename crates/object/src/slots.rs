//! The slot table: the operations a type can implement, each with one Rust signature.
//!
//! From this one list derive the static [`Slots`] of a builtin type, the atomic [`SlotTable`] of a
//! type object, inheritance, and (with [`crate::slotdefs`]) the dunder wrappers and the map from a
//! Python class's `__len__` to its slot.

use crate::args::CallArgs;
use crate::buffer::Buffer;
use crate::cx::Cx;
use crate::error::Res;
use crate::object::Ref;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::types::PyType;
use crate::value::Value;
use core::sync::atomic::{AtomicUsize, Ordering};

/// Rich comparison operators, numbered as CPython's `Py_LT`..`Py_GE`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CmpOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl CmpOp {
    pub const ALL: [CmpOp; 6] = [CmpOp::Lt, CmpOp::Le, CmpOp::Eq, CmpOp::Ne, CmpOp::Gt, CmpOp::Ge];
    pub const fn swapped(self) -> CmpOp {
        match self {
            CmpOp::Lt => CmpOp::Gt,
            CmpOp::Le => CmpOp::Ge,
            CmpOp::Eq => CmpOp::Eq,
            CmpOp::Ne => CmpOp::Ne,
            CmpOp::Gt => CmpOp::Lt,
            CmpOp::Ge => CmpOp::Le,
        }
    }
    pub const fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }
    pub const fn dunder(self) -> &'static str {
        ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"][self as usize]
    }
    /// What the operator says of this ordering.
    pub fn holds(self, ordering: core::cmp::Ordering) -> bool {
        match self {
            CmpOp::Lt => ordering.is_lt(),
            CmpOp::Le => ordering.is_le(),
            CmpOp::Eq => ordering.is_eq(),
            CmpOp::Ne => ordering.is_ne(),
            CmpOp::Gt => ordering.is_gt(),
            CmpOp::Ge => ordering.is_ge(),
        }
    }
}

/// What an iterator of pairs has next.
pub enum Pair {
    Both(Value, Value),
    End,
    /// That is no pair: `next` gives it.
    Other,
}

pub type UnaryFn = fn(&Cx, Value) -> Res;
pub type BinaryFn = fn(&Cx, Value, Value) -> Res;
pub type TernaryFn = fn(&Cx, Value, Value, Option<Value>) -> Res;
pub type HashFn = fn(&Cx, Value) -> Res<i64>;
pub type CallFn = fn(&Cx, Value, CallArgs) -> Res;
/// `Ok(None)` is exhaustion; the value of a `StopIteration` is left in `Cx::stop_value`.
pub type NextFn = fn(&Cx, Value) -> Res<Option<Value>>;
pub type GetAttrFn = fn(&Cx, Value, Ref<PyStr>) -> Res;
/// The value is `None` (UNSET) for deletion, here and below.
pub type SetAttrFn = fn(&Cx, Value, Ref<PyStr>, Option<Value>) -> Res<()>;
pub type CompareFn = fn(&Cx, Value, Value, CmpOp) -> Res;
/// `(descriptor, object or UNSET, owner class or UNSET)`.
pub type DescrGetFn = fn(&Cx, Value, Option<Value>, Option<Value>) -> Res;
pub type DescrSetFn = fn(&Cx, Value, Value, Option<Value>) -> Res<()>;
pub type NewFn = fn(&Cx, Ref<PyType>, CallArgs) -> Res;
pub type InitFn = fn(&Cx, Value, CallArgs) -> Res<()>;
pub type DelFn = fn(&Cx, Value) -> Res<()>;
pub type BoolFn = fn(&Cx, Value) -> Res<bool>;
pub type LenFn = fn(&Cx, Value) -> Res<usize>;
pub type SetItemFn = fn(&Cx, Value, Value, Option<Value>) -> Res<()>;
pub type ContainsFn = fn(&Cx, Value, Value) -> Res<bool>;
pub type RepeatFn = fn(&Cx, Value, isize) -> Res;
pub type BufferFn = fn(&Cx, Value, u32) -> Res<Buffer>;
pub type PairFn = fn(&Cx, Value) -> Res<Pair>;
pub type ItemsFn = fn(&Cx, Value) -> Res<Ref<PyTuple>>;

macro_rules! slots {
    ($($(#[$doc:meta])* $id:ident $name:ident: $type:ty;)*) => {
        /// The number of a slot.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(usize)]
        pub enum SlotId { $($id),* }

        /// How many slots there are.
        pub const SLOT_COUNT: usize = [$(SlotId::$id),*].len();

        /// The slots a builtin type defines itself: a plain table for statics.
        #[derive(Clone, Copy)]
        pub struct Slots { $($(#[$doc])* pub $name: Option<$type>,)* }

        impl Slots {
            /// No slot defined.
            pub const NONE: Slots = Slots { $($name: None,)* };
            /// The table as words, in slot order; 0 where not defined.
            pub fn words(&self) -> [usize; SLOT_COUNT] {
                [$(self.$name.map_or(0, |f| f as usize)),*]
            }
        }

        /// The resolved slots of a type object: its own and the inherited ones. Written under the
        /// type lock, read by everyone.
        pub struct SlotTable([AtomicUsize; SLOT_COUNT]);

        impl SlotTable {
            $(
                #[inline(always)]
                pub fn $name(&self) -> Option<$type> {
                    let word = self.0[SlotId::$id as usize].load(Ordering::Acquire);
                    // SAFETY: the word is 0 or a function of this slot's type: `set_word` is only
                    // given words of `Slots::words` or of the same slot of another table.
                    unsafe { core::mem::transmute::<usize, Option<$type>>(word) }
                }
            )*
        }
    };
}

impl SlotTable {
    /// The raw word of a slot.
    #[inline]
    pub fn word(&self, slot: usize) -> usize {
        self.0[slot].load(Ordering::Acquire)
    }
    /// Stores a function word of the same slot. Call with the type lock held.
    #[inline]
    pub fn set_word(&self, slot: usize, word: usize) {
        self.0[slot].store(word, Ordering::Release);
    }
}

slots! {
    Repr repr: UnaryFn;
    Str str: UnaryFn;
    Hash hash: HashFn;
    Call call: CallFn;
    Iter iter: UnaryFn;
    Next next: NextFn;
    GetAttr getattr: GetAttrFn;
    SetAttr setattr: SetAttrFn;
    Compare compare: CompareFn;
    DescrGet descr_get: DescrGetFn;
    DescrSet descr_set: DescrSetFn;
    New new: NewFn;
    Init init: InitFn;
    Del del: DelFn;
    Bool bool_: BoolFn;
    Len len: LenFn;
    GetItem getitem: BinaryFn;
    SetItem setitem: SetItemFn;
    Contains contains: ContainsFn;
    Add add: BinaryFn;
    Sub sub: BinaryFn;
    Mul mul: BinaryFn;
    MatMul matmul: BinaryFn;
    TrueDiv truediv: BinaryFn;
    FloorDiv floordiv: BinaryFn;
    Mod mod_: BinaryFn;
    DivMod divmod: BinaryFn;
    Pow pow: TernaryFn;
    LShift lshift: BinaryFn;
    RShift rshift: BinaryFn;
    And and: BinaryFn;
    Or or: BinaryFn;
    Xor xor: BinaryFn;
    IAdd iadd: BinaryFn;
    ISub isub: BinaryFn;
    IMul imul: BinaryFn;
    IMatMul imatmul: BinaryFn;
    ITrueDiv itruediv: BinaryFn;
    IFloorDiv ifloordiv: BinaryFn;
    IMod imod: BinaryFn;
    IPow ipow: BinaryFn;
    ILShift ilshift: BinaryFn;
    IRShift irshift: BinaryFn;
    IAnd iand: BinaryFn;
    IOr ior: BinaryFn;
    IXor ixor: BinaryFn;
    Neg neg: UnaryFn;
    Pos pos: UnaryFn;
    Abs abs: UnaryFn;
    Invert invert: UnaryFn;
    Int int: UnaryFn;
    Float float: UnaryFn;
    Index index: UnaryFn;
    /// Sequence concatenation, tried after `add` of both operands (CPython's `sq_concat`).
    Concat concat: BinaryFn;
    /// Sequence repetition (CPython's `sq_repeat`).
    Repeat repeat: RepeatFn;
    InplaceConcat inplace_concat: BinaryFn;
    InplaceRepeat inplace_repeat: RepeatFn;
    Await await_: UnaryFn;
    AIter aiter: UnaryFn;
    ANext anext: UnaryFn;
    GetBuffer buffer: BufferFn;
    /// What `iter` would give, all of it as of one moment: for bulk copies, which other threads
    /// must not see into. Use it through [`crate::ops::own_items`]; Python code may have replaced
    /// `iter`.
    Items items: ItemsFn;
    /// What `next` would give, without a tuple around the two. Only for instances of builtin classes: those of Python
    /// may have replaced `next`.
    Pair pair: PairFn;
}
