"""What the search index holds of a resource: one index document each, written from its summary."""

from __future__ import annotations

import hashlib
from functools import cache

import orjson
import tantivy

from openler.ctdl.places import Point, folded
from openler.ctdl.summary import FACETS, Summary, summaries
from openler.ctdl.synonyms import abbreviation
from openler.stores.position import Batch

VERSION = 3
"""Of the fields and of what they are filled with. An index of another version is made anew."""
SHOWN_DESCRIPTION = 400
"""Characters of a description that a hit carries."""
MAX_SKILLS = 200
"""Most skills of one resource by which similar ones are found."""

SOUGHT = 2.0
"""The weight, by which a score grows as log2(2 + weight), of what people look for: offers, jobs, occupations, those who offer."""
_OTHER_WEIGHTS = {"occupation": 2.2, "competency": 0.6, "outcomes": 0.0, "transfer": 1.0, "support": 1.0, "other": 0.6}
_JITTER = 1e-3
"""How far two weights of one group differ at most: hits that would tie stand in the same order tomorrow, whatever was written since."""

ORDER_NUMBERS = ("order_1", "order_2", "order_3", "order_4")
"""The beginning of what names are ordered by as numbers, eight bytes each: numbers are compared faster than texts."""
ONE_IN = 256
"""One of so many resources, chosen by a digest of its CTID, is a sample of how names are spread."""
BEGUN_WORDS = 3
"""Words of a name by whose beginnings it is found as a whole: few distinct ones, where a registry has a name for each resource."""

ENGLISH = ("name", "other", "about", "owner", "description")
SPANISH = ("name_es", "other_es", "description_es")


