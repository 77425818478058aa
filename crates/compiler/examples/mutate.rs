//! Compiles mutated sources: nothing may panic, hang or fail verification. Arguments: directory, rounds.

use orochi_compiler::{Mode, Options, Source, compile};

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

const BITS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "=",
    "\n",
    "    ",
    "\t",
    "if ",
    "else",
    "for ",
    " in ",
    "*",
    "**",
    ".",
    "'",
    "\"",
    "f'{",
    "\\",
    "lambda ",
    "yield ",
    "await ",
    "async ",
    "def ",
    "class ",
    "return ",
    "é",
    "0x",
    "1_",
    ":=",
    "match x:\n",
    "case ",
    "except ",
    "try:\n",
    "finally:\n",
    "global x",
    "nonlocal x",
    "del ",
    "@",
    "->",
    "!",
    "$",
    "'''",
    "#",
];

fn mutate(rng: &mut Rng, text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let start = rng.below(chars.len());
    let end = (start + 1 + rng.below(600)).min(chars.len());
    let mut s: Vec<char> = chars[start..end].to_vec();
    for _ in 0..1 + rng.below(4) {
        let at = rng.below(s.len() + 1);
        match rng.below(3) {
            0 if at < s.len() => {
                s.remove(at);
            }
            1 => s.truncate(at),
            _ => {
                let bit: Vec<char> = BITS[rng.below(BITS.len())].chars().collect();
                s.splice(at..at, bit);
            }
        }
    }
    s.into_iter().collect()
}

fn main() {
    let dir = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    let rounds: usize = std::env::args().nth(2).and_then(|n| n.parse().ok()).unwrap_or(1);
    let mut rng = Rng(0x9e37_79b9_7f4a_7c15);
    let (mut bad, mut total, mut valid, mut unsure) = (0, 0, 0, 0);
    for e in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let Ok(text) = std::fs::read_to_string(e.path()) else { continue };
        for _ in 0..rounds {
            let m = mutate(&mut rng, &text);
            total += 1;
            let start = std::time::Instant::now();
            let result = std::panic::catch_unwind(|| {
                let source = Source::from_text(&m).ok()?;
                Some(compile(&source, "m", Mode::Exec, &Options::default()))
            });
            match result {
                Err(_) => {
                    bad += 1;
                    println!("PANIC on\n{m}\n----");
                }
                Ok(Some(Ok(c))) => {
                    valid += 1;
                    let flow = orochi_bytecode::verify(&c.code)
                        .and_then(|()| orochi_bytecode::check_flow(&c.code));
                    if let Err(e) = flow {
                        bad += 1;
                        println!("VERIFY {e} on\n{m}\n----");
                    }
                }
                Ok(Some(Err(e))) if e.msg == "invalid syntax" => unsure += 1,
                Ok(_) => {}
            }
            if start.elapsed().as_millis() > 500 {
                println!("SLOW {:?} on\n{m}\n----", start.elapsed());
            }
        }
    }
    println!("{total} sources, {valid} valid, {unsure} plain invalid syntax, {bad} bad");
}
