//! The module `gc`: the collector as programs see it. Memory is traced, so all garbage is found by collections; but only what
//! counted references would have left behind, objects in cycles and what they refer to, is counted, shown and kept
//! (`Mutator::collect_judged`). There are two ages of objects and not three; thresholds are kept for those who read them back.

use core::cell::Cell;
use core::sync::atomic::{AtomicI64, Ordering};
use orochi_heap::Header;
use orochi_object::intern;
use orochi_object::layout;
use orochi_object::list::Array;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::typedef::Const;

static THRESHOLDS: [AtomicI64; 3] = [AtomicI64::new(USUAL), AtomicI64::new(10), AtomicI64::new(0)];
static DEBUG: AtomicI64 = AtomicI64::new(0);
static COLLECTIONS: [AtomicI64; 3] = [const { AtomicI64::new(0) }; 3];
static COLLECTED: [AtomicI64; 3] = [const { AtomicI64::new(0) }; 3];
static FROZEN: AtomicI64 = AtomicI64::new(0);
static MODULE_ROOT: orochi_object::collector::Root = orochi_object::collector::Root::new();

// What `set_debug` takes.
const STATS: i64 = 1;
const COLLECTABLE: i64 = 2;
const UNCOLLECTABLE: i64 = 4;
const SAVE_ALL: i64 = 32;

/// The list of that name in the module.
fn module_list(cx: &Cx, name: &str) -> Option<Ref<PyList>> {
    let module: Ref<PyModule> = MODULE_ROOT.get()?.downcast()?;
    module.namespace().get_str(intern::intern_text(cx, name).ok()?)?.downcast()
}

