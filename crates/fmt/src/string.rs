//! `format(str, spec)`.

use crate::spec::{Align, Spec, parse, unknown_type};
use crate::{FormatError, Result};
use orochi_text::{Buf, Builder, Units};

/// Formats a string; `type_name` is that of the object, for messages.
pub fn format_str(s: Units<'_>, spec: Units<'_>, type_name: &str) -> Result<Buf> {
    if spec.is_empty() {
        return Ok(s.to_buf());
    }
    let spec = parse(spec, type_name, Align::Left)?;
    spec.check_groups(b's')?;
    if spec.kind != 0 && spec.kind != u32::from(b's') {
        return Err(unknown_type(spec.kind, type_name));
    }
    check(&spec)?;
    let n = spec.precision.map_or(s.len(), |p| p.min(s.len()));
    Ok(aligned(s.slice(0..n), &spec))
}

fn check(spec: &Spec) -> Result<()> {
    let bad = |what: &str| {
        Err(FormatError::value(format!("{what} not allowed in string format specifier")))
    };
    match spec.sign {
        0 => {}
        b' ' => return bad("Space"),
        _ => return bad("Sign"),
    }
    if spec.no_neg_0 {
        return bad("Negative zero coercion (z)");
    }
    if spec.alternate {
        return bad("Alternate form (#)");
    }
    if spec.align == Align::Sign {
        return bad("'=' alignment");
    }
    Ok(())
}

/// The text padded to the width.
pub(crate) fn aligned(s: Units<'_>, spec: &Spec) -> Buf {
    let total = spec.width.saturating_sub(s.len());
    let left = match spec.align {
        Align::Left => 0,
        Align::Center => total / 2,
        Align::Right | Align::Sign => total,
    };
    let mut out = Builder::with_capacity(s.len() + total.min(1 << 16));
    out.push_n(spec.fill, left);
    out.push_units(s);
    out.push_n(spec.fill, total - left);
    out.finish()
}
