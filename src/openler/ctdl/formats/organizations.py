"""Rows become organisations: one a key, whichever tables tell of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from openler.ctdl.formats import account as told
from openler.ctdl.formats.adopt import Claim, address_key, claimed_identifier
from openler.ctdl.formats.cells import Row
from openler.ctdl.formats.mapping_sections import Organizations
from openler.ctdl.formats.mapping_values import Address, Value
from openler.ctdl.formats.shapes import Node, concept, email, lang, put
from openler.ctdl.formats.standing import STATUSES, approval
from openler.ctdl.formats.work import Thing, Work
from openler.errors import declare
from openler.ids import Ctid

SOURCE_DISAGREES = declare("import.source_disagrees", by=__name__)
STANDING_CONTRADICTS = declare("import.standing_contradicts", by=__name__)
STANDING_UNKNOWN = declare("import.standing_unknown", by=__name__)
EMAIL_UNREADABLE = declare("import.email_unreadable", by=__name__)

DEFAULT_CLASS = "ceterms:CredentialOrganization"


@dataclass(frozen=True, slots=True)
class _Told:
    """One section's row about an organisation."""

    section: Organizations
    row: Row


@dataclass(frozen=True, slots=True)
class _Met:
    """An organisation with a name, and everything told of it."""

    group: str
    key: str
    name: str
    type: str
    tellings: tuple[_Told, ...]

    @property
    def label(self) -> str:
        return f"{self.group}/{self.key}"


def bodies(work: Work) -> None:
    """The organisations that the mapping itself describes."""
    for name, body in sorted(work.mapping.bodies.items()):
        ctid = Ctid.parse(body.ctid, place=f"bodies/{name}/ctid") if body.ctid else work.derive(body.type, f"bodies/{name}")
        node = work.node(body.type, ctid, body.name)
        put(node, "ceterms:description", lang(body.description, work.language) if body.description else None)
        put(node, "ceterms:subjectWebpage", body.page)
        put(node, "ceterms:agentType", [concept(body.agent_type)] if body.agent_type else None)
        put(node, "ceterms:agentSectorType", concept(body.sector) if body.sector else None)
        work.bodies[name] = ctid
        work.add(Thing("bodies", name, Row("", 0, {}), ctid, node))


def organizations(work: Work) -> None:
    """All organisations of all sections; a row without a name makes none."""
    gathered: dict[tuple[str, str], list[_Told]] = {}
    rows: list[tuple[str, Row]] = []
    for name, section in work.mapping.organizations.items():
        group = work.group(name)
        for key, row in _embedded(work, section) if section.embedded else work.select(section):
            work.organization_rows[name, key] = row
            gathered.setdefault((group, key), []).append(_Told(section, row))
            if not section.embedded:
                rows.append((f"{group}/{key}", row))
    met = [
        _Met(group, key, name, _first(work, tellings, "type") or DEFAULT_CLASS, tuple(tellings))
        for (group, key), tellings in sorted(gathered.items())
        if (name := _first(work, tellings, "name"))
    ]
    found = work.settle((_claim(work, entry), _stated(work, entry), entry.tellings[0].row) for entry in met)
    for entry in met:
        thing = _described(work, entry, found[entry.label])
        work.organizations[entry.group, entry.key] = thing
        for telling in entry.tellings:
            if telling.section.embedded:
                work.account.use(_mentions(work, telling.section, entry.key), thing.ctid)
        work.add(thing)
        work.used_in(thing.ctid)
    for label, row in rows:
        if label in found:
            work.publish(row, found[label])
        else:
            work.refuse_all(row, told.NAME_MISSING)


def _embedded(work: Work, section: Organizations) -> list[tuple[str, Row]]:
    """One row a key out of the many that mention it: of each column what most of them say, of equals the first in order."""
    by_key: dict[str, list[Row]] = {}
    for row in work.tables[section.table].rows:
        if work.cells.holds(section.when, row) and (key := work.cells.text(section.key, row)):
            by_key.setdefault(key, []).append(row)
    columns = work.mapping.organization_columns(section)
    agreed = []
    for key, rows in sorted(by_key.items()):
        cells: dict[str, str] = {}
        number = min(row.number for row in rows)
        for column in columns:
            said = Counter(cell for row in rows if (cell := row.cells.get(column, "")))
            cells[column] = min(said, key=lambda cell: (-said[cell], cell)) if said else ""
            if len(said) > 1:
                work.account.remark(
                    SOURCE_DISAGREES, "note", section.table, number, key=key, column=column, taken=cells[column], seen=len(said)
                )
        agreed.append((key, Row(section.table, number, cells)))
    return agreed


def _mentions(work: Work, section: Organizations, key: str) -> list[tuple[str, int]]:
    """The rows that mention an organisation; of a table that is about nothing else, they are merged into it."""
    if section.table in work.mapping.counting():
        return []
    return [(row.table, row.number) for row in work.tables[section.table].rows if work.cells.text(section.key, row) == key]


def _first(work: Work, tellings: list[_Told] | tuple[_Told, ...], word: str) -> str:
    for entry in tellings:
        if found := work.cells.text(getattr(entry.section, word), entry.row):
            return found
    return ""


