"""The tokenizer behind `tokenize`, in Python.

CPython makes these tokens with the tokenizer of its own parser. Ours is a library that keeps no
token stream of this shape, so this module makes them from the source text. It follows the lexical
analysis chapter of the language reference; the token types are those of the module `token`.
"""

import re
import token as _t

_OPERATORS = sorted(_t.EXACT_TOKEN_TYPES, key=len, reverse=True)
_OPERATOR = re.compile("|".join(re.escape(op) for op in _OPERATORS))
_NAME = re.compile(r"[^\W\d]\w*")
_STRING = re.compile(r"(?P<prefix>[a-zA-Z]{0,3})(?P<quote>'''|\"\"\"|'|\")")
_BLANK = re.compile(r"[ \t\f]+")
_DIGITS = r"[0-9](?:_?[0-9])*"
_EXPONENT = rf"[eE][-+]?{_DIGITS}"
_NUMBER = re.compile(
    r"0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+"
    rf"|(?:{_DIGITS}\.(?:{_DIGITS})?|\.{_DIGITS})(?:{_EXPONENT})?[jJ]?"
    rf"|{_DIGITS}{_EXPONENT}[jJ]?|{_DIGITS}[jJ]?"
)
_BASED = {
    kind: (name, re.compile(rf"0[{kind}{kind.upper()}](?:_?[{digits}])*"))
    for kind, name, digits in (("x", "hexadecimal", "0-9a-fA-F"), ("b", "binary", "01"), ("o", "octal", "0-7"))
}
_PREFIXES = {"", "b", "r", "u", "br", "rb", "f", "fr", "rf", "t", "tr", "rt"}
_CLOSING = {")": "(", "]": "[", "}": "{"}


class _Literal:
    """An f-string or t-string whose end has not been reached."""

    def __init__(self, kind, quote, raw):
        self.kind, self.quote, self.raw = kind, quote, raw
        # For each replacement field that is open: how many brackets were open around it, and
        # whether its format specification has begun.
        self.fields = []

    def types(self):
        names = ("START", "MIDDLE", "END")
        return [getattr(_t, f"{self.kind}STRING_{name}") for name in names]


