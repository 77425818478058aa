//! Closing the memory, letting single writes through, and telling of them. See the module above.
//!
//! 1. What the handler and the threads write meanwhile lies in [`Control`], which is made in the arena, and in
//!    thread-local variables, on the threads' stacks.
//! 2. The handler runs under the control's lock, on the stack of the thread that faulted. It writes no closed memory: for a backtrace it
//!    opens everything first. Pages are closed again under the lock too, so none is closed under its feet.

use super::arena;
use super::maps::{self, Mapping};
use crate::chunk;
use crate::conserv;
use crate::header::Header;
use crate::heap;
use crate::mutator::{Mutator, World};
use base::pages::PAGE;
use base::sync::Futex;
use core::cell::{Cell, UnsafeCell};
use core::sync::atomic::{
    AtomicPtr, AtomicU32, AtomicU64, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use std::backtrace::Backtrace;
use std::ops::Range;

/// A place that wrote to closed memory.
pub struct Finding {
    /// How often.
    pub count: u64,
    /// What was written, the Python line, and the Rust backtrace.
    pub text: String,
}

/// What a proof found.
pub struct Report {
    pub findings: Vec<Finding>,
    /// Writes of the kind that is left out as number 3.
    pub blocks: u64,
    /// Bytes that were read-only.
    pub bytes: usize,
}

/// Places that are told apart; further ones are counted with the last.
const MOST_SITES: usize = 64;
/// Pages that one instruction can write.
const MOST_PAGES: usize = 4;
/// Chunks that are mapped beforehand, so that no thread has to.
const CHUNKS: usize = 16;
/// The stack of a sleeping thread ends this far above its stack pointer, at most.
const ABOVE: usize = 64 << 10;
/// And it has room below it, of which little is used when it wakes.
const BELOW: usize = 4 << 20;

struct Site {
    instruction: usize,
    address: usize,
    count: u64,
    position: String,
    trace: Backtrace,
}

struct Control {
    arrived: AtomicU32,
    go: AtomicU32,
    left: AtomicU32,
    done: AtomicU32,
    lock: AtomicU32,
    blocks: AtomicU64,
    /// Under `lock`.
    sites: UnsafeCell<Vec<Site>>,
    /// Stacks of the threads that arrived; under `lock`.
    stacks: UnsafeCell<Vec<Range<usize>>>,
    /// What was writable at `begin`.
    before: Vec<Mapping>,
    /// Where the unused part of the arena began then.
    fresh: usize,
    /// What is closed; written before `go`.
    closed: UnsafeCell<Vec<Range<usize>>>,
    position: UnsafeCell<Option<fn(&mut String)>>,
    previous: UnsafeCell<[libc::sigaction; 2]>,
}

// SAFETY: the cells are used under the lock, or by the watching thread before `go` and after `left`.
unsafe impl Sync for Control {}

static CONTROL: AtomicPtr<Control> = AtomicPtr::new(core::ptr::null_mut());
/// The nursery's size outside of a proof; 0 if none is under way.
static NURSERY: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Whether this thread's writes are noted.
    static NOTED: Cell<bool> = const { Cell::new(false) };
    /// The pages that the instruction under way was given.
    static OPEN: Cell<[usize; MOST_PAGES]> = const { Cell::new([0; MOST_PAGES]) };
}

fn control() -> Option<&'static Control> {
    // SAFETY: null or a leaked box.
    unsafe { CONTROL.load(Acquire).as_ref() }
}

impl Control {
    fn lock(&self) {
        while self.lock.compare_exchange_weak(0, 1, Acquire, Relaxed).is_err() {
            core::hint::spin_loop();
        }
    }

    fn unlock(&self) {
        self.lock.store(0, Release);
    }

    fn closed(&self) -> &[Range<usize>] {
        // SAFETY: not written between `go` and `left`.
        unsafe { &*self.closed.get() }
    }

    fn set_all(&self, protection: libc::c_int) {
        self.closed().iter().for_each(|range| protect(range, protection));
    }
}

