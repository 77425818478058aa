//! Instructions that are always done by a helper of their own, which gets the operands as they are: nothing of them need
//! be in the window but groups.

use crate::emit::helper;
use orochi_bytecode::{Instr, Op};

/// What a helper gets.
#[derive(Clone, Copy)]
pub(crate) enum Operand {
    /// What is in this register.
    Word(u16),
    Number(i64),
    /// The running frame.
    Frame,
    /// So many registers from the first on: where they lie in the window, and how many they are.
    Group(u16, u16),
}

/// The helper of such an instruction, and what it gets. It gives the result, or says that it is done.
pub(crate) fn lean(i: Instr) -> Option<(usize, Vec<Operand>)> {
    let group = |n: u16| vec![Operand::Group(i.b, n)];
    let words = |registers: &[u16]| registers.iter().map(|r| Operand::Word(*r)).collect();
    Some(match i.operation() {
        Op::GetSlice => (helper!(get_slice), words(&[i.b, i.c, i.c + 1])),
        Op::GetStepped => (helper!(get_stepped), words(&[i.b, i.c, i.c + 1, i.c + 2])),
        Op::SetSlice => (helper!(set_slice), words(&[i.a, i.b, i.b + 1, i.c])),
        Op::SetItem => (helper!(set_item), words(&[i.a, i.b, i.c])),
        Op::DelItem => (helper!(del_item), words(&[i.a, i.b])),
        Op::ListAppend => (helper!(list_append), words(&[i.a, i.b])),
        Op::SetAdd => (helper!(set_add), words(&[i.a, i.b])),
        Op::MapAdd => (helper!(map_add), words(&[i.a, i.b, i.c])),
        Op::BuildTuple => (helper!(build_tuple), group(i.c)),
        Op::BuildList => (helper!(build_list), group(i.c)),
        Op::BuildSet => (helper!(build_set), group(i.c)),
        Op::BuildMap => (helper!(build_map), group(i.c * 2)),
        Op::BuildString => (helper!(build_string), group(i.c)),
        Op::FormatSimple => (helper!(format_simple), words(&[i.b])),
        Op::FormatWithSpec => (helper!(format_with_spec), words(&[i.b, i.c])),
        Op::NewCell => (helper!(new_cell), Vec::new()),
        Op::MakeFunction => {
            (helper!(make_function), vec![Operand::Frame, Operand::Number(i64::from(i.bc()))])
        }
        Op::GetAwaitable => {
            let operands = vec![Operand::Word(i.b), Operand::Number(i64::from(i.c))];
            (helper!(get_awaitable), operands)
        }
        _ => return None,
    })
}
