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

/// `upper`, in place as the others are.
pub fn upper(s: &mut [u8]) {
    s.make_ascii_uppercase();
}

/// `lower`.
pub fn lower(s: &mut [u8]) {
    s.make_ascii_lowercase();
}

/// `title`.
pub fn title(s: &mut [u8]) {
    let mut previous = false;
    for c in s {
        *c = if previous { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
        previous = c.is_ascii_alphabetic();
    }
}

/// `capitalize`.
pub fn capitalize(s: &mut [u8]) {
    s.make_ascii_lowercase();
    if let Some(c) = s.first_mut() {
        c.make_ascii_uppercase();
    }
}

/// `swapcase`.
pub fn swapcase(s: &mut [u8]) {
    s.iter_mut().filter(|c| c.is_ascii_alphabetic()).for_each(|c| *c ^= 0x20);
}
