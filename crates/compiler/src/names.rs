//! Names: reference-counted strings, an ordered map keyed by them, and private-name mangling.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

/// A name.
pub(crate) type Name = Rc<str>;

/// A small multiplicative hasher: names are short and not adversarial here.
#[derive(Default, Clone)]
pub(crate) struct FastHasher(u64);

impl Hasher for FastHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut w = [0u8; 8];
            w[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(w));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(n as u64);
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

/// A hash map with the fast hasher.
pub(crate) type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<FastHasher>>;
/// A hash set with the fast hasher.
pub(crate) type FastSet<K> = std::collections::HashSet<K, BuildHasherDefault<FastHasher>>;

/// A map that remembers insertion order.
#[derive(Debug)]
pub(crate) struct OrderedMap<V> {
    index: FastMap<Name, usize>,
    items: Vec<(Name, V)>,
}

impl<V> Default for OrderedMap<V> {
    fn default() -> Self {
        OrderedMap { index: FastMap::default(), items: Vec::new() }
    }
}

impl<V> OrderedMap<V> {
    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        self.index.get(name).map(|i| &self.items[*i].1)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.index.get(name).map(|i| &mut self.items[*i].1)
    }

    pub(crate) fn insert(&mut self, name: Name, value: V) {
        match self.index.get(&name) {
            Some(i) => self.items[*i].1 = value,
            None => {
                self.index.insert(name.clone(), self.items.len());
                self.items.push((name, value));
            }
        }
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Name, &V)> {
        self.items.iter().map(|(n, v)| (n, v))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&Name, &mut V)> {
        self.items.iter_mut().map(|(n, v)| (&*n, v))
    }
}

/// Name mangling: `__x` within class `C` is `_C__x`.
pub(crate) fn mangle(private: Option<&str>, name: &str) -> Name {
    let Some(class) = private else { return name.into() };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.into();
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() { name.into() } else { format!("_{class}{name}").into() }
}

#[cfg(test)]
mod tests {
    use super::mangle;

    #[test]
    fn mangling() {
        assert_eq!(&*mangle(Some("_A"), "__x"), "_A__x");
        assert_eq!(&*mangle(Some("A"), "__x__"), "__x__");
        assert_eq!(&*mangle(Some("__"), "__x"), "__x");
        assert_eq!(&*mangle(None, "__x"), "__x");
    }
}
