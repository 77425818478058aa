//! f-strings and t-strings.

use crate::compiler::{Compiler, Res};
use crate::unit::Reg;
use orochi_bytecode::{Const, Op};
use orochi_syntax::Ranged;
use orochi_syntax::ast::{self, ConversionFlag, FStringPart, InterpolatedStringElement};

/// A piece of an f-string.
enum Piece<'a> {
    Text(Vec<u8>),
    Value(&'a ast::InterpolatedElement, bool),
}

impl<'a> Compiler<'a> {
    pub(crate) fn fstring(&mut self, f: &'a ast::ExprFString, dst: Reg) -> Res {
        let mut pieces = Vec::new();
        for part in &f.value {
            match part {
                FStringPart::Literal(s) => {
                    let mut text = Vec::new();
                    orochi_syntax::string_part(&mut self.lits, s, &mut text);
                    push_text(&mut pieces, text);
                }
                FStringPart::FString(f) => {
                    let raw = f.flags.prefix().is_raw();
                    self.pieces(&f.elements, raw, &mut pieces);
                }
            }
        }
        self.join(&pieces, dst)
    }

    fn pieces(
        &mut self,
        elements: &'a ast::InterpolatedStringElements,
        raw: bool,
        out: &mut Vec<Piece<'a>>,
    ) {
        for e in elements {
            match e {
                InterpolatedStringElement::Literal(l) => {
                    let mut text = Vec::new();
                    orochi_syntax::fstring_literal(&mut self.lits, l, raw, &mut text);
                    push_text(out, text);
                }
                InterpolatedStringElement::Interpolation(i) => {
                    if let Some(d) = &i.debug_text {
                        push_text(out, debug_text(d).into_bytes());
                    }
                    out.push(Piece::Value(i, raw));
                }
            }
        }
    }

