//! What a future calls when it is done.
//!
//! The first callback and its context have slots of their own, as most futures have one only; further ones are in a list, each
//! followed by its context.

use crate::common::call_soon;
use crate::future::Future;
use orochi_object::prelude::*;

/// Has the loop call `callback` with the future: when it is done, or soon if it is done already.
pub(crate) fn add(
    cx: &Cx,
    future: Ref<Future>,
    event_loop: Value,
    callback: Value,
    context: Value,
) -> Res<()> {
    if !future.is_pending() {
        return call_soon(cx, event_loop, callback, Some(future.value()), context);
    }
    if let Some(list) = further(future) {
        return list.edit(cx, |edit| {
            edit.reserve(edit.len() + 2)?;
            edit.push(callback)?;
            edit.push(context)
        });
    }
    if future.callback.is_unset() {
        future.callback_context.set(cx, future, context);
        future.callback.set(cx, future, callback);
        return Ok(());
    }
    let list = cx.new_list(&[callback, context])?;
    future.callbacks.set(cx, future, list.value());
    Ok(())
}

fn further(future: Ref<Future>) -> Option<Ref<PyList>> {
    future.callbacks.get().and_then(Value::downcast::<PyList>)
}

/// Has the loop call all callbacks soon; they are called once.
pub(crate) fn schedule(cx: &Cx, future: Ref<Future>, event_loop: Value) -> Res<()> {
    let more = future.callbacks.take().and_then(Value::downcast::<PyList>);
    if let Some(callback) = future.callback.take() {
        let context = future.callback_context.take().unwrap_or(Value::NONE);
        call_soon(cx, event_loop, callback, Some(future.value()), context)?;
    }
    if let Some(list) = more {
        let all = list.snapshot(cx)?;
        for pair in all.values().chunks_exact(2) {
            call_soon(cx, event_loop, pair[0], Some(future.value()), pair[1])?;
        }
    }
    Ok(())
}

/// All callbacks, each followed by its context.
fn all(cx: &Cx, future: Ref<Future>) -> Res<Ref<PyList>> {
    let found = cx.new_list(&[])?;
    if let Some(callback) = future.callback.get() {
        found.push(cx, callback)?;
        found.push(cx, future.callback_context.or_none())?;
    }
    if let Some(list) = further(future) {
        let more = list.snapshot(cx)?;
        more.values().iter().try_for_each(|v| found.push(cx, *v))?;
    }
    Ok(found)
}

/// Takes out every callback that equals `callback`; gives how many those were.
pub(crate) fn remove(cx: &Cx, future: Ref<Future>, callback: Value) -> Res<i64> {
    let before = all(cx, future)?.snapshot(cx)?;
    let left = cx.new_list(&[])?;
    let mut removed = 0;
    for pair in before.values().chunks_exact(2) {
        if ops::eq(cx, pair[0], callback)? {
            removed += 1;
        } else {
            left.push(cx, pair[0])?;
            left.push(cx, pair[1])?;
        }
    }
    if removed != 0 {
        future.callback.clear();
        future.callback_context.clear();
        future.callbacks.set(cx, future, left.value());
    }
    Ok(removed)
}

/// The attribute `_callbacks`: a list of pairs, `None` if there are none.
pub(crate) fn shown(cx: &Cx, future: Ref<Future>) -> Res {
    let all = all(cx, future)?.snapshot(cx)?;
    if all.values().is_empty() {
        return Ok(Value::NONE);
    }
    let pairs = cx.new_list(&[])?;
    for pair in all.values().chunks_exact(2) {
        pairs.push(cx, cx.new_tuple(pair)?.value())?;
    }
    Ok(pairs.value())
}
