//! Leaving frames: returns with something to do, exceptions on their way to a handler.

use orochi_bytecode::{CodeUnit, Op};
use orochi_object::exception::PyException;
use orochi_object::prelude::*;
use orochi_runtime::frame::{Frame, Vm, ret};
use orochi_runtime::generator::state;
use orochi_runtime::traceback::PyTraceback;
use orochi_runtime::{pyframe, traceback};

/// Where an exception went.
pub(crate) enum Unwound {
    /// The running frame goes on at a handler.
    Handled,
    /// It left the entry frame.
    Exit(Raised),
}

/// Pops the running frame: what every way out of it does.
pub(crate) fn pop(cx: &Cx, vm: &Vm, fp: *mut Frame) {
    // SAFETY: the running frame.
    let frame = unsafe { &mut *fp };
    if frame.flags & ret::TOUCHED != 0 {
        pyframe::detach(cx, frame, true);
    }
    if frame.flags & ret::EDGE_OF_CLEAN != 0 {
        vm.enter_clean(frame);
    }
    if frame.flags & ret::CHUNK != 0 {
        vm.drop_window_chunk(cx, frame.saved_limit());
    }
    if let Some(generator) = frame.generator {
        cx.handled.init_opt(frame.saved_handled);
        generator.handled.clear();
        generator.delegate.clear();
        // SAFETY: the generator is live; its window was written without barriers.
        unsafe { cx.mutator.remember(generator.header_ptr()) };
        generator.stop_running(state::DONE);
        cx.mutator.unregister_last(generator.header_ptr());
    }
    vm.fp.set(frame.prev);
}

/// Returns `value` from the running frame, which has flags. `Some`: the loop was entered for this
/// frame and ends with that value; `None`: the caller goes on.
///
/// # Errors
/// TypeError if `__init__` returned something; the caller's frame is running then.
#[inline(never)]
pub(crate) fn leave(cx: &Cx, vm: &Vm, fp: *mut Frame, value: Value) -> Res<Option<Value>> {
    // SAFETY: the running frame.
    let (flags, dst, instance, is_generator) = unsafe {
        ((*fp).flags, (*fp).dst as usize, (*fp).instance as usize, (*fp).generator.is_some())
    };
    if flags & ret::TRACED != 0 {
        crate::trace::returning(cx, vm, fp, value)?;
    }
    pop(cx, vm, fp);
    if flags & ret::ENTRY != 0 {
        return Ok(Some(value));
    }
    // SAFETY: a frame without ENTRY has a caller in this loop; its registers are in its window.
    unsafe {
        let caller = vm.fp.get();
        let base = (*caller).base;
        if is_generator {
            crate::trace::exhausted(cx, vm, caller, value)?;
            crate::generators::finished(&mut *caller, dst, value);
        } else if flags & ret::INIT != 0 {
            check_init(cx, value)?;
            *base.add(dst) = *base.add(instance);
        } else {
            *base.add(dst) = value.word();
        }
    }
    Ok(None)
}

/// What `__init__` may return.
///
/// # Errors
/// TypeError if that is not None.
pub(crate) fn check_init(cx: &Cx, value: Value) -> Res<()> {
    if value.is_none() {
        return Ok(());
    }
    raise!(
        cx,
        TYPE_ERROR,
        "__init__() should return None, not '{}'",
        class_of(value).display_name()
    )
}

/// Takes an exception that was raised in the running frame through frames until a handler is found or the entry frame is
/// left. `again`: the frame has an entry in the traceback already.
#[cold]
#[inline(never)]
pub(crate) fn unwind(cx: &Cx, vm: &Vm, raised: Raised, again: bool) -> Unwound {
    let fresh = raised.exception();
    if !again
        && fresh.traceback.is_unset()
        && fresh.context.is_unset()
        && let Some(handled) = cx.handled.get()
    {
        fresh.set_context(cx, handled);
    }
    find_handler(cx, vm, raised, again)
}

