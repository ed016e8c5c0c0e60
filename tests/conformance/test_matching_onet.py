"""Matching's promises, held on the whole of O*NET 29.2: every rated occupation, its real ratings, credentials that name its skills."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, cast

import pytest

from openler.actions.matching.landscape import Landscape
from openler.actions.matching.match import Held, match, match_one
from openler.actions.ports import Ports
from openler.ctdl.formats.onet import TABLES, convert_onet
from openler.skills.entries import Entries
from openler.skills.framework import Target
from openler.skills.match import FULL
from openler.stores.tables import FileTables
from tests.support.skills import badge

pytestmark = pytest.mark.shared

NO_PORTS = cast("Ports", None)
"""With a landscape at hand, matching reaches for nothing outside."""
RATED = 878
TOP = 5
SOME = slice(0, None, 30)


@pytest.fixture(scope="module")
def onet(shared: Path) -> Landscape:
    tables = FileTables()
    folder = shared / "data" / "onet-29.2"
    rows = {name: tables.rows(str(folder / f"{file}.tsv.gz"), columns=columns) for name, (file, columns) in TABLES.items()}
    made = convert_onet(rows, base_url="https://registry.example", release="29.2")
    return Landscape(1, Entries.of(made.documents))


def naming(target: Target, *, number: str = "1", part: slice = slice(None)) -> Held:
    """A valid credential that names some of what an occupation asks for."""
    asked = [one.key for one in target.requirements][part]
    alignments: list[dict[str, Any]] = [
        {
            "type": ["Alignment"],
            "targetType": "ceasn:Competency",
            "targetCode": key,
            "targetUrl": f"https://registry.example/resources/{key}",
        }
        for key in asked
    ]
    return badge(f"{target.ctid}-{number}", alignments, number=number)


def away_from_home_and_medians(onet: Landscape, targets: Sequence[Target]) -> tuple[list[str], list[int]]:
    """Those who do not find their own occupation in the first five, and the score of the median occupation for each."""
    away, medians = [], []
    for one in targets:
        found = match(NO_PORTS, [naming(one)], against="occupations", limit=TOP, programs_each=0, ground=onet)
        assert found.median_occupation_milli is not None
        medians.append(found.median_occupation_milli)
        if str(one.ctid) not in {each.explanation.target for each in found.occupations}:
            away.append(one.name)
    return away, medians


def test_some_learners_find_their_own_occupation_in_the_first_five_and_the_median_one_below_thirty(onet: Landscape) -> None:
    away, medians = away_from_home_and_medians(onet, onet.of_kind("occupation")[SOME])

    assert len(onet.of_kind("occupation")) == RATED
    assert away == []
    assert median(medians) < 30 * FULL // 100


@pytest.mark.long
def test_every_learner_finds_their_own_occupation_in_the_first_five_and_the_median_one_below_thirty(onet: Landscape) -> None:
    away, medians = away_from_home_and_medians(onet, onet.of_kind("occupation"))

    assert away == []
    assert len(medians) == RATED
    assert median(medians) < 30 * FULL // 100


def test_who_shows_every_other_skill_still_finds_home_in_the_first_five_in_the_median(onet: Landscape) -> None:
    some = [one for one in onet.of_kind("occupation")[SOME] if len(one.requirements) > 1]
    found = [match_one(NO_PORTS, [naming(one, part=slice(0, None, 2))], [], one.ctid, programs_each=0, ground=onet) for one in some]

    assert all(0 < one.matched.explanation.score_milli < FULL for one in found)
    assert median(one.rank for one in found) <= TOP


def test_taking_one_credential_away_lowers_every_score_by_exactly_the_points_explained(onet: Landscape) -> None:
    for one in onet.of_kind("occupation")[::200]:
        # The three share skills, so that some points stay when one of them goes.
        third = len(one.requirements) // 3
        parts = (slice(0, third + 1), slice(third, 2 * third + 1), slice(2 * third, None))
        held = [naming(one, number=str(number), part=part) for number, part in enumerate(parts)]
        before = {each.explanation.target: each.explanation for each in match(NO_PORTS, held, limit=200, ground=onet).occupations}
        for gone in held:
            kept = [each for each in held if each is not gone]
            lost = 0
            for after in match(NO_PORTS, kept, limit=200, ground=onet).occupations:
                told = before.get(after.explanation.target)
                if told is not None:
                    explained = sum(part.lost_without_milli_points for part in told.credentials if part.credential == gone.id)
                    assert after.explanation.score_milli == told.score_milli - explained
                    lost += explained
            assert lost > 0


def test_what_nearly_all_ask_for_is_worth_less_than_what_few_ask_for(onet: Landscape) -> None:
    for one in onet.of_kind("occupation")[SOME]:
        worths = onet.background.worths(one)
        common = [worth.milli for worth in worths if worth.share > 0.8 and (worth.requirement.importance or 0) <= 4]
        rare = [worth.milli for worth in worths if worth.share < 0.2]
        assert not (common and rare) or max(common) < min(rare)
