from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from openler.actions.matching.landscape import Landscape
from openler.actions.matching.match import match as match_action
from openler.actions.ports import Ports
from openler.skills.entries import Entries
from openler.skills.match import FULL, Background, apportion, match
from openler.skills.profile import CLAIM_KINDS, profile
from tests.support.skills import badge, claim, names_competency, occupation, target

KEYS = st.sampled_from("abcdefghij")
ASKS = st.dictionaries(KEYS, st.none() | st.integers(300, 500).map(lambda value: value / 100), min_size=1)
CLAIMS = st.lists(st.builds(claim, KEYS, st.sampled_from(["1", "2", "3"]), st.sampled_from(CLAIM_KINDS)), max_size=25)


@given(st.lists(ASKS, min_size=1, max_size=6), CLAIMS, st.sampled_from(["1", "2", "3"]))
def test_removing_a_credential_lowers_every_score_by_exactly_the_points_explained(
    asks: list[Mapping[str, float | None]], claims: list[object], removed: str
) -> None:
    targets = [target(str(number), one) for number, one in enumerate(asks)]
    background, held = Background.of(targets), profile(claims)  # type: ignore[arg-type]
    before = {one.target.ctid: one for one in match(held, targets, background)}

    for after in match(held.without(removed), targets, background):
        assert after.score == before[after.target.ctid].score - before[after.target.ctid].explained_by(removed)


@given(st.lists(ASKS, min_size=1, max_size=6), CLAIMS)
def test_shown_and_missing_points_make_a_hundred_and_nothing_unverified_is_among_the_shown(
    asks: list[Mapping[str, float | None]], claims: list[object]
) -> None:
    targets = [target(str(number), one) for number, one in enumerate(asks)]
    for found in match(profile(claims), targets, Background.of(targets)):  # type: ignore[arg-type]
        assert found.score + sum(point.milli for point in found.gap) == FULL
        assert found.score + found.inferred <= FULL
        assert all(one.kind == "verified" for point in found.points if point.is_shown for one in point.verified)


@given(st.lists(st.fractions(min_value=0, max_value=5, max_denominator=1000), max_size=40))
def test_apportioned_worths_are_whole_add_up_and_stay_within_one_of_exact(weights: list[Fraction]) -> None:
    found, total = apportion(weights), sum(weights, Fraction(0))

    assert sum(found) == (FULL if total else 0)
    for part, weight in zip(found, weights, strict=True):
        assert not total or abs(part - FULL * weight / total) < 1


RATINGS = st.lists(st.dictionaries(KEYS, st.integers(300, 500).map(lambda value: value / 100), min_size=1), min_size=1, max_size=5)
BADGES = st.lists(st.lists(KEYS, max_size=5, unique=True), min_size=1, max_size=4)


@given(RATINGS, BADGES, st.data())
def test_a_learner_who_loses_a_credential_loses_what_its_explanation_said(
    ratings: list[Mapping[str, float]], badges: list[list[str]], data: st.DataObject
) -> None:
    """From documents and signed-for credentials to the result that pages show, as a person meets it."""
    ground = Landscape(1, Entries.of(occupation(str(number), one) for number, one in enumerate(ratings)))
    held = [badge(f"b{number}", [names_competency(key) for key in keys]) for number, keys in enumerate(badges)]
    gone = data.draw(st.sampled_from(held))
    ports = cast("Ports", None)
    before = {one.explanation.target: one.explanation for one in match_action(ports, held, ground=ground, limit=200).occupations}

    for after in match_action(ports, [one for one in held if one is not gone], ground=ground, limit=200).occupations:
        told = before[after.explanation.target]
        explained = sum(part.lost_without_milli_points for part in told.credentials if part.credential == gone.id)
        assert after.explanation.score_milli == told.score_milli - explained
        only = [reason for reason in told.shown if {support.credential for support in reason.shown_by} == {gone.id}]
        assert explained == sum(reason.milli_points for reason in only)