@cache
def schema() -> tantivy.Schema:
    """The fields. ``raw`` ones hold values as they are, the others words as :func:`openler.stores.words.analysers` cut them."""
    builder = tantivy.SchemaBuilder()
    for field in ("kind", "ctid", "document", "ctdl_type", "shown_name", "shown_description", "shown_owner", "position"):
        builder.add_text_field(field, stored=True, tokenizer_name="raw", index_option="basic")
    for field in ENGLISH:
        builder.add_text_field(field, tokenizer_name="english")
    for field in SPANISH:
        builder.add_text_field(field, tokenizer_name="spanish")
    for field in ("name_plain", "word"):
        builder.add_text_field(field, tokenizer_name="plain", index_option="basic")
    for field in ("code", "name_exact", "beginning", "gazetteer", "abbreviation"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in ("skill", "subject", "point", "locality", "unlocated"):
        builder.add_text_field(field, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("order", fast=True, tokenizer_name="raw", index_option="basic")
    for field in ORDER_NUMBERS:
        builder.add_unsigned_field(field, fast=True)
    builder.add_float_field("weight", fast=True)
    for facet in FACETS:
        builder.add_text_field(f"facet_{facet}", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def rows(batch: Batch) -> list[str]:
    """What documents describe, as the index takes it in: JSON texts, so that another process can make them."""
    summed = (summary for document in batch.documents.values() if document is not None for summary in summaries(document, batch.resolve))
    return [orjson.dumps(indexed(summary).values).decode() for summary in summed]


class Row:
    """An index document that is being made: each field's values, in the order in which they were added."""

    __slots__ = ("values",)

    def __init__(self) -> None:
        self.values: dict[str, list[str | float]] = {}

    def add_text(self, field: str, value: str) -> None:
        """One more value of a field."""
        self._add(field, value)

    def add_float(self, field: str, value: float) -> None:
        """One more value of a field of numbers."""
        self._add(field, value)

    def add_unsigned(self, field: str, value: int) -> None:
        """One more value of a field of whole numbers of 64 bits."""
        self._add(field, value)

    def _add(self, field: str, value: str | float) -> None:
        known = self.values.get(field)
        if known is None:
            self.values[field] = [value]
        else:
            known.append(value)


def indexed(summary: Summary) -> Row:
    """A resource as the index holds it."""
    made = Row()
    for field, value in (
        ("kind", "resource"),
        ("ctid", summary.ctid),
        ("document", summary.document),
        ("ctdl_type", summary.ctdl_type),
        ("shown_name", summary.name),
        ("shown_description", _shortened(summary.description)),
        ("shown_owner", summary.owner_name),
        ("name", summary.name),
        ("description", summary.description),
        ("owner", summary.owner_name),
    ):
        made.add_text(field, str(value))
    _add_order(made, summary)
    _add_names(made, summary)
    _add_places(made, summary)
    for subject in summary.subjects:
        made.add_text("about", subject)
        made.add_text("word", subject)
        made.add_text("subject", folded(subject)[:200])
    for skill in summary.skills[:MAX_SKILLS]:
        made.add_text("skill", skill[:200])
    for code in (summary.ctid, *summary.codes):
        made.add_text("code", code.casefold()[:200])
    for facet, values in summary.facets.items():
        for value in values:
            made.add_text(f"facet_{facet}", value)
    return made


def _add_order(made: Row, summary: Summary) -> None:
    chance = hashlib.sha256(summary.ctid.encode()).digest()
    order = f"{summary.name.casefold()[:200]}\t{summary.ctid}"
    made.add_text("order", order)
    for field, number in zip(ORDER_NUMBERS, order_numbers(order), strict=True):
        made.add_unsigned(field, number)
    made.add_float("weight", _weight(summary, chance))
    if chance[-1] % ONE_IN == 0:
        made.add_text("kind", "sample")


def order_numbers(order: str) -> tuple[int, ...]:
    """The numbers of :data:`ORDER_NUMBERS`, which are in the same order as the texts where they differ."""
    told = order.encode()[: 8 * len(ORDER_NUMBERS)].ljust(8 * len(ORDER_NUMBERS), b"\0")
    return tuple(int.from_bytes(told[at : at + 8], "big") for at in range(0, len(told), 8))


def _add_names(made: Row, summary: Summary) -> None:
    spanish = summary.spanish
    for name in dict.fromkeys(one for one in (summary.name, spanish.name) if one):
        made.add_text("name_plain", name)
        made.add_text("word", name)
        whole = folded(name)[:200]
        made.add_text("name_exact", whole)
        for told in begun(whole):
            made.add_text("beginning", told)
    for other in dict.fromkeys((*summary.other_names, *summary.keywords)):
        made.add_text("other", other)
        made.add_text("word", other)
        if (short := abbreviation(other)) is not None:
            made.add_text("abbreviation", f"{short[0]}\t{short[1]}")
    if (short := abbreviation(summary.name)) is not None:
        made.add_text("abbreviation", f"{short[0]}\t{short[1]}")
    for other in spanish.other_names:
        made.add_text("other_es", other)
        made.add_text("word", other)
    if spanish.name:
        made.add_text("name_es", spanish.name)
    if spanish.description:
        made.add_text("description_es", spanish.description)


def _add_places(made: Row, summary: Summary) -> None:
    for place in summary.places:
        if place.point is not None:
            made.add_text("point", point_text(place.point))
        for key in (one[:100] for one in place.keys):
            made.add_text("locality", key)
            if place.point is None:
                made.add_text("unlocated", key)
            else:
                made.add_text("gazetteer", f"{key}\t{point_text(place.point)}")


def point_text(point: Point) -> str:
    """A point as a term: ``40.4862,-74.4518``."""
    return f"{point.latitude:.4f},{point.longitude:.4f}"


def read_point(told: str) -> Point:
    """What :func:`point_text` wrote."""
    latitude, _, longitude = told.partition(",")
    return Point(float(latitude), float(longitude))


def begun(whole: str) -> tuple[str, ...]:
    """The first words of a folded name, each beginning with how many they are: ``1 pipe``, ``2 pipe welding``."""
    words = whole.split(" ", BEGUN_WORDS)[:BEGUN_WORDS]
    return tuple(f"{count} {' '.join(words[:count])}" for count in range(1, len(words) + 1))


def _weight(summary: Summary, chance: bytes) -> float:
    sought = _OTHER_WEIGHTS.get(next(iter(summary.facets.get("group", ())), "other"), SOUGHT)
    return sought + _JITTER * int.from_bytes(chance[:4], "big") / 2**32


def _shortened(text: str) -> str:
    if len(text) <= SHOWN_DESCRIPTION:
        return text
    return text[:SHOWN_DESCRIPTION].rsplit(" ", 1)[0] + " …"
