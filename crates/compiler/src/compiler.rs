//! The compiler's state, its entry point, and what every part of the lowering uses.

use crate::assemble::assemble;
use crate::names::{Name, mangle};
use crate::symtable::{self, Place, Scope, ScopeId, ScopeKind, SymbolTable};
use crate::unit::{Ins, Label, NO_LABEL, Pos, Reg, Unit};
use orochi_bytecode::{CodeFlags, CodeUnit, Const, Op, SiteKind};
use orochi_syntax::{
    ErrorKind, Literals, Mode, Source, SyntaxError, TextRange, TextSize, Warning, WarningKind, ast,
};

/// Resolves `\N{name}`.
pub type NameResolver<'a> = &'a dyn Fn(&str) -> Option<String>;

/// How to compile.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// 0: asserts and docstrings, 1: no asserts, 2: no docstrings either.
    pub optimize: u8,
    /// Future flags in force (`CodeFlags::FUTURE_*`), inherited by `exec` and `compile`.
    pub future: u32,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`.
    pub top_level_await: bool,
    /// `PyCF_DONT_IMPLY_DEDENT`: interactive input has to be complete.
    pub dont_imply_dedent: bool,
    /// Limit on decimal digits of an int literal; 0 stands for CPython's default of 4300, `usize::MAX` for none.
    pub max_int_digits: usize,
    /// Resolver of `\N{...}`.
    pub names: Option<NameResolver<'a>>,
}

/// The result of compilation.
#[derive(Debug)]
pub struct Compiled {
    /// The code.
    pub code: CodeUnit,
    /// Warnings in order of discovery.
    pub warnings: Vec<Warning>,
}

/// Names of future features and their flags.
pub mod future {
    use orochi_bytecode::CodeFlags as F;

    /// Every feature that `__future__` knows.
    pub const FEATURES: &[(&str, u32)] = &[
        ("nested_scopes", 0),
        ("generators", 0),
        ("division", 0),
        ("absolute_import", 0),
        ("with_statement", 0),
        ("print_function", 0),
        ("unicode_literals", 0),
        ("barry_as_FLUFL", F::FUTURE_BARRY_AS_BDFL),
        ("generator_stop", 0),
        ("annotations", F::FUTURE_ANNOTATIONS),
    ];
}

/// Compiles a source.
pub fn compile(
    source: &Source,
    filename: &str,
    mode: Mode,
    options: &Options<'_>,
) -> Result<Compiled, SyntaxError> {
    let barry = options.future & CodeFlags::FUTURE_BARRY_AS_BDFL != 0;
    if let Some(plain) = orochi_syntax::with_plain_operators(source, barry)? {
        return compile_plain(&plain, filename, mode, options).map_err(|mut error| {
            let index = source.index();
            error.text = error.text.map(|_| index.line_text(source.text(), error.line).to_string());
            error
        });
    }
    compile_plain(source, filename, mode, options)
}

/// Compiles a source whose operators are the parser's.
fn compile_plain(
    source: &Source,
    filename: &str,
    mode: Mode,
    options: &Options<'_>,
) -> Result<Compiled, SyntaxError> {
    let compiled = orochi_syntax::with_big_stack(source, || {
        let parsed = orochi_syntax::parse(source, mode)?;
        if mode == Mode::Single {
            single_statement(source, &parsed.tree, options)?;
        }
        compile_tree(source, &parsed.tree, filename, mode, options)
    });
    compiled.unwrap_or_else(|| Err(SyntaxError::nowhere(ErrorKind::Memory, "")))
}

/// Compiles a tree that was not parsed; `source` is what was laid out for it.
pub fn compile_made(
    source: &Source,
    tree: &ast::Mod,
    filename: &str,
    mode: Mode,
    options: &Options<'_>,
) -> Result<Compiled, SyntaxError> {
    let compiled = orochi_syntax::with_big_stack(source, || {
        compile_tree(source, tree, filename, mode, options)
    });
    compiled.unwrap_or_else(|| Err(SyntaxError::nowhere(ErrorKind::Memory, "")))
}

/// The rule of interactive mode: a block is complete only after its last newline.
fn single_statement(source: &Source, tree: &ast::Mod, options: &Options<'_>) -> Res {
    use orochi_syntax::Ranged;
    let ast::Mod::Module(m) = tree else { return Ok(()) };
    let text = source.text();
    let Some(last) = m.body.last() else {
        let mut e = SyntaxError::nowhere(ErrorKind::Syntax, "invalid syntax");
        e.incomplete = true;
        return Err(e);
    };
    let block = matches!(
        last,
        ast::Stmt::If(_)
            | ast::Stmt::For(_)
            | ast::Stmt::While(_)
            | ast::Stmt::Try(_)
            | ast::Stmt::With(_)
            | ast::Stmt::FunctionDef(_)
            | ast::Stmt::ClassDef(_)
            | ast::Stmt::Match(_)
    );
    if block && options.dont_imply_dedent && !text.ends_with('\n') {
        let mut e = SyntaxError::at(source, last.range(), "incomplete input");
        e.incomplete = true;
        return Err(e);
    }
    if block && !is_ended(text, last) {
        let end = TextRange::new(last.range().end(), last.range().end());
        let mut e = SyntaxError::at(source, end, "invalid syntax");
        (e.col, e.end_col) = (0, 0);
        return Err(e);
    }
    Ok(())
}

/// Whether the end of a block at the end of the text can be told: by a newline, or by the end of an indentation.
fn is_ended(text: &str, block: &ast::Stmt) -> bool {
    use orochi_syntax::Ranged;
    if text[block.range().end().to_usize()..].contains('\n') {
        return true;
    }
    let or = |last: &'_ [ast::Stmt]| !last.is_empty();
    let suite: &[ast::Stmt] = match block {
        ast::Stmt::If(s) => s.elif_else_clauses.last().map_or(&s.body, |clause| &clause.body),
        ast::Stmt::For(s) if or(&s.orelse) => &s.orelse,
        ast::Stmt::For(s) => &s.body,
        ast::Stmt::While(s) if or(&s.orelse) => &s.orelse,
        ast::Stmt::While(s) => &s.body,
        ast::Stmt::Try(s) if or(&s.finalbody) => &s.finalbody,
        ast::Stmt::Try(s) if or(&s.orelse) => &s.orelse,
        ast::Stmt::Try(s) => match s.handlers.last() {
            Some(ast::ExceptHandler::ExceptHandler(handler)) => &handler.body,
            None => &s.body,
        },
        ast::Stmt::With(s) => &s.body,
        ast::Stmt::FunctionDef(s) => &s.body,
        ast::Stmt::ClassDef(s) => &s.body,
        // Its cases are always indented.
        _ => return true,
    };
    let Some(first) = suite.first() else { return true };
    let before = &text[..first.range().start().to_usize()];
    let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    !line.is_empty() && line.trim().is_empty()
}

fn compile_tree(
    source: &Source,
    tree: &ast::Mod,
    filename: &str,
    mode: Mode,
    options: &Options<'_>,
) -> Result<Compiled, SyntaxError> {
    let mut flags = options.future;
    if let ast::Mod::Module(m) = tree {
        flags |= crate::stmt::future_flags(source, &m.body)?;
    }
    let annotations = flags & CodeFlags::FUTURE_ANNOTATIONS != 0;
    let table = symtable::build(source, tree, annotations)?;
    let mut c = Compiler {
        source,
        table: &table,
        options: *options,
        filename,
        mode,
        future: flags,
        units: Vec::new(),
        lits: Literals { source, names: options.names, warnings: Vec::new() },
        pos: None,
        nesting: 0,
    };
    let code = c.module(tree)?;
    let mut warnings = c.lits.warnings;
    // CPython's passes: the parser sees escapes and numbers, then the tree is checked, then code is made.
    warnings.sort_by_key(|w| {
        if w.msg.contains("escape sequence. Such") || w.msg.starts_with("invalid ") {
            0
        } else if w.msg.ends_with("in a 'finally' block") {
            1
        } else {
            2
        }
    });
    Ok(Compiled { code, warnings })
}

pub(crate) type Res<T = ()> = Result<T, SyntaxError>;

/// Lowering state.
pub(crate) struct Compiler<'a> {
    pub(crate) source: &'a Source,
    pub(crate) table: &'a SymbolTable,
    pub(crate) options: Options<'a>,
    pub(crate) filename: &'a str,
    pub(crate) mode: Mode,
    pub(crate) future: u32,
    pub(crate) units: Vec<Unit<'a>>,
    pub(crate) lits: Literals<'a>,
    pub(crate) pos: Pos,
    pub(crate) nesting: u32,
}

/// Where a name is found from the current place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Var {
    /// A register that may be unbound.
    Fast(Reg),
    /// A cell in a register.
    Deref(Reg),
    /// Globals, builtins.
    Global,
    /// Namespace, globals, builtins.
    Name,
    /// A class body's namespace first, then the cell.
    ClassDeref(Reg),
    /// An annotation scope in a class: the class namespace (cell `__classdict__`), then the cell.
    DictDeref(Reg, Reg),
    /// The same, then globals.
    DictGlobal(Reg),
}

impl<'a> Compiler<'a> {
    // ---- state -----------------------------------------------------------------------------

    pub(crate) fn u(&mut self) -> &mut Unit<'a> {
        let last = self.units.len() - 1;
        &mut self.units[last]
    }

    pub(crate) fn unit(&self) -> &Unit<'a> {
        &self.units[self.units.len() - 1]
    }

    pub(crate) fn scope(&self) -> &'a Scope {
        &self.table.scopes[self.unit().scope]
    }

    /// Sets the source range of what is emitted next and returns the old one.
    pub(crate) fn at(&mut self, range: TextRange) -> Pos {
        self.pos.replace(range)
    }

    pub(crate) fn error<T>(&self, range: TextRange, msg: impl Into<String>) -> Res<T> {
        Err(SyntaxError::at_bytes(self.source, range, msg))
    }

    pub(crate) fn warn(&mut self, range: TextRange, msg: impl Into<String>) {
        let line = self.source.index().position(range.start()).line;
        self.lits.warnings.push(Warning {
            kind: WarningKind::Syntax,
            msg: msg.into(),
            line,
            range,
        });
    }

    pub(crate) fn line_of(&self, at: TextSize) -> u32 {
        self.source.index().position(at).line
    }

    pub(crate) fn mangle(&self, name: &str) -> Name {
        mangle(self.unit().private.as_deref(), name)
    }

    // ---- emission --------------------------------------------------------------------------

    fn push(&mut self, op: Op, a: u16, b: u16, c: u16, label: Label) {
        let pos = self.pos;
        self.u().ins.push(Ins { op, a, b, c, label, pos });
    }

    pub(crate) fn emit(&mut self, op: Op, a: Reg, b: u16, c: u16) {
        self.push(op, a, b, c, NO_LABEL);
    }

    pub(crate) fn emit_wide(&mut self, op: Op, a: Reg, bc: u32) {
        self.push(op, a, bc as u16, (bc >> 16) as u16, NO_LABEL);
    }

    /// A jump instruction: operands a (and b), offset to the label.
    pub(crate) fn jump_op(&mut self, op: Op, a: u16, b: u16, label: Label) {
        self.push(op, a, b, 0, label);
    }

    pub(crate) fn jump(&mut self, label: Label) {
        self.push(Op::Jump, 0, 0, 0, label);
    }

    pub(crate) fn label(&mut self) -> Label {
        self.u().label()
    }

    pub(crate) fn bind(&mut self, label: Label) {
        self.u().bind(label);
    }

    pub(crate) fn tmp(&mut self) -> Reg {
        self.u().tmp()
    }

    pub(crate) fn mark(&self) -> u32 {
        self.unit().depth
    }

    pub(crate) fn release(&mut self, mark: u32) {
        self.u().depth = mark;
    }

    pub(crate) fn is_temp(&self, r: Reg) -> bool {
        self.unit().is_temp(r)
    }

    /// Whether `r` is the topmost temporary, so that a group may begin with it.
    pub(crate) fn is_top(&self, r: Reg) -> bool {
        self.is_temp(r) && r as u32 + 1 == self.unit().depth
    }

    pub(crate) fn site(&mut self, name: &str, kind: SiteKind) -> u16 {
        self.u().site(name, kind)
    }

    pub(crate) fn name_index(&mut self, name: &str) -> u16 {
        self.u().name(name).min(u16::MAX as u32) as u16
    }

    pub(crate) fn load_const(&mut self, c: Const, dst: Reg) {
        match c {
            Const::None => self.emit(Op::LoadNone, dst, 0, 0),
            Const::True => self.emit(Op::LoadTrue, dst, 0, 0),
            Const::False => self.emit(Op::LoadFalse, dst, 0, 0),
            Const::Int(n) if i32::try_from(n).is_ok() => {
                self.emit_wide(Op::LoadInt, dst, n as i32 as u32);
            }
            c => {
                let i = self.u().constant(c);
                self.emit_wide(Op::LoadConst, dst, i);
            }
        }
    }

    pub(crate) fn move_to(&mut self, dst: Reg, src: Reg) {
        if dst != src {
            self.emit(Op::Move, dst, src, 0);
        }
    }

    // ---- names -----------------------------------------------------------------------------

    /// The register of a cell by name, as seen from here.
    pub(crate) fn cell_register(&self, name: &str) -> Option<Reg> {
        let u = self.unit();
        for frame in u.comps.iter().rev() {
            if let Some((_, r, true)) = frame.vars.iter().find(|(n, _, _)| &**n == name) {
                return Some(*r);
            }
        }
        u.cells.get(name).copied()
    }

    /// Finds where a (mangled) name lives.
    pub(crate) fn resolve(&self, name: &str) -> Var {
        let u = self.unit();
        let scope = &self.table.scopes[u.scope];
        let mut place = None;
        for frame in u.comps.iter().rev() {
            if let Some((_, r, cell)) = frame.vars.iter().find(|(n, _, _)| &**n == name) {
                return if *cell { Var::Deref(*r) } else { Var::Fast(*r) };
            }
            if place.is_none() {
                place = self.table.scopes[frame.scope].place(name);
            }
        }
        let in_comp = !u.comps.is_empty();
        let own = scope.place(name);
        let place = match (place, own) {
            // A free name of a comprehension may be the function's plain local.
            (Some(Place::Free), Some(p @ (Place::Local | Place::Cell)))
                if scope.kind != ScopeKind::Class =>
            {
                p
            }
            (Some(p), _) => p,
            (None, p) => p.unwrap_or(Place::GlobalImplicit),
        };
        match place {
            Place::Local if scope.is_function_like() => match u.locals.get(name) {
                Some(r) => Var::Fast(*r),
                None => Var::Global,
            },
            Place::Local => Var::Name,
            Place::Cell | Place::Free => self.resolve_cell(name, scope, in_comp),
            Place::GlobalExplicit => Var::Global,
            Place::GlobalImplicit | Place::Unknown => {
                if scope.can_see_class_scope {
                    if let Some(d) = self.classdict_cell(name) {
                        return Var::DictGlobal(d);
                    }
                }
                if scope.is_function_like() || in_comp && scope.kind == ScopeKind::Class {
                    Var::Global
                } else {
                    Var::Name
                }
            }
        }
    }

    fn classdict_cell(&self, name: &str) -> Option<Reg> {
        if matches!(name, "__classdict__" | "__conditional_annotations__") {
            return None;
        }
        self.unit().cells.get("__classdict__").copied()
    }

    fn resolve_cell(&self, name: &str, scope: &Scope, in_comp: bool) -> Var {
        let Some(r) = self.cell_register(name) else { return Var::Global };
        let u = self.unit();
        if scope.kind == ScopeKind::Class
            && !in_comp
            && let Some(i) = u.freevars.iter().position(|n| &**n == name)
        {
            return Var::ClassDeref((u.varnames.len() + u.cellvars.len() + i) as Reg);
        }
        if scope.kind == ScopeKind::Class
            && !in_comp
            && !self.unit().cellvars.iter().any(|n| &**n == name)
        {
            return Var::ClassDeref(r);
        }
        if scope.can_see_class_scope {
            if let Some(d) = self.classdict_cell(name) {
                return Var::DictDeref(d, r);
            }
        }
        Var::Deref(r)
    }

    /// Loads a name (already mangled) into `dst`.
    pub(crate) fn load_var(&mut self, name: &str, dst: Reg) {
        match self.resolve(name) {
            Var::Fast(r) => {
                self.check_bound(r, name);
                self.move_to(dst, r);
            }
            Var::Deref(r) => {
                let n = self.name_index(name);
                self.emit(Op::LoadDeref, dst, r, n);
            }
            Var::Global => {
                let s = self.site(name, SiteKind::Name);
                self.emit(Op::LoadGlobal, dst, 0, s);
            }
            Var::Name => {
                let s = self.site(name, SiteKind::Name);
                self.emit(Op::LoadName, dst, 0, s);
            }
            Var::ClassDeref(r) => {
                let mark = self.mark();
                let (t, m) = (self.tmp(), self.tmp());
                self.emit(Op::LoadLocals, m, 0, 0);
                self.dict_or_deref(t, m, r, name);
                self.move_to(dst, t);
                self.release(mark);
            }
            Var::DictDeref(d, r) => {
                let mark = self.mark();
                let (t, m) = (self.tmp(), self.tmp());
                let n = self.name_index("__classdict__");
                self.emit(Op::LoadDeref, m, d, n);
                self.dict_or_deref(t, m, r, name);
                self.move_to(dst, t);
                self.release(mark);
            }
            Var::DictGlobal(d) => {
                let mark = self.mark();
                let m = self.tmp();
                let n = self.name_index("__classdict__");
                self.emit(Op::LoadDeref, m, d, n);
                let s = self.site(name, SiteKind::Name);
                self.emit(Op::LoadFromDictOrGlobals, dst, m, s);
                self.release(mark);
            }
        }
    }

    fn dict_or_deref(&mut self, t: Reg, mapping: Reg, cell: Reg, name: &str) {
        self.emit(Op::Move, t, cell, 0);
        let n = self.name_index(name);
        self.emit(Op::LoadFromDictOrDeref, t, mapping, n);
    }

    pub(crate) fn check_bound(&mut self, r: Reg, name: &str) {
        let n = self.name_index(name);
        self.emit(Op::CheckBound, r, 0, n);
    }

    /// Stores `src` to a name (already mangled).
    pub(crate) fn store_var(&mut self, name: &str, src: Reg) {
        match self.resolve(name) {
            Var::Fast(r) => self.move_to(r, src),
            Var::Deref(r) | Var::ClassDeref(r) | Var::DictDeref(_, r) => {
                self.emit(Op::StoreDeref, r, src, 0);
            }
            Var::Global | Var::DictGlobal(_) => {
                let s = self.site(name, SiteKind::Name);
                self.emit(Op::StoreGlobal, 0, src, s);
            }
            Var::Name => {
                let s = self.site(name, SiteKind::Name);
                self.emit(Op::StoreName, 0, src, s);
            }
        }
    }

    pub(crate) fn delete_var(&mut self, name: &str) {
        match self.resolve(name) {
            Var::Fast(r) => {
                let n = self.name_index(name);
                self.emit(Op::DelFast, r, 0, n);
            }
            Var::Deref(r) | Var::ClassDeref(r) | Var::DictDeref(_, r) => {
                let n = self.name_index(name);
                self.emit(Op::DelDeref, r, 0, n);
            }
            Var::Global | Var::DictGlobal(_) => {
                let s = self.site(name, SiteKind::Name);
                self.emit(Op::DelGlobal, 0, 0, s);
            }
            Var::Name => {
                let s = self.site(name, SiteKind::Name);
                self.emit(Op::DelName, 0, 0, s);
            }
        }
    }

    // ---- units -----------------------------------------------------------------------------

    /// Begins a code object for a scope: register layout from the symbol table, cell prologue.
    pub(crate) fn enter(&mut self, scope_id: ScopeId, name: Name, firstlineno: u32) {
        let scope = &self.table.scopes[scope_id];
        let qualname = self.qualname(&name, scope_id);
        let mut u = Unit::new(scope_id, name, qualname, firstlineno);
        u.private = scope.private.clone();
        u.is_class = scope.kind == ScopeKind::Class;
        u.varnames = scope.params.clone();
        if scope.is_function_like() {
            let mut seen: crate::names::FastSet<Name> = u.varnames.iter().cloned().collect();
            for (n, s) in scope.symbols.iter() {
                if s.place == Place::Local && seen.insert(n.clone()) {
                    u.varnames.push(n.clone());
                }
            }
            self.comp_locals(scope_id, scope, &mut seen, &mut u.varnames);
            u.flags |= CodeFlags::OPTIMIZED | CodeFlags::NEWLOCALS;
        }
        if scope.nested && scope.is_function_like() {
            u.flags |= CodeFlags::NESTED;
        }
        if scope.method {
            u.flags |= CodeFlags::METHOD;
        }
        u.flags |= self.future & CodeFlags::FUTURE_MASK;
        (u.cellvars, u.freevars) = cell_names(scope);
        u.layout();
        self.units.push(u);
        self.pos = None;
        self.cell_prologue(scope);
    }

    /// Comprehension variables that can be locals: those whose names the function has no other use for.
    fn comp_locals(
        &self,
        id: ScopeId,
        outer: &Scope,
        seen: &mut crate::names::FastSet<Name>,
        out: &mut Vec<Name>,
    ) {
        for child in &self.table.scopes[id].children {
            let comp = &self.table.scopes[*child];
            if !comp.inlined {
                continue;
            }
            for (n, s) in comp.symbols.iter() {
                let own = s.flags & symtable::def::PARAM == 0 && s.place == Place::Local;
                if own && !outer.symbols.contains(n) && seen.insert(n.clone()) {
                    out.push(n.clone());
                }
            }
            self.comp_locals(*child, outer, seen, out);
        }
    }

    fn cell_prologue(&mut self, scope: &Scope) {
        let cells = self.unit().cellvars.clone();
        for n in &cells {
            let cell = self.unit().cells[n];
            match self.unit().locals.get(n).copied() {
                Some(p) if scope.params.contains(n) => self.emit(Op::MakeCell, cell, p, 0),
                _ => self.emit(Op::NewCell, cell, 0, 0),
            }
        }
        let free = self.unit().freevars.len();
        if free > 0 {
            let base = self.unit().varnames.len() + cells.len();
            self.emit(Op::CopyFree, base as u16, 0, free as u16);
        }
    }

    fn qualname(&self, name: &str, id: ScopeId) -> String {
        let Some(parent) = self.units.last() else { return name.to_string() };
        let mut parent_scope = &self.table.scopes[parent.scope];
        let mut parent_unit = parent;
        // Scopes of type parameters and of annotations are invisible in qualified names.
        if matches!(parent_scope.kind, ScopeKind::TypeParameters | ScopeKind::Annotation) {
            match self.units.len().checked_sub(2).map(|i| &self.units[i]) {
                Some(u) => {
                    parent_unit = u;
                    parent_scope = &self.table.scopes[u.scope];
                }
                None => return name.to_string(),
            }
        }
        let kind = self.table.scopes[id].kind;
        if matches!(kind, ScopeKind::Function | ScopeKind::Class) {
            let mangled = mangle(parent_unit.private.as_deref(), name);
            if parent_scope.place(&mangled) == Some(Place::GlobalExplicit) {
                return name.to_string();
            }
        }
        match parent_scope.kind {
            ScopeKind::Module => name.to_string(),
            ScopeKind::Class => format!("{}.{name}", parent_unit.qualname),
            ScopeKind::Function if parent_scope.comprehension == symtable::CompKind::No => {
                format!("{}.<locals>.{name}", parent_unit.qualname)
            }
            _ => format!("{}.{name}", parent_unit.qualname),
        }
    }

    /// Ends the current code object.
    pub(crate) fn finish(&mut self) -> Res<CodeUnit> {
        let unit = self.units.pop();
        match unit.and_then(|u| assemble(u, self.source, self.filename)) {
            Some(code) => Ok(code),
            None => Err(SyntaxError::nowhere(ErrorKind::Syntax, "code is too large to compile")),
        }
    }

    fn module(&mut self, tree: &'a ast::Mod) -> Res<CodeUnit> {
        self.enter(0, "<module>".into(), 1);
        match tree {
            ast::Mod::Expression(e) => {
                let t = self.tmp();
                self.expr_to(&e.body, t)?;
                self.emit(Op::Return, t, 0, 0);
            }
            ast::Mod::Module(m) => {
                self.module_body(&m.body)?;
                self.pos = None;
                self.emit(Op::ReturnNone, 0, 0, 0);
            }
        }
        if self.scope().coroutine && self.options.top_level_await {
            self.u().flags |= CodeFlags::COROUTINE;
            // The generator prologue comes first.
            let pos = None;
            self.u()
                .ins
                .insert(0, Ins { op: Op::ReturnGenerator, a: 0, b: 0, c: 0, label: NO_LABEL, pos });
            self.u().labels.iter_mut().filter(|l| **l != u32::MAX).for_each(|l| *l += 1);
            self.u().ranges.iter_mut().for_each(|r| {
                r.start += 1;
                r.end += 1;
            });
        }
        self.finish()
    }
}

/// Cell and free variable names of a scope, each sorted.
fn cell_names(scope: &Scope) -> (Vec<Name>, Vec<Name>) {
    let (mut cells, mut free) = (Vec::new(), Vec::new());
    for (n, s) in scope.symbols.iter() {
        if s.place == Place::Cell && scope.kind != ScopeKind::Module {
            cells.push(n.clone());
        } else if s.place == Place::Free || s.flags & symtable::def::FREE_CLASS != 0 {
            free.push(n.clone());
        }
    }
    if scope.kind == ScopeKind::Class {
        for (wanted, n) in [
            (scope.needs_class_closure, "__class__"),
            (scope.needs_classdict, "__classdict__"),
            (scope.has_conditional_annotations, "__conditional_annotations__"),
        ] {
            if wanted && !cells.iter().any(|c| &**c == n) {
                cells.push(n.into());
                // What the body itself means by the name may be that of a class around it.
                let outer = scope.place(n) == Some(Place::Free);
                free.retain(|f| outer || &**f != n);
            }
        }
    }
    // Captured parameters first, in their own order, as the others lie in CPython's frames.
    let place = |n: &Name| scope.params.iter().position(|p| p == n).unwrap_or(usize::MAX);
    cells.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.cmp(b)));
    free.sort();
    (cells, free)
}
