//! Symbol tables: which scope every name belongs to, by CPython's rules.
//!
//! [`build`](build::build) walks the tree and records definitions and uses per scope, [`analyse`](analyse::analyse)
//! resolves them. Scopes are found again by the address of their node, which is stable while the tree is borrowed.

mod analyse;
mod build;

use crate::names::{FastMap, Name, OrderedMap};
use orochi_syntax::TextRange;

pub(crate) use build::build;

/// Bits recorded for a name in a scope.
pub(crate) mod def {
    pub(crate) const GLOBAL: u32 = 1;
    pub(crate) const LOCAL: u32 = 2;
    pub(crate) const PARAM: u32 = 4;
    pub(crate) const NONLOCAL: u32 = 8;
    pub(crate) const USE: u32 = 16;
    pub(crate) const FREE_CLASS: u32 = 64;
    pub(crate) const IMPORT: u32 = 128;
    pub(crate) const ANNOT: u32 = 256;
    pub(crate) const COMP_ITER: u32 = 512;
    pub(crate) const TYPE_PARAM: u32 = 1024;
    pub(crate) const BOUND: u32 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
}

/// Where a name lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Unknown,
    Local,
    GlobalExplicit,
    GlobalImplicit,
    Free,
    Cell,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbol {
    pub(crate) flags: u32,
    pub(crate) place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
    Annotation,
    TypeVariable,
    TypeAlias,
    TypeParameters,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompKind {
    No,
    List,
    Set,
    Dict,
    Generator,
}

pub(crate) type ScopeId = usize;

#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) kind: ScopeKind,
    pub(crate) name: Name,
    pub(crate) children: Vec<ScopeId>,
    pub(crate) symbols: OrderedMap<Symbol>,
    /// Parameters in `co_varnames` order.
    pub(crate) params: Vec<Name>,
    /// Class whose name mangles private names here.
    pub(crate) private: Option<Name>,
    pub(crate) nested: bool,
    pub(crate) generator: bool,
    pub(crate) coroutine: bool,
    /// Is `async def`.
    pub(crate) is_async: bool,
    pub(crate) comprehension: CompKind,
    pub(crate) comp_iter_target: bool,
    pub(crate) comp_iter_expr: u32,
    pub(crate) free: bool,
    pub(crate) child_free: bool,
    pub(crate) needs_class_closure: bool,
    pub(crate) needs_classdict: bool,
    pub(crate) can_see_class_scope: bool,
    pub(crate) has_conditional_annotations: bool,
    pub(crate) annotations_used: bool,
    /// A function defined directly in a class.
    pub(crate) method: bool,
    /// Compiled into the enclosing code object.
    pub(crate) inlined: bool,
    /// Some assignment expression binds a name here.
    pub(crate) has_walrus: bool,
    /// The scope of the `__annotate__` function of a module or class.
    pub(crate) annotation_scope: Option<ScopeId>,
    /// Where the node that opens it lies.
    pub(crate) range: TextRange,
    /// What the scope is, for messages.
    pub(crate) info: &'static str,
    /// `global` and `nonlocal` statements.
    pub(crate) directives: Vec<(Name, TextRange)>,
}

impl Scope {
    pub(crate) fn is_function_like(&self) -> bool {
        !matches!(self.kind, ScopeKind::Module | ScopeKind::Class)
    }

    pub(crate) fn place(&self, name: &str) -> Option<Place> {
        self.symbols.get(name).map(|s| s.place)
    }
}

/// Which scope of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Body,
    TypeParams,
    Annotations,
    Bound,
    Default,
}

pub(crate) struct SymbolTable {
    pub(crate) scopes: Vec<Scope>,
    by_node: FastMap<(usize, u8), ScopeId>,
}

impl SymbolTable {
    /// The scope of a node; the builder made one for every node that the compiler asks for.
    pub(crate) fn scope_of<T>(&self, node: &T, part: Part) -> ScopeId {
        self.by_node.get(&key(node, part)).copied().unwrap_or(0)
    }
}

fn key<T>(node: &T, part: Part) -> (usize, u8) {
    (std::ptr::from_ref(node) as usize, part as u8)
}
