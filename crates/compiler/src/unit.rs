//! A code object under construction: instructions with labels, constants, names, registers.

use crate::names::{FastMap, Name};
use crate::symtable::ScopeId;
use orochi_bytecode::{Const, Op, Site, SiteKind};
use orochi_syntax::TextRange;

/// A jump target to be bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label(pub(crate) u32);

/// Not a jump.
pub(crate) const NO_LABEL: Label = Label(u32::MAX);

/// A register number.
pub(crate) type Reg = u16;

/// An instruction before layout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ins {
    pub(crate) op: Op,
    pub(crate) a: u16,
    pub(crate) b: u16,
    pub(crate) c: u16,
    pub(crate) label: Label,
    pub(crate) pos: Pos,
}

/// Source range of an instruction; `None` for artificial ones.
pub(crate) type Pos = Option<TextRange>;

/// A covered range of instructions with its handler.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) target: Label,
    pub(crate) reg: Reg,
}

/// An exception region that is open: instructions emitted now are covered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region {
    start: u32,
    target: Label,
    reg: Reg,
}

/// A statement block that a jump out of it must unwind.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// A loop: labels for `break` and `continue`.
    Loop { exit: Label, next: Label },
    /// A region to be left: `try` body with handlers.
    Try { region: Region },
    /// `try` body with a finally body that has to run; the statement's index in the finally list.
    Finally { region: Region, body: usize },
    /// Handler: the saved exception to restore.
    Handler { save: Reg, region: Region },
    /// Named handler: the region, and the name to unbind.
    NamedHandler { region: Region, name: Name },
    /// `except*` body: nothing may jump out.
    StarHandler,
    /// `with` body: pair of the exit function.
    With { region: Region, exit: Reg, is_async: bool, pos: TextRange },
}

/// An inlined comprehension being compiled.
#[derive(Debug)]
pub(crate) struct CompFrame {
    pub(crate) scope: ScopeId,
    /// Variable, register, whether the register holds a cell.
    pub(crate) vars: Vec<(Name, Reg, bool)>,
}

/// An annotation of a module or class, to be evaluated by its `__annotate__` function.
pub(crate) struct Deferred<'a> {
    pub(crate) name: Name,
    pub(crate) value: &'a orochi_syntax::ast::Expr,
    pub(crate) index: Option<u32>,
    pub(crate) range: TextRange,
}

/// A code object under construction.
pub(crate) struct Unit<'a> {
    pub(crate) scope: ScopeId,
    pub(crate) name: Name,
    pub(crate) qualname: String,
    pub(crate) firstlineno: u32,
    pub(crate) flags: u32,
    pub(crate) argcount: u32,
    pub(crate) posonly: u32,
    pub(crate) kwonly: u32,
    pub(crate) private: Option<Name>,
    pub(crate) ins: Vec<Ins>,
    pub(crate) labels: Vec<u32>,
    pub(crate) ranges: Vec<Range>,
    pub(crate) consts: Vec<Const>,
    const_index: FastMap<Vec<u8>, u32>,
    pub(crate) names: Vec<Name>,
    name_index: FastMap<Name, u32>,
    pub(crate) sites: Vec<Site>,
    site_index: FastMap<(u32, u8), u32>,
    pub(crate) varnames: Vec<Name>,
    pub(crate) locals: FastMap<Name, Reg>,
    pub(crate) cellvars: Vec<Name>,
    pub(crate) freevars: Vec<Name>,
    pub(crate) cells: FastMap<Name, Reg>,
    pub(crate) temp_base: Reg,
    pub(crate) depth: u32,
    pub(crate) max_depth: u32,
    pub(crate) blocks: Vec<Block>,
    pub(crate) comps: Vec<CompFrame>,
    pub(crate) finals: Vec<&'a [orochi_syntax::ast::Stmt]>,
    pub(crate) deferred: Vec<Deferred<'a>>,
    pub(crate) static_attributes: Vec<Name>,
    /// Numbers of conditional annotations by the address of their statement.
    pub(crate) annotation_index: FastMap<usize, Option<u32>>,
    pub(crate) is_class: bool,
}

