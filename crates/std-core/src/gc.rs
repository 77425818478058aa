//! The module `gc`: the collector as programs see it. There are no generations to tune; thresholds
//! are kept for those who read them back.

use core::cell::Cell;
use core::sync::atomic::{AtomicI64, Ordering};
use orochi_heap::Header;
use orochi_object::intern;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::typedef::Const;

static THRESHOLDS: [AtomicI64; 3] = [AtomicI64::new(2000), AtomicI64::new(10), AtomicI64::new(0)];
static DEBUG: AtomicI64 = AtomicI64::new(0);
static COLLECTIONS: [AtomicI64; 3] = [const { AtomicI64::new(0) }; 3];
static COLLECTED: AtomicI64 = AtomicI64::new(0);
static MODULE_ROOT: orochi_object::collector::Root = orochi_object::collector::Root::new();

fn callbacks() -> Option<Ref<PyList>> {
    let cx = Cx::current()?;
    let module: Ref<PyModule> = MODULE_ROOT.get()?.downcast()?;
    module.namespace().get_str(name!(cx, "callbacks"))?.downcast()
}

fn call_callbacks(cx: &Cx, phase: &str, generation: i64, collected: i64) -> Res<()> {
    let Some(list) = callbacks().filter(|list| list.len() > 0) else { return Ok(()) };
    let info = cx.new_dict()?;
    for (name, n) in [("generation", generation), ("collected", collected), ("uncollectable", 0)] {
        info.set_str(cx, intern::intern_text(cx, name)?, cx.new_int(n)?)?;
    }
    let phase = cx.new_str(phase)?.value();
    for callback in list.snapshot(cx)?.values() {
        if let Err(raised) = ops::call(cx, *callback, &[phase, info.value()]) {
            let shown = ops::repr_text(cx, *callback).unwrap_or_default();
            let message = format!("Exception ignored while calling GC callback {shown}");
            crate::sys::write_unraisable(cx, raised, &message, Value::NONE);
        }
    }
    Ok(())
}

fn collect(cx: &Cx, args: Args) -> Res {
    let generation = args.opt(0).map_or(Ok(2), |g| ops::to_i32(cx, g))? as i64;
    if !(0..=2).contains(&generation) {
        return raise!(cx, VALUE_ERROR, "invalid generation");
    }
    thread_local! {
        /// Inside a collection that this thread asked for: a callback or finalizer of it asks again. Another thread's
        /// collection is no reason to do without: what died since it looked would stay.
        static COLLECTING: Cell<bool> = const { Cell::new(false) };
    }
    if COLLECTING.replace(true) {
        return Ok(Value::int(0));
    }
    let result = collect_now(cx, generation);
    COLLECTING.set(false);
    cx.new_int(result?)
}

fn collect_now(cx: &Cx, generation: i64) -> Res<i64> {
    call_callbacks(cx, "start", generation, 0)?;
    let before = orochi_heap::stats();
    cx.mutator.collect(generation > 0);
    if orochi_heap::has_pending() {
        // What finalizers released goes in the second round.
        cx.run_finalizers();
        cx.mutator.collect(generation > 0);
        cx.run_finalizers();
    }
    let after = orochi_heap::stats();
    let freed = before.live_bytes.saturating_sub(after.live_bytes) / 48;
    COLLECTIONS[generation as usize].fetch_add(1, Ordering::Relaxed);
    COLLECTED.fetch_add(freed as i64, Ordering::Relaxed);
    call_callbacks(cx, "stop", generation, freed as i64)?;
    Ok(freed as i64)
}

