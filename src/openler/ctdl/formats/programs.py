"""Rows become learning programs and courses."""

from __future__ import annotations

from openler.ctdl.formats import account as told
from openler.ctdl.formats.adopt import Claim, claimed_identifier
from openler.ctdl.formats.awards import Awards
from openler.ctdl.formats.cells import Row
from openler.ctdl.formats.codes import cip_code
from openler.ctdl.formats.credentials import CLASS_UNKNOWN, SOC_UNKNOWN, Catalogue
from openler.ctdl.formats.demand import DemandLists
from openler.ctdl.formats.frameworks import competency_alignments
from openler.ctdl.formats.mapping_sections import Programs
from openler.ctdl.formats.mapping_values import CipValue
from openler.ctdl.formats.program_details import chosen, costs, credit, durations, entry_conditions
from openler.ctdl.formats.shapes import CIP, NAICS, Node, coded, concept, lang, put
from openler.ctdl.formats.work import Thing, Work
from openler.ctdl.terms import terms
from openler.ctdl.values import text
from openler.errors import declare
from openler.ids import Ctid

PROVIDER_UNKNOWN = declare("import.provider_unknown", by=__name__)
CIP_PADDED = declare("import.cip_padded", by=__name__)
CIP_UNKNOWN = declare("import.cip_unknown", by=__name__)
NO_OCCUPATION = declare("import.no_occupation", by=__name__)

LEARNING = "ceterms:LearningOpportunityProfile"


def programs(work: Work, catalogue: Catalogue) -> None:
    """All programs of all sections, and the credentials that they name."""
    awards = Awards(work, catalogue)
    demand = DemandLists(work)
    for name, section in work.mapping.programs.items():
        rows: list[tuple[str, Row]] = []
        for key, row in work.select(section):
            kind = work.cells.text(section.type, row)
            if not work.cells.text(section.name, row):
                work.refuse_all(row, told.NAME_MISSING)
            elif not terms().is_a(kind, LEARNING):
                work.refuse_all(row, CLASS_UNKNOWN, seen=kind)
            else:
                rows.append((key, row))
        found = work.settle(_claim(work, name, section, key, row) for key, row in rows)
        for key, row in rows:
            thing = _described(work, name, section, key, row, found[f"{name}/{key}"], demand)
            work.programs[name, key] = thing
            work.add(thing)
            provider, provider_key = _provider(work, section, row)
            awards.read(section, thing, provider, provider_key)
            work.publish(row, thing.ctid)
            work.used_in(thing.ctid)
    awards.finish()


def read_cip(work: Work, spec: CipValue | None, row: Row, ctid: Ctid | None, *, quiet: bool = False) -> str | None:
    """The program's CIP code; five digits are padded and noted, what is none is a gap."""
    if spec is None or not (found := work.cells.text(spec.value, row)) or found in spec.no_match:
        return None
    code = cip_code(found)
    if quiet:
        return code
    if code is None:
        work.remark(CIP_UNKNOWN, "gap", row, ctid, seen=found[:40])
    elif found.isdigit() and len(found) < 6:  # noqa: PLR2004 - a CIP code has six digits
        work.remark(CIP_PADDED, "note", row, ctid, seen=found, padded=code)
    return code


def _provider(work: Work, section: Programs, row: Row) -> tuple[Thing | None, str]:
    key = work.cells.text(section.provider.key, row)
    return work.organizations.get((work.group(section.provider.section), key)), key


def _claim(work: Work, name: str, section: Programs, key: str, row: Row) -> tuple[Claim, Ctid | None, Row]:
    label, kind = f"{name}/{key}", work.cells.text(section.type, row)
    provider, _ = _provider(work, section, row)
    pairs = frozenset(
        claimed_identifier(given.type, value) for given in section.identifiers if (value := work.cells.text(given.value, row))
    )
    owner = provider.ctid if provider is not None else None
    cip = read_cip(work, section.cip, row, None, quiet=True)
    claim = Claim("program", label, work.cells.text(section.name, row), work.derive(kind, label), kind, pairs, None, owner, cip)
    return claim, work.stated_ctid(section.ctid, row), row


