//! Audit hooks.

use core::sync::atomic::{AtomicBool, Ordering};
use orochi_object::collector::Root;
use orochi_object::prelude::*;

static ACTIVE: AtomicBool = AtomicBool::new(false);
static HOOKS: Root = Root::new();

/// Raises an audit event. Costs one load where no hook is installed.
///
/// # Errors
/// What a hook raises.
#[inline]
pub fn audit(cx: &Cx, event: &str, args: &[Value]) -> Res<()> {
    if !ACTIVE.load(Ordering::Relaxed) {
        return Ok(());
    }
    let event = cx.new_str(event)?.value();
    let args = cx.new_tuple(args)?.value();
    run(cx, event, args)
}

fn run(cx: &Cx, event: Value, args: Value) -> Res<()> {
    let Some(hooks) = HOOKS.get().and_then(Value::downcast::<PyList>) else { return Ok(()) };
    for hook in hooks.snapshot(cx)?.values() {
        ops::call(cx, *hook, &[event, args])?;
    }
    Ok(())
}

pub(super) fn sys_audit(cx: &Cx, args: Args) -> Res {
    let event = args.get(0);
    if event.as_str().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "expected str for argument 'event', not {}",
            class_of(event).display_name()
        );
    }
    if ACTIVE.load(Ordering::Relaxed) {
        let rest = cx.new_tuple(args.rest(1))?.value();
        run(cx, event, rest)?;
    }
    Ok(Value::NONE)
}

pub(super) fn add_audit_hook(cx: &Cx, args: Args) -> Res {
    match audit(cx, "sys.addaudithook", &[]) {
        Ok(()) => {}
        Err(raised) if raised.is(&exception::EXCEPTION) => return Ok(Value::NONE),
        Err(raised) => return Err(raised),
    }
    let list = match HOOKS.get().and_then(Value::downcast::<PyList>) {
        Some(list) => list,
        None => {
            let list = cx.new_list(&[])?;
            HOOKS.set(list.value());
            list
        }
    };
    list.push(cx, args.get(0))?;
    ACTIVE.store(true, Ordering::Release);
    Ok(Value::NONE)
}