fn call_callbacks(cx: &Cx, phase: &str, generation: i64, collected: i64) -> Res<()> {
    let Some(list) = module_list(cx, "callbacks").filter(|list| list.len() > 0) else {
        return Ok(());
    };
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

/// What a collection has found.
#[derive(Default)]
struct Found {
    /// Objects that counted references would not have freed.
    count: i64,
    /// Class names and addresses of them, if they are to be told.
    told: Vec<(String, usize)>,
}

/// Collects once, and has the garbage kept if that is asked for.
#[inline(never)]
fn collect_once(cx: &Cx, generation: i64, found: &mut Found) -> Res<()> {
    let debug = DEBUG.load(Ordering::Relaxed);
    cx.mutator.collect_judged(generation > 0, &mut |object| {
        // SAFETY: the collector shows valid objects.
        if !is_container(unsafe { &*object }) {
            return false;
        }
        found.count += 1;
        if debug & COLLECTABLE != 0 {
            // SAFETY: as above; a container has a class.
            let class = class_of(unsafe { Value::from_object(object) });
            found.told.push((class.name_str().to_string_lossy(), object as usize));
        }
        debug & SAVE_ALL != 0
    });
    let mut garbage = None;
    while let Some(object) = orochi_heap::take_saved() {
        // SAFETY: what the queue holds is alive.
        let object = unsafe { Value::from_object(object.as_ptr()) };
        if garbage.is_none() {
            garbage = module_list(cx, "garbage");
        }
        if let Some(list) = garbage {
            list.push(cx, object)?;
        }
    }
    Ok(())
}

fn collect_now(cx: &Cx, generation: i64) -> Res<i64> {
    call_callbacks(cx, "start", generation, 0)?;
    let began = std::time::Instant::now();
    let stats = DEBUG.load(Ordering::Relaxed) & STATS != 0;
    if stats {
        tell_sizes(cx, generation);
    }
    let mut found = Found::default();
    collect_once(cx, generation, &mut found)?;
    if orochi_heap::has_pending() {
        // What finalizers released goes in the second round.
        cx.run_finalizers();
        // What they left on the stack would lie in the frames of what is called next.
        orochi_heap::wipe_stack();
        collect_once(cx, generation, &mut found)?;
        cx.run_finalizers();
    }
    for (class, address) in &found.told {
        crate::sys::write_stderr(cx, &format!("gc: collectable <{class} {address:#x}>\n"));
    }
    if stats {
        let (n, seconds) = (found.count, began.elapsed().as_secs_f64());
        let last = orochi_heap::stats();
        let (stop, pause) = (last.last_stop_ns as f64 * 1e-9, last.last_pause_ns as f64 * 1e-9);
        let text = format!(
            "gc: done, {n} unreachable, 0 uncollectable, {seconds:.4}s elapsed\n\
             gc: all other threads had stopped after {stop:.6}s, and went on after {pause:.6}s\n"
        );
        crate::sys::write_stderr(cx, &text);
    }
    COLLECTIONS[generation as usize].fetch_add(1, Ordering::Relaxed);
    COLLECTED[generation as usize].fetch_add(found.count, Ordering::Relaxed);
    call_callbacks(cx, "stop", generation, found.count)?;
    Ok(found.count)
}

/// What `DEBUG_STATS` says ahead of a collection.
fn tell_sizes(cx: &Cx, generation: i64) {
    let (mut young, mut old) = (0usize, 0usize);
    cx.mutator.stop_the_world(|world| {
        orochi_heap::for_each_object(world, |object| {
            // SAFETY: the heap passes valid objects.
            let header = unsafe { &*object };
            if is_container(header) {
                let is_old = orochi_heap::is_old(world, object);
                *(if is_old { &mut old } else { &mut young }) += 1;
            }
        });
    });
    let frozen = FROZEN.load(Ordering::Relaxed);
    let text = format!(
        "gc: collecting generation {generation}...\ngc: objects in each generation: {young} 0 {old}\n\
         gc: objects in permanent generation: {frozen}\n"
    );
    crate::sys::write_stderr(cx, &text);
}

/// What an object counts for when a program wants collections after fewer allocations than usual.
const BYTES_EACH: usize = 256;
const USUAL: i64 = 2000;

/// Has collections come as often as the first threshold says, if that is more often than usual.
fn apply_threshold() {
    let wanted = THRESHOLDS[0].load(Ordering::Relaxed);
    match orochi_heap::gc_is_enabled() && (1..USUAL).contains(&wanted) {
        true => orochi_heap::set_thresholds(wanted as usize * BYTES_EACH),
        false => orochi_heap::reset_thresholds(),
    }
}

fn enable(_: &Cx, _: Args) -> Res {
    if !orochi_heap::gc_is_enabled() {
        orochi_heap::gc_enable();
        apply_threshold();
    }
    Ok(Value::NONE)
}
fn disable(_: &Cx, _: Args) -> Res {
    if orochi_heap::gc_is_enabled() {
        orochi_heap::gc_disable();
        apply_threshold();
    }
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
    let before = THRESHOLDS[0].load(Ordering::Relaxed);
    for (i, threshold) in THRESHOLDS.iter().enumerate() {
        if let Some(n) = args.opt(i) {
            threshold.store(ops::to_i32(cx, n)? as i64, Ordering::Relaxed);
        }
    }
    if args.opt(0).and_then(Value::as_i64) == Some(0) {
        orochi_heap::gc_disable();
    }
    if THRESHOLDS[0].load(Ordering::Relaxed) != before {
        apply_threshold();
    }
    Ok(Value::NONE)
}
fn get_stats(cx: &Cx, _: Args) -> Res {
    let list = cx.new_list(&[])?;
    for (i, count) in COLLECTIONS.iter().enumerate() {
        let dict = cx.new_dict()?;
        let collected = COLLECTED[i].load(Ordering::Relaxed);
        let count = count.load(Ordering::Relaxed);
        for (name, n) in [("collections", count), ("collected", collected), ("uncollectable", 0)] {
            dict.set_str(cx, intern::intern_text(cx, name)?, cx.new_int(n)?)?;
        }
        list.push(cx, dict.value())?;
    }
    Ok(list.value())
}

/// Whether CPython's collector would know of an object: containers, but not tuples of atoms.
fn is_container(header: &Header) -> bool {
    use orochi_object::layout::*;
    if header.word.load(Ordering::Relaxed) == 0 {
        return false;
    }
    // SAFETY: an object whose header has a shape is a Python object.
    let object = unsafe { Value::from_object(core::ptr::from_ref(header).cast_mut()) };
    match header.layout {
        SHAPE | SHAPE_TABLE | DICT_TABLE | ARRAY | BYTES_RAW | RANGE_ITER => false,
        TYPE => object.downcast::<PyType>().is_some_and(|class| class.has_flag(flag::HEAPTYPE)),
        _ if class_of(object).has_flag(flag::HEAPTYPE) => true,
        TUPLE => object.downcast::<PyTuple>().is_some_and(|tuple| {
            let knows = |header: *mut Header| {
                // SAFETY: an element of an object that is valid is valid, too.
                is_container(unsafe { &*header })
            };
            tuple.values().iter().filter_map(|item| item.as_object()).any(knows)
        }),
        INT | FLOAT | COMPLEX | STR | BYTES => false,
        // Nobody else than the type `object` itself is of no more than this layout.
        OBJECT => !is_exact(object, &types::OBJECT),
        _ => !ATOMS.contains(&class_of(object).name_str().to_string_lossy().as_str()),
    }
}

/// Native types of other layouts whose instances refer to nothing that could be in a cycle.
const ATOMS: [&str; 3] = ["bytearray", "code", "range"];

/// Which objects are wanted, by age.
#[derive(Clone, Copy, PartialEq)]
enum Age {
    Any,
    /// Not yet looked at by a collection.
    Young,
    Old,
}

/// Python-visible containers that were reachable or allocated at the last look. The stop takes as
/// long as walking the heap.
fn containers(cx: &Cx, age: Age) -> Res<Ref<PyList>> {
    let mut room = 1 << 14;
    loop {
        // Other threads may collect as soon as the stop is over: what is found is kept alive by then.
        let array = Array::new(cx, room)?;
        let count = fill(cx, age, array);
        if count <= room {
            return cx.list_from_array(array, count);
        }
        room = count + count / 4;
    }
}

/// Stores the containers in the array as far as there is room; gives how many there are.
fn fill(cx: &Cx, age: Age, array: Ref<Array>) -> usize {
    cx.mutator.stop_the_world(|world| {
        let mut young: Vec<usize> = Vec::new();
        if age != Age::Any {
            orochi_heap::for_each_object(world, |object| {
                if !orochi_heap::is_old(world, object) {
                    young.push(object as usize);
                }
            });
            young.sort_unstable();
        }
        // Everything unreachable is removed first, so that no dead object is shown.
        cx.mutator.collect(true);
        let cells = array.cells();
        let mut count = 0;
        orochi_heap::for_each_object(world, |object| {
            let fits = match age {
                Age::Any => true,
                Age::Young => young.binary_search(&(object as usize)).is_ok(),
                Age::Old => young.binary_search(&(object as usize)).is_err(),
            };
            // SAFETY: the heap passes valid objects.
            if fits && is_container(unsafe { &*object }) {
                if let Some(cell) = cells.get(count) {
                    // SAFETY: as above.
                    cell.set(cx, array, unsafe { Value::from_object(object) });
                }
                count += 1;
            }
        });
        count
    })
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
    let age = match args.non_none(0).and_then(Value::as_i64) {
        Some(0) => Age::Young,
        Some(1) => return Ok(cx.new_list(&[])?.value()),
        Some(_) => Age::Old,
        None => Age::Any,
    };
    Ok(containers(cx, age)?.value())
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
        // SAFETY: as above.
        let inner_layout = unsafe { (*inner).layout };
        // What code remembers of its runs (caches, machine code) is nobody's business.
        let remembered = !shaped && inner_layout >= layout::RUNTIME_BASE;
        if matches!(inner_layout, layout::SHAPE | layout::SHAPE_TABLE) || remembered {
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
        let items = match (object.downcast::<PyList>(), object.downcast::<PyDict>()) {
            (Some(list), _) => Some(list.snapshot(cx)?),
            (_, Some(dict)) => Some(dict.snapshot(cx)?),
            _ if object.downcast::<PyTuple>().is_some() => object.downcast::<PyTuple>(),
            _ if class_of(*object).slots.next().is_some() => None,
            _ => ops::own_items(cx, *object)?,
        };
        let of_collector = object.as_object().is_some_and(|header| {
            // SAFETY: a live object.
            is_container(unsafe { &*header }) || object.downcast::<PyTuple>().is_some()
        });
        if let Some(items) = items.filter(|_| of_collector) {
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
    let all = containers(cx, Age::Any)?;
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
/// Whether the object's `__del__` has been called: it is registered with the heap until then.
fn is_finalized(cx: &Cx, args: Args) -> Res {
    let object = args.get(0);
    let Some(header) = object.as_object() else { return Ok(Value::FALSE) };
    if class_of(object).slots.del().is_none() {
        return Ok(Value::FALSE);
    }
    let registered = cx.mutator.stop_the_world(orochi_heap::finalizable_objects);
    let waits = |all: Vec<core::ptr::NonNull<Header>>| all.iter().any(|o| o.as_ptr() == header);
    Ok(Value::bool(registered.is_some_and(|all| !waits(all))))
}

/// Counts what there is. All collections of the heap look at old objects in the same way, so that nothing is won by setting some
/// aside.
fn freeze(cx: &Cx, _: Args) -> Res {
    let mut count = 0;
    cx.mutator.stop_the_world(|world| {
        orochi_heap::for_each_object(world, |object| {
            // SAFETY: the heap passes valid objects.
            count += i64::from(is_container(unsafe { &*object }));
        });
    });
    FROZEN.store(count, Ordering::Relaxed);
    Ok(Value::NONE)
}
fn unfreeze(_: &Cx, _: Args) -> Res {
    FROZEN.store(0, Ordering::Relaxed);
    Ok(Value::NONE)
}
fn get_freeze_count(cx: &Cx, _: Args) -> Res {
    cx.new_int(FROZEN.load(Ordering::Relaxed))
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
        function("is_finalized", "(obj, /)", is_finalized),
        function("freeze", "()", freeze),
        function("unfreeze", "()", unfreeze),
        function("get_freeze_count", "()", get_freeze_count),
    ],
    constants: &[
        ("DEBUG_STATS", Const::Int(STATS)),
        ("DEBUG_COLLECTABLE", Const::Int(COLLECTABLE)),
        ("DEBUG_UNCOLLECTABLE", Const::Int(UNCOLLECTABLE)),
        ("DEBUG_SAVEALL", Const::Int(SAVE_ALL)),
        ("DEBUG_LEAK", Const::Int(COLLECTABLE | UNCOLLECTABLE | SAVE_ALL)),
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};
