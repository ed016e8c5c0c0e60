"""Badges into the registry: published once, nobody's name with them, and nothing better overwritten."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openler.actions.interchange.import_badge import import_badges
from openler.linkeddata.canonical import jcs
from tests.support.issuing import COLLEGE, WELDING, World, world
from tests.support.old_badges import OldIssuer
from tests.support.presenting import Key, badge

ISSUER = Key(1)


def imported(w: World, *documents: Any, **options: Any) -> Any:
    files = [(f"{number}.json", document if isinstance(document, bytes) else jcs(document)) for number, document in enumerate(documents)]
    return import_badges(w.ports, files, publisher=COLLEGE, actor="test", **options)


def test_what_badges_stand_for_is_described_once_and_their_earners_are_not() -> None:
    report = imported(world(), badge(ISSUER), badge(ISSUER, id="urn:uuid:2"), OldIssuer().page("badge.json"), dry_run=True)
    ctids = [[document.ctid for document in one.documents] for one in report.badges]
    assert ctids[0] == ctids[1] != ctids[2]
    assert "ana" not in str([document.normalised for one in report.badges for document in one.documents])
    assert report.published is None


def test_what_is_described_here_already_is_left_as_it_is() -> None:
    w = world()
    (one,) = imported(w, w.credential(), dry_run=True).badges
    assert (one.known, one.documents, one.code) == ((WELDING,), (), None)


@pytest.mark.parametrize(("data", "code"), [(b"{", "linkeddata.not_json"), (b"{}", "meaning.not_a_badge"), (b"[]", "meaning.not_a_badge")])
def test_a_file_that_is_no_badge_is_told_and_the_others_go_on(data: bytes, code: str) -> None:
    bad, good = imported(world(), data, badge(ISSUER), dry_run=True).badges
    assert bad.code == code
    assert len(good.documents) == 1


def test_an_old_badge_that_holds_its_class_gives_it() -> None:
    issuer = OldIssuer()
    assertion = issuer.assertion("hosted", badge=issuer.page("badge.json"))
    (one,) = imported(world(), json.dumps(assertion).encode(), dry_run=True).badges
    assert one.documents[0].main["ceterms:name"] == {"en": "Robotics"}
