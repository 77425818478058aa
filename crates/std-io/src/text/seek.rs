//! `tell`, `seek` and `truncate` of `TextIOWrapper`.

use super::cookie::Cookie;
use super::wrapper::{PyTextWrapper, TextState, cast, flush_file, write_pending};
use super::{decoder, wrapper};
use crate::common::unsupported;
use orochi_object::prelude::*;

fn flush(cx: &Cx, w: &PyTextWrapper, st: &mut TextState) -> Res<()> {
    write_pending(cx, w, st)?;
    flush_file(cx, w)
}

pub(super) fn tell(cx: &Cx, args: Args) -> Res {
    let w = cast(args.get(0));
    w.check_open(cx)?;
    let mut held = w.hold(cx)?;
    let cookie = position(cx, &w, &mut held)?;
    drop(held);
    cookie.pack(cx)
}

fn position(cx: &Cx, w: &PyTextWrapper, st: &mut TextState) -> Res<Cookie> {
    if !st.seekable {
        return unsupported(cx, "underlying stream is not seekable");
    }
    if !st.telling {
        return raise!(cx, OS_ERROR, "telling position disabled by next() call");
    }
    flush(cx, w, st)?;
    let file = w.file(cx)?;
    let at = ops::call_method(cx, file, name!(cx, "tell"), &[])?;
    let at = ops::to_i64(cx, at)? as u64;
    let snapshot = w.snapshot.get().and_then(Value::downcast::<PyBytes>);
    let (Some(snapshot), true) = (snapshot, st.can_read) else {
        return Ok(Cookie { start: at, ..Cookie::default() });
    };
    let fed = snapshot.data();
    let start = at - fed.len() as u64;
    let skip = match w.decoded.get() {
        Some(_) if st.used > 0 => st.used,
        _ => {
            return Ok(Cookie { start, flags: st.snapshot_flags, ..Cookie::default() });
        }
    };
    let saved = decoder::get_state(cx, w, st)?;
    let found = search(cx, w, st, fed, start, skip);
    decoder::set_state(cx, w, st, &saved.0, saved.1)?;
    found
}

/// Finds how many bytes of `fed` give `skip` characters: the last safe point before them.
fn search(
    cx: &Cx,
    w: &PyTextWrapper,
    st: &mut TextState,
    fed: &[u8],
    start: u64,
    skip: usize,
) -> Res<Cookie> {
    let flags = st.snapshot_flags;
    // A run of bytes that the common encodings decode one for one needs no decoder.
    if st.native.is_some() && st.universal.is_none() && fed.len() >= skip && fed[..skip].is_ascii()
    {
        return Ok(Cookie { start: start + skip as u64, ..Cookie::default() });
    }
    if let (Some(encoding), None) = (st.native, st.universal) {
        let (chars, end) = decoder::count_native(encoding, fed);
        if chars == skip && end == fed.len() {
            return Ok(Cookie { start: start + end as u64, ..Cookie::default() });
        }
    }
    decoder::set_state(cx, w, st, b"", flags)?;
    let (mut safe, mut safe_flags, mut safe_chars) = (0, flags, 0);
    let mut chars = 0;
    let mut need_eof = true;
    let mut feed = fed.len();
    for (i, b) in fed.iter().enumerate() {
        chars += decoder::decode(cx, w, st, &[*b], false)?.len();
        let (buffered, state) = decoder::get_state(cx, w, st)?;
        if buffered.is_empty() && chars <= skip {
            (safe, safe_flags, safe_chars) = (i + 1, state, chars);
        }
        if chars >= skip {
            feed = i + 1;
            need_eof = false;
            break;
        }
    }
    if need_eof {
        chars += decoder::decode(cx, w, st, b"", true)?.len();
        if chars < skip {
            return raise!(cx, OS_ERROR, "can't reconstruct logical file position");
        }
    }
    let left = skip - safe_chars;
    Ok(Cookie {
        start: start + safe as u64,
        flags: safe_flags,
        feed: if left == 0 { 0 } else { (feed - safe) as u64 },
        skip: left as u64,
        need_eof: need_eof && left > 0,
    })
}

