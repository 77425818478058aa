//! `functools.lru_cache`'s wrapper.
//!
//! Rules:
//! 1. The cache is a dict in order of use: a hit moves its item to the end, the first item is the
//!    one to drop. Each step is atomic by the dict's lock; the function runs outside it.
//! 2. Hits of an unbounded cache change nothing but a counter, and of that a word of the thread's own.

use crate::common::receiver;
use core::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use orochi_base::sync::Tally;
use orochi_object::dict::Key;
use orochi_object::layout::STD_CORE_BASE;
use orochi_object::prelude::*;

/// The layout number of wrappers.
pub const LAYOUT: u16 = STD_CORE_BASE + 43;

/// A caching wrapper. `maxsize` is -1 without a bound.
#[repr(C)]
pub struct Wrapper {
    header: Header,
    function: Slot,
    cache: Slot,
    info_class: Slot,
    typed: Slot,
    maxsize: AtomicI64,
    misses: AtomicU64,
    hits: Tally,
}
orochi_object::trace!(Wrapper, LAYOUT, [function, cache, info_class, typed]);
receiver!(this, Wrapper);

static CELL: TypeCell = TypeCell::new();

/// The type's table.
pub static TYPE: TypeDef = TypeDef {
    name: "functools._lru_cache_wrapper",
    cell: &CELL,
    layout: LAYOUT,
    size: size_of::<Wrapper>(),
    dict: true,
    flags: flag::BASETYPE | flag::WEAKREF | flag::METHOD_DESCRIPTOR,
    slots: Slots { new: Some(new), call: Some(call), descr_get: Some(descr_get), ..Slots::NONE },
    methods: &[
        method("cache_info", "(self, /)", cache_info).doc("Report cache statistics"),
        method("cache_clear", "(self, /)", cache_clear).doc("Clear the cache and cache statistics"),
        method("__reduce__", "(self, /)", |cx, args| {
            ops::getattr(cx, args.get(0), name!(cx, "__qualname__"))
        }),
        method("__copy__", "(self, /)", |_, args| Ok(args.get(0))),
        method("__deepcopy__", "(self, memo, /)", |_, args| Ok(args.get(0))),
    ],
    doc: Some("Create a cached callable that wraps another function."),
    ..TypeDef::DEFAULT
};

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let names = ["user_function", "maxsize", "typed", "cache_info_type"];
    let mut row: [Option<Value>; 4] = [None; 4];
    for (i, slot) in row.iter_mut().enumerate() {
        *slot = args.positional().get(i).copied().or_else(|| args.keyword(names[i]));
    }
    let [Some(function), Some(maxsize), Some(typed), Some(info_class)] = row else {
        return raise!(cx, TYPE_ERROR, "_lru_cache_wrapper() takes 4 arguments");
    };
    if class_of(function).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "the first argument must be callable");
    }
    let maxsize = match maxsize.non_none() {
        None => -1,
        Some(n) if n.is_int() || class_of(n).slots.index().is_some() => {
            ops::index_isize(cx, n, &exception::OVERFLOW_ERROR)?.max(0) as i64
        }
        Some(_) => return raise!(cx, TYPE_ERROR, "maxsize should be integer or None"),
    };
    let typed = ops::truth(cx, typed)?;
    let cache = cx.new_dict()?;
    let wrapper: Ref<Wrapper> = cx.alloc_instance(class, 0)?;
    wrapper.function.init(function);
    wrapper.cache.init(cache.value());
    wrapper.info_class.init(info_class);
    wrapper.typed.init(Value::bool(typed));
    wrapper.maxsize.store(maxsize, Relaxed);
    Ok(wrapper.value())
}

fn cache_of(wrapper: Ref<Wrapper>) -> Ref<PyDict> {
    // SAFETY: `cache` holds a dict from creation on.
    unsafe { wrapper.cache.or_none().cast() }
}

/// The mark between positional and keyword arguments in a key: a value nobody passes by accident.
fn mark() -> Value {
    CELL.get().value()
}

fn key_of(cx: &Cx, args: CallArgs, typed: bool) -> Res {
    let positional = args.positional();
    if let ([only], false, 0) = (positional, typed, args.keyword_count())
        && (only.is_small() || is_exact(*only, &types::STR) || is_exact(*only, &types::INT))
    {
        return Ok(*only);
    }
    let n = args.keyword_count();
    let mut len = positional.len() + if n > 0 { 1 + 2 * n } else { 0 };
    if typed {
        len += args.all().len();
    }
    let key = PyTuple::new_internal(cx, len)?;
    let mut slots = key.items().iter();
    let mut put = |value: Value| {
        if let Some(slot) = slots.next() {
            slot.init(value);
        }
    };
    positional.iter().for_each(|value| put(*value));
    if n > 0 {
        put(mark());
        for (name, value) in args.keywords() {
            put(name.value());
            put(value);
        }
    }
    if typed {
        args.all().iter().for_each(|value| put(class_of(*value).value()));
    }
    Ok(key.value())
}

fn call(cx: &Cx, v: Value, args: CallArgs) -> Res {
    let own = this(v);
    let function = own.function.or_none();
    let maxsize = own.maxsize.load(Relaxed);
    if maxsize == 0 {
        own.misses.fetch_add(1, Relaxed);
        return ops::call_args(cx, function, args);
    }
    let key = key_of(cx, args, own.typed.get() == Some(Value::TRUE))?;
    let key = Key { value: key, hash: ops::hash(cx, key)? };
    let cache = cache_of(own);
    let hit = match maxsize {
        -1 => cache.get_key(cx, key)?,
        _ => cache.move_item(cx, key, true)?,
    };
    if let Some(result) = hit {
        own.hits.add(cx.ident.get());
        return Ok(result);
    }
    own.misses.fetch_add(1, Relaxed);
    let result = ops::call_args(cx, function, args)?;
    if maxsize < 0 {
        cache.set_key(cx, key, result)?;
        return Ok(result);
    }
    // Another call, of this thread or of another, may have put the same key there meanwhile.
    if cache.get_key(cx, key)?.is_some() {
        return Ok(result);
    }
    while cache.len() as i64 >= maxsize && cache.pop_first(cx).is_some() {}
    cache.set_key(cx, key, result)?;
    Ok(result)
}

fn descr_get(cx: &Cx, v: Value, object: Option<Value>, _: Option<Value>) -> Res {
    match object {
        Some(object) => Ok(cx.new_method(v, object)?.value()),
        None => Ok(v),
    }
}

fn cache_info(cx: &Cx, args: Args) -> Res {
    let own = this(args.get(0));
    let maxsize = match own.maxsize.load(Relaxed) {
        n if n < 0 => Value::NONE,
        n => Value::int(n),
    };
    let (hits, misses) = (cx.new_uint(own.hits.sum())?, cx.new_uint(own.misses.load(Relaxed))?);
    let used = Value::int(cache_of(own).len() as i64);
    ops::call(cx, own.info_class.or_none(), &[hits, misses, maxsize, used])
}

fn cache_clear(cx: &Cx, args: Args) -> Res {
    let own = this(args.get(0));
    own.hits.reset();
    own.misses.store(0, Relaxed);
    cache_of(own).clear(cx);
    Ok(Value::NONE)
}
