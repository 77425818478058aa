//! Parameter lists of functions and lambdas.

use super::lex::Tok;
use super::{Checker, Fail, Res};

impl Checker<'_> {
    pub(super) fn function_parameters(&mut self) -> Res<()> {
        self.parameters(")", "Function parameters cannot be parenthesized", true)
    }

    pub(super) fn lambda_parameters(&mut self) -> Res<()> {
        self.parameters(":", "Lambda expression parameters cannot be parenthesized", false)
    }

    fn parameters(&mut self, close: &str, parenthesised: &str, annotated: bool) -> Res<()> {
        let (mut slash, mut star, mut default, mut any) = (false, false, false, false);
        while !self.is(close) {
            let t = *self.tok();
            if self.is("/") {
                if !any && !self.is_at(1, ",") {
                    return Err(Fail::Generic);
                }
                if !any {
                    return self.raise(t.start, t.end, "at least one argument must precede /");
                }
                if slash {
                    return self.raise(t.start, t.end, "/ may appear only once");
                }
                if star {
                    return self.raise(t.start, t.end, "/ must be ahead of *");
                }
                slash = true;
                self.bump();
                if self.is("*") {
                    let t = *self.tok();
                    return self.raise(t.start, t.end, "expected comma between / and *");
                }
            } else if self.is("**") {
                self.bump();
                self.parameter(annotated, false)?;
                if self.is("=") {
                    let t = *self.tok();
                    let msg = "var-keyword argument cannot have default value";
                    return self.raise(t.start, t.end, msg);
                }
                self.after_kwargs(close)?;
                return Ok(());
            } else if self.is("*") {
                self.bump();
                if star {
                    return self.raise(t.start, t.end, "* argument may appear only once");
                }
                star = true;
                self.star(t.start, t.end, close, annotated)?;
            } else if self.is("(") && !star {
                return self.parenthesised_parameter(parenthesised);
            } else {
                let name = *self.tok();
                self.parameter(annotated, false)?;
                if self.is("=") {
                    let eq = *self.tok();
                    self.bump();
                    if self.is(close) || self.is(",") {
                        let msg = "expected default value expression";
                        return self.raise(eq.start, eq.end, msg);
                    }
                    self.expression()?;
                    default = true;
                } else if default && !star {
                    let msg = "parameter without a default follows parameter with a default";
                    return self.raise(name.start, name.end, msg);
                }
            }
            any = true;
            if !self.eat(",") {
                break;
            }
        }
        if self.is("(") && !annotated {
            return Err(Fail::Generic);
        }
        Ok(())
    }

    fn parameter(&mut self, annotated: bool, star: bool) -> Res<()> {
        self.name()?;
        if annotated && self.eat(":") {
            if star && self.is("*") {
                self.bump();
                self.bitwise_or()?;
            } else {
                self.expression()?;
            }
        }
        Ok(())
    }

    /// After a `*` in a parameter list.
    fn star(&mut self, start: usize, end: usize, close: &str, annotated: bool) -> Res<()> {
        if self.is(close) && !annotated {
            return self.raise_here("named arguments must follow bare *");
        }
        if self.is(close) {
            return self.raise(start, end, "named arguments must follow bare *");
        }
        if self.is(",") {
            if self.is_at(1, close) || self.is_at(1, "**") {
                return self.raise(start, end, "named arguments must follow bare *");
            }
            return Ok(());
        }
        let starred = self.is_at(1, ":") && self.is_at(2, "*");
        self.parameter(annotated, true)?;
        if self.is("=") && !starred {
            let t = *self.tok();
            return self.raise(t.start, t.end, "var-positional argument cannot have default value");
        }
        Ok(())
    }

    fn after_kwargs(&mut self, close: &str) -> Res<()> {
        if !self.eat(",") || self.is(close) {
            return Ok(());
        }
        let t = *self.tok();
        if t.tok == Tok::Name || self.is("*") || self.is("**") || self.is("/") {
            let msg = "arguments cannot follow var-keyword argument";
            return self.raise(t.start, t.end, msg);
        }
        Err(Fail::Generic)
    }

    /// `def f((a, b)): ...`
    fn parenthesised_parameter(&mut self, msg: &str) -> Res<()> {
        let start = self.tok().start;
        let at = self.i;
        self.bump();
        let mut names = 0;
        while self.is_name() {
            names += 1;
            self.bump();
            if !self.eat(",") {
                break;
            }
        }
        if names > 0 && self.is(")") {
            let end = self.tok().end;
            return self.raise(start, end, msg);
        }
        self.i = at;
        Err(Fail::Generic)
    }
}
