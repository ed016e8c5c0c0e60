"""Programs as a learner weighs them: what they teach, cost, take and offer, and whether they may be recommended.

What the registry does not say stays unknown (None or empty) and is never taken for zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from openler.ctdl.document import Document, nodes, refs, text
from openler.ctdl.formats.outcomes import Cell, cells
from openler.ctdl.formats.standing import standing
from openler.ctdl.terms import terms
from openler.ids import Ctid
from openler.skills.entries import Entries, Entry

AGGREGATE_COST = "costType:AggregateCost"
ACTIVE = "lifeCycle:Active"
ONLINE_ONLY = "deliveryType:OnlineOnly"

_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:\d+M)?(?:\d+S)?)?", re.ASCII)
_WEEKS_IN = (Fraction(365, 7), Fraction(365, 84), Fraction(1), Fraction(1, 7))


@dataclass(frozen=True, slots=True)
class Program:
    """A program as published.

    ``cost`` is in ``currency``, None where not known; it is whole where a total is told, else the sum of the parts told. ``weeks``
    is the calendar length (the longest named) and ``hours`` the hours of instruction; either may be None. ``entry_conditions`` are
    in the source's words. ``counties`` is where it is offered, or else where its provider is. ``is_online`` says that nobody need
    come. ``hindrance`` says why it is not to be recommended, "" where nothing does.
    """

    ctid: Ctid
    name: str
    provider: str
    provider_name: str
    teaches: tuple[tuple[str, str], ...]
    socs: tuple[str, ...]
    soc_relation: str
    leads_to: tuple[tuple[str, str], ...]
    cost: Fraction | None
    cost_is_whole: bool
    currency: str
    weeks: Fraction | None
    hours: int | None
    delivery: tuple[str, ...]
    supports: tuple[str, ...]
    entry_conditions: tuple[str, ...]
    webpage: str
    outcomes: tuple[Outcome, ...] = ()
    hindrance: str = ""
    counties: tuple[str, ...] = ()
    is_online: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A data set about those who finished. A cell that is suppressed or not known says so and has no value."""

    ctid: Ctid
    name: str
    cells: tuple[Cell, ...]


def program(document: Document, entries: Entries) -> Program:
    """Read one program, with what the registry says of its provider, its supports and its outcomes."""
    main = document.main
    entry = Entry(document, main)
    provider = next((ctid for iri in refs(main, "ceterms:offeredBy") if (ctid := Ctid.within(iri))), None)
    provider_entry = entries.by_ctid.get(provider) if provider else None
    socs, relation = entries.occupations(entry)
    cost, is_whole, currency = _cost(document)
    weeks, hours = _length(document)
    return Program(
        ctid=document.ctid,
        name=text(main, "ceterms:name"),
        provider=provider or "",
        provider_name=provider_entry.name if provider_entry else "",
        teaches=tuple((named.key, named.name) for named in entries.taught(entry)),
        socs=socs,
        soc_relation=relation,
        leads_to=_leads_to(document, entries),
        cost=cost,
        cost_is_whole=is_whole,
        currency=currency,
        weeks=weeks,
        hours=hours,
        delivery=_concepts(document, "ceterms:deliveryType"),
        supports=_supports(document, entries),
        entry_conditions=_entry_conditions(document),
        webpage=text(main, "ceterms:subjectWebpage"),
        outcomes=_outcomes(document, entries),
        hindrance=_life_cycle(document) or (_standing(provider_entry) if provider_entry else ""),
        counties=_counties(document, provider_entry),
        is_online=_notations(document, main, "ceterms:deliveryType") == {ONLINE_ONLY},
    )


def weeks_and_hours(duration: str) -> tuple[Fraction | None, int | None]:
    """The calendar weeks and the hours in an ISO 8601 duration; None for what it does not name.

    >>> weeks_and_hours("P12W"), weeks_and_hours("PT120H")
    ((Fraction(12, 1), None), (None, 120))
    """
    found = _DURATION.fullmatch(duration)
    if found is None:
        return None, None
    *calendar, hours = found.groups()
    weeks = sum((int(part) * size for part, size in zip(calendar, _WEEKS_IN, strict=True) if part), Fraction(0))
    return weeks or None, int(hours) if hours else None