pub(super) fn seek(cx: &Cx, args: Args) -> Res {
    let w = cast(args.get(0));
    let whence = args.opt(2).map_or(Ok(0), |whence| ops::to_i32(cx, whence))?;
    w.check_open(cx)?;
    let mut held = w.hold(cx)?;
    let st = &mut *held;
    if !st.seekable {
        drop(held);
        return unsupported(cx, "underlying stream is not seekable");
    }
    let file = w.file(cx)?;
    let target = args.get(1);
    let is_zero = ops::index(cx, target)?.as_i64() == Some(0);
    let cookie = match whence {
        1 if !is_zero => {
            drop(held);
            return unsupported(cx, "can't do nonzero cur-relative seeks");
        }
        1 => position(cx, &w, st)?,
        2 if !is_zero => {
            drop(held);
            return unsupported(cx, "can't do nonzero end-relative seeks");
        }
        2 => {
            flush(cx, &w, st)?;
            w.set_decoded(cx, st, None);
            w.snapshot.clear();
            if st.can_read {
                decoder::reset(cx, &w, st)?;
            }
            let at =
                ops::call_method(cx, file, name!(cx, "seek"), &[Value::int(0), Value::int(2)])?;
            reset_encoder(cx, &w, st, ops::to_i64(cx, at)? == 0)?;
            return Ok(at);
        }
        0 => {
            if ops::index(cx, target)?.to_big().is_some_and(|n| n.neg) {
                let repr = ops::repr_text(cx, target)?;
                return raise!(cx, VALUE_ERROR, "negative seek position {repr}");
            }
            Cookie::unpack(cx, target)?
        }
        _ => {
            return raise!(cx, VALUE_ERROR, "invalid whence ({whence}, should be 0, 1 or 2)");
        }
    };
    flush(cx, &w, st)?;
    ops::call_method(cx, file, name!(cx, "seek"), &[cx.new_uint(cookie.start)?])?;
    w.set_decoded(cx, st, None);
    w.snapshot.clear();
    if st.can_read {
        restore_decoder(cx, &w, st, file, cookie)?;
    }
    reset_encoder(cx, &w, st, cookie.start == 0 && cookie.flags == 0)?;
    drop(held);
    cookie.pack(cx)
}

fn restore_decoder(
    cx: &Cx,
    w: &PyTextWrapper,
    st: &mut TextState,
    file: Value,
    cookie: Cookie,
) -> Res<()> {
    if cookie.start == 0 && cookie.flags == 0 {
        decoder::reset(cx, w, st)?;
    } else {
        decoder::set_state(cx, w, st, b"", cookie.flags)?;
    }
    st.snapshot_flags = cookie.flags;
    w.snapshot.set(cx, w.this(), cx.new_bytes(b"")?.value());
    if cookie.skip == 0 {
        return Ok(());
    }
    let input = ops::call_method(cx, file, name!(cx, "read"), &[cx.new_uint(cookie.feed)?])?;
    let input = crate::common::expect_bytes(cx, input, "underlying read()")?;
    w.snapshot.set(cx, w.this(), input.value());
    let text = decoder::decode(cx, w, st, input.data(), cookie.need_eof)?;
    if (text.len() as u64) < cookie.skip {
        return raise!(cx, OS_ERROR, "can't restore logical file position");
    }
    w.set_decoded(cx, st, Some(text));
    st.used = cookie.skip as usize;
    Ok(())
}

/// Tells the encoder whether it is at the start of the file (where byte order marks go).
pub(super) fn reset_encoder(cx: &Cx, w: &PyTextWrapper, st: &TextState, start: bool) -> Res<()> {
    if st.native.is_some() {
        return Ok(());
    }
    let Some(encoder) = w.encoder.get() else { return Ok(()) };
    if start {
        ops::call_method(cx, encoder, name!(cx, "reset"), &[])?;
    } else {
        ops::call_method(cx, encoder, name!(cx, "setstate"), &[Value::int(0)])?;
    }
    Ok(())
}

pub(super) fn truncate(cx: &Cx, args: Args) -> Res {
    let w = cast(args.get(0));
    let file = w.file(cx)?;
    {
        let mut held = w.hold(cx)?;
        flush(cx, &w, &mut held)?;
    }
    let size = match args.non_none(1) {
        Some(size) => size,
        None => ops::call_method(cx, args.get(0), name!(cx, "tell"), &[])?,
    };
    let _ = wrapper::TEXT_WRAPPER.get();
    ops::call_method(cx, file, name!(cx, "truncate"), &[size])
}
