//! Decoding and encoding for `TextIOWrapper`: natively for the common encodings, else through an
//! incremental codec object.

use super::wrapper::{PyTextWrapper, TextState};
use orochi_builtins::codecs;
use orochi_object::prelude::*;
use orochi_text::Builder;
use orochi_text::codec::{Encoding, Handler};

fn errors(w: &PyTextWrapper) -> Option<Ref<PyStr>> {
    w.errors.get().and_then(Value::as_str)
}

/// Decodes more input; `last` says that it is the last.
pub(super) fn decode(
    cx: &Cx,
    w: &PyTextWrapper,
    st: &mut TextState,
    input: &[u8],
    last: bool,
) -> Res<Ref<PyStr>> {
    let text = match st.native {
        Some(encoding) => decode_native(cx, w, st, encoding, input, last)?,
        None => decode_by_codec(cx, w, input, last)?,
    };
    let Some(newlines) = &mut st.universal else { return Ok(text) };
    match newlines.feed(text.text(), last) {
        Some(buf) => cx.str_from_buf(&buf),
        None => Ok(text),
    }
}

fn decode_native(
    cx: &Cx,
    w: &PyTextWrapper,
    st: &mut TextState,
    encoding: Encoding,
    input: &[u8],
    last: bool,
) -> Res<Ref<PyStr>> {
    let joined;
    let data = if st.pending_in.is_empty() {
        input
    } else {
        joined = [&st.pending_in[..], input].concat();
        &joined
    };
    if data.is_ascii() {
        let text = cx.str_from_narrow(types::STR.get(), orochi_text::Units::One(data))?;
        st.pending_in.clear();
        return Ok(text);
    }
    let (text, end) = codecs::decode_with(cx, encoding, Value::NONE, data, 0, errors(w), last)?;
    let rest = data[end..].to_vec();
    st.pending_in = rest;
    Ok(text)
}

fn decode_by_codec(cx: &Cx, w: &PyTextWrapper, input: &[u8], last: bool) -> Res<Ref<PyStr>> {
    let decoder = w.decoder.or_none();
    let input = cx.new_bytes(input)?.value();
    let text = ops::call_method(cx, decoder, name!(cx, "decode"), &[input, Value::bool(last)])?;
    match text.as_str() {
        Some(text) => Ok(text),
        None => raise!(
            cx,
            TYPE_ERROR,
            "decoder should return a string result, not '{}'",
            class_of(text).display_name()
        ),
    }
}

/// The decoder's state: bytes it holds back, and flags.
pub(super) fn get_state(cx: &Cx, w: &PyTextWrapper, st: &TextState) -> Res<(Vec<u8>, u64)> {
    let (bytes, flags) = if st.native.is_some() {
        (st.pending_in.clone(), 0)
    } else {
        let state = ops::call_method(cx, w.decoder.or_none(), name!(cx, "getstate"), &[])?;
        let Some(state) = state.downcast::<PyTuple>().filter(|t| t.len() == 2) else {
            return raise!(cx, TYPE_ERROR, "illegal decoder state");
        };
        let Some(bytes) = state.values()[0].downcast::<PyBytes>() else {
            return raise!(
                cx,
                TYPE_ERROR,
                "illegal decoder state: the first item should be a bytes object, not '{}'",
                class_of(state.values()[0]).display_name()
            );
        };
        (bytes.data().to_vec(), ops::to_i64(cx, state.values()[1])? as u64)
    };
    Ok(match st.universal {
        Some(newlines) => (bytes, flags << 1 | u64::from(newlines.pending)),
        None => (bytes, flags),
    })
}

/// Sets the decoder's state.
pub(super) fn set_state(
    cx: &Cx,
    w: &PyTextWrapper,
    st: &mut TextState,
    bytes: &[u8],
    flags: u64,
) -> Res<()> {
    let mut flags = flags;
    if let Some(newlines) = &mut st.universal {
        newlines.pending = flags & 1 != 0;
        flags >>= 1;
    }
    if st.native.is_some() {
        st.pending_in = bytes.to_vec();
        return Ok(());
    }
    let state = cx.new_tuple(&[cx.new_bytes(bytes)?.value(), cx.new_uint(flags)?])?.value();
    ops::call_method(cx, w.decoder.or_none(), name!(cx, "setstate"), &[state])?;
    Ok(())
}

/// Forgets all input.
pub(super) fn reset(cx: &Cx, w: &PyTextWrapper, st: &mut TextState) -> Res<()> {
    if let Some(newlines) = &mut st.universal {
        newlines.pending = false;
        newlines.seen = 0;
    }
    st.pending_in.clear();
    if st.native.is_none()
        && let Some(decoder) = w.decoder.get()
    {
        ops::call_method(cx, decoder, name!(cx, "reset"), &[])?;
    }
    Ok(())
}

/// Appends encoded text to the unwritten bytes.
pub(super) fn encode(cx: &Cx, w: &PyTextWrapper, st: &mut TextState, text: Ref<PyStr>) -> Res<()> {
    if let Some(encoding) = st.native {
        if let Some(ascii) = text.as_ascii() {
            st.pending_out.extend_from_slice(ascii.as_bytes());
            return Ok(());
        }
        let mut out = Vec::with_capacity(text.len() * 2);
        codecs::encode_with(cx, encoding, text, errors(w), &mut out)?;
        st.pending_out.extend_from_slice(&out);
        return Ok(());
    }
    let encoder = w.encoder.or_none();
    let bytes = ops::call_method(cx, encoder, name!(cx, "encode"), &[text.value()])?;
    match bytes.downcast::<PyBytes>() {
        Some(bytes) => {
            st.pending_out.extend_from_slice(bytes.data());
            Ok(())
        }
        None => raise!(
            cx,
            TYPE_ERROR,
            "encoder should return a bytes object, not '{}'",
            class_of(bytes).display_name()
        ),
    }
}

/// The encoding handled natively under this name.
pub(super) fn native(encoding: &str) -> Option<Encoding> {
    match codecs::known(encoding) {
        Some(codecs::Known::Plain(
            encoding @ (Encoding::Utf8 | Encoding::Latin1 | Encoding::Ascii),
        )) => Some(encoding),
        _ => None,
    }
}

/// The incremental coder `which` of a text encoding.
pub(super) fn incremental(cx: &Cx, codec: Ref<PyTuple>, which: Ref<PyStr>, errors: Value) -> Res {
    let make = ops::getattr(cx, codec.value(), which)?;
    ops::call(cx, make, &[errors])
}

/// How many characters a prefix of input decodes to natively, and the state after it: used to find
/// positions. Errors cannot occur, as the input has been decoded before.
pub(super) fn count_native(encoding: Encoding, input: &[u8]) -> (usize, usize) {
    let mut out = Builder::with_capacity(input.len());
    let mut at = 0;
    loop {
        match encoding.decode(input, at, false, &mut out) {
            Ok(end) => return (out.len(), end),
            Err(e) => match Handler::Replace.decode(encoding, input, e, &mut out) {
                Ok(next) => at = next,
                Err(_) => return (out.len(), at),
            },
        }
    }
}