/// As [`unwind`], for an exception thrown into the running frame: the context that it has is left as it is.
pub(crate) fn find_handler(cx: &Cx, vm: &Vm, raised: Raised, again: bool) -> Unwound {
    let mut raised = raised;
    let mut again = again;
    loop {
        let fp = vm.fp.get();
        let exception = raised.exception();
        // SAFETY: the running frame.
        let traced = unsafe { (*fp).flags } & ret::TRACED != 0;
        if !again {
            traceback::add_here(cx, exception, fp);
            if traced {
                raised = crate::trace::raising(cx, vm, fp, raised);
            }
        }
        if traced && again {
            raised = crate::monitor::reraised(cx, vm, fp, raised);
        }
        let exception = raised.exception();
        again = false;
        // SAFETY: the running frame.
        let frame = unsafe { &mut *fp };
        if let Some(handler) = frame.code.unit().handler_at(frame.current()) {
            note_departure(frame, handler.target);
            // SAFETY: the verifier has checked the table.
            unsafe {
                *frame.base.add(handler.reg as usize) = exception.value().word();
                frame.pc = frame.code.instrs().add(handler.target as usize);
            }
            if traced && let Err(other) = crate::monitor::handled(cx, vm, fp, raised) {
                // It comes from the first instruction of the handler.
                frame.pc = frame.pc.wrapping_add(1);
                raised = other;
                again = true;
                continue;
            }
            return Unwound::Handled;
        }
        if traced {
            raised = crate::trace::unwinding(cx, vm, fp, raised);
        }
        let entry = frame.flags & ret::ENTRY != 0;
        let from_generator = frame.generator.is_some();
        // What is thrown into one that was not started was raised by its caller.
        // SAFETY: the instruction at work is one of the code's.
        let op = unsafe { (*frame.code.instrs().add(frame.current() as usize)).op };
        let started = op != Op::ReturnGenerator as u16;
        if from_generator && started {
            raised = crate::generators::escaping(cx, frame.code, raised);
        }
        settle(frame, exception);
        pop(cx, vm, fp);
        if entry {
            return Unwound::Exit(raised);
        }
    }
}

/// Keeps in the frame object, whose `lasti` nobody reads while the frame runs, which instruction of an `except` or `finally` an
/// exception left: what it goes on to restores the handled exception and raises it again, and has no line.
fn note_departure(frame: &Frame, target: u32) {
    let Some(object) = frame.frame_object else { return };
    let code = frame.code.unit();
    if ends_with(code, frame.current() as usize) {
        return;
    }
    let leaves = code.instrs.get(target as usize).is_some_and(|to| to.op != Op::PushExc as u16);
    match leaves && frame.line() >= 0 {
        true => object.lasti.init(Value::int(i64::from(frame.current()))),
        false => object.lasti.clear(),
    }
}

/// Whether the instruction at `at` raises again what the `__exit__` of a `with` has let pass: that leaves it where it came from.
fn ends_with(code: &CodeUnit, at: usize) -> bool {
    let handler = code.instrs[..at].iter().rev();
    let mut marks = handler.filter_map(|i| match i.operation() {
        Op::PushExc => Some(false),
        Op::LoadExcTriple => Some(true),
        _ => None,
    });
    code.instrs[at].operation() == Op::Reraise && marks.next() == Some(true)
}

/// A frame that a re-raised exception leaves ends where it left the last handler, or where the exception came from: the
/// re-raising instruction has no line.
fn settle(frame: &mut Frame, exception: Ref<PyException>) {
    // SAFETY: the instruction at work is one of the code's.
    let op = unsafe { (*frame.code.instrs().add(frame.current() as usize)).op };
    if op != Op::Reraise as u16 || frame.line() >= 0 {
        return;
    }
    let noted = frame.frame_object.and_then(|object| object.lasti.get()).and_then(Value::as_small);
    let tb = exception.traceback.get().and_then(Value::downcast::<PyTraceback>);
    let tb = tb.filter(|tb| frame.frame_object == Some(tb.frame()));
    let Some(last) = noted.or(tb.map(|tb| i64::from(tb.lasti()))) else { return };
    if (last as usize) < frame.code.unit().instrs.len() {
        // SAFETY: one past an instruction of the code.
        frame.pc = unsafe { frame.code.instrs().add(last as usize + 1) };
    }
}

/// `raise value from cause`: the exception, with context and cause set.
pub(crate) fn raise(cx: &Cx, value: Value, cause: Option<Value>) -> Raised {
    match prepare(cx, value, cause) {
        Ok(exception) => {
            if let Some(handled) = cx.handled.get() {
                exception.set_context(cx, handled);
            }
            Raised::new(exception)
        }
        Err(raised) => raised,
    }
}