def _described(work: Work, name: str, section: Programs, key: str, row: Row, ctid: Ctid, demand: DemandLists) -> Thing:
    node = work.node(work.cells.text(section.type, row), ctid, work.cells.text(section.name, row))
    others = [
        other for value in section.alternate_names for other in work.cells.texts(value, row) if other != work.cells.text(section.name, row)
    ]
    put(node, "ceterms:alternateName", {work.language: others} if others else None)
    work.text(node, "ceterms:description", section.description, row)
    work.page(node, section.page, row)
    put(node, "ceterms:inLanguage", list(work.cells.texts(section.language, row)))
    provider, provider_key = _provider(work, section, row)
    if provider is not None:
        node["ceterms:offeredBy"] = [str(provider.ctid)]
    else:
        work.remark(PROVIDER_UNKNOWN, "gap", row, ctid, key=provider_key)
    status = work.cells.text(section.status, row)
    put(node, "ceterms:lifeCycleStatusType", concept(status) if status else None)
    if section.approved_by is not None and work.cells.holds(section.approved_by.when, row):
        node["ceterms:approvedBy"] = [str(work.bodies[section.approved_by.body])]
    work.identify(node, section.identifiers, row)
    keywords = list(work.cells.texts(section.keywords, row))
    put(node, "ceterms:keyword", {work.language: keywords} if keywords else None)
    _classify(work, section, row, node, county_of(provider), demand)
    put(node, "ceterms:industryType", [coded(NAICS, code) for code in work.cells.texts(section.naics, row)])
    put(node, "ceterms:entryCondition", entry_conditions(work, section, row, ctid))
    put(node, "ceterms:estimatedDuration", durations(work, section, row, ctid))
    put(node, "ceterms:estimatedCost", costs(work, section, row, ctid))
    put(node, "ceterms:creditValue", credit(work, section, row, ctid))
    delivery, words = chosen(work, section.delivery, row)
    put(node, "ceterms:deliveryType", delivery)
    put(node, "ceterms:deliveryTypeDescription", lang(words, work.language) if words else None)
    put(node, "ceterms:scheduleTimingType", chosen(work, section.schedule, row)[0])
    put(node, "ceterms:teaches", competency_alignments(work, work.cells.texts(section.teaches, row), row, ctid))
    return Thing(name, key, row, ctid, node)


def county_of(organization: Thing | None) -> str:
    """The county of an organisation's address, or an empty text."""
    places = organization.node.get("ceterms:address", ()) if organization is not None else ()
    return next((county for place in places for county in place.get("ceterms:subRegion", {}).values()), "")


def _classify(work: Work, section: Programs, row: Row, node: Node, county: str, demand: DemandLists) -> None:
    ctid = Ctid(text(node, "ceterms:ctid"))
    cip = read_cip(work, section.cip, row, ctid)
    if cip is not None:
        node["ceterms:instructionalProgramType"] = [coded(CIP, cip, work.codes.cip_title(cip), work.language)]
    given: tuple[str, ...] = ()
    if section.soc is not None:
        for code in work.cells.texts(section.soc.value, row):
            found = work.codes.to_2018(code, section.soc.taxonomy)
            given += found
            if not found:
                work.remark(SOC_UNKNOWN, "gap", row, ctid, seen=code[:40])
    occupations = work.codes.occupations(given, cip, work.language)
    put(node, "ceterms:occupationType", occupations)
    if not occupations:
        work.remark(NO_OCCUPATION, "gap", row, ctid, cip=cip or "")
    socs = tuple(entry["ceterms:codedNotation"] for entry in occupations)
    put(node, "ceterms:objectOfAction", demand.actions(cip, socs, county))
