//! Functions written in Rust: their static definitions, and the objects that stand for them.

use crate::args::{Args, CallArgs, Signature, copy_one_by_one};
use crate::cx::Cx;
use crate::error::Res;
use crate::layout;
use crate::module::PyModule;
use crate::object::Ref;
use crate::slot::Slot;
use crate::types::{self, PyType};
use crate::value::Value;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use orochi_heap::Header;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The Rust side of a native function: bound arguments in, a value out.
pub type NativeFn = fn(&Cx, Args) -> Res;

/// How a method in a type's table binds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// A module's function.
    Function,
    /// A module's function that the interpreter calls outside its loop, because it looks at the native
    /// stack.
    Outside,
    /// Takes the instance first.
    Method,
    /// As `Method`, and called outside the loop as `Outside` is.
    MethodOutside,
    /// Takes the class first.
    Class,
    /// Takes neither.
    Static,
}

/// The definition of a native function: a row of a module's or type's table.
pub struct NativeDef {
    pub name: &'static str,
    /// Its Python signature; the first parameter of a method is `self` (`cls` for class methods).
    pub signature: &'static str,
    pub function: NativeFn,
    pub binding: Binding,
    pub doc: &'static str,
    /// What it gives for one float, or an int that is a double exactly, where that is finite: machine code calls it.
    pub real: Option<extern "C" fn(f64) -> f64>,
    /// It never looks at its `*args`, so that nobody has to make a tuple of them.
    pub ignores_rest: bool,
}

const fn def(
    name: &'static str,
    signature: &'static str,
    function: NativeFn,
    binding: Binding,
) -> NativeDef {
    NativeDef { name, signature, function, binding, doc: "", real: None, ignores_rest: false }
}

/// A row of a module's function table.
pub const fn function(name: &'static str, sig: &'static str, f: NativeFn) -> NativeDef {
    def(name, sig, f, Binding::Function)
}
/// As [`function`], called outside the interpreter's loop.
pub const fn outside(name: &'static str, sig: &'static str, f: NativeFn) -> NativeDef {
    def(name, sig, f, Binding::Outside)
}
/// A row of a type's method table: takes the instance first.
pub const fn method(name: &'static str, sig: &'static str, f: NativeFn) -> NativeDef {
    def(name, sig, f, Binding::Method)
}
/// As [`method`], called outside the interpreter's loop.
pub const fn method_outside(name: &'static str, sig: &'static str, f: NativeFn) -> NativeDef {
    def(name, sig, f, Binding::MethodOutside)
}
/// A class method's row: takes the class first.
pub const fn class_method(name: &'static str, sig: &'static str, f: NativeFn) -> NativeDef {
    def(name, sig, f, Binding::Class)
}
/// A static method's row.
pub const fn static_method(name: &'static str, sig: &'static str, f: NativeFn) -> NativeDef {
    def(name, sig, f, Binding::Static)
}

impl NativeDef {
    /// The same row of a function of one real number, which `f` computes wherever `f` is finite.
    pub const fn real(mut self, f: extern "C" fn(f64) -> f64) -> NativeDef {
        self.real = Some(f);
        self
    }
    /// The same row of a function that never looks at its `*args`, the only ones after the required ones.
    pub const fn ignoring_rest(mut self) -> NativeDef {
        self.ignores_rest = true;
        self
    }
    /// The same row with a docstring.
    pub const fn doc(mut self, doc: &'static str) -> NativeDef {
        self.doc = doc;
        self
    }
}

/// A `builtin_function_or_method`, `method_descriptor` or `classmethod_descriptor`.
#[repr(C)]
pub struct PyNative {
    pub header: Header,
    /// Address of the static definition.
    def: AtomicUsize,
    /// The bound instance or class.
    pub bound: Slot,
    /// The class a descriptor belongs to.
    pub owner: Slot,
    /// The module's name.
    pub module: Slot,
    /// Address of the parsed signature, 0 until the first call; parsed ones live forever, one for
    /// each definition.
    signature: AtomicUsize,
    /// See [`PyNative::plain`]; 0 until the signature was parsed, and where it says nothing. Whoever parses it stores the
    /// same number, and nothing else is read by way of it: relaxed.
    plain: AtomicU32,
}
crate::trace!(PyNative, layout::NATIVE, [bound, owner, module]);

impl PyNative {
    /// Where the definition's address is, for generated code.
    pub const DEF_OFFSET: usize = core::mem::offset_of!(PyNative, def);

