"""Rows about completers become ``qdata:DataSetProfile`` documents, with a Metric and an Observation a figure.

An Observation that shows no value says why: suppressed, or not known. :func:`cells` reads a document back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from openler.ctdl.document import Document, nodes
from openler.ctdl.formats.cells import Row
from openler.ctdl.formats.codes import cip_code
from openler.ctdl.formats.mapping_sections import CellRule, MetricSpec, Outcomes
from openler.ctdl.formats.shapes import CIP, Node, coded, json_number, lang, number, put
from openler.ctdl.formats.supports import ORGANIZATION_UNKNOWN
from openler.ctdl.formats.suppression import Figure, Judged, State, judge
from openler.ctdl.formats.work import Thing, Work
from openler.ctdl.values import text
from openler.errors import Code, declare
from openler.ids import Ctid

NO_MATCH_CODE = declare("import.no_match_code", by=__name__)
PROGRAM_UNKNOWN = declare("import.program_unknown", by=__name__)
OUTCOME_OUT_OF_RANGE = declare("import.outcome_out_of_range", by=__name__)

DATA_SET: Final = "qdata:DataSetProfile"
SUPPRESSED: Final = "Not shown: too few people."
UNKNOWN: Final = "Not known."


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a data set: ``value`` is None unless ``state`` is published; ``unit`` is ``percent``, ``persons`` or a currency."""

    metric: str
    state: State
    value: float | None
    unit: str


def cells(document: Document) -> tuple[Cell, ...]:
    """The figures of a data set that this module made, in its order."""
    found = []
    for observation in nodes(document, document.main, "qdata:hasObservation"):
        metric = next((text(node, "ceterms:name") for node in nodes(document, observation, "qdata:isObservationOf")), "")
        values = [
            (name, observation[name]) for name in ("qdata:percentage", "qdata:mean", "qdata:median", "schema:value") if name in observation
        ]
        if values:
            name, value = values[0]
            unit = "percent" if name == "qdata:percentage" else str(observation.get("schema:currency", "persons"))
            found.append(Cell(metric, "published", value, unit))
        else:
            state: State = "suppressed" if text(observation, "ceasn:comment") == SUPPRESSED else "unknown"
            found.append(Cell(metric, state, None, ""))
    return tuple(found)


def policy(rule: CellRule) -> str:
    """The suppression policy in words, as published with the figures."""
    return (
        f"Counts under {rule.minimum}, and rates and earnings about fewer than {rule.minimum} people, are not shown. "
        "Rates are whole percents; 0 and 100 percent are not shown. A count is not shown where a rate that is shown "
        f"would give away one under {rule.minimum}. Rule: {rule.source}."
    )


def outcomes(work: Work) -> None:
    """All data sets of all sections; programs are linked to theirs."""
    for name, section in work.mapping.outcomes.items():
        by_cip = _programs_by_cip(work, section)
        for key, row in work.select(section):
            about = _about(work, section, row, by_cip)
            if isinstance(about, _Refusal):
                work.refuse_all(row, about.code, key=about.key)
                continue
            ctid = work.stated_ctid(section.ctid, row) or work.derive(DATA_SET, f"{name}/{key}")
            node, extra = _described(work, section, row, ctid, about)
            for program in about.programs:
                linked = program.node.setdefault("qdata:relevantDataSet", [])
                linked.append(str(ctid))
                linked.sort()
            work.add(Thing(f"outcomes/{name}", key, row, ctid, node, extra))
            work.publish(row, ctid)
            work.used_in(ctid)


@dataclass(frozen=True, slots=True)
class _About:
    programs: tuple[Thing, ...]
    provider: Thing | None
    cip: str | None


@dataclass(frozen=True, slots=True)
class _Refusal:
    code: Code
    key: str


def _programs_by_cip(work: Work, section: Outcomes) -> dict[tuple[str, str], list[Thing]]:
    """Programs by their provider's key in the source, which may be of a provider that nobody describes, and CIP."""
    found: dict[tuple[str, str], list[Thing]] = {}
    if section.provider is None:
        return found
    group = work.group(section.provider.section)
    for (name, _), program in sorted(work.programs.items()):
        spec = work.mapping.programs[name].provider
        if work.group(spec.section) == group:
            for entry in program.node.get("ceterms:instructionalProgramType", ()):
                found.setdefault((work.cells.text(spec.key, program.row), entry["ceterms:codedNotation"]), []).append(program)
    return found


