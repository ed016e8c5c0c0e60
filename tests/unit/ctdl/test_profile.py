"""A profile is read strictly, speaks class by class, and is told where it is wrong."""

from __future__ import annotations

import pytest

from openler.ctdl.benchmark import CLASSES
from openler.ctdl.benchmark import profile as marks
from openler.ctdl.profile import LEVELS, MAX_PROFILE_BYTES, bundled, load, parse, standard
from openler.errors import Malformed, NotFound, TooLarge

HEAD = "version: 1\nname: ours\ntitle: Ours\n"


def test_a_type_of_credential_is_asked_for_what_its_class_is_and_for_more() -> None:
    profile = parse(
        f"""{HEAD}
classes:
  ceterms:Credential: {{required: [ceterms:name], recommended: [ceterms:renewal]}}
  ceterms:License: {{required: [ceterms:jurisdiction], benchmark: [ceterms:renewal]}}
""".encode()
    )
    asked = profile.asked("ceterms:License")
    assert asked is not None
    assert asked["required"] == (("ceterms:name",), ("ceterms:jurisdiction",))
    assert (asked["benchmark"], asked["recommended"]) == ((("ceterms:renewal",),), ()), "the nearer class says on which level"
    other = profile.asked("ceterms:Certificate")
    assert other is not None
    assert (other["required"], other["recommended"]) == ((("ceterms:name",),), (("ceterms:renewal",),))
    assert profile.asked("ceterms:Job") is None


def test_what_is_left_out_is_not_asked_for_and_alternatives_go_together() -> None:
    profile = parse(
        f"""{HEAD}
based_on: ctdl
classes:
  ceterms:License: {{leave_out: [ceterms:offeredBy]}}
""".encode()
    )
    asked, marked = profile.asked("ceterms:License"), marks("ceterms:License")
    assert asked is not None
    assert marked is not None
    assert set(marked["required"]) - set(asked["required"]) == {("ceterms:ownedBy", "ceterms:offeredBy")}
    assert profile.asked("ceterms:Certificate") == dict(marks("ceterms:Certificate") or {})


def test_the_standard_profile_asks_what_the_publisher_marks() -> None:
    for kind in CLASSES.values():
        assert dict(standard().asked(kind) or {}) == dict(marks(kind) or {}), kind


@pytest.mark.parametrize("name", bundled())
def test_a_bundled_profile_can_be_read_and_asks_something_of_each_class_it_names(name: str) -> None:
    profile = load(name)
    assert profile.name == name
    for kind in profile.classes():
        asked = profile.asked(kind)
        assert asked is not None
        assert any(asked[level] for level in LEVELS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("classes: {ceterms:Licence: {required: [ceterms:name]}}", "ceterms:Licence is no class"),
        ("classes: {ceterms:License: {required: [ceterms:nmae]}}", "ceterms:nmae is no property"),
        ("classes: {ceterms:License: {required: [ceterms:creditValue]}}", "cannot stand on ceterms:License"),
        ("classes: {ceterms:License: {required: [ceterms:name/ceterms:price]}}", "holds no part"),
        ("classes: {ceterms:License: {required: [ceterms:name], benchmark: [ceterms:name]}}", "twice"),
        ("classes: {ceterms:License: {required: [[]]}}", "empty list"),
        ("classes: {ceterms:License: {needed: [ceterms:name]}}", "Extra inputs"),
        ("classes: {}", "at least 1 item"),
        (
            "weights: {required: 0, benchmark: 0, recommended: 0}\nclasses: {ceterms:License: {required: [ceterms:name]}}",
            "nothing would count",
        ),
        ("classes: {ceterms:License: {required: [" + "/".join(["ceterms:requires"] * 5) + "]}}", "more than 4 steps"),
    ],
)
def test_a_word_that_cannot_be_is_told(text: str, said: str) -> None:
    with pytest.raises(Malformed) as wrong:
        parse((HEAD + text).encode())
    assert wrong.value.code == "ctdl.profile_word"
    assert said in str(wrong.value.parameters["problem"])
    assert wrong.value.place


@pytest.mark.parametrize("text", ["a: [", "a: &x 1\nb: *x", "a: 1\na: 2", "\xff"])
def test_what_is_no_plain_yaml_is_told_with_its_line(text: str) -> None:
    with pytest.raises(Malformed) as wrong:
        parse(text.encode("latin-1"))
    assert wrong.value.code == "ctdl.profile_not_yaml"


def test_a_file_too_large_is_not_read() -> None:
    with pytest.raises(TooLarge):
        parse(b"#" * (MAX_PROFILE_BYTES + 1))


def test_a_profile_nobody_made_is_told_with_those_there_are() -> None:
    with pytest.raises(NotFound) as unknown:
        load("../../secrets")
    assert "choosing" in str(unknown.value.parameters["known"])