    #[inline(always)]
    pub fn def(&self) -> &'static NativeDef {
        // SAFETY: set at creation to the address of a static.
        unsafe { &*(self.def.load(Ordering::Relaxed) as *const NativeDef) }
    }

    /// The parsed signature.
    #[inline]
    pub fn signature(&self) -> &'static Signature {
        let address = self.signature.load(Ordering::Acquire);
        if address != 0 {
            // SAFETY: only `parse_signature` stores here, the address of a leaked signature.
            return unsafe { &*(address as *const Signature) };
        }
        self.parse_signature()
    }

    #[cold]
    fn parse_signature(&self) -> &'static Signature {
        let key = self.def.load(Ordering::Relaxed);
        let mut parsed = SIGNATURES.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let signature = *parsed
            .entry(key)
            .or_insert_with(|| Box::leak(Box::new(Signature::parse(self.def().signature))));
        self.signature.store(core::ptr::from_ref(signature) as usize, Ordering::Release);
        self.plain.store(Plain::of(self, signature).0, Ordering::Relaxed);
        signature
    }

    /// What calls need to know, if it is a function or a method's descriptor whose positional arguments bind as they
    /// are, and it was called before.
    #[inline(always)]
    pub fn plain(&self) -> Plain {
        Plain(self.plain.load(Ordering::Relaxed))
    }

    /// Calls the Rust function with these arguments, binding ignored; `skip` as for [`Signature::bind`].
    #[inline]
    pub fn call(&self, cx: &Cx, args: CallArgs, skip: usize) -> Res {
        let (signature, function) = (self.signature(), self.def().function);
        let n = args.all().len();
        let ignored = self.def().ignores_rest && n >= signature.required;
        if args.names().is_none() && (ignored || signature.is_plain(n)) {
            let params = signature.params.len();
            if ignored || n == params {
                // SAFETY: Option<Value> has the layout of Value (None is the zero word).
                let row = unsafe { core::slice::from_raw_parts(args.all().as_ptr().cast(), n) };
                return function(cx, Args::new(row));
            }
            if params <= MOST_PADDED {
                // SAFETY: as above.
                let given = unsafe { core::slice::from_raw_parts(args.all().as_ptr().cast(), n) };
                return call_padded(cx, function, given, params);
            }
        }
        if args.names().is_none()
            && signature.star.is_some()
            && signature.params.len() < MOST_PADDED
        {
            let mut row = [None; MOST_PADDED];
            let row = &mut row[..signature.params.len() + 1];
            if signature.fill_positional(args.all(), row) {
                return function(cx, Args::new(row));
            }
        }
        signature.bind_native(cx, self, skip, args, &mut |args| function(cx, args))
    }

    /// The name with the class it is a method of, or the module it is a function of (unless that is `builtins`).
    pub fn full_name(&self) -> String {
        let name = self.def().name;
        if self.bound.get().is_some_and(|bound| bound.downcast::<PyModule>().is_some()) {
            return name.to_owned();
        }
        if let Some(owner) = self.owner.get().and_then(Value::downcast::<PyType>) {
            return format!("{}.{name}", crate::ops::qualname(owner));
        }
        let module = self.module.get().and_then(Value::as_str);
        if matches!(self.def().binding, Binding::Function | Binding::Outside) {
            return match module.filter(|module| !module.eq_str("builtins")) {
                Some(module) => format!("{}.{name}", module.to_string_lossy()),
                None => name.to_owned(),
            };
        }
        match self.bound.get() {
            Some(bound) => {
                let class = bound.downcast::<PyType>().unwrap_or(types::class_of(bound));
                format!("{}.{name}", crate::ops::qualname(class))
            }
            None => name.to_owned(),
        }
    }
}

/// How many arguments a native function takes: the most, the least, whether it is a method, whether there is any such
/// number, in a word.
#[derive(Clone, Copy)]
pub struct Plain(u32);

impl Plain {
    const METHOD: u32 = 1 << 30;
    const KNOWN: u32 = 1 << 31;

    fn of(native: &PyNative, signature: &Signature) -> Plain {
        let (least, most) = (signature.required, signature.params.len());
        let method = match native.def().binding {
            Binding::Function => 0,
            Binding::Method => Plain::METHOD,
            _ => return Plain(0),
        };
        if native.def().ignores_rest && native.bound.is_unset() {
            return Plain(Plain::KNOWN | method | (least as u32) << 8 | MOST_PADDED as u32);
        }
        match native.bound.is_unset() && most <= MOST_PADDED && signature.is_plain(most) {
            true => Plain(Plain::KNOWN | method | (least as u32) << 8 | most as u32),
            false => Plain(0),
        }
    }

    /// The number of parameters, if `n` arguments will do.
    #[inline(always)]
    pub fn params(self, n: usize) -> Option<usize> {
        let (least, most) = (self.0 >> 8 & 0xff, self.0 & 0xff);
        let fits = self.0 != 0 && (n as u32) >= least && n as u32 <= most;
        fits.then_some(most as usize)
    }

