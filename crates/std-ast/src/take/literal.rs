//! Constants, and strings with replacement fields.

use super::{Ctx, Place, Taker, field};
use orochi_object::prelude::*;
use orochi_object::tuple::PyTuple;
use orochi_syntax::TextRange;
use orochi_syntax::ast::{self, AtomicNodeIndex, Expr};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

impl Taker<'_> {
    pub(super) fn literal(&mut self, v: Value, kind: &str, place: Place) -> Res<Expr> {
        if kind == "Constant" {
            let value = self.need(field!(self, v, "value")?, kind, "value")?;
            return self.constant(value, place);
        }
        let values = self.list(field!(self, v, "values")?, kind, "values")?;
        let start = self.begin(place);
        if kind == "TemplateStr" {
            let elements = self.elements(values, Kind::Template)?;
            let range = self.end(start, place);
            let flags = ast::TStringFlags::empty();
            let string = ast::TString { range, node_index: NONE, elements, flags };
            let value = ast::TStringValue::single(string);
            return Ok(Expr::TString(ast::ExprTString { node_index: NONE, range, value }));
        }
        let elements = self.elements(values, Kind::Joined)?;
        let range = self.end(start, place);
        let flags = ast::FStringFlags::empty();
        let string = ast::FString { range, node_index: NONE, elements, flags };
        let value = ast::FStringValue::single(string);
        Ok(Expr::FString(ast::ExprFString { node_index: NONE, range, value }))
    }

    fn elements(
        &mut self,
        values: Ref<PyTuple>,
        kind: Kind,
    ) -> Res<ast::InterpolatedStringElements> {
        let mut out = Vec::new();
        for value in values.items() {
            let v = value.or_none();
            if v.is_none() {
                return self.value_error("None disallowed in expression list");
            }
            out.push(match self.kind(v)?.as_str() {
                "Constant" => {
                    let place = self.place(v, "expr")?;
                    let value = self.need(field!(self, v, "value")?, "Constant", "value")?;
                    let Some(text) = value.as_str() else {
                        return self.value_error("expected a string Constant in a JoinedStr");
                    };
                    let text = orochi_text::codec::utf8::to_wtf8(text.units());
                    let (range, value) = self.layout.literal(place.start, &text);
                    let value = value.into();
                    let literal =
                        ast::InterpolatedStringLiteralElement { range, node_index: NONE, value };
                    ast::InterpolatedStringElement::Literal(literal)
                }
                class @ ("FormattedValue" | "Interpolation") => {
                    if (class == "Interpolation") != (kind == Kind::Template) {
                        return self.unexpected("expr", v);
                    }
                    ast::InterpolatedStringElement::Interpolation(self.replacement(v, class)?)
                }
                _ if kind == Kind::Template => return self.unexpected("expr", v),
                // Anything else stands for itself: it must be a string already.
                _ => {
                    let place = self.place(v, "expr")?;
                    let start = self.begin(place);
                    let expression = Box::new(self.expr(v, Ctx::Load)?);
                    ast::InterpolatedStringElement::Interpolation(ast::InterpolatedElement {
                        range: self.end(start, place),
                        node_index: NONE,
                        expression,
                        debug_text: None,
                        conversion: ast::ConversionFlag::None,
                        format_spec: None,
                    })
                }
            });
        }
        Ok(out.into())
    }

    /// One field between braces.
    fn replacement(&mut self, v: Value, class: &str) -> Res<ast::InterpolatedElement> {
        self.cx.check_native_stack()?;
        let place = self.place(v, "expr")?;
        let start = self.begin(place);
        if class == "Interpolation" {
            let text = self.need(field!(self, v, "str")?, class, "str")?;
            let text = match text.as_str() {
                Some(text) => text.to_string_lossy(),
                None => ops::repr_text(self.cx, text)?,
            };
            self.layout.note(start, text);
        }
        let expression = self.need_expr(field!(self, v, "value")?, class, "value")?;
        let conversion = self.need(field!(self, v, "conversion")?, class, "conversion")?;
        let conversion = match self.int(conversion)? {
            115 => ast::ConversionFlag::Str,
            114 => ast::ConversionFlag::Repr,
            97 => ast::ConversionFlag::Ascii,
            -1 => ast::ConversionFlag::None,
            other => {
                let text = format!("Unrecognized conversion character {other}");
                return raise!(self.cx, SYSTEM_ERROR, "{text}");
            }
        };
        let format_spec = match field!(self, v, "format_spec")?.and_then(Value::non_none) {
            None => None,
            Some(spec) => Some(Box::new(self.format_spec(spec)?)),
        };
        let range = self.end(start, place);
        let node_index = NONE;
        let debug_text = None;
        Ok(ast::InterpolatedElement {
            range,
            node_index,
            expression,
            debug_text,
            conversion,
            format_spec,
        })
    }

    fn format_spec(&mut self, spec: Value) -> Res<ast::InterpolatedStringFormatSpec> {
        let place = self.place(spec, "expr")?;
        let start = self.begin(place);
        let values = match self.kind(spec)?.as_str() {
            "JoinedStr" => self.list(field!(self, spec, "values")?, "JoinedStr", "values")?,
            _ => self.cx.new_tuple(&[spec])?,
        };
        let elements = self.elements(values, Kind::Joined)?;
        let range = self.end(start, place);
        Ok(ast::InterpolatedStringFormatSpec { range, node_index: NONE, elements })
    }

    /// A constant as the expression that has this value.
    fn constant(&mut self, v: Value, place: Place) -> Res<Expr> {
        self.cx.check_native_stack()?;
        let node_index = NONE;
        if is_exact(v, &types::STR)
            && let Some(text) = v.as_str()
        {
            let text = orochi_text::codec::utf8::to_wtf8(text.units());
            let (range, text) = self.layout.string(place.start, &text);
            let range = self.end(range.start(), place);
            let flags = ast::StringLiteralFlags::empty();
            let value = ast::StringLiteral { range, node_index: NONE, value: text.into(), flags };
            let value = ast::StringLiteralValue::single(value);
            return Ok(Expr::StringLiteral(ast::ExprStringLiteral { node_index, range, value }));
        }
        if is_exact(v, &types::BYTES)
            && let Some(bytes) = v.downcast::<PyBytes>()
        {
            let data = bytes.data().to_vec();
            let range = self.layout.bytes(place.start, &data);
            let range = self.end(range.start(), place);
            let flags = ast::BytesLiteralFlags::empty();
            let value = ast::BytesLiteral { range, node_index: NONE, value: data.into(), flags };
            let value = ast::BytesLiteralValue::single(value);
            return Ok(Expr::BytesLiteral(ast::ExprBytesLiteral { node_index, range, value }));
        }
        if is_exact(v, &types::INT) {
            return self.int_constant(v, place);
        }
        if is_exact(v, &types::TUPLE)
            && let Some(tuple) = v.downcast::<PyTuple>()
        {
            let start = self.begin(place);
            let mut elts = Vec::new();
            for item in tuple.items() {
                elts.push(self.constant(item.or_none(), place)?);
            }
            let range = self.end(start, place);
            let ctx = ast::ExprContext::Load;
            let parenthesized = true;
            let tuple = ast::ExprTuple { node_index, range, elts, ctx, parenthesized };
            return Ok(Expr::Tuple(tuple));
        }
        let start = self.begin(place);
        if is_exact(v, &types::FLOAT)
            && let Some(x) = v.as_float()
        {
            let range = self.end(start, place);
            return Ok(number(range, ast::Number::Float(x)));
        }
        if is_exact(v, &types::COMPLEX)
            && let Some((real, imag)) = v.as_complex()
        {
            let range = self.end(start, place);
            return Ok(number(range, ast::Number::Complex { real, imag }));
        }
        let range = self.end(start, place);
        if v.is_none() {
            return Ok(Expr::NoneLiteral(ast::ExprNoneLiteral { node_index, range }));
        }
        if v.is(Value::ELLIPSIS) {
            return Ok(Expr::EllipsisLiteral(ast::ExprEllipsisLiteral { node_index, range }));
        }
        if v.is(Value::TRUE) || v.is(Value::FALSE) {
            let value = v.is(Value::TRUE);
            return Ok(Expr::BooleanLiteral(ast::ExprBooleanLiteral { node_index, range, value }));
        }
        if is_exact(v, &types::FROZENSET) {
            return raise!(
                self.cx,
                NOT_IMPLEMENTED_ERROR,
                "a frozenset is not supported in Constant"
            );
        }
        let class = class_of(v).display_name();
        raise!(self.cx, TYPE_ERROR, "got an invalid type in Constant: {class}")
    }

    /// An int as a literal, behind a minus if it is negative.
    fn int_constant(&mut self, v: Value, place: Place) -> Res<Expr> {
        let text = ops::call_method(
            self.cx,
            v,
            name!(self.cx, "__format__"),
            &[self.cx.new_str("x")?.value()],
        )?;
        let text = text.as_str().map_or_else(String::new, |text| text.to_string_lossy());
        let digits = text.trim_start_matches('-');
        let minus = digits.len() != text.len();
        let outer = self.begin(place);
        let start = self.layout.mark(place.start);
        let token = format!("0x{digits}");
        self.layout.put(&token);
        let range = self.end(start, place);
        let value = ast::Int::from_str_radix(digits, 16, &token).unwrap_or(ast::Int::ZERO);
        let literal = number(range, ast::Number::Int(value));
        if !minus {
            return Ok(literal);
        }
        let range = TextRange::new(outer, range.end());
        Ok(Expr::UnaryOp(ast::ExprUnaryOp {
            node_index: NONE,
            range,
            op: ast::UnaryOp::USub,
            operand: Box::new(literal),
        }))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Joined,
    Template,
}

fn number(range: TextRange, value: ast::Number) -> Expr {
    Expr::NumberLiteral(ast::ExprNumberLiteral { node_index: NONE, range, value })
}
