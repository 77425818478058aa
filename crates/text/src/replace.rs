//! `replace`, joining and `translate`.

use crate::{Buf, Builder, Unit, Units, search};

/// `s.replace(old, new, count)`; `None` when nothing changes. A negative
/// count means all.
pub fn replace(s: Units<'_>, old: Units<'_>, new: Units<'_>, count: i64) -> Option<Buf> {
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    if limit == 0 || old.len() > s.len() || old == new {
        return None;
    }
    if old.is_empty() {
        return Some(interleave(s, new, limit));
    }
    if let (Units::One(bytes), Units::One([from]), Units::One([to]), usize::MAX) =
        (s, old, new, limit)
    {
        return replace_byte(bytes, *from, *to);
    }
    if let (Units::One(bytes), Units::One(new)) = (s, new)
        && new.len() == old.len()
    {
        return replace_in_place(bytes, old, new, limit);
    }
    let mut out = None;
    let (mut at, mut left) = (0, limit);
    search::each_match(s, old, |i| {
        // Room for what one replacement adds; more of them grow it as usual.
        let out = out.get_or_insert_with(|| Builder::with_capacity(s.len() + new.len()));
        out.push_units(s.slice(at..i));
        out.push_units(new);
        at = i + old.len();
        left -= 1;
        left > 0
    });
    let mut out = out?;
    out.push_units(s.slice(at..s.len()));
    Some(out.finish())
}

/// Replacing by something as long.
fn replace_in_place(s: &[u8], old: Units<'_>, new: &[u8], limit: usize) -> Option<Buf> {
    let mut out: Option<Buf> = None;
    let mut left = limit;
    search::each_match(Units::One(s), old, |i| {
        let out = out.get_or_insert_with(|| Buf::copied(s));
        if let Buf::One(v) = out {
            v[i..i + new.len()].copy_from_slice(new);
        }
        left -= 1;
        left > 0
    });
    out
}

/// Replacing one narrow code point by another.
fn replace_byte(s: &[u8], from: u8, to: u8) -> Option<Buf> {
    if !s.contains(&from) {
        return None;
    }
    let mut v = Vec::new();
    if v.try_reserve_exact(s.len()).is_err() {
        return Some(Buf::Lost);
    }
    v.extend(s.iter().map(|c| if *c == from { to } else { *c }));
    Some(Buf::One(v))
}

/// Replacing the empty string: `new` before each code point and at the end.
fn interleave(s: Units<'_>, new: Units<'_>, limit: usize) -> Buf {
    let mut out = Builder::with_capacity(s.len() + new.len());
    let mut left = limit;
    for c in s.iter() {
        if left > 0 {
            out.push_units(new);
            left -= 1;
        }
        out.push(c);
    }
    if left > 0 {
        out.push_units(new);
    }
    out.finish()
}

/// Joins parts, in one allocation of the right width.
pub fn join(sep: Units<'_>, parts: &[Units<'_>]) -> Buf {
    let seps = parts.len().saturating_sub(1);
    let len = parts.iter().map(|p| p.len()).sum::<usize>() + sep.len() * seps;
    let mut max = parts.iter().map(|p| p.max_char()).max().unwrap_or(0);
    if seps > 0 {
        max = max.max(sep.max_char());
    }
    fn go<T: Unit>(sep: Units<'_>, parts: &[Units<'_>], len: usize) -> Buf {
        let mut v: Vec<T> = Vec::new();
        if v.try_reserve_exact(len).is_err() {
            return Buf::Lost;
        }
        let mut put = |u: Units<'_>| match T::slice(u) {
            Some(s) => v.extend_from_slice(s),
            None => each!(u, s => v.extend(s.iter().map(|c| T::of(c.cp())))),
        };
        for (i, p) in parts.iter().enumerate() {
            if i > 0 {
                put(sep);
            }
            put(*p);
        }
        T::buf(v)
    }
    match max {
        0..=0xff => go::<u8>(sep, parts, len),
        0x100..=0xffff => go::<u16>(sep, parts, len),
        _ => go::<u32>(sep, parts, len),
    }
}

