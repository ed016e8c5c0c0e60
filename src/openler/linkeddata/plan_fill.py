"""The half of a plan that writes canonical N-Quads out of a document's texts.

Sorting is what takes the time, so as little as possible is left to be sorted. Statements about one thing stand together, whatever
it is called; among them the predicate decides, which is known beforehand. What remains are the things themselves, and what is said
several times of one thing in other words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import orjson

from openler.linkeddata.plan_text import Code, Gap, Piece, Template, Variable, line_pieces, rest_pieces, term_pieces

_NAMES_BLANK = re.compile(r"_:|<[^>]*> <[^>]*> _:|.* _:c14n\d+ \.$")


def write_fill(code: Code, numbers: Sequence[int], templates: Sequence[Template], gaps: Mapping[int, Gap]) -> None:
    """The function ``fill(texts, sha)``. ``numbers`` are the slots in the order of the texts."""
    quads = list(dict.fromkeys(templates))
    code.lines.append("def fill(texts, sha):")
    if numbers:
        code.line(f"({''.join(f's{number}, ' for number in numbers)}) = texts")
    _write_escapes(code, gaps)
    blanks = sorted({term for quad in quads for term in quad if _is_blank(term)}, key=str)
    labels = _write_labels(code, quads, [str(blank) for blank in blanks])
    things: dict[str | Gap, list[Template]] = {}
    for quad in quads:
        things.setdefault(quad[0], []).append(quad)
    alike = _subjects_alike(code, list(things))
    found = []
    for thing, about in things.items():
        pieces, doubts = _about(code, about, term_pieces(thing, labels), labels)
        alike += doubts
        found.append(code.text(pieces))
    code.line(f"found = ({', '.join(found)},)")
    if alike:
        code.names["tidied"] = tidied
        code.line(f"if {' or '.join(alike)}: return tidied(''.join(found))")
    code.line("return ''.join(sorted(found)).encode()")


def tidied(text: str) -> bytes | None:
    """Statements in order, each once, where some are the same after all; None where that changes what is said about a blank node."""
    lines = text.split("\n")[:-1]
    named = [line for line in lines if _NAMES_BLANK.match(line)]
    if len(set(named)) != len(named):
        return None
    return "".join(f"{line}\n" for line in sorted(set(lines))).encode()


def needs_escape(text: str) -> bool:
    """Whether anything in a text must be written otherwise in a literal: what JSON writes otherwise, and DEL."""
    return len(orjson.dumps(text)) != len(text.encode()) + 2 or "\x7f" in text


def _is_blank(term: str | Gap) -> bool:
    return isinstance(term, str) and term.startswith("_:")


def _write_escapes(code: Code, gaps: Mapping[int, Gap]) -> None:
    """Code that makes texts fit to stand in literals."""
    texts = sorted(number for number, gap in gaps.items() if not gap.iri)
    for number in texts:
        if gaps[number].double:
            code.line(f"s{number} = double(s{number})")
    if texts:
        code.names["needs_escape"] = needs_escape
        # IRIs are among them, which cannot need it: asked of all at once it costs least.
        code.line("if needs_escape(join(texts)):")
        code.line(f"    {'; '.join(f's{number} = escaped(s{number})' for number in texts)}")


def _write_labels(code: Code, quads: Sequence[Template], blanks: Sequence[str]) -> dict[str, Piece]:
    """Code that gives each blank node its label (RDFC-1.0, section 4.4.3), leaving where two look alike."""
    if len(blanks) == 1:
        return {blanks[0]: "_:c14n0"}
    hashes = []
    for place, blank in enumerate(blanks):
        pieces = _first_degree(code, quads, blank, blanks)
        code.line(f"h{place} = sha({code.text(pieces)}.encode()).digest()")
        hashes.append(f"h{place}")
    if blanks:
        code.names["labels"] = tuple(f"_:c14n{place}" for place in range(len(blanks)))
        code.line(f"ranks = dict(zip(sorted(({', '.join(hashes)},)), labels))")
        code.refuse_unless(f"len(ranks) == {len(blanks)}")
        for place in range(len(blanks)):
            code.line(f"b{place} = ranks[h{place}]")
    return {blank: Variable(f"b{place}") for place, blank in enumerate(blanks)}


def _first_degree(code: Code, quads: Sequence[Template], blank: str, blanks: Sequence[str]) -> list[Piece]:
    """What is said about a blank node, sorted, with every other one alike (section 4.6): IRIs as subjects come before ``_:``."""
    names: dict[str, Piece] = {other: "_:a" if other == blank else "_:z" for other in blanks}
    about = [quad for quad in quads if blank in quad]
    iris = [quad for quad in about if not _is_blank(quad[0])]
    own = [quad for quad in about if quad[0] == blank]
    others = [quad for quad in about if _is_blank(quad[0]) and quad[0] != blank]
    pieces: list[Piece] = []
    if len({quad[0] for quad in iris}) > 1:
        pieces.append(_sorted(code, [code.text(line_pieces(quad, names)) for quad in iris])[0])
    elif iris:
        pieces += _about(code, iris, term_pieces(iris[0][0], names), names)[0]
    pieces += _about(code, own, ["_:a"], names)[0]
    return pieces + _about(code, others, ["_:z"], names)[0]


def _subjects_alike(code: Code, things: Sequence[str | Gap]) -> list[str]:
    """A test of whether two things that are told apart by name may have the same one."""
    gaps = [f"s{thing.slot}" for thing in things if isinstance(thing, Gap)]
    fixed = [code.constant(thing[1:-1]) for thing in things if isinstance(thing, str) and not _is_blank(thing)]
    if not gaps or len(gaps) + len(fixed) == 1:
        return []
    return [f"len({{{', '.join(gaps + fixed)}}}) != {len(gaps) + len(fixed)}"]


def _about(code: Code, quads: Sequence[Template], subject: Sequence[Piece], names: Mapping[str, Piece]) -> tuple[list[Piece], list[str]]:
    """The lines of statements about one thing, and tests of whether any two of them are the same after all."""
    pieces: list[Piece] = []
    doubts: list[str] = []
    for predicate in sorted({quad[1] for quad in quads}):
        same = [quad for quad in quads if quad[1] == predicate]
        said = [rest_pieces(quad, names) for quad in same]
        if len(said) == 1 or all(isinstance(piece, str) for rest in said for piece in rest):
            for text in sorted(said, key="".join) if len(said) > 1 else said:  # type: ignore[arg-type]
                pieces += [*subject, *text]
            continue
        held, name = _sorted(code, [code.text([*subject, *rest]) for rest in said])
        pieces.append(held)
        # Blank nodes have names of their own, so statements that differ in them do.
        if len({quad[2] for quad in same if _is_blank(quad[2])}) != len(same):
            doubts.append(f"len(set({name})) != {len(said)}")
    return pieces, doubts


def _sorted(code: Code, lines: Sequence[str]) -> tuple[Variable, str]:
    """Lines that must be sorted each time: as one text, and the name of their list."""
    name, text = code.name(), code.name()
    code.line(f"{name} = sorted(({', '.join(lines)},))")
    code.line(f"{text} = ''.join({name})")
    return Variable(text), name
