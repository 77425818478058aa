"""A parser of XML with the interface of Expat.

The parser keeps what it was given until a whole piece of markup is there, and then reports it. A document type
declaration is read as one piece. Names, entities and default values of attributes follow XML 1.0; nothing is
validated. External entities are read only by a handler that asks for them.
"""

import codecs
import re
import sys
from _orochi_expat import grammar
from _orochi_expat.codes import MESSAGES, make_errors, make_model
from _orochi_expat.dtd import DocumentType
from _orochi_expat.grammar import Incomplete, Wrong

EXPAT_VERSION = "expat_2.7.3"
version_info = (2, 7, 3)
native_encoding = "UTF-8"
features = [("sizeof(XML_Char)", 1), ("sizeof(XML_LChar)", 1), ("XML_DTD", 0), ("XML_CONTEXT_BYTES", 1024),
            ("XML_NS", 0)]
XML_PARAM_ENTITY_PARSING_NEVER, XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE, XML_PARAM_ENTITY_PARSING_ALWAYS = 0, 1, 2

errors = sys.modules["pyexpat.errors"] = make_errors()
model = sys.modules["pyexpat.model"] = make_model()

_PREDEFINED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
_HANDLERS = (
    "StartElementHandler EndElementHandler ProcessingInstructionHandler CharacterDataHandler UnparsedEntityDeclHandler "
    "NotationDeclHandler StartNamespaceDeclHandler EndNamespaceDeclHandler CommentHandler StartCdataSectionHandler "
    "EndCdataSectionHandler DefaultHandler DefaultHandlerExpand NotStandaloneHandler ExternalEntityRefHandler "
    "StartDoctypeDeclHandler EndDoctypeDeclHandler EntityDeclHandler XmlDeclHandler ElementDeclHandler "
    "AttlistDeclHandler SkippedEntityHandler"
).split()
# Encodings that Expat knows; others have a table of 256 characters.
_BUILT_IN = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "us-ascii")
# Replacement texts may be so many times the document in all, once they are large.
_AMPLIFICATION, _AMPLIFICATION_FROM = 100, 8 << 20


class ExpatError(Exception):
    """An error in a document."""


ExpatError.__module__ = "xml.parsers.expat"
error = ExpatError


def ErrorString(code, /):
    """The message for an error code, or None."""
    return MESSAGES.get(code)


def _handler(name):
    slot = "_" + name

    def get(self):
        return getattr(self, slot)

    def put(self, value):
        if name == "CharacterDataHandler":
            self._flush()
        setattr(self, slot, value)

    return property(get, put)


