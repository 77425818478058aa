//! The type `complex`.

use crate::number::{self, Operand, formatted, spec_argument};
use orochi_fmt::grouping::Locale;
use orochi_num::{Complex, NumError, complex as num, convert, hash as num_hash};
use orochi_object::args::Signature;
use orochi_object::float::PyComplex;
use orochi_object::layout;
use orochi_object::prelude::*;
use std::sync::OnceLock;

/// The table of `complex`.
pub static TYPE: TypeDef = TypeDef {
    name: "complex",
    cell: &types::COMPLEX,
    layout: layout::COMPLEX,
    size: size_of::<PyComplex>(),
    flags: flag::BASETYPE,
    slots: Slots {
        repr: Some(|cx, v| Ok(cx.new_str(&num::repr(get(v)))?.value())),
        hash: Some(hash),
        compare: Some(compare),
        bool_: Some(|_, v| Ok(get(v).re != 0.0 || get(v).im != 0.0)),
        add: Some(|cx, v, w| {
            mixed(
                cx,
                v,
                w,
                |a, b| Ok(a.plus(b)),
                |a, x| Ok(a.plus_real(x)),
                |x, b| Ok(b.plus_real(x)),
            )
        }),
        sub: Some(|cx, v, w| {
            mixed(
                cx,
                v,
                w,
                |a, b| Ok(a.minus(b)),
                |a, x| Ok(a.minus_real(x)),
                |x, b| Ok(Complex::real_minus(x, b)),
            )
        }),
        mul: Some(|cx, v, w| {
            mixed(
                cx,
                v,
                w,
                |a, b| Ok(a.times(b)),
                |a, x| Ok(a.times_real(x)),
                |x, b| Ok(b.times_real(x)),
            )
        }),
        truediv: Some(|cx, v, w| {
            mixed(cx, v, w, Complex::divided, Complex::divided_real, Complex::real_divided)
        }),
        pow: Some(pow),
        neg: Some(|cx, v| make(cx, get(v).negated())),
        pos: Some(exact),
        abs: Some(|cx, v| match get(v).modulus() {
            Ok(x) => cx.new_float(x),
            Err(_) => raise!(cx, OVERFLOW_ERROR, "absolute value too large"),
        }),
        new: Some(new),
        ..Slots::NONE
    },
    methods: &[
        method("conjugate", "(self, /)", |cx, args| {
            let z = get(args.get(0));
            make(cx, Complex { re: z.re, im: -z.im })
        })
        .doc("Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j."),
        method("__complex__", "(self, /)", |cx, args| exact(cx, args.get(0)))
            .doc("Convert this value to exact type complex."),
        method("__getnewargs__", "(self, /)", |cx, args| {
            let z = get(args.get(0));
            Ok(cx.new_tuple(&[cx.new_float(z.re)?, cx.new_float(z.im)?])?.value())
        }),
        method("__format__", "(self, format_spec, /)", format)
            .doc("Convert to a string according to format_spec."),
        class_method("from_number", "(cls, number, /)", from_number)
            .doc("Convert number to a complex floating-point number."),
    ],
    getset: &[
        field_getter("real", |cx, v| cx.new_float(get(v).re))
            .doc("the real part of a complex number"),
        field_getter("imag", |cx, v| cx.new_float(get(v).im)),
    ],
    doc: Some(
        "Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a \
         complex number.\nIf a single number is given, convert it to a complex number.\nIf the \
         'real' or 'imag' arguments are given, create a complex number\nwith the specified real and \
         imaginary components.",
    ),
    ..TypeDef::DEFAULT
};

fn get(v: Value) -> Complex {
    let (re, im) = v.as_complex().unwrap_or((0.0, 0.0));
    Complex { re, im }
}

fn make(cx: &Cx, z: Complex) -> Res {
    cx.new_complex(z.re, z.im)
}

fn exact(cx: &Cx, v: Value) -> Res {
    if is_exact(v, &types::COMPLEX) { Ok(v) } else { make(cx, get(v)) }
}

