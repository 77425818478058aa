//! Jumps of a traced frame to another line (`frame.f_lineno = n`).
//!
//! A jump is safe if every temporary register that the code at the target reads before writing has,
//! at the source, a value from a definition that may also reach the target: then it is of the kind
//! the code expects. Variables that are unbound become None.

use crate::code::line_runs;
use orochi_bytecode::{CodeUnit, Effect, Op, effects};
use orochi_object::prelude::*;
use orochi_runtime::frame::Frame;
use orochi_runtime::pyframe::PyFrame;

/// Sends the running frame, whose record is `record`, to `line`.
pub(crate) fn jump(cx: &Cx, own: Ref<PyFrame>, record: *mut Frame, line: i32) -> Res<()> {
    let code = own.code();
    let unit = code.unit();
    if line < unit.firstlineno as i32 {
        return raise!(cx, VALUE_ERROR, "line {line} comes before the current code block");
    }
    // SAFETY: a running frame of this thread, which is inside its trace function.
    let frame = unsafe { &mut *record };
    let source = frame.current() as usize;
    let starts: Vec<(usize, i32)> = line_runs(unit)
        .into_iter()
        .map(|(start, _, line)| (start as usize, line))
        .filter(|(_, at)| *at >= line)
        .collect();
    let Some(nearest) = starts.iter().map(|(_, line)| *line).min() else {
        return raise!(cx, VALUE_ERROR, "line {line} comes after the current code block");
    };
    let flow = Flow::new(unit);
    let targets = starts.iter().filter(|(_, line)| *line == nearest).map(|(start, _)| *start);
    // Of the copies of a `finally` body the one that keeps most of what the source has.
    let fitting = targets.filter(|target| flow.fits(source, *target));
    let Some(target) = fitting.rev().max_by_key(|target| flow.temporaries(*target).count()) else {
        return raise!(cx, VALUE_ERROR, "{}", flow.why(source, starts[0].0));
    };
    flow.leave_handlers(cx, frame, source, target);
    bind_variables(cx, unit, frame)?;
    // SAFETY: `target` is an instruction of the code; the interpreter steps back by one.
    frame.pc = unsafe { code.instrs().add(target + 1) };
    Ok(())
}

/// Variables without a value get one: the target may be reached by no path that leaves them unbound.
fn bind_variables(cx: &Cx, unit: &CodeUnit, frame: &mut Frame) -> Res<()> {
    let mut unbound = 0;
    for r in 0..unit.cell_base() {
        // SAFETY: a named register of the frame.
        if unsafe { frame.reg(r) }.is_none() {
            // SAFETY: as above.
            unsafe { *frame.base.add(r) = Value::NONE.word() };
            unbound += 1;
        }
    }
    if unbound == 0 {
        return Ok(());
    }
    let plural = if unbound == 1 { "" } else { "s" };
    let message = format!("assigning None to {unbound} unbound local{plural}");
    orochi_object::hooks::warn(cx, &exception::RUNTIME_WARNING, &message, 1)
}

/// A set of small numbers.
#[derive(Clone, PartialEq)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(n: usize) -> Bits {
        Bits(vec![0; n.div_ceil(64)])
    }
    fn has(&self, i: usize) -> bool {
        self.0[i / 64] >> (i % 64) & 1 != 0
    }
    fn add(&mut self, i: usize) {
        self.0[i / 64] |= 1 << (i % 64);
    }
    fn remove(&mut self, i: usize) {
        self.0[i / 64] &= !(1 << (i % 64));
    }
    /// Adds all of another; whether that changed anything.
    fn join(&mut self, other: &Bits) -> bool {
        let mut changed = false;
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            changed |= *b & !*a != 0;
            *a |= b;
        }
        changed
    }
    fn is_subset(&self, other: &Bits) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }
}

/// What is known of the registers at each instruction.
struct Flow<'a> {
    unit: &'a CodeUnit,
    /// Registers read before they are written.
    live: Vec<Bits>,
}

