//! Text files: newline translation, `StringIO`, `TextIOWrapper`.

pub mod cookie;
pub mod decoder;
pub mod newline;
pub mod seek;
pub mod stringio;
pub mod wrapper;
pub mod wrapper_type;
