//! The JSON encoder.

use super::strings::{encode_basestring, encode_basestring_ascii, quote};
use crate::common::{receiver, words};
use orochi_object::layout;
use orochi_object::native::{self, PyNative};
use orochi_object::prelude::*;
use orochi_text::Builder;

/// An encoder: the arguments of `make_encoder`.
#[repr(C)]
struct Encoder {
    header: Header,
    markers: Slot,
    default: Slot,
    encoder: Slot,
    indent: Slot,
    key_separator: Slot,
    item_separator: Slot,
    sort_keys: Slot,
    skipkeys: Slot,
    allow_nan: Slot,
}
words!(Encoder);
receiver!(this, Encoder);

static CELL: TypeCell = TypeCell::new();

pub(super) static ENCODER: TypeDef = TypeDef {
    name: "_json.Encoder",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Encoder>(),
    flags: flag::BASETYPE,
    slots: Slots { new: Some(new), call: Some(call), ..Slots::NONE },
    getset: &[
        field_getter("markers", |_, v| Ok(this(v).markers.or_none())),
        field_getter("default", |_, v| Ok(this(v).default.or_none())),
        field_getter("encoder", |_, v| Ok(this(v).encoder.or_none())),
        field_getter("indent", |_, v| Ok(this(v).indent.or_none())),
        field_getter("key_separator", |_, v| Ok(this(v).key_separator.or_none())),
        field_getter("item_separator", |_, v| Ok(this(v).item_separator.or_none())),
        field_getter("sort_keys", |_, v| Ok(this(v).sort_keys.or_none())),
        field_getter("skipkeys", |_, v| Ok(this(v).skipkeys.or_none())),
    ],
    doc: Some(
        "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
    ),
    ..TypeDef::DEFAULT
};

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    crate::common::bind!(
        cx,
        "make_encoder",
        "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        args,
        |row| {
            let markers = row.get(0);
            if !markers.is_none() && markers.downcast::<PyDict>().is_none() {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "make_encoder() argument 1 must be dict or None, not {}",
                    class_of(markers).display_name()
                );
            }
            let flags = [
                ops::truth(cx, row.get(6))?,
                ops::truth(cx, row.get(7))?,
                ops::truth(cx, row.get(8))?,
            ];
            ops::expect_str(cx, row.get(4), "make_encoder() argument 5")?;
            ops::expect_str(cx, row.get(5), "make_encoder() argument 6")?;
            let own: Ref<Encoder> = cx.alloc_instance(class, 0)?;
            own.markers.init(markers);
            own.default.init(row.get(1));
            own.encoder.init(row.get(2));
            own.indent.init(row.get(3));
            own.key_separator.init(row.get(4));
            own.item_separator.init(row.get(5));
            own.sort_keys.init(Value::bool(flags[0]));
            own.skipkeys.init(Value::bool(flags[1]));
            own.allow_nan.init(Value::bool(flags[2]));
            Ok(own.value())
        }
    )
}

