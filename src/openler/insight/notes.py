"""What sources do not cover: noted when they are imported, kept as bytes, told as sentences in the reader's language.

Notes are public. They hold counts, codes and the names of columns, and never a cell of the table they speak of (ADR 0007).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openler.ctdl.formats.account import Remark
from openler.errors import Malformed, declare
from openler.insight.census import SourceNote
from openler.insight.definitions import NOTES, TITLES
from openler.insight.facts import Kind, kind_of
from openler.linkeddata.canonical import jcs
from openler.linkeddata.parse import parse_json
from openler.messages import Language, catalogue, render

NOTES_MALFORMED = declare("insight.notes_malformed", by=__name__)

QUOTED: Final = "…"
"""Stands where a sentence about a row would quote one of its cells."""
TOLD: Final = frozenset({"column", "metric", "means"})
"""The parameters of a remark that come from the mapping, and so may be told."""
LISTED: Final = (Kind.CREDENTIAL, Kind.LEARNING_OPPORTUNITY, Kind.SUPPORT_SERVICE, Kind.JOB, Kind.COMPETENCY, Kind.OUTCOMES)
"""What a region's list may describe. A list without one of them says so."""
FRAMEWORK: Final = "ceasn:CompetencyFramework"
_MAX: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """An import as far as its notes go.

    ``source`` is the source's id and ``title`` its name for people; ``classes`` are the CTDL classes of what was published,
    ``listed`` the kinds that such a source could describe; ``unpriced`` counts occupations without a wage.
    """

    source: str
    title: str
    rows_read: int
    refused: int
    remarks: Iterable[Remark] = ()
    classes: Iterable[str] = ()
    listed: tuple[Kind, ...] = ()
    sample: bool = False
    coverage: tuple[str, ...] = ()
    unpriced: int = 0


class _Quoting(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return QUOTED


def notes_of(found: Imported) -> tuple[SourceNote, ...]:
    """The notes of an import: what the mapping states of the list, what it never speaks of, what rows lacked, how many made nothing."""
    named: dict[str, str | int] = {"source": found.title}
    notes = [SourceNote(found.source, NOTES["sample"], named)] if found.sample else []
    notes += [SourceNote(found.source, "", named, text=text) for text in found.coverage]
    described = {Kind.COMPETENCY if name == FRAMEWORK else kind_of(name) for name in found.classes}
    absent = [kind for kind in found.listed if kind not in described]
    notes += [SourceNote(found.source, NOTES["absent"], {**named, "kind": kind.value}) for kind in absent]
    lacking = Counter(
        (str(remark.code), tuple(sorted((name, str(value)) for name, value in remark.parameters.items() if name in TOLD)))
        for remark in found.remarks
        if remark.weight in {"gap", "contradiction"}
    )
    for (code, told), rows in sorted(lacking.items(), key=lambda each: (-each[1], each[0])):
        notes.append(SourceNote(found.source, NOTES["remark"], {**named, "rows": rows, "about": code, **dict(told)}))
    if found.unpriced:
        notes.append(SourceNote(found.source, NOTES["wage"], {**named, "count": found.unpriced}))
    if found.rows_read:
        notes.append(SourceNote(found.source, NOTES["rows"], {**named, "read": found.rows_read, "refused": found.refused}))
    return tuple(notes)


def by_source(notes: Iterable[SourceNote], language: Language = "en") -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The notes as people read them: the name of each source, and its sentences."""
    found: dict[str, list[str]] = {}
    for note in notes:
        found.setdefault(str(note.parameters.get("source", note.source)), []).append(tell(note, language))
    return tuple((title, tuple(sentences)) for title, sentences in found.items())


def tell(note: SourceNote, language: Language = "en") -> str:
    """A note as a sentence about its source. What the mapping says in words is told in those words."""
    if not note.code:
        return note.text
    parameters: dict[str, object] = {name: f"{value:,}" if isinstance(value, int) else value for name, value in note.parameters.items()}
    if note.code == NOTES["absent"] and (title := TITLES.get(str(note.parameters.get("kind")))) is not None:
        parameters["what"] = render(title, language=language).text.lower()
    if note.code == NOTES["remark"]:
        about = catalogue(language).get(str(note.parameters.get("about")))
        quoted = about.text.format_map(_Quoting(note.parameters)) if about is not None else f"{note.parameters.get('about')}."
        parameters["example"] = quoted.replace(f" ({QUOTED})", "")
    return render(note.code, parameters, language).text


def is_sample(note: SourceNote) -> bool:
    """Does it say that a list is not the whole list?"""
    return note.code == NOTES["sample"]


def dump(notes: Iterable[SourceNote]) -> bytes:
    """The notes as JSON in its canonical form."""
    form = [{"source": n.source, "code": n.code, "parameters": dict(n.parameters), "text": n.text} for n in notes]
    return jcs(form)


def load(content: bytes) -> tuple[SourceNote, ...]:
    """Read notes back. :raises Malformed: ``insight.notes_malformed`` or no strict JSON"""
    value = parse_json(content, max_bytes=_MAX)
    if not isinstance(value, list):
        raise Malformed(NOTES_MALFORMED, place="")
    return tuple(_note(entry, f"/{position}") for position, entry in enumerate(value))


def _note(entry: object, place: str) -> SourceNote:
    if not isinstance(entry, dict):
        raise Malformed(NOTES_MALFORMED, place=place)
    given: Mapping[str, Any] = entry
    parameters = given.get("parameters")
    words = [given.get(name) for name in ("source", "code", "text")]
    if not isinstance(parameters, dict) or not all(isinstance(word, str) for word in words):
        raise Malformed(NOTES_MALFORMED, place=place)
    if not all(isinstance(value, str | int) and not isinstance(value, bool) for value in parameters.values()):
        raise Malformed(NOTES_MALFORMED, place=f"{place}/parameters")
    return SourceNote(given["source"], given["code"], parameters, given["text"])
