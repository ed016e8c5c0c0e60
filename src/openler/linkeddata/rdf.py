"""Expanded JSON-LD to RDF (JSON-LD 1.1 API, sections 8.1 to 8.3), straight to N-Quads terms.

No node map is built in between: RDF is a set of statements, so two objects about one subject meet by its name.
"""

from __future__ import annotations

import re
from typing import Any

from openler.errors import Malformed
from openler.linkeddata.jcs import LARGEST_SAFE_INTEGER, NUMBER_INEXACT, jcs

Quad = tuple[str, str, str, str]
"""Subject, predicate, object and graph as canonical N-Quads terms (RDF 1.2 N-Quads, section 5); the default graph is ``""``."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
I18N = "https://www.w3.org/ns/i18n#"
LARGEST_INTEGER = 10**21
"""From here on a JSON number is a double (JSON-LD 1.1 API, section 8.2.2)."""

_TYPE, _FIRST, _REST, _NIL = (f"<{RDF}{name}>" for name in ("type", "first", "rest", "nil"))
_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | str.maketrans({
    "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\",
})  # fmt: skip
_MANTISSA = re.compile(r"(\d)0*E\+?(-)?0*(\d)")


def escaped(text: str) -> str:
    """A text as it stands between the quotes of a canonical N-Quads literal."""
    return text.translate(_ESCAPES)


def literal(text: str, datatype: str = XSD + "string", language: str = "") -> str:
    """A literal as a canonical N-Quads term."""
    quoted = f'"{escaped(text)}"'
    if language:
        return f"{quoted}@{language}"
    return quoted if datatype == XSD + "string" else f"{quoted}^^<{datatype}>"


def double(number: float) -> str:
    """The canonical lexical form of ``xsd:double``, as JSON-LD 1.1 API section 8.6 has it: 15 digits after the point."""
    return _MANTISSA.sub(r"\1E\2\3", f"{number:1.15E}")


def quads(expanded: list[Any]) -> list[Quad]:
    """The statements of an expanded document, each once, in the order in which they are met."""
    writer = _Writer()
    for item in expanded:
        writer.node(item, "")
    return list(writer.statements)


class _Writer:
    def __init__(self) -> None:
        self.statements: dict[Quad, None] = {}
        self._labels: dict[str, str] = {}
        self._issued = 0

    def _blank(self) -> str:
        label = f"_:b{self._issued}"
        self._issued += 1
        return label

    def _name(self, name: str) -> str:
        if not name.startswith("_:"):
            return f"<{name}>"
        label = self._labels.get(name)
        if label is None:
            label = self._labels[name] = self._blank()
        return label

    def node(self, item: dict[str, Any], graph: str) -> str:
        """Write all statements of a node object; its name."""
        name = item.get("@id")
        subject = self._blank() if name is None else self._name(name)
        for key, values in item.items():
            if key.startswith("@"):
                self._keyword(subject, key, values, graph)
            else:
                predicate = f"<{key}>"
                for value in values:
                    self.statements[subject, predicate, self._object(value, graph), graph] = None
        return subject

    def _keyword(self, subject: str, key: str, values: Any, graph: str) -> None:
        if key == "@type":
            for kind in values:
                self.statements[subject, _TYPE, self._name(kind), graph] = None
        elif key == "@graph":
            for value in values:
                self.node(value, subject)
        elif key == "@included":
            for value in values:
                self.node(value, graph)
        elif key == "@reverse":
            for prop, sources in values.items():
                for source in sources:
                    self.statements[self.node(source, graph), f"<{prop}>", subject, graph] = None

    def _object(self, item: dict[str, Any], graph: str) -> str:
        if "@value" in item:
            return _value(item)
        if "@list" in item:
            return self._list(item["@list"], graph)
        return self.node(item, graph)

    def _list(self, items: list[Any], graph: str) -> str:
        head = _NIL
        cells = [self._blank() for _ in items]
        for cell, item in zip(reversed(cells), reversed(items), strict=True):
            self.statements[cell, _FIRST, self._object(item, graph), graph] = None
            self.statements[cell, _REST, head, graph] = None
            head = cell
        return head


def _value(item: dict[str, Any]) -> str:
    value, datatype = item["@value"], item.get("@type")
    if datatype == "@json":
        return literal(jcs(value).decode(), RDF + "JSON")
    if isinstance(value, bool):
        return literal("true" if value else "false", datatype or XSD + "boolean")
    if isinstance(value, (int, float)):
        return _number(value, datatype)
    if datatype == XSD + "double":
        return literal(xsd_double_text(value), datatype)
    language, direction = item.get("@language", ""), item.get("@direction")
    if direction:
        return literal(value, f"{I18N}{language}_{direction}")
    return literal(value, datatype or XSD + "string", language)


def xsd_double_text(text: str) -> str:
    """A text typed ``xsd:double``, made canonical where it is a number.

    Section 8.2.2 leaves strings alone; the signers in the field (jsonld.js, pyld) make them canonical, and so must we.
    """
    try:
        return double(float(text))
    except ValueError:
        return text


def _number(value: float, datatype: str | None) -> str:
    if isinstance(value, int) and abs(value) > LARGEST_SAFE_INTEGER and int(float(value)) != value:
        raise Malformed(NUMBER_INEXACT, seen=str(value)[:40])
    whole = isinstance(value, int) or value.is_integer()
    if whole and abs(value) < LARGEST_INTEGER and datatype != XSD + "double":
        return literal(str(int(value)), datatype or XSD + "integer")
    return literal(double(float(value)), datatype or XSD + "double")