fn operand(cx: &Cx, v: Value) -> Res<Option<Complex>> {
    if let Some((re, im)) = v.as_complex() {
        return Ok(Some(Complex { re, im }));
    }
    if let Some(re) = v.as_float() {
        return Ok(Some(Complex { re, im: 0.0 }));
    }
    match Operand::new(v) {
        Some(n) => match convert::to_f64(n.get()) {
            Ok(re) => Ok(Some(Complex { re, im: 0.0 })),
            Err(_) => raise!(cx, OVERFLOW_ERROR, "int too large to convert to float"),
        },
        None => Ok(None),
    }
}

/// An operation on two complex numbers, or on one and a real number, whose missing imaginary part
/// is no zero.
fn mixed(
    cx: &Cx,
    v: Value,
    w: Value,
    both: fn(Complex, Complex) -> orochi_num::Result<Complex>,
    real_right: fn(Complex, f64) -> orochi_num::Result<Complex>,
    real_left: fn(f64, Complex) -> orochi_num::Result<Complex>,
) -> Res {
    let (Some(a), Some(b)) = (operand(cx, v)?, operand(cx, w)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let result = match (v.as_complex().is_some(), w.as_complex().is_some()) {
        (true, false) => real_right(a, b.re),
        (false, true) => real_left(a.re, b),
        _ => both(a, b),
    };
    match result {
        Ok(z) => make(cx, z),
        Err(kind) => Err(number::error(cx, kind)),
    }
}

fn pow(cx: &Cx, v: Value, w: Value, modulus: Option<Value>) -> Res {
    let (Some(a), Some(b)) = (operand(cx, v)?, operand(cx, w)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if modulus.is_some() {
        return raise!(cx, VALUE_ERROR, "complex modulo");
    }
    match a.power(b) {
        Ok(z) => make(cx, z),
        Err(NumError::ZeroDivision) => {
            raise!(cx, ZERO_DIVISION_ERROR, "zero to a negative or complex power")
        }
        Err(_) => raise!(cx, OVERFLOW_ERROR, "complex exponentiation"),
    }
}

fn hash(cx: &Cx, v: Value) -> Res<i64> {
    let part = |x: f64| match num_hash::float(x) {
        Some(hash) => Ok(hash),
        None => ops::hash_identity(cx, v),
    };
    Ok(num_hash::complex(part(get(v).re)?, part(get(v).im)?))
}

fn compare(_: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let z = get(v);
    let same = if let Some((re, im)) = w.as_complex() {
        z.re == re && z.im == im
    } else if let Some(x) = w.as_float() {
        z.re == x && z.im == 0.0
    } else if let Some(n) = Operand::new(w) {
        z.im == 0.0 && convert::compare_f64(n.get(), z.re).is_some_and(core::cmp::Ordering::is_eq)
    } else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match op {
        CmpOp::Eq => Ok(Value::bool(same)),
        CmpOp::Ne => Ok(Value::bool(!same)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn format(cx: &Cx, args: Args) -> Res {
    let spec = spec_argument(cx, args.get(1))?;
    if spec.len() == 0 {
        return Ok(ops::str(cx, args.get(0))?.value());
    }
    let name = class_of(args.get(0)).display_name();
    let z = get(args.get(0));
    formatted(cx, orochi_fmt::number::format_complex(z, spec.text(), &name, &Locale::C))
}

fn of_class(cx: &Cx, class: Ref<PyType>, z: Complex) -> Res {
    cx.complex_of_class(class, z.re, z.im)
}

fn from_text(cx: &Cx, s: Ref<PyStr>) -> Res<Complex> {
    let text = orochi_text::classify::to_ascii_number(s.text());
    if text.as_ref().is_some_and(|text| !num::underscores_are_right(text)) {
        let text = ops::repr_text(cx, s.value())?;
        return raise!(cx, VALUE_ERROR, "could not convert string to complex: {text}");
    }
    match text.and_then(|text| num::parse(&text)) {
        Some(z) => Ok(z),
        None => raise!(cx, VALUE_ERROR, "complex() arg is a malformed string"),
    }
}

/// What `__complex__` of a value gives.
pub fn try_complex(cx: &Cx, v: Value) -> Res<Option<Complex>> {
    if is_exact(v, &types::COMPLEX) {
        return Ok(Some(get(v)));
    }
    let Some(method) = ops::lookup_special(cx, v, name!(cx, "__complex__"))? else {
        return Ok(None);
    };
    let made = method.call(cx, &[])?;
    if made.as_complex().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "__complex__ returned non-complex (type {})",
            class_of(made).display_name()
        );
    }
    if !is_exact(made, &types::COMPLEX) {
        let message = format!(
            "__complex__ returned non-complex (type {}).  The ability to return an instance of a \
             strict subclass of complex is deprecated, and may not be supported in a future \
             version of Python.",
            class_of(made).display_name()
        );
        number::warn(cx, &exception::DEPRECATION_WARNING, &message)?;
    }
    Ok(Some(get(made)))
}

fn is_number(v: Value) -> bool {
    let class = class_of(v);
    v.as_complex().is_some() || class.slots.float().is_some() || class.slots.index().is_some()
}

/// A part given by name or as one of two: a real number, or (deprecated) a complex one.
fn part(cx: &Cx, v: Value, name: &str) -> Res<Complex> {
    let found = if name == "real" { try_complex(cx, v)? } else { None };
    let z = match found {
        Some(z) => Some(z),
        None if v.as_complex().is_some() => Some(get(v)),
        None => None,
    };
    if let Some(z) = z {
        let message = format!(
            "complex() argument '{name}' must be a real number, not {}",
            ops::name_in_errors(cx, class_of(v))
        );
        number::warn(cx, &exception::DEPRECATION_WARNING, &message)?;
        return Ok(z);
    }
    if !is_number(v) {
        return raise!(
            cx,
            TYPE_ERROR,
            "complex() argument '{name}' must be a real number, not {}",
            ops::name_in_errors(cx, class_of(v))
        );
    }
    Ok(Complex { re: ops::to_f64(cx, v)?, im: 0.0 })
}

fn single(cx: &Cx, class: Ref<PyType>, v: Value) -> Res {
    if class == types::COMPLEX.get() && is_exact(v, &types::COMPLEX) {
        return Ok(v);
    }
    if let Some(s) = v.as_str() {
        return of_class(cx, class, from_text(cx, s)?);
    }
    if let Some(z) = try_complex(cx, v)? {
        return of_class(cx, class, z);
    }
    if !is_number(v) {
        return raise!(
            cx,
            TYPE_ERROR,
            "complex() argument must be a string or a number, not {}",
            ops::name_in_errors(cx, class_of(v))
        );
    }
    of_class(cx, class, Complex { re: ops::to_f64(cx, v)?, im: 0.0 })
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    static SIGNATURE: OnceLock<Signature> = OnceLock::new();
    if args.keyword_count() == 0
        && let [v] = args.all()
    {
        return single(cx, class, *v);
    }
    let signature = SIGNATURE.get_or_init(|| Signature::parse("(real=0, imag=0)"));
    signature.bind(cx, "complex", 0, args, &mut |args| {
        let mut z = match args.opt(0) {
            Some(v) => part(cx, v, "real")?,
            None => Complex { re: 0.0, im: 0.0 },
        };
        if let Some(v) = args.opt(1) {
            let w = part(cx, v, "imag")?;
            let is_complex = |v: Value| v.as_complex().is_some();
            let im = if args.opt(0).is_some_and(is_complex) { z.im + w.re } else { w.re };
            z = Complex { re: if is_complex(v) { z.re - w.im } else { z.re }, im };
        }
        of_class(cx, class, z)
    })
}

fn from_number(cx: &Cx, args: Args) -> Res {
    let (class, v) = (args.get(0), args.get(1));
    let exact_class = class.is(types::COMPLEX.get().value());
    if exact_class && is_exact(v, &types::COMPLEX) {
        return Ok(v);
    }
    let z = match try_complex(cx, v)? {
        Some(z) => z,
        None => Complex { re: ops::to_f64(cx, v)?, im: 0.0 },
    };
    let made = make(cx, z)?;
    if exact_class { Ok(made) } else { ops::call(cx, class, &[made]) }
}