fn enable(_: &Cx, _: Args) -> Res {
    orochi_heap::gc_enable();
    Ok(Value::NONE)
}
fn disable(_: &Cx, _: Args) -> Res {
    orochi_heap::gc_disable();
    Ok(Value::NONE)
}
fn is_enabled(_: &Cx, _: Args) -> Res {
    Ok(Value::bool(orochi_heap::gc_is_enabled()))
}
fn get_debug(cx: &Cx, _: Args) -> Res {
    cx.new_int(DEBUG.load(Ordering::Relaxed))
}
fn set_debug(cx: &Cx, args: Args) -> Res {
    DEBUG.store(ops::to_i32(cx, args.get(0))? as i64, Ordering::Relaxed);
    Ok(Value::NONE)
}
fn get_count(cx: &Cx, _: Args) -> Res {
    Ok(cx.new_tuple(&[Value::int(0); 3])?.value())
}
fn get_threshold(cx: &Cx, _: Args) -> Res {
    let row = [0, 1, 2].map(|i: usize| Value::int(THRESHOLDS[i].load(Ordering::Relaxed)));
    Ok(cx.new_tuple(&row)?.value())
}
fn set_threshold(cx: &Cx, args: Args) -> Res {
    for (i, threshold) in THRESHOLDS.iter().enumerate() {
        if let Some(n) = args.opt(i) {
            threshold.store(ops::to_i32(cx, n)? as i64, Ordering::Relaxed);
        }
    }
    if args.opt(0).and_then(Value::as_i64) == Some(0) {
        orochi_heap::gc_disable();
    }
    Ok(Value::NONE)
}
fn get_stats(cx: &Cx, _: Args) -> Res {
    let list = cx.new_list(&[])?;
    for (i, count) in COLLECTIONS.iter().enumerate() {
        let dict = cx.new_dict()?;
        let collected = if i == 2 { COLLECTED.load(Ordering::Relaxed) } else { 0 };
        let count = count.load(Ordering::Relaxed);
        for (name, n) in [("collections", count), ("collected", collected), ("uncollectable", 0)] {
            dict.set_str(cx, intern::intern_text(cx, name)?, cx.new_int(n)?)?;
        }
        list.push(cx, dict.value())?;
    }
    Ok(list.value())
}

/// Whether objects of this kind are containers that CPython would track.
fn is_container(header: &Header) -> bool {
    use orochi_object::layout::*;
    const SHOWN: [u16; 8] = [OBJECT, TYPE, TUPLE, LIST, DICT, SET, MODULE, WORDS];
    header.word.load(Ordering::Relaxed) != 0
        && (SHOWN.contains(&header.layout)
            || matches!(header.layout, CELL | METHOD | EXCEPTION | WEAKREF)
            || header.layout >= RUNTIME_BASE)
}

/// Python-visible containers that were reachable or allocated at the last look. The stop takes as
/// long as walking the heap.
fn containers(cx: &Cx) -> Res<Ref<PyList>> {
    // Everything unreachable is removed first, so that no dead object is shown.
    cx.mutator.collect(true);
    let mut found: Vec<usize> = Vec::new();
    cx.mutator.stop_the_world(|world| {
        orochi_heap::for_each_object(world, |object| {
            // SAFETY: the heap passes valid objects.
            if is_container(unsafe { &*object }) {
                found.push(object as usize);
            }
        });
    });
    // No poll since: all are alive still.
    let list = cx.new_list(&[])?;
    list.edit(cx, |edit| {
        edit.reserve(found.len())?;
        for object in &found {
            // SAFETY: as above.
            edit.push(unsafe { Value::from_object(*object as *mut Header) })?;
        }
        Ok(())
    })?;
    Ok(list)
}

fn get_objects(cx: &Cx, args: Args) -> Res {
    if let Some(generation) = args.non_none(0) {
        let n = ops::to_i64(cx, generation)?;
        if !(0..=2).contains(&n) {
            return raise!(
                cx,
                VALUE_ERROR,
                "generation parameter must be less than the number of available generations (3)"
            );
        }
    }
    Ok(containers(cx)?.value())
}

