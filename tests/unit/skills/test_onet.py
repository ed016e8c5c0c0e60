"""The weighting on the whole of O*NET 29.2: 879 rated occupations, 68 elements."""

from __future__ import annotations

import csv
import gzip
import statistics
from fractions import Fraction
from pathlib import Path

import pytest

from openler.ids import Ctid
from openler.skills.framework import IMPORTANCE_ASKED, Requirement, Target
from openler.skills.match import FULL, Background, match
from openler.skills.profile import profile
from tests.support.skills import claim

EVERY = 11
"""Every eleventh occupation takes its turn as the learner's own: 80 of them, in about 20 seconds."""


def targets(shared: Path) -> list[Target]:
    rated: dict[str, dict[str, Requirement]] = {}
    for table in ("Skills", "Knowledge"):
        with gzip.open(shared / "data" / "onet-29.2" / f"{table}.tsv.gz", "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                value = Fraction(row["Data Value"])
                asks = rated.setdefault(row["O*NET-SOC Code"], {})
                if row["Scale ID"] == "IM" and row["Recommend Suppress"] != "Y" and value >= IMPORTANCE_ASKED:
                    asks[row["Element ID"]] = Requirement(row["Element ID"], "competency", row["Element Name"], importance=value)
    return [
        Target(
            Ctid.derive("onet", "ceterms:Occupation", code), "occupation", code, "", (code,), "", tuple(asks[key] for key in sorted(asks))
        )
        for code, asks in sorted(rated.items())
    ]


@pytest.mark.shared
def test_ones_own_occupation_is_found_and_a_random_one_scores_low(shared: Path) -> None:
    everything = targets(shared)
    assert len(everything) == 879
    background = Background.of(everything)
    asking = [one for one in everything if one.requirements]
    ranks, medians, below, few = [], [], 0, []
    for own in asking[::EVERY]:
        found = match(profile([claim(asked.key, "1") for asked in own.requirements]), asking, background)
        ranks.append([one.target.ctid for one in found].index(own.ctid) + 1)
        medians.append(statistics.median(one.score for one in found))
        below += medians[-1] < 0.30 * FULL
        # A learner who has shown only ten of them, the ones that say most about the occupation.
        tellings = sorted(found[ranks[-1] - 1].points, key=lambda point: -point.milli)[:10]
        partly = match(profile([claim(point.requirement.key, "1") for point in tellings]), asking, background)
        few.append([one.target.ctid for one in partly].index(own.ctid) + 1)
        assert statistics.median(one.score for one in partly) < 0.30 * FULL

    assert max(ranks) <= 5
    assert max(few) <= 5
    assert statistics.median(medians) < 0.25 * FULL
    assert below / len(medians) > 0.7
