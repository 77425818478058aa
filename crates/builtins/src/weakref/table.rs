//! Which weak references an object has: a process-wide table by address.
//!
//! Rules:
//! 1. An entry is the address of the target and that of the reference, held weakly: [`after_mark`]
//!    removes entries of dead references and dead targets in each collection, before anything is
//!    freed. So an address found in the table is that of an object not yet freed.
//! 2. A reference is never older than its target; a nursery collection need only look at entries
//!    made since the last collection.
//! 3. A shard's lock is held for a few instructions, never across an allocation or a poll.
//! 4. A reference that was asked for again is found in `RECENT` without a lock: threads that ask for it write nothing. Every
//!    collection takes out what it finds dead.

use core::sync::atomic::{AtomicUsize, Ordering};
use orochi_base::sync::Lock;
use orochi_heap::Liveness;
use orochi_object::prelude::*;
use orochi_object::weakref::PyWeak;
use std::collections::HashMap;

const SHARDS: usize = 64;

#[derive(Default)]
struct Shard {
    by_target: HashMap<usize, Vec<usize>>,
    /// Targets of the entries made since the last collection.
    young: Vec<usize>,
}

/// Cache lines of its own.
#[repr(align(128))]
struct Apart(Lock<Option<Shard>>);

static TABLE: [Apart; SHARDS] = [const { Apart(Lock::new(None)) }; SHARDS];

const RECENT_CELLS: usize = 1024;
/// Addresses of references, by target; 0: none.
static RECENT: [AtomicUsize; RECENT_CELLS] = [const { AtomicUsize::new(0) }; RECENT_CELLS];

fn mixed(target: usize) -> usize {
    (target >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn shard(target: usize) -> &'static Lock<Option<Shard>> {
    &TABLE[mixed(target) >> 58].0
}

fn recent(target: usize) -> &'static AtomicUsize {
    &RECENT[mixed(target) >> 54]
}

fn as_weak(address: usize) -> Ref<PyWeak> {
    // SAFETY: rule 1.
    unsafe { Ref::from_ptr(address as *mut PyWeak) }
}

/// The first reference to `target` that `fits`.
pub(super) fn find(target: Value, fits: impl Fn(Ref<PyWeak>) -> bool) -> Option<Ref<PyWeak>> {
    let address = target.word() as usize;
    let wanted = |weak: &Ref<PyWeak>| weak.target() == Some(target) && fits(*weak);
    let cell = recent(address);
    let known = Some(cell.load(Ordering::Acquire)).filter(|known| *known != 0).map(as_weak);
    if let Some(known) = known.filter(|known| wanted(known)) {
        return Some(known);
    }
    let guard = shard(address).lock();
    let entries = guard.as_ref()?.by_target.get(&address)?;
    let found = entries.iter().map(|e| as_weak(*e)).find(wanted)?;
    cell.store(found.value().word() as usize, Ordering::Release);
    Some(found)
}

/// Enters a new reference, unless there is one already that `fits`; gives the one that counts.
pub(super) fn enter(
    target: Value,
    weak: Ref<PyWeak>,
    fits: impl Fn(Ref<PyWeak>) -> bool,
) -> Ref<PyWeak> {
    let address = target.word() as usize;
    let mut guard = shard(address).lock();
    let shard = guard.get_or_insert_with(Shard::default);
    let entries = shard.by_target.entry(address).or_default();
    entries.retain(|e| as_weak(*e).target() == Some(target));
    if let Some(old) = entries.iter().map(|e| as_weak(*e)).find(|w| fits(*w)) {
        return old;
    }
    entries.push(weak.value().word() as usize);
    shard.young.push(address);
    weak
}

/// All references to `target`, as a list.
pub(super) fn all(cx: &Cx, target: Value) -> Res<Ref<PyList>> {
    let address = target.word() as usize;
    let mut found = Vec::new();
    if let Some(shard) = shard(address).lock().as_ref()
        && let Some(entries) = shard.by_target.get(&address)
    {
        found.extend(entries.iter().map(|e| as_weak(*e)).filter(|w| w.target() == Some(target)));
    }
    // The one that is shared comes first.
    found.sort_by_key(|weak| !super::reference::is_plain(*weak));
    // No poll until the list holds them.
    let values: Vec<Value> = found.into_iter().map(Ref::value).collect();
    cx.new_list(&values)
}

/// Whether `f` says so of the callback of some reference to an object that is not known to be dead.
pub fn any_callback(mut f: impl FnMut(Value) -> bool) -> bool {
    TABLE.iter().any(|shard| {
        let shard = shard.0.lock();
        let entries = shard.iter().flat_map(|shard| shard.by_target.values()).flatten();
        entries.map(|e| as_weak(*e)).any(|weak| {
            weak.target().is_some()
                && weak.callback.get().and_then(Value::non_none).is_some_and(&mut f)
        })
    })
}

/// Marking has ended: drops the entries of dead references and dead targets.
pub fn after_mark(full: bool, live: &Liveness) {
    let alive = |address: &usize| {
        live.is_live(*address as *const Header) && as_weak(*address).target().is_some()
    };
    for cell in &RECENT {
        let address = cell.load(Ordering::Relaxed);
        if address != 0 && !alive(&address) {
            cell.store(0, Ordering::Relaxed);
        }
    }
    for shard in &TABLE {
        let mut guard = shard.0.lock();
        let Some(shard) = guard.as_mut() else { continue };
        let young = core::mem::take(&mut shard.young);
        if full {
            shard.by_target.retain(|_, entries| {
                entries.retain(alive);
                !entries.is_empty()
            });
            continue;
        }
        for target in young {
            if let Some(entries) = shard.by_target.get_mut(&target) {
                entries.retain(alive);
                if entries.is_empty() {
                    shard.by_target.remove(&target);
                }
            }
        }
    }
}

/// In a forked child: no other thread holds a lock.
pub fn after_fork_child() {
    TABLE.iter().for_each(|shard| shard.0.raw().reset());
}
