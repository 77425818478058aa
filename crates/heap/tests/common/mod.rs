//! A toy client: nodes, arrays, weak boxes, bytes, and things with native cleanup.
#![allow(dead_code, unreachable_pub, clippy::undocumented_unsafe_blocks)]

use orochi_heap::{self as heap, *};
use std::sync::Mutex;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};

pub const NODE: u16 = 0;
pub const ARRAY: u16 = 1;
pub const WEAK: u16 = 2;
pub const BYTES: u16 = 3;
pub const DROPPED: u16 = 4;
pub const FORGETFUL: u16 = 5;

pub static DROPS: AtomicU64 = AtomicU64::new(0);

pub type Obj = *mut Header;

pub fn slot(object: Obj, index: usize) -> &'static AtomicU64 {
    unsafe { &*Header::payload(object).cast::<AtomicU64>().add(index) }
}

unsafe fn trace_node(object: Obj, tracer: &mut Tracer) {
    tracer.visit(slot(object, 1).load(Acquire));
    tracer.visit(slot(object, 2).load(Acquire));
}
unsafe fn trace_forgetful(object: Obj, tracer: &mut Tracer) {
    tracer.visit(slot(object, 1).load(Acquire));
}
unsafe fn trace_array(object: Obj, tracer: &mut Tracer) {
    let n = unsafe { (*object).payload_bytes() } / 8;
    unsafe { tracer.visit_range(slot(object, 0), n) };
}
unsafe fn trace_array_range(object: Obj, from: usize, to: usize, tracer: &mut Tracer) {
    unsafe { tracer.visit_range(slot(object, from / 8), (to - from) / 8) };
}
unsafe fn trace_weak(object: Obj, tracer: &mut Tracer) {
    tracer.visit_weak(object, slot(object, 0));
}
unsafe fn drop_dropped(object: Obj) {
    assert_eq!(slot(object, 0).load(Relaxed), 77);
    slot(object, 0).store(0, Relaxed);
    DROPS.fetch_add(1, Relaxed);
}

pub static LAYOUTS: [Layout; 6] = [
    Layout { name: "node", trace: Some(trace_node), trace_range: None, drop: None },
    Layout {
        name: "array",
        trace: Some(trace_array),
        trace_range: Some(trace_array_range),
        drop: None,
    },
    Layout { name: "weak", trace: Some(trace_weak), trace_range: None, drop: None },
    Layout::leaf("bytes"),
    Layout { name: "dropped", trace: None, trace_range: None, drop: Some(drop_dropped) },
    Layout { name: "forgetful", trace: Some(trace_forgetful), trace_range: None, drop: None },
];

/// A thread's context: the mutator first, then precise roots.
#[repr(C)]
pub struct Ctx {
    pub m: Mutator,
    pub roots: [AtomicU64; 64],
}

pub struct Toy {
    pub globals: [AtomicU64; 16],
    pub faults: Mutex<Vec<String>>,
    pub tolerate: AtomicBool,
    pub collections: AtomicUsize,
    /// The object that need not be finalized.
    pub unwanted: AtomicUsize,
}

pub static TOY: Toy = Toy {
    globals: [const { AtomicU64::new(0) }; 16],
    faults: Mutex::new(Vec::new()),
    tolerate: AtomicBool::new(false),
    collections: AtomicUsize::new(0),
    unwanted: AtomicUsize::new(0),
};

impl Client for Toy {
    fn trace_roots(&self, tracer: &mut Tracer) {
        self.globals.iter().for_each(|g| tracer.visit_slot(g));
    }
    fn trace_mutator(&self, mutator: &Mutator, tracer: &mut Tracer) {
        let ctx = unsafe { &*(mutator as *const Mutator as *const Ctx) };
        ctx.roots.iter().for_each(|r| tracer.visit_slot(r));
    }
    fn wants_finalizing(&self, object: *const Header) -> bool {
        object as usize != self.unwanted.load(Relaxed)
    }
    fn after_collection(&self, _stats: &Stats) {
        self.collections.fetch_add(1, Relaxed);
    }
    fn verify_failed(&self, message: &str) {
        if self.tolerate.load(Relaxed) {
            self.faults.lock().unwrap().push(message.to_string());
        } else {
            eprintln!("verification failed: {message}");
            std::process::abort();
        }
    }
}

static INIT: Once = Once::new();

pub fn start(config: Config) {
    INIT.call_once(|| heap::init(config, &LAYOUTS, &TOY));
}

/// Runs `f` in a fresh attached thread, so that nothing of it stays on a stack.
pub fn thread<R: Send>(f: impl FnOnce(&Ctx) -> R + Send) -> R {
    std::thread::scope(|scope| scope.spawn(|| attached(f)).join().unwrap())
}

pub fn attached<R>(f: impl FnOnce(&Ctx) -> R) -> R {
    let ctx = Box::new(Ctx { m: Mutator::new(), roots: [const { AtomicU64::new(0) }; 64] });
    heap::attach(&ctx.m);
    ctx.m.set_poll_limit(1);
    let result = f(&ctx);
    heap::detach_forever(&ctx.m);
    result
}

impl Ctx {
    #[inline]
    pub fn poll(&self) {
        if self.m.poll_word().load(Relaxed) == 0 {
            self.m.poll_slow();
        }
    }
    pub fn make(&self, layout: u16, bytes: usize) -> Obj {
        self.m.alloc(layout, bytes, 0).expect("memory").as_ptr()
    }
    pub fn node(&self, id: u64, a: u64, b: u64) -> Obj {
        let o = self.make(NODE, 24);
        slot(o, 0).store(id << 1 | 1, Relaxed);
        slot(o, 1).store(a, Release);
        slot(o, 2).store(b, Release);
        o
    }
    pub fn set(&self, object: Obj, index: usize, word: u64) {
        slot(object, index).store(word, Release);
        unsafe { self.m.barrier(object, slot(object, index)) };
    }
}

/// A small deterministic generator.
pub struct Rng(pub u64);
impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n
    }
}