    /// The first argument must be an instance of the owner.
    #[inline(always)]
    pub fn is_method(self) -> bool {
        self.0 & Plain::METHOD != 0
    }
}

/// Parameters of functions that [`call_padded`] serves.
pub const MOST_PADDED: usize = 8;

/// Calls a function of `params` parameters, at most [`MOST_PADDED`], with no more arguments: the others are absent.
///
/// It is a frame of its own, which is gone after the call: part of the interpreter loop's, the row would keep the arguments of
/// the last such call alive.
#[inline(never)]
pub fn call_padded(cx: &Cx, function: NativeFn, given: &[Option<Value>], params: usize) -> Res {
    let mut row = [None; MOST_PADDED];
    copy_one_by_one(given, &mut row);
    function(cx, Args::new(&row[..params]))
}

/// Parsed signatures by the address of their definition.
static SIGNATURES: Mutex<BTreeMap<usize, &'static Signature>> = Mutex::new(BTreeMap::new());

impl Cx {
    /// The object for a native function; `class` says which kind.
    pub fn native_of_class(
        &self,
        class: Ref<PyType>,
        def: &'static NativeDef,
        bound: Option<Value>,
    ) -> Res<Ref<PyNative>> {
        let native: Ref<PyNative> = self.alloc_instance(class, 0)?;
        native.def.store(def as *const NativeDef as usize, Ordering::Relaxed);
        native.bound.init_opt(bound);
        Ok(native)
    }
    /// The bound builtin function that a descriptor gives for `receiver`.
    pub fn bind_native(&self, descriptor: Ref<PyNative>, receiver: Value) -> Res<Ref<PyNative>> {
        let native = self.new_native(descriptor.def(), Some(receiver))?;
        // Parsed once for the descriptor: to look it up takes a lock.
        let signature = core::ptr::from_ref(descriptor.signature()) as usize;
        native.signature.store(signature, Ordering::Relaxed);
        Ok(native)
    }
    /// A builtin function, bound to `bound` if given.
    pub fn new_native(&self, def: &'static NativeDef, bound: Option<Value>) -> Res<Ref<PyNative>> {
        self.native_of_class(types::NATIVE_FUNCTION.get(), def, bound)
    }
    /// A bound method of any callable.
    #[inline]
    pub fn new_method(&self, function: Value, receiver: Value) -> Res<Ref<PyMethod>> {
        let method: Ref<PyMethod> = self.alloc_instance(types::METHOD.get(), 0)?;
        method.function.init(function);
        method.receiver.init(receiver);
        Ok(method)
    }
}

/// A bound `method`: a callable and its first argument. Immutable.
#[repr(C)]
pub struct PyMethod {
    pub header: Header,
    pub function: Slot,
    pub receiver: Slot,
}
crate::trace!(PyMethod, layout::METHOD, [function, receiver]);

/// `call` of builtin functions and methods.
pub fn call_native(cx: &Cx, callable: Value, args: CallArgs) -> Res {
    // SAFETY: this is the call slot of types whose instances are PyNative.
    let native: Ref<PyNative> = unsafe { callable.cast() };
    match native.bound.get() {
        Some(bound) if native.def().binding != Binding::Static => {
            args.prepended(bound, |args| native.call(cx, args, 1))
        }
        _ => native.call(cx, args, 0),
    }
}

/// `call` of method descriptors: `list.append(l, x)`.
pub fn call_descriptor(cx: &Cx, callable: Value, args: CallArgs) -> Res {
    // SAFETY: this is the call slot of types whose instances are PyNative.
    let native: Ref<PyNative> = unsafe { callable.cast() };
    check_receiver(cx, native, args.positional().first().copied())?;
    native.call(cx, args, 1)
}

/// Raises TypeError unless `receiver` is an instance of the descriptor's class.
#[inline]
pub fn check_receiver(cx: &Cx, native: Ref<PyNative>, receiver: Option<Value>) -> Res<()> {
    let Some(owner) = native.owner.get().and_then(Value::downcast::<PyType>) else {
        return Ok(());
    };
    let name = native.def().name;
    match receiver {
        Some(receiver) if types::class_of(receiver).is_subtype(owner) => Ok(()),
        Some(receiver) => crate::raise!(
            cx,
            TYPE_ERROR,
            "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
            owner.display_name(),
            types::class_of(receiver).display_name()
        ),
        None => crate::raise!(
            cx,
            TYPE_ERROR,
            "unbound method {}.{name}() needs an argument",
            crate::ops::qualname(owner)
        ),
    }
}
