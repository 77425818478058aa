//! Expressions, arguments and parameters.

use super::{Ctx, Taker, field};
use orochi_object::prelude::*;
use orochi_syntax::ast::{self, AtomicNodeIndex, Expr};
use orochi_syntax::{Ranged, TextRange};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

impl Taker<'_> {
    pub(super) fn opt_expr(&mut self, found: Option<Value>) -> Res<Option<Box<Expr>>> {
        match found.and_then(Value::non_none) {
            Some(v) => Ok(Some(Box::new(self.expr(v, Ctx::Load)?))),
            None => Ok(None),
        }
    }

    pub(super) fn need_expr(
        &mut self,
        found: Option<Value>,
        class: &str,
        name: &str,
    ) -> Res<Box<Expr>> {
        let v = self.need(found, class, name)?;
        Ok(Box::new(self.expr(v, Ctx::Load)?))
    }

    pub(super) fn exprs(
        &mut self,
        found: Option<Value>,
        class: &str,
        name: &str,
        ctx: Ctx,
    ) -> Res<Vec<Expr>> {
        let items = self.list(found, class, name)?;
        let mut out = Vec::with_capacity(items.items().len());
        for item in items.items() {
            let item = item.or_none();
            if item.is_none() {
                return self.value_error("None disallowed in expression list");
            }
            out.push(self.expr(item, ctx)?);
        }
        Ok(out)
    }

    /// The context of a node, which must be the one that its place asks for.
    fn context(&mut self, v: Value, class: &str, wanted: Ctx) -> Res<ast::ExprContext> {
        let ctx = self.need(field!(self, v, "ctx")?, class, "ctx")?;
        let kind = self.kind(ctx)?;
        if !matches!(kind.as_str(), "Load" | "Store" | "Del") {
            return self.unexpected("expr_context", ctx);
        }
        if kind != format!("{wanted:?}") {
            let text = format!("expression must have {wanted:?} context but has {kind} instead");
            return self.value_error(&text);
        }
        Ok(wanted.of_parser())
    }

    pub(super) fn expr(&mut self, v: Value, ctx: Ctx) -> Res<Expr> {
        self.cx.check_native_stack()?;
        let kind = self.kind(v)?;
        let kind = kind.as_str();
        let assignable =
            matches!(kind, "Attribute" | "Subscript" | "Starred" | "Name" | "List" | "Tuple");
        let place = self.place(v, "expr")?;
        if kind.is_empty() || kind == "expr" {
            return self.unexpected("expr", v);
        }
        if ctx != Ctx::Load && !assignable {
            let text = format!("expression which can't be assigned to in {ctx:?} context");
            return self.value_error(&text);
        }
        if matches!(kind, "Constant" | "JoinedStr" | "TemplateStr") {
            return self.literal(v, kind, place);
        }
        let start = self.begin(place);
        let node_index = NONE;
        let made = match kind {
            "BoolOp" => {
                let op = self.need(field!(self, v, "op")?, kind, "op")?;
                let op = match self.kind(op)?.as_str() {
                    "And" => ast::BoolOp::And,
                    "Or" => ast::BoolOp::Or,
                    _ => return self.unexpected("boolop", op),
                };
                let values = self.exprs(field!(self, v, "values")?, kind, "values", Ctx::Load)?;
                if values.len() < 2 {
                    return self.value_error("BoolOp with less than 2 values");
                }
                let range = self.end(start, place);
                Expr::BoolOp(ast::ExprBoolOp { node_index, range, op, values })
            }
            "NamedExpr" => {
                let target = self.need(field!(self, v, "target")?, kind, "target")?;
                if self.kind(target)? != "Name" {
                    return raise!(self.cx, TYPE_ERROR, "NamedExpr target must be a Name");
                }
                let target = Box::new(self.expr(target, Ctx::Store)?);
                let value = self.need_expr(field!(self, v, "value")?, kind, "value")?;
                let range = self.end(start, place);
                Expr::Named(ast::ExprNamed { node_index, range, target, value })
            }
            "BinOp" => {
                let left = self.need_expr(field!(self, v, "left")?, kind, "left")?;
                let op = self.need(field!(self, v, "op")?, kind, "op")?;
                let op = self.operator(op)?;
                let right = self.need_expr(field!(self, v, "right")?, kind, "right")?;
                let range = self.end(start, place);
                Expr::BinOp(ast::ExprBinOp { node_index, range, left, op, right })
            }
            "UnaryOp" => {
                let op = self.need(field!(self, v, "op")?, kind, "op")?;
                let op = match self.kind(op)?.as_str() {
                    "Invert" => ast::UnaryOp::Invert,
                    "Not" => ast::UnaryOp::Not,
                    "UAdd" => ast::UnaryOp::UAdd,
                    "USub" => ast::UnaryOp::USub,
                    _ => return self.unexpected("unaryop", op),
                };
                let operand = self.need_expr(field!(self, v, "operand")?, kind, "operand")?;
                let range = self.end(start, place);
                Expr::UnaryOp(ast::ExprUnaryOp { node_index, range, op, operand })
            }
            "Lambda" => {
                let args = self.need(field!(self, v, "args")?, kind, "args")?;
                let parameters = Some(Box::new(self.parameters(args)?));
                let body = self.need_expr(field!(self, v, "body")?, kind, "body")?;
                let range = self.end(start, place);
                Expr::Lambda(ast::ExprLambda { node_index, range, parameters, body })
            }
            "IfExp" => {
                let test = self.need_expr(field!(self, v, "test")?, kind, "test")?;
                let body = self.need_expr(field!(self, v, "body")?, kind, "body")?;
                let orelse = self.need_expr(field!(self, v, "orelse")?, kind, "orelse")?;
                let range = self.end(start, place);
                Expr::If(ast::ExprIf { node_index, range, test, body, orelse })
            }
            "Dict" => {
                let keys = self.list(field!(self, v, "keys")?, kind, "keys")?;
                let values = self.list(field!(self, v, "values")?, kind, "values")?;
                if keys.items().len() != values.items().len() {
                    let text = "Dict doesn't have the same number of keys as values";
                    return self.value_error(text);
                }
                let mut items = Vec::new();
                for (key, value) in keys.items().iter().zip(values.items()) {
                    let key = self.opt_expr(Some(key.or_none()))?.map(|key| *key);
                    let value = value.or_none();
                    if value.is_none() {
                        return self.value_error("None disallowed in expression list");
                    }
                    let value = self.expr(value, Ctx::Load)?;
                    items.push(ast::DictItem { key, value });
                }
                let range = self.end(start, place);
                Expr::Dict(ast::ExprDict { node_index, range, items })
            }
            "Set" => {
                let elts = self.exprs(field!(self, v, "elts")?, kind, "elts", Ctx::Load)?;
                let range = self.end(start, place);
                Expr::Set(ast::ExprSet { node_index, range, elts })
            }
            "ListComp" | "SetComp" | "GeneratorExp" => {
                let elt = self.need_expr(field!(self, v, "elt")?, kind, "elt")?;
                let generators = self.generators(field!(self, v, "generators")?, kind)?;
                let range = self.end(start, place);
                match kind {
                    "ListComp" => {
                        Expr::ListComp(ast::ExprListComp { node_index, range, elt, generators })
                    }
                    "SetComp" => {
                        Expr::SetComp(ast::ExprSetComp { node_index, range, elt, generators })
                    }
                    _ => Expr::Generator(ast::ExprGenerator {
                        node_index,
                        range,
                        elt,
                        generators,
                        parenthesized: true,
                    }),
                }
            }
            "DictComp" => {
                let key = Some(self.need_expr(field!(self, v, "key")?, kind, "key")?);
                let value = self.need_expr(field!(self, v, "value")?, kind, "value")?;
                let generators = self.generators(field!(self, v, "generators")?, kind)?;
                let range = self.end(start, place);
                Expr::DictComp(ast::ExprDictComp { node_index, range, key, value, generators })
            }
            "Await" => {
                let value = self.need_expr(field!(self, v, "value")?, kind, "value")?;
                let range = self.end(start, place);
                Expr::Await(ast::ExprAwait { node_index, range, value })
            }
            "Yield" => {
                let value = self.opt_expr(field!(self, v, "value")?)?;
                let range = self.end(start, place);
                Expr::Yield(ast::ExprYield { node_index, range, value })
            }
            "YieldFrom" => {
                let value = self.need_expr(field!(self, v, "value")?, kind, "value")?;
                let range = self.end(start, place);
                Expr::YieldFrom(ast::ExprYieldFrom { node_index, range, value })
            }
            "Compare" => {
                let left = self.need_expr(field!(self, v, "left")?, kind, "left")?;
                let list = self.list(field!(self, v, "ops")?, kind, "ops")?;
                let mut ops = Vec::new();
                for op in list.items() {
                    ops.push(self.comparison(op.or_none())?);
                }
                let found = field!(self, v, "comparators")?;
                let comparators = self.exprs(found, kind, "comparators", Ctx::Load)?;
                if comparators.is_empty() {
                    return self.value_error("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    let text = "Compare has a different number of comparators and operands";
                    return self.value_error(text);
                }
                let range = self.end(start, place);
                let (ops, comparators) = (ops.into(), comparators.into());
                Expr::Compare(ast::ExprCompare { node_index, range, left, ops, comparators })
            }
            "Call" => {
                let func = self.need_expr(field!(self, v, "func")?, kind, "func")?;
                let from = self.layout.offset();
                let args = self.exprs(field!(self, v, "args")?, kind, "args", Ctx::Load)?;
                let keywords = self.keywords(field!(self, v, "keywords")?, kind)?;
                let range = self.end(start, place);
                let arguments = ast::Arguments {
                    range: TextRange::new(from, range.end()),
                    node_index: NONE,
                    args: args.into(),
                    keywords: keywords.into(),
                };
                Expr::Call(ast::ExprCall { node_index, range_start: start, func, arguments })
            }
            "Attribute" => {
                let value = self.need_expr(field!(self, v, "value")?, kind, "value")?;
                let attr = self.need(field!(self, v, "attr")?, kind, "attr")?;
                let ctx = self.context(v, kind, ctx)?;
                // The name is what the node ends with.
                let mut at = place.end;
                at.col = at.col.saturating_sub(self.name(attr)?.len() as u32);
                let at = self.layout.mark(at);
                self.layout.put(" ");
                let attr = ast::Identifier::new(
                    self.name(attr)?,
                    TextRange::new(at, self.layout.offset()),
                );
                let range = self.end(start, place);
                Expr::Attribute(ast::ExprAttribute { node_index, range, value, attr, ctx })
            }
            "Subscript" => {
                let value = self.need_expr(field!(self, v, "value")?, kind, "value")?;
                let slice = self.need_expr(field!(self, v, "slice")?, kind, "slice")?;
                let ctx = self.context(v, kind, ctx)?;
                let range = self.end(start, place);
                Expr::Subscript(ast::ExprSubscript { node_index, range, value, slice, ctx })
            }
            "Starred" => {
                let value = self.need(field!(self, v, "value")?, kind, "value")?;
                let value = Box::new(self.expr(value, ctx)?);
                let ctx = self.context(v, kind, ctx)?;
                let range = self.end(start, place);
                Expr::Starred(ast::ExprStarred { node_index, range, value, ctx })
            }
            "Name" => {
                let id = self.need(field!(self, v, "id")?, kind, "id")?;
                let id = self.name(id)?;
                if matches!(id.as_str(), "None" | "True" | "False") {
                    let text = format!("identifier field can't represent '{id}' constant");
                    return self.value_error(&text);
                }
                let ctx = self.context(v, kind, ctx)?;
                let range = self.end(start, place);
                Expr::Name(ast::ExprName { node_index, range, id: id.into(), ctx })
            }
            "List" => {
                let elts = self.exprs(field!(self, v, "elts")?, kind, "elts", ctx)?;
                let ctx = self.context(v, kind, ctx)?;
                let range = self.end(start, place);
                Expr::List(ast::ExprList { node_index, range, elts, ctx })
            }
            "Tuple" => {
                let elts = self.exprs(field!(self, v, "elts")?, kind, "elts", ctx)?;
                let ctx = self.context(v, kind, ctx)?;
                let range = self.end(start, place);
                let parenthesized = true;
                Expr::Tuple(ast::ExprTuple { node_index, range, elts, ctx, parenthesized })
            }
            "Slice" => {
                let lower = self.opt_expr(field!(self, v, "lower")?)?;
                let upper = self.opt_expr(field!(self, v, "upper")?)?;
                let step = self.opt_expr(field!(self, v, "step")?)?;
                let range = self.end(start, place);
                Expr::Slice(ast::ExprSlice { node_index, range, lower, upper, step })
            }
            // CPython's compiler has no better words for these where they do not belong.
            "FormattedValue" | "Interpolation" => {
                return raise!(
                    self.cx,
                    NOT_IMPLEMENTED_ERROR,
                    "{kind} nodes are supported in strings only"
                );
            }
            _ => return self.unexpected("expr", v),
        };
        Ok(made)
    }

    pub(super) fn operator(&self, v: Value) -> Res<ast::Operator> {
        use ast::Operator as O;
        Ok(match self.kind(v)?.as_str() {
            "Add" => O::Add,
            "Sub" => O::Sub,
            "Mult" => O::Mult,
            "MatMult" => O::MatMult,
            "Div" => O::Div,
            "Mod" => O::Mod,
            "Pow" => O::Pow,
            "LShift" => O::LShift,
            "RShift" => O::RShift,
            "BitOr" => O::BitOr,
            "BitXor" => O::BitXor,
            "BitAnd" => O::BitAnd,
            "FloorDiv" => O::FloorDiv,
            _ => return self.unexpected("operator", v),
        })
    }

    fn comparison(&self, v: Value) -> Res<ast::CmpOp> {
        use ast::CmpOp as O;
        Ok(match self.kind(v)?.as_str() {
            "Eq" => O::Eq,
            "NotEq" => O::NotEq,
            "Lt" => O::Lt,
            "LtE" => O::LtE,
            "Gt" => O::Gt,
            "GtE" => O::GtE,
            "Is" => O::Is,
            "IsNot" => O::IsNot,
            "In" => O::In,
            "NotIn" => O::NotIn,
            _ => return self.unexpected("cmpop", v),
        })
    }

    fn generators(&mut self, found: Option<Value>, class: &str) -> Res<Vec<ast::Comprehension>> {
        let items = self.list(found, class, "generators")?;
        if items.items().is_empty() {
            return self.value_error("comprehension with no generators");
        }
        let mut out = Vec::new();
        for item in items.items() {
            let item = item.or_none();
            let class = "comprehension";
            if self.kind(item)? != class {
                return self.unexpected(class, item);
            }
            let target = self.need(field!(self, item, "target")?, class, "target")?;
            let target = self.expr(target, Ctx::Store)?;
            let iter = *self.need_expr(field!(self, item, "iter")?, class, "iter")?;
            let ifs = self.exprs(field!(self, item, "ifs")?, class, "ifs", Ctx::Load)?;
            let is_async = self.need(field!(self, item, "is_async")?, class, "is_async")?;
            let is_async = self.int(is_async)? != 0;
            let range = TextRange::new(target.start(), self.layout.offset());
            let node_index = NONE;
            out.push(ast::Comprehension { range, node_index, target, iter, ifs, is_async });
        }
        Ok(out)
    }

    pub(super) fn keywords(&mut self, found: Option<Value>, class: &str) -> Res<Vec<ast::Keyword>> {
        let items = self.list(found, class, "keywords")?;
        let mut out = Vec::new();
        for item in items.items() {
            let item = item.or_none();
            if self.kind(item)? != "keyword" {
                return self.unexpected("keyword", item);
            }
            let place = self.place(item, "keyword")?;
            let start = self.begin(place);
            let arg = self.opt_ident(field!(self, item, "arg")?, start)?;
            let value = *self.need_expr(field!(self, item, "value")?, "keyword", "value")?;
            let range = self.end(start, place);
            out.push(ast::Keyword { range, node_index: NONE, arg, value });
        }
        Ok(out)
    }

    pub(super) fn parameters(&mut self, v: Value) -> Res<ast::Parameters> {
        let class = "arguments";
        if self.kind(v)? != class {
            return self.unexpected(class, v);
        }
        let from = self.layout.offset();
        let mut posonlyargs = self.args(field!(self, v, "posonlyargs")?, class, "posonlyargs")?;
        let mut args = self.args(field!(self, v, "args")?, class, "args")?;
        let vararg = self.opt_arg(field!(self, v, "vararg")?)?;
        let mut kwonlyargs = self.args(field!(self, v, "kwonlyargs")?, class, "kwonlyargs")?;
        let kwarg = self.opt_arg(field!(self, v, "kwarg")?)?;
        let defaults = self.exprs(field!(self, v, "defaults")?, class, "defaults", Ctx::Load)?;
        let kw_defaults = self.list(field!(self, v, "kw_defaults")?, class, "kw_defaults")?;
        if defaults.len() > posonlyargs.len() + args.len() {
            return self.value_error("more positional defaults than args on arguments");
        }
        if kw_defaults.items().len() != kwonlyargs.len() {
            let text = "length of kwonlyargs is not the same as kw_defaults on arguments";
            return self.value_error(text);
        }
        let with = posonlyargs.iter_mut().chain(&mut args).rev();
        for (arg, default) in with.zip(defaults.into_iter().rev()) {
            arg.default = Some(Box::new(default));
        }
        for (arg, default) in kwonlyargs.iter_mut().zip(kw_defaults.items()) {
            arg.default = self.opt_expr(Some(default.or_none()))?;
        }
        Ok(ast::Parameters {
            range: TextRange::new(from, self.layout.offset()),
            node_index: NONE,
            posonlyargs: posonlyargs.into(),
            args: args.into(),
            vararg,
            kwonlyargs: kwonlyargs.into(),
            kwarg,
        })
    }

    fn args(
        &mut self,
        found: Option<Value>,
        class: &str,
        name: &str,
    ) -> Res<Vec<ast::ParameterWithDefault>> {
        let items = self.list(found, class, name)?;
        let mut out = Vec::new();
        for item in items.items() {
            let parameter = self.arg(item.or_none())?;
            let range = parameter.range;
            let node_index = NONE;
            out.push(ast::ParameterWithDefault { range, node_index, parameter, default: None });
        }
        Ok(out)
    }

    fn opt_arg(&mut self, found: Option<Value>) -> Res<Option<Box<ast::Parameter>>> {
        match found.and_then(Value::non_none) {
            Some(v) => Ok(Some(Box::new(self.arg(v)?))),
            None => Ok(None),
        }
    }

    fn arg(&mut self, v: Value) -> Res<ast::Parameter> {
        if self.kind(v)? != "arg" {
            return self.unexpected("arg", v);
        }
        let place = self.place(v, "arg")?;
        let start = self.begin(place);
        let name = self.need(field!(self, v, "arg")?, "arg", "arg")?;
        let name = self.ident(name, start)?;
        let annotation = self.opt_expr(field!(self, v, "annotation")?)?;
        let range = self.end(start, place);
        Ok(ast::Parameter { range, node_index: NONE, name, annotation })
    }
}
