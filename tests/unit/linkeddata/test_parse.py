"""Strict JSON: what two parsers could read differently is refused, with its place."""

from __future__ import annotations

import pytest

from openler.errors import Malformed, TooLarge
from openler.linkeddata.jcs import jcs
from openler.linkeddata.parse import MAX_DEPTH, parse_json, pointer, reread, walk


def refused(data: bytes | str, **limits: int) -> Malformed:
    with pytest.raises(Malformed) as caught:
        parse_json(data, **limits)
    return caught.value


def test_plain_values_come_back_as_python_has_them() -> None:
    assert parse_json(b'{"a": [1, -2.5, null, true, "\\u00e9"], "b": {}}') == {"a": [1, -2.5, None, True, "é"], "b": {}}


def test_an_object_is_a_plain_dict_even_where_another_was_looked_at_for_duplicates() -> None:
    assert type(parse_json('{"a": {"b": 1}}')) is dict


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'{"a": 1, "a": 1}', "/a"),
        (b'{"x": [0, {"k/e~y": 1, "k/e~y": 2}]}', "/x/1/k~1e~0y"),
        (b'{"a": {"b": 1, "b": 2}, "a": 3}', "/a"),
        (b'{"a": 1, "\\u0061": 2}', "/a"),
    ],
)
def test_a_key_named_twice_is_refused_where_it_stands(data: bytes, place: str) -> None:
    error = refused(data)
    assert (error.code, error.place) == ("linkeddata.duplicate_key", place)


@pytest.mark.parametrize("data", [b"NaN", b"[Infinity]", b"-Infinity", b"1e999", b"-1e999", b"9" * 310, b"-" + b"9" * 400, b"9" * 309])
def test_numbers_that_no_double_holds_are_refused(data: bytes) -> None:
    assert refused(data).code == "linkeddata.number_not_finite"


def test_large_integers_that_a_double_holds_are_read_exactly() -> None:
    assert repr(parse_json(str(2**80))) == str(2**80)  # a double is equal to it, and another kind of number


@pytest.mark.parametrize(("data", "place"), [(b'{"a": ["\\ud800"]}', "/a/0"), (b'{"a": {"\\udc00x": 1}}', "/a"), (b'"\\ude00\\ud83d"', "")])
def test_half_characters_are_refused_in_values_and_keys(data: bytes, place: str) -> None:
    error = refused(data)
    assert (error.code, error.place) == ("linkeddata.lone_surrogate", place)


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse_json(b'"\\ud83d\\ude00"') == "\U0001f600"


def test_text_with_half_a_character_in_it_is_refused() -> None:
    assert refused('"\ud800"').code == "linkeddata.lone_surrogate"


def test_nesting_is_allowed_to_the_limit_and_no_further() -> None:
    parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    error = refused('{"a":' * (MAX_DEPTH + 1) + "0" + "}" * (MAX_DEPTH + 1))
    assert (error.code, error.place) == ("linkeddata.too_deep", "/a" * MAX_DEPTH)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert parse_json("[" + ",".join(["[]"] * 500) + "]") == [[]] * 500


def test_size_is_counted_in_bytes_and_told() -> None:
    with pytest.raises(TooLarge) as caught:
        parse_json('"ééé"', max_bytes=7)
    assert caught.value.parameters == {"size": 8, "limit": 7}


@pytest.mark.parametrize("data", [b"", b"{", b'{"a" 1}', b"[1,]", b"{'a': 1}", b'"\n"', b"[1] 2", b"\xff", b"01"])
def test_what_is_not_json_is_refused_with_a_place(data: bytes) -> None:
    assert refused(data).place


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_walk_visits_everything_in_document_order() -> None:
    assert [(place, depth) for place, depth, _ in walk({"a": [1, {"b": 2}], "c": 3})] == [
        ("", 0), ("/a", 1), ("/a/0", 2), ("/a/1", 2), ("/a/1/b", 3), ("/c", 1),
    ]  # fmt: skip


def test_pointers_escape_what_rfc_6901_says() -> None:
    assert pointer("/x", "a/b~c") == "/x/a~1b~0c"


def test_what_jcs_wrote_is_read_back_and_what_was_damaged_since_is_told() -> None:
    value = {"a": [1.5, "\u20ac", None], "b": {"c": True}}
    assert reread(jcs(value)) == value
    for damaged in (b'{"a": ', b"\xff", b""):
        with pytest.raises(Malformed) as caught:
            reread(damaged)
        assert caught.value.code == "linkeddata.not_json"


def test_what_is_read_back_may_be_held_to_a_depth() -> None:
    deep = b"[" * 70 + b"]" * 70
    assert reread(deep)
    with pytest.raises(Malformed) as caught:
        reread(deep, max_depth=64)
    assert caught.value.code == "linkeddata.too_deep"
