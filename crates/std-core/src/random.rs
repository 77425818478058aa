//! `_random`: the Mersenne Twister MT19937.

use core::sync::atomic::{AtomicU32, Ordering};
use orochi_num::Int;
use orochi_object::layout;
use orochi_object::prelude::*;

const N: usize = 624;
const M: usize = 397;

/// The layout number of generators.
pub const LAYOUT: u16 = layout::STD_CORE_BASE + 40;

static CELL: TypeCell = TypeCell::new();

/// A generator. Its state changes under the object's lock; the words are atomics so that a racing
/// reader is no undefined behaviour.
#[repr(C)]
pub struct PyRandom {
    pub header: Header,
    index: AtomicU32,
    state: [AtomicU32; N],
}
orochi_object::trace!(PyRandom, LAYOUT, []);

/// The definition of `_random`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_random",
    doc: Some("Module implements the Mersenne Twister random number generator."),
    types: &[&TYPE],
    ..ModuleDef::DEFAULT
};

/// The table of `_random.Random`.
pub static TYPE: TypeDef = TypeDef {
    name: "_random.Random",
    cell: &CELL,
    layout: LAYOUT,
    size: size_of::<PyRandom>(),
    flags: flag::BASETYPE,
    slots: Slots { new: Some(new), init: Some(init), ..Slots::NONE },
    methods: &[
        method("random", "(self, /)", |cx, args| {
            let r = random(args.get(0));
            cx.new_float(r.locked(cx, || r.next_float()))
        })
        .doc("random() -> x in the interval [0, 1)."),
        method("seed", "(self, n=None, /)", |cx, args| {
            seed(cx, args.get(0), args.non_none(1))?;
            Ok(Value::NONE)
        })
        .doc("seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier."),
        method("getstate", "(self, /)", getstate)
            .doc("getstate() -> tuple containing the current state."),
        method("setstate", "(self, state, /)", setstate)
            .doc("setstate(state) -> None.  Restores generator state."),
        method("getrandbits", "(self, k, /)", getrandbits)
            .doc("getrandbits(k) -> x.  Generates an int with k random bits."),
    ],
    doc: Some("Random() -> create a random number generator with its own internal state."),
    ..TypeDef::DEFAULT
};

fn random(v: Value) -> Ref<PyRandom> {
    // SAFETY: slots and methods of Random are called with its instances.
    unsafe { v.cast() }
}

impl PyRandom {
    fn word(&self, i: usize) -> u32 {
        self.state[i].load(Ordering::Relaxed)
    }
    fn set_word(&self, i: usize, word: u32) {
        self.state[i].store(word, Ordering::Relaxed);
    }

    /// The next 32 bits. The object's lock is held, here and below.
    fn next(&self) -> u32 {
        let mut index = self.index.load(Ordering::Relaxed) as usize;
        if index >= N {
            self.twist();
            index = 0;
        }
        let mut y = self.word(index);
        self.index.store(index as u32 + 1, Ordering::Relaxed);
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// Makes the next row of words.
    fn twist(&self) {
        for i in 0..N {
            let y = (self.word(i) & 0x8000_0000) | (self.word((i + 1) % N) & 0x7fff_ffff);
            let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.set_word(i, self.word((i + M) % N) ^ (y >> 1) ^ odd);
        }
    }

    fn next_float(&self) -> f64 {
        let (a, b) = ((self.next() >> 5) as f64, (self.next() >> 6) as f64);
        (a * 67_108_864.0 + b) * (1.0 / 9_007_199_254_740_992.0)
    }

    fn seed_word(&self, seed: u32) {
        let mut last = seed;
        self.set_word(0, last);
        for i in 1..N {
            last = 1_812_433_253u32.wrapping_mul(last ^ (last >> 30)).wrapping_add(i as u32);
            self.set_word(i, last);
        }
        self.index.store(N as u32, Ordering::Relaxed);
    }

    fn seed_words(&self, key: &[u32]) {
        self.seed_word(19_650_218);
        let (mut i, mut j) = (1, 0);
        let mix = |i: usize, factor: u32| {
            let last = self.word(i - 1);
            self.word(i) ^ (last ^ (last >> 30)).wrapping_mul(factor)
        };
        for _ in 0..N.max(key.len()) {
            self.set_word(i, mix(i, 1_664_525).wrapping_add(key[j]).wrapping_add(j as u32));
            i += 1;
            j = (j + 1) % key.len();
            if i >= N {
                self.set_word(0, self.word(N - 1));
                i = 1;
            }
        }
        for _ in 1..N {
            self.set_word(i, mix(i, 1_566_083_941).wrapping_sub(i as u32));
            i += 1;
            if i >= N {
                self.set_word(0, self.word(N - 1));
                i = 1;
            }
        }
        self.set_word(0, 0x8000_0000);
    }
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    let made: Ref<PyRandom> = cx.alloc_instance(class, 0)?;
    made.index.store(N as u32, Ordering::Relaxed);
    Ok(made.value())
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    let given = args.exactly(cx, "Random", 0, 1)?;
    seed(cx, v, given.first().copied().and_then(Value::non_none))
}

/// Entropy from the operating system.
fn entropy() -> Vec<u32> {
    let mut key = vec![0u32; N];
    // SAFETY: the buffer has this many bytes.
    let got = unsafe { libc::getrandom(key.as_mut_ptr().cast(), key.len() * 4, 0) };
    if got < key.len() as isize * 4 {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_nanos() as u64);
        key = vec![now as u32, (now >> 32) as u32, std::process::id()];
    }
    key
}

