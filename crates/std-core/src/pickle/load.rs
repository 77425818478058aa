//! A pickle of plain data back into the data.

use super::op;
use orochi_builtins::bytes_like::bytes_like;
use orochi_num::bytes::from_bytes;
use orochi_object::prelude::*;

/// Why a pickle is not read here: an opcode that makes something else, or a mistake in it.
struct GivesUp;

impl From<Raised> for GivesUp {
    fn from(_: Raised) -> GivesUp {
        GivesUp
    }
}

pub(super) fn loads(cx: &Cx, args: Args) -> Res {
    // Nobody else may write to what is read.
    if !is_exact(args.get(0), &types::BYTES) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let data = bytes_like(cx, args.get(0))?;
    let kept = cx.new_list(&[])?;
    let mut load = Load {
        cx,
        data: &data,
        at: 0,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: Vec::new(),
        kept,
    };
    Ok(load.all().unwrap_or(Value::NOT_IMPLEMENTED))
}

struct Load<'a> {
    cx: &'a Cx,
    data: &'a [u8],
    at: usize,
    /// Everything made stands in `kept` as well, where the collector sees it; the same holds for `memo`.
    stack: Vec<Value>,
    marks: Vec<usize>,
    memo: Vec<Value>,
    kept: Ref<PyList>,
}