impl<'a> Flow<'a> {
    fn new(unit: &'a CodeUnit) -> Flow<'a> {
        let (n, regs) = (unit.instrs.len(), unit.nregs as usize + 1);
        let mut live = vec![Bits::new(regs); n];
        let mut changed = true;
        while changed {
            changed = false;
            for pc in (0..n).rev() {
                let mut set = Bits::new(regs);
                for next in successors(unit, pc) {
                    set.join(&live[next]);
                }
                if let Some(handler) = unit.handler_at(pc as u32) {
                    let mut caught = live[handler.target as usize].clone();
                    caught.remove(handler.reg as usize);
                    set.join(&caught);
                }
                let mut reads = Vec::new();
                effects(unit.instrs[pc], &mut |effect| match effect {
                    Effect::Read(r, n) => reads.extend(r..r + n),
                    Effect::Write(r, n) => (r..r + n).for_each(|r| set.remove(r as usize)),
                    Effect::Clobber(r) => {
                        (r as usize..unit.nregs as usize).for_each(|r| set.remove(r));
                    }
                });
                reads.into_iter().for_each(|r| set.add(r as usize));
                changed |= live[pc].join(&set);
            }
        }
        Flow { unit, live }
    }

    /// The instructions whose value of register `r` may arrive at each instruction.
    fn definitions(&self, r: usize) -> Vec<Bits> {
        let n = self.unit.instrs.len();
        let mut arriving = vec![Bits::new(n); n];
        let mut changed = true;
        while changed {
            changed = false;
            for pc in 0..n {
                let mut writes = false;
                effects(self.unit.instrs[pc], &mut |effect| {
                    if let Effect::Write(first, count) = effect {
                        writes |= (first as usize..(first + count) as usize).contains(&r);
                    }
                });
                let mut out = arriving[pc].clone();
                if writes {
                    out = Bits::new(n);
                    out.add(pc);
                }
                for next in successors(self.unit, pc) {
                    changed |= arriving[next].join(&out);
                }
                if let Some(handler) =
                    self.unit.handler_at(pc as u32).filter(|h| h.reg as usize != r)
                {
                    // What raised may have stored its result or not.
                    let mut caught = arriving[pc].clone();
                    caught.join(&out);
                    changed |= arriving[handler.target as usize].join(&caught);
                }
            }
        }
        arriving
    }

    fn temporaries(&self, pc: usize) -> impl Iterator<Item = usize> + '_ {
        let all = self.unit.temp_base()..self.unit.nregs as usize;
        all.filter(move |r| self.live[pc].has(*r))
    }

    /// Whether the temporaries the target needs are there at the source.
    fn fits(&self, source: usize, target: usize) -> bool {
        self.temporaries(target).all(|r| {
            if !self.live[source].has(r) {
                return false;
            }
            let arriving = self.definitions(r);
            // One `with` block's exit function is as good as another's.
            let exits = |at: usize| {
                let all = self.unit.instrs.iter().enumerate();
                let mut made = all.filter(|(pc, _)| arriving[at].has(*pc)).peekable();
                made.peek().is_some() && made.all(|(_, i)| i.op == Op::LoadSpecial as u16)
            };
            arriving[source].is_subset(&arriving[target]) || exits(source) && exits(target)
        })
    }

    /// Jumping out of an `except` block ends the handling of its exception.
    fn leave_handlers(&self, cx: &Cx, frame: &Frame, source: usize, target: usize) {
        let outermost = self.temporaries(source).filter(|r| !self.live[target].has(*r)).find(|r| {
            let arriving = self.definitions(*r);
            let mut pushes = self.unit.instrs.iter().enumerate().filter(|(pc, i)| {
                i.op == Op::PushExc as u16 && i.a as usize == *r && arriving[source].has(*pc)
            });
            pushes.next().is_some()
        });
        if let Some(r) = outermost {
            // SAFETY: a live temporary of the running frame.
            let saved = unsafe { frame.reg(r) };
            cx.handled.init_opt(saved.and_then(Value::non_none));
        }
    }

    /// Why a jump is refused.
    fn why(&self, source: usize, target: usize) -> &'static str {
        let made_by = |op: Op| {
            let mut missing = self.temporaries(target).filter(|r| !self.live[source].has(*r));
            missing.any(|r| {
                let arriving = self.definitions(r);
                let mut all = self.unit.instrs.iter().enumerate();
                all.any(|(pc, i)| i.op == op as u16 && arriving[target].has(pc))
            })
        };
        if made_by(Op::GetIter) || made_by(Op::GetAIter) {
            "can't jump into the body of a for loop"
        } else if made_by(Op::PushExc) {
            "can't jump into an 'except' block as there's no exception"
        } else {
            "incompatible stacks"
        }
    }
}

/// Where control may go from an instruction that does not raise.
fn successors(unit: &CodeUnit, pc: usize) -> Vec<usize> {
    let i = unit.instrs[pc];
    let mut out = Vec::new();
    if let Some(offset) = i.jump_offset() {
        out.push((pc as i64 + 1 + offset as i64) as usize);
    }
    if !i.operation().is_terminal() && pc + 1 < unit.instrs.len() {
        out.push(pc + 1);
    }
    out
}