    fn join(&mut self, pieces: &[Piece<'a>], dst: Reg) -> Res {
        match pieces {
            [] => self.load_const(Const::text(""), dst),
            [Piece::Text(t)] => self.load_const(Const::wtf8(t), dst),
            [Piece::Value(i, raw)] => self.formatted(i, *raw, dst)?,
            _ if pieces.len() > 1000 => return self.join_many(pieces, dst),
            _ => {
                let mark = self.mark();
                for p in pieces {
                    let t = self.tmp();
                    match p {
                        Piece::Text(text) => self.load_const(Const::wtf8(text), t),
                        Piece::Value(i, raw) => self.formatted(i, *raw, t)?,
                    }
                }
                self.emit(Op::BuildString, dst, mark as Reg, pieces.len() as u16);
                self.release(mark);
            }
        }
        Ok(())
    }

    fn join_many(&mut self, pieces: &[Piece<'a>], dst: Reg) -> Res {
        let mark = self.mark();
        let base = self.mark() as Reg;
        for chunk in pieces.chunks(900) {
            let t = self.tmp();
            self.join(chunk, t)?;
        }
        self.emit(Op::BuildString, dst, base, pieces.len().div_ceil(900) as u16);
        self.release(mark);
        Ok(())
    }

    /// One replacement field as a string.
    fn formatted(&mut self, i: &'a ast::InterpolatedElement, raw: bool, dst: Reg) -> Res {
        let mark = self.mark();
        let old = self.at(i.range);
        let mut v = self.operand(&i.expression, &[])?;
        let conversion = match i.conversion {
            ConversionFlag::None if i.debug_text.is_some() && i.format_spec.is_none() => 2,
            ConversionFlag::None => 0,
            ConversionFlag::Str => 1,
            ConversionFlag::Repr => 2,
            ConversionFlag::Ascii => 3,
        };
        self.pos = Some(i.range);
        if conversion != 0 {
            let t = self.tmp();
            self.emit(Op::ConvertValue, t, v, conversion);
            v = t;
        }
        match &i.format_spec {
            None => self.emit(Op::FormatSimple, dst, v, 0),
            Some(spec) => {
                let s = self.tmp();
                self.format_spec(spec, raw, s)?;
                self.pos = Some(i.range);
                self.emit(Op::FormatWithSpec, dst, v, s);
            }
        }
        self.pos = old;
        self.release(mark);
        Ok(())
    }

    fn format_spec(
        &mut self,
        spec: &'a ast::InterpolatedStringFormatSpec,
        raw: bool,
        dst: Reg,
    ) -> Res {
        let mut pieces = Vec::new();
        self.pieces(&spec.elements, raw, &mut pieces);
        let old = self.at(spec.range);
        self.join(&pieces, dst)?;
        self.pos = old;
        Ok(())
    }

    pub(crate) fn tstring(&mut self, t: &'a ast::ExprTString, dst: Reg) -> Res {
        let mut pieces = Vec::new();
        for part in &t.value {
            let raw = part.flags.prefix().is_raw();
            self.pieces(&part.elements, raw, &mut pieces);
        }
        let mark = self.mark();
        let (strings, values) = (self.tmp(), self.tmp());
        let mut texts = Vec::new();
        let mut last = Vec::new();
        let inner = self.mark();
        let mut count = 0;
        for p in pieces {
            match p {
                Piece::Text(text) => last.extend(text),
                Piece::Value(i, raw) => {
                    texts.push(Const::wtf8(&std::mem::take(&mut last)));
                    let r = self.tmp();
                    self.interpolation(i, raw, r)?;
                    count += 1;
                }
            }
        }
        texts.push(Const::wtf8(&last));
        self.emit(Op::BuildTuple, values, inner as Reg, count);
        self.load_const(Const::Tuple(texts), strings);
        self.emit(Op::BuildTemplate, dst, strings, values);
        self.release(mark);
        Ok(())
    }

    fn interpolation(&mut self, i: &'a ast::InterpolatedElement, raw: bool, dst: Reg) -> Res {
        let mark = self.mark();
        let old = self.at(i.range);
        let (value, text, spec) = (self.tmp(), self.tmp(), self.tmp());
        self.expr_to(&i.expression, value)?;
        self.pos = Some(i.range);
        let expression = self.interpolation_text(i);
        self.load_const(Const::text(&expression), text);
        match &i.format_spec {
            None => self.load_const(Const::text(""), spec),
            Some(s) => self.format_spec(s, raw, spec)?,
        }
        let conversion = match i.conversion {
            ConversionFlag::None if i.debug_text.is_some() && i.format_spec.is_none() => 2,
            ConversionFlag::None => 0,
            ConversionFlag::Str => 1,
            ConversionFlag::Repr => 2,
            ConversionFlag::Ascii => 3,
        };
        self.pos = Some(i.range);
        self.emit(Op::BuildInterpolation, dst, value, conversion);
        self.pos = old;
        self.release(mark);
        Ok(())
    }

    /// The expression's text as written between the braces, blanks and all; not the `=` and what is after it.
    fn interpolation_text(&self, i: &ast::InterpolatedElement) -> String {
        if let Some(text) = self.source.note(i.range.start()) {
            return text.to_string();
        }
        let source = self.source.text();
        let start = i.range.start().to_usize() + 1;
        let end = i.expression.range().end().to_usize();
        // Parentheses and blanks up to the conversion, the format or the brace belong to the text.
        let rest = &source[end..i.range.end().to_usize()];
        let extra = rest.find([':', '!', '}']).unwrap_or(0);
        let written = &source[start..end + extra];
        match &i.debug_text {
            // Blanks before the `=` are of the expression, the others are not.
            Some(_) => written.rsplit_once('=').map_or(written, |(text, _)| text).to_string(),
            None => written.to_string(),
        }
    }
}

/// The text `expr=` of a self-documenting field.
fn debug_text(d: &ast::DebugText) -> String {
    format!("{}{}{}", d.leading(), d.expression(), d.trailing())
}

fn push_text(out: &mut Vec<Piece<'_>>, text: Vec<u8>) {
    if text.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(Piece::Text(t)) => t.extend(text),
        _ => out.push(Piece::Text(text)),
    }
}
