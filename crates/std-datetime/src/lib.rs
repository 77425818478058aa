//! `_datetime`: dates, times and what lies between them.
//!
//! `calendar` and `iso` are arithmetic and reading, without Python; `objects` has the memory of the objects,
//! which do not change once they are made; the other files have a type or a group of operations each. What the
//! modules `time` and `_strptime` know is asked of them.

mod args;
mod calendar;
mod date;
mod datetime;
mod datetime_ops;
mod delta;
mod delta_ops;
mod iso;
mod local;
mod objects;
mod strftime;
mod text;
mod time;
mod timezone;
mod zone;

use orochi_object::layout::HeapLayout;
use orochi_object::prelude::*;
use orochi_object::typedef::make_type;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&MODULE];

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[
    (objects::DELTA_LAYOUT, objects::Delta::HEAP_LAYOUT),
    (objects::DATE_LAYOUT, objects::Date::HEAP_LAYOUT),
    (objects::TIME_LAYOUT, objects::Time::HEAP_LAYOUT),
    (objects::DATETIME_LAYOUT, objects::DateTime::HEAP_LAYOUT),
    (objects::ZONE_LAYOUT, objects::Zone::HEAP_LAYOUT),
];

static MODULE: ModuleDef = ModuleDef {
    name: "_datetime",
    doc: Some("Fast implementation of the datetime module."),
    constants: &[
        ("MINYEAR", Const::Int(calendar::MIN_YEAR)),
        ("MAXYEAR", Const::Int(calendar::MAX_YEAR)),
    ],
    // A type comes after those that its constants are made of.
    types: &[&delta::TYPE, &date::TYPE, &time::TYPE, &datetime::TYPE, &zone::TYPE, &timezone::TYPE],
    init: Some(|cx, module| {
        make_type(cx, &date::ISO_TYPE)?;
        module.namespace().set_str(cx, name!(cx, "UTC"), timezone::utc())
    }),
    ..ModuleDef::DEFAULT
};
