//! The tables of characters: what is in `tables.bin`, taken apart when an encoding is first used.
//!
//! The file holds numbers of seven bits a byte. First the pairs of characters that one code stands for,
//! then the ranges of GB 18030 with four bytes a character, then for each encoding of [`NAMES`] which other
//! one it is a change of (255: none), the length of its section, and in that: 32 bytes of a bit for each
//! byte that begins something longer, and four sorted tables of differences: single bytes, double bytes,
//! what follows 8F, and characters whose code is not simply the lowest one that stands for them.

use super::Stop;
use std::collections::HashMap;
use std::sync::OnceLock;

static DATA: &[u8] = include_bytes!("tables.bin");

/// The encodings in the file, in its order.
static NAMES: [&str; 16] = [
    "gb2312",
    "gbk",
    "gb18030",
    "big5",
    "cp950",
    "big5hkscs",
    "euc_jp",
    "euc_jis_2004",
    "euc_jisx0213",
    "shift_jis",
    "cp932",
    "shift_jis_2004",
    "shift_jisx0213",
    "euc_kr",
    "cp949",
    "johab",
];

/// Nothing.
pub(super) const NONE: u32 = 0x1f_ffff;
/// From here on a value is the number of a pair.
pub(super) const PAIRS: u32 = 0x11_0000;

/// The table of one encoding.
pub(super) struct Table {
    pub(super) one: Vec<u32>,
    pub(super) two: Vec<u32>,
    /// After 8F; empty in most encodings.
    pub(super) three: Vec<u32>,
    leads: [u8; 32],
    /// Characters and pairs: the number of bytes above the code.
    codes: HashMap<u32, u32>,
    /// The numbers of pairs by their first character.
    firsts: HashMap<u32, Vec<u32>>,
    pub(super) kind: Kind,
}

/// Rules that are in no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Simple,
    Gb18030,
    EucKr,
}

/// A table that is made when first wanted.
#[derive(Debug)]
pub(super) struct Lazy {
    number: usize,
    table: OnceLock<Box<Table>>,
}

impl PartialEq for Lazy {
    fn eq(&self, other: &Lazy) -> bool {
        self.number == other.number
    }
}
impl Eq for Lazy {}

impl core::fmt::Debug for Table {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Table")
    }
}

impl Lazy {
    pub(super) fn get(&'static self) -> &'static Table {
        self.table.get_or_init(|| Box::new(Table::read(self.number)))
    }
}

static TABLES: [Lazy; NAMES.len()] = {
    let mut tables = [const { Lazy { number: 0, table: OnceLock::new() } }; NAMES.len()];
    let mut i = 0;
    while i < NAMES.len() {
        tables[i].number = i;
        i += 1;
    }
    tables
};

/// The table of the encoding with this name.
pub(super) fn find(name: &str) -> Option<&'static Lazy> {
    NAMES.iter().position(|own| *own == name).map(|i| &TABLES[i])
}

/// Reads numbers; past the end there are zeros.
struct Reader(&'static [u8]);

impl Reader {
    fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }
    fn number(&mut self) -> u32 {
        let (mut n, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            n |= u32::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 || shift > 28 {
                return n;
            }
        }
    }
    fn take(&mut self, n: usize) -> Reader {
        let (head, tail) = self.0.split_at(n.min(self.0.len()));
        self.0 = tail;
        Reader(head)
    }
    /// A table of differences.
    fn each(&mut self, f: &mut dyn FnMut(u32, u32)) {
        let (mut key, mut value) = (u32::MAX, 0_u32);
        for _ in 0..self.number() {
            key = key.wrapping_add(self.number()).wrapping_add(1);
            let n = self.number();
            let change = if n & 1 == 0 { n >> 1 } else { !(n >> 1) };
            value = value.wrapping_add(change);
            f(key, value);
        }
    }
}

/// What precedes the encodings.
struct Head {
    pairs: Vec<[u32; 2]>,
    /// First number, first character, how many.
    ranges: Vec<[u32; 3]>,
    sections: Vec<(u8, &'static [u8])>,
}

fn head() -> &'static Head {
    static HEAD: OnceLock<Head> = OnceLock::new();
    HEAD.get_or_init(|| {
        let mut r = Reader(DATA);
        let pairs = (0..r.number()).map(|_| [r.number(), r.number()]).collect();
        let ranges = (0..r.number()).map(|_| [r.number(), r.number(), r.number()]).collect();
        let sections = NAMES
            .iter()
            .map(|_| {
                let base = r.byte();
                let length = r.number() as usize;
                (base, r.take(length).0)
            })
            .collect();
        Head { pairs, ranges, sections }
    })
}