impl Load<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8], GivesUp> {
        let end = self.at.checked_add(count).ok_or(GivesUp)?;
        let found = self.data.get(self.at..end).ok_or(GivesUp)?;
        self.at = end;
        Ok(found)
    }

    /// A number of so many bytes.
    fn number(&mut self, width: usize) -> Result<usize, GivesUp> {
        let bytes = self.take(width)?;
        Ok(bytes.iter().rev().fold(0, |n, b| n << 8 | usize::from(*b)))
    }

    fn pop(&mut self) -> Result<Value, GivesUp> {
        if self.marks.last().is_some_and(|mark| *mark >= self.stack.len()) {
            return Err(GivesUp);
        }
        self.stack.pop().ok_or(GivesUp)
    }

    fn push_made(&mut self, v: Value) -> Result<(), GivesUp> {
        self.kept.push(self.cx, v)?;
        self.stack.push(v);
        Ok(())
    }

    /// Where the items since the last mark begin.
    fn mark(&mut self) -> Result<usize, GivesUp> {
        self.marks.pop().ok_or(GivesUp)
    }

    fn memoize(&mut self, number: usize) -> Result<(), GivesUp> {
        let top = *self.stack.last().ok_or(GivesUp)?;
        // Numbers come in order; others are for the Python code.
        if number != self.memo.len() {
            return Err(GivesUp);
        }
        self.memo.push(top);
        Ok(())
    }

    fn all(&mut self) -> Result<Value, GivesUp> {
        loop {
            let opcode = self.take(1)?[0];
            if opcode == op::STOP {
                return self.pop();
            }
            self.step(opcode)?;
        }
    }

    fn step(&mut self, opcode: u8) -> Result<(), GivesUp> {
        let cx = self.cx;
        match opcode {
            op::PROTO => {
                if self.number(1)? > 5 {
                    return Err(GivesUp);
                }
            }
            op::FRAME => {
                let length = self.number(8)?;
                if length > self.data.len() - self.at {
                    return Err(GivesUp);
                }
            }
            op::NONE => self.stack.push(Value::NONE),
            op::TRUE => self.stack.push(Value::TRUE),
            op::FALSE => self.stack.push(Value::FALSE),
            op::INT1 => self.small(1)?,
            op::INT2 => self.small(2)?,
            op::INT4 => {
                let n = self.number(4)? as u32 as i32;
                self.stack.push(Value::int(i64::from(n)));
            }
            op::LONG1 => self.long(1)?,
            op::LONG4 => self.long(4)?,
            op::FLOAT => {
                let mut bytes = [0; 8];
                bytes.copy_from_slice(self.take(8)?);
                let made = cx.new_float(f64::from_be_bytes(bytes))?;
                self.push_made(made)?;
            }
            op::UNICODE1 => self.text(1)?,
            op::UNICODE => self.text(4)?,
            op::UNICODE8 => self.text(8)?,
            op::BYTES1 => self.bytes(1)?,
            op::BYTES => self.bytes(4)?,
            op::BYTES8 => self.bytes(8)?,
            op::BYTEARRAY8 => {
                let length = self.number(8)?;
                let data = self.take(length)?;
                let made = orochi_builtins::bytearray::new_bytearray(cx, data)?.value();
                self.push_made(made)?;
            }
            op::MARK => self.marks.push(self.stack.len()),
            op::POP => {
                self.pop()?;
            }
            op::POP_MARK => {
                let mark = self.mark()?;
                self.stack.truncate(mark);
            }
            op::MEMOIZE => self.memoize(self.memo.len())?,
            op::PUT1 => {
                let number = self.number(1)?;
                self.memoize(number)?;
            }
            op::PUT4 => {
                let number = self.number(4)?;
                self.memoize(number)?;
            }
            op::GET1 => self.get(1)?,
            op::GET4 => self.get(4)?,
            _ => self.container(opcode)?,
        }
        Ok(())
    }

    fn container(&mut self, opcode: u8) -> Result<(), GivesUp> {
        let cx = self.cx;
        cx.poll();
        match opcode {
            op::EMPTY_TUPLE => self.push_made(cx.new_tuple(&[])?.value())?,
            op::TUPLE1..=op::TUPLE3 => {
                let count = usize::from(opcode - op::TUPLE1) + 1;
                let start = self.stack.len().checked_sub(count).ok_or(GivesUp)?;
                if self.marks.last().is_some_and(|mark| *mark > start) {
                    return Err(GivesUp);
                }
                self.tuple(start)?;
            }
            op::TUPLE => {
                let start = self.mark()?;
                self.tuple(start)?;
            }
            op::EMPTY_LIST => self.push_made(cx.new_list(&[])?.value())?,
            op::EMPTY_DICT => self.push_made(cx.new_dict()?.value())?,
            op::EMPTY_SET => self.push_made(cx.new_set(types::SET.get())?.value())?,
            op::APPEND => {
                let item = self.pop()?;
                self.top::<PyList>()?.push(cx, item)?;
            }
            op::APPENDS => {
                let start = self.mark()?;
                let list = self.below::<PyList>(start)?;
                let items = &self.stack[start..];
                list.edit(cx, |list| list.splice(list.len(), list.len(), items))?;
                self.stack.truncate(start);
            }
            op::SETITEM => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.top::<PyDict>()?.set(cx, key, value)?;
            }
            op::SETITEMS => {
                let start = self.mark()?;
                let dict = self.below::<PyDict>(start)?;
                let items = &self.stack[start..];
                if items.len() % 2 != 0 {
                    return Err(GivesUp);
                }
                dict.reserve(cx, items.len() / 2)?;
                dict.set_pairs(cx, items)?;
                self.stack.truncate(start);
            }
            op::ADDITEMS => {
                let start = self.mark()?;
                let set = self.below::<PySet>(start)?;
                for item in &self.stack[start..] {
                    set.add(cx, *item)?;
                }
                self.stack.truncate(start);
            }
            op::FROZENSET => {
                let start = self.mark()?;
                let set = cx.new_set(types::FROZENSET.get())?;
                for item in &self.stack[start..] {
                    set.add(cx, *item)?;
                }
                self.stack.truncate(start);
                self.push_made(set.value())?;
            }
            _ => return Err(GivesUp),
        }
        Ok(())
    }

    fn small(&mut self, width: usize) -> Result<(), GivesUp> {
        let n = self.number(width)?;
        self.stack.push(Value::int(n as i64));
        Ok(())
    }

    fn long(&mut self, width: usize) -> Result<(), GivesUp> {
        let length = self.number(width)?;
        let n = from_bytes(self.take(length)?, true, true);
        let made = self.cx.int_from_big(&n)?;
        self.push_made(made)
    }

    fn text(&mut self, width: usize) -> Result<(), GivesUp> {
        let length = self.number(width)?;
        let cx = self.cx;
        // Lone surrogates are left to the Python code.
        let text = core::str::from_utf8(self.take(length)?).map_err(|_| GivesUp)?;
        let made = cx.new_str(text)?.value();
        self.push_made(made)
    }

    fn bytes(&mut self, width: usize) -> Result<(), GivesUp> {
        let length = self.number(width)?;
        let cx = self.cx;
        let made = cx.new_bytes(self.take(length)?)?.value();
        self.push_made(made)
    }

    fn get(&mut self, width: usize) -> Result<(), GivesUp> {
        let number = self.number(width)?;
        let found = *self.memo.get(number).ok_or(GivesUp)?;
        self.stack.push(found);
        Ok(())
    }

    fn tuple(&mut self, start: usize) -> Result<(), GivesUp> {
        let made = self.cx.new_tuple(&self.stack[start..])?.value();
        self.stack.truncate(start);
        self.push_made(made)
    }

    /// The container at the top of the stack.
    fn top<T: Object>(&self) -> Result<Ref<T>, GivesUp> {
        self.below(self.stack.len())
    }

    /// The container just below a place of the stack, which no mark separates from it.
    fn below<T: Object>(&self, place: usize) -> Result<Ref<T>, GivesUp> {
        let at = place.checked_sub(1).ok_or(GivesUp)?;
        if self.marks.last().is_some_and(|mark| *mark > at) {
            return Err(GivesUp);
        }
        self.stack.get(at).and_then(|v| v.downcast()).ok_or(GivesUp)
    }
}
