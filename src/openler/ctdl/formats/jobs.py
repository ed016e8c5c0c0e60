"""Rows become jobs and occupations."""

from __future__ import annotations

from openler.ctdl.formats import account as told
from openler.ctdl.formats.cells import Row
from openler.ctdl.formats.credentials import SOC_UNKNOWN, Catalogue
from openler.ctdl.formats.frameworks import competency_alignments
from openler.ctdl.formats.mapping_sections import Jobs, Occupations, Pay
from openler.ctdl.formats.mapping_values import SocValue
from openler.ctdl.formats.program_details import read_number
from openler.ctdl.formats.programs import PROVIDER_UNKNOWN
from openler.ctdl.formats.shapes import SOC, Node, coded, concept, json_number, put
from openler.ctdl.formats.work import Thing, Work
from openler.errors import declare
from openler.ids import Ctid

JOB_CREDENTIAL_UNKNOWN = declare("import.job_credential_unknown", by=__name__)
OCCUPATION_UNKNOWN = declare("import.occupation_unknown", by=__name__)

JOB = "ceterms:Job"
OCCUPATION = "ceterms:Occupation"


def occupations(work: Work) -> None:
    """The occupations that the source itself describes."""
    for name, section in work.mapping.occupations.items():
        for key, row in work.select(section):
            title = work.cells.text(section.name, row)
            if not title:
                work.refuse_all(row, told.NAME_MISSING)
                continue
            ctid = work.stated_ctid(section.ctid, row) or work.derive(OCCUPATION, f"{name}/{key}")
            thing = Thing(name, key, row, ctid, _occupation(work, section, row, ctid, title))
            work.occupations[name, key] = thing
            work.add(thing)
            work.publish(row, ctid)
            work.used_in(ctid)


def _occupation(work: Work, section: Occupations, row: Row, ctid: Ctid, title: str) -> Node:
    node = work.node(OCCUPATION, ctid, title)
    work.text(node, "ceterms:description", section.description, row)
    others = list(work.cells.texts(section.alternate_names, row))
    put(node, "ceterms:alternateName", {work.language: others} if others else None)
    node["ceterms:assertedBy"] = [str(work.bodies[work.mapping.publisher])]
    put(node, "ceterms:occupationType", _soc(work, section.soc, row, ctid))
    put(node, "ceterms:requires", _conditions(competency_alignments(work, work.cells.texts(section.competencies, row), row, ctid)))
    return node


def jobs(work: Work, catalogue: Catalogue) -> None:
    """All jobs of all sections."""
    for name, section in work.mapping.jobs.items():
        for key, row in work.select(section):
            title = work.cells.text(section.name, row)
            if not title:
                work.refuse_all(row, told.NAME_MISSING)
                continue
            ctid = work.stated_ctid(section.ctid, row) or work.derive(JOB, f"{name}/{key}")
            work.add(Thing(f"jobs/{name}", key, row, ctid, _job(work, section, row, ctid, catalogue)))
            work.publish(row, ctid)
            work.used_in(ctid)


def _job(work: Work, section: Jobs, row: Row, ctid: Ctid, catalogue: Catalogue) -> Node:
    node = work.node(JOB, ctid, work.cells.text(section.name, row))
    work.text(node, "ceterms:description", section.description, row)
    work.page(node, section.page, row)
    employer_key = work.cells.text(section.employer.key, row)
    employer = work.organizations.get((work.group(section.employer.section), employer_key))
    if employer is not None:
        node["ceterms:offeredBy"] = [str(employer.ctid)]
    else:
        work.remark(PROVIDER_UNKNOWN, "gap", row, ctid, key=employer_key)
    put(node, "ceterms:occupationType", _soc(work, section.soc, row, ctid))
    if section.occupation is not None and (key := work.cells.text(section.occupation.key, row)):
        occupation = work.occupations.get((section.occupation.section, key))
        put(node, "ceterms:hasOccupation", [str(occupation.ctid)] if occupation is not None else None)
        if occupation is None:
            work.remark(OCCUPATION_UNKNOWN, "gap", row, ctid, seen=key)
    required = competency_alignments(work, work.cells.texts(section.competencies, row), row, ctid)
    wanted = _credentials(work, section, row, ctid, catalogue)
    years = read_number(work, work.cells.text(section.experience, row), row, ctid, "experience")
    put(node, "ceterms:requires", _conditions(required, wanted, json_number(years) if years else None))
    liked = competency_alignments(work, work.cells.texts(section.preferred_competencies, row), row, ctid)
    put(node, "ceterms:recommends", _conditions(liked))
    if section.pay is not None:
        put(node, "ceterms:workPay", _pay(work, section.pay, row, ctid))
    keywords = list(work.cells.texts(section.keywords, row))
    put(node, "ceterms:keyword", {work.language: keywords} if keywords else None)
    status = work.cells.text(section.status, row)
    put(node, "ceterms:lifeCycleStatusType", concept(status) if status else None)
    return node


def _conditions(competencies: list[Node], credentials: list[str] | None = None, years: float | None = None) -> list[Node]:
    if not competencies and not credentials and years is None:
        return []
    node: Node = {"@type": "ceterms:ConditionProfile"}
    put(node, "ceterms:targetCompetency", competencies)
    put(node, "ceterms:targetCredential", credentials)
    put(node, "ceterms:yearsOfExperience", years)
    return [node]


def _credentials(work: Work, section: Jobs, row: Row, ctid: Ctid, catalogue: Catalogue) -> list[str]:
    found = set()
    for wanted in work.cells.texts(section.credentials, row) if section.credentials is not None else ():
        sections = section.credentials.sections if section.credentials is not None else ()
        hit = next((thing for name in sections if (thing := catalogue.find(name, wanted, wanted)) is not None), None)
        if hit is None:
            work.remark(JOB_CREDENTIAL_UNKNOWN, "gap", row, ctid, seen=wanted[:80])
        else:
            found.add(str(hit.ctid))
    return sorted(found)


def _soc(work: Work, spec: SocValue | None, row: Row, ctid: Ctid) -> list[Node]:
    code = work.cells.text(spec.value, row) if spec is not None else ""
    if spec is None or not code:
        return []
    found = work.codes.to_2018(code, spec.taxonomy)
    if not found:
        work.remark(SOC_UNKNOWN, "gap", row, ctid, seen=code[:40])
    return [coded(SOC, soc, work.codes.title(soc), work.language) for soc in found]


def _pay(work: Work, spec: Pay, row: Row, ctid: Ctid) -> list[Node]:
    low = read_number(work, work.cells.text(spec.low, row), row, ctid, "pay")
    high = read_number(work, work.cells.text(spec.high, row), row, ctid, "pay")
    amounts = [amount for amount in (low, high) if amount]
    if not amounts:
        return []
    node: Node = {"@type": "ceterms:PayProfile", "ceterms:currency": spec.currency, "ceterms:basePeriod": spec.period}
    if min(amounts) == max(amounts):
        node["schema:value"] = json_number(amounts[0])
    else:
        node["schema:minValue"], node["schema:maxValue"] = json_number(min(amounts)), json_number(max(amounts))
    return [node]
