"""The code of a plan. No text of a document ever stands in it: texts are constants, named in the code by number."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from openler.linkeddata.rdf import escaped, xsd_double_text
from openler.linkeddata.shape import FREE_KEYWORDS, Path

PLAIN_IRIS = re.compile(r"(?:(?:https?://|urn:|did:|mailto:|data:)[^\x00-\x20<>\"{}|^`\\\ud800-\udfff]* )*")
"""Plain IRIs (:data:`openler.linkeddata.plan.PLAIN_IRI`), each followed by a space, which none can hold."""
NEEDS_ESCAPE = re.compile(r"[\x00-\x1f\x7f\"\\]")


@dataclass(frozen=True, slots=True)
class Gap:
    """A term to be filled: an IRI, or a literal with what follows its closing quote. ``double`` literals are made canonical."""

    slot: int
    iri: bool
    suffix: str = ""
    double: bool = False


Texts = tuple[str, ...]
Match = Callable[[dict[str, Any]], Texts | None]
"""Gives the slots' texts of a document of the plan's shape, None for any other."""
Fill = Callable[[Texts, Callable[[bytes], Any]], bytes | None]
"""Gives the canonical N-Quads from the slots' texts and a hash function; None where two blank nodes look alike."""
Template = tuple[str | Gap, str | Gap, str | Gap, str | Gap]


class _Writer:
    def __init__(self, numbers: Mapping[Path, int], steering: frozenset[str]) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}
        self._numbers = numbers
        self._steering = steering
        self._count = count()

    def line(self, text: str) -> None:
        self.lines.append("    " + text)

    def constant(self, value: Any) -> str:
        name = f"c{next(self._count)}"
        self.names[name] = value
        return name

    def refuse_unless(self, test: str) -> None:
        self.line(f"if not ({test}): return None")

    def check(self, item: Any, at: str, path: Path) -> None:
        """Code that leaves unless the value named ``at`` has the shape of ``item``; slots get their names ``s0``, ``s1``, ..."""
        kind = type(item)
        if isinstance(item, str):
            number = self._numbers.get(path)
            if number is None:
                self.refuse_unless(f"{at} == {self.constant(item)}")
            else:
                self.refuse_unless(f"isinstance({at}, str)")
                self.line(f"s{number} = {at}")
        elif kind is dict:
            self.refuse_unless(f"type({at}) is dict and tuple({at}) == {self.constant(tuple(item))}")
            self._members(item, at, path)
        elif kind is list:
            self.refuse_unless(f"type({at}) is list and len({at}) == {len(item)}")
            parts = self._unpacked(len(item), at)
            for place, (held, name) in enumerate(zip(item, parts, strict=True)):
                self.check(held, name, (*path, place))
        else:
            self.refuse_unless(f"type({at}) is {self.constant(kind)} and str({at}) == {self.constant(str(item))}")

    def _members(self, item: dict[str, Any], at: str, path: Path) -> None:
        parts = self._unpacked(len(item), f"{at}.values()")
        for (name, held), part in zip(item.items(), parts, strict=True):
            if name in self._steering or (name.startswith("@") and name not in FREE_KEYWORDS):
                # Lists, texts and what is in them: compared as written, for repr tells 1 from True.
                same = f"{part} == {self.constant(held)}" if _texts(held) else f"repr({part}) == {self.constant(repr(held))}"
                self.refuse_unless(same)
            else:
                self.check(held, part, (*path, name))

    def _unpacked(self, size: int, at: str) -> list[str]:
        parts = [f"v{next(self._count)}" for _ in range(size)]
        if parts:
            self.line(f"({', '.join(parts)},) = {at}")
        return parts


def _texts(held: Any) -> bool:
    return isinstance(held, str) or (isinstance(held, list) and all(isinstance(one, str) for one in held))