/// The Python objects that `object` refers to, looking through internal tables.
fn referents(object: Value, found: &mut Vec<Value>, depth: u32) {
    let Some(header) = object.as_object() else { return };
    // SAFETY: a live object; racing writers store valid words only.
    let words = unsafe { orochi_heap::references(header) };
    for word in words.into_iter().skip(1) {
        let Some(value) = Value::from_word(word) else { continue };
        let Some(inner) = value.as_object() else { continue };
        // SAFETY: a reference in a live object leads to a live object.
        let shaped = unsafe { (*inner).word.load(Ordering::Acquire) } != 0;
        let internal = [orochi_object::layout::SHAPE, orochi_object::layout::SHAPE_TABLE];
        // SAFETY: as above.
        if internal.contains(unsafe { &(*inner).layout }) {
            continue;
        }
        if shaped {
            found.push(value);
        } else if depth < 4 {
            referents(value, found, depth + 1);
        }
    }
}

fn get_referents(cx: &Cx, args: Args) -> Res {
    let list = cx.new_list(&[])?;
    for object in args.rest(0) {
        let mut found = Vec::new();
        referents(*object, &mut found, 0);
        // Containers of plain values hold some of them in the word itself.
        if let Some(items) = ops::own_items(cx, *object)? {
            found.extend(items.values().iter().filter(|item| !item.is_object()));
        }
        if class_of(*object).has_flag(types::flag::HEAPTYPE)
            && object.downcast::<PyType>().is_none()
        {
            found.push(class_of(*object).value());
        }
        for value in found {
            list.push(cx, value)?;
        }
    }
    Ok(list.value())
}

fn get_referrers(cx: &Cx, args: Args) -> Res {
    let all = containers(cx)?;
    let list = cx.new_list(&[])?;
    let wanted = args.rest(0);
    for i in 0..all.len() {
        let Some(candidate) = all.get(i) else { break };
        let mut found = Vec::new();
        referents(candidate, &mut found, 0);
        if found.iter().any(|v| wanted.contains(v)) {
            list.push(cx, candidate)?;
        }
        if i % 256 == 0 {
            cx.poll();
        }
    }
    Ok(list.value())
}

fn is_tracked(_: &Cx, args: Args) -> Res {
    let Some(header) = args.get(0).as_object() else { return Ok(Value::FALSE) };
    // SAFETY: a live object.
    Ok(Value::bool(is_container(unsafe { &*header })))
}
fn no(_: &Cx, _: Args) -> Res {
    Ok(Value::FALSE)
}
fn none(_: &Cx, _: Args) -> Res {
    Ok(Value::NONE)
}
fn zero(_: &Cx, _: Args) -> Res {
    Ok(Value::int(0))
}

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    MODULE_ROOT.set(module.value());
    let dict = module.namespace();
    dict.set_str(cx, name!(cx, "garbage"), cx.new_list(&[])?.value())?;
    dict.set_str(cx, name!(cx, "callbacks"), cx.new_list(&[])?.value())
}

/// The module `gc`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "gc",
    doc: Some("The garbage collector."),
    functions: &[
        outside("collect", "(generation=2)", collect),
        function("enable", "()", enable),
        function("disable", "()", disable),
        function("isenabled", "()", is_enabled),
        function("get_debug", "()", get_debug),
        function("set_debug", "(flags, /)", set_debug),
        function("get_count", "()", get_count),
        function("get_threshold", "()", get_threshold),
        function("set_threshold", "(threshold0, threshold1=10, threshold2=10, /)", set_threshold),
        function("get_stats", "()", get_stats),
        function("get_objects", "(generation=None)", get_objects),
        function("get_referents", "(*objs)", get_referents),
        function("get_referrers", "(*objs)", get_referrers),
        function("is_tracked", "(obj, /)", is_tracked),
        function("is_finalized", "(obj, /)", no),
        function("freeze", "()", none),
        function("unfreeze", "()", none),
        function("get_freeze_count", "()", zero),
    ],
    constants: &[
        ("DEBUG_STATS", Const::Int(1)),
        ("DEBUG_COLLECTABLE", Const::Int(2)),
        ("DEBUG_UNCOLLECTABLE", Const::Int(4)),
        ("DEBUG_SAVEALL", Const::Int(32)),
        ("DEBUG_LEAK", Const::Int(38)),
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};
