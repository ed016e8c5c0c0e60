"""Statements by a plan are the reference's own, in its order, whatever the texts are: those of a whole document, and of its parts."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from openler.credentials.proofs.selection import select
from openler.errors import OpenlerError
from openler.linkeddata import naming
from openler.linkeddata.compiled import Fit, fitted
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.expand import to_quads
from openler.linkeddata.naming import named, statements
from openler.linkeddata.plan import text_at
from tests.property.test_compiled import BADGE, NASTY

CONTEXTS = Contexts.pinned()
UNSECURED = {name: value for name, value in BADGE.items() if name != "proof"}
SELECTIONS: list[tuple[str, ...]] = [
    ("",),
    ("/issuer",),
    ("/credentialSubject/achievement/alignment/1", "/evidence/0"),
    ("/name", "/credentialStatus"),
]


def _told(make: Any) -> Any:
    try:
        return make()
    except OpenlerError as error:
        return error.code, error.place


def _fit(document: dict[str, Any]) -> Fit:
    for _ in range(3):
        found = fitted(document, CONTEXTS)
    assert found is not None, "a document without a plan tests nothing"
    return found


def test_a_plan_gives_the_statements_of_the_reference_in_its_order() -> None:
    found = _fit(copy.deepcopy(UNSECURED))
    for place in found.plan.free:
        for text in NASTY:
            other = copy.deepcopy(UNSECURED)
            text_at(other, place[:-1])[place[-1]] = text
            fit = fitted(other, CONTEXTS) if not isinstance(_told(lambda made=other: to_quads(made, CONTEXTS)), tuple) else None
            if fit is not None:
                assert fit.plan.quads(fit.texts) == to_quads(other, CONTEXTS), (place, text)


@pytest.mark.parametrize("pointers", SELECTIONS)
def test_parts_of_a_document_say_by_a_plan_what_they_say_without_one(pointers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    def part(document: dict[str, Any]) -> dict[str, Any]:
        found = select(named(document), pointers)
        assert found is not None
        return found

    fit = _fit(part(UNSECURED))
    assert naming._is_simple(fit.plan)
    changed = []
    for text in NASTY:
        changed += [UNSECURED | {name: text} for name in ("id", "name")]
        changed.append(UNSECURED | {"issuer": {**UNSECURED["issuer"], "url": text, "name": text}})
    made = [_told(lambda one=one: statements(part(one), CONTEXTS)) for one in changed]
    monkeypatch.setattr(naming, "_planned", lambda *_: None)
    assert made == [_told(lambda one=one: statements(part(one), CONTEXTS)) for one in changed]
