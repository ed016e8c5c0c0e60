"""The parts of a program that are profiles of their own: cost, length, credit, delivery, entry conditions."""

from __future__ import annotations

from decimal import Decimal

from openler.ctdl.formats.cells import Row
from openler.ctdl.formats.frameworks import competency_alignments
from openler.ctdl.formats.mapping_sections import Choice, Programs
from openler.ctdl.formats.shapes import Node, concept, duration, json_number, lang, number, put
from openler.ctdl.formats.work import Work
from openler.errors import declare
from openler.ids import Ctid

NUMBER_UNREADABLE = declare("import.number_unreadable", by=__name__)
DURATION_UNREADABLE = declare("import.duration_unreadable", by=__name__)
COST_DIFFERS = declare("import.cost_differs", by=__name__)
COST_MISSING = declare("import.cost_missing", by=__name__)


def read_number(work: Work, text: str, row: Row, ctid: Ctid, column: str) -> Decimal | None:
    """A number that is not negative, or None; what cannot be read is a gap."""
    if not text:
        return None
    found = number(text)
    if found is None or found < 0:
        work.remark(NUMBER_UNREADABLE, "gap", row, ctid, column=column, seen=text[:40])
        return None
    return found


def costs(work: Work, section: Programs, row: Row, ctid: Ctid) -> list[Node]:
    """``ceterms:CostProfile`` for the whole and for each part that costs something.

    A part of 0 is left out: it is told by the whole. All of it 0 is a free program, unless the mapping says that its
    source writes 0 for what it does not know.
    """
    spec = section.cost
    if spec is None:
        return []
    parts = [(part, read_number(work, work.cells.text(part.value, row), row, ctid, part.type)) for part in spec.parts]
    total = read_number(work, work.cells.text(spec.total, row), row, ctid, "total")
    amounts = [amount for _, amount in parts if amount is not None]
    if total is not None and amounts and abs(sum(amounts) - total) > 1:
        work.remark(COST_DIFFERS, "contradiction", row, ctid, total=str(total), parts=str(sum(amounts)))
    if (total is None and not amounts) or (spec.zero_is_unknown and not total and not any(amounts)):
        work.remark(COST_MISSING, "gap", row, ctid)
        return []
    if total is None and len(amounts) == len(parts):
        total = sum(amounts, Decimal(0))
    found = []
    if total is not None:
        found.append(_cost("costType:AggregateCost", total, spec.currency, "", work.language))
    found.extend(_cost(part.type, amount, spec.currency, part.name, work.language) for part, amount in parts if amount)
    return found


def _cost(kind: str, amount: Decimal, currency: str, name: str, language: str) -> Node:
    node: Node = {
        "@type": "ceterms:CostProfile",
        "ceterms:currency": currency,
        "ceterms:price": json_number(amount),
        "ceterms:directCostType": concept(kind),
    }
    put(node, "ceterms:name", lang(name, language) if name else None)
    return node


def durations(work: Work, section: Programs, row: Row, ctid: Ctid) -> list[Node]:
    """One ``ceterms:DurationProfile``: the span (exact, or between two) and the hours engaged."""
    node: Node = {}
    if span := work.cells.text(section.length, row):
        low, slash, high = span.partition("/")
        for text, prop in ((low, "ceterms:minimumDuration" if slash else "ceterms:exactDuration"), (high, "ceterms:maximumDuration")):
            if text and duration(text) is None:
                work.remark(DURATION_UNREADABLE, "gap", row, ctid, seen=text[:40])
            elif text:
                node[prop] = text
    hours = read_number(work, work.cells.text(section.hours, row), row, ctid, "hours")
    if hours:
        whole, minutes = divmod(int(hours * 60 + Decimal("0.5")), 60)
        node["ceterms:timeRequired"] = "PT" + (f"{whole}H" if whole else "") + (f"{minutes}M" if minutes else "")
    return [{"@type": "ceterms:DurationProfile", **node}] if node else []


def credit(work: Work, section: Programs, row: Row, ctid: Ctid) -> list[Node]:
    """``ceterms:ValueProfile`` of the credit; 0 credits is no credit, and says nothing."""
    if section.credit is None:
        return []
    amount = read_number(work, work.cells.text(section.credit.value, row), row, ctid, "credit")
    if not amount:
        return []
    node: Node = {"@type": "ceterms:ValueProfile", "schema:value": json_number(amount)}
    put(node, "ceterms:creditUnitType", [concept(section.credit.unit)] if section.credit.unit else None)
    return [node]


def chosen(work: Work, choices: tuple[Choice, ...], row: Row) -> tuple[list[Node], str]:
    """The concepts of the first choice whose conditions hold, and the mapping's words for it."""
    found = next((choice for choice in choices if work.cells.holds(choice.when, row)), None)
    return ([concept(kind) for kind in found.type], found.words) if found is not None else ([], "")


def entry_conditions(work: Work, section: Programs, row: Row, ctid: Ctid) -> list[Node]:
    """What one must have before, in the source's own words, and as competencies where it names them."""
    words = work.cells.text(section.prerequisites, row)
    needed = competency_alignments(work, work.cells.texts(section.prerequisite_competencies, row), row, ctid)
    if not words and not needed:
        return []
    node: Node = {"@type": "ceterms:ConditionProfile", "ceterms:name": lang("Entry condition", "en-US")}
    put(node, "ceterms:description", lang(words, work.language) if words else None)
    put(node, "ceterms:targetCompetency", needed)
    return [node]