def _cost(document: Document) -> tuple[Fraction | None, bool, str]:
    parts: list[Fraction] = []
    for profile in nodes(document, document.main, "ceterms:estimatedCost"):
        price = profile.get("ceterms:price")
        if isinstance(price, bool) or not isinstance(price, int | float) or price < 0:
            continue
        currency = text(profile, "ceterms:currency")
        if AGGREGATE_COST in _notations(document, profile, "ceterms:directCostType"):
            return Fraction(repr(price)), True, currency
        parts.append(Fraction(repr(price)))
    currencies = {text(profile, "ceterms:currency") for profile in nodes(document, document.main, "ceterms:estimatedCost")}
    # Amounts in different currencies have no sum.
    return (sum(parts, Fraction(0)), False, min(currencies)) if parts and len(currencies) == 1 else (None, False, "")


def _length(document: Document) -> tuple[Fraction | None, int | None]:
    weeks: list[Fraction] = []
    hours: list[int] = []
    for profile in nodes(document, document.main, "ceterms:estimatedDuration"):
        for prop in ("ceterms:exactDuration", "ceterms:maximumDuration", "ceterms:minimumDuration", "ceterms:timeRequired"):
            in_weeks, in_hours = weeks_and_hours(text(profile, prop))
            weeks.extend([in_weeks] if in_weeks else [])
            hours.extend([in_hours] if in_hours else [])
    return max(weeks, default=None), max(hours, default=None)


def _concepts(document: Document, prop: str) -> tuple[str, ...]:
    found = nodes(document, document.main, prop)
    return tuple(sorted({text(node, "ceterms:targetNodeName") or text(node, "ceterms:targetNode") for node in found} - {""}))


def _notations(document: Document, node: Mapping[str, object], prop: str) -> frozenset[str]:
    return frozenset({text(found, "ceterms:targetNode") for found in nodes(document, node, prop)} | set(refs(node, prop)))


def _supports(document: Document, entries: Entries) -> tuple[str, ...]:
    found = {entry.name for iri in refs(document.main, "ceterms:hasSupportService") if (entry := entries.entry(iri))}
    return tuple(sorted(found - {""}))


def _counties(document: Document, provider: Entry | None) -> tuple[str, ...]:
    """The counties of the program's own places; where it names none, of its provider's."""
    own = [(document, place) for prop in ("ceterms:availableAt", "ceterms:address") for place in nodes(document, document.main, prop)]
    if not own and provider is not None:
        own = [(provider.document, place) for place in nodes(provider.document, provider.node, "ceterms:address")]
    found = {text(place, "ceterms:subRegion") for holder, node in own for place in (node, *nodes(holder, node, "ceterms:address"))}
    return tuple(sorted(found - {""}))


def _leads_to(document: Document, entries: Entries) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for prop in ("ceterms:isPreparationFor", "ceterms:resultsInCredential", "ceterms:targetCredential"):
        for holder in (document.main, *nodes(document, document.main, prop)):
            for iri in (*refs(holder, prop), *refs(holder, "ceterms:targetCredential")):
                ctid = Ctid.within(iri)
                if ctid is not None:
                    entry = entries.by_ctid.get(ctid)
                    found[ctid] = entry.name if entry else ""
    return tuple(sorted(found.items()))


def _life_cycle(document: Document) -> str:
    states = _notations(document, document.main, "ceterms:lifeCycleStatusType") - {""}
    return "" if not states or ACTIVE in states else terms().label(min(states)).lower()


def _entry_conditions(document: Document) -> tuple[str, ...]:
    found = (text(node, "ceterms:description") for node in nodes(document, document.main, "ceterms:entryCondition"))
    return tuple(words for words in found if words)


def _standing(provider: Entry) -> str:
    for one in standing(provider.node):
        if not one.recommended:
            return " ".join(part for part in (one.status, one.date) if part)
    return ""


def _outcomes(document: Document, entries: Entries) -> tuple[Outcome, ...]:
    found: dict[Ctid, Outcome] = {}
    for iri in refs(document.main, "qdata:relevantDataSet"):
        entry = entries.entry(iri)
        if entry is not None:
            found[entry.document.ctid] = Outcome(entry.document.ctid, entry.name, cells(entry.document))
    return tuple(found[ctid] for ctid in sorted(found))