/// `a + b`.
pub fn concat(a: Units<'_>, b: Units<'_>) -> Buf {
    join(Units::EMPTY, &[a, b])
}

/// `s * n`.
pub fn repeat(s: Units<'_>, n: usize) -> Buf {
    let mut out = Builder::new();
    match s.len() {
        0 => {}
        1 => out.push_n(s.get(0), n),
        _ => (0..n).for_each(|_| out.push_units(s)),
    }
    out.finish()
}

/// What a translation table says of a code point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// Leave it.
    Same,
    /// Remove it.
    Delete,
    /// Another code point.
    Char(u32),
    /// A string.
    Text(Buf),
}

/// `s.translate(table)`; the table is asked once for each ASCII code point
/// and its answer remembered, as CPython does.
pub fn translate<E>(
    s: Units<'_>,
    mut table: impl FnMut(u32) -> Result<Mapped, E>,
) -> Result<Buf, E> {
    let mut out = Builder::with_capacity(s.len());
    let mut answers = Answers { plain: [OTHER; 128], memo: [0; 128], known: Vec::new() };
    each!(s, s => {
        for piece in s.chunks(PIECE) {
            translate_piece(piece, &mut table, &mut answers, &mut out)?;
        }
    });
    Ok(out.finish())
}

/// So many code points are translated at a time.
const PIECE: usize = 256;

/// In place of a code point: it is deleted, or another array knows.
const DELETED: u8 = 0x80;
const OTHER: u8 = 0xff;

/// What the table said of ASCII code points.
struct Answers {
    /// The ASCII code points that some become.
    plain: [u8; 128],
    /// Places in `known`, from 1; a table of the answers themselves would be long to make and to drop.
    memo: [u8; 128],
    known: Vec<Mapped>,
}

fn translate_piece<T: Unit, E>(
    s: &[T],
    table: &mut impl FnMut(u32) -> Result<Mapped, E>,
    answers: &mut Answers,
    out: &mut Builder,
) -> Result<(), E> {
    // What is to be appended, as long as it is narrow.
    let (mut narrow, mut n) = ([0; PIECE], 0);
    for c in s {
        let c = c.cp();
        if let Some(plain) = answers.plain.get(c as usize)
            && *plain <= DELETED
        {
            // Written in any case, and written over if it is deleted.
            narrow[n] = *plain;
            n += usize::from(*plain < DELETED);
            continue;
        }
        let fresh;
        let mapped = match answers.memo.get_mut(c as usize) {
            Some(place) => {
                if *place == 0 {
                    let mapped = table(c)?;
                    let plain = match mapped {
                        Mapped::Same => c as u8,
                        Mapped::Char(d) if d < 0x80 => d as u8,
                        Mapped::Delete => DELETED,
                        _ => OTHER,
                    };
                    if plain != OTHER {
                        answers.plain[c as usize] = plain;
                        narrow[n] = plain;
                        n += usize::from(plain < DELETED);
                        continue;
                    }
                    answers.known.push(mapped);
                    *place = answers.known.len() as u8;
                }
                &answers.known[*place as usize - 1]
            }
            None => {
                fresh = table(c)?;
                &fresh
            }
        };
        let point = match mapped {
            Mapped::Same => c,
            Mapped::Char(d) => *d,
            Mapped::Delete => continue,
            Mapped::Text(t) => {
                out.push_latin1(&narrow[..n]);
                n = 0;
                out.push_units(t.units());
                continue;
            }
        };
        if point < 0x100 {
            narrow[n] = point as u8;
            n += 1;
        } else {
            out.push_latin1(&narrow[..n]);
            n = 0;
            out.push(point);
        }
    }
    out.push_latin1(&narrow[..n]);
    Ok(())
}
