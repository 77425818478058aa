//! UTF-8 of whole valid texts, to and from memory of the right size: a pass that measures, and one that fills. What is not
//! valid is found by the second one, and left to [`super::utf8`].

use crate::Unit;
use core::mem::MaybeUninit;

/// How many code points valid UTF-8 has, and the width in bytes of the narrowest units that hold them.
pub fn measure(bytes: &[u8]) -> (usize, usize) {
    // Counts in a byte add up fastest, and so many do not overflow one.
    const PIECE: usize = u8::MAX as usize;
    let (mut count, mut most) = (0, 0);
    for piece in bytes.chunks(PIECE) {
        let mut leading = 0_u8;
        for byte in piece {
            leading += u8::from(*byte as i8 >= -64);
            most = most.max(*byte);
        }
        count += usize::from(leading);
    }
    let width = match most {
        ..0xc4 => 1,
        0xc4..0xf0 => 2,
        _ => 4,
    };
    (count, width)
}

/// Decodes all of `bytes`, as many code points as there is room for. Says whether that went well.
pub fn decode<T: Unit>(bytes: &[u8], room: &mut [MaybeUninit<T>]) -> bool {
    let mut bytes = bytes.iter();
    let bits = |c: u8| u32::from(c & 63);
    let continues = |c: u8| c & 0xc0 == 0x80;
    for to in room {
        let Some(&a) = bytes.next() else { return false };
        if a < 0x80 {
            to.write(T::of(u32::from(a)));
            continue;
        }
        let Some(&b) = bytes.next() else { return false };
        if !continues(b) || a < 0xc2 {
            return false;
        }
        if a < 0xe0 {
            to.write(T::of(u32::from(a & 31) << 6 | bits(b)));
            continue;
        }
        let Some(&c) = bytes.next() else { return false };
        if !continues(c) {
            return false;
        }
        if a < 0xf0 {
            let point = u32::from(a & 15) << 12 | bits(b) << 6 | bits(c);
            if point < 0x800 || crate::is_surrogate(point) || T::MAX < 0xffff {
                return false;
            }
            to.write(T::of(point));
            continue;
        }
        let Some(&d) = bytes.next() else { return false };
        let point = u32::from(a & 7) << 18 | bits(b) << 12 | bits(c) << 6 | bits(d);
        if !continues(d) || a > 0xf4 || !(0x10000..0x11_0000).contains(&point) || T::MAX <= 0xffff {
            return false;
        }
        to.write(T::of(point));
    }
    bytes.as_slice().is_empty()
}

/// How many bytes the code points take in UTF-8.
pub fn measure_encoded<T: Unit>(points: &[T]) -> usize {
    // Three more a point at most: so many fit 16 bits.
    const PIECE: usize = u16::MAX as usize / 3;
    let more = |piece: &[T]| {
        let mut more = 0_u16;
        for c in piece {
            let c = c.cp();
            more += u16::from(c >= 0x80) + u16::from(c >= 0x800) + u16::from(c >= 0x10000);
        }
        usize::from(more)
    };
    points.len() + points.chunks(PIECE).map(more).sum::<usize>()
}

/// Encodes all of `points` to as many bytes as [`measure_encoded`] says. Says whether that went well: there may be surrogates.
pub fn encode<T: Unit>(points: &[T], room: &mut [MaybeUninit<u8>]) -> bool {
    let mut room = room;
    let byte = |word: u32| MaybeUninit::new(word as u8);
    for c in points {
        let c = c.cp();
        if c < 0x80 {
            let Some((to, rest)) = room.split_first_mut() else { return false };
            to.write(c as u8);
            room = rest;
        } else if c < 0x800 {
            let Some((to, rest)) = room.split_first_chunk_mut::<2>() else { return false };
            let pair = 0x80c0 | c >> 6 | (c & 63) << 8;
            *to = [byte(pair), byte(pair >> 8)];
            room = rest;
        } else if c < 0x10000 {
            if crate::is_surrogate(c) {
                return false;
            }
            let three = 0x80_80e0 | c >> 12 | c << 2 & 0x3f00 | (c & 63) << 16;
            let word = [byte(three), byte(three >> 8), byte(three >> 16), byte(0)];
            // One store does it, where there is room for the byte that is written over next.
            room = match room.len() {
                4.. => {
                    let Some(to) = room.first_chunk_mut::<4>() else { return false };
                    *to = word;
                    &mut room[3..]
                }
                _ => {
                    let Some((to, rest)) = room.split_first_chunk_mut::<3>() else { return false };
                    to.copy_from_slice(&word[..3]);
                    rest
                }
            };
        } else {
            let Some((to, rest)) = room.split_first_chunk_mut::<4>() else { return false };
            let tail = |shift: u32| byte(0x80 | (c >> shift & 63));
            *to = [byte(0xf0 | c >> 18), tail(12), tail(6), tail(0)];
            room = rest;
        }
    }
    room.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], count: usize) -> bool {
        decode(bytes, &mut vec![MaybeUninit::<u32>::uninit(); count])
    }

    #[test]
    fn texts_go_there_and_back() {
        for text in ["", "a", "résumé", "中文 текст", "\u{10ffff}a\u{ffff}é", "é", "中", "𝄞"]
        {
            let (count, width) = measure(text.as_bytes());
            assert_eq!(count, text.chars().count());
            let max = text.chars().max().map_or(0, u32::from);
            assert_eq!(
                width,
                if max > 0xffff {
                    4
                } else if max > 0xff {
                    2
                } else {
                    1
                }
            );
            let points: Vec<u32> = text.chars().map(u32::from).collect();
            assert_eq!(measure_encoded(&points), text.len());
            let mut room = vec![MaybeUninit::new(0_u8); text.len()];
            assert!(encode(&points, &mut room));
            assert!(decoded(text.as_bytes(), count));
        }
    }

    #[test]
    fn what_is_not_valid_is_left() {
        for bytes in [
            &b"\xc1\x80"[..],
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xe4\xb8",
            b"\x80",
            b"\xe0\x80\x80",
        ] {
            let (count, _) = measure(bytes);
            assert!(!decoded(bytes, count.max(1)), "{bytes:x?}");
        }
        let mut room = vec![MaybeUninit::new(0_u8); 3];
        assert!(!encode(&[0xd800_u32], &mut room));
    }
}
