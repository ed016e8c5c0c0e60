"""Experience in a holder's own words: what is kept, and what is told back to her."""

from __future__ import annotations

from typing import Any

import pytest

from openler.errors import OpenlerError
from openler.holding.experience import LONGEST_LINE, MOST_SKILLS, Experience, Skill, parse


def test_what_was_parsed_is_written_as_it_was() -> None:
    told = {
        "title": "Line cook", "organisation": "Harbor Kitchen", "started": "2019", "ended": "2021-04-30", "description": "Soups.",
        "skills": [{"text": "Soups"}, {"text": "Sauces", "competency": "ce-5a1f3d6c-0b5e-4c41-9e0a-3b7d2c9f8a10"}],
    }  # fmt: skip
    assert parse(told).as_json() == told


def test_only_a_title_is_asked_for() -> None:
    assert parse({"title": " Care for my father "}) == Experience("Care for my father")
    assert parse({"title": "x", "skills": ["Patience"]}).skills == (Skill("Patience"),)


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"title": "  "}, "holding.title_missing", "/title"),
        ({"title": None}, "holding.title_missing", "/title"),
        ({"title": 7}, "holding.experience_malformed", "/title"),
        ({"title": "x" * (LONGEST_LINE + 1)}, "holding.experience_too_long", "/title"),
        ({"started": "last spring"}, "holding.date_malformed", "/started"),
        ({"started": "2019-13"}, "holding.date_malformed", "/started"),
        ({"ended": "2021-02-30"}, "holding.date_malformed", "/ended"),
        ({"started": "2021", "ended": "2020-12"}, "holding.dates_reversed", "/ended"),
        ({"skills": ["s"] * (MOST_SKILLS + 1)}, "holding.experience_too_long", "/skills"),
        ({"skills": [{"text": ""}]}, "holding.experience_malformed", "/skills/0"),
        ({"skills": ["a", {"competency": "nonsense"}]}, "ids.ctid_malformed", "/skills/1/competency"),
        ({"salary": "1"}, "holding.experience_malformed", "/salary"),
    ],
)
def test_what_cannot_be_kept_is_told_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    with pytest.raises(OpenlerError) as failed:
        parse({"title": "Line cook"} | changes)
    assert (failed.value.code, failed.value.place) == (code, place)


@pytest.mark.parametrize(
    ("started", "ended"), [("2019", "2019"), ("2019", "2019-04"), ("2019-04", "2019"), ("2019-04-30", "2019-05"), ("", "2019")]
)
def test_dates_are_compared_only_as_far_as_both_are_told(started: str, ended: str) -> None:
    found = parse({"title": "x", "started": started, "ended": ended})
    assert (found.started, found.ended) == (started, ended)