class TokenizerIter:
    """Iterates over `(type, string, start, end, line)` of the lines that `readline` gives."""

    def __init__(self, readline, *, encoding=None, extra_tokens=False):
        self._readline = readline
        self._encoding = encoding
        self._extra = extra_tokens
        self._implicit = False
        self._tokens = self._run()

    def __iter__(self):
        return self

    def __next__(self):
        made = next(self._tokens)
        if self._implicit and made[3][0] == self._row and made[4]:
            # The line's end is not in the source.
            return (*made[:4], made[4].removesuffix("\n"))
        return made

    # ---- lines ------------------------------------------------------------------------------

    def _next_line(self):
        try:
            line = self._readline()
        except StopIteration:
            line = ""
        if isinstance(line, (bytes, bytearray)):
            line = line.decode(self._encoding or "utf-8")
        self._row += bool(line)
        if "\0" in line:
            raise SyntaxError("source code cannot contain null bytes", ("<string>", self._row, 0, line))
        self._implicit = line != "" and not line.endswith("\n")
        return line + "\n" if self._implicit else line

    def _error(self, message, row, column, line, kind=SyntaxError):
        return kind(message, ("<string>", row, column + 1, line, row, column + 1))

    def _indentation_error(self, message, line, kind=IndentationError):
        """The error at the end of a line whose indentation is wrong."""
        text = line.rstrip("\r\n")
        return kind(message, ("<string>", self._row, len(text) + 1, text, None, None))

    # ---- the stream -------------------------------------------------------------------------

    def _run(self):
        self._row = 0
        self._open = []  # brackets: (character, row, column)
        self._literals = []
        # Columns with tabs of eight places, and of one: both must tell the same.
        self._indents = [(0, 0)]
        self._continued = False
        last = ""
        fresh = True  # at the beginning of a logical line
        while line := self._next_line():
            at = 0
            if fresh and not self._literals:
                at, blank = yield from self._indentation(line)
                if blank:
                    continue
            fresh = yield from self._line(line, at)
            last = line
        if self._open and not self._extra and not self._literals:
            character, row, column = self._open[-1]
            raise self._error(f"'{character}' was never closed", row, column, "")
        if self._open or self._continued:
            at = len(last) if self._literals or self._continued else 0
            message = "unexpected EOF in multi-line statement"
            raise SyntaxError(message, ("<string>", self._row, at, last))
        yield from self._end(fresh)

    def _end(self, fresh):
        row = self._row + 1
        if not fresh:
            yield (_t.NEWLINE, "", (self._row, 0), (self._row, 1), "")
        for _ in self._indents[1:]:
            yield (_t.DEDENT, "", (row, 0), (row, 0), "")
        yield (_t.ENDMARKER, "", (row, 0), (row, 0), "")

    def _indentation(self, line):
        """Indents and dedents at the start of a logical line: (position, nothing else there)."""
        column = narrow = at = 0
        while line[at] in " \t\f":
            if line[at] == "\t":
                column, narrow = (column // 8 + 1) * 8, narrow + 1
            elif line[at] == "\f":
                column = narrow = 0
            else:
                column, narrow = column + 1, narrow + 1
            at += 1
        row = self._row
        if line[at] in "#\r\n":
            if self._extra:
                text = line.rstrip("\r\n")
                if line[at] == "#":
                    yield (_t.COMMENT, text[at:], (row, at), (row, len(text)), line)
                end = "" if self._implicit else line[len(text):]
                start = (row, len(text))
                yield (_t.NL, end, start, (row, len(text) + 1), line)
            return at, True
        if column > self._indents[-1][0]:
            if narrow <= self._indents[-1][1]:
                raise self._tabs(line)
            self._indents.append((column, narrow))
            yield (_t.INDENT, line[:at], (row, 0), (row, at), line)
            return at, False
        left = len(self._indents)
        while column < self._indents[left - 1][0]:
            left -= 1
        if column != self._indents[left - 1][0]:
            message = "unindent does not match any outer indentation level"
            raise self._indentation_error(message, line)
        if narrow != self._indents[left - 1][1]:
            raise self._tabs(line)
        for _ in range(left, len(self._indents)):
            self._indents.pop()
            yield (_t.DEDENT, "", (row, at), (row, at), line)
        return at, False

    def _tabs(self, line):
        return self._indentation_error("inconsistent use of tabs and spaces in indentation", line, TabError)

    def _line(self, line, at):
        """The tokens of the rest of a line; true if the logical line ends with it."""
        self._continued = False
        while True:
            if self._literals and self._in_text():
                line, at = yield from self._middle(line, at)
                continue
            if match := _BLANK.match(line, at):
                at = match.end()
            row, rest = self._row, line[at:]
            if rest.startswith("\\") and rest[1:].strip("\r\n") == "":
                self._continued = True
                return False
            if rest[0] in "\r\n":
                depth = self._open or self._literals
                kind = _t.NL if depth else _t.NEWLINE
                if kind == _t.NEWLINE or self._extra:
                    text = "" if self._implicit else rest
                    yield (kind, text, (row, at), (row, at + 1), line)
                return not depth
            if rest[0] == "#":
                text = rest.rstrip("\r\n")
                if self._extra:
                    yield (_t.COMMENT, text, (row, at), (row, at + len(text)), line)
                at += len(text)
                continue
            line, at = yield from self._token(line, at)

    # ---- one token --------------------------------------------------------------------------

    def _token(self, line, at):
        row = self._row
        match = _STRING.match(line, at)
        if match and match["prefix"].lower() in _PREFIXES:
            prefix = match["prefix"].lower()
            if "f" in prefix or "t" in prefix:
                kind = "F" if "f" in prefix else "T"
                literal = _Literal(kind, match["quote"], "r" in prefix)
                self._literals.append(literal)
                yield (literal.types()[0], match[0], (row, at), (row, match.end()), line)
                return line, match.end()
            return (yield from self._string(line, at, match))
        if match := _NUMBER.match(line, at):
            kind, end = _t.NUMBER, match.end()
            self._check_number(line, at, end)
        elif match := _NAME.match(line, at):
            kind, end = _t.NAME, match.end()
        elif match := _OPERATOR.match(line, at):
            kind = _t.OP if self._extra else _t.EXACT_TOKEN_TYPES[match[0]]
            end = match.end()
            if field := self._field_delimiter(line, at):
                end = at + 1
                kind = _t.OP if self._extra else _t.EXACT_TOKEN_TYPES[field]
            self._bracket(line[at:end], row, at, line)
        elif self._extra:
            kind, end = _t.OP if line[at] in "$?!`" else _t.ERRORTOKEN, at + 1
        else:
            name = f"invalid non-printable character U+{ord(line[at]):04X}"
            raise self._error(name, row, at, line)
        yield (kind, line[at:end], (row, at), (row, end), line)
        return line, end

    def _check_number(self, line, at, end):
        """Raises if what begins as a number does not go on as one."""
        row = self._row
        if line[at] == "0" and (based := _BASED.get(line[at + 1:at + 2].lower())):
            name, pattern = based
            end = pattern.match(line, at).end()
            following = line[end:end + 1]
            if following.isdigit() and following.isascii():
                message = f"invalid digit '{following}' in {name} literal"
                raise self._error(message, row, end, line)
            if end == at + 2 or following == "_":
                raise self._error(f"invalid {name} literal", row, end - (following != "_"), line)
        elif line[end:end + 1] == "_":
            raise self._error("invalid decimal literal", row, end, line)
        if not self._extra and _NAME.match(line, end) and not self._keyword_follows(line, end):
            raise self._error("invalid decimal literal", row, end - 1, line)

    def _keyword_follows(self, line, at):
        word = _NAME.match(line, at)[0]
        return word in {"and", "else", "for", "if", "in", "is", "not", "or"}

    def _bracket(self, text, row, at, line):
        if text in ("(", "[", "{"):
            self._open.append((text, row, at))
        elif text in _CLOSING:
            if not self._open:
                if self._extra:
                    return  # `inspect` and others look at pieces of sources
                raise self._error(f"unmatched '{text}'", row, at, line)
            opened, from_row, _ = self._open.pop()
            if opened != _CLOSING[text] and not self._extra:
                where = "" if from_row == row else f" on line {from_row}"
                message = (
                    f"closing parenthesis '{text}' does not match "
                    f"opening parenthesis '{opened}'{where}"
                )
                raise self._error(message, row, at, line)

    def _string(self, line, at, match):
        """A plain string, which may go on over lines."""
        start, first, quote = (self._row, at), line, match["quote"]
        text, pos = line[at:match.end()], match.end()
        lines = line
        while True:
            while pos < len(line):
                if line.startswith(quote, pos):
                    end = pos + len(quote)
                    text += quote
                    yield (_t.STRING, text, start, (self._row, end), lines)
                    return line, end
                step = 2 if line[pos] == "\\" else 1
                if line[pos] in "\r\n" and len(quote) == 1:
                    break
                text += line[pos:pos + step]
                if step == 2 and line[pos + 1] == "\r" and line[pos + 2:pos + 3] == "\n":
                    text += "\n"
                    step = 3
                pos += step
            else:
                line = self._next_line()
                lines += line
                pos = 0
                if line:
                    continue
                kind = "triple-quoted string" if len(quote) == 3 else "string"
                raise self._error(
                    f"unterminated {kind} literal (detected at line {self._row})",
                    start[0], start[1], first,
                )
            raise self._error(
                f"unterminated string literal (detected at line {start[0]})",
                start[0], start[1], first,
            )

    # ---- f-strings --------------------------------------------------------------------------

    def _in_text(self):
        """Whether the innermost literal is at its text or at a format specification."""
        literal = self._literals[-1]
        if not literal.fields:
            return True
        depth, in_spec = literal.fields[-1]
        return in_spec and len(self._open) == depth + 1

    def _field_delimiter(self, line, at):
        """A `:` or `!` that ends the expression of a field, though `:=` or `!=` may match."""
        if not self._literals or not self._literals[-1].fields:
            return None
        field = self._literals[-1].fields[-1]
        depth, in_spec = field
        if in_spec or len(self._open) != depth + 1:
            return None
        if line[at] == ":":
            self._literals[-1].fields[-1] = (depth, True)
            return ":"
        if line[at] == "}":
            self._literals[-1].fields.pop()
            return "}"
        if line[at] == "!" and not line.startswith("!=", at):
            return "!"
        return None

    def _middle(self, line, at):
        """Text up to a field, the end of the literal, or the end of a field's specification."""
        literal = self._literals[-1]
        _, middle, end_type = literal.types()
        in_spec = bool(literal.fields)
        start, text, first = (self._row, at), "", line
        while True:
            if at >= len(line):
                following = self._next_line()
                if not following or len(literal.quote) == 1:
                    kind = "triple-quoted " if len(literal.quote) == 3 else ""
                    name = literal.kind.lower()
                    raise self._error(
                        f"unterminated {kind}{name}-string literal "
                        f"(detected at line {self._row})",
                        start[0], start[1], first,
                    )
                line, at = following, 0
            here = (self._row, at)
            if not in_spec and line.startswith(literal.quote, at):
                if text:
                    yield (middle, text, start, here, line)
                end = at + len(literal.quote)
                yield (end_type, literal.quote, here, (self._row, end), line)
                self._literals.pop()
                return line, end
            character = line[at]
            if not in_spec and line.startswith(("{{", "}}"), at):
                text += character
                yield (middle, text, start, (self._row, at + 1), line)
                at += 2
                start, text = (self._row, at), ""
                continue
            if character == "{" or (in_spec and character == "}"):
                empty_spec = character == "}" and start == here and line[at - 1:at] == ":"
                if text or empty_spec:
                    yield (middle, text, start, here, line)
                kind = _t.OP if self._extra else _t.EXACT_TOKEN_TYPES[character]
                yield (kind, character, here, (self._row, at + 1), line)
                if character == "{":
                    literal.fields.append((len(self._open), False))
                    self._open.append(("{", *here))
                else:
                    literal.fields.pop()
                    self._open.pop()
                return line, at + 1
            if character == "}":
                message = f"{literal.kind.lower()}-string: single '}}' is not allowed"
                raise self._error(message, self._row, at, line)
            if character == "\\" and line[at + 1:at + 2] not in ("{", "}"):
                text += line[at:at + 2]
                at += 2
                continue
            if character in "\r\n" and len(literal.quote) == 1:
                at = len(line)
                continue
            text += character
            at += 1
