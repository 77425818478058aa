//! The symbol tables of a source as plain data, for the module `symtable`.

use crate::symtable::{self, Place, ScopeKind, SymbolTable, def};
use orochi_bytecode::CodeFlags;
use orochi_syntax::{Mode, Source, SyntaxError, ast};

/// What a scope is, numbered as in `_symtable`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Function = 0,
    Class = 1,
    Module = 2,
    Annotation = 3,
    TypeAlias = 4,
    TypeParameters = 5,
    TypeVariable = 6,
}

/// One scope. They refer to one another by their index.
#[derive(Clone, Debug)]
pub struct Scope {
    pub name: String,
    pub kind: Kind,
    pub nested: bool,
    /// The line on which it begins, 0 for a module.
    pub line: u32,
    /// Names with their flags; from bit 12 on where the name lives.
    pub symbols: Vec<(String, u32)>,
    /// Parameters in order.
    pub params: Vec<String>,
    pub children: Vec<usize>,
}

/// All scopes of a source; the first one is the module.
///
/// # Errors
/// What the parser and the tables find wrong with the source.
pub fn scopes(source: &Source, mode: Mode) -> Result<Vec<Scope>, SyntaxError> {
    let parsed = orochi_syntax::parse(source, mode)?;
    let flags = match &parsed.tree {
        ast::Mod::Module(m) => crate::stmt::future_flags(source, &m.body)?,
        ast::Mod::Expression(_) => 0,
    };
    let annotations = flags & CodeFlags::FUTURE_ANNOTATIONS != 0;
    let table = symtable::build(source, &parsed.tree, annotations)?;
    Ok((0..table.scopes.len()).map(|id| plain(source, &table, id)).collect())
}

fn plain(source: &Source, table: &SymbolTable, id: usize) -> Scope {
    let scope = &table.scopes[id];
    let kind = match scope.kind {
        ScopeKind::Module => Kind::Module,
        ScopeKind::Class => Kind::Class,
        ScopeKind::Function => Kind::Function,
        ScopeKind::Annotation => Kind::Annotation,
        ScopeKind::TypeVariable => Kind::TypeVariable,
        ScopeKind::TypeAlias => Kind::TypeAlias,
        ScopeKind::TypeParameters => Kind::TypeParameters,
    };
    let place = |place: Place| match place {
        Place::Unknown => 0,
        Place::Local => 1,
        Place::GlobalExplicit => 2,
        Place::GlobalImplicit => 3,
        Place::Free => 4,
        Place::Cell => 5,
    };
    let mut symbols = Vec::new();
    collect(table, id, &mut |name, flags, at| {
        let flags = flags | place(at) << 12;
        match symbols.iter_mut().find(|(known, _): &&mut (String, u32)| known == name) {
            Some((_, known)) => *known |= flags & def::USE,
            None => symbols.push((name.to_string(), flags)),
        }
    });
    Scope {
        name: scope.name.trim_matches(['<', '>']).to_string(),
        kind,
        nested: scope.nested,
        line: if kind == Kind::Module {
            0
        } else {
            source.index().position(scope.range.start()).line
        },
        symbols,
        params: scope.params.iter().map(|name| name.to_string()).collect(),
        children: children(table, id),
    }
}

/// The names of a scope and of the comprehensions inlined in it.
fn collect(table: &SymbolTable, id: usize, found: &mut dyn FnMut(&str, u32, Place)) {
    let scope = &table.scopes[id];
    for (name, symbol) in scope.symbols.iter() {
        match &**name {
            // The iterable of a comprehension, which goes away with its scope.
            ".0" if scope.inlined => {}
            // Code that nobody sees compares it.
            ".format" => found(name, symbol.flags | def::USE, symbol.place),
            _ => found(name, symbol.flags, symbol.place),
        }
    }
    for &child in &scope.children {
        if table.scopes[child].inlined {
            collect(table, child, found);
        }
    }
}

/// The scopes in a scope; what an inlined comprehension holds belongs to the scope around it.
fn children(table: &SymbolTable, id: usize) -> Vec<usize> {
    let mut found = Vec::new();
    for &child in &table.scopes[id].children {
        if table.scopes[child].inlined {
            found.extend(children(table, child));
        } else {
            found.push(child);
        }
    }
    found
}
