"""Reading a document type declaration: its entities, attributes and notations."""

import re
from . import grammar
from .grammar import Incomplete, Wrong


class Entity:
    def __init__(self, text=None, system=None, public=None, base=None, notation=None):
        self.text, self.system, self.public, self.base, self.notation = text, system, public, base, notation
        self.open = False


class DocumentType:
    """The part of a parser that reads declarations."""

    def _document_type(self, text):
        found = grammar.DOCTYPE.match(text)
        end = grammar.end_of_doctype(text)
        if end is None:
            raise Incomplete
        if found is None:
            raise Wrong(2 if not grammar.NAME.match(text, grammar.SPACE.match(text, 9).end()) else 4, 9)
        name, system, public = found[1], grammar.bare(found[2] or found[4]), grammar.bare(found[3])
        self._has_outside = system is not None
        if self._StartDoctypeDeclHandler:
            self._call("StartDoctypeDeclHandler", name, system, public, int(found[5] is not None))
        else:
            for token in grammar.DOCTYPE_TOKEN.findall(found[0]):
                self._default(token)
        at = found.end()
        if found[5]:
            at = self._subset(text, at)
            at = grammar.SPACE.match(text, at + 1).end()
        if text[at : at + 1] != ">":
            raise Wrong(4, at)
        if system is not None or self._foreign:
            self._foreign = False
            self._outside_subset(system, public)
            if self._has_outside and not self._standalone and self._NotStandaloneHandler:
                if not self._call("NotStandaloneHandler"):
                    raise Wrong(22)
        if self._EndDoctypeDeclHandler:
            self._call("EndDoctypeDeclHandler")
        else:
            self._default(text[at : at + 1])
        return at + 1

    def _outside_subset(self, system, public):
        wanted = self._parameter_parsing == 2 or (self._parameter_parsing == 1 and not self._standalone)
        if wanted and self._ExternalEntityRefHandler:
            if not self._call("ExternalEntityRefHandler", None, self._base, system, public):
                raise Wrong(21)
            self._has_outside = system is not None

    def _subset(self, text, at):
        """Reads declarations up to a `]` or the end of the text; gives where that is."""
        while at < len(text):
            blank = grammar.SPACE.match(text, at).end()
            if blank > at:
                self._default(text[at:blank])
                at = blank
                continue
            if text[at] == "]":
                return at
            if text[at] == "%":
                name = grammar.NAME.match(text, at + 1)
                if name is None or text[name.end() : name.end() + 1] != ";":
                    raise Wrong(4, at + 1)
                self._parameter(name[0])
                at = name.end() + 1
            else:
                at = self._declaration(text, at)
        return at

    def _parameter(self, name):
        entity = self._parameters.get(name)
        self._has_outside = True
        if entity is None or (entity.text is None and self._ExternalEntityRefHandler is None):
            self._call("SkippedEntityHandler", name, True)
        elif entity.open:
            raise Wrong(12)
        elif entity.text is not None:
            self._count(len(entity.text))
            entity.open = True
            try:
                self._subset(entity.text, 0)
            finally:
                entity.open = False
        elif self._parameter_parsing:
            if not self._call("ExternalEntityRefHandler", None, entity.base, entity.system, entity.public):
                raise Wrong(21)

    def _declaration(self, text, at):
        for opening, pattern, read, handler in (
            ("<!ENTITY", grammar.ENTITY, self._declare_entity, "EntityDeclHandler"),
            ("<!ELEMENT", grammar.ELEMENT, self._declare_element, "ElementDeclHandler"),
            ("<!ATTLIST", grammar.ATTLIST, self._declare_attributes, "AttlistDeclHandler"),
            ("<!NOTATION", grammar.NOTATION, self._declare_notation, "NotationDeclHandler"),
        ):
            if text.startswith(opening, at):
                found = pattern.match(text, at)
                if found is None:
                    raise Wrong(2, at)
                end = read(text, found)
                if not getattr(self, "_" + handler):
                    self._default(text[at:end])
                return end
        if text.startswith("<!--", at):
            return at + self._comment(text[at:])
        if text.startswith("<?", at):
            return at + self._instruction(text[at:])
        raise Wrong(2, at)

    def _declare_entity(self, text, found):
        parameter, name = found[1] is not None, found[2]
        system, public, notation = grammar.bare(found[4] or found[6]), grammar.bare(found[5]), found[7]
        table = self._parameters if parameter else self._entities
        value = None
        if found[3] is not None:
            value = re.sub("&#(?:([0-9]+)|x([0-9a-fA-F]+));", self._character, found[3][1:-1])
        if name not in table:
            table[name] = Entity(value, system, public, self._base, notation)
            if notation is not None and self._UnparsedEntityDeclHandler:
                self._call("UnparsedEntityDeclHandler", name, self._base, system, public, notation)
            else:
                self._call("EntityDeclHandler", name, int(parameter), value, self._base, system, public, notation)
        return found.end()

    def _declare_element(self, text, found):
        if self._ElementDeclHandler:
            self._call("ElementDeclHandler", found[1], grammar.content_model(found[2]))
        return found.end()

    def _declare_attributes(self, text, found):
        at, table = found.end(), self._defaults.setdefault(found[1], {})
        while True:
            row = grammar.ATTDEF.match(text, at)
            if row is None:
                break
            name, kind, default = row[1], re.sub(grammar.S, "", row[2]), None
            if row[5] is not None:
                default = self._value(row[5][1:-1])
            if name not in table:
                table[name] = (kind, default)
                required = 1 if row[3] == "#REQUIRED" or row[4] else 0
                self._call("AttlistDeclHandler", found[1], name, kind, default, required)
            at = row.end()
        at = grammar.SPACE.match(text, at).end()
        if text[at : at + 1] != ">":
            raise Wrong(2, at)
        return at + 1

    def _declare_notation(self, text, found):
        system, public = grammar.bare(found[2] or found[4]), grammar.bare(found[3] or found[5])
        self._call("NotationDeclHandler", found[1], self._base, system, public)
        return found.end()
