"""CASE packages made to exhaust or to mislead a reader end soon, and claim nothing that is another's."""

from __future__ import annotations

from typing import Any

import pytest

from openler.ctdl.formats import case_package
from openler.ctdl.formats.case import convert_case
from openler.ctdl.rules import check
from openler.errors import TooLarge
from openler.ids import Ctid
from tests.support.case import BASE, association, item, package

MANY = 10_000
"""Deep enough to end any recursion, and to make a quadratic walk felt."""


def converted(value: Any) -> Any:
    return convert_case(value, base_url=BASE)


def test_a_chain_of_ten_thousand_parents_is_walked_without_recursion() -> None:
    items = [item(number) for number in range(2, MANY)]
    chain = [association(MANY + number, "isChildOf", number, number - 1) for number in range(2, MANY)]
    made = converted(package(items, chain[::-1]))
    assert made.counted() == {}


def test_a_circle_of_ten_thousand_parents_ends() -> None:
    items = [item(number) for number in range(2, MANY)]
    ring = [association(MANY + number, "isChildOf", number, number + 1 if number < MANY - 1 else 2) for number in range(2, MANY)]
    made = converted(package(items, ring))
    assert made.counted()["case.circle"] == MANY - 2


def test_a_list_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_package, "MAX_ROWS", 3)
    with pytest.raises(TooLarge) as caught:
        convert_case(package([item(number) for number in range(2, 6)], []), base_url=BASE)
    assert caught.value.code == "case.too_many"


def test_an_address_that_names_our_own_resources_adopts_no_document_of_another_kind_twice() -> None:
    own = Ctid.derive("tests", "ceterms:Organization", "victim")
    address = f"{BASE}/resources/{own}"
    value = package([item(2, uri=address)], [], uri=address)
    made = converted(value)
    assert all(own not in document.resources for document in made.documents)


@pytest.mark.parametrize(
    "field", ["fullStatement", "conceptKeywords", "licenseURI", "educationLevel", "language", "uri", "subject", "notes"]
)
@pytest.mark.parametrize("value", [None, 7, True, [], {}, [[1]], {"uri": {}}, "javascript:alert(1)\n", "\u0000", "x" * 3000])
def test_a_field_of_any_shape_makes_no_document_with_an_error(field: str, value: Any) -> None:
    made = converted(package([item(2, **{field: value}), item(3)], [association(9, "isChildOf", 2, 3, sequenceNumber=value)]))
    found = [finding for document in made.documents for finding in check(document) if finding.severity == "error"]
    assert found == []
    assert all(table.read == table.published + table.merged + table.refused for table in made.tables)