class XMLParserType(DocumentType):
    """An XML parser."""

    def __init__(self, encoding, separator, intern):
        for name in _HANDLERS:
            setattr(self, "_" + name, None)
        self.intern = intern
        self.namespace_prefixes = self.ordered_attributes = self.specified_attributes = False
        self._encoding, self._separator = encoding, separator
        self._buffer_text, self._buffer_size, self._pending = False, 8192, []
        self._decoder, self._raw, self._buffer, self._base = None, b"", "", None
        self._line, self._column, self._byte = 1, 0, 0
        self._broken, self._tried = False, 0
        self._state, self._finished, self._started, self._running = self._prolog, False, False, False
        self._stack, self._scopes = [], [{"xml": _XML_NAMESPACE}]
        self._entities, self._parameters, self._defaults = {}, {}, {}
        self._standalone, self._has_outside, self._fragment = False, False, False
        self._parameter_parsing, self._foreign, self._deferral = 0, False, True
        self._read, self._expanded, self._depth = 0, 0, 0
        self.ErrorCode = 0

    # Attributes.

    CurrentLineNumber = property(lambda self: self._line)
    CurrentColumnNumber = property(lambda self: self._column)
    CurrentByteIndex = property(lambda self: self._byte)
    ErrorLineNumber, ErrorColumnNumber, ErrorByteIndex = CurrentLineNumber, CurrentColumnNumber, CurrentByteIndex
    buffer_used = property(lambda self: sum(map(len, self._pending)))

    @property
    def buffer_text(self):
        return self._buffer_text

    @buffer_text.setter
    def buffer_text(self, value):
        if not value:
            self._flush()
        self._buffer_text = bool(value)

    @property
    def buffer_size(self):
        return self._buffer_size

    @buffer_size.setter
    def buffer_size(self, value):
        if not isinstance(value, int):
            raise TypeError("buffer_size must be an integer")
        if value <= 0:
            raise ValueError("buffer_size must be greater than zero")
        if value > sys.maxsize:
            raise ValueError(f"buffer_size must not be greater than {0x7FFFFFFF}")
        self._flush()
        self._buffer_size = value

    # Methods.

    def SetBase(self, base, /):
        self._base = base

    def GetBase(self):
        return self._base

    def GetInputContext(self):
        return self._buffer.encode() if self._running else None

    def UseForeignDTD(self, flag=True, /):
        if self._started:
            raise self._error(26)
        self._foreign = bool(flag)

    def SetParamEntityParsing(self, flag, /):
        if self._started:
            return 0
        self._parameter_parsing = flag
        return 1

    def GetReparseDeferralEnabled(self):
        return self._deferral

    def SetReparseDeferralEnabled(self, enabled, /):
        self._deferral = bool(enabled)

    def ExternalEntityParserCreate(self, context, encoding=None, /):
        made = XMLParserType(encoding, self._separator, self.intern)
        for name in _HANDLERS:
            setattr(made, "_" + name, getattr(self, "_" + name))
        for name in ("ordered_attributes", "specified_attributes", "namespace_prefixes", "_buffer_text",
                     "_buffer_size", "_base", "_entities", "_parameters", "_defaults", "_standalone", "_has_outside",
                     "_parameter_parsing"):
            setattr(made, name, getattr(self, name))
        made._scopes = list(self._scopes)
        made._fragment = True
        made._state = made._start_of_outside_subset if context is None else made._start_of_fragment
        return made

    def ParseFile(self, file, /):
        read = getattr(file, "read", None)
        if read is None:
            raise TypeError("argument must have 'read' attribute")
        while True:
            data = read(2048)
            if not isinstance(data, (bytes, bytearray)):
                raise TypeError(f"read() did not return a bytes object (type={type(data).__name__})")
            if not data:
                return self.Parse(b"", True)
            self.Parse(data)

    def Parse(self, data, isfinal=False, /):
        if self._finished:
            raise self._error(36)
        if self._running:
            raise RuntimeError("the parser is running")
        if self.ErrorCode:
            raise self._error(self.ErrorCode)
        if isinstance(data, str):
            self._encoding = "utf-8"
            data = data.encode("utf-8", "surrogatepass")
        self._started = True
        self._read += len(data)
        self._decode(bytes(data), isfinal)
        if self._deferral and not isfinal and len(self._buffer) < 2 * self._tried:
            # What was too little a moment ago is tried again when there is twice as much.
            return 1
        self._running = True
        try:
            self._run(isfinal)
        finally:
            self._running = False
        self._flush()
        self._finished = bool(isfinal)
        return 1

    # Reading.

    def _decode(self, data, final):
        """Adds bytes to the text that is to be read; the first ones tell the encoding."""
        if self._decoder is None:
            self._raw += data
            data = self._raw
            if len(data) < 4 and not final and self._encoding is None:
                return
            name = self._encoding
            if data.startswith(b"\xef\xbb\xbf"):
                name, data = "utf-8", data[3:]
                self._byte = 3
            elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
                name = "utf-16"
            elif name is None and data[:2] in (b"<\0", b"\0<"):
                name = "utf-16-le" if data[1] == 0 else "utf-16-be"
            elif name is None and data.startswith(b"<?xml"):
                end = data.find(b"?>")
                if end < 0 and not final:
                    return
                found = re.search(rb"encoding\s*=\s*[\"']([A-Za-z][-._A-Za-z0-9]*)[\"']", data[:end])
                name = found[1].decode() if found else None
                if name is not None and name.lower().startswith("utf-16"):
                    raise self._error(19, self._line, found.start(1))
            name = name or "utf-8"
            if name.lower() not in _BUILT_IN and len(bytes(range(256)).decode(name, "replace")) != 256:
                raise ValueError("multi-byte encodings are not supported")
            self._decoder = codecs.getincrementaldecoder(name)()
            self._raw = b""
        try:
            text = self._decoder.decode(data, final)
        except UnicodeDecodeError as e:
            # What comes before is read first.
            text = e.object[: e.start].decode(e.encoding, "ignore")
            self._broken = final = True
        # Ends of lines are as in XML 1.0, 2.11; a CR at the end waits for what follows.
        text = self._buffer + text
        if "\r" in text:
            last = "\r" if not final and text.endswith("\r") else ""
            text = (text[:-1] if last else text).replace("\r\n", "\n").replace("\r", "\n") + last
        self._buffer = text

    def _run(self, final):
        while self._buffer:
            try:
                length = self._state(self._buffer, final)
            except Incomplete:
                if self._broken:
                    break
                if not final:
                    self._check_characters()
                    self._tried = len(self._buffer)
                    return
                raise self._error(self._unfinished()) from None
            except Wrong as e:
                self._advance(e.offset)
                raise self._error(e.code) from None
            if not length:
                continue
            self._advance(length)
            self._tried = 0
        if self._broken:
            self._advance(len(self._buffer))
            raise self._error(4)
        if final:
            if self._fragment:
                if self._stack:
                    raise self._error(13)
            elif self._state != self._epilog:
                raise self._error(3)

    def _check_characters(self):
        bad = grammar.BAD.search(self._buffer)
        if bad:
            self._advance(bad.start())
            raise self._error(4)

    def _unfinished(self):
        """The code for a document that ends in the middle of something."""
        text = self._buffer
        if text.startswith("<![CDATA["):
            self._cdata(text + "]]>", ended=False)
            self._advance(len(text))
            return 20
        return 5 if text[0] in "<&" else 3

    def _advance(self, length):
        passed = self._buffer[:length]
        self._buffer = self._buffer[length:]
        lines = passed.count("\n")
        self._line += lines
        self._column = len(passed) - passed.rfind("\n") - 1 if lines else self._column + len(passed)
        self._byte += len(passed) if passed.isascii() else len(passed.encode("utf-8", "surrogatepass"))

    def _error(self, code, line=None, column=None):
        self._flush()
        line = self._line if line is None else line
        column = self._column if column is None else column
        self.ErrorCode, self._line, self._column = code, line, column
        made = ExpatError(f"{MESSAGES[code]}: line {line}, column {column}")
        made.code, made.lineno, made.offset = code, line, column
        return made

    # What stands where. Each of these reads one piece at the beginning of `text` and gives its length.

    def _prolog(self, text, final):
        if text.startswith("<?xml") and len(text) > 5 and text[5] in " \t\r\n":
            if "?>" not in text:
                raise Incomplete
            found = grammar.XML_DECL.match(text)
            if found is None:
                raise Wrong(30, 0 if "version" in text[: text.find("?>")] else 6)
            self._standalone = found[6] == "yes"
            if self._XmlDeclHandler:
                standalone = -1 if found[6] is None else int(self._standalone)
                self._call("XmlDeclHandler", found[2], found[4], standalone)
            else:
                self._default(found[0])
            self._state = self._before_root
            return found.end()
        if len(text) < 6 and "<?xml "[: len(text)] == text and not final:
            raise Incomplete
        self._state = self._before_root
        return 0

    def _start_of_fragment(self, text, final):
        self._state = self._content
        if text.startswith("\ufeff"):
            text = self._buffer = text[1:]
        if text.startswith("<?xml") and text[5:6] in (" ", "\t", "\n"):
            found = grammar.TEXT_DECL.match(text)
            if found is None:
                raise Wrong(31)
            if self._XmlDeclHandler:
                self._call("XmlDeclHandler", found[2], found[4], -1)
            return found.end()
        return 0

    def _start_of_outside_subset(self, text, final):
        if not final:
            raise Incomplete
        found = grammar.TEXT_DECL.match(text)
        if found:
            text = text[found.end() :]
        self._subset(text, 0)
        self._state = self._content
        return len(self._buffer)

    def _before_root(self, text, final):
        if text[0] != "<":
            return self._blank(text, 2 if self._state == self._before_root else 9)
        if len(text) < 2 or "<!DOCTYPE".startswith(text) or "<!--".startswith(text):
            raise Incomplete
        if text.startswith("<!DOCTYPE"):
            return self._document_type(text)
        if text.startswith("<!--"):
            return self._comment(text)
        if text[1] == "?":
            return self._instruction(text)
        if text[1] in "!/":
            raise Wrong(4 if text[1] == "/" else 2, 1)
        if self._foreign:
            self._foreign = False
            self._outside_subset(None, None)
        self._state = self._content
        return 0

    def _epilog(self, text, final):
        if text[0] != "<":
            return self._blank(text, 9)
        if len(text) < 2 or "<!--".startswith(text):
            raise Incomplete
        if text.startswith("<!--"):
            return self._comment(text)
        if text[1] == "?":
            return self._instruction(text)
        raise Wrong(9 if grammar.NAME.match(text, 1) else 4)

    def _blank(self, text, code):
        end = grammar.SPACE.match(text).end()
        if end == 0:
            name = grammar.NAME.match(text)
            if name and name.end() < len(text) and text[name.end()] not in " \t\r\n":
                raise Wrong(4, name.end())
            raise Wrong(4 if grammar.BAD.match(text) else code)
        self._default(text[:end])
        return end

    def _content(self, text, final):
        first = text[0]
        if first == "<":
            return self._markup(text)
        if first == "&":
            return self._refer(text)
        end = grammar.TEXT.match(text).end()
        if end == len(text) and not final:
            # The end may be half of "]]>", or a CR.
            for tail in ("]]", "]", "\r"):
                if text.endswith(tail):
                    end -= len(tail)
                    break
            if end == 0:
                raise Incomplete
        piece = text[:end]
        wrong = piece.find("]]>")
        if wrong >= 0:
            raise Wrong(4, wrong + 2)
        bad = grammar.BAD.search(piece)
        if bad:
            if bad.start():
                self._characters(piece[: bad.start()])
            raise Wrong(4, bad.start())
        if not self._stack and not self._fragment:
            raise Wrong(9)
        self._characters(piece)
        return end

    def _markup(self, text):
        if len(text) < 2:
            raise Incomplete
        second = text[1]
        if second == "/":
            return self._end_tag(text)
        if second == "?":
            return self._instruction(text)
        if second == "!":
            if text.startswith("<!--"):
                return self._comment(text)
            if text.startswith("<![CDATA["):
                return self._cdata(text)
            if "<!--".startswith(text) or "<![CDATA[".startswith(text):
                raise Incomplete
            raise Wrong(4, 2)
        return self._start_tag(text)

    def _start_tag(self, text):
        found = grammar.TAG_OPEN.match(text)
        if found is None:
            raise Wrong(4, 1)
        if found.end() == len(text):
            raise Incomplete
        name, at, attributes = found[1], found.end(), []
        while True:
            pair = grammar.ATTRIBUTE.match(text, at)
            if pair is None:
                break
            attributes.append((pair[1], pair[2][1:-1], pair.start(1), pair.start(2) + 1))
            at = pair.end()
        rest = grammar.TAG_REST.match(text, at)
        if rest is None:
            whole = grammar.TAG_WHOLE.match(text)
            if whole is None and "<" not in text[at:].partition("=")[0]:
                raise Incomplete
            raise Wrong(4, _wrong_in_tag(text, at))
        self._element(name, attributes)
        if rest[1]:
            self._close(name)
        return rest.end()

    def _element(self, name, attributes):
        values, given = {}, set()
        types = self._defaults.get(name, {})
        for key, raw, key_at, at in attributes:
            if key in given:
                raise Wrong(8, key_at)
            given.add(key)
            value = self._value(raw, at)
            kind = types.get(key)
            if kind is not None and kind[0] != "CDATA":
                value = " ".join(value.split(" ")).strip() if value else value
                value = re.sub(" +", " ", value)
            values[key] = value
        if not self.specified_attributes:
            for key, (_, default) in types.items():
                if default is not None and key not in values:
                    values[key] = default
        scope, declared = self._scopes[-1], []
        if self._separator is not None:
            scope = dict(scope)
            for key in list(values):
                if key == "xmlns" or key.startswith("xmlns:"):
                    prefix, uri = key[6:] or None, values.pop(key)
                    if prefix is not None and not uri:
                        raise Wrong(28)
                    if prefix == "xmlns":
                        raise Wrong(39)
                    if (prefix == "xml") != (uri == _XML_NAMESPACE):
                        raise Wrong(38 if prefix == "xml" else 40)
                    scope[prefix] = uri
                    declared.append(prefix)
                    self._call("StartNamespaceDeclHandler", prefix, uri or None)
            shown = self._qualified(name, scope, True)
            renamed = {}
            for key, value in values.items():
                key = self._qualified(key, scope, False)
                if key in renamed:
                    raise Wrong(8)
                renamed[key] = value
            values = renamed
        else:
            shown = name
        self._stack.append((name, shown, declared))
        self._scopes.append(scope)
        if self._StartElementHandler:
            shown = self._interned(shown)
            if self.ordered_attributes:
                row = [part for key, value in values.items() for part in (self._interned(key), value)]
            else:
                row = {self._interned(key): value for key, value in values.items()}
            self._call("StartElementHandler", shown, row)
        else:
            self._default(grammar.TAG_WHOLE.match(self._buffer)[0] if self._buffer.startswith("<") else "")

    def _interned(self, name):
        return name if self.intern is None else self.intern.setdefault(name, name)

    def _qualified(self, name, scope, element):
        prefix, colon, local = name.partition(":")
        if not colon:
            uri = scope.get(None) if element else None
            return uri + self._separator + name if uri else name
        uri = scope.get(prefix)
        if not uri:
            raise Wrong(27)
        shown = uri + self._separator + local
        if self.namespace_prefixes and self._separator:
            shown += self._separator + prefix
        return shown

    def _end_tag(self, text):
        found = grammar.TAG_SHUT.match(text)
        if found is None:
            if ">" not in text and "<" not in text[1:]:
                raise Incomplete
            name = grammar.NAME.match(text, 2)
            raise Wrong(4, grammar.SPACE.match(text, name.end()).end() if name else 2)
        if len(self._stack) <= self._depth or self._stack[-1][0] != found[1]:
            raise Wrong(7 if len(self._stack) > self._depth else 13 if self._depth else 4, 2)
        self._close(found[1])
        return found.end()

    def _close(self, name):
        _, shown, declared = self._stack.pop()
        self._scopes.pop()
        if self._EndElementHandler:
            self._call("EndElementHandler", self._interned(shown))
        else:
            found = grammar.TAG_SHUT.match(self._buffer)
            self._default(found[0] if found else "")
        for prefix in reversed(declared):
            self._call("EndNamespaceDeclHandler", prefix)
        if not self._stack and not self._fragment:
            self._state = self._epilog

    def _comment(self, text):
        end = text.find("--", 4)
        if end < 0 or end + 2 == len(text):
            raise Incomplete
        if text[end + 2] != ">":
            raise Wrong(4, end + 2)
        self._check(text, end)
        if self._CommentHandler:
            self._call("CommentHandler", text[4:end])
        else:
            self._default(text[: end + 3])
        return end + 3

    def _instruction(self, text):
        end = text.find("?>")
        if end < 0:
            raise Incomplete
        found = grammar.PI.match(text)
        if found is None:
            raise Wrong(4, 2)
        if found[1].lower() == "xml":
            raise Wrong(17 if found[1] == "xml" else 4)
        self._check(text, end)
        if self._ProcessingInstructionHandler:
            self._call("ProcessingInstructionHandler", self._interned(found[1]), found[2] or "")
        else:
            self._default(found[0])
        return found.end()

    def _cdata(self, text, ended=True):
        end = text.find("]]>", 9)
        if end < 0:
            raise Incomplete
        self._check(text, end)
        if self._StartCdataSectionHandler:
            self._call("StartCdataSectionHandler")
        else:
            self._default("<![CDATA[")
        if end > 9:
            self._characters(text[9:end])
        if not ended:
            return end
        if self._EndCdataSectionHandler:
            self._call("EndCdataSectionHandler")
        else:
            self._default("]]>")
        return end + 3

    def _check(self, text, end):
        bad = grammar.BAD.search(text, 0, end)
        if bad:
            raise Wrong(4, bad.start())

    # References and entities.

    def _refer(self, text):
        found = grammar.REFERENCE.match(text)
        if found is None:
            if ";" not in text and re.fullmatch(f"&(?:#x?[0-9a-fA-F]*|(?:{grammar.NAME_PATTERN})?)", text):
                raise Incomplete
            name = grammar.NAME.match(text, 1)
            raise Wrong(4, name.end() if name else 1)
        if not self._stack and not self._fragment:
            raise Wrong(9)
        if found[3] is None:
            self._characters(self._character(found))
        elif found[3] in _PREDEFINED:
            self._characters(_PREDEFINED[found[3]])
        else:
            self._general(found[3], found[0])
        return found.end()

    def _character(self, found):
        number = int(found[1]) if found[1] else int(found[2], 16)
        if number > 0x10FFFF or grammar.BAD.match(chr(number)):
            raise Wrong(14)
        return chr(number)

    def _general(self, name, text):
        entity = self._entities.get(name)
        if entity is None:
            if not self._has_outside or self._standalone:
                raise Wrong(11)
            if self._SkippedEntityHandler:
                self._call("SkippedEntityHandler", name, False)
            else:
                self._default(text)
            return
        if entity.notation is not None:
            raise Wrong(15)
        if entity.open:
            raise Wrong(12)
        if entity.text is None:
            self._outside(name, entity, text)
        elif self._DefaultHandler and not self._DefaultHandlerExpand:
            self._default(text)
        else:
            self._expand(entity)

    def _expand(self, entity):
        """Reads the text of an entity where it is referred to; its elements must end in it."""
        self._count(len(entity.text))
        saved = self._buffer, self._line, self._column, self._byte, self._depth, self._state
        self._buffer, self._depth, self._state, entity.open = entity.text, len(self._stack), self._content, True
        wrong = None
        try:
            while self._buffer and wrong is None:
                try:
                    length = self._content(self._buffer, True)
                except Incomplete:
                    wrong = 5
                except Wrong as e:
                    wrong = e.code
                else:
                    self._buffer = self._buffer[length:]
            if wrong is None and len(self._stack) != self._depth:
                wrong = 13
        finally:
            self._buffer, self._line, self._column, self._byte, self._depth, self._state = saved
            entity.open = False
        if wrong is not None:
            raise Wrong(wrong)

    def _count(self, length):
        self._expanded += length
        total = self._expanded + self._read
        if total > _AMPLIFICATION_FROM and total > _AMPLIFICATION * self._read:
            raise Wrong(43)

    def _outside(self, name, entity, text):
        if self._ExternalEntityRefHandler is None:
            if self._SkippedEntityHandler:
                self._call("SkippedEntityHandler", name, False)
            else:
                self._default(text)
            return
        context = "\f".join([name] + [f"{p or ''}={u}" for p, u in self._scopes[-1].items() if p != "xml"])
        entity.open = True
        try:
            done = self._call("ExternalEntityRefHandler", context, entity.base, entity.system, entity.public)
        finally:
            entity.open = False
        if not done:
            raise Wrong(21)

    def _value(self, raw, at=0):
        """The value of an attribute: references replaced, blanks made spaces."""
        if "&" not in raw and "<" not in raw and "\n" not in raw and "\t" not in raw and not grammar.BAD.search(raw):
            return raw
        bad = grammar.BAD.search(raw)
        if bad:
            raise Wrong(4, at + bad.start())

        def replace(found):
            piece = found[0]
            if piece in "\n\t":
                return " "
            if piece in "<&":
                raise Wrong(4, at + found.start())
            if found[3] is None:
                return self._character(found)
            if found[3] in _PREDEFINED:
                return _PREDEFINED[found[3]]
            entity = self._entities.get(found[3])
            if entity is None:
                if not self._has_outside or self._standalone:
                    raise Wrong(11, at + found.start())
                return ""
            if entity.open:
                raise Wrong(12, at + found.start())
            if entity.text is None:
                raise Wrong(16 if entity.notation is None else 15, at + found.start())
            self._count(len(entity.text))
            entity.open = True
            try:
                return self._value(entity.text)
            finally:
                entity.open = False

        return grammar.IN_VALUE.sub(replace, raw)

    # Telling.

    def _call(self, name, *args):
        handler = getattr(self, "_" + name)
        if handler is not None:
            self._flush()
            return handler(*args)
        return None

    def _default(self, text):
        handler = self._DefaultHandlerExpand or self._DefaultHandler
        if handler is not None and text:
            self._flush()
            handler(text)

    def _characters(self, text):
        if self._CharacterDataHandler is None:
            self._default(text)
        elif self._buffer_text:
            self._pending.append(text)
            if self.buffer_used > self._buffer_size:
                self._flush()
        else:
            for piece in re.findall("\n|[^\n]+", text):
                self._CharacterDataHandler(piece)

    def _flush(self):
        if self._pending:
            text, self._pending = "".join(self._pending), []
            if self._CharacterDataHandler is not None:
                for at in range(0, len(text), self._buffer_size):
                    self._CharacterDataHandler(text[at : at + self._buffer_size])


for _each in _HANDLERS:
    setattr(XMLParserType, _each, _handler(_each))
XMLParserType.__name__ = XMLParserType.__qualname__ = "xmlparser"


def _wrong_in_tag(text, at):
    """Where in a tag that is there as a whole the first wrong character is."""
    at = grammar.SPACE.match(text, at).end()
    name = grammar.NAME.match(text, at)
    if name is None:
        return at
    at = grammar.SPACE.match(text, name.end()).end()
    if text[at : at + 1] != "=":
        return at
    return grammar.SPACE.match(text, at + 1).end()


def ParserCreate(encoding=None, namespace_separator=None, intern=None):
    """A new parser."""
    for name, value in (("encoding", encoding), ("namespace_separator", namespace_separator)):
        if value is not None and not isinstance(value, str):
            kind = type(value).__name__
            raise TypeError(f"ParserCreate() argument '{name}' must be str or None, not {kind}")
    if namespace_separator is not None and len(namespace_separator) > 1:
        raise ValueError("namespace_separator must be at most one character, omitted, or None")
    if intern is not None and not isinstance(intern, dict):
        raise TypeError("intern must be a dictionary")
    return XMLParserType(encoding, namespace_separator, {} if intern is None else intern)
