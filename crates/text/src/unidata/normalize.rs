//! Normalization forms C, D, KC and KD, and `unicodedata.decomposition`.

use super::tables::{COMP, DECOMP, DECOMP_DATA, OLD_DECOMP};
use super::{Old, combining, read_u32};
use crate::{Buf, Builder, Units};

/// A normalization form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Canonical composition.
    Nfc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility composition.
    Nfkc,
    /// Compatibility decomposition.
    Nfkd,
}

impl Form {
    /// The form of a name, `NFC` and so on.
    pub fn from_name(name: &str) -> Option<Form> {
        Some(match name {
            "NFC" => Form::Nfc,
            "NFD" => Form::Nfd,
            "NFKC" => Form::Nfkc,
            "NFKD" => Form::Nfkd,
            _ => return None,
        })
    }

    fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }

    fn compatible(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }
}

const TAGS: [&str; 17] = [
    "",
    "<noBreak>",
    "<compat>",
    "<super>",
    "<fraction>",
    "<sub>",
    "<font>",
    "<circle>",
    "<wide>",
    "<vertical>",
    "<square>",
    "<isolated>",
    "<final>",
    "<initial>",
    "<medial>",
    "<small>",
    "<narrow>",
];

const S_BASE: u32 = 0xac00;
const L_BASE: u32 = 0x1100;
const V_BASE: u32 = 0x1161;
const T_BASE: u32 = 0x11a7;
const S_COUNT: u32 = 11172;

/// The stored decomposition: its tag and the place and number of its parts.
fn entry(c: u32) -> Option<(u8, usize, usize)> {
    if c < 0xa0 {
        return None;
    }
    let n = DECOMP.len() / 8;
    let key = |i: usize| read_u32(DECOMP, 2 * i);
    let (mut lo, mut hi) = (0, n);
    while lo < hi {
        let mid = (lo + hi) / 2;
        if key(mid) < c {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    if lo == n || key(lo) != c {
        return None;
    }
    let e = &DECOMP[lo * 8..lo * 8 + 8];
    Some((e[6], u16::from_le_bytes([e[4], e[5]]) as usize, e[7] as usize))
}

/// `unicodedata.decomposition`.
pub fn decomposition(c: u32) -> String {
    if let Some(s) = c.checked_sub(S_BASE).filter(|s| *s < S_COUNT) {
        let (l, v, t) = (L_BASE + s / 588, V_BASE + s % 588 / 28, T_BASE + s % 28);
        return if t == T_BASE {
            format!("{l:04X} {v:04X}")
        } else {
            format!("{l:04X} {v:04X} {t:04X}")
        };
    }
    let Some((tag, at, len)) = entry(c) else { return String::new() };
    let mut out = String::from(TAGS[tag as usize]);
    for i in at..at + len {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&format!("{:04X}", read_u32(DECOMP_DATA, i)));
    }
    out
}

/// The correction that Unicode 3.2 still lacked.
fn old_decomposition(c: u32) -> Option<u32> {
    (0..OLD_DECOMP.len() / 8)
        .find(|i| read_u32(OLD_DECOMP, 2 * i) == c)
        .map(|i| read_u32(OLD_DECOMP, 2 * i + 1))
}

fn decompose(c: u32, compat: bool, old: bool, out: &mut Vec<(u32, u8)>) {
    if old {
        if !Old::is_assigned(c) {
            return out.push((c, 0));
        }
        if let Some(d) = old_decomposition(c) {
            return out.push((d, combining(d)));
        }
    }
    if let Some(s) = c.checked_sub(S_BASE).filter(|s| *s < S_COUNT) {
        out.push((L_BASE + s / 588, 0));
        out.push((V_BASE + s % 588 / 28, 0));
        if s % 28 != 0 {
            out.push((T_BASE + s % 28, 0));
        }
        return;
    }
    match entry(c) {
        Some((tag, at, len)) if tag == 0 || compat => {
            for i in at..at + len {
                decompose(read_u32(DECOMP_DATA, i), compat, old, out);
            }
        }
        _ => out.push((c, combining(c))),
    }
}

fn compose_pair(a: u32, b: u32) -> Option<u32> {
    if (L_BASE..L_BASE + 19).contains(&a) && (V_BASE..V_BASE + 21).contains(&b) {
        return Some(S_BASE + ((a - L_BASE) * 21 + (b - V_BASE)) * 28);
    }
    let s = a.wrapping_sub(S_BASE);
    if s < S_COUNT && s.is_multiple_of(28) && (T_BASE + 1..T_BASE + 28).contains(&b) {
        return Some(a + b - T_BASE);
    }
    let (mut lo, mut hi) = (0, COMP.len() / 12);
    while lo < hi {
        let mid = (lo + hi) / 2;
        if (read_u32(COMP, 3 * mid), read_u32(COMP, 3 * mid + 1)) < (a, b) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    let hit =
        lo < COMP.len() / 12 && (read_u32(COMP, 3 * lo), read_u32(COMP, 3 * lo + 1)) == (a, b);
    hit.then(|| read_u32(COMP, 3 * lo + 2))
}

/// Composes in place, in canonical order.
fn compose(v: &mut Vec<(u32, u8)>) {
    let (mut starter, mut last) = (None::<usize>, 0u8);
    let mut kept = 0;
    for i in 0..v.len() {
        let (c, class) = v[i];
        if let Some(s) = starter {
            // Blocked when something of the same or a higher class stands between.
            let adjacent = kept == s + 1;
            if (adjacent || (last < class && last != 0))
                && let Some(p) = compose_pair(v[s].0, c)
            {
                v[s].0 = p;
                continue;
            }
        }
        v[kept] = (c, class);
        if class == 0 {
            starter = Some(kept);
        }
        last = class;
        kept += 1;
    }
    v.truncate(kept);
}

pub(super) fn normalize_with(form: Form, s: Units<'_>, old: bool) -> Buf {
    if s.is_ascii() || (form == Form::Nfc && matches!(s, Units::One(_))) {
        return s.to_buf();
    }
    let mut v: Vec<(u32, u8)> = Vec::with_capacity(s.len() + 8);
    for c in s.iter() {
        decompose(c, form.compatible(), old, &mut v);
    }
    // Canonical order: stable by class within each run of non-starters.
    let mut i = 0;
    while i < v.len() {
        let run = v[i..].iter().take_while(|x| x.1 != 0).count();
        if run > 1 {
            v[i..i + run].sort_by_key(|x| x.1);
        }
        i += run + 1;
    }
    if form.composes() {
        compose(&mut v);
    }
    let mut out = Builder::with_capacity(v.len());
    v.iter().for_each(|x| out.push(x.0));
    out.finish()
}

/// `unicodedata.normalize`.
pub fn normalize(form: Form, s: Units<'_>) -> Buf {
    normalize_with(form, s, false)
}

/// `unicodedata.is_normalized`.
pub fn is_normalized(form: Form, s: Units<'_>) -> bool {
    normalize(form, s).units() == s
}
