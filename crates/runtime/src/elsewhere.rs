//! Frames of other threads: copies, made while the world stands still.
//!
//! Only a frame's own thread follows its record (`pyframe`, rule 1). What others are shown are frame objects of their own that
//! look like left ones: code, function, last instruction and callers as they were at the stop, no locals.

use crate::frame::{Frame, Vm};
use crate::pyframe::PyFrame;
use orochi_object::collector::cx_of;
use orochi_object::list::Array;
use orochi_object::prelude::*;

/// Cells of a thread's head in what [`gather`] finds: its identity and how many frames follow.
const HEAD: usize = 2;
/// Cells of a frame: code, function, globals, last instruction.
const FRAME: usize = 4;

/// The frames of a thread that stands still, the innermost first.
fn frames(other: &Cx) -> impl Iterator<Item = &Frame> {
    let running = !other.interp.get().is_null();
    let first = if running { Vm::of(other).fp.get() } else { core::ptr::null_mut() };
    // SAFETY: linked records of a thread that stands still; null at the bottom.
    core::iter::successors(unsafe { first.as_ref() }, |frame| unsafe { frame.prev.as_ref() })
}

/// Whether the object belongs to this frame.
fn is_of(frame: &Frame, object: &PyFrame) -> bool {
    frame.frame_object.is_some_and(|own| core::ptr::eq(&raw const *own, object))
}

/// The frames of all other threads, or the callers of one of those only.
fn gather(cx: &Cx, callers_of: Option<&PyFrame>) -> Res<(Ref<Array>, usize)> {
    let mut room = 1024;
    loop {
        let array = Array::new(cx, room)?;
        let cells = array.cells();
        let wanted = cx.mutator.stop_the_world(|world| {
            let mut wanted = 0;
            world.for_each_mutator(|mutator| {
                let other = cx_of(mutator);
                if core::ptr::eq(other, cx) {
                    return;
                }
                let own = match callers_of {
                    None => 0,
                    Some(object) => match frames(other).position(|frame| is_of(frame, object)) {
                        Some(at) => at + 1,
                        None => return,
                    },
                };
                let count = frames(other).skip(own).count();
                let start = wanted;
                wanted += HEAD + FRAME * count;
                if wanted > room || count == 0 {
                    return;
                }
                let ident = Value::small(other.ident.get() as i64).unwrap_or(Value::int(0));
                cells[start].init(ident);
                cells[start + 1].init(Value::int(count as i64));
                let places = cells[start + HEAD..].chunks_exact(FRAME);
                for (place, frame) in places.zip(frames(other).skip(own)) {
                    place[0].set(cx, array, frame.code.value());
                    place[1].set(cx, array, Ref::value(frame.function));
                    place[2].set(cx, array, frame.globals.value());
                    place[3].init(Value::int(i64::from(frame.current())));
                }
            });
            wanted
        });
        if wanted <= room {
            return Ok((array, wanted));
        }
        // Threads go on between two stops.
        room = wanted * 2;
    }
}

/// Calls `f` with the identity of each thread that was found and the innermost frame of it.
fn each_thread(
    cx: &Cx,
    (array, len): (Ref<Array>, usize),
    f: &mut dyn FnMut(i64, Ref<PyFrame>) -> Res<()>,
) -> Res<()> {
    let number = |at: usize| array.cells()[at].get().and_then(Value::as_small).unwrap_or(0);
    let mut at = 0;
    while at + HEAD <= len {
        let count = number(at + 1) as usize;
        let first = at + HEAD;
        let mut callee: Option<Ref<PyFrame>> = None;
        for i in (0..count).rev() {
            callee = Some(copy(cx, array, first + i * FRAME, callee)?);
        }
        if let Some(innermost) = callee {
            f(number(at), innermost)?;
        }
        at = first + count * FRAME;
    }
    Ok(())
}

fn copy(cx: &Cx, array: Ref<Array>, at: usize, caller: Option<Ref<PyFrame>>) -> Res<Ref<PyFrame>> {
    let object: Ref<PyFrame> = cx.alloc_instance(types::FRAME.get(), 0)?;
    let cells = &array.cells()[at..at + FRAME];
    for (to, from) in
        [&object.code, &object.function, &object.globals, &object.lasti].iter().zip(cells)
    {
        to.init_opt(from.get());
    }
    object.back.init_opt(caller.map(Ref::value));
    Ok(object)
}

/// Calls `f` with the identity and the innermost frame of each other thread that runs Python code.
pub fn innermost(cx: &Cx, f: &mut dyn FnMut(i64, Ref<PyFrame>) -> Res<()>) -> Res<()> {
    let found = gather(cx, None)?;
    each_thread(cx, found, f)
}

/// The caller of a frame that another thread runs.
pub fn caller(cx: &Cx, object: &PyFrame) -> Res<Option<Ref<PyFrame>>> {
    let found = gather(cx, Some(object))?;
    let mut caller = None;
    each_thread(cx, found, &mut |_, frame| {
        caller = Some(frame);
        Ok(())
    })?;
    Ok(caller)
}

/// The instruction that a frame is at which another thread runs.
pub fn lasti(cx: &Cx, object: &PyFrame) -> Option<u32> {
    cx.mutator.stop_the_world(|world| {
        let mut found = None;
        world.for_each_mutator(|mutator| {
            let other = cx_of(mutator);
            if let Some(frame) = frames(other).find(|frame| is_of(frame, object)) {
                found = Some(frame.current());
            }
        });
        found
    })
}