fn call(cx: &Cx, v: Value, args: CallArgs) -> Res {
    crate::common::bind!(cx, "_iterencode", "(obj, _current_indent_level)", args, |row| {
        let own = this(v);
        let level = ops::index_isize(cx, row.get(1), &exception::OVERFLOW_ERROR)?;
        let quoting = quoting(own.encoder.or_none());
        let flag = |slot: &Slot| slot.get() == Some(Value::TRUE);
        let text = |slot: &Slot| slot.get().and_then(Value::as_str);
        let mut run = Run {
            cx,
            own,
            out: Builder::with_capacity(256),
            quoting,
            sort_keys: flag(&own.sort_keys),
            skipkeys: flag(&own.skipkeys),
            allow_nan: flag(&own.allow_nan),
            markers: own.markers.get().and_then(Value::downcast),
            indent: text(&own.indent),
            key_separator: text(&own.key_separator),
            item_separator: text(&own.item_separator),
        };
        run.value(row.get(0), level.max(0) as usize)?;
        let text = cx.str_from_buf(&run.out.finish())?;
        Ok(cx.new_tuple(&[text.value()])?.value())
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Quoting {
    Ascii,
    Plain,
    Call,
}

/// How strings are quoted by the encoder's `encoder`; this module's own functions are not called for it.
fn quoting(encoder: Value) -> Quoting {
    let Some(native) = encoder.downcast::<PyNative>() else { return Quoting::Call };
    let is = |function: native::NativeFn| core::ptr::fn_addr_eq(native.def().function, function);
    match (is(encode_basestring_ascii), is(encode_basestring)) {
        (true, _) => Quoting::Ascii,
        (_, true) => Quoting::Plain,
        _ => Quoting::Call,
    }
}

struct Run<'a> {
    cx: &'a Cx,
    own: Ref<Encoder>,
    out: Builder,
    quoting: Quoting,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    markers: Option<Ref<PyDict>>,
    indent: Option<Ref<PyStr>>,
    key_separator: Option<Ref<PyStr>>,
    item_separator: Option<Ref<PyStr>>,
}

impl Run<'_> {
    fn value(&mut self, v: Value, level: usize) -> Res<()> {
        let cx = self.cx;
        if v.is_none() {
            self.out.push_str("null");
            return Ok(());
        }
        if let Some(b) = v.as_bool() {
            self.out.push_str(if b { "true" } else { "false" });
            return Ok(());
        }
        if v.as_str().is_some() {
            return self.string(v);
        }
        if v.is_int() {
            return self.int(v);
        }
        if let Some(f) = v.as_float() {
            return self.float(v, f);
        }
        cx.check_native_stack()?;
        cx.poll();
        if v.downcast::<PyList>().is_some() || v.downcast::<PyTuple>().is_some() {
            return self.array(v, level);
        }
        if v.downcast::<PyDict>().is_some() {
            return self.object(v, level);
        }
        self.marked(v, |run| {
            let plain = ops::call(cx, run.own.default.or_none(), &[v])?;
            run.value(plain, level).map_err(|raised| noted(cx, raised, v, None))
        })
    }

    /// Runs `f` with `v` marked as being encoded.
    fn marked(&mut self, v: Value, f: impl FnOnce(&mut Self) -> Res<()>) -> Res<()> {
        let Some(markers) = self.markers else { return f(self) };
        let cx = self.cx;
        let id = cx.new_uint(v.word())?;
        if markers.get(cx, id)?.is_some() {
            return raise!(cx, VALUE_ERROR, "Circular reference detected");
        }
        markers.set(cx, id, v)?;
        f(self)?;
        markers.remove(cx, id)?;
        Ok(())
    }

    fn string(&mut self, v: Value) -> Res<()> {
        let cx = self.cx;
        match (self.quoting, v.as_str()) {
            (Quoting::Call, _) | (_, None) => {
                let quoted = ops::call(cx, self.own.encoder.or_none(), &[v])?;
                let Some(quoted) = quoted.as_str() else {
                    return raise!(
                        cx,
                        TYPE_ERROR,
                        "encoder() must return a string, not {}",
                        class_of(quoted).display_name()
                    );
                };
                self.out.push_units(quoted.text());
            }
            (quoting, Some(text)) => quote(&mut self.out, text.text(), quoting == Quoting::Ascii),
        }
        Ok(())
    }

    fn int(&mut self, v: Value) -> Res<()> {
        if let Some(n) = v.as_small() {
            self.out.push_int(n);
            return Ok(());
        }
        // Subclasses are written as ints, whatever their own repr.
        let text = match types::INT.get().slots.repr() {
            Some(repr) => repr(self.cx, v)?,
            None => ops::repr(self.cx, v)?.value(),
        };
        if let Some(text) = text.as_str() {
            self.out.push_units(text.text());
        }
        Ok(())
    }

    fn float(&mut self, v: Value, f: f64) -> Res<()> {
        if f.is_finite() {
            self.out.push_str(&orochi_num::dtoa::repr(f));
            return Ok(());
        }
        if !self.allow_nan {
            return raise!(
                self.cx,
                VALUE_ERROR,
                "Out of range float values are not JSON compliant: {}",
                ops::repr_text(self.cx, v)?
            );
        }
        self.out.push_str(if f.is_nan() {
            "NaN"
        } else if f > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        });
        Ok(())
    }

    fn new_line(&mut self, level: usize) {
        if let Some(indent) = self.indent {
            self.out.push_str("\n");
            for _ in 0..level {
                self.out.push_units(indent.text());
            }
        }
    }

    fn separator(&mut self, level: usize) {
        if let Some(separator) = self.item_separator {
            self.out.push_units(separator.text());
        }
        self.new_line(level);
    }

    fn array(&mut self, v: Value, level: usize) -> Res<()> {
        let cx = self.cx;
        // An exact list is read as it is now, also when encoding an item changes it.
        let list = v.downcast::<PyList>().filter(|_| is_exact(v, &types::LIST));
        let items = match list {
            Some(_) => cx.new_tuple(&[])?,
            None => ops::to_tuple(cx, v)?,
        };
        let item = |i: usize| list.map_or_else(|| items.get(i), |list| list.get(i));
        if item(0).is_none() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.marked(v, |run| {
            run.out.push_str("[");
            run.new_line(level + 1);
            let mut i = 0;
            while let Some(item) = item(i) {
                if i > 0 {
                    run.separator(level + 1);
                }
                run.value(item, level + 1)
                    .map_err(|raised| noted(cx, raised, v, Some(Value::int(i as i64))))?;
                i += 1;
            }
            run.new_line(level);
            run.out.push_str("]");
            Ok(())
        })
    }

    fn object(&mut self, v: Value, level: usize) -> Res<()> {
        let cx = self.cx;
        let dict = v.downcast::<PyDict>();
        if dict.is_some_and(Ref::<PyDict>::is_empty) {
            self.out.push_str("{}");
            return Ok(());
        }
        self.marked(v, |run| {
            run.out.push_str("{");
            let mut first = true;
            let exact = is_exact(v, &types::DICT) && !run.sort_keys;
            if let Some(dict) = dict.filter(|_| exact) {
                let pairs = dict.snapshot(cx)?;
                for pair in pairs.values().chunks_exact(2) {
                    run.member(v, pair[0], pair[1], &mut first, level + 1)?;
                }
            } else {
                let items = ops::call_method(cx, v, name!(cx, "items"), &[])?;
                let items = ops::to_list(cx, items)?;
                if run.sort_keys {
                    ops::call_method(cx, items.value(), name!(cx, "sort"), &[])?;
                }
                let mut i = 0;
                while let Some(item) = items.get(i) {
                    i += 1;
                    let Some([key, value]) = item.downcast::<PyTuple>().map(Ref::values) else {
                        return raise!(cx, VALUE_ERROR, "items must return 2-tuples");
                    };
                    run.member(v, *key, *value, &mut first, level + 1)?;
                }
            }
            if !first {
                run.new_line(level);
            }
            run.out.push_str("}");
            Ok(())
        })
    }

    fn member(
        &mut self,
        owner: Value,
        key: Value,
        value: Value,
        first: &mut bool,
        level: usize,
    ) -> Res<()> {
        let cx = self.cx;
        let text = if key.as_str().is_some() {
            key
        } else if let Some(b) = key.as_bool() {
            cx.new_str(if b { "true" } else { "false" })?.value()
        } else if key.is_none() {
            cx.new_str("null")?.value()
        } else if key.is_int() || key.is_float() {
            let mut inner = core::mem::take(&mut self.out);
            let result = match key.as_float() {
                Some(f) => self.float(key, f),
                None => self.int(key),
            };
            core::mem::swap(&mut inner, &mut self.out);
            result?;
            cx.str_from_buf(&inner.finish())?.value()
        } else if self.skipkeys {
            return Ok(());
        } else {
            return raise!(
                cx,
                TYPE_ERROR,
                "keys must be str, int, float, bool or None, not {}",
                class_of(key).display_name()
            );
        };
        if *first {
            *first = false;
            self.new_line(level);
        } else {
            self.separator(level);
        }
        self.string(text)?;
        if let Some(separator) = self.key_separator {
            self.out.push_units(separator.text());
        }
        self.value(value, level).map_err(|raised| noted(cx, raised, owner, Some(key)))
    }
}

/// Adds to an error where in the object it arose.
#[cold]
fn noted(cx: &Cx, raised: Raised, owner: Value, item: Option<Value>) -> Raised {
    if !raised.is(&exception::EXCEPTION) || raised.is(&exception::RECURSION_ERROR) {
        return raised;
    }
    let class = class_of(owner).display_name();
    let note = match item {
        Some(item) => match ops::repr_text(cx, item) {
            Ok(item) => format!("when serializing {class} item {item}"),
            Err(raised) => return raised,
        },
        None => format!("when serializing {class} object"),
    };
    let added = cx.new_str(&note).and_then(|note| {
        ops::call_method(cx, raised.value(), name!(cx, "add_note"), &[note.value()])
    });
    match added {
        Ok(_) => raised,
        Err(other) => other,
    }
}
