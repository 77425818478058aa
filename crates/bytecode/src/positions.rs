//! Source positions of instructions, packed.
//!
//! A table is a sequence of runs: varint count of instructions, zigzag varint line delta, varint (end_line - line),
//! varint col+1, varint end_col+1. A run without position has the line delta marker `NO_LINE`.

/// A source range: 1-based lines, 0-based columns in UTF-8 bytes; -1 where unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// First line.
    pub line: i32,
    /// Last line.
    pub end_line: i32,
    /// First column.
    pub col: i32,
    /// End column.
    pub end_col: i32,
}

impl Position {
    /// No position.
    pub const NONE: Position = Position { line: -1, end_line: -1, col: -1, end_col: -1 };
}

/// Builds a table.
#[derive(Default, Debug)]
pub struct PositionWriter {
    out: Vec<u8>,
    line: i32,
    run: Option<(Position, u32)>,
}

impl PositionWriter {
    /// Adds the position of the next instruction.
    pub fn push(&mut self, p: Position) {
        match &mut self.run {
            Some((q, n)) if *q == p => *n += 1,
            _ => {
                self.flush();
                self.run = Some((p, 1));
            }
        }
    }

    fn flush(&mut self) {
        let Some((p, n)) = self.run.take() else { return };
        put(&mut self.out, n);
        if p.line < 0 {
            put(&mut self.out, 0);
            return;
        }
        // Zero stands for "no position", so deltas are shifted by one.
        let delta = p.line - self.line;
        put(&mut self.out, (((delta << 1) ^ (delta >> 31)) as u32).wrapping_add(1));
        put(&mut self.out, (p.end_line - p.line).max(0) as u32);
        put(&mut self.out, (p.col + 1) as u32);
        put(&mut self.out, (p.end_col + 1) as u32);
        self.line = p.line;
    }

    /// The packed table.
    pub fn finish(mut self) -> Vec<u8> {
        self.flush();
        self.out
    }
}

pub(crate) fn put(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn get(bytes: &mut &[u8]) -> Option<u32> {
    let (mut n, mut shift) = (0u32, 0);
    loop {
        let (&b, rest) = bytes.split_first()?;
        *bytes = rest;
        n |= ((b & 0x7f) as u32).checked_shl(shift).unwrap_or(0);
        if b < 0x80 {
            return Some(n);
        }
        shift += 7;
    }
}

/// Iterates over the runs of a table: (position, number of instructions).
pub fn positions(mut table: &[u8]) -> impl Iterator<Item = (Position, u32)> + '_ {
    let mut line = 0i32;
    std::iter::from_fn(move || {
        let n = get(&mut table)?;
        let d = get(&mut table)?;
        if d == 0 {
            return Some((Position::NONE, n));
        }
        let z = d.wrapping_sub(1);
        line = line.wrapping_add((z >> 1) as i32 ^ -((z & 1) as i32));
        let end_line = line.wrapping_add(get(&mut table)? as i32);
        let col = get(&mut table)? as i32 - 1;
        let end_col = get(&mut table)? as i32 - 1;
        Some((Position { line, end_line, col, end_col }, n))
    })
}

/// The position of instruction `pc`.
pub fn position_at(table: &[u8], pc: usize) -> Position {
    let mut left = pc;
    for (p, n) in positions(table) {
        if left < n as usize {
            return p;
        }
        left -= n as usize;
    }
    Position::NONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let p = |l, e, c, d| Position { line: l, end_line: e, col: c, end_col: d };
        let all =
            [p(5, 5, 0, 3), p(5, 5, 0, 3), p(3, 7, -1, -1), Position::NONE, p(900, 900, 70, 71)];
        let mut w = PositionWriter::default();
        all.iter().for_each(|x| w.push(*x));
        let t = w.finish();
        for (i, x) in all.iter().enumerate() {
            assert_eq!(position_at(&t, i), *x);
        }
        assert_eq!(position_at(&t, 99), Position::NONE);
    }
}