fn protect(range: &Range<usize>, protection: libc::c_int) {
    // SAFETY: private memory that was writable; who is not to write it is what the proof is about.
    unsafe { libc::mprotect(range.start as *mut libc::c_void, range.len(), protection) };
}

const CLOSED: libc::c_int = libc::PROT_READ;
const OPENED: libc::c_int = libc::PROT_READ | libc::PROT_WRITE;

/// Collects, and has no collection come before the end of [`watch`]. The work is to be run next.
pub fn prepare(me: &Mutator) {
    me.collect(true);
    let nursery = heap().nursery_bytes();
    if nursery != usize::MAX {
        NURSERY.store(nursery, Relaxed);
    }
    crate::set_thresholds(usize::MAX);
}

/// From now on all memory is allocated from fresh pages. False if there is no memory for that.
pub fn begin(me: &Mutator) -> bool {
    if !arena::start() {
        return false;
    }
    let fresh = arena::unused();
    let control = Box::leak(Box::new(Control {
        arrived: AtomicU32::new(0),
        go: AtomicU32::new(0),
        left: AtomicU32::new(0),
        done: AtomicU32::new(0),
        lock: AtomicU32::new(0),
        blocks: AtomicU64::new(0),
        sites: UnsafeCell::new(Vec::new()),
        stacks: UnsafeCell::new(Vec::new()),
        before: maps::writable(),
        fresh,
        closed: UnsafeCell::new(Vec::new()),
        position: UnsafeCell::new(None),
        // SAFETY: a valid value.
        previous: UnsafeCell::new(unsafe { core::mem::zeroed() }),
    }));
    CONTROL.store(control, Release);
    me.stop_the_world(|world| {
        world.for_each_mutator(Mutator::retire);
        // SAFETY: the world is stopped, and no thread owns a block.
        unsafe { heap().space.only_fresh(CHUNKS) }
    })
}

/// The calling thread, which is detached, is ready; returns when the memory is closed.
pub fn arrive() {
    let Some(control) = control() else { return };
    let stack = own_stack();
    control.lock();
    // SAFETY: under the lock.
    unsafe { (*control.stacks.get()).push(stack) };
    control.unlock();
    control.arrived.fetch_add(1, AcqRel);
    Futex::wake(&control.arrived, 1);
    wait_while(&control.go, |go| go == 0);
    NOTED.set(true);
}

/// The calling thread, which is detached, has done its work; returns when the memory is open.
pub fn leave() {
    NOTED.set(false);
    let Some(control) = control() else { return };
    control.left.fetch_add(1, AcqRel);
    Futex::wake(&control.left, 1);
    wait_while(&control.done, |done| done == 0);
}

fn wait_while(word: &AtomicU32, holds: impl Fn(u32) -> bool) {
    loop {
        let seen = word.load(Acquire);
        if !holds(seen) {
            return;
        }
        Futex::wait(word, seen, None);
    }
}

/// Waits for `threads` to arrive, closes the memory until they leave, and says what they wrote. `position` adds a description of
/// where in the program the calling thread is; it is called in a signal handler, with all memory open.
pub fn watch(me: &Mutator, threads: u32, position: fn(&mut String)) -> Report {
    let mut report = Report { findings: Vec::new(), blocks: 0, bytes: 0 };
    let Some(control) = control() else { return report };
    me.detached(|| {
        wait_while(&control.arrived, |arrived| arrived < threads);
        // SAFETY: the threads wait for `go`.
        unsafe {
            *control.closed.get() = to_close(control);
            *control.position.get() = Some(position);
            install(&mut *control.previous.get());
        }
        report.bytes = control.closed().iter().map(Range::len).sum();
        control.set_all(CLOSED);
        control.go.store(1, Release);
        Futex::wake(&control.go, u32::MAX);
        wait_while(&control.left, |left| left < threads);
        control.set_all(OPENED);
        // SAFETY: as they were.
        unsafe { restore(&*control.previous.get()) };
        arena::stop();
        control.done.store(1, Release);
        Futex::wake(&control.done, u32::MAX);
    });
    crate::set_thresholds(NURSERY.swap(0, Relaxed));
    report.blocks = control.blocks.load(Relaxed);
    // SAFETY: nobody faults any more.
    let sites = core::mem::take(unsafe { &mut *control.sites.get() });
    report.findings = me.stop_the_world(|world| sites.iter().map(|s| describe(s, world)).collect());
    report
}

