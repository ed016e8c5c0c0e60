"""The calculus of decision 4, over every combination of weights and outcomes of up to three checks."""

from __future__ import annotations

from itertools import product

import pytest

from openler.credentials.report import CheckResult, Outcome, Report, Weight

DECIDING = {
    (Outcome.PASSED,): "valid",
    (Outcome.FAILED,): "invalid",
    (Outcome.UNKNOWN,): "undetermined",
    (Outcome.NOT_APPLICABLE,): "valid",
    (Outcome.PASSED, Outcome.FAILED): "invalid",
    (Outcome.PASSED, Outcome.UNKNOWN): "undetermined",
    (Outcome.PASSED, Outcome.NOT_APPLICABLE): "valid",
    (Outcome.FAILED, Outcome.UNKNOWN): "invalid",
    (Outcome.FAILED, Outcome.NOT_APPLICABLE): "invalid",
    (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE): "undetermined",
}


def checks(*outcomes: Outcome, weight: Weight = Weight.DECIDING) -> tuple[CheckResult, ...]:
    return tuple(CheckResult(f"check{number}", weight, outcome, "x") for number, outcome in enumerate(outcomes))


@pytest.mark.parametrize(("outcomes", "verdict"), DECIDING.items())
def test_deciding_checks_add_up(outcomes: tuple[Outcome, ...], verdict: str) -> None:
    assert Report(checks(*outcomes)).verdict == verdict
    assert Report(checks(*reversed(outcomes))).verdict == verdict


def test_every_triple_is_decided_by_its_worst_pair() -> None:
    rank = {"valid": 0, "undetermined": 1, "invalid": 2}
    single = {outcome: rank[DECIDING[outcome,]] for outcome in Outcome}
    for triple in product(Outcome, repeat=3):
        assert rank[Report(checks(*triple)).verdict] == max(single[outcome] for outcome in triple), triple


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("beside", Outcome)
def test_an_informing_check_never_changes_the_verdict(outcome: Outcome, beside: Outcome) -> None:
    alone = Report(checks(beside)).verdict
    assert Report((*checks(beside), *checks(outcome, weight=Weight.INFORMING))).verdict == alone


@pytest.mark.parametrize(("part", "verdict"), [(Outcome.FAILED, "invalid"), (Outcome.UNKNOWN, "undetermined"), (Outcome.PASSED, "valid")])
def test_a_presentation_is_no_better_than_its_worst_part(part: Outcome, verdict: str) -> None:
    whole = Report(checks(Outcome.PASSED), parts=(Report(checks(Outcome.PASSED)), Report(checks(part))))
    assert whole.verdict == verdict


def test_reasons_are_the_deciding_checks_behind_the_verdict() -> None:
    report = Report((*checks(Outcome.UNKNOWN, Outcome.FAILED), *checks(Outcome.FAILED, weight=Weight.INFORMING)))
    assert [(check.name, check.weight) for check in report.reasons] == [("check1", Weight.DECIDING)]


def test_told_has_the_published_shape_and_a_sentence() -> None:
    check = CheckResult("proof", Weight.DECIDING, Outcome.FAILED, "credentials.proof_missing", {}, "/proof")
    assert Report((check,)).told() == {
        "verdict": "invalid",
        "checks": [
            {
                "name": "proof",
                "weight": "deciding",
                "outcome": "failed",
                "code": "credentials.proof_missing",
                "message": "The record is not signed, so anybody could have written it.",
                "path": "/proof",
            }
        ],
    }
    assert "no está firmado" in Report((check,)).told("es")["checks"][0]["message"]