fn instantiate(cx: &Cx, value: Value, message: &str) -> Res<Ref<PyException>> {
    if let Some(exception) = value.downcast::<PyException>() {
        return Ok(exception);
    }
    if let Some(class) = value.downcast::<PyType>()
        && class.has_flag(flag::EXCEPTION)
    {
        let made = ops::call(cx, value, &[])?;
        if let Some(exception) = made.downcast::<PyException>() {
            return Ok(exception);
        }
        return raise!(
            cx,
            TYPE_ERROR,
            "calling {} should have returned an instance of BaseException, not {}",
            ops::repr_text(cx, value)?,
            class_of(made).display_name()
        );
    }
    raise!(cx, TYPE_ERROR, "{message}")
}

fn prepare(cx: &Cx, value: Value, cause: Option<Value>) -> Res<Ref<PyException>> {
    let exception = instantiate(cx, value, "exceptions must derive from BaseException")?;
    let Some(cause) = cause else { return Ok(exception) };
    if cause.is_none() {
        exception.cause.clear();
    } else {
        let cause = instantiate(cx, cause, "exception causes must derive from BaseException")?;
        exception.cause.set(cx, exception, cause.value());
    }
    exception.suppress.init(Value::TRUE);
    Ok(exception)
}

/// Whether an exception matches the class or tuple of an `except` clause.
pub(crate) fn matches(cx: &Cx, exception: Value, pattern: Value) -> Res<bool> {
    if let Some(class) = pattern.downcast::<PyType>()
        && class.has_flag(flag::EXCEPTION)
    {
        return Ok(class_of(exception).is_subtype(class));
    }
    check_catchable(cx, pattern)?;
    if let Some(tuple) = pattern.downcast::<PyTuple>() {
        let class = class_of(exception);
        return Ok(tuple
            .values()
            .iter()
            .any(|c| c.downcast::<PyType>().is_some_and(|c| class.is_subtype(c))));
    }
    Ok(false)
}

fn check_catchable(cx: &Cx, pattern: Value) -> Res<()> {
    let fine =
        |c: Value| c.downcast::<PyType>().is_some_and(|class| class.has_flag(flag::EXCEPTION));
    let all = match pattern.downcast::<PyTuple>() {
        Some(tuple) => tuple.values().iter().all(|c| fine(*c)),
        None => fine(pattern),
    };
    if all {
        return Ok(());
    }
    raise!(cx, TYPE_ERROR, "catching classes that do not inherit from BaseException is not allowed")
}

/// `except*`: the part of an exception (or group) that matches, and the rest.
pub(crate) fn split_group(
    cx: &Cx,
    fp: *mut Frame,
    exception: Value,
    pattern: Value,
) -> Res<(Value, Value)> {
    check_catchable(cx, pattern)?;
    let groups = exception::BASE_EXCEPTION_GROUP.get();
    let is_group = |c: Value| c.downcast::<PyType>().is_some_and(|class| class.is_subtype(groups));
    let catches_group = match pattern.downcast::<PyTuple>() {
        Some(tuple) => tuple.values().iter().any(|c| is_group(*c)),
        None => is_group(pattern),
    };
    if catches_group {
        return raise!(
            cx,
            TYPE_ERROR,
            "catching ExceptionGroup with except* is not allowed. Use except instead."
        );
    }
    if exception.is_none() {
        return Ok((Value::NONE, Value::NONE));
    }
    if matches(cx, exception, pattern)? {
        if ops::is_instance_of(exception, &exception::BASE_EXCEPTION_GROUP) {
            return Ok((exception, Value::NONE));
        }
        let message = orochi_object::intern::empty(cx)?.value();
        let parts = cx.new_tuple(&[exception])?.value();
        let group =
            ops::call(cx, exception::BASE_EXCEPTION_GROUP.get().value(), &[message, parts])?;
        // The group comes into being here.
        if let Some(made) = group.downcast::<PyException>() {
            traceback::add_here(cx, made, fp);
        }
        return Ok((group, Value::NONE));
    }
    if ops::is_instance_of(exception, &exception::BASE_EXCEPTION_GROUP) {
        let pair = ops::call_method(cx, exception, name!(cx, "split"), &[pattern])?;
        return match pair.downcast::<PyTuple>() {
            Some(pair) if pair.len() >= 2 => Ok((pair.values()[0], pair.values()[1])),
            Some(pair) => raise!(
                cx,
                TYPE_ERROR,
                "{}.split must return a 2-tuple, got tuple of size {}",
                class_of(exception).display_name(),
                pair.len()
            ),
            None => raise!(
                cx,
                TYPE_ERROR,
                "{}.split must return a tuple, not {}",
                class_of(exception).display_name(),
                class_of(pair).display_name()
            ),
        };
    }
    Ok((Value::NONE, exception))
}