/// What was writable at `begin` and still is, but for what is left out.
fn to_close(control: &Control) -> Vec<Range<usize>> {
    let ranges = |maps: &[Mapping]| maps.iter().map(|map| map.range.clone()).collect::<Vec<_>>();
    let now = ranges(&maps::writable());
    // SAFETY: the threads wait.
    let mut holes = unsafe { (*control.stacks.get()).clone() };
    holes.push(own_stack());
    // The thread-local block of the main thread, into which the kernel writes too.
    // SAFETY: asks for the address of the calling thread's record.
    let own = unsafe { libc::pthread_self() } as usize & !(PAGE - 1);
    holes.push(own - ABOVE / 2..own + ABOVE / 2);
    holes.extend(maps::stack_pointers().into_iter().map(|at| around(at, &now)));
    let Range { start, end } = arena::extent();
    holes.extend([start..start + arena::PIECE, control.fresh..end]);
    maps::without(&maps::both(&ranges(&control.before), &now), &holes)
}

/// The part of a sleeping thread's stack that is in use, and what it will use when it wakes. What is mapped next to the stack may
/// be the heap, so this ends where the mapping does.
fn around(pointer: usize, mappings: &[Range<usize>]) -> Range<usize> {
    let at = pointer & !(PAGE - 1);
    match mappings.iter().find(|mapping| mapping.contains(&at)) {
        Some(stack) => stack.start.max(at - BELOW)..stack.end.min(at + ABOVE),
        None => 0..0,
    }
}

fn own_stack() -> Range<usize> {
    let (mut low, mut size) = (core::ptr::null_mut(), 0);
    // SAFETY: the attributes are filled for the calling thread and destroyed again.
    unsafe {
        let mut attributes = core::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) == 0 {
            libc::pthread_attr_getstack(&attributes, &mut low, &mut size);
            libc::pthread_attr_destroy(&mut attributes);
        }
    }
    low as usize & !(PAGE - 1)..(low as usize + size).next_multiple_of(PAGE)
}

/// Takes the two signals.
///
/// # Safety
/// As for `sigaction`.
unsafe fn install(previous: &mut [libc::sigaction; 2]) {
    type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::ucontext_t);
    let handlers: [(libc::c_int, Handler); 2] =
        [(libc::SIGSEGV, on_fault), (libc::SIGTRAP, on_step)];
    for ((number, handler), previous) in handlers.into_iter().zip(previous) {
        // SAFETY: the handlers keep to rule 2.
        unsafe {
            let mut action: libc::sigaction = core::mem::zeroed();
            action.sa_sigaction = handler as usize;
            action.sa_flags = libc::SA_SIGINFO;
            libc::sigfillset(&raw mut action.sa_mask);
            libc::sigaction(number, &action, previous);
        }
    }
}

/// Gives the two signals back.
///
/// # Safety
/// As for `sigaction`.
unsafe fn restore(previous: &[libc::sigaction; 2]) {
    for (number, previous) in [libc::SIGSEGV, libc::SIGTRAP].into_iter().zip(previous) {
        // SAFETY: what was there before.
        unsafe { libc::sigaction(number, previous, core::ptr::null_mut()) };
    }
}

/// The flag that stops the processor after an instruction.
const STEP: libc::greg_t = 0x100;

