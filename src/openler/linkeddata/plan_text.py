"""Code as it is written for a plan. No text of a document ever stands in it: texts are constants, named in the code by number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any


@dataclass(frozen=True, slots=True)
class Gap:
    """A term to be filled: an IRI, or a literal with what follows its closing quote. ``double`` literals are made canonical."""

    slot: int
    iri: bool
    suffix: str = ""
    double: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """A piece of text that the code has under a name."""

    name: str


Template = tuple[str | Gap, str, str | Gap, str | Gap]
"""A statement with its gaps; what is said of a thing, its predicate, is never one of them."""
Piece = str | Variable


class Code:
    """Lines of one function after another, and the constants that they name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}
        self._count = count()

    def line(self, text: str) -> None:
        """One line in the function's body."""
        self.lines.append("    " + text)

    def name(self) -> str:
        """A name that nothing has."""
        return f"v{next(self._count)}"

    def constant(self, value: Any) -> str:
        """The name under which the code finds a value."""
        name = f"c{next(self._count)}"
        self.names[name] = value
        return name

    def refuse_unless(self, test: str) -> None:
        """A line that leaves the function where a test fails."""
        self.line(f"if not ({test}): return None")

    def text(self, pieces: Iterable[Piece]) -> str:
        """Pieces of text, one after the other, as an expression."""
        joined: list[Piece] = []
        for piece in pieces:
            if isinstance(piece, str) and joined and isinstance(joined[-1], str):
                joined[-1] += piece
            else:
                joined.append(piece)
        names = [piece.name if isinstance(piece, Variable) else self.constant(piece) for piece in joined]
        return names[0] if len(names) == 1 else 'f"' + "".join(f"{{{name}}}" for name in names) + '"'


def term_pieces(term: str | Gap, names: Mapping[str, Piece]) -> list[Piece]:
    """A term of a statement; ``names`` are those of blank nodes."""
    if isinstance(term, Gap):
        before, after = ("<", ">") if term.iri else ('"', f'"{term.suffix}')
        return [before, Variable(f"s{term.slot}"), after]
    return [names.get(term, term)]


def rest_pieces(quad: Template, names: Mapping[str, Piece]) -> list[Piece]:
    """A statement's line from the predicate on."""
    pieces: list[Piece] = [f" {quad[1]} ", *term_pieces(quad[2], names)]
    if quad[3] != "":
        pieces += [" ", *term_pieces(quad[3], names)]
    return [*pieces, " .\n"]


def line_pieces(quad: Template, names: Mapping[str, Piece]) -> list[Piece]:
    """A statement's line."""
    return [*term_pieces(quad[0], names), *rest_pieces(quad, names)]