def _claim(work: Work, met: _Met) -> Claim:
    pairs = set()
    place = None
    for entry in met.tellings:
        for given in entry.section.identifiers:
            if value := work.cells.text(given.value, entry.row):
                pairs.add(claimed_identifier(given.type, value))
        if place is None and entry.section.address is not None:
            streets = [text for value in entry.section.address.street if (text := work.cells.text(value, entry.row))]
            place = address_key(streets[0] if streets else "", work.cells.text(entry.section.address.postal_code, entry.row))
    return Claim("organization", met.label, met.name, work.derive(met.type, met.label), met.type, frozenset(pairs), place)


def _stated(work: Work, met: _Met) -> Ctid | None:
    return next((ctid for entry in met.tellings if (ctid := work.stated_ctid(entry.section.ctid, entry.row)) is not None), None)


def _described(work: Work, met: _Met, ctid: Ctid) -> Thing:
    node = work.node(met.type, ctid, met.name)
    others = dict.fromkeys(
        name for entry in met.tellings for value in (*entry.section.alternate_names, entry.section.name)
        for name in work.cells.texts(value, entry.row) if name != met.name
    )  # fmt: skip
    put(node, "ceterms:alternateName", {work.language: list(others)} if others else None)
    for word, prop in (("description", "ceterms:description"), ("purpose", "ceterms:agentPurposeDescription")):
        said = _first(work, met.tellings, word)
        put(node, prop, lang(said, work.language) if said else None)
    for entry in met.tellings:
        if "ceterms:subjectWebpage" not in node:
            work.page(node, entry.section.page, entry.row)
        if "ceterms:address" not in node and entry.section.address is not None:
            put(
                node,
                "ceterms:address",
                _places(work, entry.section.address, entry.row, work.cells.text(entry.section.telephone, entry.row)),
            )
    _mail(work, node, met)
    kind, sector = _first(work, met.tellings, "agent_type"), _first(work, met.tellings, "sector")
    put(node, "ceterms:agentType", [concept(kind)] if kind else None)
    put(node, "ceterms:agentSectorType", concept(sector) if sector else None)
    for entry in met.tellings:
        had = node.get("ceterms:identifier", [])
        work.identify(node, entry.section.identifiers, entry.row)
        merged = {str(item): item for item in (*had, *node.get("ceterms:identifier", []))}
        put(node, "ceterms:identifier", [merged[name] for name in sorted(merged)])
    _stand(work, node, met)
    return Thing(met.group, met.key, met.tellings[0].row, ctid, node)


def _mail(work: Work, node: Node, met: _Met) -> None:
    for entry in met.tellings:
        found = work.cells.text(entry.section.email, entry.row)
        if not found:
            continue
        if (address := email(found)) is not None:
            node["ceterms:email"] = [address]
            return
        work.remark(EMAIL_UNREADABLE, "gap", entry.row, Ctid(node["ceterms:ctid"]), seen=found[:80])


def _places(work: Work, spec: Address, row: Row, telephone: str) -> list[Node]:
    place = address(work, spec, row)
    if telephone:
        place["ceterms:targetContactPoint"] = [{"@type": "ceterms:ContactPoint", "ceterms:telephone": [telephone]}]
    return [{"@type": "ceterms:Place", **place}] if place else []


def address(work: Work, spec: Address, row: Row) -> Node:
    """The parts of a ``ceterms:Place`` that the source tells; empty for none. A country alone is no address."""

    def text(value: Value | None) -> dict[str, str] | None:
        found = work.cells.text(value, row)
        return lang(found, work.language) if found else None

    place: Node = {}
    street = ", ".join(part for value in spec.street if (part := work.cells.text(value, row)))
    put(place, "ceterms:streetAddress", lang(street, work.language) if street else None)
    put(place, "ceterms:addressLocality", text(spec.city))
    put(place, "ceterms:addressRegion", text(spec.region))
    put(place, "ceterms:postalCode", work.cells.text(spec.postal_code, row))
    put(place, "ceterms:subRegion", text(spec.county))
    if place:
        put(place, "ceterms:addressCountry", text(spec.country))
    return place


def _stand(work: Work, node: Node, met: _Met) -> None:
    """The latest of the standings told; what earlier ones said otherwise is a contradiction, listed."""
    ctid = Ctid(node["ceterms:ctid"])
    said: list[tuple[str, str, str, str, Row]] = []
    for entry in met.tellings:
        spec = entry.section.standing
        if spec is None or not (status := work.cells.text(spec.value, entry.row)):
            continue
        if status not in STATUSES:
            work.remark(STANDING_UNKNOWN, "gap", entry.row, ctid, seen=status)
            continue
        date = work.cells.text(spec.date, entry.row) or work.tables[entry.row.table].as_of
        said.append((date, status, work.cells.text(spec.words, entry.row), spec.by, entry.row))
    if not said:
        return
    date, status, words, by, _ = max(said, key=lambda entry: (entry[0], entry[1]))
    for earlier in said:
        if earlier[1] != status:
            work.remark(STANDING_CONTRADICTS, "contradiction", earlier[4], ctid, said=earlier[1], then=earlier[0], taken=status, since=date)
    node["ceterms:objectOfAction"] = [approval(status, date, words, work.bodies[by], work.mapping.source.name, work.language)]
    if status == "suspended":
        node["ceterms:lifeCycleStatusType"] = concept("lifeCycle:Suspended")
