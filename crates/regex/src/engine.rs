//! The backtracking machine.

use crate::MAXREPEAT;
use crate::charset::{is_uni_word, is_word, lower_ascii, lower_unicode, members};
use crate::items;
use crate::op::{self, at};
use orochi_text::Unit;

/// Called every few thousand steps; false asks to stop.
pub type Poll<'p> = &'p mut dyn FnMut() -> bool;

/// Why a match was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The poll asked for it.
    Interrupted,
    /// The backtracking stack outgrew its limit (MemoryError).
    TooDeep,
}

/// Steps between polls: some tens of microseconds.
const STRIDE: i64 = 4096;
/// The greatest number of choices and undo records, about a gigabyte.
const MAX_FRAMES: usize = 1 << 25;
/// How far a single-item repeat moves on its own before it goes through the
/// polling backtracker.
const PATIENCE: u32 = 1 << 13;
const UNSET: usize = usize::MAX;
const NO_REPEAT: u32 = u32::MAX;

/// A choice to come back to, or a change to undo on the way.
#[derive(Clone, Copy, Debug)]
enum Frame {
    /// Go on at `pc`.
    Alt { pc: u32, rep: u32, pos: usize },
    /// Try the branch whose skip word is at `pc`.
    Branch { pc: u32, rep: u32, pos: usize },
    /// A greedy single-item repeat: give one back, not below `low`.
    MaxOne { tail: u32, rep: u32, low: usize, pos: usize },
    /// A lazy single-item repeat whose skip word is at `pc`: take one more.
    MinOne { pc: u32, rep: u32, pos: usize, taken: usize },
    /// A lazy repeat whose tail failed: run the body once more.
    MinUntil { rep: u32, pos: usize },
    /// Undo: a group mark and the last index.
    Mark { slot: u32, last: u32, old: usize },
    /// Undo: the progress of a repeat.
    Progress { rep: u32, count: u32, last: usize },
    /// Undo: forget the newest repeat.
    Forget,
}

/// A repeat that is being run.
#[derive(Clone, Copy, Debug)]
struct Repeat {
    /// Where its skip word is.
    pc: u32,
    /// How often the body has matched.
    count: u32,
    /// Where the body was entered last, against empty iterations.
    last: usize,
    /// The repeat around it.
    outer: u32,
}

/// What a machine remembers between runs: allocations and group marks.
#[derive(Debug)]
pub(crate) struct State {
    marks: Vec<usize>,
    last: u32,
    stack: Vec<Frame>,
    repeats: Vec<Repeat>,
    fuel: i64,
}

impl State {
    pub(crate) fn new(groups: usize) -> State {
        State {
            marks: vec![UNSET; groups * 2],
            last: 0,
            stack: Vec::new(),
            repeats: Vec::new(),
            fuel: STRIDE,
        }
    }

    #[inline]
    pub(crate) fn reset(&mut self) {
        // Patterns without groups are not worth a call of the C library.
        if !self.marks.is_empty() {
            self.marks.fill(UNSET);
        }
        self.last = 0;
        self.stack.clear();
        self.repeats.clear();
    }

    pub(crate) fn group(&self, i: usize) -> Option<(usize, usize)> {
        let (a, b) = (*self.marks.get(2 * i)?, *self.marks.get(2 * i + 1)?);
        (a != UNSET && b != UNSET && a <= b).then_some((a, b))
    }

    pub(crate) fn last_index(&self) -> Option<usize> {
        (self.last > 0).then_some(self.last as usize)
    }

    /// Accounts for `n` steps of work.
    #[inline]
    pub(crate) fn spend(&mut self, n: usize, poll: Poll<'_>) -> Result<(), Stop> {
        self.fuel -= n as i64;
        if self.fuel < 0 { self.refuel(poll) } else { Ok(()) }
    }

    #[cold]
    fn refuel(&mut self, poll: Poll<'_>) -> Result<(), Stop> {
        self.fuel = STRIDE;
        if !poll() {
            return Err(Stop::Interrupted);
        }
        if self.stack.len() > MAX_FRAMES || self.repeats.len() > MAX_FRAMES {
            return Err(Stop::TooDeep);
        }
        Ok(())
    }

    fn set_mark(&mut self, slot: u32, pos: usize) {
        let Some(m) = self.marks.get_mut(slot as usize) else { return };
        self.stack.push(Frame::Mark { slot, last: self.last, old: *m });
        *m = pos;
        if slot & 1 == 1 {
            self.last = slot / 2 + 1;
        }
    }

