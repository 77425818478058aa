//! `_queue.SimpleQueue`: an unbounded queue; `put` never blocks and may be called from anywhere.
//!
//! Rules:
//! 1. Items lie in a ring (`ring`, `head`, `len`), changed under the object's lock only, which is also that of `sleepers`: the
//!    getters that wait.
//! 2. In the child of a fork nobody sleeps: what was counted before, as `forks` tells, counts no more.

use crate::time::{self, nanoseconds};
use crate::wait;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use orochi_base::sync::{Deadline, Sleepers};
use orochi_object::list::Array;
use orochi_object::prelude::*;

/// Rounds of a getter's first wait; a round is one pause instruction, so the whole is about a microsecond.
const SPINS: u32 = 40;

/// A `_queue.SimpleQueue`.
#[repr(C)]
pub struct PyQueue {
    pub header: Header,
    ring: Slot,
    head: AtomicUsize,
    len: AtomicUsize,
    sleepers: Sleepers,
    forks: AtomicU32,
}
orochi_object::trace!(PyQueue, crate::QUEUE, [ring]);

/// The cell of `_queue.SimpleQueue`.
pub static CELL: TypeCell = TypeCell::new();
static EMPTY_CELL: TypeCell = TypeCell::new();

/// How many forks this process is away from the first one.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// In the child of a fork.
pub fn after_fork_child() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

fn this(v: Value) -> Ref<PyQueue> {
    // SAFETY: receivers of these methods are queues.
    unsafe { v.cast() }
}

fn ring(queue: &PyQueue) -> Option<Ref<Array>> {
    // SAFETY: `ring` holds an Array or UNSET.
    queue.ring.get().map(|ring| unsafe { ring.cast() })
}

fn push(cx: &Cx, queue: Ref<PyQueue>, item: Value) -> Res<()> {
    let call = queue.locked(cx, || {
        forget_lost(&queue);
        let len = queue.len.load(Ordering::Relaxed);
        let array = match ring(&queue) {
            Some(array) if array.cells().len() > len => array,
            old => grow(cx, queue, old, len)?,
        };
        let cells = array.cells();
        let at = (queue.head.load(Ordering::Relaxed) + len) % cells.len();
        cells[at].set(cx, array, item);
        queue.len.store(len + 1, Ordering::Release);
        Ok(queue.sleepers.is_to_call())
    })?;
    if call {
        queue.sleepers.call();
    }
    Ok(())
}

/// Rule 2, under the lock.
fn forget_lost(queue: &PyQueue) {
    let forks = FORKS.load(Ordering::Relaxed);
    if queue.forks.load(Ordering::Relaxed) != forks {
        queue.forks.store(forks, Ordering::Relaxed);
        queue.sleepers.forget_all();
    }
}

/// A ring twice as large with the same items; the queue's lock is held.
fn grow(cx: &Cx, queue: Ref<PyQueue>, old: Option<Ref<Array>>, len: usize) -> Res<Ref<Array>> {
    let array = Array::new(cx, (len * 2).max(8))?;
    if let Some(old) = old {
        let head = queue.head.load(Ordering::Relaxed);
        for i in 0..len {
            array.cells()[i].init_opt(old.cells()[(head + i) % len].get());
        }
    }
    queue.head.store(0, Ordering::Relaxed);
    queue.ring.set(cx, queue, array.value());
    Ok(array)
}

fn pop(cx: &Cx, queue: Ref<PyQueue>) -> Option<Value> {
    if queue.len.load(Ordering::Acquire) == 0 {
        return None;
    }
    queue.locked(cx, || take_first(&queue))
}

/// Takes the first item out; under the lock.
fn take_first(queue: &PyQueue) -> Option<Value> {
    let len = queue.len.load(Ordering::Relaxed).checked_sub(1)?;
    let array = ring(queue)?;
    let head = queue.head.load(Ordering::Relaxed);
    let item = array.cells()[head].take();
    queue.head.store((head + 1) % array.cells().len(), Ordering::Relaxed);
    queue.len.store(len, Ordering::Release);
    item
}

/// Takes the first item out, by a getter that comes back from a sleep if it has `slept`; if there is nothing, it is about to
/// sleep.
fn pop_or_sleep(cx: &Cx, queue: Ref<PyQueue>, slept: bool) -> Option<Value> {
    let (item, call) = queue.locked(cx, || {
        let item = take_first(&queue);
        let call = slept && come_back(&queue);
        if item.is_none() {
            forget_lost(&queue);
            queue.sleepers.fall_asleep();
        }
        (item, call)
    });
    if call {
        queue.sleepers.call();
    }
    item
}

/// The end of the last sleep of a getter: what `take` takes is for it.
fn end_sleep(cx: &Cx, queue: Ref<PyQueue>, take: fn(&PyQueue) -> Option<Value>) -> Option<Value> {
    let (item, call) = queue.locked(cx, || (take(&queue), come_back(&queue)));
    if call {
        queue.sleepers.call();
    }
    item
}

