//! The key derivation functions of `hashlib`, which others get from OpenSSL.

use hmac::{Hmac, SimpleHmac};
use md5::Md5;
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};

type Derive = fn(&[u8], &[u8], u32, &mut [u8]) -> bool;

/// Keys of any length are good, so that none of these fails.
const BY_NAME: &[(&str, usize, Derive)] = &[
    ("md5", 16, |p, s, n, out| pbkdf2::pbkdf2::<Hmac<Md5>>(p, s, n, out).is_ok()),
    ("sha1", 20, |p, s, n, out| pbkdf2::pbkdf2::<Hmac<Sha1>>(p, s, n, out).is_ok()),
    ("sha224", 28, |p, s, n, out| pbkdf2::pbkdf2::<Hmac<Sha224>>(p, s, n, out).is_ok()),
    ("sha256", 32, |p, s, n, out| pbkdf2::pbkdf2::<Hmac<Sha256>>(p, s, n, out).is_ok()),
    ("sha384", 48, |p, s, n, out| pbkdf2::pbkdf2::<Hmac<Sha384>>(p, s, n, out).is_ok()),
    ("sha512", 64, |p, s, n, out| pbkdf2::pbkdf2::<Hmac<Sha512>>(p, s, n, out).is_ok()),
    ("sha3_224", 28, |p, s, n, out| pbkdf2::pbkdf2::<SimpleHmac<Sha3_224>>(p, s, n, out).is_ok()),
    ("sha3_256", 32, |p, s, n, out| pbkdf2::pbkdf2::<SimpleHmac<Sha3_256>>(p, s, n, out).is_ok()),
    ("sha3_384", 48, |p, s, n, out| pbkdf2::pbkdf2::<SimpleHmac<Sha3_384>>(p, s, n, out).is_ok()),
    ("sha3_512", 64, |p, s, n, out| pbkdf2::pbkdf2::<SimpleHmac<Sha3_512>>(p, s, n, out).is_ok()),
];

/// Room for a key, or MemoryError.
fn room(cx: &Cx, len: usize) -> Res<Vec<u8>> {
    let mut out = Vec::new();
    if out.try_reserve_exact(len).is_err() {
        return Err(orochi_object::error::memory_error(cx));
    }
    out.resize(len, 0);
    Ok(out)
}

/// `pbkdf2_hmac`
pub(crate) fn pbkdf2_hmac(cx: &Cx, args: Args) -> Res {
    let Some(name) = args.get(0).as_str() else {
        let got = class_of(args.get(0)).display_name();
        return raise!(cx, TYPE_ERROR, "pbkdf2_hmac() argument 'hash_name' must be str, not {got}");
    };
    let name = name.to_string_lossy().to_ascii_lowercase().replace('-', "_");
    let (password, salt) = (bytes_like(cx, args.get(1))?, bytes_like(cx, args.get(2))?);
    let iterations = ops::index_isize(cx, args.get(3), &exception::OVERFLOW_ERROR)?;
    if iterations < 1 {
        return raise!(cx, VALUE_ERROR, "iteration value must be greater than 0.");
    }
    if iterations > i32::MAX as isize {
        return raise!(cx, OVERFLOW_ERROR, "iteration value is too great.");
    }
    let wanted = name.strip_prefix("sha_").map_or(name.clone(), |bits| format!("sha{bits}"));
    let Some((_, size, derive)) = BY_NAME.iter().find(|(known, ..)| *known == wanted) else {
        return Err(crate::names::unsupported(cx));
    };
    let len = match args.non_none(4) {
        Some(len) => ops::index_isize(cx, len, &exception::OVERFLOW_ERROR)?,
        None => *size as isize,
    };
    if len < 1 {
        return raise!(cx, VALUE_ERROR, "key length must be greater than 0.");
    }
    if len > i32::MAX as isize {
        return raise!(cx, OVERFLOW_ERROR, "key length is too great.");
    }
    let mut key = room(cx, len as usize)?;
    let (password, salt) = (password.as_slice(), salt.as_slice());
    cx.detached(|| derive(password, salt, iterations as u32, &mut key));
    Ok(cx.new_bytes(&key)?.value())
}

/// What scrypt may take unless told otherwise.
const MEMORY: u64 = 32 << 20;

/// `scrypt`
pub(crate) fn scrypt(cx: &Cx, args: Args) -> Res {
    let (password, salt) = (bytes_like(cx, args.get(0))?, bytes_like(cx, args.get(1))?);
    let mut numbers = [0u64; 3];
    for (i, number) in numbers.iter_mut().enumerate() {
        let n = ops::index_isize(cx, args.get(2 + i), &exception::OVERFLOW_ERROR)?;
        if n < 0 {
            return raise!(cx, OVERFLOW_ERROR, "can't convert negative value to unsigned int");
        }
        *number = n as u64;
    }
    let [n, r, p] = numbers;
    let memory = match args.opt(5) {
        Some(v) => ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?,
        None => 0,
    };
    let len = match args.opt(6) {
        Some(v) => ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?,
        None => 64,
    };
    if n < 2 || !n.is_power_of_two() {
        return raise!(cx, VALUE_ERROR, "n must be a power of 2.");
    }
    let most = i32::MAX as isize;
    if !(0..=most).contains(&memory) {
        return raise!(cx, VALUE_ERROR, "maxmem must be positive and smaller than 2147483647");
    }
    if !(1..=most).contains(&len) {
        return raise!(cx, VALUE_ERROR, "dklen must be greater than 0 and smaller than 2147483647");
    }
    let sound = r > 0 && p > 0 && r <= (1 << 30) / p.max(1) && u64::from(n.ilog2()) < 16 * r;
    if !sound {
        return raise!(cx, VALUE_ERROR, "Invalid parameter combination for n, r, p, maxmem.");
    }
    let needed = (128 * r).saturating_mul(n + 2).saturating_add(128 * r * p);
    let limit = if memory == 0 { MEMORY } else { memory as u64 };
    if needed > limit {
        return raise!(cx, VALUE_ERROR, "[digital envelope routines] memory limit exceeded");
    }
    // What the library allocates cannot fail halfway.
    if !orochi_base::pages::available(needed as usize) {
        return Err(orochi_object::error::memory_error(cx));
    }
    let Ok(params) = scrypt::Params::new(n.ilog2() as u8, r as u32, p as u32) else {
        return raise!(cx, VALUE_ERROR, "Invalid parameter combination for n, r, p, maxmem.");
    };
    let mut key = room(cx, len as usize)?;
    let (password, salt) = (password.as_slice(), salt.as_slice());
    let made = cx.detached(|| scrypt::scrypt(password, salt, &params, &mut key).is_ok());
    if !made {
        return raise!(cx, VALUE_ERROR, "dklen is not good for scrypt");
    }
    Ok(cx.new_bytes(&key)?.value())
}
