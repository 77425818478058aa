//! The table the heap is started with: every layout at its number, gaps as leaves.

use orochi_object::layout::{HeapLayout, LIMIT, leaf};

const UNUSED: &str = "unused";

/// The table; made once, lives forever.
pub(crate) fn table() -> &'static [HeapLayout] {
    let mut table: Vec<HeapLayout> = (0..LIMIT).map(|_| leaf(UNUSED)).collect();
    for (number, layout) in crate::tables::layouts().into_iter().flatten() {
        if table[*number as usize].name != UNUSED {
            let other = table[*number as usize].name;
            orochi_object::fatal(&format!(
                "layout {number} is taken twice: {other}, {}",
                layout.name
            ));
        }
        table[*number as usize] = HeapLayout {
            name: layout.name,
            trace: layout.trace,
            trace_range: layout.trace_range,
            drop: layout.drop,
        };
    }
    table.leak()
}
