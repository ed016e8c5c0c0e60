"""What can be said of a SPARQL 1.1 query without running it: whether it is one, calls other services, and in what form to answer.

The query language itself is the store's affair. What is looked for here is what must never reach it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

ROWS: Mapping[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
"""Forms of a table or a yes or no, by short name, the first the default (SPARQL 1.1 Query Results)."""
GRAPHS: Mapping[str, str] = {"ttl": "text/turtle", "nt": "application/n-triples", "jsonld": "application/ld+json"}
"""Forms of a graph."""

_UPDATES = frozenset({"insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with"})
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# What can hold any letters without being a keyword, in the order in which a reader of the grammar meets it.
_OPAQUE = re.compile(
    r"""<[^<>"{}|^`\\\x00-\x20]*>"""
    r'''|"""(?:\\.|(?!""").)*"""'''
    r"""|'''(?:\\.|(?!''').)*'''"""
    r'''|"(?:\\.|[^"\\\n\r])*"'''
    r"""|'(?:\\.|[^'\\\n\r])*'"""
    r"""|\#[^\n\r]*"""
    r"""|[?$]\w+"""
    r"""|:(?:[\w:%]|\\.)(?:[\w.:%-]|\\.)*""",
    re.DOTALL,
)
_KEYWORD = re.compile(r"[A-Za-z]+")


def is_update(query: str) -> bool:
    """Whether it begins as a SPARQL Update does, behind its prologue."""
    words = (word.lower() for word in _KEYWORD.findall(_bare(query)))
    skip = False
    for word in words:
        if word in {"base", "prefix"}:
            skip = word == "prefix"
            continue
        if skip:  # the prefix's own name
            skip = False
            continue
        return word in _UPDATES
    return False


def calls_elsewhere(query: str) -> bool:
    """Whether ``SERVICE`` stands in it as a keyword (SPARQL 1.1 Federated Query), also where it is spelt by code points.

    It is read as strictly as can be: a prefix named ``service`` counts too.
    """
    return any("service" in _bare(spelt).lower() for spelt in (query, unescaped(query)))


def unescaped(query: str) -> str:
    """The query with its code point escapes resolved, which happens before anything is parsed (SPARQL 1.1, section 19.2)."""

    def letter(found: re.Match[str]) -> str:
        number = int(found[1] or found[2], 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else found[0]  # noqa: PLR2004 - Unicode's bounds

    return _ESCAPED.sub(letter, query)


def chosen(accept: str, offered: Mapping[str, str], *, short: str = "") -> str | None:
    """The offered form, by its short name, that an Accept header likes best (RFC 9110, section 12.5.1); None where it takes none.

    ``short`` names a form outright.
    """
    if short:
        return short if short in offered else None
    liked = _qualities(accept or "*/*")
    best, found = 0.0, None
    for name, media_type in offered.items():
        kind = media_type.partition("/")[0]
        quality = next((liked[one] for one in (media_type, f"{kind}/*", "*/*") if one in liked), 0.0)
        if quality > best:
            best, found = quality, name
    return found


def _qualities(accept: str) -> dict[str, float]:
    liked: dict[str, float] = {}
    for part in accept.split(",")[:32]:
        media_type, *parameters = (one.strip().lower() for one in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    quality = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        liked[media_type] = max(liked.get(media_type, 0.0), quality)
    return liked


def _bare(query: str) -> str:
    return _OPAQUE.sub(" ", query)
