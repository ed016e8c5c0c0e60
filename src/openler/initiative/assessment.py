"""Where the region stands: each step met, partly met, not met or not known, with the numbers that say so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from fractions import Fraction

from openler.errors import declare
from openler.ids import Digest
from openler.initiative.evidence import OWN_HISTORY, Evidence
from openler.initiative.guide import Criterion, guide
from openler.initiative.standing import Assessment, CriterionResult, Figure, Standing, StepResult
from openler.initiative.workspace import Workspace

REACHED = declare("initiative.reached", by=__name__)
SHORT = declare("initiative.short", by=__name__)
NOT_MEASURED = declare("initiative.not_measured", by=__name__)
NOTHING_TO_MEASURE = declare("initiative.nothing_to_measure", by=__name__)
STATED = declare("initiative.stated", by=__name__)
STATED_NOT = declare("initiative.stated_not", by=__name__)
STATED_BEFORE = declare("initiative.stated_before", by=__name__)
NOT_STATED = declare("initiative.not_stated", by=__name__)


def assess(workspace: Workspace, evidence: Evidence) -> Assessment:
    """Hold the evidence and the statements of people against the guide."""
    steps = tuple(
        StepResult(step=step.id, standing=combined(result.standing for result in results), criteria=results)
        for step in guide().steps.values()
        if (results := tuple(_judge(criterion, workspace, evidence) for criterion in step.criteria))
    )
    figures = tuple(evidence.values())
    return Assessment(cycle=workspace.cycle, steps=steps, figures=figures, digest=_digest(workspace.cycle, steps, figures))


def combined(standings: Iterable[Standing]) -> Standing:
    """The standing of a step from those of its criteria."""
    found = set(standings)
    if found == {Standing.MET}:
        return Standing.MET
    if found & {Standing.MET, Standing.PARTLY}:
        return Standing.PARTLY
    return Standing.NOT_MET if Standing.NOT_MET in found else Standing.NOT_KNOWN


def _judge(criterion: Criterion, workspace: Workspace, evidence: Evidence) -> CriterionResult:
    if criterion.figure is None:
        return _stated(criterion, workspace)
    measured = evidence.get(criterion.figure)
    if measured is None:
        return CriterionResult(criterion.id, Standing.NOT_KNOWN, None, None, NOT_MEASURED)
    value = measured.measure
    if value is None:
        return CriterionResult(criterion.id, Standing.NOT_KNOWN, measured, None, NOTHING_TO_MEASURE)
    standing = Standing.NOT_MET
    if value >= criterion.partly_from:
        standing = Standing.PARTLY
    if value >= criterion.at_least:
        standing = Standing.MET
    parameters = {"value": number(measured), "wanted": wanted(criterion, measured)}
    code = REACHED if standing is Standing.MET else SHORT
    return CriterionResult(criterion.id, standing, measured, None, code, tuple(parameters.items()))


def _stated(criterion: Criterion, workspace: Workspace) -> CriterionResult:
    """The latest statement counts. One of an earlier cycle counts partly, until somebody confirms it."""
    said = [each for each in workspace.attestations if each.criterion == criterion.id]
    if not said:
        return CriterionResult(criterion.id, Standing.NOT_KNOWN, None, None, NOT_STATED)
    last = max(enumerate(said), key=lambda each: (each[1].cycle, each[1].recorded, each[0]))[1]
    parameters = (("by", last.by), ("dated", last.dated.isoformat()), ("cycle", str(last.cycle)))
    if not last.holds:
        return CriterionResult(criterion.id, Standing.NOT_MET, None, last, STATED_NOT, parameters)
    if last.cycle < workspace.cycle:
        return CriterionResult(criterion.id, Standing.PARTLY, None, last, STATED_BEFORE, parameters)
    return CriterionResult(criterion.id, Standing.MET, None, last, STATED, parameters)


def number(figure: Figure) -> str:
    """A figure as text: ``12``, or ``6 / 8``."""
    return str(figure.value) if figure.of is None else f"{figure.value} / {figure.of}"


def wanted(criterion: Criterion, figure: Figure) -> str:
    """A threshold as text: a count, or per cent."""
    if figure.of is None:
        return str(criterion.at_least)
    share = criterion.at_least * 100
    return f"{share.numerator if share.denominator == 1 else float(share):g}%"


def _digest(cycle: int, steps: tuple[StepResult, ...], figures: tuple[Figure, ...]) -> Digest:
    """Over what was measured and stated. The number of assessments kept is left out, and so is what follows from it."""
    form = {
        "cycle": cycle,
        "figures": [[each.id, each.value, each.of] for each in figures if each.id != OWN_HISTORY],
        "stated": [
            [each.criterion, each.attestation.holds, each.attestation.cycle, each.attestation.statement, each.attestation.dated.isoformat()]
            for step in steps
            for each in step.criteria
            if each.attestation is not None
        ],
    }
    return Digest(hashlib.sha256(json.dumps(form, ensure_ascii=False, sort_keys=True).encode()).hexdigest())


def shortfall(criterion: Criterion, result: CriterionResult) -> Fraction:
    """How far from met, from 0 to 1: measured shortfalls exactly, what is stated unmet wholly, what is not known by half."""
    if result.standing is Standing.MET:
        return Fraction(0)
    if result.standing is Standing.NOT_KNOWN:
        return Fraction(1, 2)
    value = result.figure.measure if result.figure is not None else None
    if value is not None:
        return 1 - value / criterion.at_least
    return Fraction(1, 4) if result.standing is Standing.PARTLY else Fraction(1)
