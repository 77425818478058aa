//! `replace`, `translate`, `maketrans`.

use super::find::text_argument;
use super::{made, receiver, same};
use core::mem::MaybeUninit;
use memchr::memmem;
use orochi_object::prelude::*;
use orochi_object::str::copy_few;
use orochi_text::replace::{self as algo, Mapped};
use orochi_text::search;

pub(super) fn replace(cx: &Cx, args: Args) -> Res {
    let s = receiver(args);
    let (old, new) =
        (text_argument(cx, args, 1, "replace")?, text_argument(cx, args, 2, "replace")?);
    let count = match args.opt(3) {
        Some(count) => ops::size_argument(cx, count)? as i64,
        None => -1,
    };
    if count < 0
        && let (Some(text), Some(old), Some(new)) = (s.as_ascii(), old.as_ascii(), new.as_ascii())
        && let Some(as_long) = AsLong::of(text.as_bytes(), old.as_bytes(), new.as_bytes())
    {
        return match as_long.first {
            None => same(cx, s),
            Some(_) => Ok(cx.ascii_filled(text.len(), |room| as_long.write(room))?.value()),
        };
    }
    if count < 0
        && !old.same(&new)
        && let (Some(text), Some(old), Some(new)) = (s.as_ascii(), old.as_ascii(), new.as_ascii())
        && let Some(few) = Few::of(text.as_bytes(), old.as_bytes())
    {
        return match few.count {
            0 => same(cx, s),
            _ => Ok(few.replaced(cx, text.as_bytes(), new.as_bytes())?.value()),
        };
    }
    match algo::replace(s.text(), old.text(), new.text(), count) {
        Some(buf) => made(cx, &buf),
        None => same(cx, s),
    }
}

/// The replacing of what is longer than a byte by something as long: the result's length is known, and one searcher does all.
pub(crate) struct AsLong<'a> {
    text: &'a [u8],
    new: &'a [u8],
    finder: memmem::Finder<'a>,
    /// The first place to replace at.
    pub(crate) first: Option<usize>,
}

impl<'a> AsLong<'a> {
    /// `None` if it is something else, or takes less time without a searcher.
    pub(crate) fn of(text: &'a [u8], old: &'a [u8], new: &'a [u8]) -> Option<AsLong<'a>> {
        if old.len() != new.len() || old.len() < 2 || text.len() < search::SHORT {
            return None;
        }
        let finder = memmem::Finder::new(old);
        let first = finder.find(text).filter(|_| old != new);
        Some(AsLong { text, new, finder, first })
    }

    /// Writes the result to `out`, which is as long as the text.
    pub(crate) fn write(&self, out: &mut [MaybeUninit<u8>]) {
        let out = out.write_copy_of_slice(self.text);
        let mut next = self.first;
        while let Some(place) = next {
            let end = place + self.new.len();
            copy_few(self.new, &mut out[place..end]);
            next = self.finder.find(&self.text[end..]).map(|more| end + more);
        }
    }
}

/// So many places to replace at are noted before the new text is made.
const PLACES: usize = 16;

/// The places of something in a text, if they are few.
struct Few {
    places: [usize; PLACES],
    count: usize,
    len: usize,
}

impl Few {
    fn of(text: &[u8], old: &[u8]) -> Option<Few> {
        let mut found = Few { places: [0; PLACES], count: 0, len: old.len() };
        let mut all = !old.is_empty();
        search::each_match_bytes(text, old, |i| {
            all = found.count < PLACES;
            if all {
                found.places[found.count] = i;
                found.count += 1;
            }
            all
        });
        all.then_some(found)
    }

