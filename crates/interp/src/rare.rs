//! The instructions that are rare, or long in themselves: run out of line, by the loop and by machine code.
//!
//! They do not jump, push no frames, and read and write the registers of the running frame only.

use crate::{
    attrs, build, classes, generators, globals, imports, iteration, pattern, slices, unwind,
};
use orochi_bytecode::{Instr, Op};
use orochi_object::exception::{PyException, end_memory_error};
use orochi_object::prelude::*;
use orochi_runtime::frame::Frame;

/// Runs instruction `i` of the running frame, whose `pc` has been saved.
///
/// # Errors
/// What the instruction raises; its destination is unchanged then.
#[inline(never)]
pub(crate) fn run(cx: &Cx, fp: *mut Frame, i: Instr) -> Res<()> {
    // SAFETY: of the whole function: `fp` is the running frame, `base` its window; the verifier has checked that
    // operands are registers of it, constants, names and sites that exist. Registers the table says are
    // read are bound.
    let frame = unsafe { &*fp };
    let (code, base) = (frame.code, frame.base);
    macro_rules! word {
        ($i:expr) => {
            // SAFETY: see above.
            unsafe { *base.add($i as usize) }
        };
    }
    macro_rules! val {
        ($i:expr) => {
            // SAFETY: see above; bound registers are not UNSET.
            unsafe { Value::from_word_unchecked(*base.add($i as usize)) }
        };
    }
    macro_rules! opt {
        ($i:expr) => {
            Value::from_word(word!($i))
        };
    }
    macro_rules! put_word {
        ($i:expr, $w:expr) => {{
            let word: u64 = $w;
            // SAFETY: see above.
            unsafe { *base.add($i as usize) = word }
        }};
    }
    macro_rules! put {
        ($i:expr, $v:expr) => {{
            let value: Value = $v;
            put_word!($i, value.word())
        }};
    }
    macro_rules! tri {
        ($e:expr) => {
            $e?
        };
    }
    let op = i.operation();
    match op {
        Op::LoadCommon => put!(i.a, classes::common(i.b)),
        Op::NewCell => put!(i.a, tri!(cx.new_cell(None)).value()),
        Op::MakeCell => {
            let cell = tri!(cx.new_cell(opt!(i.b)));
            put_word!(i.b, 0);
            put!(i.a, cell.value())
        }
        Op::CopyFree => {
            let function = frame.function;
            if let Some(cells) = function.closure.get().and_then(Value::downcast::<PyTuple>) {
                for (n, cell) in cells.values().iter().take(i.c as usize).enumerate() {
                    put!(i.a as usize + n, *cell)
                }
            }
        }
        Op::DelDeref => {
            if globals::cell_content(val!(i.a)).is_none() {
                return Err(globals::empty_cell(cx, code, i.a, i.c));
            }
            globals::store_cell(cx, val!(i.a), None)
        }
        Op::LoadFromDictOrDeref => {
            let (cell, map) = (val!(i.a), val!(i.b));
            put!(i.a, tri!(globals::from_dict_or_deref(cx, code, map, cell, i.c)))
        }
        Op::StoreGlobal => {
            tri!(globals::store_global(cx, fp, i.c as usize, val!(i.b)))
        }
        Op::DelGlobal => {
            tri!(globals::del_global(cx, fp, i.c as usize))
        }
        Op::LoadName => {
            put!(i.a, tri!(globals::load_name(cx, fp, i.c as usize)))
        }
        Op::StoreName => {
            tri!(globals::store_name(cx, fp, i.c as usize, val!(i.b)))
        }
        Op::DelName => {
            tri!(globals::del_name(cx, fp, i.c as usize))
        }
        Op::LoadFromDictOrGlobals => {
            let map = val!(i.b);
            put!(i.a, tri!(globals::from_dict_or_globals(cx, fp, map, i.c as usize)))
        }
        Op::LoadLocals => {
            put!(i.a, tri!(globals::load_locals(cx, fp)))
        }
        Op::DelAttr => {
            tri!(ops::delattr(cx, val!(i.a), code.site_name(i.c as usize)))
        }
        Op::LoadSuperAttr | Op::LoadSuperMethod => {
            let parts = [val!(i.b), val!(i.b + 1), val!(i.b + 2)];
            let method = op == Op::LoadSuperMethod;
            let (value, receiver) = tri!(attrs::load_super(cx, code, parts, i.c as usize, method));
            put!(i.a, value);
            if method {
                put_word!(i.a + 1, receiver.map_or(0, Value::word))
            }
        }
        Op::Pos => {
            put!(i.a, tri!(ops::positive(cx, val!(i.b))))
        }
        Op::Invert => {
            put!(i.a, tri!(ops::invert(cx, val!(i.b))))
        }
        Op::DelItem => {
            tri!(build::del_item(cx, val!(i.a), val!(i.b)))
        }
        Op::GetSlice => {
            put!(i.a, tri!(slices::get(cx, val!(i.b), val!(i.c), val!(i.c + 1))))
        }
        Op::GetStepped => {
            let parts = [val!(i.c), val!(i.c + 1), val!(i.c + 2)];
            put!(i.a, tri!(slices::get_stepped(cx, val!(i.b), parts)))
        }
        Op::SetSlice => {
            tri!(slices::set(cx, val!(i.a), val!(i.b), val!(i.b + 1), val!(i.c)))
        }
        Op::BuildSlice => {
            let slice = tri!(cx.new_slice(val!(i.b), val!(i.b + 1), val!(i.b + 2)));
            put!(i.a, slice.value())
        }
        Op::BuildSet => {
            put!(i.a, tri!(build::set(cx, build::row(base, i.b, i.c))))
        }
        Op::BuildMap => {
            put!(i.a, tri!(build::map(cx, build::row(base, i.b, i.c * 2))))
        }
        Op::BuildString => {
            put!(i.a, tri!(build::string(cx, build::row(base, i.b, i.c))))
        }
        Op::ListExtend => {
            tri!(build::list_extend(cx, val!(i.a), val!(i.b)))
        }
        Op::ListToTuple => put!(i.a, tri!(build::list_to_tuple(cx, val!(i.b)))),
        Op::SetAdd => {
            tri!(build::set_add(cx, val!(i.a), val!(i.b)))
        }
        Op::SetUpdate => {
            tri!(build::set_update(cx, val!(i.a), val!(i.b)))
        }
        Op::MapAdd => {
            tri!(build::map_add(cx, val!(i.a), val!(i.b), val!(i.c)))
        }
        Op::DictUpdate => {
            tri!(build::dict_update(cx, val!(i.a), val!(i.b)))
        }
        Op::DictMerge => {
            tri!(build::dict_merge(cx, val!(i.a), val!(i.b), val!(i.c)))
        }
        Op::UnpackSequence => {
            // SAFETY: the group lies within the window.
            let to = unsafe { base.add(i.a as usize) };
            tri!(iteration::unpack(cx, val!(i.b), i.c as usize, to))
        }
        Op::UnpackEx => {
            let (before, after) = ((i.c & 0xff) as usize, (i.c >> 8) as usize);
            // SAFETY: the group lies within the window.
            let to = unsafe { base.add(i.a as usize) };
            tri!(iteration::unpack_ex(cx, val!(i.b), before, after, to))
        }
        Op::GetYieldFromIter => {
            put!(i.a, tri!(generators::yield_from_iter(cx, code, val!(i.b))))
        }
        Op::GetAwaitable => {
            put!(i.a, tri!(generators::awaitable(cx, val!(i.b), i.c)))
        }
        Op::GetAIter => {
            put!(i.a, tri!(generators::async_iter(cx, val!(i.b))))
        }
        Op::GetANext => {
            put!(i.a, tri!(generators::async_next(cx, val!(i.b))))
        }
        Op::MakeFunction => {
            let code = code.consts()[i.bc() as usize];
            put!(i.a, tri!(classes::make_function(cx, fp, code)))
        }
        Op::SetFuncAttr => classes::set_function_field(cx, val!(i.a), val!(i.b), i.c),
        Op::LoadBuildClass => {
            put!(i.a, tri!(classes::build_class(cx, fp)))
        }
        Op::SetupAnnotations => {
            tri!(classes::setup_annotations(cx, fp))
        }
        Op::MakeTypeVar
        | Op::MakeTypeVarBound
        | Op::MakeTypeVarConstraints
        | Op::MakeParamSpec
        | Op::MakeTypeVarTuple
        | Op::SubscriptGeneric
        | Op::MakeTypeAlias => {
            put!(i.a, tri!(classes::typing(cx, op, base, i)))
        }
        Op::SetTypeParamDefault => {
            tri!(classes::set_type_param_default(cx, val!(i.a), val!(i.b)))
        }
        Op::SetTypeParams => classes::set_type_params(cx, val!(i.a), val!(i.b)),
        Op::PushExc => {
            let exception = val!(i.b);
            put!(i.a, cx.handled.or_none());
            cx.handled.init(exception)
        }
        Op::PopExc => {
            let handled = cx.handled.get();
            cx.handled.init_opt(val!(i.a).non_none());
            if let Some(handled) = handled {
                end_memory_error(handled);
            }
        }
        Op::CheckEgMatch => {
            let (matching, rest) = tri!(unwind::split_group(cx, fp, val!(i.b), val!(i.c)));
            put!(i.a, matching);
            put!(i.a + 1, rest)
        }
        Op::PrepReraiseStar => {
            put!(i.a, tri!(unwind::prepare_reraise_star(cx, val!(i.b), val!(i.c))))
        }
        Op::LoadSpecial => {
            let (function, receiver) = tri!(classes::load_special(cx, val!(i.b), i.c));
            put!(i.a, function);
            put_word!(i.a + 1, receiver.map_or(0, Value::word))
        }
        Op::LoadExcTriple => {
            let exception = val!(i.b);
            let traceback = exception
                .downcast::<PyException>()
                .map_or(Value::NONE, |exception| exception.traceback.or_none());
            put!(i.a, class_of(exception).value());
            put!(i.a + 1, exception);
            put!(i.a + 2, traceback)
        }
        Op::FormatSimple => {
            put!(i.a, tri!(ops::format(cx, val!(i.b), None)).value())
        }
        Op::FormatWithSpec => {
            put!(i.a, tri!(build::format(cx, val!(i.b), val!(i.c))))
        }
        Op::ConvertValue => {
            put!(i.a, tri!(build::convert(cx, val!(i.b), i.c)))
        }
        Op::BuildInterpolation => {
            let row = [val!(i.b), val!(i.b + 1), val!(i.b + 2)];
            put!(i.a, tri!(build::interpolation(cx, row, i.c)))
        }
        Op::BuildTemplate => {
            put!(i.a, tri!((crate::hooks::hooks().template)(cx, val!(i.b), val!(i.c))))
        }
        Op::GetLen => {
            put!(i.a, Value::int(tri!(ops::len(cx, val!(i.b))) as i64))
        }
        Op::MatchKeys => {
            put!(i.a, tri!(pattern::keys(cx, val!(i.b), val!(i.c))))
        }
        Op::MatchClass => {
            let row = [val!(i.b), val!(i.b + 1), val!(i.b + 2)];
            put!(i.a, tri!(pattern::class(cx, row, i.c as usize)))
        }
        Op::ImportName => {
            let (level, fromlist) = (val!(i.b), val!(i.b + 1));
            let name = code.name(i.c as usize);
            put!(i.a, tri!(imports::import(cx, fp, name, fromlist, level)))
        }
        Op::ImportFrom => {
            let name = code.name(i.c as usize);
            put!(i.a, tri!(imports::import_from(cx, val!(i.b), name)))
        }
        Op::ImportStar => {
            tri!(imports::import_star(cx, fp, val!(i.a)))
        }
        Op::PrintExpr => {
            tri!(imports::print_expr(cx, val!(i.a)))
        }
        _ => unreachable!("{} is not run out of line", op.name()),
    }
    Ok(())
}