def _about(work: Work, section: Outcomes, row: Row, by_cip: dict[tuple[str, str], list[Thing]]) -> _About | _Refusal:
    """Whom the row is about, or why it is refused."""
    if section.program is not None:
        key = work.cells.text(section.program.key, row)
        program = work.programs.get((section.program.section, key))
        return _About((program,), None, None) if program is not None else _Refusal(PROGRAM_UNKNOWN, key)
    if section.provider is None or section.cip is None:
        return _Refusal(PROGRAM_UNKNOWN, "")
    stated = work.cells.text(section.cip.value, row)
    cip = cip_code(stated)
    if cip is None or stated in section.cip.no_match:
        return _Refusal(NO_MATCH_CODE, stated)
    key = work.cells.text(section.provider.key, row)
    provider = work.organizations.get((work.group(section.provider.section), key))
    about = tuple(by_cip.get((key, cip), ()))
    if provider is None and not about:
        return _Refusal(ORGANIZATION_UNKNOWN, key)
    return _About(about, provider, cip)


def _described(work: Work, section: Outcomes, row: Row, ctid: Ctid, about: _About) -> tuple[Node, list[Node]]:
    subject = text((about.provider or about.programs[0]).node, "ceterms:name")
    title = f"{section.name}: {subject}"
    if about.cip is not None:
        title += f", {work.codes.cip_title(about.cip) or 'CIP'} ({about.cip})"
    node = work.node(DATA_SET, ctid, title)
    put(node, "ceterms:description", lang(section.description, work.language) if section.description else None)
    node["qdata:dataProvider"] = [str(work.bodies[section.provider_of_data])]
    told_for = about.programs or ((about.provider,) if about.provider is not None else ())
    node["qdata:relevantDataSetFor"] = sorted(str(thing.ctid) for thing in told_for)
    if about.cip is not None:
        node["ceterms:instructionalProgramType"] = [coded(CIP, about.cip, work.codes.cip_title(about.cip), work.language)]
    node["qdata:dataSuppressionPolicy"] = lang(policy(section.cell_rule), "en-US")
    put(node, "ceterms:source", work.mapping.source.page)
    if section.period is not None:
        frame = {"@type": "qdata:DataSetTimeFrame", "ceterms:startDate": section.period.start, "ceterms:endDate": section.period.end}
        node["qdata:dataSetTemporalCoverage"] = frame
    judged = judge(_figures(work, section.metrics, row, ctid), section.cell_rule.minimum)
    node["qdata:hasMetric"] = [f"_:metric-{metric.id}" for metric in section.metrics]
    node["qdata:hasObservation"] = [f"_:observation-{metric.id}" for metric in section.metrics]
    metrics = [_metric(metric, work) for metric in section.metrics]
    return node, [*metrics, *(_observation(metric, judged[metric.id]) for metric in section.metrics)]


def _figures(work: Work, metrics: Iterable[MetricSpec], row: Row, ctid: Ctid) -> list[Figure]:
    found = []
    for metric in metrics:
        said = work.cells.text(metric.value, row)
        value = number(said) if said else None
        if said and (value is None or value < 0 or (metric.kind == "rate" and value * metric.scale > 100)):  # noqa: PLR2004 - percent
            work.remark(OUTCOME_OUT_OF_RANGE, "gap", row, ctid, metric=metric.name, seen=said[:40])
            value = None
        scaled = value * metric.scale if value is not None and metric.kind == "rate" else value
        found.append(Figure(metric.id, metric.kind, scaled, metric.of, metric.within))
    return found


def _metric(metric: MetricSpec, work: Work) -> Node:
    node: Node = {"@id": f"_:metric-{metric.id}", "@type": "qdata:Metric", "ceterms:name": lang(metric.name, work.language)}
    put(node, "ceterms:description", lang(metric.description, work.language) if metric.description else None)
    return node


def _observation(metric: MetricSpec, judged: Judged) -> Node:
    node: Node = {
        "@id": f"_:observation-{metric.id}",
        "@type": "qdata:Observation",
        "qdata:isObservationOf": f"_:metric-{metric.id}",
    }
    if judged.value is None:
        node["ceasn:comment"] = lang(SUPPRESSED if judged.state == "suppressed" else UNKNOWN, "en-US")
    else:
        node.update(_value(metric, judged.value))
    return node


def _value(metric: MetricSpec, value: Decimal) -> dict[str, Any]:
    if metric.kind == "rate":
        return {"qdata:percentage": json_number(value)}
    if metric.kind == "wage":
        return {f"qdata:{metric.statistic}": json_number(value), "schema:currency": metric.currency}
    return {"schema:value": json_number(value)}