fn seed(cx: &Cx, v: Value, n: Option<Value>) -> Res<()> {
    let r = random(v);
    let key = match n {
        None => entropy(),
        Some(n) if n.is_int() => words_of(&n.to_big().unwrap_or_default()),
        Some(n) => words_of(&Int::from(ops::hash(cx, n)? as u64)),
    };
    r.locked(cx, || r.seed_words(&key));
    Ok(())
}

/// The 32-bit words of a magnitude, at least one.
fn words_of(n: &Int) -> Vec<u32> {
    let mut words: Vec<u32> =
        n.mag.iter().flat_map(|limb| [*limb as u32, (*limb >> 32) as u32]).collect();
    while words.len() > 1 && words.last() == Some(&0) {
        words.pop();
    }
    if words.is_empty() {
        words.push(0);
    }
    words
}

fn getstate(cx: &Cx, args: Args) -> Res {
    let r = random(args.get(0));
    let row = PyTuple::new_internal(cx, N + 1)?;
    r.locked(cx, || {
        for i in 0..N {
            row.items()[i].init(Value::int(r.word(i) as i64));
        }
        row.items()[N].init(Value::int(r.index.load(Ordering::Relaxed) as i64));
    });
    Ok(row.value())
}

fn setstate(cx: &Cx, args: Args) -> Res {
    let Some(state) = args.get(1).downcast::<PyTuple>() else {
        return raise!(cx, TYPE_ERROR, "state vector must be a tuple");
    };
    if state.len() != N + 1 {
        return raise!(cx, VALUE_ERROR, "state vector is the wrong size");
    }
    let mut words = [0u32; N];
    for (to, from) in words.iter_mut().zip(state.values()) {
        if !from.is_int() {
            return raise!(cx, TYPE_ERROR, "an integer is required");
        }
        let Some(word) = from.to_big().filter(|n| !n.neg).and_then(|n| n.as_ref().to_u64()) else {
            return raise!(cx, OVERFLOW_ERROR, "can't convert negative value to unsigned int");
        };
        *to = word as u32;
    }
    let index = ops::to_i64(cx, state.values()[N])?;
    if !(0..=N as i64).contains(&index) {
        return raise!(cx, VALUE_ERROR, "invalid state");
    }
    let r = random(args.get(0));
    r.locked(cx, || {
        for (i, word) in words.iter().enumerate() {
            r.set_word(i, *word);
        }
        r.index.store(index as u32, Ordering::Relaxed);
    });
    Ok(Value::NONE)
}

fn getrandbits(cx: &Cx, args: Args) -> Res {
    let k = ops::to_i64(cx, args.get(1))?;
    let Ok(k) = u64::try_from(k) else {
        return raise!(cx, VALUE_ERROR, "number of bits must be non-negative");
    };
    if k == 0 {
        return Ok(Value::int(0));
    }
    let r = random(args.get(0));
    if k <= 32 {
        return Ok(Value::int((r.locked(cx, || r.next()) >> (32 - k)) as i64));
    }
    if k > (i32::MAX as u64) * 32 {
        return Err(orochi_object::error::memory_error(cx));
    }
    // The words, and the number made of them.
    cx.expect_memory((k / 4) as usize)?;
    let mut limbs = vec![0u64; k.div_ceil(64) as usize];
    r.locked(cx, || {
        let mut left = k;
        let mut i = 0;
        while left > 0 {
            let word = r.next() >> 32u64.saturating_sub(left);
            limbs[i / 2] |= (word as u64) << (32 * (i % 2));
            left = left.saturating_sub(32);
            i += 1;
        }
    });
    cx.int_from_big(&Int::new(false, limbs))
}