    fn progress(&mut self, rep: u32, count: u32, last: usize) {
        let r = &mut self.repeats[rep as usize];
        self.stack.push(Frame::Progress { rep, count: r.count, last: r.last });
        r.count = count;
        r.last = last;
    }

    /// Drops the choices above `base` but keeps what undoes changes.
    fn commit(&mut self, base: usize) {
        let mut kept = base;
        for i in base..self.stack.len() {
            if matches!(self.stack[i], Frame::Mark { .. } | Frame::Progress { .. } | Frame::Forget)
            {
                self.stack[kept] = self.stack[i];
                kept += 1;
            }
        }
        self.stack.truncate(kept);
    }
}

/// One attempt: the pattern, the subject and the rules for its end.
pub(crate) struct Machine<'a, 's, 'p, T> {
    pub(crate) code: &'a [u32],
    pub(crate) s: &'a [T],
    pub(crate) full: bool,
    pub(crate) must_advance: Option<usize>,
    pub(crate) state: &'s mut State,
    pub(crate) poll: Poll<'p>,
}

/// Where the machine stands.
#[derive(Clone, Copy)]
struct Place {
    pc: usize,
    pos: usize,
    rep: u32,
}

impl<T: Unit> Machine<'_, '_, '_, T> {
    #[inline(always)]
    fn word(&self, i: usize) -> u32 {
        self.code.get(i).copied().unwrap_or(0)
    }

    #[inline(always)]
    fn char(&self, pos: usize) -> Option<u32> {
        self.s.get(pos).map(|c| c.cp())
    }

    /// Runs from a place to the `SUCCESS` that ends it; answers the position
    /// there. On failure everything is undone.
    pub(crate) fn run(&mut self, pc: usize, pos: usize, top: bool) -> Result<Option<usize>, Stop> {
        let base = self.state.stack.len();
        let mut p = Place { pc, pos, rep: NO_REPEAT };
        loop {
            self.state.spend(1, self.poll)?;
            if self.word(p.pc) == op::SUCCESS {
                if !top || self.may_end(p.pos) {
                    return Ok(Some(p.pos));
                }
            } else if self.step(&mut p)? {
                continue;
            }
            if !self.backtrack(base, &mut p)? {
                return Ok(None);
            }
        }
    }

    /// Whether a match of the whole pattern may end here.
    #[inline]
    fn may_end(&self, pos: usize) -> bool {
        !(self.full && pos != self.s.len() || self.must_advance == Some(pos))
    }

    /// Takes one step; false when it fails.
    #[inline]
    fn step(&mut self, p: &mut Place) -> Result<bool, Stop> {
        let code = self.word(p.pc);
        match code {
            op::LITERAL => {
                let ok = self.char(p.pos) == Some(self.word(p.pc + 1));
                (p.pc, p.pos) = (p.pc + 2, p.pos + 1);
                Ok(ok)
            }
            op::MARK => {
                self.state.set_mark(self.word(p.pc + 1), p.pos);
                p.pc += 2;
                Ok(true)
            }
            op::AT => {
                let ok = self.at(self.word(p.pc + 1), p.pos);
                p.pc += 2;
                Ok(ok)
            }
            op::JUMP | op::INFO => {
                p.pc += 1 + self.word(p.pc + 1) as usize;
                Ok(true)
            }
            op::BRANCH => {
                p.pc += 1;
                Ok(self.branch(p))
            }
            op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                self.repeat_one(code, p)
            }
            op::REPEAT => {
                let st = &mut *self.state;
                st.repeats.push(Repeat {
                    pc: p.pc as u32 + 1,
                    count: 0,
                    last: UNSET,
                    outer: p.rep,
                });
                st.stack.push(Frame::Forget);
                p.rep = st.repeats.len() as u32 - 1;
                p.pc += 1 + self.word(p.pc + 1) as usize;
                // The first arrival at the end counts no iteration.
                self.until(p, true)
            }
            op::MAX_UNTIL | op::MIN_UNTIL => self.until(p, false),
            op::GROUPREF
            | op::GROUPREF_IGNORE
            | op::GROUPREF_LOC_IGNORE
            | op::GROUPREF_UNI_IGNORE => Ok(self.group_ref(code, p)),
            op::GROUPREF_EXISTS => {
                let set = self.state.group(self.word(p.pc + 1) as usize).is_some();
                p.pc += if set { 3 } else { 1 + self.word(p.pc + 2) as usize };
                Ok(true)
            }
            op::ASSERT | op::ASSERT_NOT => self.assertion(code == op::ASSERT, p),
            op::ATOMIC_GROUP => {
                let base = self.state.stack.len();
                let Some(pos) = self.run(p.pc + 2, p.pos, false)? else { return Ok(false) };
                self.state.commit(base);
                (p.pc, p.pos) = (p.pc + 1 + self.word(p.pc + 1) as usize, pos);
                Ok(true)
            }
            op::POSSESSIVE_REPEAT => self.possessive(p),
            op::FAILURE => Ok(false),
            _ => match (self.char(p.pos), items::end(self.code, p.pc)) {
                (Some(c), Some(next)) if self.item(p.pc, c) => {
                    (p.pc, p.pos) = (next, p.pos + 1);
                    Ok(true)
                }
                _ => Ok(false),
            },
        }
    }

    #[inline]
    fn item(&self, pc: usize, c: u32) -> bool {
        items::takes(self.code, pc, c)
    }

    /// How many characters from `pos` the item takes, at most `max`.
    fn count(&mut self, item: usize, pos: usize, max: usize) -> Result<usize, Stop> {
        const CHUNK: usize = 1 << 15;
        let room = max.min(self.s.len() - pos.min(self.s.len()));
        let mut n = 0;
        while n < room {
            let part = &self.s[pos + n..pos + room.min(n + CHUNK)];
            let got = self.count_in(item, part);
            self.state.spend(got / 8, self.poll)?;
            n += got;
            if got < part.len() {
                break;
            }
        }
        Ok(n)
    }

    fn count_in(&self, item: usize, part: &[T]) -> usize {
        let run =
            |f: &dyn Fn(u32) -> bool| part.iter().position(|c| !f(c.cp())).unwrap_or(part.len());
        let arg = self.word(item + 1);
        match self.word(item) {
            op::ANY_ALL => part.len(),
            op::ANY => part.iter().position(|c| c.cp() == 10).unwrap_or(part.len()),
            op::LITERAL => part.iter().position(|c| c.cp() != arg).unwrap_or(part.len()),
            op::NOT_LITERAL => part.iter().position(|c| c.cp() == arg).unwrap_or(part.len()),
            op::IN => members(self.code.get(item + 2..).unwrap_or(&[]), part),
            _ => run(&|c| self.item(item, c)),
        }
    }

    /// Whether the code at `pc` can start at `pos`: a cheap look at a literal.
    #[inline]
    fn plausible(&self, pc: usize, pos: usize) -> bool {
        match self.word(pc) {
            op::LITERAL => self.char(pos) == Some(self.word(pc + 1)),
            op::IN => self.char(pos).is_some_and(|c| self.item(pc, c)),
            _ => true,
        }
    }

    /// Enters the first plausible branch from the skip word at `p.pc` on.
    fn branch(&mut self, p: &mut Place) -> bool {
        loop {
            let skip = self.word(p.pc) as usize;
            if skip == 0 {
                return false;
            }
            let next = p.pc + skip;
            if self.plausible(p.pc + 1, p.pos) {
                if self.word(next) != 0 {
                    self.state.stack.push(Frame::Branch {
                        pc: next as u32,
                        rep: p.rep,
                        pos: p.pos,
                    });
                }
                p.pc += 1;
                return true;
            }
            p.pc = next;
        }
    }

    fn limit(max: u32) -> usize {
        if max == MAXREPEAT { usize::MAX } else { max as usize }
    }

    fn repeat_one(&mut self, code: u32, p: &mut Place) -> Result<bool, Stop> {
        let at = p.pc + 1;
        let (min, max) = (self.word(at + 1) as usize, Self::limit(self.word(at + 2)));
        let tail = at + self.word(at) as usize;
        if self.s.len() - p.pos.min(self.s.len()) < min {
            return Ok(false);
        }
        let want = if code == op::MIN_REPEAT_ONE { min } else { max };
        let n = if want == 0 { 0 } else { self.count(at + 3, p.pos, want)? };
        if n < min {
            return Ok(false);
        }
        let (low, end) = (p.pos + min, p.pos + n);
        p.pc = tail;
        p.pos = end;
        match code {
            op::POSSESSIVE_REPEAT_ONE => Ok(true),
            op::MIN_REPEAT_ONE => {
                self.state.stack.push(Frame::MinOne {
                    pc: at as u32,
                    rep: p.rep,
                    pos: end,
                    taken: n,
                });
                Ok(true)
            }
            _ => Ok(self.give_back(p, low, end)),
        }
    }

    /// Finds the longest repeat from `pos` down to `low` after which the tail
    /// at `p.pc` is plausible, and leaves a choice for shorter ones.
    fn give_back(&mut self, p: &mut Place, low: usize, mut pos: usize) -> bool {
        let mut left = PATIENCE;
        while !self.plausible(p.pc, pos) {
            if pos == low {
                return false;
            }
            pos -= 1;
            left -= 1;
            if left == 0 {
                // Fail with the rest as a choice: backtracking polls.
                self.state.fuel -= i64::from(PATIENCE);
                self.state.stack.push(Frame::MaxOne { tail: p.pc as u32, rep: p.rep, low, pos });
                return false;
            }
        }
        // Who has come to the end of the pattern does not come back.
        if pos > low && !(self.word(p.pc) == op::SUCCESS && self.may_end(pos)) {
            self.state.stack.push(Frame::MaxOne {
                tail: p.pc as u32,
                rep: p.rep,
                low,
                pos: pos - 1,
            });
        }
        p.pos = pos;
        true
    }

    /// The end of a repeat's body (or, `first`, its beginning).
    fn until(&mut self, p: &mut Place, first: bool) -> Result<bool, Stop> {
        let Some(r) = self.state.repeats.get(p.rep as usize).copied() else { return Ok(false) };
        let at = r.pc as usize;
        let (min, max) = (self.word(at + 1), self.word(at + 2));
        let count = if first { 0 } else { r.count.saturating_add(1) };
        let (body, tail) = (at + 3, p.pc + 1);
        if count < min {
            self.state.progress(p.rep, count, r.last);
            p.pc = body;
            return Ok(true);
        }
        if self.word(p.pc) == op::MIN_UNTIL {
            self.state.progress(p.rep, count, r.last);
            self.state.stack.push(Frame::MinUntil { rep: p.rep, pos: p.pos });
            (p.pc, p.rep) = (tail, r.outer);
            return Ok(true);
        }
        if (count < max || max == MAXREPEAT) && p.pos != r.last {
            self.state.stack.push(Frame::Alt { pc: tail as u32, rep: r.outer, pos: p.pos });
            self.state.progress(p.rep, count, p.pos);
            p.pc = body;
            return Ok(true);
        }
        (p.pc, p.rep) = (tail, r.outer);
        Ok(true)
    }

    fn possessive(&mut self, p: &mut Place) -> Result<bool, Stop> {
        let at = p.pc + 1;
        let (min, max) = (self.word(at + 1) as usize, Self::limit(self.word(at + 2)));
        let (base, mut count, mut pos) = (self.state.stack.len(), 0, p.pos);
        while count < max {
            let Some(next) = self.run(at + 3, pos, false)? else {
                if count < min {
                    // What earlier iterations did is undone by the caller's backtracking.
                    return Ok(false);
                }
                break;
            };
            self.state.commit(base);
            count += 1;
            if next == pos && count >= min {
                break;
            }
            pos = next;
        }
        (p.pc, p.pos) = (at + self.word(at) as usize + 1, pos);
        Ok(true)
    }

    fn assertion(&mut self, positive: bool, p: &mut Place) -> Result<bool, Stop> {
        let at = p.pc + 1;
        let next = at + self.word(at) as usize;
        let back = self.word(at + 1) as usize;
        let base = self.state.stack.len();
        let found = match p.pos.checked_sub(back) {
            Some(pos) => self.run(at + 2, pos, false)?.is_some(),
            None => false,
        };
        p.pc = next;
        if positive && found {
            self.state.commit(base);
        } else if found {
            // A negative assertion leaves no trace.
            self.undo_to(base);
        }
        Ok(found == positive)
    }

    fn group_ref(&mut self, code: u32, p: &mut Place) -> bool {
        let Some((a, b)) = self.state.group(self.word(p.pc + 1) as usize) else { return false };
        let Some(here) = self.s.get(p.pos..p.pos + (b - a)) else { return false };
        let group = &self.s[a..b];
        let same = match code {
            op::GROUPREF => here == group,
            op::GROUPREF_UNI_IGNORE => {
                here.iter().zip(group).all(|(x, y)| lower_unicode(x.cp()) == lower_unicode(y.cp()))
            }
            _ => here.iter().zip(group).all(|(x, y)| lower_ascii(x.cp()) == lower_ascii(y.cp())),
        };
        self.state.fuel -= (b - a) as i64 / 8;
        (p.pc, p.pos) = (p.pc + 2, p.pos + (b - a));
        same
    }

    fn at(&self, which: u32, pos: usize) -> bool {
        let end = self.s.len();
        let boundary = |word: fn(u32) -> bool| {
            let before = pos > 0 && self.char(pos - 1).is_some_and(word);
            before != self.char(pos).is_some_and(word)
        };
        match which {
            at::BEGINNING | at::BEGINNING_STRING => pos == 0,
            at::BEGINNING_LINE => pos == 0 || self.char(pos - 1) == Some(10),
            at::END => pos == end || (pos + 1 == end && self.char(pos) == Some(10)),
            at::END_LINE => pos == end || self.char(pos) == Some(10),
            at::END_STRING => pos == end,
            at::BOUNDARY | at::LOC_BOUNDARY => boundary(is_word),
            at::NON_BOUNDARY | at::LOC_NON_BOUNDARY => !boundary(is_word),
            at::UNI_BOUNDARY => boundary(is_uni_word),
            at::UNI_NON_BOUNDARY => !boundary(is_uni_word),
            _ => false,
        }
    }

    fn undo_to(&mut self, base: usize) {
        while self.state.stack.len() > base {
            if let Some(f) = self.state.stack.pop() {
                self.undo(f);
            }
        }
    }

    #[inline]
    fn undo(&mut self, f: Frame) {
        let st = &mut *self.state;
        match f {
            Frame::Mark { slot, last, old } => {
                st.marks[slot as usize] = old;
                st.last = last;
            }
            Frame::Progress { rep, count, last } => {
                let r = &mut st.repeats[rep as usize];
                (r.count, r.last) = (count, last);
            }
            Frame::Forget => {
                st.repeats.pop();
            }
            _ => {}
        }
    }

    /// Goes back to the newest choice above `base` that leads on; false when
    /// there is none.
    fn backtrack(&mut self, base: usize, p: &mut Place) -> Result<bool, Stop> {
        while self.state.stack.len() > base {
            self.state.spend(1, self.poll)?;
            let Some(f) = self.state.stack.pop() else { break };
            match f {
                Frame::Alt { pc, rep, pos } => {
                    *p = Place { pc: pc as usize, pos, rep };
                    return Ok(true);
                }
                Frame::Branch { pc, rep, pos } => {
                    *p = Place { pc: pc as usize, pos, rep };
                    if self.branch(p) {
                        return Ok(true);
                    }
                }
                Frame::MaxOne { tail, rep, low, pos } => {
                    *p = Place { pc: tail as usize, pos, rep };
                    if self.give_back(p, low, pos) {
                        return Ok(true);
                    }
                }
                Frame::MinOne { pc, rep, pos, taken } => {
                    if self.take_more(pc as usize, rep, pos, taken, p) {
                        return Ok(true);
                    }
                }
                Frame::MinUntil { rep, pos } => {
                    if self.once_more(rep, pos, p) {
                        return Ok(true);
                    }
                }
                undo => self.undo(undo),
            }
        }
        Ok(false)
    }

    /// Extends a lazy single-item repeat until its tail is plausible.
    fn take_more(
        &mut self,
        at: usize,
        rep: u32,
        mut pos: usize,
        mut taken: usize,
        p: &mut Place,
    ) -> bool {
        let max = Self::limit(self.word(at + 2));
        let tail = at + self.word(at) as usize;
        let mut left = PATIENCE;
        while taken < max && self.char(pos).is_some_and(|c| self.item(at + 3, c)) {
            pos += 1;
            taken += 1;
            left -= 1;
            if left == 0 && !self.plausible(tail, pos) {
                self.state.fuel -= i64::from(PATIENCE);
                self.state.stack.push(Frame::MinOne { pc: at as u32, rep, pos, taken });
                return false;
            }
            left = left.max(1);
            if self.plausible(tail, pos) {
                self.state.stack.push(Frame::MinOne { pc: at as u32, rep, pos, taken });
                *p = Place { pc: tail, pos, rep };
                return true;
            }
        }
        false
    }

    /// Enters the body of a lazy repeat after its tail has failed.
    fn once_more(&mut self, rep: u32, pos: usize, p: &mut Place) -> bool {
        let r = self.state.repeats[rep as usize];
        let at = r.pc as usize;
        let max = self.word(at + 2);
        if (r.count >= max && max != MAXREPEAT) || r.last == pos {
            return false;
        }
        self.state.progress(rep, r.count, pos);
        *p = Place { pc: at + 3, pos, rep };
        true
    }
}