def generate(
    document: dict[str, Any],
    numbers: Mapping[Path, int],
    templates: Sequence[Template],
    gaps: Mapping[int, Gap] | None,
    steering: frozenset[str],
) -> tuple[Match, Fill]:
    """The functions of a plan, made from the document of its shape, the slots' numbers, the statements and their gaps."""
    writer = _Writer(numbers, steering)
    slots = "".join(f"s{number}, " for number in sorted(numbers.values()))
    writer.lines.append("def match(document):")
    writer.check(document, "document", ())
    _check_iris(writer, gaps or {})
    writer.line(f"return ({slots})")
    writer.lines.append("def fill(texts, sha):")
    if slots:
        writer.line(f"({slots}) = texts")
    _escape(writer, gaps or {})
    blanks = sorted({term for quad in templates for term in quad if isinstance(term, str) and term.startswith("_:")})
    labels = {blank: f"b{place}" for place, blank in enumerate(blanks)}
    hashes = []
    for place, blank in enumerate(blanks):
        about = [quad for quad in templates if blank in quad]
        lines = ", ".join(_line(writer, quad, {other: "_:a" if other == blank else "_:z" for other in blanks}) for quad in about)
        writer.line(f"h{place} = sha(''.join(sorted(({lines},))).encode()).hexdigest()")
        hashes.append(f"h{place}")
    if blanks:
        writer.line(f"order = sorted(({', '.join(hashes)},))")
        writer.line("rank = {found: label for found, label in zip(order, labels)}")
        writer.refuse_unless(f"len(rank) == {len(blanks)}")
        writer.names["labels"] = tuple(f"_:c14n{place}" for place in range(len(blanks)))
        for place in range(len(blanks)):
            writer.line(f"b{place} = rank[h{place}]")
    named = [quad for quad in templates if not labels.keys().isdisjoint(term for term in quad if isinstance(term, str))]
    plain = [quad for quad in templates if quad not in named]
    writer.line(f"lines = {{{', '.join(_line(writer, quad, {}, labels) for quad in named)}}}" if named else "lines = set()")
    # Two statements about a blank node that became one change what is said about it: the reference looks again.
    writer.refuse_unless(f"len(lines) == {len(named)}")
    if plain:
        writer.line(f"lines.update(({', '.join(_line(writer, quad, {}) for quad in plain)},))")
    writer.line("return ''.join(sorted(lines)).encode()")
    namespace: dict[str, Any] = {**writer.names, "escaped": escaped, "double": xsd_double_text, "needs_escape": NEEDS_ESCAPE.search}
    namespace["plain_iris"] = PLAIN_IRIS.fullmatch
    exec(compile("\n".join(writer.lines), "<plan>", "exec"), namespace)  # noqa: S102 - no text of a document stands in the code
    return namespace["match"], namespace["fill"]


def _check_iris(writer: _Writer, gaps: Mapping[int, Gap]) -> None:
    """Code that leaves unless what fills an IRI's gap is a plain one."""
    iris = sorted(number for number, gap in gaps.items() if gap.iri)
    if iris:
        writer.refuse_unless(f'plain_iris(f"{"".join(f"{{s{number}}} " for number in iris)}")')


def _escape(writer: _Writer, gaps: Mapping[int, Gap]) -> None:
    """Code that makes texts fit to stand in literals."""
    texts = sorted(number for number, gap in gaps.items() if not gap.iri)
    for number in texts:
        if gaps[number].double:
            writer.line(f"s{number} = double(s{number})")
    if texts:
        writer.line(f'if needs_escape(f"{"".join(f"{{s{number}}}" for number in texts)}"):')
        writer.line(f"    {'; '.join(f's{number} = escaped(s{number})' for number in texts)}")


def _line(writer: _Writer, quad: Template, names: Mapping[str, str], labels: Mapping[str, str] | None = None) -> str:
    """One statement as an expression: constants where nothing changes, names where something does."""
    parts: list[str] = []
    text = ""
    for place, term in enumerate(quad):
        if term == "":
            continue
        text += " " if place else ""
        if isinstance(term, Gap):
            before, after = ("<", ">") if term.iri else ('"', f'"{term.suffix}')
            parts += [_piece(writer, text + before), f"{{s{term.slot}}}"]
            text = after
        elif labels and term in labels:
            parts += [_piece(writer, text), f"{{{labels[term]}}}"]
            text = ""
        else:
            text += names.get(term, term)
    parts.append(_piece(writer, text + " .\n"))
    return 'f"' + "".join(parts) + '"' if len(parts) > 1 else parts[0].strip("{}")


def _piece(writer: _Writer, text: str) -> str:
    return f"{{{writer.constant(text)}}}" if text else ""
