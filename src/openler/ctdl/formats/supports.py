"""Support services: what a provider does so that people can take part."""

from __future__ import annotations

from openler.ctdl.formats import account as told
from openler.ctdl.formats.cells import Row
from openler.ctdl.formats.mapping_sections import Support
from openler.ctdl.formats.mapping_values import Value
from openler.ctdl.formats.shapes import Node, concept, lang, put
from openler.ctdl.formats.work import Thing, Work
from openler.errors import declare
from openler.ids import Ctid

ORGANIZATION_UNKNOWN = declare("import.organization_unknown", by=__name__)

SERVICE = "ceterms:SupportService"


def supports(work: Work, offering: frozenset[Ctid]) -> dict[Ctid, list[Ctid]]:
    """Make the services of the organisations that offer a program.

    The services' CTIDs by the organisation's.
    """
    made: dict[Ctid, list[Ctid]] = {}
    for at, spec in enumerate(work.mapping.supports):
        if spec.table is None:
            _by_rule(work, spec, offering, made)
        else:
            _by_row(work, spec, f"supports/{at}", made)
    return {organization: sorted(services) for organization, services in made.items()}


def _by_rule(work: Work, spec: Support, offering: frozenset[Ctid], made: dict[Ctid, list[Ctid]]) -> None:
    group = work.group(spec.of[0])
    for (section, key), organization in sorted(work.organizations.items()):
        if section != group or organization.ctid not in offering:
            continue
        row = next(
            (row for name in spec.of if (row := work.organization_rows.get((name, key))) is not None and work.cells.known(spec.when, row)),
            None,
        )
        if row is None or not work.cells.holds(spec.when, row) or (spec.needs is not None and not work.cells.text(spec.needs, row)):
            continue
        name = spec.name if isinstance(spec.name, str) else work.cells.text(spec.name, row)
        if not name:
            continue
        ctid = work.derive(SERVICE, f"{group}/{key}/{name}")
        node = _service(work, spec, name, ctid, organization, row)
        work.add(Thing("supports", f"{group}/{key}/{name}", row, ctid, node))
        made.setdefault(organization.ctid, []).append(ctid)


def _by_row(work: Work, spec: Support, section: str, made: dict[Ctid, list[Ctid]]) -> None:
    if spec.table is None or spec.key is None or spec.organization is None or isinstance(spec.name, str):
        return
    group = work.group(spec.organization.section)
    for key, row in work.select_from(spec.table, spec.key, spec.when):
        name = work.cells.text(spec.name, row)
        owner = work.organizations.get((group, work.cells.text(spec.organization.key, row)))
        if not name or owner is None:
            work.refuse_all(row, told.NAME_MISSING if not name else ORGANIZATION_UNKNOWN, key=work.cells.text(spec.organization.key, row))
            continue
        ctid = work.stated_ctid(spec.ctid, row) or work.derive(SERVICE, f"{section}/{key}")
        work.add(Thing(section, key, row, ctid, _service(work, spec, name, ctid, owner, row)))
        work.publish(row, ctid)
        work.used_in(ctid)
        made.setdefault(owner.ctid, []).append(ctid)


def _service(work: Work, spec: Support, name: str, ctid: Ctid, organization: Thing, row: Row) -> Node:
    node = work.node(SERVICE, ctid, name)
    node["ceterms:offeredBy"] = [str(organization.ctid)]
    types = work.cells.texts(spec.type, row) if isinstance(spec.type, Value) else spec.type
    put(node, "ceterms:supportServiceType", [concept(kind) for kind in types])
    put(node, "ceterms:accommodationType", [concept(kind) for kind in spec.accommodation])
    description = work.cells.text(spec.description, row)
    put(node, "ceterms:description", lang(description, work.language) if description else None)
    work.page(node, spec.page, row)
    put(node, "ceterms:inLanguage", list(work.cells.texts(spec.language, row)))
    status = work.cells.text(spec.status, row)
    put(node, "ceterms:lifeCycleStatusType", concept(status) if status else None)
    return node
