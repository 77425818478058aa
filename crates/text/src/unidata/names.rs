//! Character names: `unicodedata.name`, `lookup` and `\N{...}`.

/// Aliases and named sequences, sorted: `NAME;HEX HEX ...` a line.
static ALIASES: &str = include_str!("aliases.txt");

/// `unicodedata.name`; `None` for a nameless code point.
pub fn name(c: u32) -> Option<String> {
    let n = unicode_names2::name(char::from_u32(c)?)?.to_string();
    // Ideographs of Tangut and others have rule-made names that Python lacks.
    known_rule(&n).then_some(n)
}

/// Whether Python knows the rule that a hyphenated name comes from.
fn known_rule(name: &str) -> bool {
    !name.starts_with("TANGUT IDEOGRAPH-")
}

/// The characters of an alias or named sequence.
fn alias(upper: &str) -> Option<Vec<u32>> {
    // Binary search over lines by byte offset.
    let (mut lo, mut hi) = (0, ALIASES.len());
    while lo < hi {
        let mid = (lo + hi) / 2;
        let start = ALIASES[..mid].rfind('\n').map_or(0, |i| i + 1);
        let end = ALIASES[start..].find('\n').map_or(ALIASES.len(), |i| start + i);
        let (name, value) = ALIASES[start..end].split_once(';')?;
        match name.cmp(upper) {
            core::cmp::Ordering::Equal => {
                return value.split(' ').map(|x| u32::from_str_radix(x, 16).ok()).collect();
            }
            core::cmp::Ordering::Less => lo = end + 1,
            core::cmp::Ordering::Greater => hi = start,
        }
    }
    None
}

/// The character of a name or alias, as in `\N{...}`; no named sequences.
pub fn lookup(name: &str) -> Option<u32> {
    match lookup_sequence(name)?.as_slice() {
        [c] => Some(*c),
        _ => None,
    }
}

/// `unicodedata.lookup`: also named sequences. Case does not matter.
pub fn lookup_sequence(name: &str) -> Option<Vec<u32>> {
    if name.is_empty() || name.len() > 256 || !name.is_ascii() {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    if let Some(v) = alias(&upper) {
        return Some(v);
    }
    let c = unicode_names2::character(&upper)?;
    // The library forgives misplaced spaces and hyphens; Python does not.
    let exact = unicode_names2::name(c).is_some_and(|n| n.to_string() == upper);
    (exact && known_rule(&upper)).then(|| vec![c as u32])
}
