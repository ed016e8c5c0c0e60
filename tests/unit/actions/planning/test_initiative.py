"""The initiative over a registry: started once, kept between runs, measured live, changed safely by many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from openler.actions.planning import initiative as plan
from openler.actions.ports import Ports
from openler.actions.registry.national import national_ctids
from openler.errors import Conflict, Internal, Malformed, Misused, NotFound
from openler.initiative import codec
from openler.initiative.standing import Standing
from openler.initiative.workspace import UseCase
from openler.stores.memory import MemoryStore
from openler.stores.memory_workspace import MemoryWorkspace
from tests.support.issuing import SetClock, a_row, world
from tests.support.planning import planning_ports, put
from tests.support.small_region import COST, ctid, documents, program

STATED = "engage.interoperability.committed"


@pytest.fixture
def started() -> tuple[Ports, SetClock]:
    ports, clock = planning_ports(documents().values())
    plan.start(ports, "Records for all", "Quillmere", goals=["Attainment"])
    return ports, clock


def figures(ports: Ports) -> dict[str, tuple[int, int | None]]:
    return {each.id: (each.value, each.of) for each in plan.status(ports).assessment.figures}


def test_an_initiative_is_started_once_and_everything_else_needs_it() -> None:
    ports, _ = planning_ports()
    for action in (plan.status, plan.refresh, plan.next_cycle, plan.kept, lambda p: plan.add_goal(p, "x")):
        with pytest.raises(NotFound) as refused:
            action(ports)
        assert refused.value.code == "initiative.not_started"
    plan.start(ports, "A", "B")
    with pytest.raises(Conflict) as again:
        plan.start(ports, "A", "B")
    assert again.value.code == "initiative.already_started"
    assert len(ports.workspace.versions()) == 1


def test_what_is_offered_is_counted_live(started: tuple[Ports, SetClock]) -> None:
    ports, _ = started
    assert figures(ports)["share.cost"] == (1, 4)
    put(ports, program("english", "south", ceterms__estimatedCost=COST))
    assert figures(ports)["share.cost"] == (2, 4)
    assert len(ports.workspace.versions()) == 1, "asking writes nothing"


def test_what_nobody_measured_is_not_known_until_it_is(started: tuple[Ports, SetClock]) -> None:
    ports, _ = started
    assert not {"records.issued", "verdicts.given", "share.national", "registry.entries"} & set(figures(ports))
    plan.refresh(ports)
    found = figures(ports)
    assert found["records.issued"] == (0, None)
    assert found["records.with_ctdl"] == (0, 0)
    assert found["registry.entries"] == (ports.store.head(), ports.store.head())
    assert "verdicts.given" not in found
    plan.record_measured(ports, {"verdicts.given": (3, None), "verdicts.decided": (2, 3)}, told_by="a run")
    assert figures(ports)["verdicts.decided"] == (2, 3)


def test_records_issued_are_counted_and_those_with_ctdl_apart() -> None:
    made = world()
    made.issue(a_row())
    ports, clock = planning_ports()
    ports.ledger = made.ports.ledger  # type: ignore[misc]  # a namespace stands for the ports
    plan.start(ports, "A", "B")
    plan.refresh(ports, ledger=False)
    assert "records.issued" not in figures(ports)
    clock.pass_(days=1)
    plan.refresh(ports)
    assert figures(ports)["records.issued"] == (1, None)
    assert figures(ports)["records.with_ctdl"] == (1, 1)


def test_a_journal_that_is_broken_holds_nothing(started: tuple[Ports, SetClock], monkeypatch: pytest.MonkeyPatch) -> None:
    ports, _ = started

    def broken(_: object) -> int:
        raise Internal("registry.chain_broken")  # type: ignore[arg-type]  # any code

    monkeypatch.setattr(MemoryStore, "verify_chain", broken)
    plan.refresh(ports)
    assert figures(ports)["registry.entries"] == (0, ports.store.head())


def test_an_assessment_is_kept_only_where_the_evidence_has_changed(started: tuple[Ports, SetClock]) -> None:
    ports, clock = started
    first = plan.refresh(ports)
    clock.pass_(days=1)
    second = plan.refresh(ports)
    put(ports, program("cooking", "south"))
    third = plan.refresh(ports)
    assert (first.kept, second.kept, third.kept) == (True, False, True)
    assert [each.at for each in plan.kept(ports).history] == [first.assessment.at, third.assessment.at]
    assert third.trend is not None
    assert "census.learning_opportunities" in {change.figure for change in third.trend.figures}
    assert third.assessment.at == clock.now() == (first.assessment.at or clock.now()) + timedelta(days=1)


def test_what_people_state_is_kept_with_its_author_and_day(started: tuple[Ports, SetClock]) -> None:
    ports, clock = started
    found = plan.record_evidence(ports, STATED, "Adopted.", by="Cabinet", link="https://a.example/x")
    step = found.assessment.step("engage.interoperability")
    said = next(each.attestation for each in step.criteria if each.criterion == STATED)
    assert said is not None
    assert (said.by, said.dated, said.recorded, said.cycle) == ("Cabinet", clock.now().date(), clock.now(), 1)
    assert step.standing is Standing.PARTLY
    plan.next_cycle(ports)
    again = plan.status(ports).assessment.step("engage.interoperability")
    assert next(each.standing for each in again.criteria if each.criterion == STATED) is Standing.PARTLY


def test_goals_roles_use_cases_and_decisions_move_their_steps(started: tuple[Ports, SetClock]) -> None:
    ports, _ = started
    plan.add_stakeholder(ports, "Public library")
    plan.add_use_case(ports, UseCase("Nurses", "A story.", ("Attainment",), ("wages",)))
    plan.decide(ports, "Begin with nursing", "Shortage", by="Cabinet")
    for role in plan.status(ports).guide.roles:
        plan.assign(ports, role, f"Office of {role}")
    found = plan.status(ports)
    assert found.assessment.step("engage.stakeholders").standing is Standing.MET
    assert found.assessment.step("analyze.align").standing is Standing.PARTLY
    assert {action.holder for action in found.actions} == {f"Office of {action.role}" for action in found.actions}


def test_a_refused_change_changes_nothing(started: tuple[Ports, SetClock]) -> None:
    ports, _ = started
    changes: list[Callable[[], object]] = [
        lambda: plan.record_evidence(ports, "no.such.thing", "x", by="y"),
        lambda: plan.add_goal(ports, " "),
        lambda: plan.assign(ports, "king", "x"),
        lambda: plan.record_measured(ports, {"verdicts.decided": (3, 2)}, told_by="x"),
    ]
    for change in changes:
        with pytest.raises((Malformed, NotFound)):
            change()
    assert len(ports.workspace.versions()) == 1


def test_two_changes_at_once_are_both_kept(started: tuple[Ports, SetClock], monkeypatch: pytest.MonkeyPatch) -> None:
    ports, _ = started
    save, once = MemoryWorkspace.save, [True]

    def interrupted(self: MemoryWorkspace, content: bytes, *, expected: int) -> Any:
        if once:
            once.clear()
            other = codec.load(ports.workspace.current().content).with_goal("Theirs")  # type: ignore[union-attr]
            save(self, codec.dump(other), expected=expected)
        return save(self, content, expected=expected)

    monkeypatch.setattr(MemoryWorkspace, "save", interrupted)
    plan.add_goal(ports, "Ours")
    assert plan.kept(ports).goals == ("Attainment", "Theirs", "Ours")


def test_somebody_who_is_always_second_is_told(started: tuple[Ports, SetClock], monkeypatch: pytest.MonkeyPatch) -> None:
    ports, _ = started

    def taken(*_: object, **__: object) -> None:
        raise Conflict("initiative.workspace_changed")  # type: ignore[arg-type]  # any code

    monkeypatch.setattr(MemoryWorkspace, "save", taken)
    with pytest.raises(Conflict):
        plan.add_goal(ports, "Ours")
    with pytest.raises(Conflict):
        plan.refresh(ports)


# --- what the national Registry knows ----------------------------------------------------------------------------------


def test_the_share_the_national_registry_knows_is_kept_until_it_is_measured_anew(started: tuple[Ports, SetClock]) -> None:
    ports, _ = started
    known = {ctid("certificate"), ctid("diploma")}
    asked = {each.id: (each.value, each.of) for each in plan.status(ports, national=known).assessment.figures}
    assert asked["share.national"] == (2, 3)
    assert "share.national" not in figures(ports), "asking keeps nothing"
    plan.refresh(ports, national=known)
    assert figures(ports)["share.national"] == (2, 3)
    plan.refresh(ports)
    assert figures(ports)["share.national"] == (2, 3)


def test_ctids_are_read_from_documents_and_lists_and_a_mere_mention_is_none(tmp_path: Path) -> None:
    ports, _ = planning_ports()
    dump = tmp_path / "dump"
    (dump / "deletes").mkdir(parents=True)
    welding = documents()["welding"]
    (dump / "welding.json").write_bytes(welding.normalised)
    (dump / "deletes" / "baking.json").write_bytes(documents()["baking"].normalised)
    (dump / "notes.json").write_text('{"nothing": "of use"}')
    assert national_ctids(ports, str(dump)) == {ctid("welding")}, "what welding refers to is not described there"
    listed = tmp_path / "list.csv"
    listed.write_text(f"name,ctid\nWelding,{ctid('welding').upper()}\nBaking,https://x.example/resources/{ctid('baking')}\n")
    assert national_ctids(ports, str(listed)) == {ctid("welding"), ctid("baking")}
    array = tmp_path / "list.json"
    array.write_text(f'["{ctid("welding")}", "{ctid("english")}"]')
    assert national_ctids(ports, str(array)) == {ctid("welding"), ctid("english")}


def test_a_file_without_a_single_ctid_is_refused_and_not_taken_for_none_known(tmp_path: Path) -> None:
    ports, _ = planning_ports()
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("nothing here")
    with pytest.raises(Malformed) as refused:
        national_ctids(ports, str(wrong))
    assert refused.value.code == "initiative.no_ctids"
    with pytest.raises(Misused):
        national_ctids(ports, str(tmp_path / "absent.txt"))