impl<'a> Unit<'a> {
    pub(crate) fn new(scope: ScopeId, name: Name, qualname: String, firstlineno: u32) -> Unit<'a> {
        Unit {
            scope,
            name,
            qualname,
            firstlineno,
            flags: 0,
            argcount: 0,
            posonly: 0,
            kwonly: 0,
            private: None,
            ins: Vec::new(),
            labels: Vec::new(),
            ranges: Vec::new(),
            consts: Vec::new(),
            const_index: FastMap::default(),
            names: Vec::new(),
            name_index: FastMap::default(),
            sites: Vec::new(),
            site_index: FastMap::default(),
            varnames: Vec::new(),
            locals: FastMap::default(),
            cellvars: Vec::new(),
            freevars: Vec::new(),
            cells: FastMap::default(),
            temp_base: 0,
            depth: 0,
            max_depth: 0,
            blocks: Vec::new(),
            comps: Vec::new(),
            finals: Vec::new(),
            deferred: Vec::new(),
            static_attributes: Vec::new(),
            annotation_index: FastMap::default(),
            is_class: false,
        }
    }

    /// Fixes the register layout once all names are known.
    pub(crate) fn layout(&mut self) {
        for (i, n) in self.varnames.iter().enumerate() {
            self.locals.insert(n.clone(), i as Reg);
        }
        let base = self.varnames.len();
        for (i, n) in self.cellvars.iter().chain(&self.freevars).enumerate() {
            // A class that has a cell `__class__` for its methods may use the one of a class around it.
            self.cells.entry(n.clone()).or_insert((base + i) as Reg);
        }
        let base = base + self.cellvars.len() + self.freevars.len();
        self.temp_base = base.min(u16::MAX as usize) as Reg;
        self.depth = base as u32;
        self.max_depth = base as u32;
    }

    /// A new temporary on top. Overflow is found when the code is assembled.
    pub(crate) fn tmp(&mut self) -> Reg {
        let r = self.depth;
        self.depth += 1;
        self.max_depth = self.max_depth.max(self.depth);
        r.min(u16::MAX as u32) as Reg
    }

    pub(crate) fn is_temp(&self, r: Reg) -> bool {
        r >= self.temp_base
    }

    pub(crate) fn label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label(self.labels.len() as u32 - 1)
    }

    pub(crate) fn bind(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.ins.len() as u32;
    }

    pub(crate) fn here(&self) -> u32 {
        self.ins.len() as u32
    }

    pub(crate) fn open(&mut self, target: Label, reg: Reg) -> Region {
        Region { start: self.here(), target, reg }
    }

    /// Ends a region; inner regions end first, which gives the table its order.
    pub(crate) fn close(&mut self, region: Region) {
        let end = self.here();
        if region.start < end {
            let Region { start, target, reg } = region;
            self.ranges.push(Range { start, end, target, reg });
        }
    }

    /// Starts the region again after a gap.
    pub(crate) fn reopen(&self, region: Region) -> Region {
        Region { start: self.here(), ..region }
    }

    pub(crate) fn constant(&mut self, c: Const) -> u32 {
        let mut key = Vec::new();
        if !const_key(&c, &mut key) {
            self.consts.push(c);
            return self.consts.len() as u32 - 1;
        }
        if let Some(i) = self.const_index.get(&key) {
            return *i;
        }
        let i = self.consts.len() as u32;
        self.consts.push(c);
        self.const_index.insert(key, i);
        i
    }

    pub(crate) fn name(&mut self, name: &str) -> u32 {
        if let Some(i) = self.name_index.get(name) {
            return *i;
        }
        let i = self.names.len() as u32;
        self.names.push(name.into());
        self.name_index.insert(name.into(), i);
        i
    }

    /// A new cache site; very large code shares sites of the same name.
    pub(crate) fn site(&mut self, name: &str, kind: SiteKind) -> u16 {
        let n = self.name(name);
        let i = self.sites.len() as u32;
        if i >= 40_000 {
            if let Some(i) = self.site_index.get(&(n, kind as u8)) {
                return *i as u16;
            }
        }
        self.site_index.insert((n, kind as u8), i);
        self.sites.push(Site { name: n, kind });
        i.min(u16::MAX as u32) as u16
    }
}

/// A key by which equal constants are shared; code objects have none.
fn const_key(c: &Const, out: &mut Vec<u8>) -> bool {
    let items = |tag: u8, items: &[Const], out: &mut Vec<u8>| {
        out.push(tag);
        out.extend_from_slice(&(items.len() as u32).to_le_bytes());
        items.iter().all(|c| const_key(c, out))
    };
    match c {
        Const::None => out.push(0),
        Const::True => out.push(1),
        Const::False => out.push(2),
        Const::Ellipsis => out.push(3),
        Const::Int(n) => {
            out.push(4);
            out.extend_from_slice(&n.to_le_bytes());
        }
        Const::BigInt { negative, limbs } => {
            out.push(5);
            out.push(*negative as u8);
            out.extend_from_slice(&(limbs.len() as u32).to_le_bytes());
            limbs.iter().for_each(|l| out.extend_from_slice(&l.to_le_bytes()));
        }
        Const::Float(x) => {
            out.push(6);
            out.extend_from_slice(&x.to_bits().to_le_bytes());
        }
        Const::Complex(x, y) => {
            out.push(7);
            out.extend_from_slice(&x.to_bits().to_le_bytes());
            out.extend_from_slice(&y.to_bits().to_le_bytes());
        }
        Const::Str(s, _) => {
            out.push(8);
            out.extend_from_slice(&(s.len() as u32).to_le_bytes());
            out.extend_from_slice(s);
        }
        Const::Bytes(s) => {
            out.push(9);
            out.extend_from_slice(&(s.len() as u32).to_le_bytes());
            out.extend_from_slice(s);
        }
        Const::Tuple(xs) => return items(10, xs, out),
        Const::FrozenSet(xs) => return items(11, xs, out),
        Const::Slice(xs) => return items(12, &xs[..], out),
        Const::Code(_) => return false,
    }
    true
}