extern "C" fn on_fault(_: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::ucontext_t) {
    let Some(control) = control() else { return };
    // SAFETY: the kernel passes both.
    let (address, registers) =
        unsafe { ((*info).si_addr() as usize, &mut (*context).uc_mcontext.gregs) };
    if !control.closed().iter().any(|range| range.contains(&address)) {
        // A fault of another kind: it happens again, without us.
        // SAFETY: the default action.
        unsafe { libc::signal(libc::SIGSEGV, libc::SIG_DFL) };
        return;
    }
    // SAFETY: the calling thread's own.
    let errno = unsafe { *libc::__errno_location() };
    let page = address & !(PAGE - 1);
    control.lock();
    if NOTED.get() {
        if heap().is_taking(address) {
            control.blocks.fetch_add(1, Relaxed);
        } else {
            note(control, registers[libc::REG_RIP as usize] as usize, address);
        }
    }
    let mut open = OPEN.get();
    if let Some(free) = open.iter_mut().find(|open| **open == 0 || **open == page) {
        *free = page;
    }
    OPEN.set(open);
    protect(&(page..page + PAGE), OPENED);
    control.unlock();
    registers[libc::REG_EFL as usize] |= STEP;
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}

extern "C" fn on_step(_: libc::c_int, _: *mut libc::siginfo_t, context: *mut libc::ucontext_t) {
    let Some(control) = control() else { return };
    control.lock();
    for page in OPEN.replace([0; MOST_PAGES]).into_iter().filter(|page| *page != 0) {
        protect(&(page..page + PAGE), CLOSED);
    }
    control.unlock();
    // SAFETY: the kernel passes it.
    unsafe { (*context).uc_mcontext.gregs[libc::REG_EFL as usize] &= !STEP };
}

/// Counts a write; the first one of an instruction is looked into. Under the lock.
fn note(control: &Control, instruction: usize, address: usize) {
    // SAFETY: under the lock.
    let sites = unsafe { &mut *control.sites.get() };
    let full = sites.len() == MOST_SITES;
    if let Some(site) = sites.iter_mut().find(|site| site.instruction == instruction) {
        site.count += 1;
    } else if let Some(last) = sites.last_mut().filter(|_| full) {
        last.count += 1;
    } else {
        NOTED.set(false);
        control.set_all(OPENED);
        let mut place = String::new();
        // SAFETY: set before `go`.
        if let Some(position) = unsafe { *control.position.get() } {
            position(&mut place);
        }
        let trace = Backtrace::force_capture();
        sites.push(Site { instruction, address, count: 1, position: place, trace });
        control.set_all(CLOSED);
        NOTED.set(true);
    }
}

/// A site in words.
fn describe(site: &Site, world: &World) -> Finding {
    let target = target(site.address, world);
    let text = format!("{target}\n{}{}", site.position, frames(&site.trace.to_string()));
    Finding { count: site.count, text }
}

/// The frames below the handler, at most a dozen.
fn frames(trace: &str) -> String {
    let is_frame = |line: &str| {
        line.trim_start()
            .split_once(": ")
            .is_some_and(|(n, _)| n.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut text = String::new();
    let mut below = false;
    let mut count = 0;
    for line in trace.lines() {
        if is_frame(line) {
            count += usize::from(below);
            if count > 13 {
                break;
            }
        }
        // The first frame after the handler is the kernel's trampoline.
        if below && count > 1 {
            text.push_str(line);
            text.push('\n');
        }
        below |= is_frame(line) && line.contains("on_fault");
    }
    text
}

/// What lies at `address`.
fn target(address: usize, world: &World) -> String {
    let object = if chunk::in_chunk(address) {
        conserv::object_at(address, world)
    } else {
        let mut found = None;
        heap().large.covering(address, |object| found = Some(object));
        found
    };
    if let Some(object) = object {
        // SAFETY: a valid object.
        let layout = unsafe { (*(object as *const Header)).layout };
        let name = heap().layouts()[layout as usize].name;
        return format!("object: {name}, at byte {}", address - object);
    }
    let map = maps::writable().into_iter().find(|map| map.range.contains(&address));
    match map {
        Some(map) if !map.name.is_empty() => {
            format!("{} + {:#x}", map.name, address - map.range.start)
        }
        _ => format!("memory outside the heap at {address:#x}"),
    }
}
