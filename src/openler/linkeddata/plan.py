"""A plan: what the reference expander made of one document, as a function for every other document of its shape.

The document is expanded once with a marker in the place of each text. Where a marker comes out tells what its text fills: an IRI or a
literal. The statements with their gaps become a Python function that checks the shape, fills the gaps, labels the blank nodes and
sorts. What a plan cannot do (two blank nodes that look alike, a text that is no plain IRI where one is needed) is left to the
reference, and a plan that does not give the reference's own result for the document it was made from is thrown away.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openler.errors import OpenlerError
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.expand import to_quads
from openler.linkeddata.parse import walk
from openler.linkeddata.plan_code import Fill, Match, Texts, generate
from openler.linkeddata.plan_text import Gap, Template
from openler.linkeddata.rdf import XSD, Quad, escaped, xsd_double_text
from openler.linkeddata.shape import Path, Unshaped, slots

MARKER = "urn:openler-slot:"
MAX_SLOTS = 1_000
"""Texts of one document that a plan is made for; larger ones are rare and gain least."""
MAX_VALUES = 5_000
"""Values of any kind in one document that a plan is made for: each is a line of code, and code must be compiled."""
MAX_FORM = 128 * 1024
"""Longest canonical form, in bytes, that a plan is made for: what is fixed of it is kept as long as the plan."""
ROUNDS = 3
"""How often a plan is tried again with more texts made part of the shape."""

PLAIN_IRI = re.compile(r"(?:https?://|urn:|did:|mailto:|data:)[^\x00-\x20<>\"{}|^`\\\ud800-\udfff]*")
"""IRIs that expansion leaves as they are, whatever the context: their scheme is followed by ``//`` or is no term of any context held."""

_TERM = re.compile(rf"(<)?(\")?{MARKER}(\d+):(?(1)>)(?(2)\"(\^\^<[^<>]*>|@[A-Za-z0-9-]+)?)")


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How documents of one shape are made canonical.

    ``templates`` are the statements with their gaps; ``free`` is where the texts of ``match`` stand, in their order, ``iris`` the numbers
    of those that are plain IRIs. ``fixed`` are texts that belong to the shape after all: the plan holds for them only as they are.
    ``passed`` remembers which checks of the expanded form one document of the shape has passed, and so all of them pass; ``noted`` what
    others found out about all documents of the shape.
    """

    match: Match
    fill: Fill
    templates: tuple[Template, ...]
    free: tuple[Path, ...]
    iris: frozenset[int]
    fixed: tuple[Path, ...]
    passed: set[str] = field(default_factory=set)
    noted: dict[str, Any] = field(default_factory=dict)

    def run(self, document: dict[str, Any], sha: Callable[[bytes], Any]) -> bytes | None:
        """The canonical N-Quads, or None where the document is not of the shape or needs the reference."""
        texts = self.match(document)
        return None if texts is None else self.fill(texts, sha)

    def quads(self, texts: Texts) -> list[Quad]:
        """The statements that :func:`openler.linkeddata.expand.to_quads` makes of the document, in its order, each once."""
        terms: dict[Gap, str] = {}

        def filled(term: str | Gap) -> str:
            if isinstance(term, str):
                return term
            made = terms.get(term)
            if made is None:
                made = terms[term] = _filled(term, texts[term.slot])
            return made

        return list(dict.fromkeys([(filled(quad[0]), quad[1], filled(quad[2]), filled(quad[3])) for quad in self.templates]))


def _filled(gap: Gap, text: str) -> str:
    if gap.iri:
        return f"<{text}>"
    return f'"{escaped(xsd_double_text(text) if gap.double else text)}"{gap.suffix}'


def compile_plan(document: dict[str, Any], contexts: Contexts, steering: frozenset[str], expected: bytes) -> Plan | None:
    """A plan for documents like this one, or None. ``expected`` is the reference's canonical form of it (SHA-256)."""
    try:
        places = list(slots(document, steering))
    except Unshaped:
        return None
    if len(expected) > MAX_FORM or len(places) > MAX_SLOTS or MARKER in expected.decode() or sum(1 for _ in walk(document)) > MAX_VALUES:
        return None
    fixed: set[Path] = set()
    for _ in range(ROUNDS):
        free = [place for place in places if place not in fixed]
        try:
            made = to_quads(_marked(document, free), contexts)
        except OpenlerError:
            return None
        templates, gaps = _templates(made)
        wrong = _unfit(document, free, templates, gaps)
        if not wrong:
            functions = generate(document, {place: number for number, place in enumerate(free)}, templates, gaps, steering)
            iris = frozenset(number for number, gap in (gaps or {}).items() if gap.iri)
            plan = Plan(*functions, tuple(templates), tuple(free), iris, tuple(sorted(fixed, key=repr)))
            return plan if plan.run(document, hashlib.sha256) == expected else None
        fixed |= wrong
    return None


def text_at(document: Any, place: Path) -> Any:
    """What stands at a place."""
    for step in place:
        document = document[step]
    return document


def _marked(document: dict[str, Any], places: list[Path]) -> dict[str, Any]:
    made = copy.deepcopy(document)
    for number, place in enumerate(places):
        text_at(made, place[:-1])[place[-1]] = f"{MARKER}{number}:"
    return made


def _templates(quads: list[Quad]) -> tuple[list[Template], Mapping[int, Gap] | None]:
    """The statements with their gaps, and what kind of gap each slot fills; no kinds at all where one slot fills two kinds."""
    gaps: dict[int, Gap] = {}
    found: list[Template] = []
    for quad in quads:
        subject, object_, graph = filled = [(_gap(term) if MARKER in term else None) or term for term in (quad[0], quad[2], quad[3])]
        if any(isinstance(term, Gap) and gaps.setdefault(term.slot, term) != term for term in filled):
            return found, None
        found.append((subject, quad[1], object_, graph))
    return found, gaps


def _gap(term: str) -> Gap | None:
    """The gap that a term is, None where a marker stands inside a longer text."""
    found = _TERM.fullmatch(term)
    if found is None or bool(found[1]) == bool(found[2]):
        return None
    suffix = found[4] or ""
    return Gap(int(found[3]), iri=bool(found[1]), suffix=suffix, double=suffix == f"^^<{XSD}double>")


def _unfit(document: dict[str, Any], free: list[Path], templates: list[Template], gaps: Mapping[int, Gap] | None) -> set[Path]:
    """The slots that are none: their text went somewhere else than into a gap of its own, or is no plain IRI where one is needed."""
    if gaps is None:
        return set(free)
    inside = {
        int(number) for quad in templates for term in quad if isinstance(term, str) for number in re.findall(rf"{MARKER}(\d+):", term)
    }
    return {
        place
        for number, place in enumerate(free)
        if number in inside or (gap := gaps.get(number)) is None or (gap.iri and not PLAIN_IRI.fullmatch(text_at(document, place)))
    }
