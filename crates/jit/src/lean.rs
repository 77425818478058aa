//! Instructions that are always done by a helper of their own, which gets the operands as they are: nothing of them need
//! be in the window.

use crate::emit::helper;
use orochi_bytecode::{Instr, Op};

/// What a helper gets.
#[derive(Clone, Copy)]
pub(crate) enum Operand {
    /// What is in this register.
    Word(u16),
    Number(u16),
}

/// The helper of such an instruction, and what it gets. It gives the result, or says that it is done.
pub(crate) fn lean(i: Instr) -> Option<(usize, Vec<Operand>)> {
    let (helper, registers) = match i.operation() {
        Op::GetSlice => (helper!(get_slice), vec![i.b, i.c, i.c + 1]),
        Op::GetStepped => (helper!(get_stepped), vec![i.b, i.c, i.c + 1, i.c + 2]),
        Op::SetSlice => (helper!(set_slice), vec![i.a, i.b, i.b + 1, i.c]),
        Op::SetItem => (helper!(set_item), vec![i.a, i.b, i.c]),
        Op::DelItem => (helper!(del_item), vec![i.a, i.b]),
        Op::SetAdd => (helper!(set_add), vec![i.a, i.b]),
        Op::MapAdd => (helper!(map_add), vec![i.a, i.b, i.c]),
        Op::FormatSimple => (helper!(format_simple), vec![i.b]),
        Op::FormatWithSpec => (helper!(format_with_spec), vec![i.b, i.c]),
        Op::GetAwaitable => {
            let operands = vec![Operand::Word(i.b), Operand::Number(i.c)];
            return Some((helper!(get_awaitable), operands));
        }
        _ => return None,
    };
    Some((helper, registers.into_iter().map(Operand::Word).collect()))
}
