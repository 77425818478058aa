//! Case and classes of bytes.

/// `isalpha`.
pub fn isalpha(s: &[u8]) -> bool {
    !s.is_empty() && s.iter().all(u8::is_ascii_alphabetic)
}

/// `isdigit`.
pub fn isdigit(s: &[u8]) -> bool {
    !s.is_empty() && s.iter().all(u8::is_ascii_digit)
}

/// `isalnum`.
pub fn isalnum(s: &[u8]) -> bool {
    !s.is_empty() && s.iter().all(u8::is_ascii_alphanumeric)
}

/// `isspace`.
pub fn isspace(s: &[u8]) -> bool {
    !s.is_empty() && s.iter().all(|c| super::is_space(*c))
}

/// `isascii`.
pub fn isascii(s: &[u8]) -> bool {
    s.is_ascii()
}

/// `isupper`.
pub fn isupper(s: &[u8]) -> bool {
    s.iter().any(u8::is_ascii_uppercase) && !s.iter().any(u8::is_ascii_lowercase)
}

/// `islower`.
pub fn islower(s: &[u8]) -> bool {
    s.iter().any(u8::is_ascii_lowercase) && !s.iter().any(u8::is_ascii_uppercase)
}

/// `istitle`.
pub fn istitle(s: &[u8]) -> bool {
    let (mut cased, mut previous) = (false, false);
    for c in s {
        let (up, low) = (c.is_ascii_uppercase(), c.is_ascii_lowercase());
        if (up && previous) || (low && !previous) {
            return false;
        }
        previous = up || low;
        cased |= previous;
    }
    cased
}

/// `upper`.
pub fn upper(s: &[u8]) -> Vec<u8> {
    s.to_ascii_uppercase()
}

/// `lower`.
pub fn lower(s: &[u8]) -> Vec<u8> {
    s.to_ascii_lowercase()
}

/// `title`.
pub fn title(s: &[u8]) -> Vec<u8> {
    let mut previous = false;
    s.iter()
        .map(|c| {
            let d = if previous { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
            previous = c.is_ascii_alphabetic();
            d
        })
        .collect()
}

/// `capitalize`.
pub fn capitalize(s: &[u8]) -> Vec<u8> {
    let mut v = s.to_ascii_lowercase();
    if let Some(c) = v.first_mut() {
        c.make_ascii_uppercase();
    }
    v
}

/// `swapcase`.
pub fn swapcase(s: &[u8]) -> Vec<u8> {
    s.iter().map(|c| if c.is_ascii_alphabetic() { c ^ 0x20 } else { *c }).collect()
}
