//! The little of a tree that messages need.

/// Kinds of expressions that messages tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Attribute,
    Subscript,
    Starred,
    List,
    Tuple,
    Lambda,
    Call,
    Operation,
    /// `not`, `and`, `or`.
    Boolean,
    /// A comparison; true if its first operator is `in`.
    Compare(bool),
    Generator,
    Yield,
    Await,
    ListComp,
    SetComp,
    DictComp,
    Dict,
    Set,
    FString,
    TString,
    None,
    True,
    False,
    Ellipsis,
    Literal,
    Conditional,
    Named,
}

/// An expression: kind, byte range, parts that can be targets.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kids: Vec<Node>,
    /// In parentheses of its own.
    pub(super) grouped: bool,
}

/// What a target is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Star,
    Del,
    For,
}

impl Node {
    pub(super) fn new(kind: Kind, start: usize, end: usize) -> Node {
        Node { kind, start, end, kids: Vec::new(), grouped: false }
    }

    /// The name of the kind in messages.
    pub(super) fn name(&self) -> &'static str {
        match self.kind {
            Kind::Name => "name",
            Kind::Attribute => "attribute",
            Kind::Subscript => "subscript",
            Kind::Starred => "starred",
            Kind::List => "list",
            Kind::Tuple => "tuple",
            Kind::Lambda => "lambda",
            Kind::Call => "function call",
            Kind::Operation | Kind::Boolean => "expression",
            Kind::Compare(_) => "comparison",
            Kind::Generator => "generator expression",
            Kind::Yield => "yield expression",
            Kind::Await => "await expression",
            Kind::ListComp => "list comprehension",
            Kind::SetComp => "set comprehension",
            Kind::DictComp => "dict comprehension",
            Kind::Dict => "dict literal",
            Kind::Set => "set display",
            Kind::FString => "f-string expression",
            Kind::TString => "t-string expression",
            Kind::None => "None",
            Kind::True => "True",
            Kind::False => "False",
            Kind::Ellipsis => "ellipsis",
            Kind::Literal => "literal",
            Kind::Conditional => "conditional expression",
            Kind::Named => "named expression",
        }
    }

    /// The first part that cannot be a target.
    pub(super) fn invalid_target(&self, t: Target) -> Option<&Node> {
        match self.kind {
            Kind::List | Kind::Tuple => self.kids.iter().find_map(|k| k.invalid_target(t)),
            Kind::Starred if t == Target::Del => Some(self),
            Kind::Starred => self.kids.first().and_then(|k| k.invalid_target(t)),
            Kind::Compare(true) if t == Target::For => {
                self.kids.first().and_then(|k| k.invalid_target(t))
            }
            Kind::Compare(_) if t == Target::For => None,
            Kind::Name | Kind::Attribute | Kind::Subscript => None,
            _ => Some(self),
        }
    }
}