    /// The text with `new` at the places.
    fn replaced(&self, cx: &Cx, text: &[u8], new: &[u8]) -> Res<Ref<PyStr>> {
        let more = new.len().saturating_mul(self.count);
        let len = (text.len() - self.len * self.count).saturating_add(more);
        cx.str_written(len, |out| {
            let mut at = 0;
            for place in &self.places[..self.count] {
                out.push(&text[at..*place]);
                out.push(new);
                at = place + self.len;
            }
            out.push(&text[at..]);
        })
    }
}

pub(super) fn translate(cx: &Cx, args: Args) -> Res {
    let (s, table) = (receiver(args), args.get(1));
    let buf = algo::translate(s.text(), |c| lookup(cx, table, c))?;
    made(cx, &buf)
}

fn lookup(cx: &Cx, table: Value, c: u32) -> Res<Mapped> {
    let key = Value::int(i64::from(c));
    let found = match table.downcast::<PyDict>().filter(|_| is_exact(table, &types::DICT)) {
        // A KeyError for every other character of a text would cost more than all the rest.
        Some(dict) => match dict.get(cx, key)? {
            Some(found) => Ok(found),
            None => return Ok(Mapped::Same),
        },
        None => ops::getitem(cx, table, key),
    };
    let found = match found {
        Ok(found) => found,
        Err(raised) if raised.is(&exception::LOOKUP_ERROR) => return Ok(Mapped::Same),
        Err(raised) => return Err(raised),
    };
    if found.is_none() {
        return Ok(Mapped::Delete);
    }
    if found.is_int() {
        return match found.as_i64() {
            Some(n @ 0..=0x10ffff) => Ok(Mapped::Char(n as u32)),
            _ => raise!(cx, VALUE_ERROR, "character mapping must be in range(0x110000)"),
        };
    }
    match found.as_str() {
        Some(text) if text.len() == 1 => Ok(Mapped::Char(text.text().get(0))),
        Some(text) => Ok(Mapped::Text(text.text().to_buf())),
        None => raise!(cx, TYPE_ERROR, "character mapping must return integer, None or str"),
    }
}

pub(super) fn maketrans(cx: &Cx, args: Args) -> Res {
    let table = cx.new_dict()?;
    let Some(y) = args.opt(1) else {
        from_dict(cx, args.get(0), table)?;
        return Ok(table.value());
    };
    let text = |v: Value, i: usize| match v.as_str() {
        Some(text) => Ok(text),
        None => raise!(
            cx,
            TYPE_ERROR,
            "maketrans() argument {i} must be str, not {}",
            ops::argument_class(v)
        ),
    };
    let y = text(y, 2)?;
    let z = args.opt(2).map(|z| text(z, 3)).transpose()?;
    let Some(x) = args.get(0).as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "first maketrans argument must be a string if there is a second argument"
        );
    };
    if x.len() != y.len() {
        return raise!(cx, VALUE_ERROR, "the first two maketrans arguments must have equal length");
    }
    for (from, to) in x.text().iter().zip(y.text().iter()) {
        table.set(cx, Value::int(i64::from(from)), Value::int(i64::from(to)))?;
    }
    if let Some(z) = z {
        for c in z.text().iter() {
            table.set(cx, Value::int(i64::from(c)), Value::NONE)?;
        }
    }
    Ok(table.value())
}

fn from_dict(cx: &Cx, source: Value, table: Ref<PyDict>) -> Res<()> {
    let Some(source) = source.downcast::<PyDict>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "if you give only one argument to maketrans it must be a dict"
        );
    };
    let pairs = source.snapshot(cx)?;
    for pair in pairs.values().chunks_exact(2) {
        let key = match pair[0].as_str() {
            Some(key) if key.len() == 1 => Value::int(i64::from(key.text().get(0))),
            Some(_) => {
                return raise!(
                    cx,
                    VALUE_ERROR,
                    "string keys in translatetable must be of length 1"
                );
            }
            None if pair[0].is_int() => pair[0],
            None => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "keys in translate table mustbe strings or integers"
                );
            }
        };
        table.set(cx, key, pair[1])?;
    }
    Ok(())
}
