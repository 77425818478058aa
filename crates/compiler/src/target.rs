//! Assignment and deletion targets.

use crate::compiler::{Compiler, Res, Var};
use crate::unit::Reg;
use orochi_bytecode::{Op, SiteKind};
use orochi_syntax::ast::{self, Expr};
use orochi_syntax::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    /// The register of a target that is a plain local variable.
    pub(crate) fn loop_target(&mut self, e: &Expr) -> Option<Reg> {
        let Expr::Name(n) = e else { return None };
        if n.id == "__debug__" {
            return None;
        }
        match self.resolve(&self.mangle(&n.id)) {
            Var::Fast(r) => Some(r),
            _ => None,
        }
    }

    pub(crate) fn check_store(&self, name: &str, range: TextRange) -> Res {
        if name == "__debug__" {
            return self.error(range, "cannot assign to __debug__");
        }
        Ok(())
    }

    /// Assigns `r[src]` to a target.
    pub(crate) fn assign(&mut self, target: &'a Expr, src: Reg) -> Res {
        let old = self.at(target.range());
        let mark = self.mark();
        match target {
            Expr::Name(n) => {
                self.check_store(&n.id, n.range)?;
                let name = self.mangle(&n.id);
                self.store_var(&name, src);
            }
            Expr::Attribute(a) => {
                self.check_store(&a.attr.id, a.range)?;
                let r = self.expr_any(&a.value)?;
                self.note_static_attribute(a);
                let name = self.mangle(&a.attr.id);
                let s = self.site(&name, SiteKind::Attr);
                self.emit(Op::StoreAttr, r, src, s);
            }
            Expr::Subscript(s) => {
                let r = self.operand(&s.value, &[&s.slice])?;
                match &*s.slice {
                    Expr::Slice(sl) if sl.step.is_none() => {
                        let base = self.slice_bounds(sl)?;
                        self.emit(Op::SetSlice, r, base, src);
                    }
                    slice => {
                        let k = self.expr_any(slice)?;
                        self.emit(Op::SetItem, r, k, src);
                    }
                }
            }
            Expr::Tuple(t) => self.unpack(&t.elts, t.range, src)?,
            Expr::List(l) => self.unpack(&l.elts, l.range, src)?,
            Expr::Starred(s) => {
                let msg = "starred assignment target must be in a list or tuple";
                return self.error(s.range, msg);
            }
            e => return self.error(e.range(), "cannot assign to expression"),
        }
        self.release(mark);
        self.pos = old;
        Ok(())
    }

    fn unpack(&mut self, elts: &'a [Expr], range: TextRange, src: Reg) -> Res {
        let star = elts.iter().position(|e| e.is_starred_expr());
        let base = self.mark() as Reg;
        for _ in elts {
            self.tmp();
        }
        match star {
            None => {
                if elts.len() > u16::MAX as usize {
                    return self.error(range, "too many expressions in assignment");
                }
                self.emit(Op::UnpackSequence, base, src, elts.len() as u16);
            }
            Some(before) => {
                let after = elts.len() - before - 1;
                if elts[before + 1..].iter().any(|e| e.is_starred_expr()) {
                    return self.error(range, "multiple starred expressions in assignment");
                }
                if before > 255 || after > 255 {
                    let msg = "too many expressions in star-unpacking assignment";
                    return self.error(range, msg);
                }
                self.emit(Op::UnpackEx, base, src, before as u16 | (after as u16) << 8);
            }
        }
        for (i, e) in elts.iter().enumerate() {
            let e = match e {
                Expr::Starred(s) => &*s.value,
                e => e,
            };
            self.assign(e, base.saturating_add(i as Reg))?;
        }
        Ok(())
    }

    /// `self.x = ...` in a method adds to the class's `__static_attributes__`.
    fn note_static_attribute(&mut self, a: &ast::ExprAttribute) {
        let Expr::Name(n) = &*a.value else { return };
        if n.id != "self" {
            return;
        }
        let name = self.mangle(&a.attr.id);
        // The nearest class around the current function.
        let count = self.units.len();
        for unit in self.units[..count - 1].iter_mut().rev() {
            if unit.is_class {
                if !unit.static_attributes.contains(&name) {
                    unit.static_attributes.push(name);
                }
                return;
            }
        }
    }

    pub(crate) fn delete(&mut self, target: &'a Expr) -> Res {
        let old = self.at(target.range());
        let mark = self.mark();
        match target {
            Expr::Name(n) => {
                if n.id == "__debug__" {
                    return self.error(n.range, "cannot delete __debug__");
                }
                let name = self.mangle(&n.id);
                self.delete_var(&name);
            }
            Expr::Attribute(a) => {
                let r = self.expr_any(&a.value)?;
                let name = self.mangle(&a.attr.id);
                let s = self.site(&name, SiteKind::Attr);
                self.emit(Op::DelAttr, r, 0, s);
            }
            Expr::Subscript(s) => {
                let r = self.operand(&s.value, &[&s.slice])?;
                let k = self.expr_any(&s.slice)?;
                self.emit(Op::DelItem, r, k, 0);
            }
            Expr::Tuple(t) => t.elts.iter().try_for_each(|e| self.delete(e))?,
            Expr::List(l) => l.elts.iter().try_for_each(|e| self.delete(e))?,
            e => return self.error(e.range(), "cannot delete expression"),
        }
        self.release(mark);
        self.pos = old;
        Ok(())
    }
}
