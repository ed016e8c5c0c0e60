from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from openler.skills.explain import explain
from openler.skills.match import FULL, NOWHERE, Background, apportion, match
from openler.skills.profile import Claim, Link, profile
from tests.support.skills import claim, target

WELDER = target("welder", {"common": 4, "weld": 4, "read": 4})
CLERK = target("clerk", {"common": 4, "file": 3})
NURSE = target("nurse", {"common": 5, "care": 5, "read": 5}, credentials=["licence"])
ALL = (WELDER, CLERK, NURSE)
BACKGROUND = Background.of(ALL)


def test_what_most_occupations_ask_for_weighs_little() -> None:
    worths = {worth.requirement.key: worth.milli for worth in BACKGROUND.worths(WELDER)}

    assert worths["common"] < worths["read"] < worths["weld"]
    # Shares 3/4, 2/4, 1/4: cubes of the rest stand as 1 : 8 : 27.
    assert worths == {"common": 2778, "read": 22222, "weld": 75000}


def test_importance_scales_the_worth_and_missing_importance_is_the_middle() -> None:
    one = target("one", {"a": 5, "b": 3, "c": None})
    weights = {worth.requirement.key: worth.weight for worth in Background.of([one]).worths(one)}

    assert weights["a"] == 2 * weights["b"] == 2 * weights["c"]


def test_a_required_credential_counts_as_much_as_the_rarest_most_important_skill() -> None:
    worths = {worth.requirement.key: worth.weight for worth in BACKGROUND.worths(NURSE)}

    assert worths["licence"] == 1
    assert worths["licence"] > worths["care"]


def test_points_add_up_to_a_hundred_exactly() -> None:
    for one in ALL:
        assert sum(worth.milli for worth in BACKGROUND.worths(one)) == FULL
    assert apportion([Fraction(1)] * 3) == (33334, 33333, 33333)
    assert apportion([]) == ()


def test_the_score_is_the_sum_of_the_points_shown_and_the_rest_is_the_gap() -> None:
    found = match(profile([claim("weld", "1"), claim("read", "1")]), ALL, BACKGROUND)

    assert found[0].target is WELDER
    assert found[0].score == 97222
    assert [point.requirement.key for point in found[0].gap] == ["common"]
    assert found[0].score + sum(point.milli for point in found[0].gap) == FULL


def test_losing_a_credential_loses_the_points_nothing_else_supports() -> None:
    held = profile([claim("weld", "1"), claim("read", "1"), claim("read", "2")])
    before = match(held, [WELDER], BACKGROUND)[0]

    assert before.explained_by("1") == 75000
    assert before.explained_by("2") == 0
    assert match(held.without("1"), [WELDER], BACKGROUND)[0].score == before.score - 75000
    assert match(held.without("2"), [WELDER], BACKGROUND)[0].score == before.score
    told = explain(before)
    assert [(one.credential, one.supports_milli_points, one.lost_without_milli_points) for one in told.credentials] == [
        ("1", 97222, 75000),
        ("2", 22222, 0),
    ]
    assert [len(reason.shown_by) for reason in told.shown] == [1, 2]


def test_inferred_and_self_asserted_claims_never_enter_the_score() -> None:
    held = profile([claim("weld", "1", "inferred", share=Fraction(1, 3), fan_out=3), claim("read", "me", "self_asserted")])
    found = match(held, [WELDER], BACKGROUND)[0]

    assert found.score == 0
    assert found.inferred == 25000
    assert found.self_asserted == 22222
    assert {point.requirement.key for point in found.gap} == {"common", "read", "weld"}


def test_what_is_verified_is_not_counted_again_as_inferred_or_self_asserted() -> None:
    held = profile([claim("weld", "1"), claim("weld", "2", "inferred"), claim("weld", "me", "self_asserted")])
    found = match(held, [WELDER], BACKGROUND)[0]

    assert (found.score, found.inferred, found.self_asserted) == (75000, 0, 0)


def test_of_two_fully_covered_targets_the_one_that_uses_more_comes_first_and_ties_go_by_ctid() -> None:
    small, large = target("small", {"a": 4}), target("large", {"a": 4, "b": 4})
    twin = target("twin", {"a": 4})
    background = Background.of([small, large, twin])
    order = [one.target for one in match(profile([claim("a", "1"), claim("b", "1")]), [small, large, twin], background)]

    assert order[0] is large
    assert order[1:] == sorted([small, twin], key=lambda one: one.ctid)


def test_the_order_of_input_does_not_matter() -> None:
    claims = [claim("weld", "1"), claim("read", "2"), claim("care", "3")]
    forward = match(profile(claims), ALL, Background.of(ALL))
    backward = match(profile(reversed(claims)), reversed(ALL), Background.of(reversed(ALL)))

    assert forward == backward


def test_a_target_that_asks_for_nothing_is_left_out() -> None:
    assert match(profile([claim("a", "1")]), [target("empty", {})], BACKGROUND) == ()


def test_an_explanation_tells_requirement_credential_issuer_and_chain() -> None:
    told = explain(match(profile([claim("weld", "1")]), [WELDER], BACKGROUND)[0])

    reason = told.shown[0]
    assert (reason.name, reason.milli_points, reason.importance, reason.asked_by) == ("Skill weld", 75000, "4.00", 25)
    assert (reason.shown_by[0].credential_name, reason.shown_by[0].issuer_name) == ("Badge 1", "Test School")
    assert reason.shown_by[0].code == "skills.named_by_credential"
    assert [missing.key for missing in told.gap] == ["read", "common"]


def test_where_nothing_is_shown_what_may_be_inferred_leads_and_earns_nothing() -> None:
    guess = profile([claim("care", "1", "inferred"), claim("file", "1", "inferred")])
    found = match(guess, [CLERK, WELDER, NURSE], BACKGROUND)

    assert [one.score for one in found] == [0, 0, 0]
    assert [one.leaning > NOWHERE for one in found] == [True, True, False]
    assert found[-1].target is WELDER
    shown = match(profile([claim("common", "2"), claim("care", "1", "inferred")]), [NURSE, WELDER], BACKGROUND)
    assert all(one.score and one.leaning == NOWHERE for one in shown), "where anything is shown, inference has no part in the order"


def test_of_what_is_only_inferred_the_occupation_led_to_comes_first_the_fewer_the_ways_the_earlier() -> None:
    def inferred(key: str, soc: str, share: Fraction) -> Claim:
        step = (Link("alignment", "p", "Program"), Link("crosswalk", soc, ""), Link("requires", key, key))
        return replace(claim(key, "1", "inferred", share=share), chain=step)

    rich, led, sure = (target(name, {key: 5}) for name, key in (("rich", "a"), ("led", "b"), ("sure", "c")))
    targets = [rich, replace(led, socs=("11-1111.00",)), replace(sure, socs=("22-2222",))]
    claims = [inferred("a", "33-3333", Fraction(1)), inferred("b", "11-1111", Fraction(1, 3)), inferred("c", "22-2222", Fraction(1, 2))]

    assert [one.target.name for one in match(profile(claims), targets, Background.of(targets))] == [sure.name, led.name, rich.name]
