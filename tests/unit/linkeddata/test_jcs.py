"""RFC 8785."""

from __future__ import annotations

import pytest

from openler.errors import Malformed
from openler.ids import Ctid
from openler.linkeddata.jcs import jcs


@pytest.mark.parametrize(
    ("number", "text"),
    # RFC 8785 appendix B, and the edges of ECMAScript's Number::toString.
    [
        (0.0, "0"), (-0.0, "0"), (5e-324, "5e-324"), (-5e-324, "-5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992, "9007199254740992"), (-9007199254740992, "-9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"), (1e23, "1e+23"), (1.0000000000000001e23, "1.0000000000000001e+23"),
        (999999999999999700000.0, "999999999999999700000"), (999999999999999900000.0, "999999999999999900000"), (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"), (0.000001, "0.000001"), (333333333.3333332, "333333333.3333332"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"), (1424953923781206.2, "1424953923781206.2"), (5.0, "5"), (4.5, "4.5"),
        (2e-3, "0.002"), (1e-27, "1e-27"), (123, "123"), (10**21, "1e+21"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_ecmascript_writes_them(number: float, text: str) -> None:
    assert jcs(number).decode() == text


def test_the_standards_own_example() -> None:
    # RFC 8785 section 3.2.2 and 3.2.3
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert jcs(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_by_utf_16_code_units() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(jcs(dict.fromkeys(keys, 0)).decode().split(":0")[:-1]) == [
        '{"\\r"', ',"1"', ',"\u0080"', ',"ö"', ',"€"', ',"\U0001f600"', ',"\ufb33"',
    ]  # fmt: skip


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, 2**60, 10**400])
def test_integers_that_would_not_come_back_are_refused(number: int) -> None:
    with pytest.raises(Malformed):
        jcs({"a": number})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {"\ud800": 1}, {1: 2}, b"x", {1, 2}, [object()], [1.5, "\ud800"]])
def test_what_is_not_json_has_no_canonical_form(value: object) -> None:
    with pytest.raises(Malformed) as caught:
        jcs(value)
    assert caught.value.code == "linkeddata.not_canonical"


def test_a_tuple_is_an_array_and_an_identifier_a_string() -> None:
    class Name(str):
        __slots__ = ()

    assert jcs({"b": (1, Name("x")), "a": Name("y")}) == b'{"a":"y","b":[1,"x"]}'


def test_endless_nesting_is_an_error_not_a_crash() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(Malformed):
        jcs([1.5, value])


def test_a_text_of_a_class_of_its_own_is_written_as_the_text_it_is() -> None:
    ctid = Ctid.derive("a", "b", "c")
    assert jcs({"z": [ctid], "a": 5.0}) == jcs({"z": [str(ctid)], "a": 5.0})
    assert jcs({"z": [ctid]}) == jcs({"z": [str(ctid)]})