fn come_back(queue: &PyQueue) -> bool {
    queue.sleepers.come_back(queue.len.load(Ordering::Relaxed) != 0)
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if class == CELL.get() {
        args.exactly(cx, "SimpleQueue", 0, 0)?;
    }
    let queue: Ref<PyQueue> = cx.alloc_instance(class, 0)?;
    Ok(queue.value())
}

fn put(cx: &Cx, args: Args) -> Res {
    let queue = this(args.get(0));
    push(cx, queue, args.get(1))?;
    Ok(Value::NONE)
}

fn empty(cx: &Cx) -> Raised {
    cx.error_args(EMPTY_CELL.get(), &[])
}

fn get(cx: &Cx, args: Args) -> Res {
    let queue = this(args.get(0));
    let block = match args.opt(1) {
        None => true,
        Some(block) => ops::truth(cx, block)?,
    };
    let deadline = match args.non_none(2).filter(|_| block) {
        None => None,
        Some(timeout) => {
            let nanos = nanoseconds(cx, timeout)?;
            if nanos < 0 {
                return raise!(cx, VALUE_ERROR, "'timeout' must be a non-negative number");
            }
            Some(time::deadline(nanos))
        }
    };
    if let Some(item) = pop(cx, queue) {
        return Ok(item);
    }
    if !block {
        return Err(empty(cx));
    }
    get_slow(cx, queue, deadline)
}

#[cold]
fn get_slow(cx: &Cx, queue: Ref<PyQueue>, deadline: Option<Deadline>) -> Res {
    for _ in 0..SPINS {
        core::hint::spin_loop();
        if let Some(item) = pop(cx, queue) {
            return Ok(item);
        }
    }
    let mut slept = false;
    loop {
        let seen = queue.sleepers.seen();
        let forks = FORKS.load(Ordering::Relaxed);
        if let Some(item) = pop_or_sleep(cx, queue, slept) {
            return Ok(item);
        }
        let is_lost = || FORKS.load(Ordering::Relaxed) != forks;
        let called = || match queue.sleepers.has_called(seen) || is_lost() {
            true => Ok(()),
            false => Err(seen),
        };
        let outcome = wait::wait_until(cx, &queue.sleepers.calls, deadline, &called);
        // A signal handler may have forked, and this be the child: then nobody counts this thread.
        slept = !is_lost();
        match outcome {
            Ok(true) => {}
            Ok(false) if slept => return end_sleep(cx, queue, take_first).ok_or_else(|| empty(cx)),
            Ok(false) => return pop(cx, queue).ok_or_else(|| empty(cx)),
            Err(raised) => {
                if slept {
                    end_sleep(cx, queue, |_| None);
                }
                return Err(raised);
            }
        }
    }
}

fn get_nowait(cx: &Cx, args: Args) -> Res {
    pop(cx, this(args.get(0))).ok_or_else(|| empty(cx))
}

fn is_empty(_: &Cx, args: Args) -> Res {
    Ok(Value::bool(this(args.get(0)).len.load(Ordering::Acquire) == 0))
}

fn size(_: &Cx, args: Args) -> Res {
    Ok(Value::int(this(args.get(0)).len.load(Ordering::Acquire) as i64))
}

static TYPE: TypeDef = TypeDef {
    name: "_queue.SimpleQueue",
    cell: &CELL,
    layout: crate::QUEUE,
    size: size_of::<PyQueue>(),
    flags: flag::BASETYPE | flag::WEAKREF,
    slots: Slots { new: Some(new), ..Slots::NONE },
    methods: &[
        method("put", "(self, /, item, block=True, timeout=None)", put),
        method("put_nowait", "(self, /, item)", put),
        method("get", "(self, /, block=True, timeout=None)", get),
        method("get_nowait", "(self, /)", get_nowait),
        method("empty", "(self, /)", is_empty),
        method("qsize", "(self, /)", size),
        class_method("__class_getitem__", "(cls, item, /)", class_getitem),
    ],
    doc: Some("Simple, unbounded, reentrant FIFO queue."),
    ..TypeDef::DEFAULT
};

/// The alias type is reached through `types`, as it is made elsewhere.
fn class_getitem(cx: &Cx, args: Args) -> Res {
    let Some(hooks) = crate::hooks::HOOKS.get() else { return Ok(args.get(0)) };
    let module = (hooks.import)(cx, "types")?;
    let alias = ops::getattr(cx, module, name!(cx, "GenericAlias"))?;
    ops::call(cx, alias, &[args.get(0), args.get(1)])
}

static EMPTY: TypeDef = TypeDef {
    name: "_queue.Empty",
    cell: &EMPTY_CELL,
    base: Some(&exception::EXCEPTION),
    layout: orochi_object::layout::EXCEPTION,
    size: size_of::<exception::PyException>(),
    dict: true,
    flags: flag::BASETYPE | flag::EXCEPTION | flag::WEAKREF,
    doc: Some("Exception raised by Queue.get(block=0)/get_nowait()."),
    ..TypeDef::DEFAULT
};

/// The module `_queue`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_queue",
    doc: Some("The queue behind queue.SimpleQueue."),
    types: &[&TYPE, &EMPTY],
    ..ModuleDef::DEFAULT
};