/// The two characters of a pair.
pub(super) fn pair(value: u32) -> [u32; 2] {
    head().pairs.get((value.wrapping_sub(PAIRS)) as usize).copied().unwrap_or([0xfffd, 0xfffd])
}

impl Table {
    fn read(number: usize) -> Table {
        let (base, section) = head().sections[number];
        let (mut two, mut three) = match TABLES.get(base as usize) {
            Some(base) => (base.get().two.clone(), base.get().three.clone()),
            None => (vec![NONE; 1 << 16], Vec::new()),
        };
        let mut r = Reader(section);
        let leads = core::array::from_fn(|_| r.byte());
        let mut one = vec![NONE; 256];
        for (byte, value) in one.iter_mut().enumerate().take(128) {
            *value = byte as u32;
        }
        r.each(&mut |key, value| one[key as usize & 0xff] = value);
        r.each(&mut |key, value| two[key as usize & 0xffff] = value);
        r.each(&mut |key, value| {
            if three.is_empty() {
                three = vec![NONE; 1 << 16];
            }
            three[key as usize & 0xffff] = value;
        });
        let mut codes = HashMap::new();
        let used = |row: &[u32]| -> Vec<(u32, u32)> {
            let all = row.iter().enumerate().filter(|(_, value)| **value != NONE);
            all.map(|(code, value)| (code as u32, *value)).collect()
        };
        for (code, value) in used(&two) {
            codes.entry(value).or_insert(2 << 16 | code);
        }
        // After 8F the last one is the newest standard's.
        for (code, value) in used(&three).into_iter().rev() {
            codes.entry(value).or_insert(3 << 16 | code);
        }
        // A single byte goes before two.
        for (code, value) in used(&one) {
            codes.insert(value, 1 << 16 | code);
        }
        r.each(&mut |key, value| {
            if value == 0 {
                codes.remove(&key);
            } else {
                codes.insert(key, value);
            }
        });
        let mut firsts: HashMap<u32, Vec<u32>> = HashMap::new();
        for value in codes.keys().filter(|value| **value >= PAIRS) {
            firsts.entry(pair(*value)[0]).or_default().push(*value);
        }
        let kind = match NAMES[number] {
            "gb18030" => Kind::Gb18030,
            "euc_kr" => Kind::EucKr,
            _ => Kind::Simple,
        };
        Table { one, two, three, leads, codes, firsts, kind }
    }

    /// Whether something longer may begin with this byte.
    pub(super) fn is_lead(&self, byte: u8) -> bool {
        self.leads[byte as usize >> 3] >> (byte & 7) & 1 != 0
    }

    /// What two bytes stand for.
    pub(super) fn two(&self, code: u32) -> Option<u32> {
        self.two.get(code as usize).copied().filter(|value| *value != NONE)
    }

    /// What two bytes after 8F stand for.
    pub(super) fn three(&self, code: u32) -> Option<u32> {
        self.three.get(code as usize).copied().filter(|value| *value != NONE)
    }

    /// The number of bytes and the code of a character (without the 8F of three bytes).
    pub(super) fn code(&self, value: u32) -> Option<(u32, u32)> {
        self.codes.get(&value).map(|code| (code >> 16, code & 0xffff))
    }

    /// The code of the pair that the characters begin with, if they do.
    ///
    /// # Errors
    /// `TooFew` if another character could make them a pair.
    pub(super) fn pair_code(&self, points: &[u32]) -> Result<Option<(u32, u32)>, Stop> {
        let Some(found) = self.firsts.get(&points[0]) else { return Ok(None) };
        let Some(second) = points.get(1) else { return Err(Stop::TooFew) };
        Ok(found
            .iter()
            .find(|value| pair(**value)[1] == *second)
            .and_then(|value| self.code(*value)))
    }
}

/// The character with this number among those of GB 18030 with four bytes.
pub(super) fn four_bytes(number: u32) -> Option<u32> {
    const BEYOND: u32 = 189_000;
    if (BEYOND..BEYOND + 0x10_0000).contains(&number) {
        return Some(number - BEYOND + 0x1_0000);
    }
    let ranges = &head().ranges;
    let at = ranges.partition_point(|range| range[0] <= number).checked_sub(1)?;
    let [first, point, n] = ranges[at];
    (number - first < n).then_some(point + number - first)
}

/// The reverse of [`four_bytes`].
pub(super) fn number_of(point: u32) -> Option<u32> {
    if point >= 0x1_0000 {
        return (point < PAIRS).then_some(point - 0x1_0000 + 189_000);
    }
    let fits = |range: &&[u32; 3]| point >= range[1] && point - range[1] < range[2];
    head().ranges.iter().find(fits).map(|range| range[0] + point - range[1])
}
