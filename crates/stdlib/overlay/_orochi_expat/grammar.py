"""The grammar of XML 1.0 as regular expressions, and what is too nested for them."""

import re

_NAME_START = r"[:A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef" \
         r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]"
NAME_PATTERN = _NAME_START + "(?:" + _NAME_START + r"|[-.0-9\xb7\u0300-\u036f\u203f\u2040])*"
S = "[ \t\r\n]"
NAME = re.compile(NAME_PATTERN)
SPACE = re.compile(f"{S}*")
BAD = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TEXT = re.compile("[^<&]+")
REFERENCE = re.compile(f"&(?:#([0-9]+)|#x([0-9a-fA-F]+)|({NAME_PATTERN}));")
IN_VALUE = re.compile(f"&(?:#([0-9]+)|#x([0-9a-fA-F]+)|({NAME_PATTERN}));|[&<\t\n]")
TAG_OPEN = re.compile(f"<({NAME_PATTERN})")
TAG_SHUT = re.compile(f"</({NAME_PATTERN}){S}*>")
ATTRIBUTE = re.compile(f"{S}+({NAME_PATTERN}){S}*={S}*(\"[^\"]*\"|'[^']*')")
TAG_REST = re.compile(f"{S}*(/?)>")
TAG_WHOLE = re.compile("""<[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>""")
PI = re.compile(f"<\\?({NAME_PATTERN})(?:{S}+(.*?))?\\?>", re.S)
XML_DECL = re.compile(
    f"""<\\?xml{S}+version{S}*={S}*(["'])(1\\.[0-9]+)\\1"""
    f"""(?:{S}+encoding{S}*={S}*(["'])([A-Za-z][-._A-Za-z0-9]*)\\3)?"""
    f"""(?:{S}+standalone{S}*={S}*(["'])(yes|no)\\5)?{S}*\\?>"""
)
TEXT_DECL = re.compile(
    f"""<\\?xml(?:{S}+version{S}*={S}*(["'])(1\\.[0-9]+)\\1)?"""
    f"""{S}+encoding{S}*={S}*(["'])([A-Za-z][-._A-Za-z0-9]*)\\3{S}*\\?>"""
)
_literal = "(\"[^\"]*\"|'[^']*')"
_external_id = f"(?:SYSTEM{S}+{_literal}|PUBLIC{S}+{_literal}{S}+{_literal})"
DOCTYPE = re.compile(f"<!DOCTYPE{S}+({NAME_PATTERN})(?:{S}+{_external_id})?{S}*(\\[)?")
DOCTYPE_TOKEN = re.compile("[ \t\r\n]+|\"[^\"]*\"|'[^']*'|[^ \t\r\n\"'\\[]+|\\[")
ENTITY = re.compile(
    f"<!ENTITY{S}+(%{S}+)?({NAME_PATTERN}){S}+(?:{_literal}|{_external_id}(?:{S}+NDATA{S}+({NAME_PATTERN}))?){S}*>"
)
NOTATION = re.compile(f"<!NOTATION{S}+({NAME_PATTERN}){S}+(?:{_external_id}|PUBLIC{S}+{_literal}){S}*>")
ELEMENT = re.compile(f"<!ELEMENT{S}+({NAME_PATTERN}){S}+([^>]+?){S}*>")
ATTLIST = re.compile(f"<!ATTLIST{S}+({NAME_PATTERN})")
ATTDEF = re.compile(
    f"{S}+({NAME_PATTERN}){S}+(CDATA|ID|IDREF|IDREFS|ENTITY|ENTITIES|NMTOKEN|NMTOKENS|(?:NOTATION{S}+)?\\([^)]*\\))"
    f"{S}+(#REQUIRED|#IMPLIED|(?:(#FIXED){S}+)?{_literal})"
)


class Incomplete(Exception):
    """More of the document is needed."""


class Wrong(Exception):
    """An error with a code, at an offset from the beginning of the markup."""

    def __init__(self, code, offset=0):
        self.code, self.offset = code, offset


def bare(literal):
    return None if literal is None else literal[1:-1]


def end_of_doctype(text):
    """Where a document type declaration ends, or None if that is not there yet."""
    depth = 0
    for found in re.finditer("""<!--.*?-->|<\\?.*?\\?>|"[^"]*"|'[^']*'|<!--|<\\?|[][<>"']""", text, re.S):
        piece = found[0]
        if piece in ("<!--", "<?", '"', "'"):
            return None
        if piece in "[<":
            depth += 1
        elif piece in "]>":
            depth -= 1
            if depth == 0:
                return found.end()
    return None


def content_model(text):
    """The content of an element as nested tuples: type, quantifier, name, children."""
    text = re.sub(S, "", text)
    if text in ("EMPTY", "ANY"):
        return (1 if text == "EMPTY" else 2, 0, None, ())
    tokens, at = re.findall(r"#PCDATA|[(),|?*+]|" + NAME_PATTERN, text), 0

    def quantifier():
        nonlocal at
        found = {"?": 1, "*": 2, "+": 3}.get(tokens[at] if at < len(tokens) else "", 0)
        at += found > 0
        return found

    def particle():
        nonlocal at
        if at >= len(tokens):
            raise Wrong(2)
        token = tokens[at]
        at += 1
        if token != "(":
            return (4, quantifier(), token, ())
        children, kind, mixed = [], 6, False
        while at < len(tokens) and tokens[at] != ")":
            if tokens[at] == "#PCDATA":
                mixed = True
                at += 1
            elif tokens[at] in ",|":
                kind = 5 if tokens[at] == "|" else 6
                at += 1
            else:
                children.append(particle())
        at += 1
        return (3 if mixed else kind, quantifier(), None, tuple(children))

    return particle()