/// What an `except*` statement raises in the end: None, or one exception made of the unhandled
/// parts of `original` and of those raised in its clauses.
pub(crate) fn prepare_reraise_star(cx: &Cx, original: Value, raised: Value) -> Res {
    let items = ops::to_tuple(cx, raised)?;
    let left: Vec<Value> = items.values().iter().copied().filter(|e| !e.is_none()).collect();
    if left.is_empty() {
        return Ok(Value::NONE);
    }
    if !ops::is_instance_of(original, &exception::BASE_EXCEPTION_GROUP) {
        // A naked exception was wrapped; one clause at most can have raised.
        return Ok(left[0]);
    }
    let metadata = |e: Value| {
        e.downcast::<PyException>().map(|e| (e.traceback.get(), e.cause.get(), e.context.get()))
    };
    let original_metadata = metadata(original);
    let (reraised, fresh): (Vec<Value>, Vec<Value>) =
        left.into_iter().partition(|e| metadata(*e) == original_metadata);
    let reraised =
        if reraised.is_empty() { None } else { Some(leaf_projection(cx, original, &reraised)?) };
    if fresh.is_empty() {
        return Ok(reraised.unwrap_or(Value::NONE));
    }
    let parts = cx.new_list(&fresh)?;
    if let Some(reraised) = reraised.filter(|e| !e.is_none()) {
        parts.push(cx, reraised)?;
    }
    if parts.len() == 1 {
        return Ok(parts.get(0).unwrap_or(Value::NONE));
    }
    let message = orochi_object::intern::empty(cx)?.value();
    ops::call(cx, exception::BASE_EXCEPTION_GROUP.get().value(), &[message, parts.value()])
}

/// The part of `group` whose leaves are those of `parts`, with its nesting.
fn leaf_projection(cx: &Cx, group: Value, parts: &[Value]) -> Res {
    let leaves = cx.new_set(types::SET.get())?;
    for part in parts {
        collect_leaves(cx, *part, leaves)?;
    }
    project(cx, group, leaves)
}

fn members(e: Value) -> Option<Ref<PyTuple>> {
    if !ops::is_instance_of(e, &exception::BASE_EXCEPTION_GROUP) {
        return None;
    }
    e.downcast::<PyException>()?.field(exception::field::GROUP_EXCS)?.downcast()
}

fn identity(cx: &Cx, e: Value) -> Res {
    cx.new_uint(e.word())
}

fn collect_leaves(cx: &Cx, e: Value, leaves: Ref<PySet>) -> Res<()> {
    cx.check_native_stack()?;
    match members(e) {
        Some(members) => {
            for member in members.values() {
                collect_leaves(cx, *member, leaves)?;
            }
        }
        None => {
            leaves.add(cx, identity(cx, e)?)?;
        }
    }
    Ok(())
}

fn project(cx: &Cx, e: Value, leaves: Ref<PySet>) -> Res {
    cx.check_native_stack()?;
    let Some(own) = members(e) else {
        let kept = leaves.contains(cx, identity(cx, e)?)?;
        return Ok(if kept { e } else { Value::NONE });
    };
    let kept = cx.new_list(&[])?;
    for member in own.values() {
        let part = project(cx, *member, leaves)?;
        if !part.is_none() {
            kept.push(cx, part)?;
        }
    }
    if kept.len() == 0 {
        return Ok(Value::NONE);
    }
    let derived = ops::call_method(cx, e, name!(cx, "derive"), &[kept.value()])?;
    if let (Some(to), Some(from)) = (derived.downcast::<PyException>(), e.downcast::<PyException>())
    {
        to.traceback.set_opt(cx, to, from.traceback.get());
        to.cause.set_opt(cx, to, from.cause.get());
        to.context.set_opt(cx, to, from.context.get());
        let notes = name!(cx, "__notes__");
        if let Some(list) = ops::getattr_opt(cx, e, notes)? {
            let copy = ops::to_list(cx, list)?;
            ops::setattr(cx, derived, notes, copy.value())?;
        }
    }
    Ok(derived)
}
