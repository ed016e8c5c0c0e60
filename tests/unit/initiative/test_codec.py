"""The workspace written and read back: the same, or refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from openler.errors import Malformed
from openler.initiative.assessment import assess
from openler.initiative.codec import dump, load
from openler.initiative.evidence import evidence, figure
from openler.initiative.standing import Attestation
from openler.initiative.workspace import Decision, Measured, UseCase, Workspace

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def full() -> Workspace:
    found = (
        Workspace(name="Records for all", region="Quillmere", started=NOW)
        .with_goal("Ünïcode goal")
        .with_stakeholder("Library")
        .with_holder("governor", "Office")
        .with_use_case(UseCase("A", "Story", ("Ünïcode goal",), ("wages",)))
        .with_attestation(Attestation("engage.interoperability.committed", "Said.", "Cabinet", NOW.date(), NOW, 0, "https://a.example"))
        .with_decision(Decision("D", "R", "B", NOW.date()), at=NOW)
        .with_measured(Measured("verdicts.decided", 2, 3, NOW, "a run"))
        .next_cycle()
    )
    return found.with_assessment(assess(found, evidence([figure("census.jobs", 1), figure("share.cost", 0, 0)])).dated(NOW))


def test_a_workspace_reads_back_as_it_was_written() -> None:
    assert load(dump(full())) == full()
    assert dump(load(dump(full()))) == dump(full())


def changed(path: list[str | int], value: Any) -> bytes:
    form = json.loads(dump(full()))
    at = form
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return json.dumps(form).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["format"], 2), (["format"], True), (["workspace"], []), (["workspace", "name"], 1), (["workspace", "cycle"], True),
        (["workspace", "started"], "2026-06-15T12:00:00"), (["workspace", "started"], "yesterday"), (["workspace", "goals"], [1]),
        (["workspace", "holders"], {"governor": []}), (["workspace", "use_cases", 0], "A"), (["workspace", "attestations", 0, "holds"], 1),
        (["workspace", "decisions", 0, "dated"], "June"), (["workspace", "measured", 0, "of"], "3"),
        (["workspace", "history", 0, "digest"], "x"), (["workspace", "history", 0, "steps", 0, "standing"], "fine"),
        (["workspace", "history", 0, "steps", 0, "criteria", 0, "parameters"], [["a"]]),
    ],
)  # fmt: skip
def test_what_is_not_of_the_form_is_refused_with_its_place(path: list[str | int], value: Any) -> None:
    with pytest.raises(Malformed) as refused:
        load(changed(path, value))
    assert refused.value.code == "initiative.workspace_malformed"
    assert refused.value.place is not None
    assert refused.value.place.startswith(f"/{path[0]}")


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"format":1,"format":1}'])
def test_what_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        load(content)


def test_an_assessment_without_a_time_is_never_kept() -> None:
    undated = replace(full(), history=(replace(full().history[0], at=None),))
    with pytest.raises(Malformed):
        load(dump(undated))


@pytest.mark.parametrize("grow", [lambda w: w.with_goal("another"), lambda w: w.next_cycle(), lambda w: w.with_holder("employers", "X")])
def test_any_change_changes_the_bytes(grow: Callable[[Workspace], Workspace]) -> None:
    assert dump(grow(full())) != dump(full())
