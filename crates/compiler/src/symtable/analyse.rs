//! Name resolution: decides for each name of each scope whether it is local, a cell, free or global.

use super::{CompKind, Place, Scope, ScopeId, ScopeKind, Symbol, SymbolTable, def};
use crate::names::{FastMap, FastSet, Name};
use orochi_syntax::{Source, SyntaxError};

type Set = FastSet<Name>;
type Res<T> = Result<T, SyntaxError>;

/// Names that a class body offers to the functions in it.
const CLASS_CELLS: [&str; 3] = ["__class__", "__classdict__", "__conditional_annotations__"];

/// Resolves all scopes.
pub(super) fn analyse(table: &mut SymbolTable, source: &Source) -> Res<()> {
    let mut a = Analysis { scopes: &mut table.scopes, source };
    let mut free = Set::default();
    a.block(0, None, &mut free, &Set::default(), &mut Set::default(), None)
}

struct Analysis<'a> {
    scopes: &'a mut Vec<Scope>,
    source: &'a Source,
}

struct Frame {
    places: FastMap<Name, Place>,
    local: Set,
    /// Names bound in enclosing functions; `None` at module level.
    bound: Option<Set>,
    global: Set,
}

impl Analysis<'_> {
    fn block(
        &mut self,
        id: ScopeId,
        bound: Option<&Set>,
        free: &mut Set,
        global: &Set,
        type_params: &mut Set,
        class_entry: Option<ScopeId>,
    ) -> Res<()> {
        let kind = self.scopes[id].kind;
        let is_class = kind == ScopeKind::Class;
        let mut f = Frame {
            places: FastMap::default(),
            local: Set::default(),
            bound: bound.cloned(),
            global: global.clone(),
        };
        // A class body passes on what it was given, its own names do not count for nested functions.
        let mut new_bound = Set::default();
        let mut new_global = Set::default();
        let mut new_free = Set::default();
        if is_class {
            new_global.extend(global.iter().cloned());
            new_bound.extend(bound.into_iter().flatten().cloned());
        }
        let names: Vec<(Name, u32)> =
            self.scopes[id].symbols.iter().map(|(n, s)| (n.clone(), s.flags)).collect();
        for (name, flags) in &names {
            // What the block itself takes from outside, unlike its children, is never a cell of its own.
            self.name(id, name, *flags, &mut f, free, type_params, class_entry)?;
        }
        if is_class {
            new_bound.extend(CLASS_CELLS.iter().map(|n| Name::from(*n)));
        } else {
            if self.scopes[id].is_function_like() {
                new_bound.extend(f.local.iter().cloned());
            }
            new_bound.extend(f.bound.iter().flatten().cloned());
            new_global.extend(f.global.iter().cloned());
        }
        let children = self.scopes[id].children.clone();
        for child in children {
            let entry = if self.scopes[child].can_see_class_scope {
                if is_class { Some(id) } else { class_entry }
            } else {
                None
            };
            let inlined = self.scopes[child].inlined_kind() && !self.scopes[id].can_see_class_scope;
            self.scopes[child].inlined = inlined;
            let mut child_free = Set::default();
            let mut child_params = type_params.clone();
            self.block(
                child,
                Some(&new_bound),
                &mut child_free,
                &new_global,
                &mut child_params,
                entry,
            )?;
            if inlined {
                self.inline(id, child, &mut f, &mut child_free);
            }
            let has_free = !child_free.is_empty();
            new_free.extend(child_free);
            if has_free || self.scopes[child].free || self.scopes[child].child_free {
                self.scopes[id].child_free = true;
            }
        }
        if self.scopes[id].is_function_like() {
            cells(&mut f.places, &mut new_free);
        } else if is_class {
            self.drop_class_free(id, &mut new_free);
        }
        self.update(id, &f, &new_free, is_class);
        free.extend(new_free);
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn name(
        &mut self,
        id: ScopeId,
        name: &Name,
        flags: u32,
        f: &mut Frame,
        free: &mut Set,
        type_params: &mut Set,
        class_entry: Option<ScopeId>,
    ) -> Res<()> {
        let place = if flags & def::GLOBAL != 0 {
            if flags & def::NONLOCAL != 0 {
                return Err(self.directive(
                    id,
                    name,
                    format!("name '{name}' is nonlocal and global"),
                ));
            }
            f.global.insert(name.clone());
            if let Some(b) = &mut f.bound {
                b.remove(name);
            }
            Place::GlobalExplicit
        } else if flags & def::NONLOCAL != 0 {
            let Some(bound) = &f.bound else {
                let msg = "nonlocal declaration not allowed at module level";
                return Err(self.directive(id, name, msg.into()));
            };
            if !bound.contains(name) {
                let msg = format!("no binding for nonlocal '{name}' found");
                return Err(self.directive(id, name, msg));
            }
            if type_params.contains(name) {
                let msg = format!("nonlocal binding not allowed for type parameter '{name}'");
                return Err(self.directive(id, name, msg));
            }
            self.scopes[id].free = true;
            free.insert(name.clone());
            Place::Free
        } else if flags & def::BOUND != 0 {
            f.local.insert(name.clone());
            f.global.remove(name);
            if flags & def::TYPE_PARAM != 0 {
                type_params.insert(name.clone());
            } else {
                type_params.remove(name);
            }
            Place::Local
        } else {
            self.used(id, name, f, free, class_entry)
        };
        f.places.insert(name.clone(), place);
        Ok(())
    }

    fn used(
        &mut self,
        id: ScopeId,
        name: &Name,
        f: &Frame,
        free: &mut Set,
        class_entry: Option<ScopeId>,
    ) -> Place {
        if let Some(class) = class_entry {
            let flags = self.scopes[class].symbols.get(name).map_or(0, |s| s.flags);
            if flags & def::GLOBAL != 0 {
                return Place::GlobalExplicit;
            }
            if flags & def::BOUND != 0 && flags & def::NONLOCAL == 0 {
                return Place::GlobalImplicit;
            }
        }
        if f.bound.as_ref().is_some_and(|b| b.contains(name)) {
            self.scopes[id].free = true;
            free.insert(name.clone());
            return Place::Free;
        }
        if !f.global.contains(name) && self.scopes[id].nested {
            self.scopes[id].free = true;
        }
        Place::GlobalImplicit
    }

    /// An inlined comprehension: its free names become the enclosing scope's business.
    fn inline(&mut self, id: ScopeId, comp: ScopeId, f: &mut Frame, child_free: &mut Set) {
        let is_class = self.scopes[id].kind == ScopeKind::Class;
        let names: Vec<(Name, Symbol)> =
            self.scopes[comp].symbols.iter().map(|(n, s)| (n.clone(), *s)).collect();
        for (name, symbol) in names {
            if symbol.flags & def::PARAM != 0 {
                continue;
            }
            let known = self.scopes[id].symbols.get(&name).map(|s| s.flags);
            match known {
                None => {
                    let class_cell = is_class && CLASS_CELLS.contains(&&*name);
                    if symbol.place == Place::Free && class_cell {
                        if !self.free_in_child(comp, &name) {
                            child_free.remove(&name);
                        }
                        if let Some(s) = self.scopes[comp].symbols.get_mut(&name) {
                            s.place = Place::GlobalImplicit;
                        }
                        continue;
                    }
                    if matches!(symbol.place, Place::Local | Place::Cell) {
                        continue;
                    }
                    let flags = symbol.flags & (def::USE | def::FREE_CLASS | def::GLOBAL);
                    self.scopes[id]
                        .symbols
                        .insert(name.clone(), Symbol { flags, place: symbol.place });
                    f.places.insert(name, symbol.place);
                }
                Some(flags) => {
                    let child = self.free_in_child(comp, &name);
                    if flags & def::BOUND != 0 && !is_class && symbol.place == Place::Free && !child
                    {
                        child_free.remove(&name);
                    }
                }
            }
        }
    }

    fn free_in_child(&self, comp: ScopeId, name: &str) -> bool {
        self.scopes[comp].children.iter().any(|c| {
            let child = &self.scopes[*c];
            match child.place(name) {
                Some(Place::Free) if !child.inlined => true,
                Some(Place::Free) => self.free_in_child(*c, name),
                _ => child.inlined && self.free_in_child(*c, name),
            }
        })
    }

    fn drop_class_free(&mut self, id: ScopeId, free: &mut Set) {
        if free.remove("__class__") {
            self.scopes[id].needs_class_closure = true;
        }
        if free.remove("__classdict__") {
            self.scopes[id].needs_classdict = true;
        }
        if free.remove("__conditional_annotations__") {
            self.scopes[id].has_conditional_annotations = true;
        }
    }

    fn update(&mut self, id: ScopeId, f: &Frame, free: &Set, is_class: bool) {
        let scope = &mut self.scopes[id];
        for (name, symbol) in scope.symbols.iter_mut() {
            if let Some(p) = f.places.get(name) {
                symbol.place = *p;
            }
        }
        let mut names: Vec<&Name> = free.iter().collect();
        names.sort();
        for name in names {
            match scope.symbols.get_mut(name) {
                Some(symbol) => {
                    // A name bound in a class body may also be free in its methods.
                    if is_class && symbol.flags & (def::BOUND | def::GLOBAL) != 0 {
                        symbol.flags |= def::FREE_CLASS;
                    }
                }
                None => {
                    // Passing through: only if an enclosing function binds it.
                    if f.bound.as_ref().is_some_and(|b| b.contains(name)) {
                        scope.symbols.insert(name.clone(), Symbol { flags: 0, place: Place::Free });
                    }
                }
            }
        }
    }

    fn directive(&self, id: ScopeId, name: &str, msg: String) -> SyntaxError {
        match self.scopes[id].directives.iter().find(|(n, _)| &**n == name) {
            Some((_, range)) => SyntaxError::at_bytes(self.source, *range, msg),
            None => SyntaxError::nowhere(orochi_syntax::ErrorKind::Syntax, msg),
        }
    }
}

impl Scope {
    fn inlined_kind(&self) -> bool {
        matches!(self.comprehension, CompKind::List | CompKind::Set | CompKind::Dict)
    }
}

/// Locals that nested functions use become cells.
fn cells(places: &mut FastMap<Name, Place>, free: &mut Set) {
    for (name, place) in places.iter_mut() {
        if *place == Place::Local && free.remove(name) {
            *place = Place::Cell;
        }
    }
}
