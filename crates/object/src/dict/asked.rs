//! Keys that only Python code can compare: it is asked without the lock, and its answer counts if it still holds afterwards
//! (`mod.rs`, rule 2).

use super::table::{Probe, Table};
use super::{Key, native_same};
use crate::cx::Cx;
use crate::error::Res;
use crate::object::Ref;
use crate::ops;
use crate::seeded;
use crate::value::Value;

/// What Python code answered about a key, unlocked.
pub(crate) struct Asked {
    pub(crate) table: Ref<Table>,
    /// How many rows the table had when the question was put.
    pub(crate) rows: usize,
    pub(crate) row: Option<usize>,
}

impl Asked {
    /// The answer, if it still holds for `table`, whose owner's lock is held: a key that was found
    /// is there while its row lives, one that was missing while no row was added.
    pub(crate) fn still_true(&self, table: Ref<Table>) -> Option<Option<usize>> {
        let holds = self.table == table
            && match self.row {
                Some(row) => !table.row(row).value.is_unset(),
                None => table.rows().len() == self.rows,
            };
        let holds = holds || seeded::has(seeded::Bug::Asked);
        holds.then_some(self.row)
    }
}

/// Looks on from a row whose key must be compared by Python code: where the key is, and its value.
/// Unlocked.
#[cold]
pub(crate) fn find_asking(
    cx: &Cx,
    table: Ref<Table>,
    key: Key,
    first: usize,
) -> Res<Option<(usize, Value)>> {
    let mut asked = Vec::new();
    let mut row = first;
    loop {
        if let Some(own) = table.row(row).key()
            && ops::eq(cx, own, key.value)?
            && let Some(value) = table.row(row).value.get()
        {
            return Ok(Some((row, value)));
        }
        asked.push(row);
        match table.find(key.hash, &asked, &|own| native_same(own, key.value)) {
            Probe::Found(at, value) => return Ok(Some((at.row, value))),
            Probe::Missing(_) => return Ok(None),
            Probe::Ask(next) => row = next,
        }
    }
}
