"""From the text of a cell to Python: magics become calls, and every line stays where it was.

A line magic begins a logical line (`%time f()`, at any indentation), or stands after a plain `=`
(`x = %time f()`). A cell magic (`%%time`) is the first line that is not blank. Inside strings,
brackets and continued lines a `%` is the operator, as always.
"""

import re

_LINE_MAGIC = re.compile(r"([ \t]*)%(%?[A-Za-z_][\w.]*)")
_SHELL = re.compile(r"([ \t]*)(!+)")
_ASSIGNED = re.compile(r"=[ \t]*%([A-Za-z_][\w.]*)")
_CELL_MAGIC = re.compile(r"%%([A-Za-z_][\w.]*)[ \t]*")
_STRING = re.compile(r"'''|\"\"\"|'|\"")


def transform(source):
    """Python with the same lines as the cell."""
    lines = source.split("\n")
    blank = 0
    while blank < len(lines) and not lines[blank].strip():
        blank += 1
    if blank < len(lines):
        found = _CELL_MAGIC.match(lines[blank])
        if found:
            name, rest = found.group(1), lines[blank][found.end() :]
            body = "\n".join(lines[blank + 1 :])
            call = f"get_ipython().run_cell_magic({name!r}, {rest.rstrip()!r}, {body!r})"
            return "\n" * blank + call
    return "\n".join(_transform_lines(lines))


def _transform_lines(lines):
    result = []
    state = _Scanner()
    index = 0
    while index < len(lines):
        line = lines[index]
        if state.at_start():
            found = _LINE_MAGIC.match(line)
            if found:
                rest, used = _continued(lines, index, found.end())
                result.append(f"{found.group(1)}{_call(found.group(2), rest)}")
                result.extend([""] * (used - 1))
                index += used
                continue
            found = _SHELL.match(line)
            if found:
                indent, text = found.group(1), line[found.end(1) :]
                result.append(f"{indent}get_ipython().unsupported({text!r})")
                index += 1
                continue
        assigned = state.scan(line)
        if assigned is not None:
            found = _ASSIGNED.match(line, assigned)
            rest, used = _continued(lines, index, found.end())
            result.append(f"{line[:assigned]}= {_call(found.group(1), rest)}")
            result.extend([""] * (used - 1))
            index += used
            continue
        result.append(line)
        index += 1
    return result


def _call(name, rest):
    return f"get_ipython().run_line_magic({name!r}, {rest.strip()!r})"


def _continued(lines, index, start):
    """The rest of a magic's line, with the lines that a backslash joins to it, and their number."""
    text = lines[index][start:]
    used = 1
    while text.endswith("\\") and index + used < len(lines):
        text = text[:-1] + " " + lines[index + used].lstrip()
        used += 1
    return text, used


class _Scanner:
    """Follows strings, brackets and continuations from line to line."""

    def __init__(self):
        self.quote = None  # the quote that ends the string we are in
        self.depth = 0  # open brackets
        self.continued = False  # the last line ended with a backslash

    def at_start(self):
        """Whether the next line begins a logical line."""
        return self.quote is None and self.depth == 0 and not self.continued

    def scan(self, line):
        """Goes through a line. Returns where `= %name` begins if the line has it, else None."""
        self.continued = False
        at, end = 0, len(line)
        while at < end:
            if self.quote is not None:
                at = self._inside_string(line, at)
                continue
            char = line[at]
            if char == "#":
                return None
            if char in "'\"":
                self.quote = _STRING.match(line, at).group()
                at += len(self.quote)
                continue
            if char == "\\" and at == end - 1:
                self.continued = True
            elif char in "([{":
                self.depth += 1
            elif char in ")]}":
                self.depth = max(0, self.depth - 1)
            elif char == "=" and self.depth == 0 and self._plain_assignment(line, at):
                if _ASSIGNED.match(line, at):
                    return at
            at += 1
        if self.quote is not None and len(self.quote) == 1 and not self.continued:
            self.quote = None  # an unterminated string; the compiler will say so
        return None

    def _inside_string(self, line, at):
        end = line.find(self.quote, at)
        slash = line.find("\\", at)
        if slash != -1 and (end == -1 or slash < end):
            # Even in a raw string a backslash protects the quote after it.
            if slash == len(line) - 1:
                self.continued = len(self.quote) == 1
                return len(line)
            return slash + 2
        if end == -1:
            return len(line)
        length = len(self.quote)
        self.quote = None
        return end + length

    def _plain_assignment(self, line, at):
        before = line[at - 1] if at else ""
        after = line[at + 1 : at + 2]
        return after != "=" and before not in ("=", "!", "<", ">", ":", "+", "-", "*", "/", "%", "&", "|", "^", "@")
