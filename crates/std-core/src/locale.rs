//! The module `_locale`. Text is UTF-8 whatever the locale; the other categories are the system's.

use core::ffi::CStr;
use orochi_object::intern;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::typedef::Const;
use std::ffi::CString;

static ERROR_CELL: TypeCell = TypeCell::new();
static ERROR: TypeDef = TypeDef {
    name: "locale.Error",
    cell: &ERROR_CELL,
    base: Some(&exception::EXCEPTION),
    layout: orochi_object::layout::EXCEPTION,
    size: size_of::<exception::PyException>(),
    dict: true,
    flags: flag::BASETYPE | flag::EXCEPTION | flag::WEAKREF,
    ..TypeDef::DEFAULT
};

/// Text that C code owns, copied.
fn text(pointer: *const libc::c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: the C library's texts end with a NUL; it is copied at once.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

fn c_text(cx: &Cx, v: Value) -> Res<CString> {
    let text = ops::expect_str(cx, v, "argument")?.to_string_lossy();
    match CString::new(text) {
        Ok(text) => Ok(text),
        Err(_) => raise!(cx, VALUE_ERROR, "embedded null character"),
    }
}

fn setlocale(cx: &Cx, args: Args) -> Res {
    let category = ops::to_i32(cx, args.get(0))?;
    let wanted = args.non_none(1).map(|v| c_text(cx, v)).transpose()?;
    let pointer = wanted.as_ref().map_or(core::ptr::null(), |text| text.as_ptr());
    // SAFETY: the text is NUL-terminated or null.
    let result = unsafe { libc::setlocale(category, pointer) };
    if result.is_null() {
        let message =
            if wanted.is_some() { "unsupported locale setting" } else { "locale query failed" };
        let message = cx.new_str(message)?.value();
        return Err(cx.error_args(ERROR_CELL.get(), &[message]));
    }
    Ok(cx.new_str(&text(result))?.value())
}

fn grouping(cx: &Cx, pointer: *const libc::c_char) -> Res {
    let bytes = text(pointer).into_bytes();
    let list = cx.new_list(&[])?;
    for byte in &bytes {
        list.push(cx, Value::int(*byte as i64))?;
    }
    if !bytes.is_empty() && !bytes.contains(&127) {
        list.push(cx, Value::int(0))?;
    }
    Ok(list.value())
}

fn localeconv(cx: &Cx, _: Args) -> Res {
    // SAFETY: the struct is the C library's; its texts are copied at once.
    let conv = unsafe { &*libc::localeconv() };
    let dict = cx.new_dict()?;
    let set = |name: &str, value: Value| dict.set_str(cx, intern::intern_text(cx, name)?, value);
    for (name, pointer) in [
        ("int_curr_symbol", conv.int_curr_symbol),
        ("currency_symbol", conv.currency_symbol),
        ("mon_decimal_point", conv.mon_decimal_point),
        ("mon_thousands_sep", conv.mon_thousands_sep),
        ("positive_sign", conv.positive_sign),
        ("negative_sign", conv.negative_sign),
        ("decimal_point", conv.decimal_point),
        ("thousands_sep", conv.thousands_sep),
    ] {
        set(name, cx.new_str(&text(pointer))?.value())?;
    }
    for (name, n) in [
        ("int_frac_digits", conv.int_frac_digits),
        ("frac_digits", conv.frac_digits),
        ("p_cs_precedes", conv.p_cs_precedes),
        ("p_sep_by_space", conv.p_sep_by_space),
        ("n_cs_precedes", conv.n_cs_precedes),
        ("n_sep_by_space", conv.n_sep_by_space),
        ("p_sign_posn", conv.p_sign_posn),
        ("n_sign_posn", conv.n_sign_posn),
    ] {
        set(name, Value::int(n as i64))?;
    }
    set("grouping", grouping(cx, conv.grouping)?)?;
    set("mon_grouping", grouping(cx, conv.mon_grouping)?)?;
    Ok(dict.value())
}

fn strcoll(cx: &Cx, args: Args) -> Res {
    let (a, b) = (c_text(cx, args.get(0))?, c_text(cx, args.get(1))?);
    // SAFETY: both texts are NUL-terminated.
    Ok(Value::int(unsafe { libc::strcoll(a.as_ptr(), b.as_ptr()) } as i64))
}

fn strxfrm(cx: &Cx, args: Args) -> Res {
    let source = c_text(cx, args.get(0))?;
    // SAFETY: asks for the length only.
    let n = unsafe { libc::strxfrm(core::ptr::null_mut(), source.as_ptr(), 0) };
    let mut out = vec![0u8; n + 1];
    // SAFETY: the buffer has room for the text and its NUL.
    unsafe { libc::strxfrm(out.as_mut_ptr().cast(), source.as_ptr(), out.len()) };
    out.truncate(n);
    match core::str::from_utf8(&out) {
        Ok(text) => Ok(cx.new_str(text)?.value()),
        Err(_) => {
            let points: Vec<u32> = out.iter().map(|b| *b as u32).collect();
            Ok(cx.str_from_units(orochi_text::Units::Four(&points))?.value())
        }
    }
}

fn langinfo(cx: &Cx, args: Args) -> Res {
    let item = ops::to_i32(cx, args.get(0))?;
    if item == libc::CODESET {
        return Ok(cx.new_str("UTF-8")?.value());
    }
    // SAFETY: gives a text of the C library, copied at once.
    Ok(cx.new_str(&text(unsafe { libc::nl_langinfo(item) }))?.value())
}

fn encoding(cx: &Cx, _: Args) -> Res {
    Ok(cx.new_str("UTF-8")?.value())
}

fn gettext(_: &Cx, args: Args) -> Res {
    Ok(args.get(0))
}
fn dgettext(_: &Cx, args: Args) -> Res {
    Ok(args.get(1))
}
fn textdomain(cx: &Cx, args: Args) -> Res {
    match args.non_none(0) {
        Some(domain) => Ok(domain),
        None => Ok(cx.new_str("messages")?.value()),
    }
}
fn bindtextdomain(_: &Cx, args: Args) -> Res {
    Ok(args.get(1))
}

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let error = orochi_object::typedef::make_type(cx, &ERROR)?.value();
    let dict = module.namespace();
    dict.set_str(cx, name!(cx, "Error"), error)?;
    let rows = [
        ("ABDAY_", 7, libc::ABDAY_1),
        ("DAY_", 7, libc::DAY_1),
        ("ABMON_", 12, libc::ABMON_1),
        ("MON_", 12, libc::MON_1),
    ];
    for (name, count, first) in rows {
        for i in 0..count {
            let name = intern::intern_text(cx, &format!("{name}{}", i + 1))?;
            dict.set_str(cx, name, Value::int((first + i) as i64))?;
        }
    }
    for (name, n) in [
        ("CODESET", libc::CODESET),
        ("CRNCYSTR", libc::CRNCYSTR),
        ("D_FMT", libc::D_FMT),
        ("D_T_FMT", libc::D_T_FMT),
        ("T_FMT", libc::T_FMT),
        ("T_FMT_AMPM", libc::T_FMT_AMPM),
        ("AM_STR", libc::AM_STR),
        ("PM_STR", libc::PM_STR),
        ("RADIXCHAR", libc::RADIXCHAR),
        ("THOUSEP", libc::THOUSEP),
        ("YESEXPR", libc::YESEXPR),
        ("NOEXPR", libc::NOEXPR),
        ("ERA", libc::ERA),
        ("ERA_D_FMT", libc::ERA_D_FMT),
        ("ERA_D_T_FMT", libc::ERA_D_T_FMT),
        ("ERA_T_FMT", libc::ERA_T_FMT),
        ("ALT_DIGITS", libc::ALT_DIGITS),
        ("LC_CTYPE", libc::LC_CTYPE),
        ("LC_NUMERIC", libc::LC_NUMERIC),
        ("LC_TIME", libc::LC_TIME),
        ("LC_COLLATE", libc::LC_COLLATE),
        ("LC_MONETARY", libc::LC_MONETARY),
        ("LC_MESSAGES", libc::LC_MESSAGES),
        ("LC_ALL", libc::LC_ALL),
    ] {
        dict.set_str(cx, intern::intern_text(cx, name)?, Value::int(n as i64))?;
    }
    Ok(())
}

/// The module `_locale`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_locale",
    doc: Some("Support for POSIX locales."),
    functions: &[
        function("setlocale", "(category, locale=None, /)", setlocale),
        function("localeconv", "()", localeconv),
        function("strcoll", "(os1, os2, /)", strcoll),
        function("strxfrm", "(string, /)", strxfrm),
        function("nl_langinfo", "(key, /)", langinfo),
        function("getencoding", "()", encoding),
        function("gettext", "(msg, /)", gettext),
        function("dgettext", "(domain, msg, /)", dgettext),
        function("dcgettext", "(domain, msg, category, /)", dgettext),
        function("textdomain", "(domain, /)", textdomain),
        function("bindtextdomain", "(domain, dir, /)", bindtextdomain),
        function("bind_textdomain_codeset", "(domain, codeset, /)", bindtextdomain),
    ],
    constants: &[("CHAR_MAX", Const::Int(127))],
    init: Some(init),
    ..ModuleDef::DEFAULT
};
