"""Work spread over processes comes back whole and in order, and what fails there fails here."""

from __future__ import annotations

import os

import pytest

from openler.actions.registry.judging import Refusal, Sound, judge
from openler.errors import Unavailable
from openler.jobs.spread import Spread
from tests.support.ctdl import STANDALONE, complete, document


def process(_: object) -> int:
    return os.getpid()


def dies(lot: list[int]) -> int:
    os._exit(1)


def halves(lot: list[int]) -> float:
    return 1 / lot[0]


def test_a_few_lots_are_done_here_and_more_elsewhere() -> None:
    done = [made for _, made in Spread(2, few=2).over(process, [[number] for number in range(6)])]
    assert done[:2] == [os.getpid()] * 2
    assert os.getpid() not in done[2:]


def test_what_comes_back_is_in_the_order_given() -> None:
    given = [[(f"{number}.json", document(complete(kind, str(number))).normalised)] for number in range(8) for kind in STANDALONE[:3]]
    given[5] = [("broken.json", b"{")]
    here = [(lot, judge(lot)) for lot in given]
    there = list(Spread(2, few=1).over(judge, given))
    assert there == here
    assert [type(one) for _, found in there for one in found].count(Refusal) == 1
    assert isinstance(there[0][1][0], Sound)


def test_a_failure_elsewhere_is_told_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(Spread(2, few=0).over(halves, [[1], [0], [2]]))
    with pytest.raises(Unavailable, match=r"jobs\.worker_died"):
        list(Spread(2, few=0).over(dies, [[1], [0]]))


def test_one_processor_works_alone() -> None:
    assert {made for _, made in Spread(1, few=0).over(process, [[1], [2]])} == {os.getpid()}


_PREPARED: list[object] = []


def remember(value: object) -> None:
    _PREPARED.append(value)


def remembered(_: object) -> list[object]:
    return _PREPARED


def test_other_processes_prepare_themselves_first() -> None:
    spread = Spread(2, few=0, prepare=(f"{__name__}:remember", "vocabulary"))
    assert [made for _, made in spread.over(remembered, [[1], [2]])] == [["vocabulary"]] * 2
